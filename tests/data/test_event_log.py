"""The log only grows, in one order, whoever writes to it."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from data import event_log
from data.event_log import KINDS, MAX_PAYLOAD, append, read
from data.state_dir import StateDirError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A state folder of its own."""
    monkeypatch.setenv("CUTLINE_HOME", str(tmp_path / "state"))
    yield tmp_path / "state"
    event_log.close_connections()


def test_what_is_written_is_read_in_order():
    numbers = [append("anna", "imail2", kind, {"n": n}) for n, kind in enumerate(KINDS)]
    assert numbers == sorted(set(numbers))
    found = read()
    assert [record.sequence for record in found] == numbers
    assert [record.kind for record in found] == list(KINDS)
    assert [record.payload["n"] for record in found] == list(range(len(KINDS)))
    assert all(record.at.endswith("+00:00") for record in found)


def test_reading_by_owner_cohort_and_kind():
    append("anna", "imail2", "looks", {"n": 1})
    append("ben", "imail2", "looks", {"n": 2})
    append("anna", "gbsg2", "notes", {"n": 3})

    def numbers(**asked):
        return [record.payload["n"] for record in read(**asked)]

    assert numbers(owner="anna") == [1, 3]
    assert numbers(cohort="imail2") == [1, 2]
    assert numbers(kind="notes") == [3]
    assert numbers(owner="anna", cohort="imail2", kind="looks") == [1]
    assert numbers(owner="' OR 1=1 --") == []


def test_payloads_come_back_as_they_were():
    payload = {"text": "≥ 20 %", "list": [1, 2.5, None, True], "deep": {"x": {}}}
    append("anna", "imail2", "saved", payload)
    assert read()[0].payload == payload


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records SET owner = 'x'",
        "DELETE FROM records",
        "INSERT OR REPLACE INTO records VALUES (1, 'x', 'x', 'x', 'looks', '{}')",
        "REPLACE INTO records VALUES (1, 'x', 'x', 'x', 'looks', '{}')",
        "INSERT INTO records VALUES (9, 'x', 'x', 'x', 'other', '{}')",
    ],
)
def test_the_database_refuses_changes(folder, statement):
    append("anna", "imail2", "looks", {"n": 1})
    path = folder / "records.sqlite3"
    with closing(sqlite3.connect(path)) as database, pytest.raises(sqlite3.IntegrityError):
        database.execute(statement)
    assert [record.owner for record in read()] == ["anna"]


@pytest.mark.parametrize(
    ("owner", "cohort", "kind", "payload", "words"),
    [
        ("anna", "imail2", "glances", {}, "unknown kind"),
        ("anna", "imail2", "", {}, "unknown kind"),
        ("", "imail2", "looks", {}, "owner"),
        ("anna", "c" * 201, "looks", {}, "cohort"),
        ("anna", None, "looks", {}, "cohort"),
        ("anna", "imail2", "looks", [1], "must be a dict"),
        ("anna", "imail2", "looks", {"x": float("nan")}, "plain JSON"),
        ("anna", "imail2", "looks", {"x": object()}, "plain JSON"),
        ("anna", "imail2", "looks", {"x": "\ud800"}, "plain JSON"),
        ("anna", "imail2", "looks", {"x": "é" * (MAX_PAYLOAD // 2)}, "larger than"),
    ],
)
def test_bad_records_are_refused(owner, cohort, kind, payload, words):
    with pytest.raises(ValueError, match=words):
        append(owner, cohort, kind, payload)
    assert read() == []


def test_an_unknown_kind_cannot_be_read():
    with pytest.raises(ValueError, match="unknown kind"):
        read(kind="glances")


def test_a_payload_nested_too_deep_is_refused():
    payload: dict = {}
    for _ in range(100_000):
        payload = {"x": payload}
    with pytest.raises(ValueError, match="plain JSON"):
        append("anna", "imail2", "looks", payload)


@pytest.mark.skipif(os.name == "nt", reason="modes are a POSIX matter")
def test_the_file_is_private(folder):
    append("anna", "imail2", "looks", {})
    path = folder / "records.sqlite3"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_that_is_taken_away_is_made_again(folder):
    append("anna", "imail2", "looks", {})
    for path in folder.glob("records.sqlite3*"):
        path.unlink()
    assert read() == []


def test_a_folder_that_cannot_be_used_is_one_error(folder):
    folder.mkdir(mode=0o700)
    (folder / "records.sqlite3").mkdir()
    with pytest.raises(StateDirError, match="records cannot be kept"):
        append("anna", "imail2", "looks", {})


def test_threads_write_together():
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda n: append("anna", "imail2", "looks", {"n": n}), range(80)))
    assert sorted(numbers) == list(range(1, 81))
    assert {record.payload["n"] for record in read()} == set(range(80))


def test_a_thread_has_one_connection_and_it_goes_with_the_thread(monkeypatch):
    opened = []
    connect = event_log._connect
    monkeypatch.setattr(event_log, "_connect", lambda path: opened.append(path) or connect(path))
    for n in range(5):
        append("anna", "imail2", "looks", {"n": n})
    assert len(opened) == 2  # one makes the file, one stays
    with ThreadPoolExecutor(3) as pool:
        barrier = threading.Barrier(3)
        assert (
            len(set(pool.map(lambda _: (barrier.wait(), id(_this_connection()))[1], range(3)))) == 3
        )
    assert len(event_log._connections) == 4
    with ThreadPoolExecutor(1) as pool:
        pool.submit(read).result()  # a new thread lets go of what ended threads have left
        assert len(event_log._connections) == 2
    event_log.close_connections()
    assert not event_log._connections
    assert [record.payload["n"] for record in read()] == list(range(5))


def _this_connection():
    with event_log._database() as database:
        return database


def test_a_call_that_fails_keeps_no_connection_and_leaves_nothing():
    append("anna", "imail2", "looks", {"n": 1})
    with pytest.raises(StateDirError):
        _fail_in_the_middle()
    assert not event_log._connections
    append("anna", "imail2", "looks", {"n": 2})
    assert [record.payload["n"] for record in read()] == [1, 2]


def _fail_in_the_middle():
    with event_log._database() as database:
        database.execute("BEGIN IMMEDIATE")
        database.execute(
            "INSERT INTO records (at, owner, cohort, kind, payload) "
            "VALUES ('now', 'anna', 'imail2', 'looks', '{}')"
        )
        raise sqlite3.OperationalError("the disk is full")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_opens_its_own(folder):
    append("anna", "imail2", "looks", {"n": 1})
    code = (
        "import os\nfrom data import event_log\n"
        "event_log.append('anna', 'imail2', 'looks', {'n': 2})\n"
        "child = os.fork()\n"
        "event_log.append('anna', 'imail2', 'looks', {'n': 3 if child else 4})\n"
        "assert len(event_log._not_ours) == (not child)\n"
        "assert not child or os.waitpid(child, 0)[1] == 0"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=300, check=False)
    assert done.returncode == 0
    assert sorted(record.payload["n"] for record in read()) == [1, 2, 3, 4]


def test_processes_write_together():
    code = (
        "from data.event_log import append\n"
        "for n in range(20): append('anna', 'imail2', 'looks', {'n': n})"
    )
    started = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) for _ in range(5)]
    assert [process.wait() for process in started] == [0] * 5
    assert [record.sequence for record in read()] == list(range(1, 101))
    assert event_log.read(kind="looks")[-1].sequence == 100


def test_only_what_came_after_a_number_is_read_again():
    first = append("anna", "imail2", "looks", {"n": 1})
    second = append("anna", "imail2", "looks", {"n": 2})
    assert [record.sequence for record in read(cohort="imail2", after=first)] == [second]
    assert read(cohort="imail2", after=second) == []


def test_the_latest_is_of_one_owner_cohort_and_kind():
    assert event_log.read_latest(owner="anna", cohort="imail2", kind="basket") is None
    for n in range(3):
        append("anna", "imail2", "basket", {"n": n})
    append("bert", "imail2", "basket", {"n": 7})
    append("anna", "gbsg2", "basket", {"n": 8})
    append("anna", "imail2", "saved", {"n": 9})
    found = event_log.read_latest(owner="anna", cohort="imail2", kind="basket")
    assert (found.sequence, found.payload) == (3, {"n": 2})
    with pytest.raises(ValueError, match="unknown kind"):
        event_log.read_latest(owner="anna", cohort="imail2", kind="other")
