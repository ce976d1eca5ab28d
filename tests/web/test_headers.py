"""Headers, pages and health."""

import base64
import hashlib
import re

import pytest
from dash import Dash
from flask.testing import FlaskClient

from tests.web.conftest import make_app
from web import headers


def test_every_inline_script_is_allowed_by_its_hash(client: FlaskClient) -> None:
    answer = client.get("/")
    policy = answer.headers["Content-Security-Policy"]
    scripts = re.findall(r"<script>(.*?)</script>", uncommented(answer.text), re.DOTALL)
    scripts += re.findall(r"<script[^>]*javascript[^>]*>(.*?)</script>", answer.text, re.DOTALL)
    assert len(scripts) >= 2  # the clientside callback and the renderer
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def uncommented(html: str) -> str:
    return re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)


def test_the_policy_is_the_strict_one(app: Dash) -> None:
    rules = dict(rule.split(" ", 1) for rule in headers.policy(app).split("; "))
    assert rules.pop("script-src").startswith("'self' 'sha256-")
    assert rules == {
        "default-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "connect-src": "'self'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
    }


@pytest.mark.parametrize("path", ["/", "/nothing", "/health", "/_dash-layout", "/_dash-update-x"])
def test_every_answer_has_the_fixed_headers_and_is_not_kept(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    for name, value in headers.FIXED.items():
        assert answer.headers[name] == value


def test_component_suites_may_be_kept(client: FlaskClient) -> None:
    path = re.search(r'src="(/_dash-component-suites/[^"]*renderer[^"]*)"', client.get("/").text)
    answer = client.get(path[1])
    assert answer.status_code == 200
    assert "no-store" not in answer.headers.get("Cache-Control", "")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_icon_is_not_asked_for_again_at_every_cut_off(client: FlaskClient) -> None:
    answer = client.get("/_favicon.ico")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=86400"


def test_https_is_kept_to_where_it_is_used(client: FlaskClient) -> None:
    secure = client.get("/", base_url="https://localhost")
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in client.get("/").headers


def test_an_unknown_page_is_the_shell_with_404(client: FlaskClient) -> None:
    unknown, known = client.get("/nothing"), client.get("/second")
    assert (unknown.status_code, known.status_code) == (404, 200)
    assert "react-entry-point" in unknown.text
    assert client.get("/_dash-update-component").status_code == 404


def test_health_waits_until_ready() -> None:
    state = {"ready": False}
    client = make_app(lambda: state["ready"]).server.test_client()
    assert client.get("/health").status_code == 503
    state["ready"] = True
    assert client.get("/health").json == {"status": "ok"}
