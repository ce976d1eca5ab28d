"""What a visitor keeps, as a page shows it and as it may be written: notes, questions, figures.

No drawing here: the services that keep these things read it, too.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from wording.pages.controls import WRITE_A_NAME, describe_too_long
from wording.pages.patients import (
    CHOOSE_STATE,
    WRITE_YOUR_NAME,
    describe_long_name,
    describe_long_note,
)

STATES = {"open": "To review", "reviewed": "Reviewed", "query": "Query"}
LONGEST_NOTE, LONGEST_NAME = 2_000, 80  # characters
LONGEST_FIGURE_NAME = 120
MOST_SAVED = 100  # questions of one person in one cohort
MOST_FIGURES = 30  # of a basket


class NotWritten(Exception):
    """Why a note was not kept, in words."""


class NotSaved(Exception):
    """Why a question was not kept, in words."""


@dataclass(frozen=True)
class Note:
    """One entry about a patient; `sequence` grows with every record."""

    sequence: int
    at: str
    name: str
    state: str
    text: str


@dataclass(frozen=True)
class Saved:
    """A question kept by name; `href` opens it where it was saved. `why`: it no longer fits."""

    id: str
    name: str
    author: str
    at: str
    query: str
    href: str
    why: str = ""


@dataclass(frozen=True)
class Kept:
    """A figure of the basket: its name, its question in words, and where it stands."""

    id: str
    name: str
    about: str
    href: str
    why: str = ""


def check_note(text: str, state: str, name: str) -> tuple[str, str, str]:
    """The three as they are kept; NotWritten in words where one cannot be. Nothing is cut."""
    text, name = clean_text(text), clean_line(name)
    if not name:
        raise NotWritten(WRITE_YOUR_NAME)
    if len(name) > LONGEST_NAME:
        raise NotWritten(describe_long_name(LONGEST_NAME))
    if len(text) > LONGEST_NOTE:
        raise NotWritten(describe_long_note(text, LONGEST_NOTE))
    if state not in STATES:
        raise NotWritten(CHOOSE_STATE)
    return text, state, name


def check_name(name: str, author: str, fallback: str = "") -> tuple[str, str]:
    """Name and author as they are kept, in one line each; NotSaved in words where one cannot be."""
    name, author = clean_line(name) or fallback, clean_line(author)
    if not name:
        raise NotSaved(WRITE_A_NAME)
    for text, what in ((name, "name"), (author, "author")):
        if len(text) > LONGEST_NAME:
            raise NotSaved(describe_too_long(what, text, LONGEST_NAME))
    return name, author


def clean_line(text: str) -> str:
    """Clean text in one line."""
    return " ".join(clean_text(text).split())


def clean_text(text: str) -> str:
    """Without control and direction marks; lines and tabs stay, blank ends go."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return "".join(kept).strip()
