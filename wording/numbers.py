"""How numbers are written: one rule for figures, tables, sentences and, later, slides.

p-values follow the AMA Manual of Style (11th ed., 4.2): no leading zero, two decimals, three
below .01, "<.001" below that. Where rounding would make a p .05 that is not, it keeps the digits
that tell it from .05: a sentence that calls .053 no association must not say "p = .05".
"""

from __future__ import annotations

import math

from analysis.stats.inputs import ALPHA
from analysis.stats.rounding import cut_text, significant, write_range

__all__ = [
    "NOT_ESTIMABLE",
    "NOT_REACHED",
    "beside",
    "cut_text",
    "duration",
    "interval",
    "level",
    "p_named",
    "p_text",
    "percent",
    "percent_interval",
    "ratio",
    "says_the_same",
    "significant",
    "whole_percent",
    "with_interval",
]

NOT_ESTIMABLE = "not estimable"
NOT_REACHED = "not reached"
MOST_DIGITS = 6  # of a p (or ratio): one that still is .05 (or 1) then is it but for rounding


def p_text(p: float) -> str:
    """ ".03", ".007", ".049", ".053", "<.001", ">.99"; "not estimable" for NaN."""
    if math.isnan(p):
        return NOT_ESTIMABLE
    if p < 0.001:
        return "<.001"
    if p > 0.99:
        return ">.99"
    text = f"{p:.{3 if p < 0.01 else _digits(p)}f}"
    return text.removeprefix("0")


def _digits(p: float) -> int:
    """Decimals of a p from .01: two, or as many as it takes not to read .05."""
    told = (n for n in range(2, MOST_DIGITS + 1) if round(p, n) != ALPHA)
    return 2 if round(p, MOST_DIGITS) == ALPHA else next(told)


def is_bounded(p: float) -> bool:
    """Whether a p is written as a bound: "<.001", ">.99"."""
    return p < 0.001 or p > 0.99


def p_spaced(p: float) -> str:
    """A p within a sentence: ".03", "< .001"."""
    text = p_text(p)
    return f"{text[0]} {text[1:]}" if is_bounded(p) else text


def p_named(name: str, p: float) -> str:
    """ "exact p = .03", "p < .001"."""
    if math.isnan(p) or is_bounded(p):
        return f"{name} {p_spaced(p)}"
    return f"{name} = {p_text(p)}"


def ratio(value: float) -> str:
    """A hazard ratio: two decimals, two significant digits below 0.01 and above 10; more near 1."""
    if math.isnan(value):
        return NOT_ESTIMABLE
    if math.isinf(value):
        return "∞"
    if 0 < value < 0.001:
        return "<0.001"
    return _two_decimals(value) if 0.01 <= value < 10 else significant(value, 2)


def _two_decimals(value: float) -> str:
    """ "0.25", "0.9996": as many more as it takes that only a ratio of 1 reads 1.00."""
    texts = (f"{value:.{n}f}" for n in range(2, MOST_DIGITS + 1))
    return next((text for text in texts if float(text) != 1), "1.00")


def interval(lower: float, upper: float, write=ratio) -> str:
    """ "0.08–0.84"; an open end in words, and "to" where an end is negative."""
    return write_range(write(lower), write(upper))


def with_interval(
    value: float, lower: float, upper: float, write=ratio, *, conf_level: float = 0.95
) -> str:
    """ "0.25 (95 % CI 0.08–0.84)"; the label follows the level."""
    if math.isnan(value):
        return NOT_ESTIMABLE
    return f"{write(value)} ({level(conf_level)} CI {interval(lower, upper, write)})"


def beside_interval(value: float, lower: float, upper: float, write=ratio) -> str:
    """ "0.25 (0.08–0.84)", where a column's head already says what stands in brackets."""
    if math.isnan(value):
        return NOT_ESTIMABLE
    return f"{write(value)} ({interval(lower, upper, write)})"


def level(conf_level: float) -> str:
    """ "95 %"."""
    return f"{conf_level * 100:g} %"


def duration(value: float) -> str:
    """A time in the study's unit: one decimal below 100, none above; "not reached" for NaN."""
    if math.isnan(value):
        return NOT_REACHED
    text = f"{value:.1f}" if abs(value) < 100 else f"{value:.0f}"
    return text.removeprefix("-") if float(text) == 0 else text


def percent(share: float) -> str:
    """ "47 %"."""
    if math.isnan(share):
        return NOT_ESTIMABLE
    return "<1 %" if 0 < share < 0.005 else f"{whole_percent(share)} %"


def whole_percent(share: float) -> int:
    """12.5 is 13, a half of any percent is rounded up; what is a half but for rounding, too."""
    return math.floor(share * 100 + 0.5 + 1e-9)


def percent_interval(lower: float, upper: float) -> str:
    """ "53–65 %"."""
    if math.isnan(lower) or math.isnan(upper):
        return "interval " + NOT_ESTIMABLE
    return f"{whole_percent(lower)}–{whole_percent(upper)} %"


def says_the_same(code: str, label: str) -> bool:
    """Whether a label adds nothing to its code: "week20" and "Week 20"."""
    return not label or label.replace(" ", "").lower() == code.replace(" ", "").lower()


def beside(code: str, label: str) -> str:
    """What a label adds to its code: "after one course" of "C1D15, after one course"."""
    return label.removeprefix(code).strip(" ,:()")
