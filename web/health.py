"""Whether the program can answer."""

from collections.abc import Callable

import dash
from flask import Response, jsonify


def init(app: dash.Dash, ready: Callable[[], bool]) -> None:
    """Answer /health with 200 when ready, with 503 before."""

    @app.server.get(f"{app.config.routes_pathname_prefix}health")
    def health() -> tuple[Response, int]:
        if ready():
            return jsonify(status="ok"), 200
        return jsonify(status="starting"), 503
