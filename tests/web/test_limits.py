"""A visitor who asks too often waits; others do not."""

from functools import partial

import pytest

from services.request import audit
from tests.web.conftest import make_app
from web import limits
from web.limits import BURST, Buckets


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_a_steady_rate() -> None:
    clock = Clock()
    buckets = Buckets(rate=30, burst=200, clock=clock)
    assert not any(buckets.wait("a") for _ in range(200))
    assert buckets.wait("a") == pytest.approx(1 / 30)
    assert buckets.wait("b") == 0
    clock.now = 1.0
    assert sum(buckets.wait("a") == 0 for _ in range(100)) == 30


def test_memory_is_bounded_and_the_busy_are_remembered() -> None:
    buckets = Buckets(burst=1, most=10, clock=Clock())
    buckets.wait("busy")
    for number in range(100):
        buckets.wait(f"visitor {number}")
        assert buckets.wait("busy") > 0
    assert len(buckets) == 10


def test_the_server_answers_429_to_one_visitor_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "Buckets", partial(Buckets, clock=Clock()))
    app = make_app()
    first, second = app.server.test_client(), app.server.test_client()
    assert first.get("/").status_code == 200
    assert second.get("/").status_code == 200
    answers = [first.get("/_dash-layout") for _ in range(int(BURST) + 100)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 100
    assert int(refused[0].headers["Retry-After"]) >= 1
    assert second.get("/_dash-layout").status_code == 200
    assert first.get("/health").status_code == 200
    assert first.get("/_dash-component-suites/os/x.js").status_code == 404


def test_the_audit_line_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    app = make_app()
    hostile = {"PATH_INFO": "/a\r\nforged line\x1b[31m"}
    with app.server.test_request_context("/", environ_overrides=hostile):
        audit.log_refusal(404, "A reason.")
    app.server.test_client().open("/" + "x" * 10_000, method="DELETE")
    first, second = caplog.messages
    assert "\n" not in first
    assert "\r" not in first
    assert "\x1b" not in first
    assert "\\r\\nforged\\x20line" in first
    assert len(second) < 1_000
