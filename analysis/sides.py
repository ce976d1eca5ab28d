"""Who is on which side of the cut-off: baseline by side, and the test within doses or arms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import survival
from analysis.answer import READS
from analysis.errors import NotEnoughData
from analysis.format import p_named, percent, significant
from analysis.overview import arm_order
from analysis.question import Question
from analysis.split import follow, sample_of, split
from data.cohort import Cohort

__all__ = ["READS", "Sides", "sides"]

MOST_LEVELS = 8  # a text column with more levels says little in a table
PERMUTED_UP_TO = 200  # patients, as for the p of one cut
UNITS = ("kg", "mm", "cm", "days", "months", "years")  # as the last word of a column name
ACRONYMS = ("ecog", "iv", "bmi", "ldh", "who")
FEWEST_NUMBERS = 6  # distinct numbers above which a column is a measurement, not a code


@dataclass(frozen=True)
class Stratified:
    """One endpoint's test within strata, in words."""

    label: str
    words: str


@dataclass(frozen=True)
class Sides:
    """Baseline by side: a table of text (name high low), and the stratified tests."""

    n_high: int
    n_low: int
    table: pd.DataFrame
    strata_words: str
    stratified: tuple[Stratified, ...]


def sides(cohort: Cohort, question: Question) -> Sides:
    """Baseline covariates of everyone with a usable sample, by side of the cut."""
    sample = sample_of(cohort, question)
    usable = sample.rows[sample.rows["reason"] == ""]
    split(usable["value"].to_numpy(float), question.cut)
    high = usable.set_index("subject")["value"] > question.cut[0]
    rows = cohort.subjects.set_index("subject").loc[high.index]
    column, words = strata_of(cohort)
    tests = _stratified(cohort, question, column) if column else ()
    return Sides(
        n_high=int(high.sum()),
        n_low=int((~high).sum()),
        table=_table(rows, high.to_numpy(), cohort),
        strata_words=words,
        stratified=tests,
    )


def strata_of(cohort: Cohort) -> tuple[str, str]:
    """The column to stratify by and its word: dose levels, else arms, else none."""
    if cohort.subjects["dose"].nunique() > 1:
        return "dose", "dose level"
    if cohort.subjects["arm"].nunique() > 1:
        return "arm", "arm"
    return "", ""


def _table(rows: pd.DataFrame, high: np.ndarray, cohort: Cohort) -> pd.DataFrame:
    lines: list[tuple[str, str, str]] = []
    for name in _columns(rows):
        order = arm_order(cohort.subjects) if name == "arm_label" else None
        lines += _lines(rows[name], high, _title(name, cohort), order)
    return pd.DataFrame(lines, columns=["name", "high", "low"])


def _columns(rows: pd.DataFrame) -> list[str]:
    """Dose, or arm where there is none; then the baseline covariates."""
    first = ["dose"] if rows["dose"].notna().any() else []
    if not first and rows["arm_label"].nunique() > 1:
        first = ["arm_label"]
    return first + [c for c in rows.columns if c not in ("dose", "arm", "arm_label")]


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


def _lines(
    values: pd.Series, high: np.ndarray, title: str, order: list[str] | None
) -> list[tuple[str, str, str]]:
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if numeric and (values.nunique() > FEWEST_NUMBERS):
        return [(f"{title}, median (range)", _range(values[high]), _range(values[~high]))]
    levels = order or sorted(values.dropna().unique())
    if len(levels) > MOST_LEVELS:
        return []
    if len(levels) == 2 and not order:  # the other level follows
        levels = levels[1:]
    shown = [f"{level:g}" if numeric else str(level) for level in levels]
    return [
        (f"{title}: {text}", _share(values[high], level), _share(values[~high], level))
        for level, text in zip(levels, shown, strict=True)
    ]


def _range(values: pd.Series) -> str:
    known = values.dropna()
    if known.empty:
        return "–"
    ends = [significant(v, 2) for v in (known.median(), known.min(), known.max())]
    return f"{ends[0]} ({ends[1]}–{ends[2]})"


def _share(values: pd.Series, level: object) -> str:
    count = int((values == level).sum())
    return f"{count} ({percent(count / len(values))})" if len(values) else "0"


def _stratified(cohort: Cohort, question: Question, column: str) -> tuple[Stratified, ...]:
    sample = sample_of(cohort, question)
    strata = cohort.subjects.set_index("subject")[column]
    return tuple(
        Stratified(one.label, _within(cohort, sample, question.changed(endpoint=one.code), strata))
        for one in cohort.study.endpoints
    )


def _within(cohort: Cohort, sample, question: Question, strata: pd.Series) -> str:
    rows = follow(cohort, sample, question).rows
    time, event = rows["time"].to_numpy(float), rows["event"].to_numpy(bool)
    high = rows["value"].to_numpy(float) > question.cut[0]
    level = rows["subject"].map(strata).astype(str).to_numpy()
    if not high.any() or high.all() or not event.any():
        return "nothing to compare"
    try:
        return _test(time, event, high, level)
    except NotEnoughData as reason:
        return str(reason)


def _test(time: np.ndarray, event: np.ndarray, high: np.ndarray, level: np.ndarray) -> str:
    if len(time) > PERMUTED_UP_TO:
        found = survival.logrank(time, event, high, strata=level)
        return p_named("log-rank p", found.p)
    permuted = survival.permutation_logrank(time, event, high, strata=level)
    return p_named("exact p" if permuted.exact else "permutation p", permuted.p)
