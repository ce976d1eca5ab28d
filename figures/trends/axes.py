"""Where a panel of the trends puts things: values on its own axis, visits on the other."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.cohort.marker_array import MarkerSeries
from analysis.stats.rounding import nice_step
from wording.ticks import tick_text

NONE = np.array([])
ROOM = 0.06  # free space above and below the values, as a share of the axis
FAR = 0.35  # a reference limit farther from the values than this share of the axis is not shown


@dataclass(frozen=True, eq=False)
class Values:
    """The axis of values: logarithms are taken here, so that every place is a plain number."""

    log: bool
    least: float  # what stands for zero on a logarithmic axis
    span: tuple[float, float]
    zero: bool = False  # whether there are zeros on a logarithmic axis

    @classmethod
    def of(
        cls, known: np.ndarray, log: bool, beside: tuple[float, ...] = (), all_: np.ndarray = NONE
    ) -> Values:
        """The axis that shows the `known` values, and of `beside` those that are near; `all_`: the
        values that say what a zero stands below, where they are more than the known ones."""
        known = known[np.isfinite(known)]
        positive = np.concatenate([known, all_[np.isfinite(all_)]])
        positive = positive[positive > 0]
        log = log and positive.size > 0
        least = float(positive.min()) / 2 if log else 0.0
        found = cls(log, least, (0.0, 1.0))
        at = found.place(known) if known.size else np.array([0.0, 1.0])
        low, high = float(at.min()), float(at.max())
        width = high - low or (0.3 if log else max(abs(high) * 0.2, 1.0))
        for one in beside:
            if math.isfinite(one) and (not log or one > 0):
                place = float(found.place(np.array([one]))[0])
                if low - FAR * width <= place <= high + FAR * width:
                    low, high = min(low, place), max(high, place)
        room = ROOM * max(high - low, width)
        return cls(log, least, (low - room, high + room), bool(log and (known == 0).any()))

    def place(self, values: np.ndarray | float) -> np.ndarray:
        """Where values stand; on a logarithmic axis zeros a halving below the least."""
        values = np.asarray(values, float)
        if not self.log:
            return values
        return np.log10(np.maximum(values, self.least))

    def ticks(self, most: int = 6) -> tuple[list[float], list[str]]:
        """Round values: their places and texts."""
        low, high = self.span
        if not self.log:
            step = nice_step(high - low, most)
            whole = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
            found = [round(i * step, 12) for i in whole]
            return found, [tick_text(one).replace("-", "−") for one in found]
        found = _round_log(low, high, most)
        places, texts = [math.log10(one) for one in found], [tick_text(one) for one in found]
        return ([math.log10(self.least), *places], ["0", *texts]) if self.zero else (places, texts)


def _round_log(low: float, high: float, most: int) -> list[float]:
    powers = range(math.floor(low), math.ceil(high) + 1)
    found: list[float] = []
    for factors in ((1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8), (1, 2, 3, 5), (1, 2, 5), (1, 3), (1,)):
        ticks = [float(f"{f * 10.0**p:.6g}") for p in powers for f in factors]
        found = [one for one in ticks if low <= math.log10(one) <= high]
        if len(found) <= most:
            return found
    return found[:: math.ceil(len(found) / most)]


@dataclass(frozen=True, eq=False)
class Visits:
    """The axis of visits: `at` of each visit, or of each sample (`own`, patients x visits)."""

    at: np.ndarray
    own: np.ndarray
    span: tuple[float, float]
    ticks: tuple[list[float], list[str]]
    title: str
    apart: float  # between groups at one visit, so that their intervals do not hide each other

    @classmethod
    def of(cls, series: MarkerSeries, axis: str, time_zero: str) -> Visits:
        """By "visit" evenly, by "scheduled" day, or by the "day" of each sample."""
        days = series.scheduled
        if axis == "visit" or not np.isfinite(days).all() or not series.codes:
            places = np.arange(len(series.codes), dtype=float)
            names = [_short(code) for code in series.codes]
            own = np.broadcast_to(places, series.values.shape)
            span = (-0.5, max(len(places) - 0.5, 0.5))
            apart = min(0.09, 0.012 * max(len(places), 1.5))
            return cls(places, own, span, (list(places), names), "", apart)
        own = np.broadcast_to(days, series.values.shape)
        if axis == "day":
            own = np.where(np.isfinite(series.day), series.day, own)
        used = own[~np.isnan(series.values)]
        low, high = (float(pick([*days, *_ends(used)])) for pick in (min, max))
        width = high - low or 1.0
        step = nice_step(width, 7)
        whole = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
        ticks = [round(i * step, 9) for i in whole]
        span = (low - 0.05 * width, high + 0.05 * width)
        texts = [f"{one:g}".replace("-", "−") for one in ticks]
        return cls(days, own, span, (ticks, texts), f"Day from {time_zero}", 0.005 * width)


def _ends(used: np.ndarray) -> tuple[float, ...]:
    return (float(used.min()), float(used.max())) if used.size else ()


def _short(code: str, most: int = 12) -> str:
    return code if len(code) <= most else code[: most - 1] + "…"
