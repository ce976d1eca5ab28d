"""Drafts of the store: their files, their import, and room for them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from data import limits
from data.cohort import Problem
from data.limits import size
from data.uploads import _file_names, blob_store, repository, worker_pool
from data.uploads.blob_store import NotSaved, TooMuch

Source = bytes | Path | BinaryIO


def save_file(folder: Path, name: str, source: Source, others: list[dict]) -> dict:
    """Store a file as it was uploaded; what a manifest says of it."""
    unique = _file_names.make_unique(_file_names.clean(name), [file["file"] for file in others])
    try:
        blob = blob_store.save_blob(folder / "blobs", source, limits.LIMITS.file)
    except TooMuch:
        most = size(limits.LIMITS.file)
        raise TooMuch(f"{unique} is larger than {most}: leave out what is not needed.") from None
    return {"file": unique, "sha256": blob.sha256, "size": blob.size}


def check_room(owner: str, files: list[dict]) -> None:
    """NotSaved or TooMuch where these files do not fit."""
    if shutil.disk_usage(repository.find_store()).free < limits.LIMITS.spare:
        raise NotSaved("The disk is nearly full: nothing was kept, and nothing was lost.")
    have = repository.list_used_blobs(owner) or {}
    total = sum({**have, **{file["sha256"]: file["size"] for file in files}}.values())
    if total > limits.LIMITS.kept:
        raise TooMuch(
            f"Your data sets would take more than {size(limits.LIMITS.kept)}: delete one first."
        )


def remove_old(owner: str, *, keep: str = "") -> None:
    """Drafts that nobody came back to, and the oldest where there are too many."""
    found = [
        manifest for manifest in repository.read_all(owner, "drafts") if "damaged" not in manifest
    ]
    found = [manifest for manifest in found if manifest["name"] != keep]
    found.sort(key=lambda manifest: manifest["at"], reverse=True)
    since = (datetime.now(UTC) - timedelta(days=limits.LIMITS.draft_days)).isoformat()
    for rank, manifest in enumerate(found, start=1):
        if rank >= limits.LIMITS.drafts or manifest["at"] < since:
            repository.remove(owner, "drafts", manifest["name"])


def find_work_folders() -> Path:
    """Where the import workers find their files."""
    return repository.find_store() / "reading"


def read_files(owner: str, manifest: dict, mapping: dict | None) -> dict:
    """Read a draft's files with a mapping, and write down what was found."""
    with _import(owner, manifest["files"]) as work_folder:
        found = worker_pool.read(work_folder, mapping, limits.LIMITS)
        worker_pool.prepare()  # who reads once will soon change the mapping
        cohort = work_folder / "output" / worker_pool.COHORT
        return _save_reading(owner, manifest["name"], mapping, found, cohort)


@contextmanager
def _import(owner: str, files: list[dict]) -> Iterator[Path]:
    """A work folder with these files, when it is this owner's turn."""
    with (
        worker_pool.wait_for_turn(repository.find_store(), owner),
        worker_pool.make_work_folder(find_work_folders()) as work_folder,
    ):
        for each in files:
            worker_pool.add_file(repository.find_blob(owner, each), work_folder, each["file"])
        yield work_folder


def _save_reading(owner: str, id_: str, mapping: dict | None, found: dict, cohort: Path) -> dict:
    text = json.dumps(found, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    with repository.lock(owner) as folder:
        manifest = dict(repository.read(owner, "drafts", id_))
        made = {"report": blob_store.save_blob(folder / "blobs", text, worker_pool.LARGEST_REPORT)}
        if cohort.exists():
            made["cohort"] = blob_store.save_blob(
                folder / "blobs", cohort, worker_pool.LARGEST_OUTPUT
            )
        manifest = {key: manifest[key] for key in ("at", "of", "files") if key in manifest}
        blobs = {key: vars(blob) for key, blob in made.items()}
        manifest = repository.write(owner, "drafts", id_, {**manifest, "given": mapping, **blobs})
        repository.remove_unused(owner)
    return manifest


def mark_workbook(owner: str, id_: str, problems: Sequence[Problem]) -> bytes:
    """The draft's files as one workbook with the wrong cells marked; made by an import worker."""
    manifest = repository.read(owner, "drafts", id_)
    with _import(owner, manifest["files"]) as work_folder:
        return worker_pool.mark_workbook(work_folder, problems, limits.LIMITS)
