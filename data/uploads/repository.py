"""What is stored of one owner: the folder, the manifests of drafts and data sets, how much it is.

store/<owner>/blobs/<sha256>     original files, tables and reports
store/<owner>/drafts/<id>        uploaded files, what was understood of them
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

from data.state_dir import find_state_dir, make_state_dir
from data.uploads import blob_store
from data.uploads.blob_store import Blob, Damaged

OWNER = re.compile("[0-9a-f]{32}")
DRAFT_ID = re.compile("[0-9a-f]{20}")
CODE = re.compile("own-[0-9a-f]{16}")
_NAMES = {"drafts": DRAFT_ID, "sets": CODE}
_MOST = 2_000  # manifests in memory
_remembered: LRUCache[Path, tuple[tuple, dict]] = LRUCache(_MOST)
_guard = threading.Lock()


class Unknown(KeyError):
    """Nothing of that id here, or nothing of this owner's: nobody is told which."""


def find_store() -> Path:
    """The folder of all owners; a state directory that can only be read is still read."""
    return find_state_dir() / "store"


def make_folder(owner: str) -> Path:
    """An owner's folder, made where there is none."""
    path = _find_folder(owner)
    make_state_dir()
    for part in ("blobs", *_NAMES):
        blob_store.make_folder(path / part)
    return path


def find_blobs(owner: str) -> Path:
    """Where an owner's files lie."""
    return _find_folder(owner) / "blobs"


@contextmanager
def lock(owner: str) -> Iterator[Path]:
    """An owner's folder, for one change at a time."""
    path = make_folder(owner)
    with blob_store.lock(path / "lock"):
        yield path


def read(owner: str, kind: str, name: str) -> dict:
    """The manifest of a draft or data set; Unknown where this owner has none of that name."""
    path = _find_manifest(owner, kind, name)
    try:
        stat = path.stat()
    except OSError:
        raise Unknown(name) from None
    signature = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
    with _guard:
        known = _remembered.get(path)
    if known is not None and known[0] == signature:
        return known[1]
    found = blob_store.read_manifest(path)
    if found is None:
        raise Unknown(name)
    if (found.get("owner"), found.get("kind"), found.get("name")) != (owner, kind, name):
        raise Damaged("its description is that of something else")
    with _guard:
        _remembered[path] = (signature, found)
    return found


def write(owner: str, kind: str, name: str, content: dict) -> dict:
    """Write a manifest; whoever calls holds the `lock`."""
    whole = {**content, "owner": owner, "kind": kind, "name": name}
    blob_store.write_manifest(_find_manifest(owner, kind, name), whole)
    return whole


def remove(owner: str, kind: str, name: str) -> None:
    """Take a manifest away."""
    path = _find_manifest(owner, kind, name)
    blob_store.remove(path)
    with _guard:
        _remembered.pop(path, None)


def list_names(owner: str, kind: str) -> list[str]:
    """Names of all manifests of a kind."""
    try:
        found = os.listdir(_find_folder(owner) / kind)
    except (OSError, Unknown):
        return []
    return sorted(name for name in found if _NAMES[kind].fullmatch(name))


def read_all(owner: str, kind: str) -> list[dict]:
    """All manifests of a kind; a damaged one says only its name, and that it is."""
    found = []
    for name in list_names(owner, kind):
        try:
            found.append(read(owner, kind, name))
        except Unknown:
            continue  # taken away by another request meanwhile
        except Damaged as error:
            found.append({"owner": owner, "kind": kind, "name": name, "damaged": str(error)})
    return found


def list_used_blobs(owner: str) -> dict[str, int] | None:
    """Blobs that some manifest needs, with their sizes; None where a manifest cannot be read."""
    found: dict[str, int] = {}
    for kind in _NAMES:
        for manifest in read_all(owner, kind):
            if "damaged" in manifest:
                return None
            found |= {each["sha256"]: each["size"] for each in list_blobs(manifest)}
    return found


def list_blobs(manifest: dict) -> list[dict]:
    """The blobs that a manifest needs."""
    return [
        *manifest.get("files", []),
        *filter(None, (manifest.get("report"), manifest.get("cohort"))),
    ]


def remove_unused(owner: str) -> None:
    """Take away what nobody needs; nothing where it cannot be said what that is."""
    found, path = list_used_blobs(owner), _find_folder(owner)
    blob_store.remove_unused(path / "blobs", lambda name: found is None or name in found)
    for kind in _NAMES:
        blob_store.remove_unused(path / kind, lambda name: True)


def as_blob(given: dict) -> Blob:
    """A blob as a manifest has it."""
    return Blob(given["sha256"], given["size"])


def find_blob(owner: str, stored: dict) -> Path:
    """The file of a blob that a manifest names; Damaged where one of its bytes is not right."""
    return blob_store.find_intact(find_blobs(owner), as_blob(stored))


def now() -> str:
    """The time in UTC; of two files uploaded in one second, the later one is the newer."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _find_manifest(owner: str, kind: str, name: str) -> Path:
    if not isinstance(name, str) or not _NAMES[kind].fullmatch(name):
        raise Unknown("")
    return _find_folder(owner) / kind / name


def _find_folder(owner: str) -> Path:
    if not isinstance(owner, str) or not OWNER.fullmatch(owner):
        raise Unknown("")
    return find_store() / owner
