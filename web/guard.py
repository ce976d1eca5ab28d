"""Who may call a callback, and with what."""

from urllib.parse import urlsplit

import dash
from flask import Response, request
from werkzeug.exceptions import HTTPException

from services.request.refusals import Refused
from web import _body as body
from web import _contract as contract
from web.refuse import refuse

# Handles of background callbacks, which this program does not have.
BACKGROUND = frozenset({"oldJob", "cancelJob", "job", "cacheKey"})
TOO_LARGE = "The body is too large."


def init(app: dash.Dash) -> None:
    """Check every POST's origin, and every callback's body against the callback map.

    A callback may raise Refused too, for what only it can know to be wrong."""
    app.server.register_error_handler(Refused, lambda e: refuse(e.status, e.sentence))
    path = f"{app.config.routes_pathname_prefix}_dash-update-component"

    @app.server.before_request
    def guard() -> Response | None:
        if request.method != "POST":
            return None
        try:
            check_origin()
            if request.path == path:
                check_callback(app.callback_map)
        except Refused as error:
            return refuse(error.status, error.sentence)
        return None


def check_origin() -> None:
    """Only this program's own pages may post: a browser says where a request comes from."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        foreign = origin is not None and _host(origin) != request.host
    if foreign:
        raise Refused("The request comes from another site.", 403)


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def check_callback(callback_map: dict) -> None:
    """Refuse a callback request that our own page would not have sent."""
    if request.mimetype != "application/json":
        raise Refused("The body must be JSON.", 415)
    if not BACKGROUND.isdisjoint(request.args):
        raise Refused("There are no background callbacks here.")
    contract.check(body.read(_raw()), callback_map)


def _raw() -> bytes:
    """The body, which the server's limit keeps small, announced or not."""
    try:
        raw = request.get_data(cache=True)
    except HTTPException as error:
        if error.code == 413:
            raise Refused(TOO_LARGE, 413) from None
        raise Refused("The body could not be read.") from None
    if request.content_length is None and len(raw) >= (request.max_content_length or len(raw) + 1):
        raise Refused(TOO_LARGE, 413)  # a body without a length is cut off at the limit
    return raw
