"""What a cohort's markers and visits are where no file describes them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.problems import Log
from data.schema import SINGLE_VISIT
from data.validation import schedule


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
    visits = _with_days(visits, measurements, described, log)
    if not described:
        visits = visits.sort_values("day", kind="stable", ignore_index=True)
    visits = visits.assign(label=visits["label"].where(visits["label"].ne(""), visits["visit"]))
    visits = _order(visits, log)
    return _with_baseline(visits, described, log)


def _visits_of(measurements: pd.DataFrame) -> pd.DataFrame:
    """A line for each visit that was measured."""
    visits = pd.DataFrame({"visit": measurements["visit"].unique().astype(object)})
    return visits.assign(label="", day=np.nan, order=np.nan, is_baseline=False)


def _with_days(
    visits: pd.DataFrame, measurements: pd.DataFrame, described: bool, log: Log
) -> pd.DataFrame:
    """The visits with a day for each that has none: that of its name, else its median sample."""
    open_ = visits["day"].isna()
    named = schedule.days_of(visits["visit"])
    median = schedule.median_days(measurements)
    days = {v: named.get(v, median.get(v)) for v in visits["visit"]}
    for visit in visits.loc[open_, "visit"]:
        if visit.lower() == SINGLE_VISIT or (described and days[visit] is None):
            continue
        said = schedule.explain_day(days[visit], named.get(visit), median.get(visit))
        why = "without a day" if described else "no visits.csv"
        log.warning("visits", "day", None, f"{why}: the day of {visit!r} is {said}")
    return visits.assign(day=visits["day"].fillna(visits["visit"].map(days).astype(float)))


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
