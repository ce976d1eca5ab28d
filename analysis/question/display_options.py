"""Choices of how a page is drawn: they belong to the address, and no number depends on them.

They travel with the question, so that a link shows just what its sender saw; an analysis never
reads them, so they are neither part of its key nor a look.
"""

from __future__ import annotations

from collections.abc import Mapping

from analysis.question import OPTION_NAMES, Question
from analysis.question.notes import Note

# name of the address: its code and what the link says; the first is the default. {Level} is what
# the cohort has: dose levels or arms.
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "panel": {
        "own": "Those of the question's marker",
        "counts": "Lymphocyte counts",
        "treg": "Regulatory T cells",
        "nk": "NK cells",
        "ratio": "Ratios",
        "all": "All",
    },
    "axis": {"visit": "Visit", "scheduled": "Scheduled day", "day": "Day of the sample"},
    "by": {"dose": "{Level}", "split": "Side of the cut-off"},
    "middle": {"median": "Median", "mean": "Mean"},
    "test": {"across": "Across dose levels or arms", "within": "Since the baseline visit"},
    "sort": {"marker": "Marker and visit", "effect": "Effect", "p": "p"},
    "order": {"entry": "Order of entry", "dose": "{Level}", "time": "Time on study"},
}
assert tuple(OPTIONS) == OPTION_NAMES


def choose_option(question: Question, name: str) -> str:
    """The code that is chosen, the default where the address says nothing."""
    return dict(question.options).get(name, next(iter(OPTIONS[name])))


def change_option(question: Question, name: str, code: str) -> Question:
    """The question with one choice changed; a default is left out of the address."""
    kept = {**dict(question.options), name: code}
    return question.changed(options=_in_order(kept))


def parse_options(texts: Mapping[str, str], notes: list[Note]) -> tuple[tuple[str, str], ...]:
    """The choices that an address names, and a note of those that do not exist."""
    found = {}
    for name, choices in OPTIONS.items():
        wanted = texts.get(name, "")
        if wanted in choices:
            found[name] = wanted
        elif wanted:
            notes.append(Note("option", name, wanted, next(iter(choices)), tuple(choices)))
    return _in_order(found)


def _in_order(kept: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, kept[name])
        for name, choices in OPTIONS.items()
        if name in kept and kept[name] != next(iter(choices))
    )
