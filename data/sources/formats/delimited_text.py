"""Delimited text of any common encoding and dialect, cut into cells; nothing is converted."""

from __future__ import annotations

import codecs
import csv
import io
import re

from data.limits import LIMITS, Limits, size
from data.sources.formats.raw_table import Unreadable

DELIMITERS = ("\t", ";", ",", "|")
NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
SAMPLE = 60_000  # characters looked at to find the dialect
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x01-\x08\x0b\x0e-\x1f]")
_SEP = re.compile(r'"?sep=(.)"?(?:\r\n|\r|\n)', re.IGNORECASE)

Grid = list[tuple[int, list[str]]]  # row number and cells, blank rows left out


def decode(content: bytes, limits: Limits = LIMITS) -> tuple[str, str]:
    """The text and the name of its encoding; `Unreadable` where it is no text."""
    if len(content) > limits.unpacked:
        raise Unreadable(f"larger than {size(limits.unpacked)}")
    encoding = next((name for bom, name in _BOMS if content.startswith(bom)), None)
    encoding = encoding or _without_mark(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise Unreadable(f"damaged {encoding.upper()} text; save it as CSV UTF-8") from error
        text, encoding = _western(content)
    text = text.lstrip("\ufeff")  # some programs write the mark twice
    if not text.strip():
        raise Unreadable("the file is empty")
    if "\0" in text:
        raise Unreadable("holds NUL characters, so it is no text file; export it as CSV UTF-8")
    if encoding in ("Windows-1252", "Latin-1") and _CONTROL.search(text):
        raise Unreadable("is no text file, or damaged; export it as CSV UTF-8")
    return text, encoding


def _without_mark(content: bytes) -> str:
    """UTF-16 without its mark has a NUL in about every second byte."""
    head = content[:4_000]
    odd, even = head[1::2].count(0), head[::2].count(0)
    if odd > 0.3 * len(head[1::2]) and even == 0:
        return "utf-16-le"
    if even > 0.3 * len(head[::2]) and odd == 0:
        return "utf-16-be"
    return "utf-8"


def _western(content: bytes) -> tuple[str, str]:
    try:
        return content.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return content.decode("latin-1"), "Latin-1"


def cut(text: str, limits: Limits = LIMITS) -> tuple[Grid, str]:
    """Rows with their numbers, and the delimiter; row numbers count records as a spreadsheet."""
    said = _SEP.match(text)
    delimiter = said[1] if said else delimiter_of(text)
    start = 1
    if said:
        text, start = text[said.end() :], 2
    return _records(text, delimiter, start, limits), delimiter


def delimiter_of(text: str) -> str:
    """The delimiter that cuts the rows most evenly, then into the most columns."""
    sample = text[:SAMPLE]
    scores = {delimiter: _score(sample, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > (0, 0) else ","


def _score(sample: str, delimiter: str) -> tuple[float, int]:
    """How even the rows are (a tenth is one step), and how many columns."""
    widths = []
    try:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                widths.append(len(cells))
    except csv.Error:
        return (0, 0)
    if len(widths) > 2 and len(sample) == SAMPLE:
        widths = widths[:-1]  # the last one is cut off
    usual = max(set(widths), key=lambda width: (widths.count(width), width)) if widths else 1
    if usual < 2:
        # One row in ten may be a title or a note; a table of one column has no delimiter.
        return (0, 0)
    return (round(10 * widths.count(usual) / len(widths)), usual)


def _records(text: str, delimiter: str, start: int, limits: Limits) -> Grid:
    csv.field_size_limit(limits.cell + 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: Grid = []
    number, cells_so_far = start - 1, 0
    try:
        for number, cells in enumerate(reader, start=start):
            if not any(cell and not cell.isspace() for cell in cells):
                continue
            rows.append((number, cells))
            cells_so_far += len(cells)
            _check(len(rows), len(cells), cells_so_far, number, limits)
    except csv.Error as error:
        message = f"cannot be cut into cells ({error}); is a quotation mark not closed?"
        raise Unreadable(message, number + 1) from error
    return rows


def _check(rows: int, columns: int, cells: int, number: int, limits: Limits) -> None:
    if rows > limits.rows + 1:
        raise Unreadable(f"more than {limits.rows:,} rows; hand over those that are needed")
    if columns > limits.columns:
        message = f"more than {limits.columns:,} columns; hand over those that are needed"
        raise Unreadable(message, number)
    if cells > limits.cells:
        raise Unreadable(f"more than {limits.cells:,} cells; hand over those that are needed")
