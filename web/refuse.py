"""How a request is turned down: a status and one sentence, as JSON, never with what was sent."""

from flask import Response, jsonify

from services.request import audit


def refuse(status: int, sentence: str) -> Response:
    """The answer to a refused request; an audit line is written."""
    audit.log_refusal(status, sentence)
    response = jsonify(error=sentence)
    response.status_code = status
    return response
