"""CDISC Dataset-JSON 1.1 (JSON and NDJSON) as a text table.

Numbers are kept as they are written (a `decimal` is a string in this format), null is empty.
Source: CDISC Dataset-JSON v1.1 specification.
"""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from data.limits import LIMITS, Limits
from data.sources.adam.column_names import needed
from data.sources.formats.delimited_text import decode
from data.sources.formats.files import File
from data.sources.formats.raw_table import RawTable, Unreadable


def read(file: File, limits: Limits = LIMITS) -> list[RawTable]:
    """The one table of a Dataset-JSON file."""
    text, _ = decode(file.content, limits)
    meta, rows = _parse(text)
    if not isinstance(meta, dict) or "columns" not in meta:
        raise Unreadable(_no_dataset(meta))
    version = str(meta.get("datasetJSONVersion", ""))
    if not version.startswith("1.1"):
        raise Unreadable(f"is Dataset-JSON {version or 'without a version'}; version 1.1 is read")
    names, labels = _columns(meta["columns"])
    if not isinstance(rows, list):
        raise Unreadable("has no rows; a file of metadata only holds no data")
    _check(rows, names, meta.get("records"), limits)
    index = pd.RangeIndex(2, len(rows) + 2, name="row")
    read = needed(names)
    places = [names.index(name) for name in read]
    cells = [[_text(row[at]) for at in places] for row in rows]
    frame = pd.DataFrame(cells, columns=read, index=index, dtype=object)
    name = str(meta.get("name") or file.stem)
    raw = RawTable(name, file.name, f"Dataset-JSON {version}", frame, labels)
    raw.unread = tuple(name for name in names if name not in read)
    raw.decimal_comma = False
    return [raw]


def _parse(text: str) -> tuple[object, object]:
    """The metadata and the rows; NDJSON has them line by line."""
    options: dict[str, Any] = {"parse_float": str, "parse_int": str, "parse_constant": str}
    try:
        try:
            whole = json.loads(text, **options)
            return whole, whole.get("rows") if isinstance(whole, dict) else None
        except json.JSONDecodeError as error:
            if "Extra data" not in error.msg:
                raise
        lines = [line for line in text.splitlines() if line.strip()]
        return json.loads(lines[0], **options), [json.loads(x, **options) for x in lines[1:]]
    except json.JSONDecodeError as error:
        message = f"is no valid JSON ({error.msg}); it may be cut short: export it once more"
        raise Unreadable(message, error.lineno) from error
    except RecursionError as error:
        raise Unreadable("is nested too deeply for a table") from error


def _no_dataset(meta: object) -> str:
    if isinstance(meta, dict) and ("clinicalData" in meta or "referenceData" in meta):
        return "is Dataset-JSON 1.0; version 1.1 is read: convert it"
    return "is JSON but no Dataset-JSON; hand over CSV, Excel or Dataset-JSON 1.1"


def _columns(columns: object) -> tuple[list[str], dict[str, str]]:
    if not isinstance(columns, list) or not columns:
        raise Unreadable("declares no columns")
    if not all(isinstance(column, dict) and column.get("name") for column in columns):
        raise Unreadable("declares a column without a name")
    names = [str(column["name"]) for column in columns]
    twice = [name for name in names if names.count(name) > 1] if len(names) < 3_000 else []
    if twice:
        raise Unreadable(f"declares the column {twice[0]!r} twice")
    return names, {str(c["name"]): str(c["label"]) for c in columns if c.get("label")}


def _check(rows: list, names: list[str], records: object, limits: Limits) -> None:
    width = len(names)
    if len(rows) > limits.rows or width > limits.columns or len(rows) * width > limits.cells:
        raise Unreadable(f"{len(rows):,} rows in {width:,} columns are more than is read")
    for number, row in enumerate(rows, start=2):
        if not isinstance(row, list) or len(row) != width:
            raise Unreadable("a row that does not have a value for every column", number)
    if records is not None and str(records) != str(len(rows)):
        raise Unreadable(f"says it holds {records} rows, and {len(rows):,} are there: cut short?")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    raise Unreadable("a value that is neither a number nor text")
