"""Round numbers: steps, a round number below another, and how a sentence writes a number."""

from __future__ import annotations

import math
from decimal import Decimal


def write_number(number: float) -> str:
    """A number without exponent or trailing zeros: 20.1, 480, 0.00001."""
    text = format(Decimal(repr(float(number) + 0.0)), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def nice_step(span: float, most: int) -> float:
    """1, 2, 2.5 or 5 times a power of ten, so that at most `most` steps cover the span."""
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)


def round_down(value: float) -> float:
    """Down to a round number, in steps of about a tenth to a sixth of the value."""
    if value <= 0:
        return 0.0
    step = nice_step(value, 10)
    return float(f"{math.floor(value / step + 1e-9) * step:.6g}")


def significant(value: float, digits: int = 3) -> str:
    """At least `digits` significant digits, without exponent: 21.0, 0.00123, 480, 1234.5."""
    if value == 0:
        return "0"
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    return f"{value:.{min(max(decimals, 0), 12)}f}"


def cut_text(value: float) -> str:
    """A cut-off: every digit it has, and at least three significant ones."""
    shortest = f"{value:.12g}"
    rounded = significant(value, 3)
    return rounded if float(rounded) == float(shortest) else _plain(shortest)


def _plain(text: str) -> str:
    return f"{float(text):.12f}".rstrip("0").rstrip(".") if "e" in text else text


def write_range(low: str, high: str) -> str:
    """ "0.08–0.84" of two ends that are written already; "to" where one is negative or words."""
    plainly = not low.startswith("<") and all(
        text.replace(".", "").isdigit() for text in (low, high)
    )
    return f"{low}–{high}" if plainly else f"{low} to {high}"
