"""What is said of a request that is not answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

FORGED = "The page sent a change of the basket that this program does not write."

TOO_MANY_FILES = "Too many files are being made; please try again in a moment."

NO_SUCH_FILE = "There is no such kind of file."

NO_SUCH_FIGURE = "There is no such figure that could leave as a file."

NO_SUCH_ENDPOINT = "This cohort has no such endpoint."

OWN_PAGES_ONLY = "Files are made for this program's own pages only."


def refuse_large_template(largest: int) -> str:
    return f"The template is larger than {largest // 10**6} MB."


CHOOSE_TEMPLATE = "Choose a template (.pptx or .potx) for the slide."

LONG_ADDRESS = "The address is too long to be a question."


def refuse_incomplete_question(missing: Any) -> str:
    return (
        f"The address does not say the whole question: {', '.join(missing)} is missing. Use "
        "the Download menu under the figure."
    )


NOTHING_TO_DRAW = "There is nothing to draw in this figure for this question."

LOCK_OF_TEXTS = "A lock is made of texts."

LOCK_FROM_BUTTON = "A lock comes from a button of a page of this program."

LOCK_TO_OFFERED = "A lock is carried to a cohort that was offered."

NOTE_OF_TEXTS = "A note is made of texts, on a page of this program."

UNKNOWN_STATE = "The page sent a state that this program does not write."

PREVIEW_BY_TEXT = "A preview is asked for by a text."

DRAGGED_NOWHERE = "The line was dragged to something that is no place."

DRAGGED_TO_SEVERAL = "The line was dragged to something that is not one number."

ODD_CONTROL = "A control of the page sent what it cannot hold."

FORGED_SAVED = "The page sent a change of the saved questions that this program does not write."

UNKNOWN_WISH = "The page asked for something that it does not have."

NO_FIGURES = "The page asked for figures that it does not have."

UNKNOWN_PATIENT = "The page sent a patient that this program does not know."

ODD_PLACES = "The page sent places that do not belong together."

NOTHING_OF_THAT_NAME = "There is nothing of that name here."

OTHER_QUESTION = "The page sent a question that this program did not write."

OTHER_SELECTION = "The page sent a selection that this program does not write."

NOT_WRITTEN = (
    "What is looked at cannot be written down here, so no outcome is shown: {reason}. "
    "Make the state folder writable, then reload."
)


def refuse_frame(frames: Any) -> str:
    return f"There is no frame of that name. Possible: {', '.join(frames)}."


def refuse_width(narrowest: object, widest: object) -> str:
    return f"The width is a whole number of millimetres from {narrowest} to {widest}."


def refuse_dpi(dpi: Sequence[int]) -> str:
    return f"A picture has {', '.join(map(str, dpi[:-1]))} or {dpi[-1]} dpi."


def refuse_pixels(dpi: int, most_pixels: int) -> str:
    return (
        f"A picture of this size at {dpi} dpi would have more than {most_pixels // 10**6} "
        "million pixels. Choose fewer dpi, or SVG or PDF, which need none."
    )


def refuse_builtin_name(cohort: Any) -> str:
    return f"the name “{cohort.study.name}” belongs to a built-in cohort; rename this one"
