"""SAS transport files (XPT v5 and v8) and sas7bdat, through ReadStat; as text tables."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
from typing import Any

import pandas as pd
import pyreadstat
from pyreadstat._readstat_parser import ReadstatError as _ReadError

from data.limits import LIMITS, Limits
from data.sources.adam.column_names import needed
from data.sources.formats.files import File
from data.sources.formats.raw_table import RawTable, Unreadable, number_text

XPT = b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!"
XPT_V8 = b"HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!"
SAS7BDAT = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
RECORD = 80
CUT = "is cut short: copy or export it once more"
_DATE = re.compile(r"(DATE|YYMMDD|DDMMYY|MMDDYY|E8601DA|IS8601DA|B8601DA|MONYY|WEEKDATE|JULIAN)")
_MOMENT = re.compile(r"(DATETIME|E8601DT|IS8601DT|B8601DT|DATEAMPM)")
_EPOCH = dt.datetime(1960, 1, 1)


def read(file: File, limits: Limits = LIMITS) -> list[RawTable]:
    """The one table of a SAS file."""
    if file.content.startswith(SAS7BDAT):
        return [_table(file, pyreadstat.read_sas7bdat, "sas7bdat", None, limits)]
    version = 8 if file.content.startswith(XPT_V8) else 5
    rows = _check_transport(file.content, version)
    return [_table(file, pyreadstat.read_xport, f"XPT v{version}", rows, limits)]


def _check_transport(content: bytes, version: int) -> int:
    """The number of rows that the file's own layout promises.

    ReadStat stops without a word where a file ends (16 of 100 rows "read well"), so the layout is
    checked first: 80-byte records, one table, and nothing but blanks behind the last row.
    """
    if len(content) % RECORD:
        raise Unreadable(CUT)
    member = b"HEADER RECORD*******" + (b"MEMBV8 " if version == 8 else b"MEMBER ")
    if content.count(member) > 1:
        raise Unreadable("holds several tables; export one file for each")
    names = content.find(b"HEADER RECORD*******" + (b"NAMSTV8" if version == 8 else b"NAMESTR"))
    data = content.find(b"HEADER RECORD*******" + (b"OBSV8  " if version == 8 else b"OBS    "))
    if names < 0 or data < names:
        raise Unreadable(CUT)
    try:
        count = int(content[names + 54 : names + 58])
        size = int(content[content.find(member) + 74 :][:4])
    except ValueError as error:
        raise Unreadable("has a damaged header; export it once more") from error
    width = 0
    for at in range(count):
        field = content[names + RECORD + at * size :][:size]
        if len(field) < 8:
            raise Unreadable(CUT)
        width += struct.unpack(">h", field[4:6])[0]
    return _rows_of(content[data + RECORD :], width)


def _rows_of(body: bytes, width: int) -> int:
    if width <= 0:
        raise Unreadable("has a damaged header; export it once more")
    rows, rest = divmod(len(body), width)
    if body[len(body) - rest :].strip(b" ") and rest:
        raise Unreadable(CUT)
    while rows and not body[(rows - 1) * width : rows * width].strip(b" "):
        rows -= 1  # blanks that fill the last record
    return rows


def _table(file: File, reader, form: str, promised: int | None, limits: Limits) -> RawTable:
    _, meta = _parse(file, reader, metadataonly=True)
    every = list(meta.column_names)
    names = needed(every)
    expected = promised if promised is not None else meta.number_rows or 0
    if (
        expected > limits.rows
        or len(every) > limits.columns
        or expected * len(names) > limits.cells
    ):
        raise Unreadable(f"{expected:,} rows in {len(every):,} columns are more than is read")
    data, meta = _parse(file, reader, usecols=names if len(names) < len(every) else None)
    rows = len(data[names[0]]) if names else 0
    if rows != (meta.number_rows if promised is None else promised):
        raise Unreadable(f"{CUT} ({rows:,} of {expected:,} rows are there)")
    formats = meta.original_variable_types
    columns = {name: _texts(data[name], str(formats.get(name) or "")) for name in names}
    index = pd.RangeIndex(2, rows + 2, name="row")
    frame = pd.DataFrame(columns, index=index, dtype=object)
    labels = {n: text for n, text in meta.column_names_to_labels.items() if text}
    unread = tuple(name for name in every if name not in columns)
    raw = RawTable(meta.table_name or file.stem, file.name, form, frame, labels, unread=unread)
    raw.decimal_comma = False
    return raw


def _parse(file: File, reader, **more) -> tuple[dict, Any]:
    options = {"disable_datetime_conversion": True, "output_format": "dict"} | more
    failures = (_ReadError, pyreadstat.PyreadstatError, ValueError, OverflowError, TypeError)
    for encoding in (None, "WINDOWS-1252"):
        try:
            return reader(io.BytesIO(file.content), encoding=encoding, **options)
        except UnicodeDecodeError:
            continue
        except failures as error:
            raise Unreadable("is damaged: copy or export it once more") from error
    raise Unreadable("holds text in an unknown encoding; export it as UTF-8")


def _texts(values: list, form: str) -> list[str]:
    """A column as text; days and seconds since 1960 with a date format as ISO dates."""
    form = form.upper()
    step = "seconds" if _MOMENT.match(form) else "days" if _DATE.match(form) else ""
    return [_text(value, step) for value in values]


def _text(value: Any, step: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.rstrip()
    number = float(value)
    if step and number == number:
        try:
            moment = _EPOCH + dt.timedelta(**{step: number})
        except OverflowError:
            return number_text(number)
        return moment.date().isoformat() if step == "days" else moment.isoformat(" ", "seconds")
    return number_text(number)
