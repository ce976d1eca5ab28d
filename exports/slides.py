"""Slides in PowerPoint's own form: text, a native chart and a native table, all of it editable.

A slide holds what the screen shows of one endpoint: the same numbers, words, colours and dashes.
Sizes are in inches on a slide of 13.333 x 7.5, type in points.
"""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_CONNECTOR
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu, Inches, Pt

from analysis import words
from analysis.answer import EndpointAnswer
from exports.caption import caption, methods
from exports.export import Export, safe_text
from exports.slidechart import add_chart, line_dash
from exports.slidetable import Columns, add_table, columns_of, table_height
from exports.words import endpoint_sentences, marker_words
from figures.curves import time_ticks
from figures.km import groups_of
from figures.kmgroup import Group
from figures.kmnames import names
from figures.kmwords import accessible_words, comparison_lines, group_lines
from figures.style import LIGHT

WIDE, HIGH = 13.333, 7.5
LEFT, RIGHT = 0.5, 12.833  # the margins of all text
TITLE, SENTENCE, BODY, SMALL = 28, 16, 14, 12  # points
LINE_OF_TITLE = 64  # characters of the title that fit in a line
LINE_OF_SENTENCE = 118
LONGEST_TITLE = 2 * LINE_OF_TITLE
CHART_WIDE = 8.75
ASIDE = 9.55  # where the numbers beside the chart begin
FOOT = 6.88  # where the words under the table begin
AXIS_ROOM = 0.72  # under the plot, for the ticks' labels and the axis' title
Y_ROOM = 1.0  # beside the plot, for the same
SYNTHETIC = "Synthetic data"
UNWANTED = ("/thumbnail", "/printerSettings")  # parts of the library's template


def deck(export: Export) -> bytes:
    """A slide for every endpoint of the export that has an answer, as a .pptx file."""
    slides = Presentation()
    _wide(slides)
    _described(slides, export)
    for one in export.endpoints:
        if not one.why:
            _slide(slides, export, one)
    out = io.BytesIO()
    slides.save(out)
    return out.getvalue()


def _wide(slides: Any) -> None:
    """16:9 instead of the 4:3 of the library's own template, its layouts stretched along."""
    stretch = Inches(WIDE) / slides.slide_width
    slides.slide_width, slides.slide_height = Inches(WIDE), Inches(HIGH)
    for layout in (slides.slide_master, *slides.slide_layouts):
        for shape in layout.placeholders:
            shape.left, shape.width = (
                Emu(int(shape.left * stretch)),
                Emu(int(shape.width * stretch)),
            )


def _described(slides: Any, export: Export) -> None:
    """The file's own properties: nothing of the template's author or the user's machine."""
    about = slides.core_properties
    about.title = safe_text(f"{marker_words(export.answer)} · {export.study}")[:250]
    about.author = about.last_modified_by = "Cutline"
    about.subject = SYNTHETIC if export.answer.synthetic else ""
    about.keywords = about.comments = ""
    about.created = about.modified = datetime.fromisoformat(export.day)
    for part in (slides.part, slides.part.package):
        rels = part._rels
        for name in [name for name, rel in rels.items() if rel.reltype.endswith(UNWANTED)]:
            rels.pop(name)


def _slide(slides: Any, export: Export, one: EndpointAnswer) -> None:
    slide = slides.slides.add_slide(slides.slide_layouts[5])  # title only
    top = _words(slide, export, one)
    ticks = time_ticks(float(one.km.curves["time"].max()), export.answer.time_unit)
    groups = groups_of(export.answer, one, LIGHT)
    columns = columns_of(one, groups, ticks, LEFT, CHART_WIDE)
    table_top = FOOT - 0.08 - table_height(columns)
    plot = (columns.first, top + 0.1, columns.last - columns.first, table_top - AXIS_ROOM - top)
    # Titles of axes stand at the edge of the frame: it must not be wider than they need.
    left, right = columns.first - Y_ROOM, columns.last + columns.width / 2
    frame = (left, top, right - left, table_top - 0.02 - top)
    chart = add_chart(slide, export.answer, one, groups, ticks, frame, plot)
    _named(chart, f"Kaplan-Meier curves, {one.code}", accessible_words(export.answer, one))
    _named_curves(slide, groups, ticks[-1], plot)
    table = add_table(slide, columns, export.answer.time_unit, table_top)
    _named(table, f"Numbers at risk, {one.code}", "At risk, censored and events under the ticks")
    _row_keys(slide, groups, columns, table_top)
    _numbers(slide, export, one, groups, top)
    _foot(slide, export, one)
    notes = [*caption(export, one), "", *methods(export, one)]
    slide.notes_slide.notes_text_frame.text = "\n".join(map(safe_text, notes))


def _words(slide: Any, export: Export, one: EndpointAnswer) -> float:
    """Title and sentence; where the room below them begins."""
    text = safe_text(f"{one.label} by {_uncapped(marker_words(export.answer, short=True))}")
    title = text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1] + "…"
    high = 0.55 * _lines(title, LINE_OF_TITLE)
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = map(Inches, (LEFT, 0.3, RIGHT - LEFT, high))
    shape.text_frame.text = title
    _plain_frame(shape.text_frame)
    paragraph = shape.text_frame.paragraphs[0]
    paragraph.alignment = 1
    _look(paragraph.runs[0], TITLE, LIGHT.text, bold=True)
    said = endpoint_sentences(export.answer, one)[-1]  # of several groups what compares them
    room = 0.27 * _lines(said, LINE_OF_SENTENCE)
    _text(slide, (LEFT, 0.38 + high, RIGHT - LEFT, room), [(said, SENTENCE, LIGHT.text, False)])
    return 0.38 + high + room + 0.15


def _numbers(
    slide: Any, export: Export, one: EndpointAnswer, groups: list[Group], top: float
) -> None:
    """What compares the groups, then each group's name and numbers, beside the chart."""
    compared = [line for line in comparison_lines(one) if line]
    lines = [_marked(line, BODY if i else SENTENCE) for i, line in enumerate(compared)]
    wide = RIGHT - ASIDE
    high = sum(_lines(text, _fits(wide, size)) * size * 1.2 / 72 for text, size, *_ in lines)
    _text(slide, (ASIDE, top, wide, high + 0.1), lines)
    here = top + high + 0.25
    for group in groups:
        _key(slide, group, ASIDE, ASIDE + 0.4, here + 0.13)
        texts = [(group.label, BODY, LIGHT.text, True)]
        texts += [(line, SMALL, LIGHT.muted, False)
                  for line in group_lines(group, export.answer, one)]  # fmt: skip
        room = wide - 0.5
        high = sum(_lines(text, _fits(room, size)) * size * 1.2 / 72 for text, size, *_ in texts)
        _text(slide, (ASIDE + 0.5, here, room, high), texts)
        here += high + 0.15


def _foot(slide: Any, export: Export, one: EndpointAnswer) -> None:
    """How the cut-off was set with both p's, whether the data are real, and what they are."""
    both = [] if one.several else [words.both_p(one)]
    stamp = ". ".join([*words.caveat_lines(one), *both])
    if export.answer.synthetic:
        stamp = f"{SYNTHETIC}. {stamp}"
    whom = f"{export.patients} · " if export.patients else ""
    source = f"{export.study} · {whom}data {export.cohort.id} · {export.day} · Cutline"
    lines = [(f"{stamp}.", SMALL, LIGHT.stamp, True), (source, SMALL, LIGHT.muted, False)]
    _text(slide, (LEFT, FOOT, RIGHT - LEFT, 0.55), lines)


def _named_curves(
    slide: Any, groups: list[Group], end: float, plot: tuple[float, float, float, float]
) -> None:
    """The names beside the curves, at the places that the screen finds for them."""
    left, top, wide, high = plot
    for name in names(groups, end, LIGHT):
        room, tall = 0.095 * len(name["text"]) + 0.1, 0.26
        x, y = left + wide * name["x"] / end, top + high * (1 - name["y"] / 100)
        x = x + 0.04 if name["xanchor"] == "left" else x - 0.04 - room
        y = y - tall if name["yanchor"] == "bottom" else y
        _text(slide, (x, y, room, tall), [(name["text"], SMALL, LIGHT.text, False)], wrap=False)


def _row_keys(slide: Any, groups: list[Group], columns: Columns, top: float) -> None:
    for i, group in enumerate(groups):
        middle = top + columns.head + (i + 0.5) * columns.row
        _key(slide, group, LEFT, LEFT + 0.3, middle)


def _key(slide: Any, group: Group, left: float, right: float, y: float) -> None:
    """A short piece of a group's line."""
    ends = map(Inches, (left, y, right, y))
    line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends)
    line.name = f"Key of {group.short}"
    line.line.color.rgb = RGBColor.from_string(group.colour[1:])
    line.line.width, line.line.dash_style = Pt(2.25), line_dash(group)


# --------------------------------------------------------------------------------------- text

Line = tuple[str, int, str, bool]  # text, points, colour, bold


def _text(
    slide: Any, place: tuple[float, float, float, float], lines: list[Line], *, wrap: bool = True
) -> None:
    frame = slide.shapes.add_textbox(*map(Inches, place)).text_frame
    _plain_frame(frame)
    frame.word_wrap = wrap
    for i, (text, size, colour, bold) in enumerate(lines):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = safe_text(text)
        _look(run, size, colour, bold=bold)


def _plain_frame(frame: Any) -> None:
    """No room around the text: what is aligned on paper is aligned on the slide."""
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor, frame.word_wrap = MSO_ANCHOR.TOP, True


def _look(run: Any, size: int, colour: str, *, bold: bool) -> None:
    run.font.size, run.font.bold = Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(colour[1:])


def _marked(line: str, size: int) -> Line:
    """A line of the figure's words: bold where these are."""
    bold = line.startswith("<b>")
    return (re.sub("</?b>", "", line), size if bold else SMALL, LIGHT.text if bold else
            LIGHT.muted, bold)  # fmt: skip


def _named(frame: Any, name: str, words_of_it: str) -> None:
    """A name for the selection pane, and the sentence for those who do not see the slide."""
    frame.name = name
    frame._element.nvGraphicFramePr.cNvPr.set("descr", safe_text(words_of_it))


def _uncapped(text: str) -> str:
    """ "fold change of …" within a sentence; a marker's own name stays as it is."""
    return text[:1].lower() + text[1:] if text.startswith(("Change of", "Fold change")) else text


def _lines(text: str, width: int) -> int:
    return max(1, -(-len(text) // width))


def _fits(wide: float, size: int) -> int:
    """Characters in a line: a mean one is half as wide as high, a little more to be safe."""
    return max(1, int(wide * 72 / (0.52 * size)))
