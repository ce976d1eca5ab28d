"""The words of locks and of the ledger."""

from __future__ import annotations

from typing import Any

from analysis.question import Question

NO_LOCKING = "Cut-offs cannot be locked here"

JUST_CHANGED = "The cut-off has just been changed: look at it, then press again."

UNSEEN = (
    "No outcome of this marker was drawn here yet: a cut-off that is locked now counts as fixed "
    "beforehand. Of several, the last one before the first look counts."
)

FIXED = "This cut-off was locked before any outcome of this marker was drawn here."

SEEN = (
    "An outcome of this marker, or of one that shares its values, was first drawn here on {}. A "
    "later lock is kept, but the cut-off "
    "stays exploratory in this cohort."
)

TRY_ELSEWHERE = "Try it on another cohort"

CARRY_OVER = "Carry over and open"

LOCKED_AFTER_LOOK = "Locked, but after a look"


def count_earlier(here: Any, most_shown: int) -> str:
    return f"{len(here) - most_shown} earlier ones."


LOOKS_NOTE = (
    "By all users of this cohort, for good. Cut-offs are listed, not counted: the p corrected "
    "for the search has counted all of them."
)


def count_looks(entries: Any) -> str:
    return f"Every question looked at here ({len(entries)})"


READ_OTHERWISE = ", of data read otherwise"


ONE_AT_A_TIME = "One cut-off can be locked at a time."

ALREADY_LOCKED = "This cut-off is locked already."

TOO_MANY_LOCKS = "There are too many locked cut-offs already."

CHOOSE_ANOTHER = "Choose another cohort."

LOCK_HERE_FIRST = "Lock the cut-off here first."


def describe_no_marker(question: Question) -> str:
    return f"That cohort has no marker {question.marker}."


def describe_other_unit(question: Question, units: Any) -> str:
    return (
        f"{question.marker} is in {units[0]} here and in {units[1]} there: the same number "
        "would be another cut-off."
    )


def ask_for(what: str) -> str:
    return f"Write your {what}: a lock without one says nothing later."


def describe_long_text(what: str, longest: int) -> str:
    return f"The {what} is longer than {longest} characters; shorten it."
