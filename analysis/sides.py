"""Who is on which side of the cut-off: baseline by side, and the test within doses or arms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import survival
from analysis.answer import READS
from analysis.errors import NotEnoughData
from analysis.format import p_named, percent, significant
from analysis.overview import arm_order
from analysis.question import Question
from analysis.split import cuts_of, follow, sample_of, split
from data.cohort import Cohort

__all__ = ["READS", "Sides", "sides"]

MOST_LEVELS = 8  # a text column with more levels says little in a table
PERMUTED_UP_TO = 200  # patients, as for the p of one cut
UNITS = ("kg", "mm", "cm", "days", "months", "years")  # as the last word of a column name
ACRONYMS = ("ecog", "iv", "bmi", "ldh", "who")
MOST_CODES = 6  # distinct numbers up to which a column may be a code


@dataclass(frozen=True)
class Adjusted:
    """One endpoint's test within dose levels or arms, in words."""

    label: str
    words: str


@dataclass(frozen=True)
class Sides:
    """Baseline by side: a table of text (name high low), and the tests beside it."""

    n_high: int
    n_low: int
    table: pd.DataFrame
    strata_words: str
    tests: tuple[Adjusted, ...]


def sides(cohort: Cohort, question: Question) -> Sides:
    """Baseline covariates of everyone with a usable sample, by side of the cut."""
    sample = sample_of(cohort, question)
    usable = sample.rows[sample.rows["reason"] == ""]
    cuts_of(usable["value"].to_numpy(float))
    split(usable["value"].to_numpy(float), question.cut)
    high = usable.set_index("subject")["value"] > question.cut[0]
    rows = cohort.subjects.set_index("subject").loc[high.index]
    column, words = strata_of(cohort)
    tests = _tests(cohort, question, column) if column else ()
    return Sides(
        n_high=int(high.sum()),
        n_low=int((~high).sum()),
        table=_table(rows, high.to_numpy(), cohort),
        strata_words=words,
        tests=tests,
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
    if numeric and not _is_code(values):
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


def _is_code(values: pd.Series) -> bool:
    """Whether numbers stand for levels: doses, or a few small whole numbers such as ECOG."""
    known = values.dropna()
    few = known.nunique() <= MOST_CODES
    return few and (values.name == "dose" or bool((known % 1 == 0).all() and (known <= 10).all()))


def _range(values: pd.Series) -> str:
    known = values.dropna()
    if known.empty:
        return "–"
    ends = [significant(v, 2) for v in (known.median(), known.min(), known.max())]
    return f"{ends[0]} ({ends[1]}–{ends[2]})"


def _share(values: pd.Series, level: object) -> str:
    known = values.dropna()
    count = int((known == level).sum())
    missing = len(values) - len(known)
    text = f"{count} ({percent(count / len(known))})" if len(known) else "0"
    return text + (f", {missing} not known" if missing else "")


def _tests(cohort: Cohort, question: Question, column: str) -> tuple[Adjusted, ...]:
    sample = sample_of(cohort, question)
    strata = cohort.subjects.set_index("subject")[column]
    found = []
    for one in cohort.study.endpoints:
        rows = follow(cohort, sample, question.changed(endpoint=one.code)).rows
        level = rows["subject"].map(strata).astype(str).to_numpy()
        arrays = _arrays(rows, question.cut[0])
        found.append(Adjusted(one.label, _said(_within, *arrays, level)))
    return tuple(found)


def _arrays(rows: pd.DataFrame, cut: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    time, event = rows["time"].to_numpy(float), rows["event"].to_numpy(bool)
    return time, event, rows["value"].to_numpy(float) > cut


def _said(
    test: Callable[..., str], time: np.ndarray, event: np.ndarray, high: np.ndarray, level
) -> str:
    if not high.any() or high.all() or not event.any():
        return "nothing to compare"
    try:
        return test(time, event, high, level)
    except NotEnoughData as reason:
        return str(reason)


def _within(time: np.ndarray, event: np.ndarray, high: np.ndarray, level: np.ndarray) -> str:
    if len(time) > PERMUTED_UP_TO:
        found = survival.logrank(time, event, high, strata=level)
        return p_named("stratified log-rank p", found.p)
    permuted = survival.permutation_logrank(time, event, high, strata=level)
    kind = "exact stratified" if permuted.exact else "stratified permutation"
    return p_named(f"{kind} p", permuted.p)
