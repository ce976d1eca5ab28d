"""What is wrong, in the user's own workbook: cells coloured, with the problem as a comment.

One workbook comes back as it was; anything else (CSV, SAS, several files) as a workbook with a
sheet for each table. The first sheet lists every problem with its place.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from data.cohort import Problem
from data.limits import Limits
from data.sources.formats import detect, files
from data.sources.formats.raw_table import RawTable
from data.storage.cohort_tables import as_text

LIST = "Problems"
HEAD = ("Where", "Column", "Row", "Value", "What, and what to do")
MOST = 2_000  # cells that are marked
_RED = PatternFill("solid", fgColor="FFFFC9C9")
_TITLE_ROWS = 60


def write(path: Path, problems: Sequence[Problem], limits: Limits, out: Path) -> None:
    """Write the workbook; the files have been read before, so their tables are known."""
    found, _ = files.gather(path, limits)
    raws = [raw for file in found for raw in detect.tables_of(file, limits)[0]]
    book = _own_book(found) or _book_of(raws)
    sheets = {raw.source: book[_title(raw.source, book)] for raw in raws}
    for raw in raws:
        _mark(sheets[raw.source], raw, [p for p in problems if p.table == raw.source][:MOST])
    _list(book, problems)
    book.save(out)


def _own_book(found: list[files.File]) -> openpyxl.Workbook | None:
    """The workbook that was handed in, if it is the only file."""
    if len(found) != 1 or not found[0].content.startswith(b"PK"):
        return None
    return openpyxl.load_workbook(io.BytesIO(found[0].content), keep_links=False)


def _book_of(raws: list[RawTable]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for raw in raws:
        sheet = book.create_sheet(_sheet_name(raw.source, book.sheetnames))
        header = max(int(min(raw.frame.index, default=2)) - 1, 1)
        for at, name in enumerate(raw.frame.columns, start=1):
            _put(sheet, header, at, name)
        for row, *cells in raw.frame.itertuples(name=None):
            for at, text in enumerate(cells, start=1):
                if text:
                    _put(sheet, int(row), at, text)
    if not raws:
        book.create_sheet("Data")
    return book


def _sheet_name(source: str, taken: Sequence[str]) -> str:
    """A name that a sheet may have, at most 31 characters, no two alike."""
    clean = "".join("_" if c in "[]:*?/\\'" or not c.isprintable() else c for c in source)
    stem, number = clean[-31:] or "Table", 2
    name = stem
    while name.casefold() in {one.casefold() for one in taken}:
        name, number = f"{stem[:27]} {number}", number + 1
    return name


def _title(source: str, book: openpyxl.Workbook) -> str:
    """The sheet on which a table stands: by its own name, or by that of its source."""
    own = source.partition(", sheet ")[2]
    if own in book.sheetnames:
        return own
    made = _sheet_name(source, [])
    return made if made in book.sheetnames else book.sheetnames[0]


def _put(sheet, row: int, column: int, text: str) -> None:
    """A cell as a number where it is one, else as text that is no formula."""
    cell = sheet.cell(row, column)
    try:
        number = float(text)
    except ValueError:
        number = None
    if number is not None and as_text(number) == text:
        cell.value = number
        return
    cell.value = _clean(text)
    cell.data_type = "s"


def _clean(text: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("?", str(text))[:32_000]


def _mark(sheet, raw: RawTable, problems: Sequence[Problem]) -> None:
    places: dict[tuple[int, int], list[str]] = {}
    header = _header(sheet, raw)
    for one in problems:
        row = one.row if one.row is not None else header
        places.setdefault((row, _column(sheet, raw, header, one.column)), []).append(one.with_key)
    for (row, column), said in places.items():
        cell = sheet.cell(row, column)
        if isinstance(cell, openpyxl.cell.MergedCell):
            continue  # only the first cell of a merged block can hold anything
        cell.fill = _RED
        cell.comment = Comment(_clean("\n".join(said))[:2_000], "Cutline")


def _header(sheet, raw: RawTable) -> int:
    """The row of the column names: the last above the data that holds most of them."""
    first = int(min(raw.frame.index, default=2))
    names = set(raw.frame.columns)
    best, at = 0, max(first - 1, 1)
    for row in range(max(first - _TITLE_ROWS, 1), first):
        held = {str(cell.value).strip() for cell in sheet[row] if cell.value is not None}
        if len(held & names) >= max(best, 1):
            best, at = len(held & names), row
    return at


def _column(sheet, raw: RawTable, header: int, name: str) -> int:
    for cell in sheet[header]:
        if cell.value is not None and str(cell.value).strip() == name:
            return cell.column
    names = list(raw.frame.columns)
    return names.index(name) + 1 if name in names else 1


def _list(book: openpyxl.Workbook, problems: Sequence[Problem]) -> None:
    """Every problem, in words, on a sheet of its own before the others."""
    sheet = book.create_sheet(_sheet_name(LIST, book.sheetnames), 0)
    lines = [
        (p.table, p.column, "" if p.row is None else str(p.row), p.value, p.with_key)
        for p in problems
    ]
    for row, line in enumerate([HEAD, *lines], start=1):
        for column, text in enumerate(line, start=1):
            _put(sheet, row, column, text)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDE", (34, 24, 8, 20, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    book.active = 0
