"""Every marker at every visit: is there a trend across doses, and has it changed since baseline?

Both families are tested over all markers and visits of the cohort, and adjusted over all of them,
whatever the page shows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.cohort.marker_array import MarkerArray, MarkerSeries
from analysis.cohort.marker_groups import find_marker_groups
from analysis.cohort.measure import take_steps
from analysis.cohort.strata import find_strata
from analysis.question import Question
from analysis.results.trends import Grouping, levels_grouping, summary_of
from analysis.stats import trend
from analysis.stats.errors import NotEnoughData
from analysis.stats.estimates import Estimate
from analysis.stats.multiplicity import benjamini_hochberg, holm
from data.cohort import Cohort

NAN = math.nan


@dataclass(frozen=True, eq=False)
class TrendTests:
    """`across` the levels and `within` patients since the baseline visit (empty for values).

    Each has a row per marker and visit: marker label unit visit n effect lower upper test p holm
    bh why (of a row without a p). `effect` is Spearman's rho with the dose, or the share of the
    ranks' variance that lies between arms (epsilon squared); within: the median change.
    """

    across: pd.DataFrame
    within: pd.DataFrame
    measure: str
    baseline: str
    ordered: bool
    word: str
    levels: int
    groups: dict[str, tuple[str, ...]]  # of markers that are drawn together

    @property
    def tests(self) -> int:
        """How many p's across levels the correction counts."""
        return int(self.across["p"].notna().sum())

    @property
    def permuted(self) -> bool:
        """Whether a p across levels is of random re-labellings."""
        tested = self.across["test"].ne("")
        return bool((tested & (self.across["n"] < trend.PERMUTED_BELOW)).any())


COLUMNS = ["marker", "label", "unit", "visit", "n", "effect", "lower", "upper", "test", "p", "why"]


def run_trend_tests(cohort: Cohort, question: Question) -> TrendTests:
    """Every marker x visit in the question's measure; `question` has cohort, measure, baseline."""
    block, levels = MarkerArray(cohort), find_strata(cohort)
    grouping = levels_grouping(levels, block.subjects)
    across, within = [], []
    for marker in block.markers:
        series = block.series(marker, question.measure, question.baseline)
        for code in series.codes:
            if question.measure == "value" or code != question.baseline:
                across.append(_row(series, code, across_levels(series, code, grouping, levels)))
                within.append(_row(series, code, since_baseline(series, code)))
    changed = question.measure != "value"
    return TrendTests(
        _corrected(across), _corrected(within if changed else []), question.measure,
        question.baseline, grouping.ordered, grouping.word, len(grouping.labels),
        find_marker_groups(cohort),
    )  # fmt: skip


def across_levels(series: MarkerSeries, visit: str, grouping: Grouping, levels) -> tuple:
    """n effect lower upper test p why of one marker at one visit, across doses or arms."""
    values = series.at(visit)
    known = ~np.isnan(values) & (grouping.of >= 0)
    values, of = values[known], grouping.of[known]
    n = values.size
    permutations = trend.PERMUTATIONS if n < trend.PERMUTED_BELOW else None
    if len(grouping.labels) < 2:
        return n, NAN, NAN, NAN, "", NAN, "one group of patients: nothing to compare"
    if n < 3:
        return n, NAN, NAN, NAN, "", NAN, "fewer than three patients"
    try:
        if grouping.ordered:
            dose = np.asarray(levels.doses)[of]
            found = trend.jonckheere(values, dose, permutations=permutations)
            effect = trend.spearman(dose, values)
        else:
            found = trend.kruskal_wallis(values, of, permutations=permutations)
            effect = Estimate(found.statistic / (n - 1), NAN, NAN, NAN)
    except NotEnoughData as reason:
        return n, NAN, NAN, NAN, "", NAN, str(reason)
    return n, effect.value, effect.lower, effect.upper, found.name, found.p, ""


def since_baseline(series: MarkerSeries, visit: str) -> tuple:
    """n effect lower upper test p why: the median change of all patients, exact signed-rank."""
    values = series.at(visit)
    values = values[~np.isnan(values)]
    low = np.zeros((values.size, 1), bool)
    one = summary_of(values[:, None], low, log=series.log)
    effect = (float(one.median[0]), float(one.median_low[0]), float(one.median_high[0]))
    try:
        found = trend.wilcoxon_signed_rank(take_steps(series.measure, values))
    except NotEnoughData as reason:
        return values.size, *effect, "", NAN, str(reason)
    return values.size, *effect, found.name, found.p, ""


def _row(series: MarkerSeries, visit: str, found: tuple) -> tuple:
    return series.marker, series.label, series.unit, visit, *found


def _corrected(rows: list[tuple]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    p = frame["p"].to_numpy(float)
    return frame.assign(holm=holm(p), bh=benjamini_hochberg(p))
