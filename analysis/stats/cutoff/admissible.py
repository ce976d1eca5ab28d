"""Where values can be divided, and the groups that cut-offs make of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.stats.errors import NotEnoughData
from analysis.stats.rounding import write_number
from analysis.stats.typed import Array, Flags, Floats, Integers

__all__ = [
    "CandidateCuts",
    "assign_groups",
    "divide",
    "find_cuts",
    "shortest_decimals",
    "smallest_admissible_group",
]

MIN_FRACTION = 0.1  # of the patients, on each side of an admissible cut
FEWEST = 2  # patients on each side of an admissible cut


@dataclass(frozen=True)
class CandidateCuts:
    """Every place where the values can be divided, ascending; arrays of equal length.

    Attributes
    ----------
    cut : array of shape (cuts,)
        The shortest decimal c with low <= c < high.
    low, high : arrays of shape (cuts,)
        The largest value below the cut and the smallest above it.
    n_low, n_high : arrays of int, shape (cuts,)
        Patients on each side.
    admissible : array of bool, shape (cuts,)
        Cuts that a search may use.
    middle : float
        The median of the values.
    """

    cut: Floats
    low: Floats
    high: Floats
    n_low: Integers
    n_high: Integers
    admissible: Flags
    middle: float  # the median of the values

    def median(self) -> float:
        """The cut at the median: high is above it; where nothing is, the next cut below."""
        return float(self.cut[np.flatnonzero(self.low <= self.middle)[-1]])


def find_cuts(values: Floats, *, min_fraction: float = MIN_FRACTION) -> CandidateCuts:
    """Find every place where values can be divided.

    Parameters
    ----------
    values : array of shape (n,)
        Complete.
    min_fraction : float
        As :func:`smallest_admissible_group`.

    Returns
    -------
    CandidateCuts

    Raises
    ------
    NotEnoughData
        Where there are not two distinct values.

    Examples
    --------
    >>> cuts = find_cuts(np.array([1.0, 2.0, 2.0, 3.5, 4.0]))
    >>> cuts.cut.tolist(), cuts.admissible.tolist()
    ([1.0, 2.0, 3.5], [False, True, False])
    """
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) < 2:
        raise NotEnoughData(_nothing_to_divide(distinct, len(values)))
    n_low = np.cumsum(counts)[:-1]
    n_high = len(values) - n_low
    least = smallest_admissible_group(len(values), min_fraction=min_fraction)
    low, high = distinct[:-1], distinct[1:]
    return CandidateCuts(
        cut=shortest_decimals(low, high),
        low=low,
        high=high,
        n_low=n_low,
        n_high=n_high,
        admissible=(n_low >= least) & (n_high >= least),
        middle=float(np.median(values)),
    )


def smallest_admissible_group(n: int, *, min_fraction: float = MIN_FRACTION) -> int:
    """Count the patients that each side of an admissible cut holds at least.

    Parameters
    ----------
    n : int
        Patients in all.
    min_fraction : float
        The share of patients on each side, rounded up, and at least 2 patients.

    Returns
    -------
    int

    Examples
    --------
    >>> smallest_admissible_group(17), smallest_admissible_group(200)
    (2, 20)
    """
    return max(math.ceil(round(n * min_fraction, 9)), FEWEST)


def assign_groups(values: Floats, cut: tuple[float, ...]) -> Integers:
    """Number the groups that one or several cuts make, from 0 (lowest).

    Parameters
    ----------
    values : array of shape (n,)
    cut : tuple of float
        Ascending; a value that equals a cut lies below it.

    Returns
    -------
    array of int, shape (n,)
        How many cuts lie below each value.

    Examples
    --------
    >>> assign_groups(np.array([1.0, 2.0, 3.0, 4.0]), (2.0, 3.5)).tolist()
    [0, 0, 1, 2]
    """
    return np.searchsorted(np.asarray(cut, float), values, side="left")


def divide(values: Floats, cut: tuple[float, ...]) -> Integers:
    """Number the groups that cuts make, where every group has patients.

    Parameters
    ----------
    values, cut
        As :func:`assign_groups`.

    Returns
    -------
    array of int, shape (n,)
        As :func:`assign_groups`.

    Raises
    ------
    NotEnoughData
        Where a group has no patients.

    Examples
    --------
    >>> divide(np.array([1.0, 2.0, 3.0, 4.0]), (2.0,)).tolist()
    [0, 0, 1, 1]
    """
    groups = assign_groups(values, cut)
    _refuse_empty_sides(values, groups, cut)
    return groups


def shortest_decimals(low: Floats, high: Floats) -> Floats:
    """Find the shortest decimals between neighbouring values.

    Parameters
    ----------
    low, high : arrays of shape (cuts,)

    Returns
    -------
    array of shape (cuts,)
        c with low <= c < high; of equally short ones the smallest.

    Examples
    --------
    >>> shortest_decimals(np.array([1.25, 3.0]), np.array([1.75, 3.5])).tolist()
    [1.3, 3.0]
    """
    low, high = np.asarray(low, float), np.asarray(high, float)
    found = np.array(low)
    open_ = np.ones(len(low), bool)
    for digits in range(16):
        unit = 10.0**digits
        scaled = low * unit
        whole = np.round(scaled)
        # 20.1 * 10 is 201.00000000000003: what is a whole number on paper must count as one.
        exact = np.abs(scaled - whole) <= 1e-9 * np.maximum(np.abs(scaled), 1)
        candidate = np.where(exact, whole, np.ceil(scaled)) / unit
        fits = open_ & (low <= candidate) & (candidate < high)
        found[fits] = candidate[fits]
        open_ &= ~fits
        if not open_.any():
            break
    return found


def _nothing_to_divide(distinct: Array, n: int) -> str:
    if n == 0:
        return "Nobody has a usable sample of this marker at this visit. Choose another visit."
    if n == 1:
        return "Only one patient has a usable sample of this marker at this visit. Choose another."
    return (
        f"All {n} patients have the same value, {write_number(distinct[0])}: "
        "there is nothing to divide. Choose another marker or visit."
    )


def _refuse_empty_sides(values: Array, groups: Array, cut: tuple[float, ...]) -> None:
    present = np.unique(groups)
    if len(present) == len(cut) + 1:
        return
    least, most = write_number(values.min()), write_number(values.max())
    if len(cut) == 1:
        side = "above" if present[0] == 0 else "at or below"
        raise NotEnoughData(
            f"No patient lies {side} {write_number(cut[0])}: "
            f"the values run from {least} to {most}. "
            f"Choose a cut-off of at least {least} and below {most}."
        )
    empty = [_group_words(number, cut) for number in range(len(cut) + 1) if number not in present]
    raise NotEnoughData(
        f"No patient lies {' or '.join(empty)}: the values run from {least} to {most}. "
        "Choose cut-offs with patients between them, above and below."
    )


def _group_words(number: int, cut: tuple[float, ...]) -> str:
    if number == 0:
        return f"at or below {write_number(cut[0])}"
    upper = f" to {write_number(cut[number])}" if number < len(cut) else ""
    return f"above {write_number(cut[number - 1])}{upper}"
