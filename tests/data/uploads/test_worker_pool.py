"""Files are read by a process that may be killed; whatever becomes of it, there is a report."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from data.cohort import content_hash
from data.limits import LIMITS
from data.sources import understand
from data.storage.cohort_file import read as read_frames
from data.uploads import blob_store, import_report, worker_pool

GOOD = "id,time_months,event,CD4 (cells/µL)\n001,2,1,4\n002,3,0,5.5\n"
ROOT = Path(worker_pool.__file__).resolve().parents[2]


@pytest.fixture
def desk(tmp_path):
    with worker_pool.make_work_folder(tmp_path / "desks") as path:
        yield path


def lay(desk: Path, content: str | bytes, name: str = "t.csv") -> None:
    (desk / "input" / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def sentence(found: dict) -> str:
    (problem,) = import_report.from_json(found).problems
    return problem.message


def slow(monkeypatch, code: str) -> None:
    """Let another program stand in for the reader: it takes the job and does this."""
    start = subprocess.Popen
    text = f"import sys, time, os; sys.stdin.readline(); {code}"
    monkeypatch.setattr(worker_pool, "_spare", [])
    monkeypatch.setattr(
        worker_pool.subprocess, "Popen", lambda _, **o: start([sys.executable, "-c", text], **o)
    )


def test_the_process_says_what_reading_here_says(desk):
    lay(desk, GOOD)
    found = import_report.from_json(worker_pool.read(desk, None, LIMITS))
    here = understand(desk / "input" / "t.csv")
    for name in ("name", "convention", "mapping", "tables", "events", "visits", "markers"):
        assert getattr(found.understood, name) == getattr(here, name), name
    assert not found.problems
    assert found.warnings == here.cohort().warnings
    cohort = read_frames(desk / "output" / worker_pool.COHORT)
    assert cohort.subjects.equals(here.cohort().subjects)
    assert cohort.measurements.equals(here.cohort().measurements)
    assert cohort.id == content_hash(cohort)
    assert cohort.study.name == cohort.study.title == ""


def test_a_mapping_and_problems_cross_over(desk):
    lay(desk, GOOD.replace("2,1,4", "-2,1,x"))
    found = import_report.from_json(
        worker_pool.read(desk, {"event_is": "0", "nonsense": 1}, LIMITS)
    )
    assert {(p.column, p.row) for p in found.problems} >= {("time_months", 2)}
    assert "unknown role 'nonsense'" in " ".join(map(str, found.problems))
    assert not (desk / "output" / worker_pool.COHORT).exists()


def test_time_by_the_clock_ends_it(desk, monkeypatch):
    slow(monkeypatch, "time.sleep(600)")
    lay(desk, GOOD)
    began = time.monotonic()
    found = worker_pool.read(desk, None, replace(LIMITS, wait=0.5))
    assert time.monotonic() - began < 300
    assert sentence(found).startswith("could not be read (stopped after 0.5 s)")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_processor_time_ends_it(desk):
    rows = "".join(f"P{i},{i % 99 + 1},{i % 2},5\n" for i in range(150_000))
    lay(desk, "id,time_months,event,M\n" + rows)
    found = worker_pool.read(desk, None, replace(LIMITS, seconds=0.01))
    assert "stopped after 0.01 s" in sentence(found)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps such a limit")
def test_memory_ends_it(desk):
    rows = "".join(f"P{i}," + "1," * 60 + "1\n" for i in range(60_000))
    lay(desk, "id," + ",".join(f"m{i}" for i in range(61)) + "\n" + rows)
    found = worker_pool.read(desk, None, replace(LIMITS, memory=150_000_000))
    # Where in the reading it ends is the system's choice.
    assert re.search("is too large to be read|stopped at 150 MB of memory", sentence(found))
    assert "at 150 MB of memory" in worker_pool.explain_stop(3, replace(LIMITS, memory=150_000_000))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("os.kill(os.getpid(), 9)", "could not be read (stopped; the limits are 10 s and 512 MB)"),
        ("os.abort()", "could not be read (stopped; the limits are"),
        ("sys.exit(1)", "Cutline itself failed"),
        ("print('x')", "Cutline itself failed"),
    ],
)
def test_an_end_of_any_kind_is_a_sentence(desk, monkeypatch, code, words):
    slow(monkeypatch, code)
    lay(desk, GOOD)
    assert words in sentence(worker_pool.read(desk, None, LIMITS))


def test_a_reader_that_is_killed_in_the_middle(desk):
    """F3: by its process id, from outside; whoever waits for it gets the sentence."""
    worker_pool.prepare()
    (process,) = worker_pool._spare
    lay(desk, GOOD)
    os.kill(process.pid, signal.SIGSTOP)  # so that it cannot be faster
    threading.Timer(0.3, process.kill).start()
    assert "stopped; the limits are" in sentence(worker_pool.read(desk, None, LIMITS))
    lay(desk, GOOD)
    assert not import_report.from_json(worker_pool.read(desk, None, LIMITS)).problems


@pytest.mark.parametrize(
    "said", [b"{}", b"[]", b"not json", b'{"understood": 3}', b"[" * 100_000, b"\xff"]
)
def test_what_is_no_report_is_not_believed(desk, said):
    (desk / "output" / worker_pool.REPORT).write_bytes(said)
    assert worker_pool._report(desk / "output") is None


def test_the_process_knows_no_secrets_and_ends_with_its_input(monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_SERVER", "x")
    process = worker_pool._start()
    if sys.platform == "linux":
        assert b"SECRET" not in Path(f"/proc/{process.pid}/environ").read_bytes()
    process.communicate(b"", timeout=300)
    assert process.returncode == 0


def test_the_server_loads_no_reader():
    code = "import sys, data.uploads.store, web.upload; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert "data.uploads.store" in loaded
    assert loaded.isdisjoint({"openpyxl", "pyreadstat", "data.sources.conventions"})


def test_one_reading_of_each_person_and_two_in_all(tmp_path, monkeypatch):
    for owner in "abc":
        (tmp_path / owner).mkdir()
    monkeypatch.setattr(worker_pool.limits, "LIMITS", replace(LIMITS, wait=1.0))
    with worker_pool.wait_for_turn(tmp_path, "a"):
        with pytest.raises(blob_store.Busy), worker_pool.wait_for_turn(tmp_path, "a"):
            pytest.fail("two of one person")
        with (
            worker_pool.wait_for_turn(tmp_path, "b"),
            pytest.raises(blob_store.Busy),
            worker_pool.wait_for_turn(tmp_path, "c"),
        ):
            pytest.fail("three in all")
        with worker_pool.wait_for_turn(tmp_path, "c"):
            pass


def test_desks_that_a_crash_left_are_cleared(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    for path in (old, new):
        (path / "input").mkdir(parents=True)
    os.utime(old, (0, 0))
    worker_pool.remove_stale(tmp_path)
    assert not old.exists()
    assert new.exists()
    worker_pool.remove_stale(tmp_path / "nowhere")
