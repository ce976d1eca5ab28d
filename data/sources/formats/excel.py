"""Excel workbooks (.xlsx) as text tables, a sheet each.

Values are read, formulas are not computed: a formula whose result the file does not hold is a
problem. Nothing outside the file is ever opened; macros, old formats and passwords are refused.
"""

from __future__ import annotations

import datetime as dt
import io
import warnings
import zipfile

import openpyxl
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from data.limits import LIMITS, Limits
from data.problems import MAX_LISTED, shorten
from data.sources.formats import files, grid
from data.sources.formats.delimited_text import Grid
from data.sources.formats.grid import Hints, letter
from data.sources.formats.raw_table import RawTable, Unreadable, number_text

SAVE = "open it in Excel and save it as .xlsx"
STYLES = 5_000_000  # bytes of styles.xml; beyond is a bomb or a broken export
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")


class _Parser(WorkSheetParser):
    """Openpyxl's reader of cells, which also notes formulas without a value."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.uncomputed: list[tuple[int, int]] = []

    def parse_cell(self, element):
        cell = super().parse_cell(element)
        if cell["value"] is None and element.find(FORMULA_TAG) is not None:
            self.uncomputed.append((cell["row"], cell["column"]))
        return cell


def read(file: files.File, limits: Limits = LIMITS) -> list[RawTable]:
    """The tables of a workbook's visible sheets."""
    with files.open_zip(file.content, limits) as archive:
        _check(archive, limits)
        linked = any(name.startswith("xl/externalLinks/") for name in archive.namelist())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl does not keep: charts, validation
            book = openpyxl.load_workbook(
                io.BytesIO(file.content), read_only=True, data_only=True, keep_links=False
            )
            tables = _sheets(book, file, limits)
    except Unreadable:
        raise
    except (IndexError, KeyError, ValueError, TypeError, AttributeError, SyntaxError) as error:
        raise Unreadable(f"is no sound workbook: {SAVE} once more") from error
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise Unreadable("is damaged or cut short; copy or export it once more") from error
    if linked:
        tables[0].warn("links to other workbooks are not followed; the values that Excel saved are")
    return tables


def _check(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Look at the parts before any is parsed."""
    names = archive.namelist()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unreadable(f"holds macros, which are not read: {SAVE} (without macros)")
    if "xl/workbook.bin" in names:
        raise Unreadable(f"is a binary workbook (.xlsb): {SAVE}")
    if "xl/workbook.xml" not in names:
        raise Unreadable("is no Excel workbook; hand over .xlsx or CSV")
    sheets = [name for name in names if name.startswith("xl/worksheets/sheet")]
    if len(sheets) > limits.sheets:
        raise Unreadable(f"holds {len(sheets):,} sheets; at most {limits.sheets} are read")
    for info in archive.infolist():
        if info.filename == "xl/styles.xml" and info.file_size > STYLES:
            raise Unreadable("holds too many cell styles: copy the values into a new workbook")
        if info.filename.endswith((".xml", ".rels")):
            _check_xml(archive, info)


def _check_xml(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """XML that declares entities or hides in another encoding is no work of Excel."""
    tail = b""
    for number, part in enumerate(files.stream(archive, info)):
        if number == 0 and part[:2] in (b"\xff\xfe", b"\xfe\xff", b"\0<", b"<\0"):
            raise Unreadable(f"is no sound workbook: {SAVE} once more")
        if any(word in tail + part for word in _FORBIDDEN):
            raise Unreadable("holds XML that refers to other files or entities: not read")
        tail = part[-10:]


def _sheets(book, file: files.File, limits: Limits) -> list[RawTable]:
    visible = [s for s in book._sheets if isinstance(s, ReadOnlyWorksheet)]
    hidden = [s.title for s in visible if s.sheet_state != "visible"]
    visible = [s for s in visible if s.sheet_state == "visible"]
    tables, empty, cells = [], [], 0
    for sheet in visible:
        raw, read = _sheet(book, sheet, file, limits, limits.cells - cells)
        cells += read
        if raw is None:
            empty.append(sheet.title)
        else:
            tables.append(raw)
    if not tables:
        raise Unreadable("none of its visible sheets holds a table")
    if hidden:
        tables[0].warn(f"hidden sheets are not read: {', '.join(map(shorten, hidden))}")
    if empty:
        tables[0].warn(f"sheets without a table are not read: {', '.join(map(shorten, empty))}")
    return tables


def _sheet(book, sheet, file: files.File, limits: Limits, left: int) -> tuple[RawTable | None, int]:
    """One sheet as a table (None: empty, or words only) and the number of cells in it."""
    with sheet._get_source() as source:
        parser = _Parser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        rows, count = _rows(book, parser, limits, left)
        merged = (
            tuple(
                (r.min_row, r.min_col, r.max_row, r.max_col)
                for r in (parser.merged_cells.ranges if parser.merged_cells else ())
            )
            if hasattr(parser.merged_cells, "ranges")
            else _ranges(parser)
        )
    if not rows or (max(len(cells) for _, cells in rows) < 2):
        return None, count
    source_name = f"{file.name}, sheet {shorten(sheet.title)}"
    hints = Hints(merged=merged, padded=True)
    try:
        raw = grid.table(rows, name=sheet.title, source=source_name, form="Excel", hints=hints)
    except Unreadable:
        return None, count
    for row, column in parser.uncomputed[:MAX_LISTED]:
        if any(
            row == number for number in (raw.frame.index if row not in raw.frame.index else [row])
        ):
            message = "a formula without a computed value: open the file in Excel and save it"
            raw.complain(message, column=_name(rows, raw, column), row=row)
    return raw, count


def _ranges(parser) -> tuple[tuple[int, int, int, int], ...]:
    cells = getattr(parser.merged_cells, "mergeCell", None) or ()
    return tuple((r.min_row, r.min_col, r.max_row, r.max_col) for r in cells)


def _name(rows: Grid, raw: RawTable, column: int) -> str:
    names = list(raw.frame.columns)
    return names[column - 1] if column <= len(names) else letter(column)


def _rows(book, parser: _Parser, limits: Limits, left: int) -> tuple[Grid, int]:
    """The rows that hold something; only cells with a value take memory."""
    rows: Grid = []
    count = 0
    for number, cells in parser.parse():
        filled = [cell for cell in cells if cell["value"] is not None]
        if not filled:
            continue
        count += len(filled)
        width = max(cell["column"] for cell in filled)
        if width > limits.columns:
            message = f"a value in column {letter(width)}; at most {limits.columns:,} columns"
            raise Unreadable(f"{message} are read: delete what stands far outside", number)
        texts = [""] * width
        for cell in filled:
            texts[cell["column"] - 1] = _text(cell, book, number, limits)
        if any(text.strip() for text in texts):
            rows.append((number, texts))
        if len(rows) > limits.rows + 1 or count > left:
            most = f"{limits.rows:,} rows and {limits.cells:,} cells"
            raise Unreadable(f"more than {most} are not read; hand over those that are needed")
    return rows, count


def _text(cell: dict, book, row: int, limits: Limits) -> str:
    """A cell as text: what it holds, exactly, and not how it is rounded on the screen."""
    value = cell["value"]
    if isinstance(value, str):
        if len(value) > limits.cell:
            message = f"a cell of more than {limits.cell:,} characters ({letter(cell['column'])})"
            raise Unreadable(message, row)
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        if "%" in _format(book, cell["style_id"]):
            return number_text(round(value * 100, 10)) + "%"
        return str(value) if isinstance(value, int) else number_text(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time(0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    return str(value)


def _format(book, style: int) -> str:
    """The number format of a style: 0.00 % shows 0.123 as 12.30 %."""
    number = book._cell_styles[int(style)].numFmtId
    if number in (9, 10):
        return "%"
    if number >= 164 and number - 164 < len(book._number_formats):
        return book._number_formats[number - 164]
    return ""
