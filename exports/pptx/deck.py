"""The basket as one presentation: a title, a slide a figure, methods, and a table of the questions.

The slides of the figures are those of `exports.pptx.slides`; here is what stands around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from exports.figure_export import FigureExport
from exports.pptx import slides
from exports.pptx.slides import HIGH, LEFT, RIGHT, WIDE
from exports.pptx.template import title_only
from exports.pptx.text import (
    SENTENCE,
    SMALL,
    TITLE,
    Line,
    lines_of,
    look,
    name_shape,
    plain_frame,
    write,
)
from exports.provenance import safe_text
from figures.style import LIGHT
from wording.files.deck import HOW_AND_P, LOOKS, NOTES, QUESTIONS_TABLE
from wording.results.phrases import SYNTHETIC

ROOM = HIGH - 1.75  # inches for text or a table under a title
LINE_HIGH = SMALL * 1.25 / 72  # inches
COLUMNS = (
    ("Slide", 0.75),
    ("Question", 4.95),
    (HOW_AND_P, 5.733),
    ("Looks", 0.9),
)
SENTENCE_END = re.compile(r"(?<=[.\]]) (?=[A-Z])")
ITEM = re.compile(r"(?:Methods\. )?(?:[A-Z][a-z]+: )?")  # with which a paragraph begins
GRID = "{5940675A-B579-460E-94D1-54222C63F5DA}"  # PowerPoint's "No Style, Table Grid"


@dataclass(frozen=True)
class Figure:
    """A figure of the basket on its way out: its question in words and as an address, the number
    of looks in its cohort; without an export `why` says why there is no figure."""

    name: str
    about: str
    address: str
    study: str = ""
    looks: int = 0
    figure_export: FigureExport | None = None
    why: str = ""

    @property
    def said(self) -> str:
        """How the cut-off was set with both p's, or the figure's answer in words, or why not."""
        if self.figure_export is None:
            return self.why
        stamps = ". ".join(one.rstrip(".") for one in self.figure_export.stamps)
        return stamps or self.figure_export.sentence


def start_deck(figures: list[Figure], day: str) -> Any:
    """A presentation with its title slide, for these figures."""
    synthetic = any(
        one.figure_export is not None and one.figure_export.synthetic for one in figures
    )
    deck = slides.blank(_title(figures), day, synthetic=synthetic)
    _cover(deck, figures, day, synthetic=synthetic)
    return deck


def fill_deck(deck: Any, figures: list[Figure]) -> Iterator[int]:
    """Put in the figures, then methods and questions; how many figures are in, after each.

    A generator, so that whoever waits can be told how far it is, and may stop.
    """
    for i, one in enumerate(figures, 1):
        _figure(deck, one)
        yield i
    _methods(deck, figures)
    _questions(deck, figures)


def _title(figures: list[Figure]) -> str:
    studies = list(dict.fromkeys(one.study for one in figures if one.study))
    return " · ".join(studies) or "Cutline"


def _figure(deck: Any, one: Figure) -> None:
    if one.figure_export is not None:
        slides.add(deck, replace(one.figure_export, title=one.name))
        return
    slide = _add_heading(deck, one.name)
    write(slide, (LEFT, 1.4, RIGHT - LEFT, 1.5), [(f"No figure: {one.why}", SENTENCE, LIGHT.text,
          False), (one.about, SMALL, LIGHT.muted, False)])  # fmt: skip
    slide.notes_slide.notes_text_frame.text = safe_text(f"{one.about}\n{one.address}")


def _cover(deck: Any, figures: list[Figure], day: str, *, synthetic: bool) -> None:
    slide = deck.slides.add_slide(title_only(deck))
    n = len(figures)
    shape = slide.shapes.title
    _heading(shape, (LEFT + 0.4, 2.3, WIDE - 2 * LEFT - 0.8, 1.2), _title(figures), 40)
    lines: list[Line] = [(f"{n} figure{'' if n == 1 else 's'} · {day} · Cutline", 18, LIGHT.muted,
                          False)]  # fmt: skip
    if synthetic:
        lines.append((SYNTHETIC, 18, LIGHT.stamp, True))
    sources = dict.fromkeys(
        one.figure_export.source for one in figures if one.figure_export is not None
    )
    lines += [(text, SMALL, LIGHT.muted, False) for text in sources]
    write(slide, (LEFT + 0.4, 3.7, WIDE - 2 * LEFT - 0.8, 2.5), lines)


def _add_heading(deck: Any, title: str) -> Any:
    slide = deck.slides.add_slide(title_only(deck))
    text = safe_text(title)
    text = text if len(text) <= slides.LONGEST_TITLE else text[: slides.LONGEST_TITLE - 1] + "…"
    high = 0.55 * lines_of(text, RIGHT - LEFT, TITLE, bold=True)
    _heading(slide.shapes.title, (LEFT, 0.3, RIGHT - LEFT, high), text, TITLE)
    return slide


def _heading(shape: Any, place: tuple[float, ...], text: str, size: float) -> None:
    shape.left, shape.top, shape.width, shape.height = map(Inches, place)
    shape.text_frame.text = safe_text(text)
    plain_frame(shape.text_frame)
    shape.text_frame.paragraphs[0].alignment = 1
    look(shape.text_frame.paragraphs[0].runs[0], size, LIGHT.text, bold=True)


# ------------------------------------------------------------------------------------- methods


def _methods(deck: Any, figures: list[Figure]) -> None:
    """What the methods of several figures have in common; the rest is in the slides' notes."""
    drawn = [one for one in figures if one.figure_export is not None]
    if not drawn:
        return
    exports = [one.figure_export for one in figures if one.figure_export is not None]
    everything = list(dict.fromkeys(text for one in exports for text in one.methods))
    for i, texts in enumerate(_fill_text(_shared(drawn))):
        slide = _add_heading(deck, "Methods" if i == 0 else "Methods, continued")
        write(slide, (LEFT, 1.1, RIGHT - LEFT, ROOM), _spaced(texts))
        slide.notes_slide.notes_text_frame.text = "\n".join(map(safe_text, everything))


def _shared(drawn: list[Figure]) -> list[str]:
    """Study by study, what holds for all of its figures; of one figure everything."""
    by_study: dict[str, list[tuple[str, ...]]] = {}
    for one in drawn:
        if one.figure_export is not None:
            by_study.setdefault(one.study, []).append(one.figure_export.methods)
    texts = [text for many in by_study.values() for text in _in_common(many)]
    return texts if len(drawn) == 1 else [*texts, NOTES]


def _in_common(many: list[tuple[str, ...]]) -> Iterator[str]:
    """The sentences of each item ("Statistics: …") that all methods with this item have.

    What only one of several has stands in its notes.
    """
    by_item: dict[str, list[str]] = {}
    for text in (text for one in many for text in one):
        by_item.setdefault(_item(text), []).append(text)
    for item, texts in by_item.items():
        if len(texts) == 1 < len(many):
            continue
        first, *others = [list(dict.fromkeys(SENTENCE_END.split(text))) for text in texts]
        kept = " ".join(one for one in first if all(one in other for other in others))
        if kept:
            yield kept if _item(kept) == item else f"{item}{kept}"


def _item(text: str) -> str:
    """What a paragraph begins with; "" where it is no item."""
    found = ITEM.match(text)
    return found[0] if found else ""


def _fill_text(texts: Iterable[str]) -> Iterator[list[str]]:
    """The paragraphs by slide: as many as a slide has room for."""
    room = ROOM
    here: list[str] = []
    for text in texts:
        high = (lines_of(text, RIGHT - LEFT, SMALL) + 0.5) * LINE_HIGH
        if here and high > room:
            yield here
            here, room = [], ROOM
        here.append(text)
        room -= high
    if here:
        yield here


def _spaced(texts: list[str]) -> list[Line]:
    lines: list[Line] = []
    for text in texts:
        lines += [(text, SMALL, LIGHT.text, False), ("", SMALL / 2, LIGHT.text, False)]
    return lines[:-1]


# ----------------------------------------------------------------------------------- questions


def _questions(deck: Any, figures: list[Figure]) -> None:
    """Every question with its p's and the number of looks: several slides where they are many."""
    rows = [_row(i, one) for i, one in enumerate(figures, 2)]  # the first slide is the title
    for i, some in enumerate(_fitting(rows)):
        slide = _add_heading(deck, "Questions asked" if i == 0 else "Questions asked, continued")
        wide = sum(width for _, width in COLUMNS)
        place = (LEFT, 1.1, wide, 0.34 * (len(some) + 1))
        shape = slide.shapes.add_table(len(some) + 1, len(COLUMNS), *map(Inches, place))
        name_shape(shape, "Questions asked", QUESTIONS_TABLE)
        shape.table.horz_banding = False
        shape.table._tbl.tblPr.find(qn("a:tableStyleId")).text = GRID
        for j, (title, width) in enumerate(COLUMNS):
            shape.table.columns[j].width = Inches(width)
            _cell(shape.table.cell(0, j), title, bold=True)
        for k, row in enumerate(some, 1):
            for j, text in enumerate(row):
                _cell(shape.table.cell(k, j), text)
        write(slide, (LEFT, HIGH - 0.6, RIGHT - LEFT, 0.45), [(LOOKS, SMALL, LIGHT.muted, False)])
        links = "\n".join(f"{row[0]}: {figures[int(row[0]) - 2].address}" for row in some)
        slide.notes_slide.notes_text_frame.text = safe_text(links)


def looks(one: Figure) -> str:
    """The number of looks as a table shows it; "" where the figure could not be made."""
    return str(one.looks) if one.figure_export is not None else ""


def _row(number: int, one: Figure) -> tuple[str, ...]:
    return str(number), one.about, one.said, looks(one)


def _fitting(rows: list[tuple[str, ...]]) -> Iterator[list[tuple[str, ...]]]:
    """The rows by slide, each as high as its longest cell."""
    here: list[tuple[str, ...]] = []
    room = ROOM - 0.75
    for row in rows:
        lines = max(
            lines_of(text, width - 0.2, SMALL)
            for text, (_, width) in zip(row, COLUMNS, strict=True)
        )
        high = lines * LINE_HIGH + 0.1
        if here and high > room:
            yield here
            here, room = [], ROOM - 0.75
        here.append(row)
        room -= high
    if here:
        yield here


def _cell(cell: Any, text: str, *, bold: bool = False) -> None:
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    run = cell.text_frame.paragraphs[0].add_run()
    run.text, run.font.size, run.font.bold = safe_text(text), Pt(SMALL), bold
