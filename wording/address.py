"""What of an address could not be taken, in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analysis.question import shorten
from analysis.question.notes import Note

MOST_NAMED = 12  # of the values that are possible


@dataclass(frozen=True)
class Remark:
    """One remark on an address; `alone` says it where nothing else is shown instead."""

    sentence: str
    alone: str


def describe_note(note: Note) -> Remark:
    """What is wrong, what is shown instead, and what else is possible."""
    fault, instead = _fault(note), _instead(note)
    hint = f" Possible: {_possible(note.possible)}." if note.possible else ""
    if not instead:
        return Remark(f"{fault}.{hint}", f"{fault}.{hint}")
    return Remark(f"{fault}; {instead} instead.{hint}", f"{fault}.{hint}")


def describe_other_cohort(fault: str, title: str) -> Remark:
    """Why a cohort cannot be shown (a sentence), and the title of that which is."""
    return Remark(f"{fault} {title} is shown instead.", fault)


def describe_newer_version(sentence: str) -> Remark:
    """The same with and without what is shown instead: it is what was asked for."""
    return Remark(sentence, sentence)


def _fault(note: Note) -> str:
    match note.code:
        case "no_earlier_visit":
            return f"There is no earlier visit to take a {note.wanted} from"
        case "no_landmark":
            return "A landmark needs a visit after time zero"
        case "cut":
            return f"Cut-off: {note.reason}"
        case "where":
            return f"Population: {note.reason}"
        case "where_of_nobody":
            return f"Population: no patient has {note.wanted}"
        case "blind":
            covered = "; the outcome is covered, to be safe"
            return f"blind is “{shorten(note.wanted)}”, not {note.instead}{covered}"
        case "option":
            return f"There is no choice “{shorten(note.wanted)}” of {note.field}"
    return f"This cohort has no {note.field} “{shorten(note.wanted)}”"


def _instead(note: Note) -> str:
    match note.code:
        case "no_earlier_visit":
            return "the value is shown"
        case "no_landmark":
            return "time is counted from the start"
        case "cut":
            return "the median is shown"
        case "where" | "where_of_nobody":
            return "all patients are shown"
        case "blind":
            return ""
    return f"{note.instead} is shown"


def _possible(values: tuple[str, ...]) -> str:
    return ", ".join(values[:MOST_NAMED]) + (", …" if len(values) > MOST_NAMED else "")


def describe_no_cohort(name: Any) -> str:
    return f"There is no cohort “{shorten(name)}”."


COHORT_GONE = "This data set is no longer here. Reload the page."


def describe_no_page(path: str) -> str:
    return f"There is no page “{shorten(path)}”."


def ask_to_reload(fate: str) -> str:
    return f"{fate} Reload the page."


def describe_closed_cohort(reason: Any) -> str:
    return f"The data set cannot be opened: {reason}. Hand over its file once more."


def describe_no_cohort_here(wanted: str) -> str:
    return f"There is no cohort “{shorten(wanted)}” here."


def describe_replaced(day: Any) -> str:
    return f"This data set was replaced by a newer version on {day}, which is shown."


def describe_deleted(day: Any) -> str:
    return f"This data set was deleted on {day}."
