"""The courses of all markers: by patient, and summed up by dose level or arm and by side.

No outcome is shown here, so looking at it is no look in the sense of the ledger.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import stats

from analysis.cohort.analysis_set import select_sample
from analysis.cohort.marker_array import MarkerArray, MarkerSeries
from analysis.cohort.marker_groups import find_marker_groups as panels_of
from analysis.cohort.strata import Strata, find_strata
from analysis.question import Question
from analysis.results import groups
from analysis.stats.cutoff import assign_groups, divide, find_cuts
from analysis.stats.errors import NotEnoughData
from analysis.stats.rounding import cut_text
from data.cohort import Cohort

FEWEST = 3  # patients of a group with an interval


@dataclass(frozen=True, eq=False)
class Summary:
    """One group of patients by visit; arrays of shape (visits,), NaN where there is nothing.

    `median` with the interval of order statistics (from 6 patients: below, none has 95 %), `mean`
    with that of t (geometric where the marker is analysed as log2; from 3 patients), `tenth` and
    `ninetieth` percentile, `n` patients, `low` of them below the detection limit.
    """

    n: np.ndarray
    low: np.ndarray
    median: np.ndarray
    median_low: np.ndarray
    median_high: np.ndarray
    mean: np.ndarray
    mean_low: np.ndarray
    mean_high: np.ndarray
    tenth: np.ndarray
    ninetieth: np.ndarray


@dataclass(frozen=True, eq=False)
class Grouping:
    """How patients are told apart: `of` gives each patient's group (-1: none), `why` there is
    none; `word` says what a group is."""

    word: str
    labels: tuple[str, ...]
    short: tuple[str, ...]
    ordered: bool
    of: np.ndarray
    why: str = ""
    descending: bool = False  # whether the colours begin with the last group

    @property
    def unknown(self) -> int:
        """Patients without a group."""
        return int((self.of < 0).sum())


@dataclass(frozen=True, eq=False)
class Panel:
    """One marker: its series, and the summaries of every level and of every side."""

    series: MarkerSeries
    by_level: tuple[Summary, ...]
    by_side: tuple[Summary, ...]


@dataclass(frozen=True, eq=False)
class Trends:
    """All markers of a cohort in one measure; `panels` by marker, `groups` of markers by code."""

    subjects: tuple[str, ...]
    levels: Grouping
    sides: Grouping
    panels: dict[str, Panel]
    groups: dict[str, tuple[str, ...]]
    measure: str
    baseline: str
    visits: int  # of the whole cohort
    days_known: bool
    synthetic: str
    time_zero: str

    def grouping(self, by: str) -> Grouping:
        """By "split" the sides, where they exist; else the levels."""
        return self.sides if by == "split" and not self.sides.why else self.levels

    def summaries(self, panel: Panel, by: str) -> tuple[Summary, ...]:
        """The summaries of a panel that belong to `grouping`."""
        return panel.by_side if self.grouping(by) is self.sides else panel.by_level


def summarise_trends(cohort: Cohort, question: Question) -> Trends:
    """The courses of all markers in the question's measure, and the sides of its split."""
    block = MarkerArray(cohort)
    if not block.markers:
        raise NotEnoughData("This cohort has no measured marker: there is no course to show.")
    levels = levels_grouping(find_strata(cohort), block.subjects)
    sides = sides_grouping(cohort, question, block.subjects)
    return Trends(
        subjects=block.subjects,
        levels=levels,
        sides=sides,
        panels={
            marker: _panel(block.series(marker, question.measure, question.baseline), levels, sides)
            for marker in block.markers
        },
        groups=panels_of(cohort),
        measure=question.measure,
        baseline=question.baseline,
        visits=len(block.visits),
        days_known=bool((~np.isnan(block.day)).any()),
        synthetic=cohort.study.synthetic,
        time_zero=cohort.study.time_zero,
    )


def levels_grouping(levels: Strata, subjects: tuple[str, ...]) -> Grouping:
    """Dose levels or arms as a grouping of the patients in the order of `subjects`."""
    short = tuple(f"{dose:g}" for dose in levels.doses) if levels.ordered else levels.labels
    of = levels.of.reindex(list(subjects)).fillna(-1).to_numpy(int)
    return Grouping(levels.word, levels.labels, short, levels.ordered, of)


def sides_grouping(cohort: Cohort, question: Question, subjects: tuple[str, ...]) -> Grouping:
    """The sides of the question's cut-off, lowest first; `why` where it cannot be made."""
    of, word = np.full(len(subjects), -1), "side of the cut-off"
    try:
        sample = select_sample(cohort, question)
        rows = sample.rows[sample.rows["reason"] == ""]
        values = rows["value"].to_numpy(float)
        if not question.cut:
            raise NotEnoughData("There is no cut-off to divide the patients by.")
        find_cuts(values)
        divide(values, question.cut)
    except NotEnoughData as reason:
        return Grouping(word, (), (), False, of, str(reason))
    where = {subject: i for i, subject in enumerate(subjects)}
    of[[where[subject] for subject in rows["subject"]]] = assign_groups(values, question.cut)
    names, short = groups.labels(question.cut, sample.unit), groups.short_labels(question.cut)
    if len(question.cut) == 1:  # shorter still, beside a line
        short = {1: f">{cut_text(question.cut[0])}", 0: f"≤{cut_text(question.cut[0])}"}
    numbers = range(len(question.cut) + 1)
    return Grouping(
        word, tuple(names[i] for i in numbers), tuple(short[i] for i in numbers), False, of,
        descending=True,
    )  # fmt: skip


def _panel(series: MarkerSeries, levels: Grouping, sides: Grouping) -> Panel:
    return Panel(series, _by(series, levels), _by(series, sides))


def _by(series: MarkerSeries, grouping: Grouping) -> tuple[Summary, ...]:
    return tuple(
        summary_of(series.values[grouping.of == i], series.low[grouping.of == i], log=series.log)
        for i in range(len(grouping.labels))
    )


def summary_of(values: np.ndarray, low: np.ndarray, *, log: bool = False) -> Summary:
    """The summary of one group; values (NaN: none) and flags of shape (patients, visits)."""
    columns = [_column(np.sort(one[~np.isnan(one)]), log) for one in values.T]
    table = np.array(columns, float).reshape(-1, 9)
    return Summary(table[:, 0].astype(int), low.sum(axis=0), *table[:, 1:].T)


def _column(x: np.ndarray, log: bool) -> tuple[float, ...]:
    """n and the eight numbers of sorted, complete values."""
    if not x.size:
        return (0.0, *[math.nan] * 8)
    middle = (x[(x.size - 1) // 2] + x[x.size // 2]) / 2
    k = _rank(x.size)
    ends = (x[k - 1], x[-k]) if k else (math.nan, math.nan)
    return (x.size, middle, *ends, *_mean(x, log), _percentile(x, 0.1), _percentile(x, 0.9))


@lru_cache(maxsize=4096)
def _rank(n: int) -> int:
    """Which order statistics, from both ends, hold the median with 95 % or more; 0: none do."""
    return int(stats.binom.ppf(0.025, n, 0.5)) if n > 5 else 0


@lru_cache(maxsize=4096)
def _t(n: int) -> float:
    return float(stats.t.isf(0.025, n - 1))


def _mean(x: np.ndarray, log: bool) -> tuple[float, float, float]:
    y = np.log2(x) if log else x
    mean = float(y.mean())
    half = math.nan
    if x.size >= FEWEST:
        half = _t(x.size) * float(y.std(ddof=1)) / math.sqrt(x.size)
    found = (mean, mean - half, mean + half)
    return tuple(2.0**one for one in found) if log else found


def _percentile(x: np.ndarray, share: float) -> float:
    """Of sorted values, by linear interpolation; none in a group without an interval."""
    if x.size < FEWEST:
        return math.nan
    at = share * (x.size - 1)
    below = int(at)
    above = min(below + 1, x.size - 1)
    return float(x[below] + (at - below) * (x[above] - x[below]))
