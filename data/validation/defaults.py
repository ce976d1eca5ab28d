"""What a cohort's markers and visits are where no file describes them."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from data.problems import Log
from data.schema import SINGLE_VISIT

_WEEK = re.compile(r"(?:week|wk|w)[ _-]?(\d+)", re.IGNORECASE)
_DAY = re.compile(r"(?:day|d)[ _]?(-?\d+)", re.IGNORECASE)


def complete_markers(markers: pd.DataFrame, measurements: pd.DataFrame) -> pd.DataFrame:
    """The markers as described, or one line for each that was measured; no label: the code."""
    if markers.empty:
        codes = pd.Series(measurements["marker"].unique(), dtype=object)
        markers = pd.DataFrame(dict.fromkeys(markers.columns, ""), index=codes.index)
        limits = ["lower_limit", "reference_low", "reference_high"]
        markers = markers.assign(marker=codes, scale="linear", **dict.fromkeys(limits, np.nan))
        markers = markers[markers["marker"].ne("")]
    label = markers["label"].where(markers["label"].ne(""), markers["marker"])
    return markers.assign(label=label)


def complete_visits(visits: pd.DataFrame, measurements: pd.DataFrame, log: Log) -> pd.DataFrame:
    """The visits in their order, each with a label and a day, one of them the baseline."""
    described = not visits.empty
    if not described:
        visits = _visits_of(measurements)
        _warn_of_guesses(visits, log)
    visits = visits.assign(label=visits["label"].where(visits["label"].ne(""), visits["visit"]))
    visits = _order(visits, log)
    return _with_baseline(visits, described, log)


def _visits_of(measurements: pd.DataFrame) -> pd.DataFrame:
    """A line for each visit that was measured; its day is the last one measured, so that no
    sample counts as later than its visit."""
    days = measurements.groupby("visit", sort=False)["day"].max()
    day = [_scheduled_day(visit) if np.isnan(day) else day for visit, day in days.items()]
    visits = pd.DataFrame({"visit": days.index.astype(object), "label": "", "day": day})
    visits = visits.assign(order=np.nan, is_baseline=False)
    visits["day"] = visits["day"].astype(float)
    return visits.sort_values("day", kind="stable", ignore_index=True)


def _warn_of_guesses(visits: pd.DataFrame, log: Log) -> None:
    """A day that nobody stated decides who is set aside under a landmark: it must be said."""
    for visit, day in visits[["visit", "day"]].itertuples(index=False, name=None):
        if visit.lower() == SINGLE_VISIT:
            continue
        said = "not known: no landmark can be set there" if np.isnan(day) else f"taken as {day:g}"
        log.warning("visits", "day", None, f"no visits.csv: the day of {visit!r} is {said}")


def _scheduled_day(visit: str) -> float:
    """The day that a visit's name gives away ("week 20", "D-21", "baseline"), else NaN."""
    if visit.lower() == SINGLE_VISIT:
        return 0.0
    if week := _WEEK.fullmatch(visit):
        return float(week[1]) * 7
    day = _DAY.fullmatch(visit)
    return float(day[1]) if day else np.nan


def _order(visits: pd.DataFrame, log: Log) -> pd.DataFrame:
    """The visits sorted by `order`, where that is given for all, else as they stand."""
    given = visits["order"].notna()
    if given.any() and not given.all():
        log.problem("visits", "order", visits.loc[~given, "visit"], "{value!r} has no order")
    repeated = visits.loc[given & visits["order"].duplicated(), "order"]
    if len(repeated):
        log.problem("visits", "order", repeated, "the order {value} stands twice")
    if given.all():
        visits = visits.sort_values("order", kind="stable")
        return visits.assign(order=visits["order"].astype("int64"))
    return visits.assign(order=np.arange(len(visits), dtype="int64"))


def _with_baseline(visits: pd.DataFrame, described: bool, log: Log) -> pd.DataFrame:
    """The visits with exactly one baseline: the one marked, else the last not after time zero."""
    marked = visits["is_baseline"]
    if marked.sum() > 1:
        log.problem("visits", "is_baseline", visits.loc[marked, "visit"], "a second baseline visit")
    if marked.any() or visits.empty:
        return visits
    if described:
        log.warning("visits", "is_baseline", None, "no visit is marked as the baseline; guessed")
    named = visits["visit"].str.lower().eq(SINGLE_VISIT)
    before = visits["day"].le(0)
    choice = visits.index[named] if named.any() else visits.index[before][-1:]
    choice = choice[0] if len(choice) else visits.index[0]
    return visits.assign(is_baseline=visits.index == choice)
