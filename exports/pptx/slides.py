"""Slides in PowerPoint's own form: text, native charts and tables, all of it editable.

A slide holds what the screen shows of one figure: the same numbers, words, colours and dashes.
Sizes are in inches on a slide of 13.333 x 7.5, type in points. `add` puts one figure on a slide of
any presentation of that size; a deck is that, several times.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches

from exports.figure_export import FigureExport
from exports.pptx.template import open_template, title_only
from exports.pptx.text import BODY, SENTENCE, SMALL, TITLE, lines_of, look, plain_frame, write
from exports.provenance import safe_text
from figures.style import LIGHT
from wording.results.phrases import SYNTHETIC

WIDE, HIGH = 13.333, 7.5
LEFT, RIGHT = 0.5, 12.833  # the margins of all text
LONGEST_TITLE = 120  # characters: two lines
FOOT = 6.88  # where the words under the figure begin
UNWANTED = ("/thumbnail", "/printerSettings")  # parts of the library's template


def deck(figure_exports: Iterable[FigureExport], template: bytes = b"") -> bytes:
    """A slide for every figure, as a .pptx file; there must be one at least.

    `template` is the content of a user's own .pptx or .potx; BadTemplate where it cannot be used.
    """
    figure_exports = list(figure_exports)
    about = (figure_exports[0].title, figure_exports[0].day)
    if template:
        slides = open_template(template)
        describe(slides, *about, synthetic=figure_exports[0].synthetic)
    else:
        slides = blank(*about, synthetic=figure_exports[0].synthetic)
    for figure_export in figure_exports:
        add(slides, figure_export)
    return save(slides)


def blank(title: str, day: str, *, synthetic: bool) -> Any:
    """A presentation without slides, whose properties name nobody and no machine."""
    slides = Presentation(io.BytesIO(_empty()))
    describe(slides, title, day, synthetic=synthetic)
    return slides


@cache
def _empty() -> bytes:
    """The library's own template, wide and in Arial: made once, it takes longer than a slide."""
    slides = Presentation()
    _wide(slides)
    _in_arial(slides)
    return save(slides)


def save(slides: Any) -> bytes:
    """The presentation as the content of a .pptx file."""
    out = io.BytesIO()
    slides.save(out)
    return out.getvalue()


def add(slides: Any, figure_export: FigureExport) -> Any:
    """One more slide with this figure: title, sentence, figure, stamps and notes; the slide."""
    slide = slides.slides.add_slide(title_only(slides))
    top = _words(slide, figure_export)
    stamps = _stamps(figure_export)
    foot = FOOT - 0.2 * (lines_of(stamps, RIGHT - LEFT, SMALL, bold=True) - 1)
    box = (LEFT, top, RIGHT - LEFT, foot - 0.08 - top)
    missing = figure_export.native(slide, figure_export, box)
    lines = [(stamps, SMALL, LIGHT.stamp, True), (figure_export.source, SMALL, LIGHT.muted, False)]
    write(slide, (LEFT, foot, RIGHT - LEFT, HIGH - 0.07 - foot), [one for one in lines if one[0]])
    notes = [*([missing, ""] if missing else []), *figure_export.notes]
    slide.notes_slide.notes_text_frame.text = "\n".join(map(safe_text, notes))
    return slide


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


def _in_arial(slides: Any) -> None:
    """The theme's fonts: one that every program has, or has another for that is as wide."""
    for rel in slides.slide_master.part.rels.values():
        if rel.reltype.endswith("/theme"):
            theme = etree.fromstring(rel.target_part.blob)
            for font in theme.iter(qn("a:latin")):
                if font.getparent().tag in (qn("a:majorFont"), qn("a:minorFont")):
                    font.set("typeface", "Arial")
            rel.target_part._blob = etree.tostring(
                theme, xml_declaration=True, encoding="UTF-8", standalone=True
            )


def describe(slides: Any, title: str, day: str, *, synthetic: bool) -> None:
    """The file's own properties: nothing of the template's author or the user's machine."""
    about = slides.core_properties
    about.title = safe_text(title)[:250]
    about.author = about.last_modified_by = "Cutline"
    about.subject = SYNTHETIC if synthetic else ""
    about.keywords = about.comments = ""
    about.created = about.modified = datetime.fromisoformat(day)
    for part in (slides.part, slides.part.package):
        rels = part._rels
        for name in [name for name, rel in rels.items() if rel.reltype.endswith(UNWANTED)]:
            rels.pop(name)


def _words(slide: Any, figure_export: FigureExport) -> float:
    """Title and sentence; where the room below them begins."""
    text = safe_text(figure_export.title)
    title = text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1] + "…"
    high = 0.55 * lines_of(title, RIGHT - LEFT, TITLE, bold=True)
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = map(Inches, (LEFT, 0.3, RIGHT - LEFT, high))
    shape.text_frame.text = title
    plain_frame(shape.text_frame)
    paragraph = shape.text_frame.paragraphs[0]
    paragraph.alignment = 1
    look(paragraph.runs[0], TITLE, LIGHT.text, bold=True)
    if not figure_export.sentence:
        return 0.5 + high
    long = lines_of(figure_export.sentence, RIGHT - LEFT, SENTENCE) > 3
    size = BODY if long else SENTENCE
    room = size * 1.21 / 72 * lines_of(figure_export.sentence, RIGHT - LEFT, size)
    place = (LEFT, 0.38 + high, RIGHT - LEFT, room)
    write(slide, place, [(figure_export.sentence, size, LIGHT.text, False)])
    return 0.38 + high + room + 0.15


def _stamps(figure_export: FigureExport) -> str:
    """How the cut-off was set with both p's, and whether the data are real."""
    said = [one.rstrip(".") for one in figure_export.marks]
    return f"{'. '.join(said)}." if said else ""
