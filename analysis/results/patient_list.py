"""Every patient of a cohort in a row: baseline, the question's marker, and, apart, the outcome.

The outcomes beside marker and side are an outcome by marker, so they are a result of their own:
they are counted as looked at, and stay covered while a question is asked blind.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.cohort.analysis_set import select_sample
from analysis.cohort.strata import Strata, find_strata
from analysis.question import write_number
from analysis.question.subgroup import list_columns
from analysis.results.groups import short_labels
from analysis.results.patient_profile import OWN_COLUMNS
from analysis.stats.cutoff import assign_groups
from analysis.stats.errors import NotEnoughData
from data.cohort import Cohort

RESPONSES = ("CR", "PR", "SD", "PD")  # best first (RECIST)
FEWEST_LEVELS, MOST_LEVELS = 2, 8  # of a column that can be chosen from


@dataclass(frozen=True, eq=False)
class PatientList:
    """A row per subject; `rows`: subject level, the covariates, value side trend missing dlt.

    `trend` holds the marker's values by visit (NaN where there is none), `side` the short name of
    the group, "" without a usable value. `missing` and `dlt` are absent where none is recorded.
    """

    rows: pd.DataFrame
    covariates: tuple[str, ...]
    numbers: frozenset[str]  # covariates that are numbers
    levels: Strata
    marker: str
    unit: str
    visits: tuple[str, ...]  # of the trend
    choices: tuple[tuple[str, tuple[str, ...]], ...]  # columns of few values in the whole cohort
    arms: dict[str, str]  # label by arm
    why: str  # why there are no sides; "" where there are
    dose_unit: str
    time_unit: str
    synthetic: str


@dataclass(frozen=True, eq=False)
class PatientOutcomes:
    """By subject: time and event of each endpoint ("PFS", "PFS event"), and the best response."""

    rows: pd.DataFrame
    endpoints: tuple[str, ...]
    responses: bool
    time_unit: str


def list_patients(cohort: Cohort, question) -> PatientList:
    """The patients in the cohort's order, without anything that tells an outcome."""
    subjects, levels = cohort.subjects, find_strata(cohort)
    covariates = tuple(name for name in subjects.columns if name not in OWN_COLUMNS)
    sample, whole = select_sample(cohort, question), cohort.whole or cohort
    value = sample.rows.set_index("subject")["value"].reindex(subjects["subject"])
    sides, why = _sides(value, question.cut)
    trend, visits = _trend(cohort, question.marker)
    names = dict(enumerate(levels.labels))
    rows = subjects[["subject", *covariates]].assign(
        level=subjects["subject"].map(levels.of).map(names).fillna("").to_numpy(),
        value=value.to_numpy(float),
        side=sides,
        trend=[trend.get(one, []) for one in subjects["subject"]],
        **_counts(cohort),
    )
    return PatientList(
        rows=rows,
        covariates=covariates,
        numbers=frozenset(c for c in covariates if pd.api.types.is_numeric_dtype(subjects[c])),
        levels=levels,
        marker=sample.label,
        unit=sample.unit,
        visits=visits,
        choices=_choices(whole),
        arms=dict(whole.subjects[["arm", "arm_label"]].itertuples(index=False, name=None)),
        why=why,
        dose_unit=cohort.study.dose_unit,
        time_unit=cohort.study.time_unit,
        synthetic=cohort.study.synthetic,
    )


def _choices(cohort: Cohort) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The baseline columns with few values, and these as they stand in an address."""
    found = []
    for name in list_columns(cohort):
        cells = cohort.subjects[name].dropna()
        if not FEWEST_LEVELS <= cells.nunique() <= MOST_LEVELS:
            continue
        number = pd.api.types.is_numeric_dtype(cells)
        values = sorted(cells.unique()) if number else sorted(cells.astype(str).unique())
        found.append(
            (name, tuple(write_number(one) if number else one for one in values if one != ""))
        )
    return tuple(found)


def _sides(value: pd.Series, cut: tuple[float, ...]) -> tuple[list[str], str]:
    known = value.notna().to_numpy()
    if not cut:
        return [""] * len(value), "There is no cut-off that divides the patients."
    names = short_labels(cut)
    group = assign_groups(value.to_numpy(float), cut)
    return [names[int(g)] if k else "" for g, k in zip(group, known, strict=True)], ""


def _trend(cohort: Cohort, marker: str) -> tuple[dict[str, list[float]], tuple[str, ...]]:
    """The marker's values by visit, NaN where a subject has none."""
    rows = cohort.measurements[cohort.measurements["marker"] == marker]
    order = cohort.visits.sort_values("order")["visit"]
    table = rows.pivot_table(index="subject", columns="visit", values="value", aggfunc="first")
    table = table.reindex(columns=[visit for visit in order if visit in table.columns])
    values = dict(zip(table.index, table.to_numpy(float).tolist(), strict=True))
    return values, tuple(table.columns)


def _counts(cohort: Cohort) -> dict[str, np.ndarray]:
    """Missing samples and dose-limiting toxicities, where the cohort records any."""
    found = {}
    for name, kind in (("missing", "missing_sample"), ("dlt", "dlt")):
        events = cohort.events[cohort.events["kind"] == kind]
        if len(events):
            counts = events["subject"].value_counts()
            found[name] = cohort.subjects["subject"].map(counts).fillna(0).astype(int).to_numpy()
    return found


def list_outcomes(cohort: Cohort, question: object) -> PatientOutcomes:
    """Time and event of every endpoint; NotEnoughData where no outcome is recorded."""
    if cohort.outcomes.empty:
        raise NotEnoughData("No outcome is recorded for these patients.")
    subjects = cohort.subjects["subject"]
    rows = pd.DataFrame(index=pd.Index(subjects, name="subject"))
    for one in cohort.study.endpoints:
        own = cohort.outcomes[cohort.outcomes["endpoint"] == one.code].set_index("subject")
        rows[one.code] = own["time"].reindex(rows.index)
        rows[f"{one.code} event"] = own["event"].reindex(rows.index)
    best = _best(cohort)
    rows["response"] = best.reindex(rows.index).fillna("")
    return PatientOutcomes(
        rows=rows,
        endpoints=tuple(one.code for one in cohort.study.endpoints),
        responses=bool(len(best)),
        time_unit=cohort.study.time_unit,
    )


def _best(cohort: Cohort) -> pd.Series:
    """The best assessment of each subject; one that is no RECIST response counts last."""
    rows = cohort.events[cohort.events["kind"] == "assessment"]
    if rows.empty:
        return pd.Series(dtype=object)
    place = {code: i for i, code in enumerate(RESPONSES)}
    ranked = rows.assign(place=rows["label"].map(place).fillna(len(RESPONSES)))
    first = ranked.sort_values("place", kind="stable").drop_duplicates("subject")
    return first.set_index("subject")["label"]
