"""Patients put in order once, by time and by marker: what every part of the search starts from."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.stats.cutoff._strata import RiskSets, arrange_strata, one_stratum
from analysis.stats.cutoff.admissible import smallest_admissible_group
from analysis.stats.cutoff.scan_kernels import arranged, leveled, tidy
from analysis.stats.errors import NotEnoughData
from analysis.stats.inputs import (
    TIE_TOLERANCE,
    labels,
    matrix,
    positive_share,
    same_length,
    survival_arrays,
)
from analysis.stats.typed import Array

__all__ = ["Order", "order"]

FEWEST_PATIENTS = 4
FLAT = 1e-12  # scores closer than this do not differ

_WORTH_A_THREAD = 1_000_000  # steps of a kernel: below, starting a thread costs more than it saves


@dataclass(frozen=True, eq=False)
class Order:
    """Patients sorted once, and the cuts between their n values: what :func:`order` returns.

    Attributes
    ----------
    time, event, spot : arrays of shape (n,)
        By time, events before censorings; ``spot`` is the place by marker.
    level, had, score, seat : arrays of shape (n,)
        By marker: event times at or before the patient's time, event, maxstat's score (of all
        patients together, centred within each stratum), and the place by time.
    values, ends : arrays of shape (distinct values,)
        Ascending, and how many patients lie at or below each.
    start, until, deaths : arrays
        By event time, row 0 before the first (see ``scan_kernels.leveled``).
    risk : RiskSets
        The patients by stratum: who is compared with whom.
    row_seat : array of shape (n,)
        From the caller's rows to places by time.
    min_fraction : float
        As given.
    fewest, most : int
        Low patients of an admissible cut.
    first, last : int
        The admissible cuts are ``values[first:last]``.
    why : str
        Why there is nothing to search, in words; empty where there is.
    """

    time: Array
    event: Array
    spot: Array
    level: Array
    had: Array
    score: Array
    seat: Array
    values: Array
    ends: Array
    start: Array
    until: Array
    deaths: Array
    risk: RiskSets
    row_seat: Array
    min_fraction: float
    fewest: int
    most: int
    first: int
    last: int
    why: str

    @property
    def n(self) -> int:
        """Patients."""
        return self.time.size

    @property
    def cuts(self) -> Array:
        """The admissible cuts: the largest value of each low group."""
        return self.values[self.first : self.last]

    @property
    def n_low(self) -> Array:
        """Patients at or below each admissible cut."""
        return self.ends[self.first : self.last]


def order(
    time: ArrayLike,
    event: ArrayLike,
    marker: ArrayLike,
    *,
    min_fraction: float = 0.1,
    strata: ArrayLike | None = None,
) -> Order:
    """Sort the patients once, for everything that reads them at many cuts.

    Parameters
    ----------
    time : array of shape (n,)
        Time to event or censoring, 0 or more, in one unit.
    event : array of shape (n,), bool or 0/1
    marker : array of shape (n,)
        Complete values.
    min_fraction : float
        The share of patients on each side of an admissible cut; at least 2 patients.
    strata : array of shape (n,), optional
        Labels, such as the dose level: patients are compared within its levels only.

    Returns
    -------
    Order

    Raises
    ------
    ValueError
        For wrong input.
    NotEnoughData
        For fewer than four patients, a marker of one value, or no events. Where only the search
        is impossible (one cut, none admissible), the functions that search say so.

    Notes
    -----
    A cut is the largest value of its low group; equal values stay together. The result does not
    depend on the order of the rows. Cuts are admissible by all patients together, with strata too.

    Examples
    --------
    >>> time, event = [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 0, 1, 1, 0, 1]
    >>> order(time, event, [3, 1, 4, 7, 2, 6, 5, 8], min_fraction=0.3).cuts.tolist()
    [3.0, 4.0, 5.0]
    """
    share = positive_share(min_fraction, "min_fraction")
    time, event, marker, by_time = _checked(time, event, marker)
    if time.size < FEWEST_PATIENTS:
        raise NotEnoughData(_few(time.size))
    sorted_time, sorted_event, spot, seat, values, ends, row_seat = arranged(
        time, event, marker, by_time, marker.argsort()
    )
    if values.size < 2:
        raise NotEnoughData(f"All {time.size} patients have the same value: nothing to divide.")
    start, until, deaths, table, level, had, score = leveled(sorted_time, sorted_event, seat)
    if deaths.size < 2:
        raise NotEnoughData("No event was observed, so there is nothing to compare.")
    codes = _stratum_codes(strata, time.size, row_seat)
    if codes is None:
        risk = one_stratum(spot, start, deaths, table, level, ends)
    else:
        risk = arrange_strata(sorted_time, sorted_event, spot, ends, codes, int(codes.max()) + 1)
        score = score - (np.bincount(risk.stratum, score) / risk.sizes)[risk.stratum]
    least = smallest_admissible_group(time.size, min_fraction=share)
    most = time.size - least
    first, last = ends[:-1].searchsorted((least, most + 1))
    last = max(first, last)
    return Order(
        time=sorted_time,
        event=sorted_event,
        spot=spot,
        level=level,
        had=had,
        score=score,
        seat=seat,
        values=values,
        ends=ends,
        start=start,
        until=until,
        deaths=deaths,
        risk=risk,
        row_seat=row_seat,
        min_fraction=share,
        fewest=least,
        most=most,
        first=int(first),
        last=int(last),
        why=_why(values, risk.low[:, first:last], risk.sizes, score, risk.stratum, least),
    )


def _stratum_codes(strata: Any, n: int, row_seat: Array) -> Array | None:
    """Number of the stratum by time; None where there are not several."""
    if strata is None:
        return None
    codes, names = labels(strata, n, "strata")
    if len(names) < 2:
        return None
    by_time: Array = np.empty(n, np.int64)
    by_time[row_seat] = codes
    return by_time


def in_blocks(total: int, size: int, work: Callable[[int, int], Any], steps: float) -> list[Any]:
    """``work(block, count)`` for blocks of at most ``size``, in two threads where it is worth it.

    The blocks, not the threads, decide what is computed; results come in their order.
    """
    blocks = range(-(-total // size))

    def some(blocks: range) -> list[Any]:
        return [work(block, min(size, total - block * size)) for block in blocks]

    if steps < _WORTH_A_THREAD or len(blocks) < 2:
        return some(blocks)
    out: list[Any] = [None] * len(blocks)
    with ThreadPoolExecutor(1) as other:
        odd = other.submit(some, blocks[1::2])
        out[::2] = some(blocks[::2])
        out[1::2] = odd.result()
    return out


def _checked(time: Any, event: Any, marker: Any) -> tuple[Array, ...]:
    """Complete arrays of one length, rounding ties of time merged, and the rows by time.

    ValueError in words. Arrays that need no word are looked at once, by a kernel.
    """
    if _plain(time, event, marker):
        by_time = time.argsort()
        if tidy(time, marker, by_time, TIE_TOLERANCE):
            return time, event, marker, by_time
    time, event = survival_arrays(time, event)
    marker = np.asarray(marker)
    if marker.ndim != 1:
        raise ValueError(f"marker must be one-dimensional, but has {marker.ndim} dimensions.")
    same_length(time=time, marker=marker)
    values, _ = matrix(pd.Series(marker, name="marker"), time.size)
    arrays = [np.array(array, order="C") for array in (time, event, values[:, 0])]
    return *arrays, time.argsort()


def _plain(time: Any, event: Any, marker: Any) -> bool:
    """Whether these are arrays as the kernels take them, so that only values need a look."""
    number, flag = np.dtype(float), np.dtype(bool)
    for array, dtype in ((time, number), (event, flag), (marker, number)):
        if type(array) is not np.ndarray or array.dtype != dtype or array.ndim != 1:
            return False
        flags = array.flags  # a kernel would be compiled anew for any other kind of array
        if array.size != time.size or not (flags.c_contiguous and flags.writeable):
            return False
    return True


def _why(values: Array, low: Array, sizes: Array, score: Array, stratum: Array, least: int) -> str:
    if values.size < 3:
        return "The marker has only two values, so it can be divided in one way: nothing to search."
    if low.shape[1] == 0:
        return f"No cut-off leaves at least {least} patients on each side: nothing to search."
    differ = np.bincount(stratum, np.abs(score) > FLAT) > 0
    if not differ.any():
        return _no_difference(sizes.size)
    divided = ((low > 0) & (low < sizes[:, None])).any(axis=1)
    return "" if (differ & divided).any() else _nothing_within(sizes.size)


def _no_difference(strata: int) -> str:
    if strata > 1:
        return "Within each stratum all patients fared alike: no cut-off can tell them apart."
    return "All patients had the event at the same time: no cut-off can tell them apart."


def _nothing_within(strata: int) -> str:
    return (
        f"Every cut-off runs between the {strata} strata and never through one: "
        "within them there is nothing to compare."
    )


def _few(n: int) -> str:
    patients = "is only one patient" if n == 1 else f"are only {n} patients"
    return f"There {patients}: a search over cut-offs needs at least {FEWEST_PATIENTS}."
