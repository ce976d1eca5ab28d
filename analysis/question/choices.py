"""What a cohort can be asked: its endpoints, markers, visits, baselines, measures and clocks."""

from __future__ import annotations

import math

import pandas as pd

from analysis.cohort_cache import remember
from analysis.question.question import MEASURE_NAMES
from data.cohort import Cohort

WIDEST_WINDOW = 7.0  # days


def endpoint_choices(cohort: Cohort) -> dict[str, str]:
    """Endpoint codes and labels, in the study's order."""
    return {endpoint.code: endpoint.label for endpoint in cohort.study.endpoints}


def marker_choices(cohort: Cohort) -> dict[str, str]:
    """Marker codes and labels with their unit, of those that were measured at all."""
    return remember(cohort, ("markers",), lambda: _markers(cohort))


def _markers(cohort: Cohort) -> dict[str, str]:
    measured = set(cohort.measurements["marker"].unique())
    rows = cohort.markers[cohort.markers["marker"].isin(measured)]
    return {row.marker: _name_with_unit(row.label, row.unit) for row in rows.itertuples()}


def visit_choices(cohort: Cohort, marker: str) -> dict[str, str]:
    """The visits with a value of the marker, in order."""
    labels = {visit: label for visit, label, _, _ in _known_visits(cohort)}
    return {visit: labels[visit] for visit in _counts(cohort, marker)}


def _known_visits(cohort: Cohort) -> list[tuple[str, str, int, bool]]:
    """Visit, label, order and whether it is a baseline, in order."""
    names = ["visit", "label", "order", "is_baseline"]
    return remember(
        cohort,
        ("known visits",),
        lambda: list(cohort.visits.sort_values("order")[names].itertuples(index=False, name=None)),
    )


def _counts(cohort: Cohort, marker: str) -> dict[str, int]:
    """The number of values of the marker at each visit that has one, visits in order."""
    return remember(cohort, ("visits",), lambda: _visits(cohort)).get(marker, {})


def _visits(cohort: Cohort) -> dict[str, dict[str, int]]:
    rows = cohort.measurements[cohort.measurements["value"].notna()]
    counts = rows.groupby(["marker", "visit"]).size().to_dict()
    order = [visit for visit, *_ in _known_visits(cohort)]
    return {
        marker: {visit: counts[marker, visit] for visit in order if (marker, visit) in counts}
        for marker in cohort.markers["marker"]
    }


def baseline_choices(cohort: Cohort, marker: str, visit: str) -> dict[str, str]:
    """The earlier visits that a change to `visit` may start from, the cohort's baseline first."""
    known = {code: (order, first) for code, _, order, first in _known_visits(cohort)}
    earlier = {
        code: label
        for code, label in visit_choices(cohort, marker).items()
        if known[code][0] < known[visit][0]
    }
    first = [code for code in earlier if known[code][1]]
    return {code: earlier[code] for code in [*first, *(c for c in earlier if c not in first)]}


def measure_choices(cohort: Cohort, marker: str, visit: str) -> dict[str, str]:
    """Value always; change and fold change where there is an earlier visit."""
    names = {code: name.capitalize() for code, name in MEASURE_NAMES.items()}
    return names if baseline_choices(cohort, marker, visit) else {"value": names["value"]}


def clock_choices(cohort: Cohort, visit: str) -> dict[str, str]:
    """The clocks that make sense at that visit, the default first."""
    start = {"start": cohort.study.time_zero}
    if landmark_time(cohort, visit) > 0:
        return {"landmark": f"{visit} (landmark)", **start}
    return start


def choose_visit(cohort: Cohort, marker: str) -> str:
    """The visit that the study opens with, else that with the most values, the earliest."""
    possible = visit_choices(cohort, marker)
    if cohort.study.opens_with in possible:
        return str(cohort.study.opens_with)
    counts = _counts(cohort, marker)
    return max(possible, key=lambda visit: counts[visit])


def _name_with_unit(label: str, unit: object) -> str:
    has_unit = isinstance(unit, str) and unit and not pd.isna(unit)
    return f"{label}, {unit}" if has_unit else str(label)


def landmark_time(cohort: Cohort, visit: str) -> float:
    """When the visit is scheduled, as the study's times count; 0 at or before time zero, NaN if
    unknown."""
    day = scheduled_day(cohort, visit)
    return 0.0 if day <= 0 else cohort.study.time_of(day)


def scheduled_day(cohort: Cohort, visit: str) -> float:
    """The visit's scheduled day, 0 on the first one; NaN if unknown."""
    return _scheduled_days(cohort)[visit]


def sampling_window(cohort: Cohort, visit: str) -> float:
    """How many days after its scheduled day a sample still is one of this visit; NaN if unknown.

    A quarter of the way to the nearest neighbour, in whole days, at most 7: so near to the
    schedule a sample can be of no other visit. Time zero is a neighbour where no visit stands.
    """
    day = scheduled_day(cohort, visit)
    others = {0.0, *_scheduled_days(cohort).values()} - {day}
    ways = [abs(day - other) for other in others if not math.isnan(other)]
    return math.nan if math.isnan(day) else min([way // 4 for way in ways] + [WIDEST_WINDOW])


def latest_day(cohort: Cohort, visit: str) -> float:
    """The last day of the visit's window; NaN if unknown. Before treatment starts there is no
    landmark to respect, so a visit before time zero ends there."""
    return max(scheduled_day(cohort, visit) + sampling_window(cohort, visit), 0.0)


def _scheduled_days(cohort: Cohort) -> dict[str, float]:
    visits = cohort.visits
    return remember(
        cohort,
        ("days",),
        lambda: dict(zip(visits["visit"], visits["day"].astype(float), strict=True)),
    )
