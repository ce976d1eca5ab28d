"""The words of the list of patients, of one patient’s page and of the notes."""

from __future__ import annotations

from typing import Any

from analysis.question import shorten
from analysis.results import patient_profile
from analysis.results.patient_list import PatientList
from analysis.results.survival import SurvivalResult
from wording.numbers import duration

NOBODY_FITS = "No patient fits these filters."

SEARCH = "Search in all columns"

COVERED_COLUMNS = (
    "The outcome is covered until the cut-off is locked, so its columns are left out. "
)


def describe_list_use(covered: Any) -> str:
    return (
        f"{covered}Choose up to 20 patients with the boxes: they are marked in every figure. Sort "
        "by a column’s name, filter below it; next and previous on a patient’s page follow this "
        "order. Keyboard: arrows move, Enter opens the patient, Space chooses."
    )


EXCEL_NOTES = "Excel, with all notes"

SUBGROUP_NOTE = (
    "A choice becomes part of the question: every page then answers for these patients only, "
    "says so, and counts it as a look of its own. Only what is known at baseline can be "
    "chosen. An address may also say where=age>=50."
)

ASK_ABOUT_SOME = "Ask about some of the patients"


def count_without_value(without: int) -> str:
    return f"{without} without a usable value"


def describe_sides(found: PatientList, visit: object, known: Any) -> str:
    return f" By {found.marker} at {visit}: {', '.join(known)}."


CENSORED_MARK = "“+”: censored, no event until then"

NOT_LEAVING = (
    "Figures of single patients do not leave as files; the Survival page has the curves without "
    "marked patients."
)

COVERED = "The outcome is covered until the cut-off is locked, so it is left out here, too."


def describe_no_side(what: Any, row: Any) -> str:
    return f"{what}: no usable value ({row['reason']}), so this patient is on no side."


def describe_side(what: Any, value: Any, side: Any) -> str:
    return f"{what}: {value}, on the side “{side}”."


def describe_timeline(subject: Any, lanes: Any) -> str:
    return f"Timeline of {shorten(subject)}: {lanes}. The table below lists all marks."


NO_DAYS = "This cohort records no treatment, adverse events or assessments by day."


def describe_marker_panels(subject: Any, what: Any) -> str:
    return f"Markers of {shorten(subject)} over time, against the {what}."


def describe_panels_key(same: Any) -> str:
    return (
        "Against days: line with dots: this patient (open: below the detection limit). Grey: "
        f"10–90 % and median (dotted) of all patients{same}; no range from fewer than "
        f"{patient_profile.FEWEST_IN_BAND} patients. Fine green dots: reference range. "
        "Orange dashes: the cut-off."
    )


NO_MARKER = "No marker was measured in this patient."


def describe_place(subject: Any, rows: Any, answer: SurvivalResult, one: Any) -> str:
    return (
        f"{shorten(subject)}: {'event' if rows.at[subject, 'event'] else 'censored'} at "
        f"{duration(rows.at[subject, 'time'])} {answer.time_unit} from {one.origin}."
    )


def describe_absence(s: Any, aside_of: str) -> str:
    return f"{shorten(s)} is not part of these curves: {aside_of}."


NO_OUTCOME = "no outcome of this endpoint is recorded"

NOT_ASKED_ABOUT = "This patient is not among those that the question is about."

TOO_MANY_NOTES = "There are too many notes about this patient already."

NOTHING_CHANGED = "Nothing was changed: write a note, or choose another state."

OTHER = (
    "Somebody has written about this patient since this page was opened; it stands above. Nothing "
    "of yours is lost: look at both, then save again."
)

NOBODY_WROTE = "Nobody has written about this patient yet."

WRITE_YOUR_NAME = "Write your name: a note without one says nothing later."


def describe_long_name(longest_name: object) -> str:
    return f"The name is longer than {longest_name} characters; shorten it."


def describe_long_note(text: str, longest: object) -> str:
    return (
        f"The note has {len(text):,} characters; at most {longest:,} can be kept. Shorten it: "
        "nothing was saved, and nothing of it is cut off."
    )


CHOOSE_STATE = "Choose one of the review states."

NO_SUCH_PATIENT = (
    "There is no such patient here: the link may belong to another cohort or installation."
)


def describe_most_chosen(most: object) -> str:
    return f"At most {most} patients can be chosen; the first {most} are."


ONE_CHOSEN_IS = "One chosen patient is"


def describe_unknown_chosen(who: Any) -> str:
    return f"{who} not known here and left out: the link may belong to another cohort."
