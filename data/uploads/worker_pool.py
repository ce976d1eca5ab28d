"""Files are read in another process, within limits of memory and time, a few at once.

Whatever a file does to its reader (bombs, crashes of a library, an endless loop), the answer is a
report: a sentence among its problems. The process gets no secrets, and its result is no pickle.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from filelock import BaseFileLock

from data import limits
from data.cohort import Problem
from data.limits import Limits, size
from data.uploads import blob_store, import_report

ROOT = Path(__file__).resolve().parent.parent.parent
# What `data.uploads.import_worker` leaves.
REPORT, COHORT, MARKED = "report.json", "cohort.npz", "marked.xlsx"
OUT_OF_MEMORY = 3  # its exit code
LARGEST_OUTPUT = 400_000_000  # bytes of one of its files
LARGEST_REPORT = 32_000_000  # bytes
LEFT_OVER = 600.0  # seconds after which a work folder belongs to nobody
_ENVIRONMENT = (
    "PATH",
    "SYSTEMROOT",
    "LANG",
    "LC_ALL",
    "VIRTUAL_ENV",
    "LD_LIBRARY_PATH",
    "TMPDIR",
    "TEMP",
)
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
FAILED = "could not be read (Cutline itself failed on it, which is our fault): export it as CSV"
BUSY = "Other files are being read; try again in a moment."
WAITING = 4  # requests that may wait here at a time: a server has few threads
_waiting = threading.BoundedSemaphore(WAITING)
_spare: list[subprocess.Popen] = []
_guard = threading.Lock()


@contextmanager
def make_work_folder(folder: Path) -> Iterator[Path]:
    """A folder for one import, with `input` and `output` in it; gone afterwards."""
    path = folder / secrets.token_hex(8)
    for part in ("input", "output"):
        blob_store.make_folder(path / part)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def remove_stale(folder: Path) -> None:
    """Remove work folders that a crash left behind."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.is_dir() and time.time() - path.stat().st_mtime > LEFT_OVER:
                shutil.rmtree(path, ignore_errors=True)


def add_file(file: Path, work_folder: Path, name: str) -> None:
    """Put a stored file into a work folder under its name, as a link where the disk has them."""
    there = work_folder / "input" / name
    try:
        os.link(file, there)
    except OSError:
        shutil.copyfile(file, there)


@contextmanager
def wait_for_turn(folder: Path, owner: str) -> Iterator[None]:
    """Wait for one's turn: one import of each owner, a few of all; Busy where that takes long."""
    blob_store.make_folder(folder)
    if not _waiting.acquire(blocking=False):
        raise blob_store.Busy(BUSY)
    held: list[BaseFileLock] = []
    try:
        until = time.monotonic() + limits.LIMITS.wait
        places = [folder / f"reader-{number}.lock" for number in range(limits.LIMITS.readers)]
        for choices in ([folder / owner / "reading.lock"], places):
            held.append(_lock_one_of(choices, until))
        yield
    finally:
        for one in reversed(held):
            one.release()
        _waiting.release()


def _lock_one_of(places: list[Path], until: float) -> BaseFileLock:
    while time.monotonic() < until:
        for place in places:
            if (held := blob_store.try_lock(place)) is not None:
                return held
        time.sleep(0.05)
    raise blob_store.Busy(BUSY)


def prepare() -> None:
    """Start a process for an import that is about to come: loading its libraries takes a while."""
    with _guard:
        if not any(process.poll() is None for process in _spare):
            _spare[:] = [_start()]


def read(work_folder: Path, mapping: dict | None, allowed: Limits) -> dict:
    """The report of the files in a work folder, as JSON; the cohort lies in `output` if any."""
    path, output = _input(work_folder), work_folder / "output"
    code = _run(work_folder, {"mapping": mapping}, allowed)
    found = _report(output) if code == 0 else None
    if found is None:
        (output / COHORT).unlink(missing_ok=True)
        return import_report.report_refusal(_name(path), explain_stop(code, allowed))
    return found


def mark_workbook(work_folder: Path, problems: Iterable[Problem], allowed: Limits) -> bytes:
    """The files as a workbook with their problems marked; StoreError where it fails."""
    code = _run(work_folder, {"marks": [asdict(one) for one in problems]}, allowed)
    path = work_folder / "output" / MARKED
    if code != 0 or path.is_symlink() or not path.exists():
        raise blob_store.StoreError(
            "The workbook could not be marked; the list of problems stands here."
        )
    return path.read_bytes()


def _input(work_folder: Path) -> Path:
    """What is to be read: the one file, or the folder of several."""
    files = list((work_folder / "input").iterdir())
    return files[0] if len(files) == 1 else work_folder / "input"


def _run(work_folder: Path, job: dict, allowed: Limits) -> int | None:
    """The exit code of a process that did the job; None where the time was over."""
    places = {
        "input": str(_input(work_folder)),
        "output": str(work_folder / "output"),
        "limits": asdict(allowed),
    }
    process = _process()
    try:
        return _read_result(process, json.dumps({**places, **job}), allowed.wait)
    finally:
        process.kill()  # its number is still its own: it has not been waited for, or it has ended
        process.wait()


def _read_result(process: subprocess.Popen, job: str, wait: float) -> int | None:
    """The exit code; None where the time was over."""
    try:
        process.communicate(f"{job}\n".encode(), timeout=wait)
    except subprocess.TimeoutExpired:
        return None
    return process.returncode


def explain_stop(code: int | None, allowed: Limits) -> str:
    """Why there is no report, in words."""
    if code is None:
        why = f"stopped after {allowed.wait:g} s"
    elif code == OUT_OF_MEMORY:
        why = f"stopped at {size(allowed.memory)} of memory"
    elif code == -getattr(signal, "SIGXCPU", 24):
        why = f"stopped after {allowed.seconds:g} s"
    elif code >= 0:
        return FAILED
    else:
        why = f"stopped; the limits are {allowed.seconds:g} s and {size(allowed.memory)}"
    return f"could not be read ({why}): hand over less, or export the data as CSV"


def _process() -> subprocess.Popen:
    with _guard:
        ready = [process for process in _spare if process.poll() is None]
        _spare.clear()
    return ready[0] if ready else _start()


def _start() -> subprocess.Popen:
    given = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    single = dict.fromkeys(_ONE_THREAD, "1")
    return subprocess.Popen(
        [sys.executable, "-m", "data.uploads.import_worker"],
        cwd=ROOT,
        env={**given, **single, "PYTHONUTF8": "1", "PYTHONWARNINGS": "ignore"},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _report(output: Path) -> dict | None:
    """What the process wrote, if it is a report; nothing of it is trusted before."""
    path = output / REPORT
    try:
        if path.is_symlink() or path.stat().st_size > LARGEST_REPORT:
            return None
        found = json.loads(path.read_bytes())
        import_report.from_json(found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return found


def _name(path: Path) -> str:
    return path.stem if path.is_file() else path.name
