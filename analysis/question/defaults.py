"""Completing a question: what an address leaves open, and what it gets wrong.

A link may name only a marker, or something that does not exist. `complete_question` always gives a
question that can be answered and says in words what it could not take from the address.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.cohort.analysis_set import landmark_time, select_sample
from analysis.cohort_cache import remember
from analysis.question import (
    BLIND,
    CLOCKS,
    MEASURES,
    Question,
    display_options,
    parse_cuts,
    parse_query,
    shorten,
    subgroup,
)
from analysis.stats.cutoff import find_cuts
from analysis.stats.errors import NotEnoughData
from data.cohort import Cohort


@dataclass(frozen=True)
class CompletedQuestion:
    """A question that can be asked, and a sentence for everything that had to be replaced."""

    question: Question
    messages: tuple[str, ...] = ()


def complete_question(texts: dict[str, str], cohort: Cohort) -> CompletedQuestion:
    """The question that `texts` (field: text of the address) asks of this cohort."""
    texts = {**_first_question(texts, cohort), **texts}
    notes: list[str] = []
    endpoint = _one_of("endpoint", texts, endpoint_choices(cohort), notes)
    marker = _one_of("marker", texts, marker_choices(cohort), notes)
    visit = _one_of(
        "visit", texts, visit_choices(cohort, marker), notes, default=_visit(cohort, marker)
    )
    measure = _one_of("measure", texts, measure_choices(cohort, marker, visit), notes)
    baseline = _one_of("baseline", texts, baseline_choices(cohort, marker, visit), notes) if (
        measure != "value"
    ) else ""  # fmt: skip
    clock = _one_of("clock", texts, clock_choices(cohort, visit), notes)
    question = Question(
        cohort.study.name, endpoint, marker, visit, measure, baseline,
        clock=clock, where=_where(texts, cohort, notes), blind=_blind(texts, notes),
        options=display_options.parse_options(texts, notes),
    )  # fmt: skip
    those = subgroup.restrict(cohort, question.where)
    return CompletedQuestion(
        question.changed(cut=_cut(texts, those, question, notes)), tuple(notes)
    )


def endpoint_choices(cohort: Cohort) -> dict[str, str]:
    """Endpoint codes and labels, in the study's order."""
    return {endpoint.code: endpoint.label for endpoint in cohort.study.endpoints}


def marker_choices(cohort: Cohort) -> dict[str, str]:
    """Marker codes and labels with their unit, of those that were measured at all."""
    return remember(cohort, ("markers",), lambda: _markers(cohort))


def _markers(cohort: Cohort) -> dict[str, str]:
    measured = set(cohort.measurements["marker"].unique())
    rows = cohort.markers[cohort.markers["marker"].isin(measured)]
    return {row.marker: _named(row.label, row.unit) for row in rows.itertuples()}


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
    names = dict(zip(MEASURES, ("Value", "Change", "Fold change"), strict=True))
    return names if baseline_choices(cohort, marker, visit) else {"value": names["value"]}


def clock_choices(cohort: Cohort, visit: str) -> dict[str, str]:
    """The clocks that make sense at that visit, the default first."""
    start = {"start": cohort.study.time_zero}
    if landmark_time(cohort, visit) > 0:
        return {"landmark": f"{visit} (landmark)", **start}
    return start


def median_cut(cohort: Cohort, question: Question) -> tuple[float, ...]:
    """The cut at the median of the usable values; () where they cannot be divided."""
    try:
        return (find_cuts(select_sample(cohort, question).values).median(),)
    except NotEnoughData:
        return ()


def _first_question(texts: dict[str, str], cohort: Cohort) -> dict[str, str]:
    """A study opens with its first finding about an endpoint, unless a marker is asked for."""
    if "marker" in texts:
        return {}
    links = (parse_query((one.link or "").partition("?")[2]) for one in cohort.study.findings)
    found = next((fields for fields in links if "endpoint" in fields), {})
    keep = ("endpoint",) if {"visit", "measure", "baseline"} & set(texts) else tuple(found)
    return {name: text for name, text in found.items() if name in (*keep, "marker")}


def _one_of(
    field: str, texts: dict[str, str], allowed: dict[str, str], notes: list[str], default: str = ""
) -> str:
    wanted, default = texts.get(field, ""), default or next(iter(allowed))
    if wanted in allowed:
        return wanted
    if wanted:
        notes.append(_refusal(field, wanted, allowed, default))
    return default


def _refusal(field: str, wanted: str, allowed: dict[str, str], default: str) -> str:
    if field == "measure" and wanted in MEASURES:
        return f"There is no earlier visit to take a {wanted} from; the value is shown instead."
    if field == "clock" and wanted in CLOCKS:
        return "A landmark needs a visit after time zero; time is counted from the start instead."
    choices = ", ".join(list(allowed)[:12]) + (", …" if len(allowed) > 12 else "")
    return (
        f"This cohort has no {field} “{shorten(wanted)}”; {default} is shown instead. "
        f"Possible: {choices}."
    )


def _cut(
    texts: dict[str, str], cohort: Cohort, question: Question, notes: list[str]
) -> tuple[float, ...]:
    wanted = texts.get("cut", "")
    if wanted and wanted != "median":
        try:
            return parse_cuts(wanted)
        except ValueError as error:
            notes.append(f"Cut-off: {error}; the median is shown instead.")
    return median_cut(cohort, question)


def _where(texts: dict[str, str], cohort: Cohort, notes: list[str]) -> str:
    """The population as we write it; all patients where it cannot be asked or holds nobody."""
    wanted = texts.get("where", "")
    if not wanted:
        return ""
    try:
        conditions = subgroup.parse_conditions(wanted, cohort)
    except ValueError as error:
        notes.append(f"Population: {error}; all patients are shown instead.")
        return ""
    if not subgroup.select_subjects(cohort, conditions).any():
        said = subgroup.describe(subgroup.write_conditions(conditions), cohort)
        notes.append(f"Population: no patient has {said}; all patients are shown instead.")
        return ""
    return subgroup.write_conditions(conditions)


def _blind(texts: dict[str, str], notes: list[str]) -> str:
    wanted = texts.get("blind", "")
    if wanted in ("", BLIND):
        return wanted
    # What was meant is not known: covering shows nothing that cannot be shown later.
    notes.append(f"blind is “{shorten(wanted)}”, not {BLIND}; the outcome is covered, to be safe.")
    return BLIND


def _visit(cohort: Cohort, marker: str) -> str:
    """The visit that the study opens with, else that with the most values, the earliest."""
    possible = visit_choices(cohort, marker)
    if cohort.study.opens_with in possible:
        return str(cohort.study.opens_with)
    counts = _counts(cohort, marker)
    return max(possible, key=lambda visit: counts[visit])


def _named(label: str, unit: object) -> str:
    has_unit = isinstance(unit, str) and unit and not pd.isna(unit)
    return f"{label}, {unit}" if has_unit else str(label)
