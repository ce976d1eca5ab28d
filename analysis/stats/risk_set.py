"""Who is at risk when: the table of events and numbers at risk that the tests are made of."""

from dataclasses import dataclass

import numpy as np

from analysis.stats.inputs import distinct_times


@dataclass(frozen=True, eq=False)
class RiskTable:
    """Counts at the distinct times of each stratum, ascending; the strata one after another.

    ``time`` has shape (rows,); ``at_risk``, ``events`` and ``censored`` have shape
    (rows, groups); ``bounds`` (strata + 1,) are the first rows of the strata, and the end.
    """

    time: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray
    censored: np.ndarray
    bounds: np.ndarray

    def strata(self) -> list[slice]:
        """The rows of each stratum."""
        pairs = zip(self.bounds[:-1], self.bounds[1:], strict=True)
        return [slice(int(start), int(stop)) for start, stop in pairs]


def risk_table(time, event, group=None, stratum=None, *, groups: int = 1) -> RiskTable:
    """Count events, censorings and numbers at risk (time >= t) in O(n log n).

    ``group`` and ``stratum`` are codes from 0; every stratum code has members.
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


def _remaining(total: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Sums from each row to the end of its stratum (integers, so differences are exact)."""
    later = np.vstack([total[::-1].cumsum(axis=0)[::-1], np.zeros_like(total[:1])])
    return later[:-1] - np.repeat(later[bounds[1:]], np.diff(bounds), axis=0)


def product_limit(table: RiskTable, events: np.ndarray, at_risk: np.ndarray):
    """Kaplan-Meier survival and the Greenwood sum at each row, per stratum; shape (rows,).

    The Greenwood sum is the variance of log survival; infinite where survival is 0.
    """
    factor = 1.0 - events / at_risk
    with np.errstate(divide="ignore"):
        term = np.where(events > 0, events / (at_risk * (at_risk - events).astype(float)), 0.0)
    survival, greenwood = np.empty_like(factor), np.empty_like(factor)
    for rows in table.strata():
        np.cumprod(factor[rows], out=survival[rows])
        np.cumsum(term[rows], out=greenwood[rows])
    return survival, greenwood


def just_before(survival: np.ndarray, table: RiskTable) -> np.ndarray:
    """Survival just before each row's time, S(t-), per stratum; shape (rows,)."""
    before = np.empty_like(survival)
    before[1:] = survival[:-1]
    before[table.bounds[:-1]] = 1.0
    return before
