"""Who is on which side of the cut-off: baseline by side, and the test within doses or arms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.cohort.analysis_set import MarkerSample, derive_analysis_set, select_sample
from analysis.cohort.strata import find_strata_column, order_arms
from analysis.cohort_cache import remember
from analysis.question import Question
from analysis.stats import survival
from analysis.stats.cutoff import assign_groups, divide
from analysis.stats.errors import NotEnoughData
from data.cohort import Cohort, Endpoint

__all__ = ["BaselineTable", "StratifiedTests", "compare_baseline", "compare_within_strata"]

MOST_LEVELS = 8  # a text column with more levels says little in a table
PERMUTED_UP_TO = 200  # patients, as for the p of one cut
MOST_CODES = 6  # distinct numbers up to which a column may be a code


@dataclass(frozen=True)
class StratifiedTest:
    """One endpoint's test within dose levels or arms; `why` says why there is none."""

    code: str
    label: str
    test: survival.HypothesisTest | survival.PermutationTest | None
    groups: int  # that have patients
    why: str = ""


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
    strata = cohort.subjects.set_index("subject")[column]
    found = []
    for one in cohort.study.endpoints:
        rows = derive_analysis_set(cohort, sample, question.changed(endpoint=one.code)).rows
        level = rows["subject"].map(strata).astype(str).to_numpy()
        found.append(_test(one, *_arrays(rows, question.cut), level))
    return tuple(found)


def _arrays(
    rows: pd.DataFrame, cut: tuple[float, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    time, event = rows["time"].to_numpy(float), rows["event"].to_numpy(bool)
    return time, event, assign_groups(rows["value"].to_numpy(float), cut)


def _test(
    endpoint: Endpoint, time: np.ndarray, event: np.ndarray, group: np.ndarray, level: np.ndarray
) -> StratifiedTest:
    groups = len(np.unique(group))
    if groups < 2 or not event.any():
        return StratifiedTest(endpoint.code, endpoint.label, None, groups)
    try:
        test = _within(time, event, group, level)
    except NotEnoughData as reason:
        return StratifiedTest(endpoint.code, endpoint.label, None, groups, str(reason))
    return StratifiedTest(endpoint.code, endpoint.label, test, groups)


def _within(
    time: np.ndarray, event: np.ndarray, group: np.ndarray, level: np.ndarray
) -> survival.HypothesisTest | survival.PermutationTest:
    if len(np.unique(group)) > 2 or len(time) > PERMUTED_UP_TO:
        return survival.logrank(time, event, group, strata=level)
    return survival.permutation_logrank(time, event, group, strata=level)
