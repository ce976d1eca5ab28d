"""How much may be handed in, read and kept; checked before the memory is spent.

Every limit is a setting: CUTLINE_LIMIT_ROWS=500000 raises the rows of a table.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

PREFIX = "CUTLINE_LIMIT_"


@dataclass(frozen=True)
class Limits:
    """The limits of one reading, and of what one person may keep; sizes in bytes."""

    file: int = 20_000_000  # one file as it was handed in
    body: int = 21_000_000  # one upload: its files and what the browser writes around them
    unpacked: int = 200_000_000  # all of an archive or folder, or one workbook's parts
    ratio: int = 100  # unpacked to packed; office files of repeated text come to 40
    members: int = 200  # files in an archive or folder
    rows: int = 200_000  # of one table
    columns: int = 2_000
    cells: int = 10_000_000  # of all tables together
    cell: int = 32_767  # characters, as in Excel
    sheets: int = 200
    seconds: float = 10.0  # of processor time, for whoever starts the reading
    wait: float = 20.0  # seconds by the clock, for the same
    memory: int = 512_000_000
    readers: int = 2  # files that are read at the same time, of all visitors
    datasets: int = 20  # opened data sets of one person
    kept: int = 500_000_000  # all files and tables of one person
    spare: int = 200_000_000  # of the disk, which stay free
    drafts: int = 10  # files handed in and not opened yet, of one person
    draft_days: float = 7.0  # after which those are cleared away


def from_settings(settings: Mapping[str, str]) -> Limits:
    """The limits with what the environment says otherwise; ValueError for what is no number."""
    given = {}
    for field in fields(Limits):
        text = settings.get(PREFIX + field.name.upper(), "").strip()
        if text:
            given[field.name] = _positive(PREFIX + field.name.upper(), text, field.type)
    return Limits(**given)


def _positive(name: str, text: str, kind: str) -> int | float:
    try:
        number = int(text) if kind == "int" else float(text)
    except ValueError:
        number = 0
    if not 0 < number < 1e12:
        raise ValueError(f"{name} must be a positive number, not {text!r}")
    return number


def _ours() -> Limits:
    """The limits of this program; a setting that says nothing ends it with one line."""
    try:
        return from_settings(os.environ)
    except ValueError as error:
        raise SystemExit(f"Cutline cannot start: {error}") from None


LIMITS = _ours()


def size(count: int) -> str:
    """A size in words: "20 MB"."""
    return f"{count / 1_000_000:,.0f} MB" if count >= 1_000_000 else f"{count / 1_000:,.0f} kB"
