"""Formulas are read by a parser of our own and nothing else is run."""

from __future__ import annotations

import ast
import operator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.formula import Formula, FormulaError
from data.validate import validate
from data.validation.derive import significant

SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: np.divide}
VALUES = {"a": np.array([6.0, 1.0]), "b": np.array([3.0, 0.5]), "NK": np.array([200.0, 100.0])}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a / b", [2, 2]),
        ("NK * a / 100", [12, 1]),
        ("a - b - 1", [2, -0.5]),
        ("a - (b - 1)", [4, 1.5]),
        ("2 * a + b / .5", [18, 3]),
        ("-a + 2 * -b", [-12, -2]),
        ("((a))", [6, 1]),
        ("a/b*b", [6, 1]),
        ("a + 1 / (2 - 1)", [7, 2]),
    ],
)
def test_formulas_mean_what_they_say(text, expected):
    assert Formula(text).evaluate(VALUES).tolist() == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "a +", "a b", "(a", "a)", "a ** b", "2 + 3", "a / ", "* a", "a.b", "a[0]", "f(a)"),
        *("a; b", "1e3 * a", "a,b", "__import__('os')", "lambda: a", "a == b", "'a'"),
        *("(" * 150 + "a", "a" * 201),
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(FormulaError):
        Formula(text)


@given(st.text(alphabet="ab01+-*/() .", max_size=40))
def test_a_formula_is_python_arithmetic_or_refused(text):
    try:
        formula = Formula(text)
    except FormulaError:
        return
    names = {"a": np.float64(6), "b": np.float64(3)}
    if set(formula.names) <= set(names):
        with np.errstate(all="ignore"):
            value = formula.evaluate({k: np.array([v]) for k, v in names.items()})[0]
        expected = python_value(text, names)
        assert expected is None or np.isclose(value, expected, equal_nan=True)


def python_value(text, names):
    """The same text as a Python expression; None where Python has no such number (`01`)."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None
    with np.errstate(all="ignore"):
        return walk(tree, names)


def walk(node, names):
    """The value of a syntax tree of Python."""
    if isinstance(node, ast.BinOp):
        return SIGNS[type(node.op)](walk(node.left, names), walk(node.right, names))
    if isinstance(node, ast.UnaryOp):
        return -walk(node.operand, names)
    return names[node.id] if isinstance(node, ast.Name) else np.float64(node.value)


def test_names_come_in_order_once():
    assert Formula("b * a / b").names == ("b", "a")


def test_derived_rows_are_appended(rows, frames):
    cohort = validate(frames(rows), {"name": "small", "title": "Small"})
    derived = cohort.measurements[cohort.measurements["marker"].eq("CD4_CD8")]
    # 002 has no CD8; NA divides by zero.
    assert derived[["subject", "visit", "value"]].values.tolist() == [["001", "C1D1", 2.0]]
    assert any("division by zero" in warning.message for warning in cohort.warnings)


def test_a_formula_may_use_another(rows, frames):
    rows["markers"].insert(1, ["TWICE", "", "", "2 * CD4_CD8", "", ""])
    cohort = validate(frames(rows), {"name": "small", "title": "Small"})
    twice = cohort.measurements[cohort.measurements["marker"].eq("TWICE")]
    assert twice["value"].tolist() == [4.0]


def test_computed_values_that_tie_but_for_rounding_tie():
    a, b = significant(np.array([0.3 / 0.1, 3 / 1]))
    assert a == b
    kept = np.array([0.0, 1 / 3, 1e-300, np.inf, np.nan])
    assert significant(kept)[:3] == pytest.approx(kept[:3], rel=1e-11)
    assert np.isinf(significant(kept)[3])
    assert np.isnan(significant(kept)[4])
