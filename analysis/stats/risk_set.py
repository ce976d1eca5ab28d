"""Who is at risk when: the table of events and numbers at risk that the tests are made of."""

from dataclasses import dataclass

import numpy as np

from analysis.stats.inputs import distinct_times
from analysis.stats.typed import Array, Flags, Floats, Integers

__all__ = ["RiskTable", "event_rows", "just_before", "product_limit", "risk_table"]


@dataclass(frozen=True, eq=False)
class RiskTable:
    """Counts at the distinct times of each stratum: what :func:`risk_table` returns.

    Attributes
    ----------
    time : array of shape (rows,)
        Distinct times, ascending within a stratum, the strata one after another.
    at_risk, events, censored : arrays of shape (rows, groups)
        Patients with time >= t, and events and censorings at t.
    bounds : array of shape (strata + 1,)
        The first rows of the strata, and the end.
    """

    time: Array
    at_risk: Array
    events: Array
    censored: Array
    bounds: Array

    def strata(self) -> list[slice]:
        """The rows of each stratum."""
        pairs = zip(self.bounds[:-1], self.bounds[1:], strict=True)
        return [slice(int(start), int(stop)) for start, stop in pairs]


def risk_table(
    time: Floats,
    event: Flags,
    group: Array | None = None,
    stratum: Array | None = None,
    *,
    groups: int = 1,
) -> RiskTable:
    """Count events, censorings and patients at risk at every distinct time.

    Parameters
    ----------
    time : array of shape (n,)
        Checked, ties merged (:func:`survival_arrays`).
    event : array of bool, shape (n,)
    group, stratum : arrays of int, shape (n,), optional
        Codes from 0; every stratum code has members.
    groups : int
        How many group codes there are.

    Returns
    -------
    RiskTable

    Notes
    -----
    At risk is time >= t, so a patient who is censored at t still counts at t. O(n log n).

    Examples
    --------
    >>> table = risk_table(np.array([2.0, 4.0, 4.0, 7.0]), np.array([True, True, False, True]))
    >>> table.time.tolist(), table.at_risk[:, 0].tolist(), table.events[:, 0].tolist()
    ([2.0, 4.0, 7.0], [4, 3, 1], [1, 1, 1])
    """
    distinct, code = distinct_times(time)
    if stratum is None:
        row, row_time, bounds = code, distinct, np.array([0, distinct.size])
    else:
        rows, row = np.unique(stratum * distinct.size + code, return_inverse=True)
        row_time = distinct[rows % distinct.size]
        bounds = np.flatnonzero(np.diff(rows // distinct.size, prepend=-1, append=rows[-1] + 1))
    cell = row if group is None else row * groups + group
    shape = (row_time.size, groups)
    events = np.bincount(cell[event], minlength=row_time.size * groups).reshape(shape)
    total = np.bincount(cell, minlength=row_time.size * groups).reshape(shape)
    return RiskTable(row_time, _remaining(total, bounds), events, total - events, bounds)


def _remaining(total: Array, bounds: Array) -> Array:
    """Sums from each row to the end of its stratum (integers, so differences are exact)."""
    later = np.vstack([total[::-1].cumsum(axis=0)[::-1], np.zeros_like(total[:1])])
    remaining: Array = later[:-1] - np.repeat(later[bounds[1:]], np.diff(bounds), axis=0)
    return remaining


def event_rows(
    time: Floats, event: Flags, stratum: Integers
) -> tuple[Integers, Integers, Integers, Integers]:
    """Where risk sets begin and end, of patients sorted by stratum, time, and events first.

    Parameters
    ----------
    time, event, stratum : arrays of shape (n,)
        Sorted.

    Returns
    -------
    bounds : array of shape (strata + 1,)
        Where each stratum begins, and n.
    start, deaths, stop : arrays of shape (event times,)
        The first patient at risk, the events, and the end of the stratum.

    Examples
    --------
    >>> time, event = np.array([2.0, 4.0, 4.0, 7.0]), np.array([True, True, False, True])
    >>> [one.tolist() for one in event_rows(time, event, np.zeros(4, int))]
    [[0, 4], [0, 1, 3], [1, 1, 1], [4, 4, 4]]
    """
    changes = np.diff(stratum) != 0
    bounds = np.concatenate([[0], np.flatnonzero(changes) + 1, [time.size]])
    begins = np.append(True, changes | (np.diff(time) != 0))
    first, code = np.flatnonzero(begins), np.cumsum(begins) - 1
    deaths = np.bincount(code[event], minlength=first.size)
    start = first[deaths > 0]
    stop = bounds[np.searchsorted(bounds, start, side="right")]
    return bounds, start, deaths[deaths > 0], stop


def product_limit(table: RiskTable, events: Array, at_risk: Array) -> tuple[Floats, Floats]:
    """Multiply up survival and add up Greenwood's sum, per stratum.

    Parameters
    ----------
    table : RiskTable
        For the bounds of the strata.
    events, at_risk : arrays of shape (rows,)
        Of one group, or summed over several.

    Returns
    -------
    survival : array of shape (rows,)
        Just after each row's time.
    greenwood : array of shape (rows,)
        The variance of log survival; infinite where survival is 0.

    Examples
    --------
    >>> table = risk_table(np.array([2.0, 4.0, 4.0, 7.0]), np.array([True, True, False, True]))
    >>> survival, greenwood = product_limit(table, table.events[:, 0], table.at_risk[:, 0])
    >>> survival.round(3).tolist(), greenwood.round(3).tolist()
    ([0.75, 0.5, 0.0], [0.083, 0.25, inf])
    """
    factor = 1.0 - events / at_risk
    with np.errstate(divide="ignore"):
        term = np.where(events > 0, events / (at_risk * (at_risk - events).astype(float)), 0.0)
    survival, greenwood = np.empty_like(factor), np.empty_like(factor)
    for rows in table.strata():
        np.cumprod(factor[rows], out=survival[rows])
        np.cumsum(term[rows], out=greenwood[rows])
    return survival, greenwood


def just_before(survival: Floats, table: RiskTable) -> Floats:
    """Shift survival to just before each row's time, S(t-), per stratum.

    Parameters
    ----------
    survival : array of shape (rows,)
        Just after each row's time.
    table : RiskTable
        For the bounds of the strata.

    Returns
    -------
    array of shape (rows,)

    Examples
    --------
    >>> table = risk_table(np.array([2.0, 4.0, 7.0]), np.array([True, True, True]))
    >>> just_before(np.array([0.75, 0.5, 0.0]), table).tolist()
    [1.0, 0.75, 0.5]
    """
    before = np.empty_like(survival)
    before[1:] = survival[:-1]
    before[table.bounds[:-1]] = 1.0
    return before
