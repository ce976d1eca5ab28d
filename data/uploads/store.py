"""Data sets that people bring: first a draft (files, and what was understood), then a cohort.

    draft = store.receive(owner, [("trial.xlsx", content)])       # an id; nothing has been read yet
    found = store.draft(owner, draft)                             # reads, in a process of its own
    found = store.understand(owner, draft, {"event": "status"})   # again, with another mapping
    code = store.open(owner, draft, "IL-2 trial")                 # `cohort=` in addresses

An id carries no right: every call names the owner, and what is another's is as unknown as what
never was (`Unknown`). Whatever cannot be done is a `StoreError` with a sentence for people.
"""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
import shutil
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from data import cohort_file, limits
from data.cohort import Cohort
from data.limits import size
from data.uploads import blob_store, file_names, fingerprints, repository, worker_pool
from data.uploads import reading_report as reports
from data.uploads.blob_store import Busy, Damaged, NotKept, StoreError, TooMuch
from data.uploads.repository import Unknown
from data.uploads.values import DataSet, Draft, FileKept, Gone
from data.uploads.worker_pool import prepare

__all__ = [
    "Busy", "Damaged", "DataSet", "Draft", "Gone", "NotKept", "StoreError", "TooMuch", "Unknown",
    "delete", "discard", "draft", "drafts", "edit", "find", "gone", "line", "listing", "load",
    "open", "original", "prepare", "receive", "recover", "rename", "replace", "understand",
]  # fmt: skip

Source = bytes | Path | BinaryIO
LONGEST_TITLE = 100
LARGEST_MAPPING = 256_000  # characters of JSON
OTHERS = (
    "These are the patients of another data set of yours, with a count of questions of its own: "
    "open the files for themselves, not in place of this one."
)


def receive(owner: str, files: Iterable[tuple[str, Source]], *, into: str = "") -> str:
    """Keep files as they came, and give the draft's id; `into` adds them to an earlier draft."""
    most = limits.LIMITS
    worker_pool.prepare()
    with repository.changing(owner) as folder:
        _clear_old(owner, keep=into)
        before = dict(repository.note(owner, "drafts", into)) if into else {"at": repository.now()}
        found = list(before.get("files", []))
        try:
            for name, source in files:
                found.append(_kept_file(folder, name, source, found))
            if not found:
                raise StoreError("No file was handed over.")
            if len(found) > most.members:
                raise TooMuch(f"More than {most.members} files: hand over those with the data.")
            _check_room(owner, found)
            id_ = into or secrets.token_hex(10)
            said = {key: before[key] for key in ("at", "of", "given") if key in before}
            repository.write(owner, "drafts", id_, {**said, "files": found})
        finally:
            repository.sweep(owner)
    return id_


def draft(owner: str, id_: str) -> Draft:
    """The draft; its files are read if they have not been."""
    one = repository.note(owner, "drafts", id_)
    return _draft(owner, one if "report" in one else _read(owner, one, one.get("given")))


def understand(owner: str, id_: str, mapping: dict | None) -> Draft:
    """The draft read anew with this mapping; None: with what is guessed alone."""
    if mapping is not None and not isinstance(mapping, dict):
        raise StoreError("A mapping must be names by role.")
    if mapping is not None and len(json.dumps(mapping, allow_nan=False)) > LARGEST_MAPPING:
        raise TooMuch("The mapping is larger than any table needs.")
    return _draft(owner, _read(owner, repository.note(owner, "drafts", id_), mapping))


def drafts(owner: str) -> list[tuple[str, str, tuple[FileKept, ...]]]:
    """Id, date and files of what was handed in and not opened, the newest first."""
    found = [one for one in repository.notes(owner, "drafts") if "damaged" not in one]
    found.sort(key=lambda one: one["at"], reverse=True)
    return [(one["name"], one["at"], _files(one)) for one in found]


def discard(owner: str, id_: str) -> None:
    """Take a draft away, with its files."""
    _remove(owner, "drafts", id_)


def open(owner: str, id_: str, title: str = "") -> str:
    """The code of the data set that the draft becomes; StoreError where it has problems."""
    draft(owner, id_)
    with repository.changing(owner):
        one = repository.note(owner, "drafts", id_)
        code = _open(owner, one, title, line="")
        repository.remove(owner, "drafts", id_)
        repository.sweep(owner)
    return code


def replace(owner: str, code: str, id_: str, title: str = "") -> str:
    """Open the draft in place of an earlier version; the code of the new one.

    The ledger, locks and notes go on; links to the earlier version say that there is a newer one.
    """
    draft(owner, id_)
    with repository.changing(owner):
        old = _set(owner, code)
        one = repository.note(owner, "drafts", id_)
        new = _open(owner, one, title or old["title"], line=old["line"], instead=code)
        if new != code:
            _bury(owner, old, by=new)
        repository.remove(owner, "drafts", id_)
        repository.sweep(owner)
    return new


def edit(owner: str, code: str) -> str:
    """A draft of an opened data set's files and mapping, to be changed and opened again."""
    with repository.changing(owner):
        old = _set(owner, code)
        id_ = secrets.token_hex(10)
        said = {key: old[key] for key in ("files", "report", "cohort", "given")}
        repository.write(owner, "drafts", id_, {**said, "at": repository.now(), "of": code})
    return id_


def listing(owner: str) -> list[DataSet]:
    """The opened data sets, the newest first."""
    found = [one for one in repository.notes(owner, "sets") if "gone" not in one]
    return sorted((_dataset(one) for one in found), key=lambda one: one.at, reverse=True)


def find(owner: str, code: str) -> DataSet:
    """One opened data set; Unknown where this person has none of that code."""
    return _dataset(_set(owner, code))


def gone(owner: str, code: str) -> Gone | None:
    """What became of a data set that this person had; None for any other code."""
    try:
        found = repository.note(owner, "sets", code).get("gone")
    except (Unknown, Damaged):
        return None
    return Gone(**found) if found else None


def rename(owner: str, code: str, title: str) -> None:
    """Give a data set another title."""
    with repository.changing(owner):
        repository.write(owner, "sets", code, {**_set(owner, code), "title": _title(title)})


def delete(owner: str, code: str) -> None:
    """Take a data set away for good, files and all; that there was one is remembered."""
    with repository.changing(owner):
        try:
            _bury(owner, _set(owner, code), by="")
        except Damaged:
            repository.remove(owner, "sets", code)
        repository.sweep(owner)


def load(owner: str, code: str) -> Cohort:
    """The cohort, as it was opened, under its code and title; Damaged where a byte is not right."""
    one = _set(owner, code)
    path = blob_store.blob(repository.blobs(owner), repository.as_blob(one["cohort"]))
    try:
        found = cohort_file.read(path)
    except cohort_file.NotOurs as error:
        raise Damaged(str(error)) from error
    title = one["title"]
    study = dataclasses.replace(
        found.study, name=code, title=found.study.title or title, short_title=title
    )
    # Worked out from what it is made of: the cells need not be gone through once more.
    id_ = sha256(f"{found.id}\x1f{code}\x1f{title}".encode()).hexdigest()[:16]
    return dataclasses.replace(found, study=study, id=id_)


def line(owner: str, code: str) -> str:
    """The name under which ledger, locks and notes of a data set and its versions are kept."""
    return repository.note(owner, "sets", code)["line"]


def original(owner: str, code: str, number: int) -> tuple[str, Path]:
    """Name and path of a file as it came, unharmed."""
    files = _set(owner, code)["files"]
    if not 0 <= number < len(files):
        raise Unknown(code)
    one = files[number]
    return one["file"], blob_store.blob(repository.blobs(owner), repository.as_blob(one))


def recover() -> None:
    """Clear away what a crash left behind; called once at the start."""
    try:
        owners = [
            name for name in os.listdir(repository.store()) if repository.OWNER.fullmatch(name)
        ]
    except FileNotFoundError:
        return
    worker_pool.clear(_desks())
    for owner in owners:
        with suppress(StoreError), repository.changing(owner):
            _finish_replacing(owner)
            _clear_old(owner)
            repository.sweep(owner)


def _kept_file(folder: Path, name: str, source: Source, others: list[dict]) -> dict:
    named = file_names.apart(file_names.clean(name), [one["file"] for one in others])
    try:
        blob = blob_store.keep(folder / "blobs", source, limits.LIMITS.file)
    except TooMuch:
        most = size(limits.LIMITS.file)
        raise TooMuch(f"{named} is larger than {most}: leave out what is not needed.") from None
    return {"file": named, "sha256": blob.sha256, "size": blob.size}


def _check_room(owner: str, files: list[dict]) -> None:
    if shutil.disk_usage(repository.store()).free < limits.LIMITS.spare:
        raise NotKept("The disk is nearly full: nothing was kept, and nothing was lost.")
    have = repository.used(owner) or {}
    total = sum({**have, **{one["sha256"]: one["size"] for one in files}}.values())
    if total > limits.LIMITS.kept:
        raise TooMuch(
            f"Your data sets would take more than {size(limits.LIMITS.kept)}: delete one first."
        )


def _clear_old(owner: str, *, keep: str = "") -> None:
    """Drafts that nobody came back to, and the oldest where there are too many."""
    found = [one for one in repository.notes(owner, "drafts") if "damaged" not in one]
    found = [one for one in found if one["name"] != keep]
    found.sort(key=lambda one: one["at"], reverse=True)
    since = (datetime.now(UTC) - timedelta(days=limits.LIMITS.draft_days)).isoformat()
    for place, one in enumerate(found, start=1):
        if place >= limits.LIMITS.drafts or one["at"] < since:
            repository.remove(owner, "drafts", one["name"])


def _desks() -> Path:
    return repository.store() / "reading"


def _read(owner: str, one: dict, mapping: dict | None) -> dict:
    """Read a draft's files with a mapping, and note what was found."""
    with worker_pool.turn(repository.store(), owner), worker_pool.desk(_desks()) as desk:
        for each in one["files"]:
            worker_pool.lay(
                blob_store.blob(repository.blobs(owner), repository.as_blob(each)),
                desk,
                each["file"],
            )
        found = worker_pool.read(desk, mapping, limits.LIMITS)
        worker_pool.prepare()  # who reads once will soon change the mapping
        return _note(owner, one["name"], mapping, found, desk / "output" / worker_pool.COHORT)


def _note(owner: str, id_: str, mapping: dict | None, found: dict, cohort: Path) -> dict:
    text = json.dumps(found, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    with repository.changing(owner) as folder:
        one = dict(repository.note(owner, "drafts", id_))
        made = {"report": blob_store.keep(folder / "blobs", text, worker_pool.LARGEST_REPORT)}
        if cohort.exists():
            made["cohort"] = blob_store.keep(folder / "blobs", cohort, worker_pool.LARGEST_OUTPUT)
        one = {key: one[key] for key in ("at", "of", "files") if key in one}
        blobs = {key: vars(blob) for key, blob in made.items()}
        one = repository.write(owner, "drafts", id_, {**one, "given": mapping, **blobs})
        repository.sweep(owner)
    return one


def _draft(owner: str, one: dict) -> Draft:
    path = blob_store.blob(repository.blobs(owner), repository.as_blob(one["report"]))
    found = reports.report(json.loads(path.read_bytes()))
    return Draft(
        id=one["name"], at=one["at"], files=_files(one), given=one.get("given"),
        understood=found.understood, problems=found.problems, warnings=found.warnings,
        patients=found.patients, outcomes=found.outcomes, measurements=found.measurements,
        opens="cohort" in one, of=one.get("of", ""),
    )  # fmt: skip


def _open(owner: str, one: dict, title: str, *, line: str, instead: str = "") -> str:
    """Write the data set that a draft becomes; what it is called follows from what it holds."""
    if "cohort" not in one:
        raise StoreError("The files have problems: nothing was opened.")
    found = _draft(owner, one)
    cohort = cohort_file.read(
        blob_store.blob(repository.blobs(owner), repository.as_blob(one["cohort"]))
    )
    code = "own-" + sha256(f"{owner}\x1f{cohort.id}".encode()).hexdigest()[:16]
    others = [each.code for each in listing(owner) if each.code not in (code, instead)]
    if len(others) >= limits.LIMITS.datasets:
        raise TooMuch(f"You have {limits.LIMITS.datasets} data sets: delete one first.")
    known, patients = (
        fingerprints.prints(owner, one["files"], cohort),
        fingerprints.sketch(owner, cohort),
    )
    content = {
        **{key: one[key] for key in ("files", "report", "cohort", "given")},
        "at": repository.now(),
        "instead": "" if instead == code else instead,
        "title": _title(title or found.understood.name),
        "prints": known,
        "sketch": patients,
        "line": _own_line(owner, known, patients, line),
        "patients": found.patients,
        "outcomes": found.outcomes,
        "measurements": found.measurements,
        "markers": sorted(cohort.measurements["marker"].unique()),
        "synthetic": cohort.study.synthetic,
    }
    repository.write(owner, "sets", code, content)
    return code


def _own_line(owner: str, known: list[str], patients: list[str], given: str) -> str:
    """The line of the same people, there or deleted; else that of what is replaced, or a new one.

    Those who have one keep it: in the place of a data set that nobody looked at, theirs would be
    forgotten.
    """
    found = fingerprints.line_of(repository.notes(owner, "sets"), known, patients)
    if given and found and found != given:
        raise StoreError(OTHERS)
    return given or found or f"own:{known[1]}"


def _bury(owner: str, one: dict, *, by: str) -> None:
    """Leave of a data set what tells its links, and its ledger, that there was one."""
    stub = {key: one[key] for key in ("prints", "sketch", "line") if key in one}
    repository.write(
        owner, "sets", one["name"], {**stub, "gone": {"at": repository.now(), "by": by}}
    )


def _finish_replacing(owner: str) -> None:
    """An earlier version that outlived its replacement, because the power went between the two."""
    sets = {one["name"]: one for one in repository.notes(owner, "sets") if "files" in one}
    for new in sets.values():
        old = sets.get(new["instead"])
        if old is not None and old["at"] <= new["at"]:
            _bury(owner, old, by=new["name"])


def _remove(owner: str, kind: str, name: str) -> None:
    with repository.changing(owner):
        with suppress(Damaged):
            repository.note(owner, kind, name)
        repository.remove(owner, kind, name)
        repository.sweep(owner)


def _set(owner: str, code: str) -> dict:
    one = repository.note(owner, "sets", code)
    if "gone" in one:
        raise Unknown(code)
    return one


def _dataset(one: dict) -> DataSet:
    if "damaged" in one:
        return DataSet(one["name"], one["name"], "", damaged=one["damaged"])
    return DataSet(
        code=one["name"], title=one["title"], at=one["at"], files=_files(one),
        size=sum(each["size"] for each in repository.blobs_of(one)), markers=tuple(one["markers"]),
        **{name: one[name] for name in ("patients", "outcomes", "measurements", "synthetic")},
    )  # fmt: skip


def _files(one: dict) -> tuple[FileKept, ...]:
    return tuple(FileKept(each["file"], each["sha256"], each["size"]) for each in one["files"])


def _title(title: str) -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in str(title)).split())
    return text[:LONGEST_TITLE] or "Data set"
