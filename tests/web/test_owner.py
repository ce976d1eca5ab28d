"""The owner's cookie."""

import hmac
from hashlib import sha256

import pytest
from dash import Dash
from flask.testing import FlaskClient

from services.request import owner


def cookie(client: FlaskClient) -> tuple[str, str]:
    """The name and value of the client's one cookie."""
    (found,) = client._cookies.values()
    return found.key, found.value


def owner_seen(app: Dash, name: str, value: str, **options: str) -> tuple[str, str | None]:
    with app.server.test_request_context("/", headers={"Cookie": f"{name}={value}"}, **options):
        return owner.owner(), owner.known_owner()


def test_the_first_page_makes_it_and_it_stays(app: Dash, client: FlaskClient) -> None:
    name, value = cookie(client)
    again = client.get("/second")
    assert "Set-Cookie" not in again.headers
    seen, known = owner_seen(app, name, value)
    assert seen == known == value.split(".")[0]


def test_its_attributes(app: Dash) -> None:
    client = app.server.test_client()
    plain = client.get("/").headers["Set-Cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain
    secure = client.get("/", base_url="https://localhost").headers["Set-Cookie"]
    assert secure.startswith("__Host-cutline-")
    assert "Secure" in secure


def test_only_pages_make_it(app: Dash) -> None:
    client = app.server.test_client()
    for path in ("/health", "/_dash-layout", "/assets/nothing.js"):
        assert "Set-Cookie" not in client.get(path).headers


@pytest.mark.parametrize(
    "how", ["cut", "id", "time", "signature", "earlier", "empty", "odd", "digits"]
)
def test_a_forged_one_is_replaced(app: Dash, client: FlaskClient, how: str) -> None:
    name, value = cookie(client)
    id_, issued, signature = value.split(".")
    forged = {
        "cut": value[:-1],
        "id": f"{'0' * 32}.{issued}.{signature}",
        "time": f"{id_}.{issued[:-1]}{'A' if issued[-1] != 'A' else 'B'}.{signature}",
        "signature": f"{id_}.{issued}.{'0' * len(signature)}",
        "earlier": f"{id_}.{int(owner.time.time())}.{'0' * 64}",
        "empty": "",
        "odd": '"é\\',
        "digits": f"{id_}.{'9' * 5_000}.{signature}",
    }[how]
    seen, known = owner_seen(app, name, forged)
    assert known is None
    assert seen not in ("0" * 32, id_)
    fresh = app.server.test_client(use_cookies=False)
    assert "Set-Cookie" in fresh.get("/", headers={"Cookie": f"{name}={forged}"}).headers


@pytest.mark.parametrize(
    ("days", "holds", "renewed"),
    [(0, True, False), (29, True, False), (31, True, True), (366, False, True), (-1, True, True)],
)
def test_its_age(
    app: Dash,
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    days: int,
    holds: bool,
    renewed: bool,
) -> None:
    """It is renewed in use, ends after a year, and survives a clock that was set back."""
    name, value = cookie(client)
    later = owner.time.time() + days * 86_400
    monkeypatch.setattr(owner.time, "time", lambda: later)
    assert (owner_seen(app, name, value)[1] is not None) is holds
    bare = app.server.test_client(use_cookies=False)
    answer = bare.get("/", headers={"Cookie": f"{name}={value}"})
    assert ("Set-Cookie" in answer.headers) is renewed
    if renewed and holds:
        assert value.split(".")[0] in answer.headers["Set-Cookie"]


def signed_as_before(app: Dash, *parts: str) -> str:
    """The digest of a cookie as it was made before itsdangerous signed them."""
    return hmac.new(app.server.config[owner.KEY], "|".join(parts).encode(), sha256).hexdigest()


@pytest.mark.parametrize(("days", "holds"), [(0, True), (200, True), (-1, True), (366, False)])
def test_one_of_the_earlier_form_holds_and_is_renewed(
    app: Dash, client: FlaskClient, days: int, holds: bool
) -> None:
    """Otherwise whoever comes back would lose their data sets."""
    name, _ = cookie(client)
    id_, issued = "7" * 32, str(int(owner.time.time()) - days * 86_400)
    earlier = f"{id_}.{issued}.{signed_as_before(app, 'owner', id_, issued)}"
    assert (owner_seen(app, name, earlier)[1] == id_) is holds
    bare = app.server.test_client(use_cookies=False)
    answer = bare.get("/", headers={"Cookie": f"{name}={earlier}"})
    renewed = answer.headers["Set-Cookie"].partition("=")[2].split(";")[0]
    assert (owner_seen(app, name, renewed)[1] == id_) is holds
    assert len(renewed.split(".")[2]) < 64
    assert "Set-Cookie" not in bare.get("/", headers={"Cookie": f"{name}={renewed}"}).headers


def test_a_session_of_the_earlier_form_goes_on(app: Dash, client: FlaskClient) -> None:
    name, value = cookie(client)
    id_, mine = "5" * 32, value.split(".")[0]
    earlier = f"{name}-session={id_}.{signed_as_before(app, 'session', mine, id_)}"
    assert session_of(app, f"{name}={value}; {earlier}") == id_
    assert session_of(app, earlier) == ""


def test_without_one_each_request_is_someone_else(app: Dash) -> None:
    assert owner_seen(app, "other", "1")[0] != owner_seen(app, "other", "1")[0]


def session_of(app: Dash, cookies: str) -> str:
    with app.server.test_request_context("/", headers={"Cookie": cookies}):
        return owner.session()


def begun(app: Dash, cookies: str) -> str:
    """The cookie that a first change of a session sets."""
    with app.server.test_request_context("/", headers={"Cookie": cookies}):
        first, again = owner.begin_session(), owner.begin_session()
        assert first == again
        response = app.server.process_response(app.server.make_response("done"))
    return response.headers["Set-Cookie"]


def test_a_session_ends_with_the_browser_and_is_its_owners(app: Dash, client: FlaskClient) -> None:
    name, value = cookie(client)
    assert session_of(app, f"{name}={value}") == ""
    made = begun(app, f"{name}={value}")
    assert "Expires" not in made
    assert "Max-Age" not in made
    assert "HttpOnly" in made
    assert "SameSite=Lax" in made
    kept = made.split(";")[0]
    id_, signature = kept.partition("=")[2].split(".")
    assert session_of(app, f"{name}={value}; {kept}") == id_
    assert begun_again(app, f"{name}={value}; {kept}") == id_
    forged = kept.replace(signature, "0" * 64)
    assert session_of(app, f"{name}={value}; {forged}") == ""
    other_name, other = cookie(other_client(app))
    assert session_of(app, f"{other_name}={other}; {kept}") == ""
    assert session_of(app, kept) == ""


def begun_again(app: Dash, cookies: str) -> str:
    with app.server.test_request_context("/", headers={"Cookie": cookies}):
        found = owner.begin_session()
        response = app.server.process_response(app.server.make_response("done"))
    assert "Set-Cookie" not in response.headers
    return found


def other_client(app: Dash) -> FlaskClient:
    made = app.server.test_client()
    made.get("/")
    return made
