"""How much may be handed in, read and kept; checked before the memory is spent.

Every limit is a setting: CUTLINE_LIMIT_ROWS=500000 raises the rows of a table. What each of
them means, and its default, stands in `data.settings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from data import settings
from data.settings import LIMIT_PREFIX


def _default(name: str) -> Any:
    """The declared default: a whole number, unless it is written with a point."""
    text = settings.SETTINGS[LIMIT_PREFIX + name].default
    return float(text) if "." in text else int(text)


@dataclass(frozen=True)
class Limits:
    """The limits of one reading, and of what one person may keep; sizes in bytes."""

    file: int = _default("FILE")
    body: int = _default("BODY")
    unpacked: int = _default("UNPACKED")
    ratio: int = _default("RATIO")
    members: int = _default("MEMBERS")
    rows: int = _default("ROWS")
    columns: int = _default("COLUMNS")
    cells: int = _default("CELLS")
    cell: int = _default("CELL")
    sheets: int = _default("SHEETS")
    seconds: float = _default("SECONDS")
    wait: float = _default("WAIT")
    memory: int = _default("MEMORY")
    readers: int = _default("READERS")
    datasets: int = _default("DATASETS")
    kept: int = _default("KEPT")
    spare: int = _default("SPARE")
    drafts: int = _default("DRAFTS")
    draft_days: float = _default("DRAFT_DAYS")


def from_settings(texts: Mapping[str, str]) -> Limits:
    """The limits with what the environment says otherwise; ValueError for what is no number."""
    given = {}
    for field in fields(Limits):
        name = LIMIT_PREFIX + field.name.upper()
        text = texts.get(name, "").strip()
        if text:
            given[field.name] = _positive(name, text, str(field.type))
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
        return from_settings({one.name: settings.read(one.name) for one in settings.LIMITS})
    except ValueError as error:
        raise SystemExit(f"Cutline cannot start: {error}") from None


LIMITS = _ours()


def size(count: int) -> str:
    """A size in words: "20 MB"."""
    return f"{count / 1_000_000:,.0f} MB" if count >= 1_000_000 else f"{count / 1_000:,.0f} kB"
