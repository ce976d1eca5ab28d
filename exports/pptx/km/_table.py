"""The table under a native chart: a column under every tick, a row for every group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from analysis.results.survival import EstimatedEndpoint
from exports.provenance import safe_text
from figures.km.group import Group
from figures.style import LIGHT
from wording.files.deck import AT_RISK_HEAD

SIZE = 12  # points
LABELS = 2.1  # width of the column of names, in inches
KEY = 0.36  # of it, room for a piece of the group's line
LINE = 0.21  # height of a line of the table
DIGIT = 0.089  # width of a character
HEAD = AT_RISK_HEAD
PLAIN_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # "No Style, No Grid"


@dataclass(frozen=True)
class Columns:
    """Where the table's columns stand: the first and the last tick at `first` and `last`.

    `cells` are (text at risk, the other two, whether few are at risk) by row and tick.
    """

    left: float
    width: float  # from tick to tick
    first: float
    last: float
    ticks: tuple[float, ...]
    names: tuple[str, ...]
    cells: tuple[tuple[tuple[str, str, bool], ...], ...]

    @property
    def broken(self) -> bool:
        """Whether the counts in brackets need a line of their own."""
        longest = max(len(f"{risk} {rest}") for row in self.cells for risk, rest, _ in row)
        return longest * DIGIT > self.width

    @property
    def row(self) -> float:
        """Height of a group's row."""
        return LINE * (2 if self.broken else 1) + 0.06

    @property
    def head(self) -> float:
        """Height of the row of ticks, which names what stands below it."""
        return 2 * LINE + 0.06


def columns_of(
    endpoint: EstimatedEndpoint, groups: list[Group], ticks: list[float], left: float, width: float
) -> Columns:
    """Columns of equal width centred on the ticks, between `left` and `left` + `width`."""
    step = (width - LABELS) / len(ticks)
    first = left + LABELS + step / 2
    counts = endpoint.km.at_risk(ticks).set_index("group")
    cells = tuple(
        tuple(
            (f"{row.n_risk:.0f}", f"({row.n_censor:.0f}, {row.n_event:.0f})",
             bool(row.n_risk < group.scarce))
            for row in counts.loc[[group.number]].itertuples()
        )
        for group in groups
    )  # fmt: skip
    last = first + step * (len(ticks) - 1)
    names = tuple(group.short for group in groups)
    return Columns(left, step, first, last, tuple(ticks), names, cells)


def table_height(columns: Columns) -> float:
    """The height of the whole table in inches."""
    return columns.head + columns.row * len(columns.names)


def add_table(slide: Any, columns: Columns, unit: str, top: float) -> Any:
    """The table; the shape that holds it."""
    width = columns.last + columns.width / 2 - columns.left
    place = (columns.left, top, width, table_height(columns))
    shape = slide.shapes.add_table(
        len(columns.names) + 1, len(columns.ticks) + 1, *map(Inches, place)
    )
    table = shape.table
    _unstyled(table)
    table.columns[0].width = Inches(width - columns.width * len(columns.ticks))
    for i in range(len(columns.ticks)):
        table.columns[i + 1].width = Inches(columns.width)
    for i, row in enumerate(table.rows):
        row.height = Inches(columns.row if i else columns.head)
    _write(table.cell(0, 0), [f"{unit.capitalize()}", HEAD], left=0, muted=True)
    for j, tick in enumerate(columns.ticks, 1):
        _write(table.cell(0, j), [f"{tick:g}", ""], muted=True)
    for i, (name, row) in enumerate(zip(columns.names, columns.cells, strict=True), 1):
        _write(table.cell(i, 0), [name], left=KEY)
        for j, (risk, rest, few) in enumerate(row, 1):
            texts = [risk, rest] if columns.broken else [f"{risk} {rest}"]
            _write(table.cell(i, j), texts, muted=few)
    return shape


def _unstyled(table: Any) -> None:
    """No bands, no grid, no bold first row: the words carry the table."""
    table.first_row = table.horz_banding = False
    table._tbl.tblPr.find(qn("a:tableStyleId")).text = PLAIN_STYLE


def _write(cell: Any, texts: list[str], *, left: float | None = None, muted: bool = False) -> None:
    cell.margin_top = cell.margin_bottom = Inches(0.02)
    cell.margin_left, cell.margin_right = Inches(left or 0), 0
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    frame = cell.text_frame
    for i, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.CENTER if left is None else PP_ALIGN.LEFT
        paragraph.font.size = Pt(SIZE)
        run = paragraph.add_run()
        run.text, run.font.size = safe_text(text), Pt(SIZE)
        run.font.color.rgb = RGBColor.from_string((LIGHT.muted if muted else LIGHT.text)[1:])
