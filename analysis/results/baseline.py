"""Who is on which side of the cut-off: baseline by side, and the test within doses or arms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.cohort.analysis_set import (
    MarkerSample,
    assign_groups,
    derive_analysis_set,
    divide,
    select_sample,
)
from analysis.cohort.strata import order_arms
from analysis.cohort_cache import remember
from analysis.question import Question
from analysis.stats import survival
from analysis.stats.errors import NotEnoughData
from data.cohort import Cohort
from wording.numbers import p_named, percent, significant

__all__ = ["BaselineTable", "StratifiedTests", "compare_baseline", "test_within_strata"]

MOST_LEVELS = 8  # a text column with more levels says little in a table
PERMUTED_UP_TO = 200  # patients, as for the p of one cut
UNITS = ("kg", "mm", "cm", "days", "months", "years")  # as the last word of a column name
ACRONYMS = ("ecog", "iv", "bmi", "ldh", "who")
MOST_CODES = 6  # distinct numbers up to which a column may be a code


@dataclass(frozen=True)
class StratifiedTest:
    """One endpoint's test within dose levels or arms, in words."""

    code: str
    label: str
    words: str


@dataclass(frozen=True)
class StratifiedTests:
    """The tests of the split within the levels of `strata_words`."""

    strata_words: str
    tests: tuple[StratifiedTest, ...]


@dataclass(frozen=True)
class BaselineTable:
    """Baseline by side: a table of text; no outcome.

    `counts` are the patients of each group, highest first; so are the columns of the `table`
    after its first, name: the groups' numbers, 1 and 0 where there is one cut-off.
    """

    cuts: tuple[float, ...]
    counts: tuple[int, ...]
    table: pd.DataFrame

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
    lines = [line for column in columns for line in _lines(column, members)]
    return BaselineTable(
        cuts=question.cut,
        counts=tuple(int(member.sum()) for member in members),
        table=pd.DataFrame(lines, columns=["name", *range(len(members) - 1, -1, -1)]),
    )


def test_within_strata(cohort: Cohort, question: Question) -> StratifiedTests:
    """The test of each endpoint within dose levels or arms; none where there are no levels."""
    column, words = strata_of(cohort)
    return StratifiedTests(words, _tests(cohort, question, column) if column else ())


def strata_of(cohort: Cohort) -> tuple[str, str]:
    """The column to stratify by and its word: dose levels, else arms, else none."""
    if cohort.subjects["dose"].nunique() > 1:
        return "dose", "dose level"
    if cohort.subjects["arm"].nunique() > 1:
        return "arm", "arm"
    return "", ""


@dataclass(frozen=True)
class _Column:
    """A baseline covariate of everyone with a usable sample, shape (patients,) each: numbers, or
    who has which level."""

    title: str
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
    return [_column(rows[name], _title(name, cohort), cohort) for name in names]


def _column(values: pd.Series, title: str, cohort: Cohort) -> _Column:
    known = values.notna().to_numpy()
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if numeric and not _is_code(values):
        return _Column(title, known, values.to_numpy(float, na_value=np.nan))
    order = order_arms(cohort.subjects) if values.name == "arm_label" else None
    levels = order or sorted(values.dropna().unique())
    if len(levels) > MOST_LEVELS:
        levels = []
    if len(levels) == 2 and not order:  # the other level follows
        levels = levels[1:]
    shown = [f"{level:g}" if numeric else str(level) for level in levels]
    masks = [known & (values == level).fillna(False).to_numpy(bool) for level in levels]
    return _Column(title, known, None, tuple(zip(shown, masks, strict=True)))


def _title(name: str, cohort: Cohort) -> str:
    if name == "dose":
        return f"Dose, {cohort.study.dose_unit}".rstrip(", ")
    if name == "arm_label":
        return "Arm"
    words = [word.upper() if word in ACRONYMS else word for word in name.split("_")]
    if words[-1] in UNITS and len(words) > 1:
        words[-2:] = [f"{words[-2]}, {words[-1]}"]
    title = " ".join(words)
    return title[:1].upper() + title[1:]


def _lines(column: _Column, members: list[np.ndarray]) -> list[tuple[str, ...]]:
    if column.numbers is not None:
        ranges = (_range(column.numbers[one & column.known]) for one in members)
        return [(f"{column.title}, median (range)", *ranges)]
    return [
        (f"{column.title}: {text}", *(_share(one, column.known, mask) for one in members))
        for text, mask in column.levels
    ]


def _is_code(values: pd.Series) -> bool:
    """Whether numbers stand for levels: doses, or a few small whole numbers such as ECOG."""
    known = values.dropna()
    few = known.nunique() <= MOST_CODES
    return few and (values.name == "dose" or bool((known % 1 == 0).all() and (known <= 10).all()))


def _range(known: np.ndarray) -> str:
    if not known.size:
        return "–"
    ends = [significant(float(v), 2) for v in (np.median(known), known.min(), known.max())]
    return f"{ends[0]} ({ends[1]}–{ends[2]})"


def _share(side: np.ndarray, known: np.ndarray, level: np.ndarray) -> str:
    count, of = int((side & level).sum()), int((side & known).sum())
    missing = int(side.sum()) - of
    text = f"{count} ({percent(count / of)})" if of else "0"
    return text + (f", {missing} not known" if missing else "")


def _tests(cohort: Cohort, question: Question, column: str) -> tuple[StratifiedTest, ...]:
    sample = select_sample(cohort, question)
    strata = cohort.subjects.set_index("subject")[column]
    found = []
    for one in cohort.study.endpoints:
        rows = derive_analysis_set(cohort, sample, question.changed(endpoint=one.code)).rows
        level = rows["subject"].map(strata).astype(str).to_numpy()
        arrays = _arrays(rows, question.cut)
        found.append(StratifiedTest(one.code, one.label, _describe_p(_within, *arrays, level)))
    return tuple(found)


def _arrays(
    rows: pd.DataFrame, cut: tuple[float, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    time, event = rows["time"].to_numpy(float), rows["event"].to_numpy(bool)
    return time, event, assign_groups(rows["value"].to_numpy(float), cut)


def _describe_p(
    test: Callable[..., str], time: np.ndarray, event: np.ndarray, group: np.ndarray, level
) -> str:
    if len(np.unique(group)) < 2 or not event.any():
        return "nothing to compare"
    try:
        return test(time, event, group, level)
    except NotEnoughData as reason:
        return str(reason)


def _within(time: np.ndarray, event: np.ndarray, group: np.ndarray, level: np.ndarray) -> str:
    groups = len(np.unique(group))
    if groups > 2 or len(time) > PERMUTED_UP_TO:
        found = survival.logrank(time, event, group, strata=level)
        of = f" of {groups} groups" if groups > 2 else ""
        return p_named(f"stratified log-rank p{of}", found.p)
    permuted = survival.permutation_logrank(time, event, group, strata=level)
    kind = "exact stratified" if permuted.exact else "stratified permutation"
    return p_named(f"{kind} p", permuted.p)
