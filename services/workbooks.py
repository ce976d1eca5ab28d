"""A draft's problems as a workbook to be mended; made by the process that reads files."""

from __future__ import annotations

from data import limits
from data.uploads import blob_store, repository, store, worker_pool


def mark_workbook(owner: str, id_: str) -> bytes:
    """The draft's files as one workbook with the wrong cells marked; StoreError where it cannot be.

    Unknown where this person has no such draft.
    """
    found = store.draft(owner, id_)
    with (
        worker_pool.turn(repository.store(), owner),
        worker_pool.desk(repository.store() / "reading") as desk,
    ):
        for each in found.files:
            blob = blob_store.Blob(each.sha256, each.size)
            worker_pool.lay(blob_store.blob(repository.blobs(owner), blob), desk, each.name)
        return worker_pool.mark(desk, found.problems, limits.LIMITS)
