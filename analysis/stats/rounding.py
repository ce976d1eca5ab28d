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
