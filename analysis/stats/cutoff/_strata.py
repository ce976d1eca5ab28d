"""Who is at risk together: patients by stratum and, within it, by time.

With one stratum this is the order of time itself, so that every kernel has one way, not two.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.stats.cutoff.scan_kernels import leveled
from analysis.stats.typed import Array, Floats, Integers

__all__ = ["RiskSets", "arrange_strata", "one_stratum"]


@dataclass(frozen=True, eq=False)
class RiskSets:
    """Patients sorted by stratum and, within it, by time (events before censorings).

    Attributes
    ----------
    bounds : array of shape (strata + 1,)
        Where each stratum begins in this order, and n.
    member, spot : arrays of shape (n,)
        In this order: the place by time among all patients, and by marker.
    place : array of shape (n,)
        By stratum and, within it, by marker: the place by marker among all patients.
    stratum, slot, level : arrays of shape (n,)
        By marker: number of the stratum, the place in ``place``, and the row of ``table``.
    start, deaths, stop : arrays of shape (event times + 1,)
        By stratum and event time, row 0 before the first: first patient at risk, events, and
        where the stratum ends.
    base, informed : arrays of shape (strata,)
        The first row of each stratum in ``table``, and how many of its patients are at risk at
        an event that can tell two of them apart.
    table : array of shape (3, rows)
        As of ``scan_kernels.leveled``, one stratum after the other.
    low : array of shape (strata, distinct values)
        Patients at or below each distinct value of the marker.
    """

    bounds: Integers
    member: Integers
    spot: Integers
    place: Integers
    stratum: Integers
    slot: Integers
    level: Integers
    start: Integers
    deaths: Integers
    stop: Integers
    base: Integers
    informed: Integers
    table: Floats
    low: Integers

    @property
    def strata(self) -> int:
        """How many there are."""
        return self.base.size

    @property
    def sizes(self) -> Integers:
        """Patients of each stratum."""
        return self.bounds[1:] - self.bounds[:-1]


def one_stratum(
    spot: Array, start: Array, deaths: Array, table: Array, level: Array, ends: Array
) -> RiskSets:
    """Put everybody at risk together.

    Parameters
    ----------
    spot, start, deaths, level, ends : arrays
        As in :class:`Order`.
    table : array of shape (3, rows)
        As of ``scan_kernels.leveled``.

    Returns
    -------
    RiskSets

    Examples
    --------
    >>> from analysis.stats import cutoff
    >>> ordered = cutoff.order([1, 2, 3, 4], [1, 1, 0, 1], [4, 2, 3, 1])
    >>> ordered.risk.strata, ordered.risk.stop.tolist()
    (1, [4, 4, 4, 4])
    """
    n = spot.size
    rows = np.arange(n)
    return RiskSets(
        bounds=np.array([0, n]),
        member=rows,
        spot=spot,
        place=rows,
        stratum=np.zeros(n, np.int64),
        slot=rows,
        level=level,
        start=start[:-1],
        deaths=deaths,
        stop=np.full(deaths.size, n),
        base=np.zeros(1, np.int64),
        informed=np.array([np.count_nonzero(table[1, level] > 0.0)]),
        table=table,
        low=ends[None, :],
    )


def arrange_strata(
    time: Array, event: Array, spot: Array, ends: Array, codes: Array, strata: int
) -> RiskSets:
    """Sort patients by stratum and, within it, by time.

    Parameters
    ----------
    time, event, spot : arrays of shape (n,)
        By time, as in :class:`Order`.
    ends : array of shape (distinct values,)
        As in :class:`Order`.
    codes : array of int, shape (n,)
        Number of the stratum, 0 to strata - 1, by time.
    strata : int

    Returns
    -------
    RiskSets

    Examples
    --------
    >>> from analysis.stats import cutoff
    >>> ordered = cutoff.order([1, 2, 3, 4], [1, 1, 0, 1], [4, 2, 3, 1], strata=[0, 1, 0, 1])
    >>> ordered.risk.strata, ordered.risk.sizes.tolist(), ordered.risk.stop.tolist()
    (2, [2, 2], [0, 2, 4, 4])
    """
    member = np.argsort(codes, kind="stable")
    bounds = np.append(0, np.cumsum(np.bincount(codes, minlength=strata)))
    by_marker = np.empty(time.size, np.int64)
    by_marker[spot] = codes
    place = np.argsort(by_marker, kind="stable")
    slot = np.empty(time.size, np.int64)
    slot[place] = np.arange(time.size)
    pieces, level, informed = _Pieces(), np.empty(time.size, np.int32), []
    for first, last in pairwise(bounds):
        rows = member[first:last]
        seat = np.argsort(spot[rows], kind="stable").astype(np.int32)
        start, _, deaths, table, own, *_ = leveled(time[rows], event[rows], seat)
        level[place[first:last]] = own + pieces.add(start, deaths, table, first, last)
        informed.append(np.count_nonzero(table[1, own] > 0.0))
    value = np.searchsorted(ends, np.arange(time.size), side="right")
    low = np.zeros((strata, ends.size), np.int64)
    np.add.at(low, (by_marker, value), 1)
    return RiskSets(
        bounds=bounds,
        member=member,
        spot=spot[member],
        place=place,
        stratum=by_marker,
        slot=slot,
        level=level,
        informed=np.array(informed),
        low=np.cumsum(low, axis=1),
        **pieces.joined(),
    )


class _Pieces:
    """Event times and tables of the strata, one after the other."""

    def __init__(self) -> None:
        self._start, self._deaths, self._stop = [[0]], [[0]], [[0]]
        self._base: list[int] = []
        self._tables: list[Array] = []

    def add(self, start: Array, deaths: Array, table: Array, first: int, last: int) -> int:
        """One more stratum, between ``first`` and ``last``; gives its first row in the table."""
        row = sum(int(one.shape[1]) for one in self._tables)
        self._base.append(row)
        self._tables.append(table)
        self._start.append((start[1:-1] + first).tolist())
        self._deaths.append(deaths[1:].tolist())
        self._stop.append([last] * (deaths.size - 1))
        return row

    def joined(self) -> dict[str, Array]:
        """What :class:`RiskSets` holds of them."""
        return {
            "start": np.concatenate(self._start).astype(np.int64),
            "deaths": np.concatenate(self._deaths).astype(np.int64),
            "stop": np.concatenate(self._stop).astype(np.int64),
            "base": np.array(self._base),
            "table": np.ascontiguousarray(np.hstack(self._tables)),
        }
