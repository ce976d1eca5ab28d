"""The geometry of survival curves: steps, bands, ticks, and where too few are left at risk."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.stats.rounding import nice_step

MOST_STEPS = 7  # between ticks: more numbers would not fit under a phone's figure
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120)


def time_ticks(longest: float, unit: str) -> list[float]:
    """Ticks from 0 past the longest time: at most eight, in steps that people count in."""
    longest = max(longest, 1e-6)  # where everybody left at once
    step = nice_step(longest, MOST_STEPS)
    if unit == "months" and longest > 3:
        step = next((s for s in MONTH_STEPS if s * MOST_STEPS >= longest), step)
    return [round(i * step, 10) for i in range(math.ceil(longest / step - 1e-9) + 1)]


def scarce_below(n: int) -> int:
    """At fewer patients at risk a curve of `n` is greyed: 2 of 8, 5 of 17, 10 from 40."""
    return max(math.ceil(n / 10), min(10, math.ceil(n / 4)))


def from_start(curve: pd.DataFrame, n: int) -> pd.DataFrame:
    """A group's curve with its first point, (0, 1); the band is closed until the first event."""
    start = pd.DataFrame(
        {
            "time": [0.0],
            "n_risk": [n],
            "n_event": [0],
            "n_censor": [0],
            "survival": [1.0],
            "lower": [1.0],
            "upper": [1.0],
        }
    )
    rows = pd.concat([start, curve[start.columns]], ignore_index=True)
    whole = rows["survival"] == 1
    return rows.assign(lower=rows["lower"].mask(whole, 1.0), upper=rows["upper"].mask(whole, 1.0))


def coarse(time: pd.Series, unit: str) -> pd.Series:
    """Times to a hundredth of a month or to whole days: a curve gives its times back (Liu)."""
    return time.round(2 if unit == "months" else 0)


def steps(time: pd.Series, level: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Doubled points: at every time first the old level, then the new one."""
    x = np.repeat(time.to_numpy(float), 2)[1:]
    y = np.repeat(level.to_numpy(float), 2)[:-1]
    return x, y


def band_points(curve: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The outline of the band; it ends where survival reaches 0, for there it has no limits."""
    known = curve["lower"].notna().to_numpy()
    end = len(known) if known.all() else int(np.argmin(known)) + 1
    part = curve.iloc[:end].ffill()
    x, low = steps(part["time"], part["lower"] * 100)
    _, high = steps(part["time"], part["upper"] * 100)
    return np.concatenate([x, x[::-1]]), np.concatenate([high, low[::-1]])


def level(curve: pd.DataFrame, times: np.ndarray) -> np.ndarray:
    """Survival just after each time."""
    here = np.searchsorted(curve["time"], times, side="right") - 1
    return curve["survival"].to_numpy()[here]
