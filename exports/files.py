"""The kinds of file that a figure can leave as: one list for the menu and the address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from exports import caption, code, slidekm, slides, tables
from exports.export import Export


@dataclass(frozen=True)
class Kind:
    """A kind of file: what the menu says, how a name ends, its media type, and what makes it.

    `each`: the file is of one endpoint; the others may also hold all of them.
    """

    label: str
    ending: str
    media: str
    make: Callable[[Export], str | bytes]
    each: bool = False
    what: str = ""  # in the file's name, where two kinds end alike


def _deck(export: Export) -> bytes:
    return slides.deck(slidekm.plates(export))


_OFFICE = "application/vnd.openxmlformats-officedocument"
_CSV, _TEXT = "text/csv; charset=utf-8", "text/plain; charset=utf-8"

# The code in the address: the kind.
KINDS = {
    "pptx": Kind(
        "PowerPoint slide",
        "pptx",
        f"{_OFFICE}.presentationml.presentation",
        lambda export: slides.deck(slidekm.plates(export)),
    ),
    "csv": Kind("CSV of the curves", "csv", _CSV, tables.csv_text),
    "xlsx": Kind("Excel workbook", "xlsx", f"{_OFFICE}.spreadsheetml.sheet", tables.workbook),
    "caption": Kind("Caption and methods", "txt", _TEXT, caption.text, what="caption"),
    "r": Kind("R script", "R", _TEXT, code.r_script, each=True),
    "python": Kind("Python script", "py", _TEXT, code.python_script, each=True),
    "rows": Kind(
        "Rows for the scripts (no ids)", "csv", _CSV, tables.rows_text, each=True, what="rows"
    ),
}
