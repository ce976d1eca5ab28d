"""Files come in through one route, which keeps them and parses nothing."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from dataclasses import replace
from functools import partial

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from data import limits as limits_module
from data.uploads import blob_store, store, worker_pool
from tests.web.conftest import make_app
from web import limits, upload

TABLE = b"id,time_months,event,CD4\n001,2,1,4\n002,3,0,5.5\n"


@pytest.fixture(autouse=True)
def _state(tmp_path, monkeypatch):
    monkeypatch.setenv("CUTLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(worker_pool, "prepare", lambda: None)


def who(client: FlaskClient) -> str:
    """The owner in the client's cookie."""
    (cookie,) = client._cookies.values()
    return cookie.value.split(".")[0]


def send(client: FlaskClient, *files: tuple[str, bytes], **more):
    given = [FileStorage(io.BytesIO(content), name, "files") for name, content in files]
    # The test client itself would spool a large form into a file that it never closes.
    boundary, body = encode_multipart({"files": given, **more})
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post("/upload", data=body, content_type=kind)


def message(answer, status: int) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)[:300]
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json["message"]


def test_files_become_a_draft(client):
    answer = send(client, ("a.csv", TABLE), ("../../b.csv", TABLE + b"003,1,1,1\n"))
    assert answer.status_code == 200
    found = store.read_draft(who(client), answer.json["draft"])
    assert [one.name for one in found.files] == ["a.csv", "b.csv"]
    assert found.files[0].sha256 == hashlib.sha256(TABLE).hexdigest()
    more = send(client, ("c.csv", b"x"), draft=answer.json["draft"])
    assert more.json == answer.json
    assert [one.name for one in store.read_draft(who(client), more.json["draft"]).files][
        -1
    ] == "c.csv"


def test_nobody_adds_to_the_draft_of_another(app, client):
    draft = send(client, ("a.csv", TABLE)).json["draft"]
    other = app.server.test_client()
    other.get("/")
    for given in (draft, "0" * 20, "../x", "x" * 1_000):
        words = message(send(other, ("b.csv", TABLE), draft=given), 404)
        assert words == "There is nothing of that name here."


def test_a_visitor_without_a_page_and_one_from_elsewhere(app, client):
    assert "Open a page" in message(send(app.server.test_client(), ("a.csv", TABLE)), 403)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        data = {"files": (io.BytesIO(TABLE), "a.csv")}
        assert client.post("/upload", data=data, headers=headers).status_code == 403
    assert store.list_drafts(who(client)) == []


@pytest.mark.parametrize(
    ("body", "kind", "status", "words"),
    [
        (b"{}", "application/json", 415, "as a form"),
        (TABLE, "text/csv", 415, "as a form"),
        (b"a=b", "application/x-www-form-urlencoded", 415, "as a form"),
        (b"", "multipart/form-data; boundary=x", 422, "No file"),
        (b"--x--\r\n", "multipart/form-data; boundary=x", 422, "No file"),
        (b"nonsense", "multipart/form-data; boundary=x", 422, "No file"),
        (b"nonsense", "multipart/form-data", 422, "No file"),
        (b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nhalf',
         "multipart/form-data; boundary=x", 422, "No file"),
        (b'--x\r\nContent-Disposition: form-data; name="f"; filename=""\r\n\r\n\r\n--x--\r\n',
         "multipart/form-data; boundary=x", 422, "No file"),
        (b"--x\r\n" + b"A" * 100_000, "multipart/form-data; boundary=x", 422, "No file"),
        (b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\nno file\r\n' * 300 + b"--x--\r\n",
         "multipart/form-data; boundary=x", 413, "larger"),
        (b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n' + b"A" * 600_000 + b"\r\n--x--",
         "multipart/form-data; boundary=x", 413, "larger"),
    ],
)  # fmt: skip
def test_forms_that_are_none(client, body, kind, status, words):
    assert words in message(client.post("/upload", data=body, content_type=kind), status)
    assert store.list_drafts(who(client)) == []


def test_sizes(client, monkeypatch):
    small = replace(limits_module.LIMITS, file=1_000, body=3_000)
    monkeypatch.setattr(limits_module, "LIMITS", small)
    assert "big.csv is larger than 1 kB" in message(send(client, ("big.csv", b"x" * 1_001)), 413)
    assert "larger" in message(send(client, ("a", b"x" * 900), ("b", b"x" * 2_500)), 413)
    lie = {"CONTENT_LENGTH": "10"}
    answer = client.post("/upload", data=b"--x\r\n" + b"A" * 99, environ_overrides=lie,
                         content_type="multipart/form-data; boundary=x")  # fmt: skip
    assert message(answer, 422)
    assert send(client, ("ok.csv", b"x" * 1_000)).status_code == 200


def test_a_full_disk(client, monkeypatch):
    """F5: 507 with a sentence, nothing half, and then it works again."""

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(blob_store.os, "fsync", full)
        assert "disk is full" in message(send(client, ("a.csv", TABLE)), 507)
    assert store.list_drafts(who(client)) == []
    assert send(client, ("a.csv", TABLE)).status_code == 200


def test_a_state_folder_that_cannot_be_used(client, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CUTLINE_HOME", str(tmp_path / "file"))
    assert "state folder cannot be used" in message(send(client, ("a.csv", TABLE)), 507)


def test_too_many_uploads(monkeypatch):
    monkeypatch.setattr(upload, "BURST", 3.0)
    monkeypatch.setattr(upload, "Buckets", partial(limits.Buckets, clock=lambda: 0.0))
    app = make_app()
    client = app.server.test_client()
    client.get("/")
    answers = [send(client, ("a.csv", TABLE)) for _ in range(5)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["Retry-After"]
    app.server.config[limits.SETTING] = False
    assert send(client, ("a.csv", TABLE)).status_code == 200


def test_other_methods(client):
    for method in ("put", "delete", "options", "patch"):
        assert getattr(client, method)("/upload").status_code == 405
    assert client.get("/upload").status_code in (404, 405)


def test_the_original_bytes_go_out_as_they_came(app, client):
    draft = send(client, ('a";\r\nX: y.csv', TABLE)).json["draft"]
    store.read_draft(who(client), draft)
    code = store.open(who(client), draft, "Mine")
    with client.get(f"/original/{code}/0") as answer:
        assert answer.data == TABLE
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "X" not in answer.headers
    other = app.server.test_client()
    other.get("/")
    answers = [
        other.get(f"/original/{code}/0"),
        app.server.test_client().get(f"/original/{code}/0"),
        client.get(f"/original/{code}/1"),
        client.get("/original/own-0000000000000000/0"),
        client.get("/original/imail2/0"),
    ]
    assert {(one.status_code, one.data) for one in answers} == {(404, answers[0].data)}


def test_a_damaged_original_is_not_given_out(client, tmp_path):
    draft = send(client, ("a.csv", TABLE)).json["draft"]
    store.read_draft(who(client), draft)
    code = store.open(who(client), draft)
    digest = hashlib.sha256(TABLE).hexdigest()
    (tmp_path / "home" / "store" / who(client) / "blobs" / digest).write_bytes(TABLE[:-3])
    answer = client.get(f"/original/{code}/0")
    assert answer.status_code == 422
    assert "damaged" in answer.json["error"]


def test_the_files_of_a_form_leave_nothing_behind(client, tmp_path, monkeypatch):
    """Temporary files of a large upload are gone with its request."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    with send(client, ("a.bin", os.urandom(3_000_000))) as answer:
        assert answer.status_code == 200
    with send(client, ("a.bin", os.urandom(22_000_000))) as answer:
        assert "larger than 20 MB" in message(answer, 413)
    assert list(folder.iterdir()) == []
