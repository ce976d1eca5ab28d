"""Baseline by side, and the tests within strata, as tables and sentences write them."""

from __future__ import annotations

import math

import pandas as pd

from analysis.question.column_labels import UNITS, column_label
from analysis.results.baseline import (
    BaselineRow,
    BaselineTable,
    LevelCount,
    NumberSummary,
    StratifiedTest,
    WithinAndCrude,
)
from analysis.results.groups import Effect
from analysis.stats.estimates import PermutationTest
from wording.numbers import p_named, percent, significant, with_interval

STRATA = {"dose": "dose level", "arm": "arm", "": ""}
CASES = {  # {level}: "dose level" or "arm"; {what}: "dose" or "arm"
    "also": "At this cut-off p is .05 or less within {level}s, too",
    "only_within": "At this cut-off p is .05 or less within {level}s only",
    "explained": "The {what} may explain it",
    "too_few": "Too few patients per {level} to tell it from the {what}",
    "neither": "",
}


def write_table(found: BaselineTable) -> pd.DataFrame:
    """A row per covariate or level: its name, then a column per group, highest first."""
    rows = [(_name(one, found.dose_unit), *map(_write_cell, one.cells)) for one in found.rows]
    return pd.DataFrame(rows, columns=["name", *range(len(found.counts) - 1, -1, -1)])


def describe_test(found: StratifiedTest) -> str:
    """ "exact stratified p = .03", "stratified log-rank p of 3 groups = .03", or why none."""
    test = found.test
    if test is None:
        return found.why or "nothing to compare"
    if isinstance(test, PermutationTest):
        return p_named(
            f"{'exact stratified' if test.exact else 'stratified permutation'} p", test.p
        )
    of = f" of {found.groups} groups" if found.groups > 2 else ""
    return p_named(f"stratified log-rank p{of}", test.p)


def describe_within(found: StratifiedTest, column: str) -> str:
    """Both p's and both hazard ratios of two groups, and what they mean together."""
    compared = found.compared
    if compared is None:
        return f"{describe_test(found).removesuffix('.')}."
    mixed = compared.within.estimator != compared.crude.estimator
    here = f"{describe_test(found)}, {_ratio(compared.within, mixed)}"
    crude = f"all together {p_named('p', compared.p_crude)}, {_ratio(compared.crude, mixed)}"
    case = CASES[compared.case].format(level=STRATA[column], what=column)
    counts = (_count_silent(compared, column), _count_unknown(compared.unknown, column))
    return ". ".join([f"{here}; {crude}", *filter(None, (case, *counts))]) + "."


def _ratio(effect: Effect, mixed: bool) -> str:
    """The hazard ratio; with its estimator where the other one has another."""
    by = f", {effect.estimator.capitalize()}" if mixed else ""
    return f"HR {with_interval(effect.hr, effect.lower, effect.upper)}{by}"


def _count_unknown(unknown: int, column: str) -> str:
    """That those without a level are compared among themselves; "" where there are none."""
    if not unknown:
        return ""
    who, make = ("1 patient", "makes") if unknown == 1 else (f"{unknown} patients", "make")
    return f"{who} without a known {column} {make} a level of their own"


def _count_silent(compared: WithinAndCrude, column: str) -> str:
    """How many levels tell nothing; "" where each does."""
    if not compared.silent:
        return ""
    tell = "tells" if compared.silent == 1 else "tell"
    return (
        f"{compared.silent} of {compared.levels} {STRATA[column]}s {tell} nothing: all patients on "
        "one side, or nobody with an event"
    )


def _name(row: BaselineRow, dose_unit: str) -> str:
    title = _title(row.column, dose_unit)
    if isinstance(row.cells[0], NumberSummary):
        return f"{title}, median (range)"
    return f"{title}: {row.level}"


def _title(column: str, dose_unit: str) -> str:
    if column == "dose":
        return f"Dose, {dose_unit}".rstrip(", ")
    if column == "arm_label":
        return "Arm"
    head, _, last = column.rpartition("_")
    return f"{column_label(head)}, {last}" if head and last in UNITS else column_label(column)


def _write_cell(cell: NumberSummary | LevelCount) -> str:
    if isinstance(cell, NumberSummary):
        if math.isnan(cell.median):
            return "–"
        middle, low, high = (significant(v, 2) for v in (cell.median, cell.least, cell.most))
        return f"{middle} ({low}–{high})"
    text = f"{cell.count} ({percent(cell.count / cell.known)})" if cell.known else "0"
    return text + (f", {cell.missing} not known" if cell.missing else "")
