"""The basket as one page of HTML, to be read, printed, or printed into a PDF.

Whole in itself: figures are pictures inside it, no script runs and nothing is fetched.
"""

from __future__ import annotations

import base64

from exports.drawing.frames import SLIDE
from exports.html_page import render_page
from exports.images import image
from exports.pptx.deck import LOOKS, Figure, looks


def head(n: int, day: str) -> str:
    """The beginning of a report of `n` figures."""
    return render_page("report_head.html.j2", count=n, day=day) + "\n"


def section(number: int, figure: Figure) -> str:
    """One figure: its name, the picture, its caption and methods; or why there is none."""
    figure_export = figure.figure_export
    if figure_export is None:
        values = {"stamps": "", "picture": ""}
    else:
        picture = base64.b64encode(image(figure_export, "svg", SLIDE)).decode("ascii")
        stamps = " ".join(f"{text.rstrip('.')}." for text in figure_export.marks)
        values = {"stamps": stamps, "picture": picture}
    return render_page(
        "report_section.html.j2",
        number=number,
        figure=figure,
        figure_export=figure_export,
        **values,
    )


def tail(figures: list[Figure]) -> str:
    """The table of all questions, and the end."""
    rows = [(figure.about, figure.said, looks(figure)) for figure in figures]
    return render_page("report_tail.html.j2", rows=rows, note=LOOKS) + "\n"
