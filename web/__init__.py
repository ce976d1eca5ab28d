"""The server's own work: guards, headers, the owner's cookie, limits, health and serving."""

from collections.abc import Callable

import dash

from services.request import owner
from web import guard, headers, health, limits, paths, upload

BODY = 256 * 1024  # a callback's body; a route that takes files raises its own limit


def init(
    app: dash.Dash,
    *,
    ready: Callable[[], bool],
    pages: Callable[[str], bool] = lambda path: True,
) -> None:
    """Put everything around the app; the last call of its set-up, after layout and callbacks."""
    _complete(app)
    server = app.server
    server.config["MAX_CONTENT_LENGTH"] = BODY
    server.config["MAX_FORM_PARTS"] = 50
    server.config["MAX_FORM_MEMORY_SIZE"] = BODY
    server.url_map.merge_slashes = False
    paths.init(app, pages)
    owner.init(server, app.config.routes_pathname_prefix)
    limits.init(app)
    guard.init(app)
    health.init(app, ready)
    upload.init(app)
    headers.init(app)


def _complete(app: dash.Dash) -> None:
    """Run Dash's first-request set-up now: two threads at the first request would race in it."""
    with app.server.test_request_context("/"):
        app.server.preprocess_request()
