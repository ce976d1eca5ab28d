"""A draft's problems as a workbook to be mended; made by the process that reads files."""

from __future__ import annotations

from data import kept, limits, reading, shelf, store


def marked(owner: str, id_: str) -> bytes:
    """The draft's files as one workbook with the wrong cells marked; StoreError where it cannot be.

    Unknown where this person has no such draft.
    """
    found = store.draft(owner, id_)
    with (
        reading.turn(kept.store(), owner),
        reading.desk(kept.store() / "reading") as desk,
    ):
        for each in found.files:
            blob = shelf.Blob(each.sha256, each.size)
            reading.lay(shelf.blob(kept.blobs(owner), blob), desk, each.name)
        return reading.mark(desk, found.problems, limits.LIMITS)
