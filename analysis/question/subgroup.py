"""A question about some of the patients: a small closed grammar over the subjects' columns.

    dose=3,6;sex=female;age>=50

Conditions are joined by ";" and hold together; "=" takes several values, one of which must fit.
Only what is known at baseline can be asked: whoever is chosen by an outcome or a later value says
nothing about it. A patient without a value fits no condition.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

import numpy as np
import pandas as pd

from analysis.cohort_cache import remember
from analysis.question import parse_number, shorten, write_number
from analysis.question.column_labels import column_words
from data.cohort import Cohort

LONGEST = 300  # characters of the whole
MOST = 8  # conditions
MOST_VALUES = 20
CONDITION = re.compile(r"([^=<>]+?)(>=|<=|=|>|<)(.*)", re.DOTALL)
COMPARE = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}
SAFE = " +-./()äöüéèß"  # what need not be escaped inside a value
NOT_ASKED = ("subject", "arm_label")


@dataclass(frozen=True)
class Condition:
    """One column, how it is compared, and with what; `values` are as they stand in the address."""

    column: str
    sign: str  # = >= <= > <
    values: tuple[str, ...]

    def text(self) -> str:
        """The condition as it stands in the address."""
        return f"{_escaped(self.column)}{self.sign}{','.join(map(_escaped, self.values))}"

    def fits(self, cells: pd.Series) -> np.ndarray:
        """Which cells fit, shape (subjects,); a missing cell fits nothing."""
        if self.sign != "=":
            fits = COMPARE[self.sign](cells, parse_number(self.values[0]))
        elif pd.api.types.is_numeric_dtype(cells):
            fits = cells.isin([parse_number(value) for value in self.values])
        else:
            fits = cells.isin(self.values)
        return np.asarray(fits, bool)


def parse_conditions(text: str, cohort: Cohort) -> tuple[Condition, ...]:
    """The conditions of an address; ValueError in words for anything that cannot be asked."""
    if len(text) > LONGEST:
        raise ValueError(f"it is longer than {LONGEST} characters")
    parts = [part for part in text.split(";") if part.strip()]
    if len(parts) > MOST:
        raise ValueError(f"at most {MOST} conditions can be asked, not {len(parts)}")
    found = [_condition(part.strip(), cohort) for part in parts]
    order = {name: i for i, name in enumerate(cohort.subjects.columns)}
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda one: (order[one.column], one.sign, one.values)))


def write_conditions(conditions: Iterable[Condition]) -> str:
    """The conditions as they stand in the address: the same ones always give the same text."""
    return ";".join(one.text() for one in conditions)


def list_columns(cohort: Cohort) -> tuple[str, ...]:
    """The columns that a population can be chosen by: those with something in them."""
    known = cohort.subjects.notna().any()
    return tuple(n for n in cohort.subjects.columns if n not in NOT_ASKED and known[n])


def _condition(text: str, cohort: Cohort) -> Condition:
    parts = CONDITION.fullmatch(text)
    if parts is None:
        raise ValueError(f"“{shorten(text)}” is no condition such as age>=50")
    column, sign = unquote(parts[1]).strip(), parts[2]
    if column not in list_columns(cohort):
        raise ValueError(
            f"there is no baseline column “{shorten(column)}” here; "
            f"possible: {', '.join(map(shorten, list_columns(cohort)))}"
        )
    values = [unquote(one).strip() for one in parts[3].split(",")]
    if not all(values) or len(values) > MOST_VALUES:
        raise ValueError(f"“{shorten(text)}” names no value, or more than {MOST_VALUES}")
    if pd.api.types.is_numeric_dtype(cohort.subjects[column]):
        numbers = sorted({parse_number(one) for one in values})
        values = list(map(write_number, numbers))
    elif sign != "=":
        raise ValueError(f"{shorten(column)} is no number: it can only be compared by “=”")
    if sign != "=" and len(values) > 1:
        raise ValueError(f"“{shorten(text)}” compares with more than one value")
    return Condition(column, sign, tuple(sorted(set(values)) if sign == "=" else values))


def equals(where: str) -> dict[str, tuple[str, ...]]:
    """The values that "=" asks for, by column, of a text that `write_conditions` gave."""
    found = (CONDITION.fullmatch(part) for part in where.split(";") if part)
    return {
        unquote(one[1]): tuple(map(unquote, one[3].split(",")))
        for one in found
        if one is not None and one[2] == "="
    }


def with_equals(where: str, column: str, values: Iterable[str]) -> str:
    """The text with these values of one column asked for by "=", in place of its others."""
    start = f"{_escaped(column)}="
    kept_parts = [part for part in where.split(";") if part and not part.startswith(start)]
    values = tuple(values)
    own = [Condition(column, "=", values).text()] if values else []
    return ";".join([*kept_parts, *own])


def select_subjects(cohort: Cohort, conditions: Iterable[Condition]) -> np.ndarray:
    """Which subjects fit all conditions, shape (subjects,)."""
    keep = np.ones(cohort.n, bool)
    for one in conditions:
        keep &= one.fits(cohort.subjects[one.column])
    return keep


def restrict(cohort: Cohort, where: str) -> Cohort:
    """The cohort of those patients only; the cohort itself where nothing is asked.

    Its content hash is its own, so that no kept result of the whole is taken for one of a part.
    """
    return remember(cohort, ("population", where), lambda: _restrict(cohort, where)) if where else (
        cohort)  # fmt: skip


def _restrict(cohort: Cohort, where: str) -> Cohort:
    keep = select_subjects(cohort, parse_conditions(where, cohort))
    who = cohort.subjects["subject"][keep]
    frames: Mapping[str, pd.DataFrame] = {
        name: getattr(cohort, name)[getattr(cohort, name)["subject"].isin(who)].reset_index(
            drop=True
        )
        for name in ("subjects", "outcomes", "measurements", "events")
    }
    return replace(cohort, **frames, id="", whole=cohort)


def sentence(where: str, part: Cohort, n: int) -> str:
    """ "Only patients with sex female: 7 of 17."; `part` is the cohort of these patients."""
    return f"Only patients with {describe(where, part)}: {part.n} of {n}." if where else ""


def describe(where: str, cohort: Cohort) -> str:
    """ "dose 3 or 6 MIU/day, sex female, age ≥ 50"; "" where nothing is asked."""
    return (
        ", ".join(_describe(one, cohort) for one in parse_conditions(where, cohort))
        if where
        else ""
    )


def _describe(one: Condition, cohort: Cohort) -> str:
    name = shorten(column_words(one.column))
    unit = f" {cohort.study.dose_unit}".rstrip() if one.column == "dose" else ""
    if one.sign != "=":
        return f"{name} {SIGNS[one.sign]} {one.values[0]}{unit}"
    values = [_label(one.column, value, cohort) for value in one.values]
    if pd.api.types.is_numeric_dtype(cohort.subjects[one.column]):
        values = list(map(write_number, sorted(map(float, one.values))))
    *before, last = values
    listed = f"{', '.join(before)} or {last}" if before else last
    return f"{name} {listed}{unit}"


def _label(column: str, value: str, cohort: Cohort) -> str:
    """An arm by its label; every other value as it is."""
    if column == "arm":
        rows = cohort.subjects.loc[cohort.subjects["arm"] == value, "arm_label"]
        return shorten(str(rows.iloc[0])) if len(rows) else shorten(value)
    return shorten(value)


def _escaped(text: str) -> str:
    return quote(text, safe=SAFE)
