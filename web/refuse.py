"""How a request is turned down: a status and one sentence, as JSON, never with what was sent."""

from flask import Response, jsonify

from web import audit


class Refused(Exception):
    """A request that gets a 4xx; its text is the sentence that the client reads."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence, self.status = sentence, status


def refuse(status: int, sentence: str) -> Response:
    """The answer to a refused request; an audit line is written."""
    audit.log_refusal(status, sentence)
    response = jsonify(error=sentence)
    response.status_code = status
    return response
