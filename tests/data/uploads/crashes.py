"""Run by test_crashes.py in a process of its own: ends a copy of itself at every step on the disk.

Prints one line for each step: which call it was, and what the store holds after the restart.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

from data.uploads import blob_store, repository, store, worker_pool
from tests.data.uploads.small_uploads import ANN, N, read_here, table

CALLS = ("open", "replace", "fsync", "unlink", "link", "rename")


def main(folder: Path) -> None:
    worker_pool.read, worker_pool.prepare = read_here, lambda: None
    before = folder / "before"
    os.environ["CUTLINE_HOME"] = str(before)
    old = _open(table())
    for name in JOBS:
        for step in range(1, 1_000):
            home = folder / "now"
            shutil.rmtree(home, ignore_errors=True)
            shutil.copytree(before, home)
            os.environ["CUTLINE_HOME"] = str(home)
            if _ended_at(step, JOBS[name], old):
                break
            print(name, step, _after(home, old), flush=True)


def _open(content: bytes) -> str:
    draft = store.receive(ANN, [("t.csv", content)])
    store.read_draft(ANN, draft)
    return store.open(ANN, draft, "one")


def _replace(old: str) -> None:
    draft = store.receive(ANN, [("t.csv", table(first=5.0))])
    store.read_draft(ANN, draft)
    store.replace(ANN, old, draft)


JOBS = {
    "open": lambda old: _open(table(first=4.0)),
    "rename": lambda old: store.rename(ANN, old, "two"),
    "replace": _replace,
    "delete": lambda old: store.delete(ANN, old),
}


def _ended_at(step: int, job, old: str) -> bool:
    """Do the job in a copy of this process that is killed at a step; whether it came to its end."""
    child = os.fork()
    if child == 0:
        _die_at(step)
        job(old)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _die_at(step: int) -> None:
    left = [step]

    def counted(call):
        def die_or_do(*given, **named):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*given, **named)

        return die_or_do

    for name in CALLS:
        setattr(os, name, counted(getattr(os, name)))


def _after(home: Path, old: str) -> str:
    """What a restarted server finds; AssertionError where that is half of something."""
    store.recover()
    found = store.list_datasets(ANN)
    for one in found:
        assert not one.damaged
        assert store.load(ANN, one.code).n == N
        assert store.find_original(ANN, one.code, 0)[1].exists()
    for id_, _, _ in store.list_drafts(ANN):
        store.read_draft(ANN, id_)
    place = home / "store" / ANN
    left = [path.name for path in place.rglob("*") if path.name.startswith(blob_store.DRAFT)]
    assert not left, left
    assert set(os.listdir(place / "blobs")) == set(repository.list_used_blobs(ANN))
    return " ".join(sorted(("old" if one.code == old else "new") + ":" + one.title
                           for one in found)) or "none"  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
