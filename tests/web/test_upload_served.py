"""Uploads to the program as a process: size, memory, several at once, and a sudden end."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from data.uploads import store
from tests import conftest

TABLE = b"id,time_months,event,CD4\n" + b"".join(
    b"%03d,%d,%d,5\n" % (i, i + 2, i % 2) for i in range(20)
)
BOUNDARY = "cutline-tests"
GROWTH = 50.0  # megabytes


class Visitor:
    """A browser that talks to the server."""

    def __init__(self, url: str) -> None:
        self.address = urlsplit(url).netloc
        answer = self.ask("GET", "/")
        self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        self.id = re.search(r"=([0-9a-f]{32})\.", self.cookie)[1]

    def ask(self, method: str, path: str, body=None, **headers):
        link = http.client.HTTPConnection(self.address, timeout=60)
        try:
            link.request(method, path, body, headers)
            answer = link.getresponse()
            answer.text = answer.read().decode()
            return answer
        finally:
            link.close()

    def upload(self, *files: tuple[str, bytes], **headers):
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        given = {"Cookie": self.cookie, "Content-Type": kind, **headers}
        return self.ask("POST", "/upload", form(*files), **given)


def form(*files: tuple[str, bytes]) -> bytes:
    body = b""
    for name, content in files:
        head = f'Content-Disposition: form-data; name="files"; filename="{name}"'
        body += f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + content + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A server's address, its state folder, and its log."""
    folder = tmp_path_factory.mktemp("uploads")
    with conftest.running_server(folder, folder / "home") as url:
        yield url, folder / "home"


def process_at(url: str) -> int:
    """The process that listens at this address, from what the system shows."""
    port = f":{urlsplit(url).port:04X}"
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    node = next(line.split()[9] for line in lines if line.split()[1].endswith(port))
    for path in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(path) == f"socket:[{node}]":
                return int(path.parts[2])
        except OSError:
            continue
    raise AssertionError("nobody listens")


def most(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(float(line.split()[1]) / 1_000 for line in lines if line.startswith("VmHWM"))


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux shows it")
def test_large_ones_at_once_and_the_memory(place, monkeypatch):
    """Five of 20 MB at a time: all kept, each with its own bytes; the server hardly grows."""
    url, home = place
    monkeypatch.setenv("CUTLINE_HOME", str(home))
    pid, visitors = process_at(url), [Visitor(url) for _ in range(5)]
    assert visitors[0].upload(("small.csv", TABLE)).status == 200
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    before = most(pid)
    contents = [bytes([65 + i]) * 19_900_000 for i in range(5)]
    answers: dict[int, tuple[int, str]] = {}

    def work(number: int) -> None:
        answer = visitors[number].upload((f"{number}.csv", contents[number]))
        answers[number] = (answer.status, answer.text)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert {status for status, _ in answers.values()} == {200}, answers
    assert most(pid) - before < GROWTH
    for number, (_, text) in answers.items():
        files = {id_: of for id_, _, of in store.list_drafts(visitors[number].id)}
        (file,) = files[json.loads(text)["draft"]]
        assert file.sha256 == hashlib.sha256(contents[number]).hexdigest()


def test_what_is_too_large_or_broken(place):
    url, _ = place
    visitor = Visitor(url)
    for size, words in ((20_000_001, "a.csv is larger than 20 MB"), (21_500_000, "larger than 20")):
        answer = visitor.upload(("a.csv", bytes(size)))
        assert (answer.status, words in answer.text) == (413, True), answer.text
    assert visitor.ask("GET", "/health").status == 200
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    headers = {"Cookie": visitor.cookie, "Content-Type": kind}
    chunked = visitor.ask("POST", "/upload", iter([form(("a.csv", TABLE))]), **headers)
    assert chunked.status == 200
    for headers in ({"Content-Length": "99999999999"}, {"Content-Length": "-1"},
                    {"Content-Length": "x"}, {"Transfer-Encoding": "gzip"}):  # fmt: skip
        given = {"Cookie": visitor.cookie, "Content-Type": kind, **headers}
        answer = visitor.ask("POST", "/upload", b"", **given)
        assert 400 <= answer.status < 500 or answer.status == 501, (headers, answer.status)
    assert visitor.ask("GET", "/health").status == 200


@pytest.mark.skipif(sys.platform != "linux", reason="finds the process as Linux shows it")
def test_what_was_answered_is_there_after_a_sudden_end(tmp_path, monkeypatch):
    """F1: a server that is killed has lost nothing that it said it had; the next one goes on."""
    home = tmp_path / "home"
    kept: dict[str, str] = {}
    with conftest.running_server(tmp_path, home) as url:
        visitor = Visitor(url)
        for i in range(3):
            content = TABLE + b"%d,1,1,%d\n" % (100 + i, i)
            answer = visitor.upload((f"{i}.csv", content))
            kept[json.loads(answer.text)["draft"]] = hashlib.sha256(content).hexdigest()
        os.kill(process_at(url), signal.SIGKILL)
    monkeypatch.setenv("CUTLINE_HOME", str(home))
    assert {id_: of[0].sha256 for id_, _, of in store.list_drafts(visitor.id)} == kept
    done = subprocess.run(["ls", "-lR", str(home / "store")], capture_output=True, text=True)
    assert ".tmp-" not in done.stdout
    assert "rw-r" not in done.stdout, "nobody else may read it"
