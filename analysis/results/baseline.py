"""Who is on which side of the cut-off: baseline by side, and the test within doses or arms."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.cohort.analysis_set import (
    AnalysisSet,
    MarkerSample,
    derive_analysis_set,
    select_sample,
)
from analysis.cohort.strata import find_strata_column, order_arms
from analysis.cohort_cache import remember
from analysis.question import Question
from analysis.reported_p import WithinCase, judge_within
from analysis.results.groups import Effect, estimate_effect
from analysis.stats import survival
from analysis.stats.cox import hazard_ratio
from analysis.stats.cutoff import assign_groups, divide
from analysis.stats.errors import NotEnoughData
from data.cohort import Cohort, Endpoint

__all__ = ["BaselineTable", "StratifiedTests", "compare_baseline", "compare_within_strata"]

MOST_LEVELS = 8  # a text column with more levels says little in a table
MOST_CODES = 6  # distinct numbers up to which a column may be a code


@dataclass(frozen=True)
class WithinAndCrude:
    """Two groups within levels and all together, with both p's for this cut.

    The crude hazard ratio is that of the page. `silent` of the `levels` carry no information:
    nobody differs, or nobody has an event. The `unknown` patients, whose level is not known, are
    one level more.
    """

    within: Effect
    crude: Effect
    p_crude: float
    case: WithinCase
    levels: int
    silent: int
    unknown: int


@dataclass(frozen=True)
class StratifiedTest:
    """One endpoint's test within dose levels or arms; `why` says why there is none."""

    code: str
    label: str
    test: survival.HypothesisTest | survival.PermutationTest | None
    groups: int  # that have patients
    why: str = ""
    compared: WithinAndCrude | None = None  # of two groups


@dataclass(frozen=True)
class StratifiedTests:
    """The tests of the split within the levels of `column`: "dose", "arm" or none ("")."""

    column: str
    tests: tuple[StratifiedTest, ...]


@dataclass(frozen=True)
class NumberSummary:
    """Median and range of a number in one group; NaN where nobody has a value."""

    median: float
    least: float
    most: float


@dataclass(frozen=True)
class LevelCount:
    """How many of a group have a level, of how many whose level is known, and the others."""

    count: int
    known: int
    missing: int


@dataclass(frozen=True)
class BaselineRow:
    """A covariate, or one of its levels ("" for a number), in each group, highest first."""

    column: str
    level: str
    cells: tuple[NumberSummary, ...] | tuple[LevelCount, ...]


@dataclass(frozen=True)
class BaselineTable:
    """Baseline by side; no outcome. `counts` are the patients of each group, highest first."""

    cuts: tuple[float, ...]
    counts: tuple[int, ...]
    rows: tuple[BaselineRow, ...]
    dose_unit: str

    @property
    def n_high(self) -> int:
        """Patients above the (last) cut-off."""
        return self.counts[0]

    @property
    def n_low(self) -> int:
        """Patients at or below the (first) cut-off."""
        return self.counts[-1]


def compare_baseline(cohort: Cohort, question: Question) -> BaselineTable:
    """Baseline covariates of everyone with a usable sample, by side of the cut."""
    sample = select_sample(cohort, question)
    _ = sample.cuts  # NotEnoughData where there are none
    group = divide(sample.values, question.cut)
    members = [group == number for number in range(len(question.cut), -1, -1)]
    fields = (question.marker, question.visit, question.measure, question.baseline)
    columns = remember(cohort, ("sides", *fields), lambda: _columns(cohort, sample))
    return BaselineTable(
        cuts=question.cut,
        counts=tuple(int(member.sum()) for member in members),
        rows=tuple(row for column in columns for row in _rows(column, members)),
        dose_unit=cohort.study.dose_unit,
    )


def compare_within_strata(cohort: Cohort, question: Question) -> StratifiedTests:
    """The test of each endpoint within dose levels or arms; none where there are no levels."""
    column = find_strata_column(cohort)
    return StratifiedTests(column, _tests(cohort, question, column) if column else ())


@dataclass(frozen=True)
class _Column:
    """A baseline covariate of everyone with a usable sample, shape (patients,) each: numbers, or
    who has which level."""

    name: str
    known: np.ndarray
    numbers: np.ndarray | None
    levels: tuple[tuple[str, np.ndarray], ...] = ()


def _columns(cohort: Cohort, sample: MarkerSample) -> list[_Column]:
    """Dose, or arm where there is none; then the baseline covariates. No cut moves them."""
    usable = sample.rows.loc[sample.rows["reason"] == "", "subject"]
    rows = cohort.subjects.set_index("subject").loc[usable]
    first = ["dose"] if rows["dose"].notna().any() else []
    if not first and rows["arm_label"].nunique() > 1:
        first = ["arm_label"]
    names = first + [c for c in rows.columns if c not in ("dose", "arm", "arm_label")]
    return [_column(rows[name], cohort) for name in names]


def _column(values: pd.Series, cohort: Cohort) -> _Column:
    known = values.notna().to_numpy()
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if numeric and not _is_code(values):
        return _Column(str(values.name), known, values.to_numpy(float, na_value=np.nan))
    order = order_arms(cohort.subjects) if values.name == "arm_label" else None
    levels = order or sorted(values.dropna().unique())
    if len(levels) > MOST_LEVELS:
        levels = []
    if len(levels) == 2 and not order:  # the other level follows
        levels = levels[1:]
    shown = [f"{level:g}" if numeric else str(level) for level in levels]
    masks = [known & (values == level).fillna(False).to_numpy(bool) for level in levels]
    return _Column(str(values.name), known, None, tuple(zip(shown, masks, strict=True)))


def _rows(column: _Column, members: list[np.ndarray]) -> list[BaselineRow]:
    if column.numbers is not None:
        ranges = tuple(_range(column.numbers[one & column.known]) for one in members)
        return [BaselineRow(column.name, "", ranges)]
    return [
        BaselineRow(column.name, level, tuple(_share(one, column.known, mask) for one in members))
        for level, mask in column.levels
    ]


def _range(known: np.ndarray) -> NumberSummary:
    if not known.size:
        return NumberSummary(np.nan, np.nan, np.nan)
    return NumberSummary(float(np.median(known)), float(known.min()), float(known.max()))


def _share(group: np.ndarray, known: np.ndarray, level: np.ndarray) -> LevelCount:
    of = int((group & known).sum())
    return LevelCount(int((group & level).sum()), of, int(group.sum()) - of)


def _is_code(values: pd.Series) -> bool:
    """Whether numbers stand for levels: doses, or a few small whole numbers such as ECOG."""
    known = values.dropna()
    few = known.nunique() <= MOST_CODES
    return few and (values.name == "dose" or bool((known % 1 == 0).all() and (known <= 10).all()))


def _tests(cohort: Cohort, question: Question, column: str) -> tuple[StratifiedTest, ...]:
    sample = select_sample(cohort, question)
    level_of = cohort.subjects.set_index("subject")[column]
    found = []
    for one in cohort.study.endpoints:
        followed = derive_analysis_set(cohort, sample, question.changed(endpoint=one.code))
        level = followed.rows["subject"].map(level_of)
        found.append(_test(one, followed, question.cut, level))
    return tuple(found)


def _test(
    endpoint: Endpoint, followed: AnalysisSet, cut: tuple[float, ...], level: pd.Series
) -> StratifiedTest:
    time, event, group = followed.time, followed.event, assign_groups(followed.value, cut)
    groups, strata = len(np.unique(group)), level.astype(str).to_numpy()
    none = StratifiedTest(endpoint.code, endpoint.label, None, groups)
    if groups < 2 or not event.any():
        return none
    try:
        if groups > 2:
            return replace(none, test=survival.logrank(time, event, group, strata=strata))
        test = survival.p_cut(time, event, group, strata=strata)
    except NotEnoughData as reason:
        return replace(none, why=str(reason))
    if len(cut) > 1:  # of three groups one may have nobody
        return replace(none, test=test)
    return replace(none, test=test, compared=_compare(followed, group == 1, level, test.p))


def _compare(followed: AnalysisSet, high: np.ndarray, level: pd.Series, p: float) -> WithinAndCrude:
    """Both hazard ratios and the crude p beside the p within levels."""
    time, event, strata = followed.time, followed.event, level.astype(str).to_numpy()
    admissible = followed.cuts.cut[followed.cuts.admissible]
    estimator = hazard_ratio.estimator(time, event, followed.value, admissible, strata=strata)
    within = estimate_effect(time, event, high, estimator, strata=strata)
    crude = estimate_effect(time, event, high, followed.estimator)
    p_crude = survival.p_cut(time, event, high).p
    names = np.unique(strata)
    told = [_tells(high[strata == one], event[strata == one]) for one in names]
    return WithinAndCrude(
        within=within,
        crude=crude,
        p_crude=p_crude,
        case=judge_within(p, p_crude, within.hr, crude.hr),
        levels=names.size,
        silent=told.count(False),
        unknown=int(level.isna().sum()),
    )


def _tells(high: np.ndarray, event: np.ndarray) -> bool:
    """Whether a level has patients on both sides, and an event."""
    return bool(high.any() and not high.all() and event.any())
