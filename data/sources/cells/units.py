"""Units in names and labels: of times (days, months) and of markers (cells/µL)."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from data.schema import SUSPICIOUS_MONTHS

# Unit of time: the study's unit that it becomes.
BECOMES = {"days": "days", "weeks": "days", "months": "months", "years": "months"}
LONGEST_MONTHS = 360  # 30 years: no trial follows its patients longer
LONGEST_DAYS = 10_000  # SAS counts days from 1960: beyond lie the dates after 1987
LATEST_DATE = 60_000  # and Excel from 1900: until 2064
_WORDS = {
    "days": r"days?|tage?|jours?|d",
    "weeks": r"weeks?|wks?|wochen?|semaines?|w",
    "months": r"months?|mos?|mths?|mon|monate?n?|mois|m",
    "years": r"years?|yrs?|jahre?n?|ans|années?|a|y",
}
_IN_NAME = {
    unit: re.compile(rf"(?:^|[^a-zäöü])(?:{words})(?:$|[^a-zäöü])")
    for unit, words in _WORDS.items()
}
_BRACKET = re.compile(r"^(.*\S)\s*[\(\[]\s*([^\(\)\[\]]+?)\s*[\)\]]\s*$")
_FUNCTION = re.compile(r"(sqrt|cbrt|log|log2|log10|log1p|ln|exp|asinh|arcsinh)\(", re.I)


@dataclass(frozen=True)
class TimeUnit:
    """`unit` as the file has it; `sure`: stated by the file or the user."""

    unit: str
    reason: str
    sure: bool


def time_unit_of(text: str) -> str | None:
    """The unit of time that a name, label or cell states, if it states one."""
    lowered = re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower()
    lowered = re.sub(r"[_./-]", " ", lowered)
    found = [unit for unit, pattern in _IN_NAME.items() if pattern.search(lowered)]
    return found[0] if len(found) == 1 else None


def guess_time_unit(times: pd.Series, stated: str | None) -> TimeUnit:
    """The unit of a column of times: stated, or by its size (then not sure)."""
    median = times.median()
    if stated:
        return TimeUnit(stated, "the file says so", True)
    if median > SUSPICIOUS_MONTHS or times.max() > LONGEST_MONTHS:
        because = f"no unit is stated; the median is {median:g} and the longest {times.max():g}"
        return TimeUnit("days", because, False)
    return TimeUnit("months", f"no unit is stated, and the median is {median:g}", False)


def implausible(times: pd.Series, unit: str) -> str:
    """A sentence where the times hardly fit their unit, else nothing."""
    times = times.dropna()
    if len(times) < 5:
        return ""
    median, longest = times.median(), times.max()
    if unit == "months" and median > SUSPICIOUS_MONTHS:
        return f"a median of {median:g} months looks like days"
    if unit == "days" and longest < 60 and (times % 1 != 0).any():
        return f"the longest time is {longest:g} days, in fractions: are these months?"
    if unit == "years" and median > 40:
        return f"a median of {median:g} years looks like months"
    return ""


def like_dates(times: pd.Series) -> str:
    """A sentence where the times, whatever their unit, can only be dates written as numbers."""
    median = times[times < LATEST_DATE].median()
    if not median > LONGEST_DAYS:
        return ""
    message = f"holds numbers such as {median:g}, which look like dates and not like times"
    return f"{message}: give the time from time zero to the event, in days or months"


def name_and_unit(column: str) -> tuple[str, str]:
    """A marker's name and unit: "CD4 (cells/µL)" is CD4 in cells/µL; sqrt(CD4) is a name."""
    match = _BRACKET.match(column)
    if not match or _FUNCTION.match(column):
        return column, ""
    return match[1], match[2]
