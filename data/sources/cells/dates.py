"""Complete dates to days; a date that is not complete, or could be two, gives no day."""

from __future__ import annotations

import re

import pandas as pd

_YEAR = re.compile(r"\d{4}")  # a partial date: as a number it would be a day of the year 1965
_EPOCH = pd.Timestamp("1960-01-01")


def between(start: pd.Series, end: pd.Series) -> pd.Series:
    """Days from one column of dates to another; NaN where one of both is no complete date.

    Numbers without a format are taken where both columns hold them: SAS counts from 1960, others
    from 1970 or 1900, and against a written date each of these would be another day.
    """
    (first, written), (last, also) = _days(start), _days(end)
    return last - first if written == also else last * float("nan")


def from_study_day(cells: pd.Series) -> pd.Series:
    """Days from 0 of CDISC's study days, which have no day 0: day 1 is 0, day -1 stays -1."""
    day = pd.to_numeric(cells, errors="coerce")
    return day.where(~(day > 0), day - 1)


def _days(cells: pd.Series) -> tuple[pd.Series, bool]:
    """The dates as days, and whether they are written ones (2024-05-31) and not numbers."""
    text = cells.str.strip()
    moments = pd.to_datetime(text.str.slice(0, 10), errors="coerce", format="%Y-%m-%d")
    if moments.notna().any():
        return (moments - _EPOCH).dt.days.astype(float), True
    numbers = text.mask(text.map(lambda cell: _YEAR.fullmatch(cell) is not None), "")
    return pd.to_numeric(numbers, errors="coerce").astype(float), False
