"""The measure: a marker's value, or its change or fold from the baseline visit. One rule for all.

What the cut-off divides, what the trends show and what the exposures compare comes from here.
Rounding decides who ties and on which side of a cut-off a patient falls: nobody else rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

NO_CHANGE = {"change": 0.0, "fold": 1.0}  # where nothing has changed, by measure
DECIMALS = 9  # of a change
DIGITS = 9  # of a fold: significant ones
STEP_DECIMALS = 12  # of what a signed-rank test ranks
POWERS = np.array([float(f"1e{power}") for power in range(23)])  # those that a float holds exactly


@dataclass(frozen=True, eq=False)
class Samples:
    """A marker's values, shape (patients,) or (patients, visits), NaN where there is none.

    `low`: below the detection limit; `derived`: by a formula from other markers.
    """

    values: np.ndarray
    low: np.ndarray
    derived: bool = False

    @cached_property
    def known(self) -> np.ndarray:
        """Whether there is a value at all."""
        return ~np.isnan(self.values)

    @cached_property
    def part_low(self) -> np.ndarray:
        """Derived with a part below its limit: a ratio of a limit is neither value nor limit."""
        return self.known & self.low & self.derived

    @cached_property
    def usable(self) -> np.ndarray:
        """Whether there is a value that can be used."""
        return self.known & ~self.part_low

    @cached_property
    def tied(self) -> np.ndarray:
        """The usable values; those below a limit are one tie a visit, whatever stands for each."""
        return np.where(self.usable, _tie_lows(self.values, self.low), np.nan)

    def at(self, visit: int) -> Samples:
        """One visit, to stand beside all of them."""
        here = slice(visit, visit + 1)
        return Samples(self.values[:, here], self.low[:, here], self.derived)


def measure_samples(measure: str, now: Samples, before: Samples | None = None) -> np.ndarray:
    """`now` in the measure, NaN where it cannot be had; a value needs no `before`."""
    if measure == "value" or before is None:
        return now.tied
    if measure == "change":
        # Differences of short decimals must tie when they are equal on paper (0.3 - 0.1, 0.2).
        return np.round(now.tied - before.tied, DECIMALS)
    return take_folds(now, before)


def take_folds(now: Samples, before: Samples) -> np.ndarray:
    """How many times `before` each value is: of values above zero and above their limit only."""
    good = has_logarithm(now) & has_logarithm(before)
    with np.errstate(divide="ignore", invalid="ignore"):
        return round_to_digits(np.where(good, now.values / before.values, np.nan))


def bound_folds(now: Samples, before: Samples) -> tuple[np.ndarray, np.ndarray]:
    """The most and the least that a fold with one value below its limit can be, NaN elsewhere.

    A value now below the limit makes it at most limit / before; a baseline below the limit makes
    it at least now / limit. All values of a visit below their limit stand at its highest one, as
    they do where the value itself is asked for. With both below nothing is known.
    """
    ends, starts = has_logarithm(now), has_logarithm(before)
    falls = now.low & now.usable & (now.tied > 0) & starts
    rises = ends & before.low & before.usable & (before.tied > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        folds = round_to_digits(np.where(falls | rises, now.tied / before.tied, np.nan))
    return np.where(falls, folds, np.nan), np.where(rises, folds, np.nan)


def tie_folds(folds: np.ndarray, at_most: np.ndarray, at_least: np.ndarray) -> np.ndarray:
    """The folds of one visit, with those that are known to be the lowest or the highest.

    A fold of at most the lowest one observed is low at every cut-off that divides the others, one
    of at least the highest is high at every one: they come in as one tie at each end, which no
    cut-off divides. Where a bound lies between observed folds the side is known at some cut-offs
    only. Whoever came in there alone would change who is compared from cut-off to cut-off, so
    these stay out at all of them (NaN), and are counted.
    """
    observed = folds[~np.isnan(folds)]
    if not observed.size:
        return folds
    lowest, highest = at_most <= observed.min(), at_least >= observed.max()
    folds = np.where(lowest, at_most.max(where=lowest, initial=0.0), folds)
    return np.where(highest, at_least.min(where=highest, initial=np.inf), folds)


def has_logarithm(samples: Samples) -> np.ndarray:
    """Whether a value can be multiplied: it is above zero, and not below its limit."""
    return ~samples.low & (samples.values > 0)


def unit_of(measure: str, unit: str) -> str:
    """The unit of a measure: a fold has none of its own."""
    return "×" if measure == "fold" else unit


def take_steps(measure: str, values: np.ndarray) -> np.ndarray:
    """How far each patient went, for a signed-rank test: the change, or the fold's log2."""
    steps = np.log2(values) if measure == "fold" else values
    return np.round(steps, STEP_DECIMALS)


def round_to_digits(values: np.ndarray) -> np.ndarray:
    """Nine significant digits, exactly as `f"{value:.9g}"`: what is equal on paper is equal."""
    known = np.isfinite(values) & (values != 0)
    power = np.zeros(values.shape, int)
    power[known] = DIGITS - 1 - np.floor(np.log10(np.abs(values[known]))).astype(int)
    scale = POWERS[np.clip(power, 0, len(POWERS) - 1)]
    with np.errstate(over="ignore"):
        whole = values * scale
    rounded = np.round(whole) / scale
    # A half may fall to the other side by the error of the product; few do, and go by the text.
    near_half = np.abs(np.abs(whole - np.trunc(whole)) - 0.5) < 1e-3
    inexact = (power < 0) | (power >= len(POWERS)) | ~_has_digits(whole)
    odd = known & (near_half | inexact)
    rounded[odd] = [float(f"{value:.{DIGITS}g}") for value in values[odd]]
    return rounded


def _has_digits(whole: np.ndarray) -> np.ndarray:
    size = np.abs(whole)
    return (size >= 10.0 ** (DIGITS - 1)) & (size < 10.0**DIGITS)


def _tie_lows(values: np.ndarray, low: np.ndarray) -> np.ndarray:
    if not low.any():
        return values
    most = np.where(low, values, -np.inf).max(axis=0)
    return np.where(low, np.broadcast_to(most, values.shape), values)
