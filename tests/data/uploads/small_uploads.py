"""Small files that somebody brings, and a store that reads them without another process."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from data import limits as limits_module
from data.uploads import import_worker, store, worker_pool

ANN, BEN = "a" * 32, "b" * 32
N = 20
HEADER = "Patient,OS (months),OS status,CD4 (cells/µL)\n"


def table(n: int = N, *, first: float = 3.0, more: str = "") -> bytes:
    """A tidy table that opens: n patients, every second one died."""
    rows = "".join(f"{i:03d},{i + first},{i % 2},{100 + 7 * i}{more}\n" for i in range(n))
    header = HEADER.replace("\n", ",CD8\n") if more else HEADER
    return (header + rows).encode()


def read_here(desk: Path, mapping: dict | None, most: object) -> dict:
    """What the process does, in this one."""
    files = list((desk / "input").iterdir())
    path = files[0] if len(files) == 1 else desk / "input"
    import_worker.read(path, mapping, most, desk / "output")
    return json.loads((desk / "output" / worker_pool.REPORT).read_bytes())


@pytest.fixture
def quick(tmp_path, monkeypatch):
    """A state folder of the test's own, and readings in this process; gives the folder."""
    monkeypatch.setenv("CUTLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(worker_pool, "read", read_here)
    monkeypatch.setattr(worker_pool, "prepare", lambda: None)
    return tmp_path / "home"


def opened(owner=ANN, content=None, title="Mine", name="trial.csv"):
    draft = store.receive(owner, [(name, content or table())])
    store.read_draft(owner, draft)
    return store.open(owner, draft, title)


def received_and_read(owner=ANN, content=None):
    draft = store.receive(owner, [("trial.csv", content or table())])
    return store.read_draft(owner, draft)


def files_of(home, owner=ANN):
    return sorted(p.name for p in (home / "store" / owner / "blobs").iterdir())


def limits(monkeypatch, **values):
    changed = dataclasses.replace(limits_module.LIMITS, **values)
    monkeypatch.setattr(limits_module, "LIMITS", changed)


def flip(path, at=-1):
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(bytes(content))
