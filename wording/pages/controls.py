"""The words of the question’s controls and of the menu of saved questions."""

from __future__ import annotations

from typing import Any

from analysis.cohort.analysis_set import MarkerSample


def describe_dots(sample: MarkerSample, n: int) -> str:
    return f"{sample.label} at {sample.visit_label}: values of {n} patients, with the cut-off."


NO_CUT = "There is no cut-off to step from."


def describe_still_answered(now: Any) -> str:
    return f"; the answer below is still the one for {now}."


def describe_too_many_saved(most: object) -> str:
    return f"{most} questions of this cohort are saved already; delete one first."


def describe_saved(name: Any) -> str:
    return f"Saved as “{name}”."


NO_LONGER_SAVED = "That question is no longer there: it was deleted in another window."


def describe_deleted(one: Any) -> str:
    return f"“{one.name}” is deleted."


def describe_renamed(name: Any) -> str:
    return f"It is called “{name}” now."


TOO_MANY_CHANGES = "There are too many changes of saved questions in this cohort already."

CUT_TITLE = "Cut-off: high is above it"

UNDO_HINT = "Undo the last change of the question (Ctrl+Z)"

REDO_HINT = "Redo the change of the question (Ctrl+Shift+Z)"

FIRST_QUESTION = "The cohort's first question"

VISIT_OF_SAMPLE = "Visit of the sample"

COUNTED_FROM = "Time is counted from"

CUT_LABEL = "Cut-off, in the unit beside it"


def describe_several_cuts(sample: MarkerSample) -> str:
    return f"{sample.label}, several cut-offs: type them in the box"


NONE_SAVED = "No question of this cohort has been saved yet."

SAVED_TITLE = "Saved questions of this cohort"

SAVED_NAME = "Name of the question that is shown now"

NAME_EXAMPLE = "Endpoint, marker, visit and cut-off"

YOUR_NAME = "Your name (may stay empty)"

WRITE_A_NAME = "Write a name."


def describe_too_long(what: Any, text: Any, longest: Any) -> str:
    return (
        f"The {what} has {len(text):,} characters; at most {longest} can be kept. Shorten "
        "it: nothing was saved, and nothing of it is cut off."
    )
