"""How much a file may hold; checked before the memory is spent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The limits of one reading; sizes in bytes."""

    file: int = 20_000_000  # one file as it was handed in
    unpacked: int = 200_000_000  # all of an archive or folder, or one workbook's parts
    ratio: int = 100  # unpacked to packed; office files of repeated text come to 40
    members: int = 200  # files in an archive or folder
    rows: int = 200_000  # of one table
    columns: int = 2_000
    cells: int = 10_000_000  # of all tables together
    cell: int = 32_767  # characters, as in Excel
    sheets: int = 200
    seconds: float = 10.0  # of processor time, for whoever starts the reading
    memory: int = 512_000_000


LIMITS = Limits()


def size(count: int) -> str:
    """A size in words: "20 MB"."""
    return f"{count / 1_000_000:,.0f} MB" if count >= 1_000_000 else f"{count / 1_000:,.0f} kB"
