"""Whether a marker's values fit its unit: what looks like another unit is said, never mended."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

FEWEST = 6  # values below which nothing can be said
GAP = 100.0  # two groups of values so many times apart are hardly one unit
FEW, JUMP = 3, 50.0  # values of a group, and the ratio of medians: one unit hardly does that
_PER_MICROLITRE = re.compile(r"cells\s*/\s*([µμu]l|mm3)|/\s*[µμu]l", re.IGNORECASE)


def doubts(marker: str, unit: str, values: pd.Series) -> list[str]:
    """Sentences on values that hardly fit; empty where nothing is suspicious."""
    values = values.dropna()
    if len(values) < FEWEST:
        return []
    found = []
    if "%" in unit and values.max() > 100:
        found.append(f"{marker} is in % and goes up to {values.max():g}")
    if "%" in unit and 0 < values.max() <= 1:
        found.append(f"{marker} is in % and never above {values.max():g}: are these fractions?")
    if _PER_MICROLITRE.search(unit) and 0 < values.max() < 20:
        found.append(f"{marker} is in {unit} and never above {values.max():g}: is it in 10^9/L?")
    if gap := _gap(values):
        found.append(f"{marker}: no value between {gap[0]:g} and {gap[1]:g}: are there two units?")
    return found


def jump(values: pd.Series, groups: pd.Series) -> tuple[str, str, float] | None:
    """Two groups (visits, or tables) of which one lies far above the other, and how far.

    None where there are no such: at least `FEW` positive values in each, no overlap, and a ratio of
    their medians of `JUMP` or more.
    """
    positive = values[values > 0]
    found = positive.groupby(groups[positive.index]).agg(["count", "min", "median", "max"])
    found = found[found["count"] >= FEW].sort_values("median")
    ratio = (found["median"] / found["median"].shift()).where(found["min"] > found["max"].shift())
    if not (ratio >= JUMP).any():
        return None
    at = int(np.argmax(ratio.fillna(0)))
    return str(found.index[at - 1]), str(found.index[at]), float(ratio.iloc[at])


def _gap(values: pd.Series) -> tuple[float, float] | None:
    """Two groups, each of two values at least, with nothing between them over a wide range."""
    positive = np.sort(values[values > 0].to_numpy())
    if len(positive) < FEWEST:
        return None
    steps = positive[2:-1] / positive[1:-2]  # neither group may be a single value
    at = int(np.argmax(steps)) + 1
    return (positive[at], positive[at + 1]) if steps.max() >= GAP else None
