"""Limits, full and read-only disks, flipped bytes: nothing is lost, and nothing wrong is shown."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from data import limits as limits_module
from data.state_dir import StateDirError
from data.uploads import blob_store, repository, store
from tests.data.uploads.small_uploads import (
    ANN,
    N,
    files_of,
    flip,
    limits,
    opened,
    quick,
    received_and_read,
    table,
)

ROOT = Path(limits_module.__file__).resolve().parents[1]
__all__ = ["quick"]
pytestmark = pytest.mark.usefixtures("quick")


# -------------------------------------------------------------------------------------- limits


def test_limits(monkeypatch, quick):
    limits(monkeypatch, file=1_000)
    with pytest.raises(store.TooMuch, match=r"big\.csv is larger than 1 kB"):
        store.receive(ANN, [("ok.csv", b"x"), ("big.csv", b"x" * 1_001)])
    assert files_of(quick) == []
    with pytest.raises(store.StoreError, match="No file"):
        store.receive(ANN, [])
    limits(monkeypatch, members=1)
    with pytest.raises(store.TooMuch, match="More than 1 files"):
        store.receive(ANN, [("a.csv", b"x"), ("b.csv", b"y")])
    limits(monkeypatch, datasets=1)
    code = opened()
    assert opened() == code
    second = received_and_read(content=table(first=7.0))
    with pytest.raises(store.TooMuch, match="You have 1 data sets: delete one first"):
        store.open(ANN, second.id)
    assert store.replace(ANN, code, second.id) != code
    limits(monkeypatch, kept=30_000, file=30_000)
    with pytest.raises(store.TooMuch, match="more than 30 kB"):
        store.receive(ANN, [("a.csv", b"z" * 29_000)])
    assert len(files_of(quick)) == 3


def test_a_disk_that_is_nearly_full(monkeypatch, quick):
    limits(monkeypatch, spare=10**15)
    with pytest.raises(store.NotSaved, match="nearly full"):
        store.receive(ANN, [("a.csv", table())])
    assert files_of(quick) == []


def test_limits_are_settings():
    given = limits_module.from_settings({"CUTLINE_LIMIT_ROWS": "7", "CUTLINE_LIMIT_WAIT": "2.5"})
    assert (given.rows, given.wait, given.columns) == (7, 2.5, 2_000)
    for text in ("x", "-1", "0", "nan", "1e99", "2.5"):
        with pytest.raises(ValueError, match="CUTLINE_LIMIT_ROWS must be a positive number"):
            limits_module.from_settings({"CUTLINE_LIMIT_ROWS": text})
    done = subprocess.run(
        [sys.executable, "-c", "import data.limits"], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "CUTLINE_LIMIT_ROWS": "many"},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == (
        "Cutline cannot start: CUTLINE_LIMIT_ROWS must be a positive number, not 'many'\n"
    )


def test_drafts_that_nobody_came_back_to(monkeypatch, quick):
    limits(monkeypatch, drafts=3)
    made = [store.receive(ANN, [("a.csv", b"%d" % i)]) for i in range(5)]
    assert len(store.list_drafts(ANN)) == 3
    assert len(files_of(quick)) == 3
    limits(monkeypatch, draft_days=1e-9)
    monkeypatch.setattr(repository, "now", lambda: "2999-01-01T00:00:00+00:00")
    last = store.receive(ANN, [("a.csv", b"new")])
    assert [id_ for id_, _, _ in store.list_drafts(ANN)] == [last]
    assert last not in made


# -------------------------------------------------------------------------------------- faults


def test_a_flipped_byte_is_never_a_figure(quick):
    """F7: in each of the files of a data set, one after the other."""
    code = opened()
    for path in sorted((quick / "store" / ANN / "blobs").iterdir()):
        good = path.read_bytes()
        for change in ("flipped", "cut short"):
            flip(path, len(good) // 2) if change == "flipped" else path.write_bytes(good[:-7])
            found = []
            for call in (lambda: store.load(ANN, code), lambda: store.find_original(ANN, code, 0),
                         lambda: store.read_draft(ANN, store.edit(ANN, code))):  # fmt: skip
                try:
                    call()
                except store.Damaged as error:
                    found.append(str(error))
            assert len(found) == 1, path
            assert "damaged" in found[0]
            path.write_bytes(good)
    assert store.load(ANN, code).n == N


def test_a_flipped_byte_in_its_note(quick):
    code = opened()
    other = opened(content=table(first=5.0), title="Other")
    flip(quick / "store" / ANN / "sets" / code, 100)
    with pytest.raises(store.Damaged, match="description is damaged"):
        store.load(ANN, code)
    assert {one.code: bool(one.damaged) for one in store.list_datasets(ANN)} == {
        code: True,
        other: False,
    }
    before = files_of(quick)
    store.recover()
    assert files_of(quick) == before, "what a damaged note needs is not known: nothing is cleared"
    assert store.load(ANN, other).n == N
    store.delete(ANN, code)
    assert [one.title for one in store.list_datasets(ANN)] == ["Other"]


@pytest.mark.parametrize("where", ["fsync", "write"])
def test_a_full_disk_is_a_sentence_and_loses_nothing(monkeypatch, quick, where):
    """F5."""
    code = opened()
    before = sorted(str(p) for p in quick.rglob("*") if p.is_file())

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    draft = received_and_read(content=table(first=8.0))
    before = sorted(str(p) for p in quick.rglob("*") if p.is_file())
    if where == "fsync":
        monkeypatch.setattr(blob_store.os, "fsync", full)
    else:
        monkeypatch.setattr(blob_store, "_sync", full)
    for call in (
        lambda: store.receive(ANN, [("a.csv", table(first=9.0))]),
        lambda: store.rename(ANN, code, "x"),
        lambda: store.open(ANN, draft.id),
        lambda: store.delete(ANN, code),
    ):
        with pytest.raises(store.NotSaved, match="disk is full"):
            call()
    assert sorted(str(p) for p in quick.rglob("*") if p.is_file()) == before
    assert store.load(ANN, code).n == N
    monkeypatch.undo()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_can_only_be_read(quick):
    """F6."""
    code = opened()
    os.chmod(quick, 0o500)
    try:
        with pytest.raises(StateDirError, match="cannot be written"):
            store.receive(ANN, [("a.csv", table())])
        assert store.load(ANN, code).n == N
    finally:
        os.chmod(quick, 0o700)


def test_a_disk_that_can_only_be_read(monkeypatch):
    """F6, also for root: what the system answers on a read-only file system."""
    code, plain = opened(), os.open

    def read_only(path, flags, *rest, **named):
        if flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(errno.EROFS, "Read-only file system")
        return plain(path, flags, *rest, **named)

    monkeypatch.setattr(blob_store.os, "open", read_only)
    for call in (
        lambda: store.receive(ANN, [("a.csv", table())]),
        lambda: store.rename(ANN, code, "x"),
        lambda: store.delete(ANN, code),
    ):
        with pytest.raises(store.NotSaved, match="Nothing can be kept here: Read-only"):
            call()
    assert store.load(ANN, code).n == N
    assert [one.title for one in store.list_datasets(ANN)] == ["Mine"]


def test_many_at_once(quick):
    """Threads that receive and delete do not take each other's files away."""
    kept_code, failed = opened(), []

    def work(number):
        try:
            content = table(first=10.0 + number)
            draft = store.receive(ANN, [("t.csv", content)])
            assert store.read_draft(ANN, draft).opens
            store.discard(ANN, draft)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not failed
    assert store.load(ANN, kept_code).n == N
    assert len(files_of(quick)) == 3
