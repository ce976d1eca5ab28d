"""Paths and methods: what is not ours is answered with 404 or 405, never a redirect or a 500."""

import re
from collections.abc import Callable

import dash
from dash.exceptions import DependencyException
from flask import Response, request
from werkzeug.exceptions import SecurityError

from web.refuse import refuse

METHODS = frozenset({"GET", "HEAD", "POST"})
LONGEST = 2_000

# Empty, "." and ".." steps, backslashes, control characters, and escapes of escapes.
_HOSTILE = re.compile(r"//|\\|[\x00-\x1f\x7f]|/\.\.?(?:/|$)|%(?:2e|2f|5c|25|00)", re.IGNORECASE)


def init(app: dash.Dash, pages: Callable[[str], bool]) -> None:
    """Refuse hostile paths and methods; give an unknown page the status 404."""
    catch_all = f"{app.config.routes_pathname_prefix}<path:path>"
    app.server.register_error_handler(DependencyException, _no_such_file)
    app.server.register_error_handler(SecurityError, _unknown_host)

    @app.server.before_request
    def check() -> Response | None:
        if request.method not in METHODS:
            response = refuse(405, "This method is not used here.")
            response.headers["Allow"] = ", ".join(sorted(METHODS))
            return response
        path = request.environ.get("PATH_INFO", "")
        if len(path) > LONGEST or _HOSTILE.search(path):
            return refuse(404, "There is nothing at this address.")
        return None

    @app.server.after_request
    def mark_unknown(response: Response) -> Response:
        found = request.endpoint != catch_all or pages(request.path)
        if response.status_code == 200 and not found:
            response.status_code = 404
        return response


def _no_such_file(error: Exception) -> Response:
    """Dash raises for a file that its component packages do not offer."""
    return refuse(404, "There is no such file.")


def _unknown_host(error: Exception) -> Response:
    """Flask raises for a host name that is not among the trusted ones."""
    return refuse(400, "This host name is not known here; CUTLINE_HOSTS adds names.")
