"""Text on slides: sizes in points, boxes without margins, and how much text a box holds."""

from __future__ import annotations

from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Inches, Pt

from exports.drawing.text import wrapped
from exports.figure_export import Box
from exports.provenance import safe_text

SURE = 0.97  # of a line may be filled
TITLE, SENTENCE, BODY, SMALL = 28, 16, 14, 12  # points
Line = tuple[str, float, str, bool]  # text, points, colour, bold


def write(slide: Any, place: Box, lines: list[Line], *, wrap: bool = True) -> Any:
    """A box of text, a paragraph a line; the shape."""
    shape = slide.shapes.add_textbox(*map(Inches, place))
    frame = shape.text_frame
    plain_frame(frame)
    frame.word_wrap = wrap
    for i, (text, size, colour, bold) in enumerate(lines):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = safe_text(text)
        look(run, size, colour, bold=bold)
    return shape


def plain_frame(frame: Any) -> None:
    """No room around the text: what is aligned on paper is aligned on the slide."""
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor, frame.word_wrap = MSO_ANCHOR.TOP, True


def look(run: Any, size: float, colour: str, *, bold: bool) -> None:
    """Size, weight and colour of a piece of text."""
    run.font.size, run.font.bold = Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(colour[1:])


def lines_of(text: str, wide: float, size: float, *, bold: bool = False) -> int:
    """How many lines a text takes in a box that is `wide` inches: a little more than measured,
    because no two programs break lines alike."""
    return max(1, len(wrapped(safe_text(text), size, wide * 72 * SURE, bold=bold)))


def name_shape(shape: Any, name: str, words_of_it: str = "") -> None:
    """A name for the selection pane, and the sentence for those who do not see the slide."""
    shape.name = safe_text(name)
    if words_of_it:
        shape._element._nvXxPr.cNvPr.set("descr", safe_text(words_of_it))
