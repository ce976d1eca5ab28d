"""What of an address could not be taken, as values: wording/address.py says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NoteCode = Literal[
    "unknown", "no_earlier_visit", "no_landmark", "cut", "where", "where_of_nobody", "blind",
    "option",
]  # fmt: skip


@dataclass(frozen=True)
class Note:
    """A part of an address that was replaced: which one, what it was, what is taken instead.

    `reason` says what is wrong with a cut-off or a population; `possible` is what else there is.
    """

    code: NoteCode
    field: str = ""
    wanted: str = ""
    instead: str = ""
    possible: tuple[str, ...] = ()
    reason: str = ""
