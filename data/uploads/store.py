"""Uploaded data sets: first a draft (files, and what was understood), then a cohort.

    draft = store.receive(owner, [("trial.xlsx", content)])       # an id; nothing has been read yet
    found = store.read_draft(owner, draft)                        # reads, in a process of its own
    found = store.understand(owner, draft, {"event": "status"})   # again, with another mapping
    code = store.open(owner, draft, "IL-2 trial")                 # `cohort=` in addresses

An id carries no right: every call names the owner, and what is another's is as unknown as what
never was (`Unknown`). Whatever cannot be done is a `StoreError` with a sentence for its owner.
"""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from data import limits
from data.cohort import Cohort
from data.storage import cohort_file
from data.uploads import _drafts, _fingerprints, import_report, repository, worker_pool
from data.uploads.blob_store import Busy, Damaged, NotSaved, StoreError, TooMuch
from data.uploads.models import DataSet, Draft, RemovedDataSet, UploadedFile
from data.uploads.repository import Unknown, find_blob
from data.uploads.worker_pool import prepare

__all__ = [
    "Busy",
    "Damaged",
    "DataSet",
    "Draft",
    "NotSaved",
    "RemovedDataSet",
    "StoreError",
    "TooMuch",
    "Unknown",
    "delete",
    "discard",
    "edit",
    "find",
    "find_lineage",
    "find_original",
    "find_removed",
    "list_datasets",
    "list_drafts",
    "load",
    "mark_workbook",
    "open",
    "prepare",
    "read_draft",
    "receive",
    "recover",
    "rename",
    "replace",
    "understand",
]

LONGEST_TITLE = 100
LARGEST_MAPPING = 256_000  # characters of JSON
SAME_PATIENTS = (
    "These are the patients of another data set of yours, with a count of questions of its own: "
    "open the files for themselves, not in place of this one."
)


def receive(owner: str, files: Iterable[tuple[str, _drafts.Source]], *, into: str = "") -> str:
    """Keep files as they came, and give the draft's id; `into` adds them to an earlier draft."""
    most = limits.LIMITS
    worker_pool.prepare()
    with repository.lock(owner) as folder:
        _drafts.remove_old(owner, keep=into)
        before = dict(repository.read(owner, "drafts", into)) if into else {"at": repository.now()}
        found = list(before.get("files", []))
        try:
            for name, source in files:
                found.append(_drafts.save_file(folder, name, source, found))
            if not found:
                raise StoreError("No file was handed over.")
            if len(found) > most.members:
                raise TooMuch(f"More than {most.members} files: hand over those with the data.")
            _drafts.check_room(owner, found)
            id_ = into or secrets.token_hex(10)
            carried = {key: before[key] for key in ("at", "of", "given") if key in before}
            repository.write(owner, "drafts", id_, {**carried, "files": found})
        finally:
            repository.remove_unused(owner)
    return id_


def read_draft(owner: str, id_: str) -> Draft:
    """The draft; its files are read if they have not been."""
    manifest = repository.read(owner, "drafts", id_)
    if "report" not in manifest:
        manifest = _drafts.read_files(owner, manifest, manifest.get("given"))
    return _make_draft(owner, manifest)


def understand(owner: str, id_: str, mapping: dict | None) -> Draft:
    """The draft read anew with this mapping; None: with what is guessed alone."""
    if mapping is not None and not isinstance(mapping, dict):
        raise StoreError("A mapping must be names by role.")
    if mapping is not None and len(json.dumps(mapping, allow_nan=False)) > LARGEST_MAPPING:
        raise TooMuch("The mapping is larger than any table needs.")
    manifest = repository.read(owner, "drafts", id_)
    return _make_draft(owner, _drafts.read_files(owner, manifest, mapping))


def list_drafts(owner: str) -> list[tuple[str, str, tuple[UploadedFile, ...]]]:
    """Id, date and files of what was uploaded and not opened, the newest first."""
    found = [
        manifest for manifest in repository.read_all(owner, "drafts") if "damaged" not in manifest
    ]
    found.sort(key=lambda manifest: manifest["at"], reverse=True)
    return [(manifest["name"], manifest["at"], _list_files(manifest)) for manifest in found]


def discard(owner: str, id_: str) -> None:
    """Take a draft away, with its files."""
    _remove(owner, "drafts", id_)


def open(owner: str, id_: str, title: str = "") -> str:
    """The code of the data set that the draft becomes; StoreError where it has problems."""
    read_draft(owner, id_)
    with repository.lock(owner):
        manifest = repository.read(owner, "drafts", id_)
        code = _open(owner, manifest, title, line="")
        repository.remove(owner, "drafts", id_)
        repository.remove_unused(owner)
    return code


def replace(owner: str, code: str, id_: str, title: str = "") -> str:
    """Open the draft in place of an earlier version; the code of the new one.

    The ledger, locks and notes go on; links to the earlier version say that there is a newer one.
    """
    read_draft(owner, id_)
    with repository.lock(owner):
        old = _read_dataset(owner, code)
        manifest = repository.read(owner, "drafts", id_)
        new = _open(owner, manifest, title or old["title"], line=old["line"], instead=code)
        if new != code:
            _leave_stub(owner, old, by=new)
        repository.remove(owner, "drafts", id_)
        repository.remove_unused(owner)
    return new


def edit(owner: str, code: str) -> str:
    """A draft of an opened data set's files and mapping, to be changed and opened again."""
    with repository.lock(owner):
        old = _read_dataset(owner, code)
        id_ = secrets.token_hex(10)
        carried = {key: old[key] for key in ("files", "report", "cohort", "given")}
        repository.write(owner, "drafts", id_, {**carried, "at": repository.now(), "of": code})
    return id_


def list_datasets(owner: str) -> list[DataSet]:
    """The opened data sets, the newest first."""
    found = [manifest for manifest in repository.read_all(owner, "sets") if "gone" not in manifest]
    return sorted(
        (_make_dataset(manifest) for manifest in found),
        key=lambda dataset: dataset.at,
        reverse=True,
    )


def find(owner: str, code: str) -> DataSet:
    """One opened data set; Unknown where this owner has none of that code."""
    return _make_dataset(_read_dataset(owner, code))


def find_removed(owner: str, code: str) -> RemovedDataSet | None:
    """What became of a data set that this owner had; None for any other code."""
    try:
        found = repository.read(owner, "sets", code).get("gone")
    except (Unknown, Damaged):
        return None
    return RemovedDataSet(**found) if found else None


def rename(owner: str, code: str, title: str) -> None:
    """Give a data set another title."""
    with repository.lock(owner):
        manifest = _read_dataset(owner, code)
        repository.write(owner, "sets", code, {**manifest, "title": _clean_title(title)})


def mark_workbook(owner: str, id_: str) -> bytes:
    """The draft's files as one workbook with the wrong cells marked; StoreError where it cannot be.

    Unknown where this owner has no such draft.
    """
    return _drafts.mark_workbook(owner, id_, read_draft(owner, id_).problems)


def delete(owner: str, code: str) -> None:
    """Take a data set away for good, files and all; that there was one is remembered."""
    with repository.lock(owner):
        try:
            _leave_stub(owner, _read_dataset(owner, code), by="")
        except Damaged:
            repository.remove(owner, "sets", code)
        repository.remove_unused(owner)


def load(owner: str, code: str) -> Cohort:
    """The cohort, as it was opened, under its code and title; Damaged where a byte is not right."""
    manifest = _read_dataset(owner, code)
    path = find_blob(owner, manifest["cohort"])
    try:
        found = cohort_file.read(path)
    except cohort_file.NotOurs as error:
        raise Damaged(str(error)) from error
    title = manifest["title"]
    study = dataclasses.replace(
        found.study, name=code, title=found.study.title or title, short_title=title
    )
    # Worked out from what it is made of: the cells need not be gone through once more.
    id_ = sha256(f"{found.id}\x1f{code}\x1f{title}".encode()).hexdigest()[:16]
    return dataclasses.replace(found, study=study, id=id_)


def find_lineage(owner: str, code: str) -> str:
    """The name under which ledger, locks and notes of a data set and its versions are kept."""
    return repository.read(owner, "sets", code)["line"]


def find_original(owner: str, code: str, number: int) -> tuple[str, Path]:
    """Name and path of a file as it came, unharmed."""
    files = _read_dataset(owner, code)["files"]
    if not 0 <= number < len(files):
        raise Unknown(code)
    file = files[number]
    return file["file"], find_blob(owner, file)


def recover() -> None:
    """Clear away what a crash left behind; called once at the start."""
    try:
        owners = [
            name for name in os.listdir(repository.find_store()) if repository.OWNER.fullmatch(name)
        ]
    except FileNotFoundError:
        return
    worker_pool.remove_stale(_drafts.find_work_folders())
    for owner in owners:
        with suppress(StoreError), repository.lock(owner):
            _finish_replacing(owner)
            _drafts.remove_old(owner)
            repository.remove_unused(owner)


def _make_draft(owner: str, manifest: dict) -> Draft:
    path = find_blob(owner, manifest["report"])
    report = import_report.from_json(json.loads(path.read_bytes()))
    return Draft(
        id=manifest["name"],
        at=manifest["at"],
        files=_list_files(manifest),
        given=manifest.get("given"),
        understood=report.understood,
        problems=report.problems,
        warnings=report.warnings,
        patients=report.patients,
        outcomes=report.outcomes,
        measurements=report.measurements,
        opens="cohort" in manifest,
        of=manifest.get("of", ""),
    )


def _open(owner: str, manifest: dict, title: str, *, line: str, instead: str = "") -> str:
    """Write the data set that a draft becomes; what it is called follows from what it holds."""
    if "cohort" not in manifest:
        raise StoreError("The files have problems: nothing was opened.")
    draft = _make_draft(owner, manifest)
    cohort = cohort_file.read(find_blob(owner, manifest["cohort"]))
    code = "own-" + sha256(f"{owner}\x1f{cohort.id}".encode()).hexdigest()[:16]
    others = [each.code for each in list_datasets(owner) if each.code not in (code, instead)]
    if len(others) >= limits.LIMITS.datasets:
        raise TooMuch(f"You have {limits.LIMITS.datasets} data sets: delete one first.")
    known = _fingerprints.make_fingerprints(owner, manifest["files"], cohort)
    patients = _fingerprints.make_sketch(owner, cohort)
    content = {
        **{key: manifest[key] for key in ("files", "report", "cohort", "given")},
        "at": repository.now(),
        "instead": "" if instead == code else instead,
        "title": _clean_title(title or draft.understood.name),
        "prints": known,
        "sketch": patients,
        "line": _choose_lineage(owner, known, patients, line),
        "patients": draft.patients,
        "outcomes": draft.outcomes,
        "measurements": draft.measurements,
        "markers": sorted(cohort.measurements["marker"].unique()),
        "synthetic": cohort.study.synthetic,
    }
    repository.write(owner, "sets", code, content)
    return code


def _choose_lineage(owner: str, known: list[str], patients: list[str], given: str) -> str:
    """The lineage of the same patients, there or deleted; else the replaced one's, or a new one.

    Patients who have one keep it: in the place of a data set that nobody looked at, theirs would be
    forgotten.
    """
    found = _fingerprints.find_lineage(repository.read_all(owner, "sets"), known, patients)
    if given and found and found != given:
        raise StoreError(SAME_PATIENTS)
    return given or found or f"own:{known[1]}"


def _leave_stub(owner: str, manifest: dict, *, by: str) -> None:
    """Leave of a data set what tells its links, and its ledger, that there was one."""
    stub = {key: manifest[key] for key in ("prints", "sketch", "line") if key in manifest}
    repository.write(
        owner, "sets", manifest["name"], {**stub, "gone": {"at": repository.now(), "by": by}}
    )


def _finish_replacing(owner: str) -> None:
    """An earlier version that outlived its replacement, because the power went between the two."""
    sets = {
        manifest["name"]: manifest
        for manifest in repository.read_all(owner, "sets")
        if "files" in manifest
    }
    for new in sets.values():
        old = sets.get(new["instead"])
        if old is not None and old["at"] <= new["at"]:
            _leave_stub(owner, old, by=new["name"])


def _remove(owner: str, kind: str, name: str) -> None:
    with repository.lock(owner):
        with suppress(Damaged):
            repository.read(owner, kind, name)
        repository.remove(owner, kind, name)
        repository.remove_unused(owner)


def _read_dataset(owner: str, code: str) -> dict:
    manifest = repository.read(owner, "sets", code)
    if "gone" in manifest:
        raise Unknown(code)
    return manifest


def _make_dataset(manifest: dict) -> DataSet:
    if "damaged" in manifest:
        return DataSet(manifest["name"], manifest["name"], "", damaged=manifest["damaged"])
    return DataSet(
        code=manifest["name"],
        title=manifest["title"],
        at=manifest["at"],
        files=_list_files(manifest),
        size=sum(each["size"] for each in repository.list_blobs(manifest)),
        markers=tuple(manifest["markers"]),
        **{name: manifest[name] for name in ("patients", "outcomes", "measurements", "synthetic")},
    )


def _list_files(manifest: dict) -> tuple[UploadedFile, ...]:
    return tuple(
        UploadedFile(each["file"], each["sha256"], each["size"]) for each in manifest["files"]
    )


def _clean_title(title: str) -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in str(title)).split())
    return text[:LONGEST_TITLE] or "Data set"
