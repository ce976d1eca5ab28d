"""The server as a process: it starts, refuses to start in plain words, and ends cleanly."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from web import serve

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import flask
from web.serve import serve
server = flask.Flask("tiny")
server.config["MAX_CONTENT_LENGTH"] = 1000
server.add_url_rule("/", "hello", lambda: "hello")
server.add_url_rule("/from", "from", lambda: f"{flask.request.scheme} {flask.request.remote_addr}")
server.add_url_rule("/", "count", lambda: flask.request.get_data(), methods=["POST"])
raise SystemExit(serve(server))
"""


def start(**settings: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={**os.environ, "HOST": "127.0.0.1", **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ask(
    port: int, method: str, body: bytes | None = None, path: str = "/", **headers: str
) -> tuple[int, bytes]:
    """One request on a connection of its own: the status and the body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=serve.IDLE / 2)
    with contextlib.closing(connection):
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


@pytest.fixture
def running() -> Iterator[tuple[subprocess.Popen, int]]:
    with serving() as found:
        yield found


@contextlib.contextmanager
def serving(**settings: str) -> Iterator[tuple[subprocess.Popen, int]]:
    """A server on a port that the system chose."""
    process = start(PORT="0", **settings)
    try:
        line = process.stdout.readline()
        assert line.startswith("Cutline is running at http://127.0.0.1:")
        yield process, int(line.split(":")[2].split()[0])
    finally:
        process.terminate()
        process.communicate(timeout=300)


def test_it_serves_and_ends_cleanly(running: tuple[subprocess.Popen, int]) -> None:
    process, port = running
    assert ask(port, "GET") == (200, b"hello")
    assert ask(port, "POST", b"x" * 5_000_000)[0] == 413
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=300)
    if os.name == "posix":
        assert process.returncode == 0
        assert process.stderr.read() == ""


def test_a_body_without_end_leaves_the_others_alone(
    running: tuple[subprocess.Popen, int],
) -> None:
    _, port = running
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\n"
    with contextlib.ExitStack() as open_sockets:
        for rest in (
            b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
            b"Content-Length: 900\r\n\r\nab",
        ):
            for _ in range(10):
                one = socket.create_connection(("127.0.0.1", port), timeout=10)
                open_sockets.enter_context(one).sendall(head + rest)
        # The silent ones are given up after a minute; nobody waits for that.
        assert ask(port, "GET")[0] == 200


def test_another_host_name_is_refused_on_loopback(
    running: tuple[subprocess.Popen, int],
) -> None:
    _, port = running
    assert ask(port, "GET", Host="evil.example")[0] == 400


@pytest.mark.parametrize(
    ("proxy", "seen"), [("", b"http 127.0.0.1"), ("127.0.0.1", b"https 203.0.113.7")]
)
def test_forwarding_headers_count_only_from_the_named_proxy(proxy: str, seen: bytes) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    with serving(CUTLINE_PROXY=proxy) as (_, port):
        assert ask(port, "GET", path="/from", **forwarded) == (200, seen)


@pytest.mark.parametrize("port", ["abc", "-1", "70000", "8050.5", "", "99999999999999", "²"])
def test_a_bad_port_is_one_clear_line(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve.serve(Flask("tiny"), "127.0.0.1", port) == 2
    error = capsys.readouterr().err
    assert error.startswith("PORT must be a number")
    assert error.count("\n") == 1


def test_a_busy_port_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        out, error = (process := start(PORT=str(taken.getsockname()[1]))).communicate(timeout=300)
    assert process.returncode == 2
    assert (out, error.count("\n")) == ("", 1)
    assert "in use" in error


def test_an_unknown_host_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert serve.serve(Flask("tiny"), "no such host", "0") == 2
    assert capsys.readouterr().err.startswith("Cutline cannot listen at")


@pytest.mark.parametrize(
    ("platform", "environment", "wanted"),
    [
        ("linux", {"CUTLINE_BROWSER_OPEN": "1", "DISPLAY": ":0"}, True),
        ("linux", {"CUTLINE_BROWSER_OPEN": "1"}, False),
        ("linux", {"DISPLAY": ":0"}, False),
        ("linux", {"CUTLINE_BROWSER_OPEN": "1", "DISPLAY": ":0", "CI": "true"}, False),
        ("darwin", {"CUTLINE_BROWSER_OPEN": "1"}, True),
    ],
)
def test_a_browser_opens_only_where_asked_and_seen(
    monkeypatch: pytest.MonkeyPatch, platform: str, environment: dict[str, str], wanted: bool
) -> None:
    for name in ("CUTLINE_BROWSER_OPEN", "DISPLAY", "WAYLAND_DISPLAY", "CI"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(serve.sys, "platform", platform)
    assert serve._wants_browser() is wanted


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]"), ("a.example",) * 2],
)
def test_the_address_is_one_to_type(host: str, shown: str) -> None:
    assert serve._address(host, 8050) == f"http://{shown}:8050"
