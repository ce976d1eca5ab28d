"""Rows of cells to a table: where the header is, and which rows are none of the data.

Titles above the header, a second header row, a row of units, rows of means and footnotes below
are set aside and counted. What cannot be told apart from data stays data or is a problem.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import pandas as pd

from data.problems import MAX_LISTED, shorten
from data.sources.formats.delimited_text import NAMES, Grid
from data.sources.formats.raw_table import RawTable, RowsSetAside, Unreadable

LOOKED_AT = 60  # rows in which the header is looked for
_NUMBER = re.compile(r"[<>≤≥]?\s*[+−–-]?[\d.,\s']*\d[\d.,]*\s*%?")
SUMMARIES = {
    "mean", "sd", "std", "stdev", "std dev", "std. dev.", "standard deviation", "median", "cv",
    "%cv", "sem", "min", "max", "geometric mean", "mittelwert", "moyenne", "average", "total",
    "standardabweichung",
}  # fmt: skip
_UNIT = re.compile(
    r"\(?\[?(%|‰|percent|(10\^?\d+|x10\^?\d+|g|t|k|m|n|p|µ|μ|u|f|c|d)?(cells?|copies|iu|u|g|l|ml|mol|"
    r"dl|mm3|events|m²?|kg|mg|ng|pg|µg|ug|µl|μl|ul|cm|mm)(\s*/\s*\S+)?|10\^?\d+\s*/\s*\S+|"
    r"#/\S+|/\s*[µμu]l|days?|months?|weeks?|years?|yrs?|mo|d|mfi|ratio|n/a|-|none|no unit|"
    r"ymd|dmy|yyyy-mm-dd|text|string)\)?\]?",
    re.IGNORECASE,
)
_UNIT_COLUMNS = {"unit", "units", "einheit", "unité"}
_NOTE = re.compile(r"(\*|†|‡|§|note|source|legend|abbrev|footnote|n\s*=|anmerkung)", re.IGNORECASE)


@dataclass(frozen=True)
class Hints:
    """What only the container knows: merged header cells, and that short rows are normal."""

    merged: tuple[tuple[int, int, int, int], ...] = ()  # row, column, last row, last column (1-)
    padded: bool = False  # a spreadsheet pads its rows: blanks at the end mean nothing


def table(
    rows: Grid, *, name: str, source: str, form: str, hints: Hints = Hints(), delimiter: str = ""
) -> RawTable:
    """The table in the rows; raises `Unreadable` where there is no header that can be used."""
    if not rows:
        raise Unreadable("the table is empty")
    lengths = {} if hints.padded else {number: len(cells) for number, cells in rows}
    rows = [(number, _trim(cells)) for number, cells in rows]
    comments = 0  # cBioPortal has four rows of them
    while comments < len(rows) - 1 and rows[comments][1][0].startswith("#"):
        comments += 1
    comments = comments if comments > 1 else 0
    rows = rows[comments:]
    width = _usual_width(rows)
    at = _header_at(rows, width)
    raw = RawTable(name, source, form, pd.DataFrame())
    if comments:
        raw.aside.append(RowsSetAside(comments, "rows of comments above the header"))
    if at:
        raw.aside.append(RowsSetAside(at, "title rows above the header"))
    first, header = rows[at]
    header = header + [""] * (lengths.get(first, 0) - len(header))
    body = rows[at + 1 :]
    header, body = _two_rows(raw, first, header, body, hints)
    names = _names(raw, first, header, body, delimiter)
    if raw.problems:
        return raw
    body = _even(raw, body, len(names), lengths)
    index = pd.Index([number for number, _ in body], name="row", dtype="int64")
    raw.frame = pd.DataFrame([cells for _, cells in body], columns=names, index=index, dtype=object)
    _drop_blank_columns(raw)
    _units_row(raw)
    _filled_blocks(raw, hints)
    _summaries_and_notes(raw)
    return raw


def _trim(cells: list[str]) -> list[str]:
    """The cells without the blank ones at the end."""
    last = len(cells)
    while last and (not cells[last - 1] or cells[last - 1].isspace()):
        last -= 1
    return cells[:last]


def _usual_width(rows: Grid) -> int:
    widths = Counter(len(cells) for _, cells in rows[:LOOKED_AT])
    return max(widths, key=lambda width: (widths[width], width))


def _fill(cells: list[str]) -> int:
    return sum(1 for cell in cells if cell and not cell.isspace())


def _header_at(rows: Grid, width: int) -> int:
    """The first row that is about as wide as the table and holds names, not numbers."""
    if width < 2:
        return 0
    for at, (_, cells) in enumerate(rows[:LOOKED_AT]):
        enough = _fill(cells) >= max(2, min(width, len(cells)) // 2) and len(cells) * 2 > width
        if enough:
            return at
    return 0


def is_number(text: str) -> bool:
    """Whether a cell is a number as people write it."""
    return _NUMBER.fullmatch(text.strip()) is not None


def _two_rows(raw: RawTable, first: int, header: list[str], body: Grid, hints: Hints):
    """One header of two: names that stand over several columns, and those below them."""
    spans = [m for m in hints.merged if m[0] <= first <= m[2]]
    wide = [m for m in spans if m[3] > m[1]]
    if not wide or not body:
        return header, body
    number, below = body[0]
    if number != first + 1 or any(is_number(cell) for cell in below if cell):
        return header, body
    over = list(header) + [""] * (len(below) - len(header))
    for row, left, _, right in wide:
        if row == first:
            over[left - 1 : right] = [over[left - 1]] * (right - left + 1)
    below = below + [""] * (len(over) - len(below))
    pairs = zip(over, below, strict=True)
    joined = [" ".join(part.strip() for part in pair if part.strip()) for pair in pairs]
    raw.warn("the names of the columns stand in two rows; they were joined", row=first)
    return joined, body[1:]


def _names(raw: RawTable, row: int, header: list[str], body: Grid, delimiter: str) -> list[str]:
    """The columns' names; blank ones over data and repeated ones are problems."""
    names = [" ".join(name.replace("\ufeff", "").split()) for name in header]
    if sum(is_number(name) for name in names) * 2 > len(names):
        message = "the first row holds numbers, not the names of the columns; put names above it"
        raw.complain(message, row=row)
        return names
    if len(names) == 1 and any(mark in names[0] for mark in NAMES):
        raw.complain("the row cannot be cut into columns", row=row, value=shorten(names[0]))
    if names and not names[0] and any("|" in name for name in names):
        names[0] = "Sample"  # FlowJo leaves it blank
    used = {at for _, cells in body for at, cell in enumerate(cells) if cell.strip()}
    last = max(used, default=0)
    while names and not names[-1] and len(names) - 1 > last:
        names.pop()
    if names and not names[0] and _number(body):
        names[0] = "\0row numbers"
        raw.warn("the first column has no name and counts the rows; not used", row=row)
    for at, name in enumerate(names):
        if not name and at in used:
            message = f"column {at + 1} ({letter(at + 1)}) holds values but has no name"
            raw.complain(message + "; give it one", row=row)
        elif not name:
            names[at] = f"\0{at}"  # blank from top to bottom; dropped below
    for name, count in Counter(names).items():
        if count > 1 and name:
            message = f"the column {shorten(name)!r} stands {_times(count)}; rename all but one"
            raw.complain(message, column=shorten(name), row=row)
    for name in names:
        if len(name) > 200:
            message = "the name of a column is longer than 200 characters; shorten it"
            raw.complain(message, column=shorten(name), row=row)
    return names


def _number(body: Grid) -> bool:
    """Whether the first cells count the rows, as R and pandas write them."""
    first = [cells[0] if cells else "" for _, cells in body]
    return len(first) > 1 and first in (
        [str(n + start) for n in range(len(first))] for start in (0, 1)
    )


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def letter(column: int) -> str:
    """The spreadsheet's letters of a column: 1 is A, 27 is AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _even(raw: RawTable, body: Grid, width: int, lengths: dict[int, int]) -> Grid:
    """Rows of the header's width; one cell too many is a problem, never a shift."""
    long = [(number, cells) for number, cells in body if len(cells) > width]
    why = "is a delimiter inside a value not in quotation marks?"
    if len(long) == len(body):
        why = "all rows have more cells than the header: is a name missing?"
    for number, cells in long[:MAX_LISTED]:
        surplus = f"{_cells(len(cells) - width)} too many ({len(cells)} for {width} columns)"
        raw.complain(f"{surplus}; {why}", row=number, value=shorten(",".join(cells)))
    for number, cells in _short(body, width, lengths)[:MAX_LISTED]:
        count = lengths[number]
        message = f"{_cells(width - count)} too few ({count} for {width} columns)"
        raw.complain(message, row=number, value=shorten(",".join(cells)))
    return [(number, (cells + [""] * width)[:width]) for number, cells in body]


def _short(body: Grid, width: int, lengths: dict[int, int]) -> Grid:
    """Rows that lack cells; blank cells at the end count, and notes under the table do not."""
    short = [(number, cells) for number, cells in body if lengths.get(number, width) < width]
    last = body[-1][0] if body else 0
    while (
        short
        and short[-1][0] == last
        and _note([short[-1][1][0]] if len(short[-1][1]) == 1 else [])
    ):
        short.pop()
        last = max((number for number, _ in body if number < last), default=0)
    return short


def _note(cells: list[str]) -> bool:
    """Whether a row's only cell reads like a footnote."""
    return bool(cells) and (_NOTE.match(cells[0]) is not None or len(cells[0].split()) > 3)


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def _drop_blank_columns(raw: RawTable) -> None:
    blank = [name for name in raw.frame.columns if name.startswith("\0")]
    raw.frame = raw.frame.drop(columns=blank)


def _units_row(raw: RawTable) -> None:
    """A row of units right under the header; none where each row names its own in a column."""
    if len(raw.frame) < 2 or _UNIT_COLUMNS & {str(name).strip().lower() for name in raw.frame}:
        return
    row = raw.frame.iloc[0]
    cells = {name: str(cell).strip() for name, cell in row.items()}
    filled = {name: cell for name, cell in cells.items() if cell}
    units = {name: cell for name, cell in filled.items() if _UNIT.fullmatch(cell)}
    said = next(iter(cells.values())).lower() in {"", "unit", "units", "einheit", "unité", "-"}
    others = len(filled) - len(units) - (0 if next(iter(cells.values())) == "" else 1)
    if not units or not said or others > 0:
        return
    raw.units = {name: cell.strip("()[]") for name, cell in units.items()}
    raw.drop(pd.Series([True] + [False] * (len(raw.frame) - 1), raw.frame.index), "a row of units")
    raw.warn("a row of units under the header; its units are used", row=int(row.name))


def _filled_blocks(raw: RawTable, hints: Hints) -> None:
    """A value over merged rows belongs to each of them (an arm on its block's first row)."""
    columns = raw.frame.columns
    for top, left, bottom, right in hints.merged:
        if bottom <= top or left != right or left > len(columns):
            continue
        rows = raw.frame.index[(raw.frame.index >= top) & (raw.frame.index <= bottom)]
        if len(rows) and rows[0] == top:
            raw.frame.loc[rows, columns[left - 1]] = raw.frame.loc[top, columns[left - 1]]


def _summaries_and_notes(raw: RawTable) -> None:
    """Mean and SD rows, and footnotes, at the end of the table."""
    if raw.frame.empty:
        return
    first = raw.frame.iloc[:, 0].astype(str).str.strip()
    tail = list(raw.frame.index[-12:])
    means, notes = [], []
    width = raw.frame.shape[1]
    for row in reversed(tail):
        text = first[row]
        alone = width > 1 and _fill([str(cell) for cell in raw.frame.loc[row]]) == 1 and text
        if text.lower().rstrip(":") in SUMMARIES and len(raw.frame) > 1:
            means.append(row)
        elif alone and _note([text]):
            notes.append(row)
        else:
            break
    for rows, what in ((means, "rows of means and the like"), (notes, "footnotes")):
        if rows:
            words = ", ".join(repr(shorten(first[row])) for row in reversed(rows))
            raw.warn(f"{what} under the table ({words}) are set aside", row=int(min(rows)))
            raw.drop(raw.frame.index.to_series().isin(rows), what)
