"""The scheduled day of a visit that no table states: from its name, else from its samples.

Days count from 0, the first day. A landmark stands on this day for everybody, so one late sample
must not move it: it is never the day of the latest sample.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from data.schema import DAYS_IN

CYCLE = re.compile(r"c(?:ycle|ourse)?\s*[_ .-]?(\d+)\s*[_ .,-]*d(?:ay)?\s*[_ .-]?(-?\d+)", re.I)
# "D-21" is a day before treatment; "week-4" is week 4.
UNIT = re.compile(
    r"(?:visit\s+)?(?:(?P<d>day|d|tag)\s*[_.]?|(?P<w>week|wk|w|woche|month|mo|m|monat|year|y)\s*[_.-]?)"
    r"\s*(?P<n>-?\d+(?:\.\d+)?)",
    re.I,
)
_AFTER = re.compile(r"(-?\d+(?:\.\d+)?)\s*(days?|d|weeks?|wks?|w|months?|mo|m|years?|y)", re.I)
_DAYS = {unit[0]: days for unit, days in DAYS_IN.items()} | {"t": DAYS_IN["days"]}  # "Tag"
_AT_START = ("baseline", "bl", "predose", "pre-dose", "pretreatment", "pre-treatment")
LATEST = 36_525.0  # days, a century: a larger number in a name is none of days
FAR = 7.0  # days between a visit's name and its usual sample that are worth a word


def day_of(visit: str) -> float | None:
    """The day since time zero that a visit's name gives away: "week 20" is 140, "C1D15" is 14."""
    day = _read_name(visit)
    return day if day is not None and abs(day) <= LATEST else None


def _read_name(visit: str) -> float | None:
    text = visit.strip()
    if text.lower() in _AT_START:
        return 0.0
    if match := CYCLE.fullmatch(text):
        # Only the first course starts at a known day; how long a course is, the name says not.
        return float(match[2]) - (1 if float(match[2]) > 0 else 0) if match[1] == "1" else None
    if match := UNIT.fullmatch(text):
        return float(match["n"]) * _DAYS[(match["d"] or match["w"])[0].lower()]
    if match := _AFTER.fullmatch(text):
        return float(match[1]) * _DAYS[match[2][0].lower()]
    return None


def days_of(visits: Iterable[str], *, first: int = 0) -> dict[str, float]:
    """The days that the names of a study's visits give away, of those that do.

    "Day 15" is day 14 from 0 where the first day is "Day 1": where `first` says so (ADaM), or where
    there is such a visit and none for day 0 (no "Day 0", no baseline).
    """
    named = {visit: day for visit in visits if (day := day_of(visit)) is not None}
    numbered = {v for v in named if (match := UNIT.fullmatch(v.strip())) and match["d"]}
    ones = first == 1 or 1.0 in {named[visit] for visit in numbered}
    if not ones or 0.0 in (named[v] for v in (numbered if first else named)):
        return named
    return {v: d - 1 if v in numbered and d > 0 else d for v, d in named.items()}


def median_days(rows: pd.DataFrame) -> dict[str, float]:
    """The middle sampling day of each visit, the later one of two; `rows`: subject visit day.

    A patient counts once a visit, however many markers were measured in the sample.
    """
    known = [name for name in ("subject", "visit", "day") if name in rows]
    if "day" not in known:
        return {}
    once = rows[known].assign(day=pd.to_numeric(rows["day"], errors="coerce")).dropna()
    days = once.drop_duplicates().groupby("visit", sort=False)["day"]
    return {str(v): float(day) for v, day in days.quantile(0.5, interpolation="higher").items()}


def explain_day(day: float | None, named: float | None, median: float | None) -> str:
    """How a day that nobody stated was found: it decides who is set aside under a landmark."""
    if day is None:
        return "not known: no landmark can be set there"
    if named is None:
        return f"taken as {day:g}, the median day of its samples"
    doubt = ""
    if median is not None and abs(median - named) > FAR:
        doubt = f", though its samples were drawn around day {median:g}: which is right?"
    return f"taken as {day:g}, from its name{doubt}"
