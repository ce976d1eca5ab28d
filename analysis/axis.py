"""The marker's own axis: where a value lies between the smallest and the largest, 0 to 1.

Dots, slider and line share it. Skewed markers get a logarithmic axis, on which zeros stand one
halving to the left of the smallest positive value; markers that go below zero, one by rank.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.stats.rounding import nice_step

EDGE = 0.04  # free space at both ends, as a share of the axis


@dataclass(frozen=True)
class Axis:
    """A monotone map from values to positions; `known` and `at` are its support points."""

    scale: str  # linear | log | rank
    known: np.ndarray
    at: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, scale: str) -> Axis:
        """The axis of complete values (1-D, at least two distinct)."""
        known, counts = np.unique(values, return_counts=True)
        if scale == "rank":
            at = (np.cumsum(counts) - (counts + 1) / 2) / (len(values) - 1)
        else:
            at = _stretched(known, scale)
        return cls(scale, known, EDGE + (1 - 2 * EDGE) * (at - at[0]) / (at[-1] - at[0]))

    def position(self, values: np.ndarray | float) -> np.ndarray:
        """Positions of values; those outside the data lie at the ends."""
        values = np.asarray(values, float)
        if self.scale == "log":
            least = _least(self.known)
            return np.interp(_log(values, least), _log(self.known, least), self.at)
        return np.interp(values, self.known, self.at)

    def ticks(self, most: int = 5) -> list[tuple[float, float]]:
        """Positions and round values, at most about `most` of them."""
        wanted = _quantiles(self.known, self.at, most) if self.scale == "rank" else (
            _round_log(self.known, most) if self.scale == "log" else _round(self.known, most)
        )  # fmt: skip
        return [(float(self.position(value)), value) for value in wanted]


def _stretched(known: np.ndarray, scale: str) -> np.ndarray:
    return _log(known, _least(known)) if scale == "log" else known.astype(float)


def _least(known: np.ndarray) -> float:
    return float(known[known > 0][0])


def _log(values: np.ndarray, least: float) -> np.ndarray:
    return np.log2(np.maximum(values, least / 2))


def _round(known: np.ndarray, most: int) -> list[float]:
    step = nice_step(known[-1] - known[0], most)
    first = math.ceil(known[0] / step - 1e-9)
    last = math.floor(known[-1] / step + 1e-9)
    return [round(i * step, 12) for i in range(first, last + 1)]


def _round_log(known: np.ndarray, most: int) -> list[float]:
    low, high = math.floor(math.log10(_least(known))), math.ceil(math.log10(known[-1]))
    for factors in ((1, 2, 5), (1, 3), (1,)):
        ticks = [f * 10.0**p for p in range(low, high + 1) for f in factors]
        ticks = [float(f"{t:.6g}") for t in ticks if _least(known) <= t <= known[-1]]
        if len(ticks) <= most + 1:
            break
    ticks = ticks if len(ticks) > 1 else [t for t in _round(known, most) if t > 0]
    return [0.0, *ticks] if known[0] == 0 else ticks


def _quantiles(known: np.ndarray, at: np.ndarray, most: int) -> list[float]:
    nearest = {int(np.abs(at - q).argmin()) for q in np.linspace(at[0], at[-1], most)}
    return [float(known[i]) for i in sorted(nearest)]
