"""The numbers at the ticks of an axis."""

from __future__ import annotations

from wording.numbers import significant


def tick_text(value: float) -> str:
    """A round value without superfluous zeros."""
    return f"{value:.3g}" if 1e-4 <= abs(value) < 1e3 or value == 0 else significant(value, 2)
