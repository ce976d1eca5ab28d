"""Whose data this is: a random id in a signed cookie, made at the first page load.

The id is not in a link and not in a page, so nobody comes by it without the browser."""

import hmac
import re
import secrets
import time
from hashlib import sha256

from flask import Flask, Response, after_this_request, current_app, g, request

from data.state_dir import secret_key

LIFE = 365 * 24 * 3600
RENEW = 30 * 24 * 3600
KEY = "CUTLINE_KEY"

_SESSION = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{64})")
_COOKIE = re.compile(r"([0-9a-f]{32})\.([0-9]{1,12})\.([0-9a-f]{64})")


def init(server: Flask, prefix: str) -> None:
    """Give every visitor who loads a page the cookie, and renew it before it ends."""
    server.config.setdefault(KEY, None)
    server.config[KEY] = server.config[KEY] or secret_key()
    pages = (prefix, f"{prefix}<path:path>")

    @server.after_request
    def set_cookie(response: Response) -> Response:
        if request.endpoint in pages and response.status_code < 500 and _is_due():
            _set(response)
        return response


def owner() -> str:
    """The owner's id for this request; without a cookie a new one, good for this request."""
    if "owner" not in g:
        g.owner = known_owner() or secrets.token_hex(16)
    return str(g.owner)


def known_owner() -> str | None:
    """The owner's id, where the request brings a cookie that we signed and that still holds."""
    found = _read()
    return found[0] if found else None


def session() -> str:
    """The id of this browser session, "" where it has none yet; only its owner can bring it."""
    given = _SESSION.fullmatch(request.cookies.get(f"{_name()}-session", ""))
    holds = given and hmac.compare_digest(_sign_session(given[1]), given[2])
    return given[1] if given and holds else g.get("session", "")  # begun in this very request


def begin_session() -> str:
    """The id of this browser session, with a cookie that ends with it where it had none."""
    found = session()
    if not found:
        found = g.session = secrets.token_hex(16)

        @after_this_request
        def set_cookie(response: Response) -> Response:
            response.set_cookie(
                f"{_name()}-session", f"{found}.{_sign_session(found)}", path="/",
                secure=request.is_secure, httponly=True, samesite="Lax",
            )  # fmt: skip
            return response

    return found


def _sign_session(session_id: str) -> str:
    key = current_app.config[KEY]
    said = f"session|{owner()}|{session_id}"
    return hmac.new(key, said.encode(), sha256).hexdigest()


def _read() -> tuple[str, float] | None:
    """The id and the age in the cookie. A clock set back gives a negative age, which is fine:
    only we sign, and the next page load stamps it anew."""
    given = _COOKIE.fullmatch(request.cookies.get(_name(), ""))
    if not given or not hmac.compare_digest(_sign(given[1], given[2]), given[3]):
        return None
    age = time.time() - int(given[2])
    return (given[1], age) if age <= LIFE else None


def _is_due() -> bool:
    found = _read()
    return found is None or not 0 <= found[1] < RENEW


def _set(response: Response) -> None:
    issued = str(int(time.time()))
    response.set_cookie(
        _name(),
        f"{owner()}.{issued}.{_sign(owner(), issued)}",
        max_age=LIFE,
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def _sign(owner_id: str, issued: str) -> str:
    key = current_app.config[KEY]
    return hmac.new(key, f"owner|{owner_id}|{issued}".encode(), sha256).hexdigest()


def _name() -> str:
    """A name of this installation's: two on one host, on two ports, share their cookies."""
    tag = hmac.new(current_app.config[KEY], b"cookie name", sha256).hexdigest()[:8]
    return f"{'__Host-' if request.is_secure else ''}cutline-{tag}"
