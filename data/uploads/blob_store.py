"""Files that are whole or not there: written beside, synced, renamed; read only if unharmed.

A blob is a file named by the SHA-256 of its bytes. A manifest is a small JSON file whose first line
is the SHA-256 of the rest. A flipped byte in either is found at reading, never shown as a number.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from filelock import BaseFileLock, FileLock, Timeout

CHUNK = 1 << 20
DRAFT = ".tmp-"  # what a crash leaves behind starts so
BLOB = re.compile("[0-9a-f]{64}")
LARGEST_MANIFEST = 16_000_000  # bytes
_FULL = {errno.ENOSPC, errno.EDQUOT}
_LOCKED_SECONDS = 30.0


class StoreError(RuntimeError):
    """Why something could not be stored or given back, in a sentence for its owner."""


class NotSaved(StoreError):
    """The disk is full, or cannot be written."""


class Damaged(StoreError):
    """What lies on the disk is not what was written."""


class TooMuch(StoreError):
    """More than one owner may store, or than one upload may hold."""


class Busy(StoreError):
    """Others are being served; a moment later it will do."""


@dataclass(frozen=True)
class Blob:
    """Stored bytes: their SHA-256 and their number."""

    sha256: str
    size: int


def save_blob(folder: Path, source: bytes | Path | BinaryIO, most: int) -> Blob:
    """Store these bytes in the folder under their hash; TooMuch beyond `most` bytes."""
    with _open(source) as stream, _writing(folder) as (draft, file):
        digest, total = hashlib.sha256(), 0
        while part := stream.read(CHUNK):
            total += len(part)
            if total > most:
                raise TooMuch("")
            digest.update(part)
            file.write(part)
        _sync(file)
        _publish(draft, folder / digest.hexdigest())
    return Blob(digest.hexdigest(), total)


def find_intact(folder: Path, blob: Blob) -> Path:
    """The file of a blob, after a look at every byte; Damaged where one is not right."""
    path = folder / blob.sha256
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while part := file.read(CHUNK):
                digest.update(part)
    except OSError as error:
        raise Damaged(f"a file of it cannot be read ({error.strerror})") from error
    if digest.hexdigest() != blob.sha256:
        raise Damaged("a file of it is damaged: its bytes are not those that were kept")
    return path


def write_manifest(path: Path, content: dict) -> None:
    """Write a manifest in place of an earlier one of that name, whole or not at all."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    with _writing(path.parent) as (draft, file):
        file.write(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)
        _sync(file)
        _publish(draft, path)


def read_manifest(path: Path) -> dict | None:
    """The manifest, None where there is none; Damaged where it is not as it was written."""
    try:
        with path.open("rb") as file:
            whole = file.read(LARGEST_MANIFEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Damaged(f"its description cannot be read ({error.strerror})") from error
    digest, _, text = whole.partition(b"\n")
    if len(whole) > LARGEST_MANIFEST or hashlib.sha256(text).hexdigest().encode() != digest:
        raise Damaged("its description is damaged")
    return json.loads(text)


def remove(path: Path) -> None:
    """Take a file away, for good; none there is right too."""
    with explain_failures():
        path.unlink(missing_ok=True)
        _sync_folder(path.parent)


def remove_unused(folder: Path, used: Callable[[str], bool]) -> None:
    """Take away what a crash left behind, and blobs that nothing uses any more."""
    with suppress(FileNotFoundError), explain_failures():
        for entry in list(os.scandir(folder)):
            left = entry.name.startswith(DRAFT)
            if entry.is_file() and (left or (BLOB.fullmatch(entry.name) and not used(entry.name))):
                Path(entry.path).unlink(missing_ok=True)


def make_folder(path: Path) -> Path:
    """The folder, closed to others; made where there is none."""
    with explain_failures():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """One at a time, of all threads and processes; the lock ends with its process."""
    held = _make_lock(path)
    try:
        with explain_failures():
            held.acquire(timeout=_LOCKED_SECONDS, poll_interval=0.02)
    except Timeout:
        raise Busy("Your data sets are being changed elsewhere; try again in a moment.") from None
    try:
        yield
    finally:
        held.release()


def try_lock(path: Path) -> BaseFileLock | None:
    """A lock on this file, to be released again; None where another thread or process has it."""
    held = _make_lock(path)
    try:
        with explain_failures():
            held.acquire(blocking=False)
    except Timeout:
        return None
    return held


def _make_lock(path: Path) -> BaseFileLock:
    return FileLock(path, mode=0o600, thread_local=False)


@contextmanager
def explain_failures() -> Iterator[None]:
    """What the disk refuses, in words."""
    try:
        yield
    except (FileNotFoundError, Timeout):
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise NotSaved("The disk is full: nothing was kept, and nothing was lost.") from error
        reason = error.strerror or str(error)
        raise NotSaved(f"Nothing can be kept here: {reason}. Nothing was lost.") from error


@contextmanager
def _writing(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A new file beside the others, taken away again where it does not get its name."""
    draft = folder / f"{DRAFT}{secrets.token_hex(8)}"
    try:
        with explain_failures():
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                yield draft, file
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _publish(draft: Path, path: Path) -> None:
    os.replace(draft, path)
    _sync_folder(path.parent)


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """The name, too, must outlive a power cut."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _open(source: bytes | Path | BinaryIO) -> Iterator[BinaryIO]:
    if isinstance(source, bytes):
        import io

        yield io.BytesIO(source)
    elif isinstance(source, Path):
        with source.open("rb") as file:
            yield file
    else:
        yield source
