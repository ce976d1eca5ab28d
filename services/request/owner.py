"""Whose data this is: a random id in a signed cookie, made at the first page load.

The id is not in a link and not in a page, so nobody comes by it without the browser."""

import hmac
import re
import secrets
import time
from hashlib import sha256

from flask import Flask, Response, after_this_request, current_app, g, request
from itsdangerous import BadSignature, Signer, TimestampSigner

from data.state_dir import secret_key

LIFE = 365 * 24 * 3600
RENEW = 30 * 24 * 3600
KEY = "CUTLINE_KEY"

# Cookies as they were signed before: still good, and renewed at the next page load.
_EARLIER_SESSION = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{64})")
_EARLIER = re.compile(r"([0-9a-f]{32})\.([0-9]{1,12})\.([0-9a-f]{64})")


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
    cookie = request.cookies.get(f"{_name()}-session", "")
    found = _verify_session(cookie) or _verify_earlier_session(cookie)
    return found or g.get("session", "")  # begun in this very request


def _verify_session(cookie: str) -> str | None:
    try:
        return _session_signer().unsign(cookie).decode()
    except BadSignature:
        return None


def _verify_earlier_session(cookie: str) -> str | None:
    given = _EARLIER_SESSION.fullmatch(cookie)
    if given and hmac.compare_digest(_digest("session", owner(), given[1]), given[2]):
        return given[1]
    return None


def begin_session() -> str:
    """The id of this browser session, with a cookie that ends with it where it had none."""
    found = session()
    if not found:
        found = g.session = secrets.token_hex(16)

        @after_this_request
        def set_cookie(response: Response) -> Response:
            signed = _session_signer().sign(found).decode()
            _set_cookie(response, f"{_name()}-session", signed)
            return response

    return found


def _read() -> tuple[str, float] | None:
    """The id and the age in the cookie, where it holds."""
    cookie = request.cookies.get(_name(), "")
    found = _verify(cookie) or _verify_earlier(cookie)
    return found if found and found[1] <= LIFE else None


def _verify(cookie: str) -> tuple[str, float] | None:
    """The id and the age. A clock set back gives a negative age, which is fine: only we sign, and
    the next page load stamps it anew. (The library's own limit of age would refuse it.)"""
    try:
        id_, signed = _signer().unsign(cookie, return_timestamp=True)
    except BadSignature:
        return None
    return id_.decode(), time.time() - signed.timestamp()


def _verify_earlier(cookie: str) -> tuple[str, float] | None:
    given = _EARLIER.fullmatch(cookie)
    if not given or not hmac.compare_digest(_digest("owner", given[1], given[2]), given[3]):
        return None
    return given[1], time.time() - int(given[2])


def _is_due() -> bool:
    """Whether the page load sets the cookie anew: it is missing, old, or signed as before."""
    found = _verify(request.cookies.get(_name(), ""))
    return found is None or not 0 <= found[1] < RENEW


def _set(response: Response) -> None:
    _set_cookie(response, _name(), _signer().sign(owner()).decode(), max_age=LIFE)


def _set_cookie(response: Response, name: str, value: str, max_age: int | None = None) -> None:
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def _signer() -> TimestampSigner:
    return TimestampSigner(
        current_app.config[KEY], salt="owner", key_derivation="hmac", digest_method=sha256
    )


def _session_signer() -> Signer:
    """It signs for this owner alone: another's session cookie is worth nothing here."""
    return Signer(
        current_app.config[KEY],
        salt=f"session|{owner()}",
        key_derivation="hmac",
        digest_method=sha256,
    )


def _digest(*parts: str) -> str:
    """How cookies were signed before."""
    return hmac.new(current_app.config[KEY], "|".join(parts).encode(), sha256).hexdigest()


def _name() -> str:
    """A name of this installation's: two on one host, on two ports, share their cookies."""
    tag = hmac.new(current_app.config[KEY], b"cookie name", sha256).hexdigest()[:8]
    return f"{'__Host-' if request.is_secure else ''}cutline-{tag}"
