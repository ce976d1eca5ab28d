"""What is kept of one person: the folder, the notes of drafts and data sets, how much it is.

store/<owner>/blobs/<sha256>     original files, tables and reports
store/<owner>/drafts/<id>        files that were handed in, what was understood of them
store/<owner>/sets/<code>        opened data sets; what was deleted or replaced leaves a stub
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cachetools import LRUCache

from data.state_dir import home, place
from data.uploads import blob_store
from data.uploads.blob_store import Blob, Damaged

OWNER = re.compile("[0-9a-f]{32}")
DRAFT_ID = re.compile("[0-9a-f]{20}")
CODE = re.compile("own-[0-9a-f]{16}")
_NOTES = {"drafts": DRAFT_ID, "sets": CODE}
_MOST = 2_000  # notes kept in memory
_read: LRUCache[Path, tuple[tuple, dict]] = LRUCache(_MOST)
_guard = threading.Lock()


class Unknown(KeyError):
    """Nothing of that id here, or nothing of this person's: nobody is told which."""


def store() -> Path:
    """The folder of everybody's data; a state folder that can only be read is still read."""
    return place() / "store"


def folder(owner: str) -> Path:
    """The folder of one person, made where there is none."""
    path = _place(owner)
    home()
    for part in ("blobs", *_NOTES):
        blob_store.make_folder(path / part)
    return path


def blobs(owner: str) -> Path:
    """Where the files of one person lie."""
    return _place(owner) / "blobs"


@contextmanager
def changing(owner: str) -> Iterator[Path]:
    """The folder of one person, for one change at a time."""
    path = folder(owner)
    with blob_store.lock(path / "lock"):
        yield path


def note(owner: str, kind: str, name: str) -> dict:
    """A draft's or a data set's note; Unknown where this person has none of that name."""
    path = _path(owner, kind, name)
    try:
        stat = path.stat()
    except OSError:
        raise Unknown(name) from None
    signature = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
    with _guard:
        known = _read.get(path)
    if known is not None and known[0] == signature:
        return known[1]
    found = blob_store.read_note(path)
    if found is None:
        raise Unknown(name)
    if (found.get("owner"), found.get("kind"), found.get("name")) != (owner, kind, name):
        raise Damaged("its description is that of something else")
    with _guard:
        _read[path] = (signature, found)
    return found


def write(owner: str, kind: str, name: str, content: dict) -> dict:
    """Write a note; whoever calls is inside `changing`."""
    whole = {**content, "owner": owner, "kind": kind, "name": name}
    blob_store.write_note(_path(owner, kind, name), whole)
    return whole


def remove(owner: str, kind: str, name: str) -> None:
    """Take a note away."""
    path = _path(owner, kind, name)
    blob_store.remove(path)
    with _guard:
        _read.pop(path, None)


def names(owner: str, kind: str) -> list[str]:
    """Names of all notes of a kind."""
    try:
        found = os.listdir(_place(owner) / kind)
    except (OSError, Unknown):
        return []
    return sorted(name for name in found if _NOTES[kind].fullmatch(name))


def notes(owner: str, kind: str) -> list[dict]:
    """All notes of a kind; a damaged one says only its name, and that it is."""
    found = []
    for name in names(owner, kind):
        try:
            found.append(note(owner, kind, name))
        except Unknown:
            continue  # taken away by another request meanwhile
        except Damaged as error:
            found.append({"owner": owner, "kind": kind, "name": name, "damaged": str(error)})
    return found


def used(owner: str) -> dict[str, int] | None:
    """Blobs that some note needs, with their sizes; None where a note cannot be read."""
    found: dict[str, int] = {}
    for kind in _NOTES:
        for one in notes(owner, kind):
            if "damaged" in one:
                return None
            found |= {each["sha256"]: each["size"] for each in blobs_of(one)}
    return found


def blobs_of(one: dict) -> list[dict]:
    """The blobs that a note needs."""
    return [*one.get("files", []), *filter(None, (one.get("report"), one.get("cohort")))]


def sweep(owner: str) -> None:
    """Take away what nobody needs; nothing where it cannot be said what that is."""
    found, path = used(owner), _place(owner)
    blob_store.sweep(path / "blobs", lambda name: found is None or name in found)
    for kind in _NOTES:
        blob_store.sweep(path / kind, lambda name: True)


def as_blob(given: dict) -> Blob:
    """A blob as a note has it."""
    return Blob(given["sha256"], given["size"])


def now() -> str:
    """The time in UTC; of two files handed over in one second, the later one is the newer."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _path(owner: str, kind: str, name: str) -> Path:
    if not isinstance(name, str) or not _NOTES[kind].fullmatch(name):
        raise Unknown("")
    return _place(owner) / kind / name


def _place(owner: str) -> Path:
    if not isinstance(owner, str) or not OWNER.fullmatch(owner):
        raise Unknown("")
    return store() / owner
