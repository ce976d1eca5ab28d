"""Formulas of derived markers: + - * / parentheses, numbers and marker codes; nothing else.

A code that is no plain word stands in double quotes: `"HLA-DR+ NK" / NK`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping

import numpy as np

_TOKEN = re.compile(r"\s*(?:(\d+\.?\d*|\.\d+)|([^\W\d]\w*)|([-+*/()])|\"([^\"\n]+)\")")
_WORD = re.compile(r"[^\W\d]\w*")
_OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
MAX_LENGTH = 200  # also bounds the depth of the recursion


class FormulaError(ValueError):
    """A formula that cannot be read; says where and why."""


class Name(str):
    """A marker's code in a formula, however it is spelt."""


def quote(marker: str) -> str:
    """A marker's code as a formula writes it; FormulaError for a code that none can hold."""
    if _WORD.fullmatch(marker):
        return marker
    if not marker or '"' in marker or "\n" in marker:
        raise FormulaError(f"{marker!r} cannot stand in a formula: it holds a quotation mark")
    return f'"{marker}"'


class Formula:
    """A formula read once; `names` are the markers in it, `evaluate` computes it on arrays."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise FormulaError(f"longer than {MAX_LENGTH} characters")
        self.text = text
        self._tokens = _tokens(text)
        self._at = 0
        self._tree = self._sum()
        if self._peek() is not None:
            raise FormulaError(f"{self._peek()!r} is not expected there")
        self.names = tuple(dict.fromkeys(_names(self._tree)))
        if not self.names:
            raise FormulaError("it names no marker")

    def evaluate(self, values: Mapping[str, np.ndarray]) -> np.ndarray:
        """The formula's value for every element; not finite where it has none."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.asarray(_value(self._tree, values), dtype=float)

    def _peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next(self) -> str:
        token = self._peek()
        if token is None:
            raise FormulaError("it ends too early")
        self._at += 1
        return token

    def _sees(self, *signs: str) -> bool:
        token = self._peek()
        return token in signs and not isinstance(token, Name)

    def _sum(self):
        tree = self._product()
        while self._sees("+", "-"):
            tree = (self._next(), tree, self._product())
        return tree

    def _product(self):
        tree = self._factor()
        while self._sees("*", "/"):
            tree = (self._next(), tree, self._factor())
        return tree

    def _factor(self):
        token = self._next()
        if isinstance(token, Name):
            return token
        if token == "-":
            return ("-", 0.0, self._factor())
        if token == "(":
            tree = self._sum()
            if not self._sees(")"):
                raise FormulaError("a closing parenthesis is missing")
            self._at += 1
            return tree
        if token in _OPERATORS or token == ")":
            raise FormulaError(f"{token!r} is not expected there")
        return float(token)


def _tokens(text: str) -> list[str]:
    tokens, at, text = [], 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise FormulaError(f"{text[at:].strip()[:10]!r} cannot be read")
        token = match[match.lastindex or 0]
        tokens.append(Name(token) if match.lastindex in (2, 4) else token)
        at = match.end()
    return tokens


def _names(tree) -> list[str]:
    if isinstance(tree, tuple):
        return _names(tree[1]) + _names(tree[2])
    return [tree] if isinstance(tree, str) else []


def _value(tree, values: Mapping[str, np.ndarray]):
    if isinstance(tree, tuple):
        sign, left, right = tree
        left, right = _value(left, values), _value(right, values)
        # Python's division of plain numbers raises on zero, numpy's does not.
        return _OPERATORS[sign](np.asarray(left, float), np.asarray(right, float))
    return values[tree] if isinstance(tree, str) else tree
