"""Text cells to typed columns, one rule a kind (`data.schema`); what does not fit is logged."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pandas as pd

from data.problems import Log, shorten
from data.schema import (
    MAX_CODE_LENGTH,
    MAX_TIME,
    NO_VALUE,
    SUSPICIOUS_MONTHS,
    Column,
    Table,
)

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d?(-\d\d?)?([ T].*)?|\d\d?[/.]\d\d?[/.]\d{2,4}")
_DAYS = {"time", "day", "start_day", "end_day"}
_MEND = "mend it, or leave the cell empty"
_NINES = re.compile(r"9{3,}(\.[09]*)?")
_LEADING_ZERO = re.compile(r"[+-]?0\d")
_BIDI = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Times that tie but for rounding (0.1 + 0.2 and 0.3) are one time: rounded here, once.
TIME_DECIMALS = 9


def read_table(raw: pd.DataFrame, table: Table, time_unit: str, log: Log) -> pd.DataFrame:
    """The typed frame of a table; its index is the row as a spreadsheet shows it."""
    raw = _strip(_number_rows(raw), table, log)
    columns = {
        column.name: _read_column(_cells(raw, column, table, log), column, table, time_unit, log)
        for column in table.columns
    }
    others = [name for name in raw.columns if name not in columns]
    if table.covariates:
        columns |= {name: _covariate(raw[name], table, log) for name in others}
    elif others:
        log.warning(
            table.name, ", ".join(map(shorten, others)), None, "not a known column; left out"
        )
    return pd.DataFrame(columns, index=raw.index)


def _number_rows(raw: pd.DataFrame) -> pd.DataFrame:
    """The frame with spreadsheet rows as its index; the header is row 1."""
    if raw.index.name == "row":
        return raw
    return raw.set_axis(pd.RangeIndex(2, len(raw) + 2, name="row"))


def _strip(raw: pd.DataFrame, table: Table, log: Log) -> pd.DataFrame:
    """The frame without blanks around its cells; cells that are no text become text."""
    clean = raw.copy()
    for name in raw.columns:
        cells = raw[name]
        if not all(type(cell) is str for cell in cells):
            cells = cells.map(lambda cell: "" if pd.isna(cell) else str(cell))
        clean[name] = cells.map(str.strip).astype(object)
        changed = int((clean[name] != cells).sum())
        if changed:
            log.warning(table.name, name, None, f"blanks around {changed} values were taken off")
    return clean


def _cells(raw: pd.DataFrame, column: Column, table: Table, log: Log) -> pd.Series:
    """A column's text, or its default where the file does not have it."""
    if column.name in raw.columns:
        return raw[column.name]
    if column.required:
        log.problem(table.name, column.name, None, _missing_column(raw, column))
    return pd.Series(column.default, index=raw.index, dtype=object)


def _missing_column(raw: pd.DataFrame, column: Column) -> str:
    """The sentence for a missing column, with the one that was perhaps meant."""
    meant = [name for name in raw.columns if str(name).strip().lower() == column.name]
    hint = f" (there is {meant[0]!r}: names are in small letters)" if meant else ""
    return f"the column {column.name!r} is missing{hint}"


def _read_column(
    cells: pd.Series, column: Column, table: Table, time_unit: str, log: Log
) -> pd.Series:
    """One typed column; a required column that is absent gives no second complaint."""
    absent = column.required and log.lacks(table.name, column.name)
    place = (table.name, column.name)
    if column.kind == "code":
        return cells if absent else _codes(cells, column, place, log)
    if column.kind == "text":
        return _texts(cells, column, place, log)
    if column.kind == "event":
        return _events(cells, place, log, complain=not absent)
    if column.kind == "flag":
        return _flags(cells, place, log)
    values = numbers(cells, place, log)
    if column.kind == "time":
        return _times(values, cells, time_unit, place, log)
    if column.kind == "whole":
        _problem_where(cells, values.notna() & (values % 1 != 0), place, log, "not a whole number")
    return _check_bounds(values, cells, column, place, log)


def _problem_where(
    cells: pd.Series, bad: pd.Series, place: tuple[str, str], log: Log, message: str
) -> None:
    """One problem for every cell where `bad`."""
    if bad.any():
        table, column = place
        log.problem(table, column, cells[bad], message)


def numbers(cells: pd.Series, place: tuple[str, str], log: Log) -> pd.Series:
    """The cells as finite numbers; words for "no value" are missing (and warned of)."""
    parsed = {text: _number(text) for text in cells.unique()}
    bad = cells.isin([text for text, value in parsed.items() if value is None])
    dates = bad & cells.map(lambda text: _DATE.fullmatch(text) is not None)
    _problem_where(cells, dates, place, log, _date_for_number(place[1]))
    _problem_where(cells, bad & ~dates, place, log, f"{{value!r}} is not a number; {_MEND}")
    words = [text for text in parsed if text.lower() in NO_VALUE - {""}]
    if words:
        log.warning(*place, cells[cells.isin(words)], "{value!r} read as: no value")
    return cells.map(parsed).astype(float)


def _date_for_number(column: str) -> str:
    if column in _DAYS:
        what = "give the days or months from the start of treatment"
    else:
        what = "did a spreadsheet turn it into one? Type the number again"
    return f"{{value!r}} is not a number but a date: {what}"


def _number(text: str) -> float | None:
    """A finite number, NaN for no value, None for anything else."""
    if _NUMBER.fullmatch(text):
        value = float(text)
        return value if np.isfinite(value) else None
    return np.nan if text.lower() in NO_VALUE else None


def _check_bounds(
    values: pd.Series, cells: pd.Series, column: Column, place: tuple[str, str], log: Log
) -> pd.Series:
    if column.low is not None:
        _problem_where(cells, values < column.low, place, log, f"{{value}} is below {column.low:g}")
    if column.high is not None:
        _problem_where(
            cells, values > column.high, place, log, f"{{value}} is above {column.high:g}"
        )
    return values


def _times(
    values: pd.Series, cells: pd.Series, time_unit: str, place: tuple[str, str], log: Log
) -> pd.Series:
    """Survival times, rounded once; negative ones and codes for "missing" are problems."""
    coded = cells.map(lambda text: _NINES.fullmatch(text) is not None)
    # 999 among months is a code too, but not where the "months" look like days anyway.
    usual = values[~coded].max() < SUSPICIOUS_MONTHS
    coded &= (values > 9_998) | ((time_unit == "months") & usual & (values > 998))
    too_long = (values > MAX_TIME) & ~coded
    _problem_where(cells, values < 0, place, log, f"the time {{value}} is negative; {_MEND}")
    message = "the time {value} looks like a code for a missing time; leave the cell empty"
    _problem_where(cells, coded, place, log, message)
    message = f"the time {{value}} is no survival time; {_MEND}"
    _problem_where(cells, too_long, place, log, message)
    # Rounding 1e308 overflows, and it is a problem already. + 0.0: -0.0 becomes 0.0
    return values.mask(too_long).round(TIME_DECIMALS) + 0.0


def _events(cells: pd.Series, place: tuple[str, str], log: Log, *, complain: bool) -> pd.Series:
    """Event codes as 1.0, 0.0 or missing; anything but 0 or 1 is a problem."""
    codes = {"1": 1.0, "0": 0.0, "1.0": 1.0, "0.0": 0.0}
    values = cells.map(codes).astype(float)
    if complain:
        message = "unknown event code {value!r}; 1 means event, 0 means censored"
        _problem_where(cells, values.isna() & cells.ne(""), place, log, message)
    return values


def _flags(cells: pd.Series, place: tuple[str, str], log: Log) -> pd.Series:
    codes = {"1": True, "0": False, "1.0": True, "0.0": False, "true": True, "false": False}
    values = cells.str.lower().map(codes | {"": False})
    _problem_where(cells, values.isna(), place, log, "{value!r} is neither 0 nor 1")
    return values.eq(True)


def _codes(cells: pd.Series, column: Column, place: tuple[str, str], log: Log) -> pd.Series:
    """Identifiers, exactly as written."""
    message = f"the {column.name} is empty; fill it in on each row"
    _problem_where(cells, cells.eq(""), place, log, message)
    odd = [text for text in cells.unique() if text and _odd(text)]
    message = "{value!r} is too long or holds line breaks or invisible characters; write it anew"
    _problem_where(cells, cells.isin(odd), place, log, message)
    if column.choices:
        _check_choices(cells, column, place, log)
    return cells


def _odd(text: str) -> bool:
    hidden = (char in _BIDI or unicodedata.category(char) == "Cc" for char in text)
    return len(text) > MAX_CODE_LENGTH or any(hidden)


def _texts(cells: pd.Series, column: Column, place: tuple[str, str], log: Log) -> pd.Series:
    values = cells.replace("", column.default) if column.default else cells
    if column.choices:
        _check_choices(values, column, place, log)
    return values


def _check_choices(cells: pd.Series, column: Column, place: tuple[str, str], log: Log) -> None:
    unknown = cells.ne("") & ~cells.isin(column.choices)
    known = ", ".join(column.choices)
    _problem_where(cells, unknown, place, log, f"unknown {column.name} {{value!r}}; known: {known}")


def _covariate(cells: pd.Series, table: Table, log: Log) -> pd.Series:
    """Numbers where every value is one (`007` is a code, not one), else text; empty is missing."""
    texts = cells.unique()
    parsed = [_number(text) for text in texts]
    is_number = all(value is not None for value in parsed) and any(v == v for v in parsed)
    if is_number and not any(_LEADING_ZERO.match(text) for text in texts):
        return numbers(cells, (table.name, cells.name), log)
    return cells.where(cells.ne(""), None)
