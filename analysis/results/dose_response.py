"""The question's marker from its baseline to its visit, patient by patient, against the dose."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.cohort.marker_array import MarkerArray, MarkerSeries
from analysis.cohort.measure import Samples, has_logarithm, take_steps
from analysis.cohort.strata import find_strata
from analysis.question import Question
from analysis.question.choices import baseline_choices
from analysis.results.trend_tests import run_trend_tests
from analysis.results.trends import Grouping, Summary, levels_grouping, sides_grouping, summary_of
from analysis.stats import trend
from analysis.stats.errors import NotEnoughData
from analysis.stats.estimates import Estimate, HypothesisTest, PermutationTest
from analysis.stats.trend.models import Slope, ancova, mixed_model
from data.cohort import Cohort


@dataclass(frozen=True, eq=False)
class DoseResponse:
    """One marker at one visit: `values` by patient in `measure`, a change wherever there is an
    earlier visit; `levels` and their summaries; the tests, None with a sentence why."""

    subjects: tuple[str, ...]
    marker: str
    label: str
    unit: str
    visit: str
    visit_label: str
    measure: str
    baseline: str
    scale: str
    log: bool
    detected: bool
    asked: bool  # whether it is the measure asked, not a change shown beside a value
    values: np.ndarray
    low: np.ndarray
    aside: int
    levels: Grouping
    sides: Grouping
    doses: tuple[float, ...]
    by_level: tuple[Summary, ...]
    all: Summary
    across: HypothesisTest | None
    across_why: str
    across_holm: float
    within: PermutationTest | None
    within_why: str
    within_holm: float
    tests: int
    rho: Estimate | None
    dose_unit: str
    synthetic: str

    @property
    def n(self) -> int:
        """Patients with a value."""
        return int(self.all.n[0])


@dataclass(frozen=True)
class Models:
    """The models of a marker by dose; None where there are no doses, or nothing to model."""

    ancova: Slope | None
    mixed: Slope | None
    dose_unit: str
    visit: str
    baseline: str


def analyse_dose_response(cohort: Cohort, question: Question) -> DoseResponse:
    """The change to the question's visit by dose; the value where there is no earlier visit."""
    block, levels = MarkerArray(cohort), find_strata(cohort)
    measure, baseline = _change(cohort, block, question)
    series = block.series(question.marker, measure, baseline)
    values = series.at(question.visit)
    known = ~np.isnan(values)
    if not known.any():
        raise NotEnoughData(_nothing(series, question.visit))
    grouping = levels_grouping(levels, block.subjects)
    low = _column(series.low, series, question.visit)
    across, across_why = _across(values, grouping, levels.doses)
    within, within_why = _within(series, values[known])
    rho = None
    if levels.ordered and across is not None:
        use = known & (grouping.of >= 0)
        rho = trend.spearman(np.asarray(levels.doses)[grouping.of[use]], values[use])
    holms = _holms(cohort, question, measure, baseline)
    return DoseResponse(
        subjects=block.subjects,
        marker=series.marker,
        label=series.label,
        unit=series.unit,
        visit=question.visit,
        visit_label=str(block.visit_labels[question.visit]),
        measure=measure,
        baseline=baseline,
        scale=series.scale,
        log=series.log,
        detected=series.detected,
        asked=measure == question.measure,
        values=values,
        low=low,
        aside=series.aside[series.codes.index(question.visit)],
        levels=grouping,
        sides=sides_grouping(cohort, question, block.subjects),
        doses=levels.doses,
        by_level=tuple(
            _summary(values, low, grouping.of == i, series) for i in range(len(grouping.labels))
        ),
        all=_summary(values, low, np.ones(len(values), bool), series),
        across=across, across_why=across_why, across_holm=holms[0],
        within=within, within_why=within_why, within_holm=holms[1], tests=holms[2],
        rho=rho, dose_unit=cohort.study.dose_unit, synthetic=cohort.study.synthetic,
    )  # fmt: skip


def fit_models(cohort: Cohort, question: Question) -> Models:
    """Permuted ANCOVA and mixed model of the marker's logarithm by dose."""
    block, levels = MarkerArray(cohort), find_strata(cohort)
    _, baseline = _change(cohort, block, question)
    nothing = Models(None, None, cohort.study.dose_unit, question.visit, baseline)
    if len(levels.doses) < 2 or not baseline:
        return nothing
    series = block.series(question.marker, "value", "")
    if series.detected:
        return nothing
    usable = has_logarithm(Samples(series.values, series.low))
    values = np.where(usable, series.values, np.nan)
    dose = levels.of.reindex(list(block.subjects)).map(dict(enumerate(levels.doses)))
    before, after = (_column(values, series, code) for code in (baseline, question.visit))
    known = ~np.isnan(before) & ~np.isnan(after) & dose.notna().to_numpy()
    if not known.any():
        return nothing
    two = np.column_stack([before, after])[known]
    d = dose.to_numpy(float)[known]
    return Models(_ancova(two, d), _mixed(two, d), cohort.study.dose_unit, question.visit, baseline)


def _ancova(two: np.ndarray, dose: np.ndarray) -> Slope:
    try:
        return ancova(two[:, 1], two[:, 0], dose)
    except NotEnoughData as reason:
        return Slope(*(math.nan,) * 4, "ANCOVA", len(dose), str(reason))


def _mixed(two: np.ndarray, dose: np.ndarray) -> Slope:
    n = len(dose)
    visit = pd.Categorical(np.repeat(["before", "after"], n), ["before", "after"], ordered=True)
    return mixed_model(np.log2(two.T.ravel()), np.tile(dose, 2), visit, np.tile(np.arange(n), 2))


def _change(cohort: Cohort, block: MarkerArray, question: Question) -> tuple[str, str]:
    """The measure and its baseline: what is asked; for a value the change that fits its scale."""
    if question.measure != "value":
        return question.measure, question.baseline
    earlier = next(iter(baseline_choices(cohort, question.marker, question.visit)), "")
    series = block.series(question.marker, "value", "")
    if not earlier or series.detected:
        return "value", ""
    return ("fold" if series.log else "change"), earlier


def _across(values, grouping: Grouping, doses) -> tuple[HypothesisTest | None, str]:
    use = ~np.isnan(values) & (grouping.of >= 0)
    x, of = values[use], grouping.of[use]
    permutations = trend.PERMUTATIONS if x.size < trend.PERMUTED_BELOW else None
    try:
        if x.size < 3:
            raise NotEnoughData("Fewer than three patients cannot be compared.")
        if grouping.ordered:
            of = np.asarray(doses)[of]
            return trend.jonckheere(x, of, permutations=permutations), ""
        return trend.kruskal_wallis(x, of, permutations=permutations), ""
    except NotEnoughData as reason:
        return None, str(reason)


def _within(series: MarkerSeries, values: np.ndarray) -> tuple[PermutationTest | None, str]:
    if series.measure == "value":
        return None, "There is no earlier visit to compare with."
    try:
        return trend.wilcoxon_signed_rank(take_steps(series.measure, values)), ""
    except NotEnoughData as reason:
        return None, str(reason)


def _holms(cohort: Cohort, question: Question, measure: str, baseline: str):
    """Holm's p across and within, over all markers and visits, and how many tests across."""
    found = run_trend_tests(cohort, Question(measure=measure, baseline=baseline))

    def here(frame: pd.DataFrame) -> float:
        rows = frame[(frame["marker"] == question.marker) & (frame["visit"] == question.visit)]
        return float(rows["holm"].iloc[0]) if len(rows) else math.nan

    return here(found.across), here(found.within), found.tests


def _summary(values, low, who, series: MarkerSeries) -> Summary:
    return summary_of(values[who][:, None], low[who][:, None], log=series.log)


def _column(table: np.ndarray, series: MarkerSeries, visit: str) -> np.ndarray:
    if visit not in series.codes:
        return np.full(len(table), False if table.dtype == bool else np.nan)
    return table[:, series.codes.index(visit)]


def _nothing(series: MarkerSeries, visit: str) -> str:
    if series.measure == "value":
        return f"Nobody has a usable value of {series.label} at {visit}. Choose another visit."
    return (
        f"Nobody has a usable {series.label} both at {series.baseline} and at {visit}: "
        "there is no change to show. Choose another visit, or the value."
    )
