"""Restricted mean survival time: the area under the Kaplan-Meier curve up to tau."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from analysis.stats.errors import NotEnoughData
from analysis.stats.estimates import Estimate
from analysis.stats.inputs import (
    positive_share,
    survival_arrays,
    time_points,
    tolerance,
    two_groups,
)
from analysis.stats.risk_set import product_limit, risk_table
from analysis.stats.rounding import round_down
from analysis.stats.typed import Flags, Floats

__all__ = ["choose_horizon", "rmst_difference"]


def rmst_difference(
    time: ArrayLike, event: ArrayLike, group: ArrayLike, *, tau: float, conf_level: float = 0.95
) -> Estimate:
    """Compare the restricted mean survival times of two groups, last minus first.

    Parameters
    ----------
    time : array of shape (n,)
        Time to event or censoring, 0 or more, in one unit.
    event : array of shape (n,), bool or 0/1
    group : array of shape (n,)
        Labels of two groups.
    tau : float
        The horizon, greater than 0, in the unit of ``time``.
    conf_level : float
        Level of the intervals, between 0 and 1.

    Returns
    -------
    Estimate
        Difference in the unit of ``time``, with ``se``; ``by_group`` has the columns ``group``,
        ``rmst``, ``se``, ``lower``, ``upper``, a row per group; the limits of a group without
        events by tau are NaN.

    Raises
    ------
    ValueError
        For wrong input, other than two groups, or a tau that is no time above 0.
    NotEnoughData
        Where tau lies beyond a group's largest time and that group's curve has not reached 0 by
        then, or where no event comes before tau.

    Notes
    -----
    The area under the Kaplan-Meier curve up to tau, as an exact integral of its steps: the mean
    time without event within tau. Its variance is that of the estimator (Greenwood type);
    interval and p are normal, which is too narrow with few events: a group without events has
    variance 0, and p speaks of the other group's error alone. The page shows none of them where
    a group has fewer than 5 events. Choose tau before looking at the curves.

    References
    ----------
    Uno H et al. (2014). Moving beyond the hazard ratio in quantifying the between-group
    difference in survival analysis. Journal of Clinical Oncology 32, 2380-2385. R:
    ``survRM2::rmst2``.

    Examples
    --------
    >>> time, event = [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 0, 1, 1, 0, 1]
    >>> difference = rmst_difference(time, event, [0, 0, 0, 1, 0, 1, 1, 1], tau=5)
    >>> round(difference.value, 3), round(difference.lower, 3), round(difference.upper, 3)
    (2.25, 0.801, 3.699)
    >>> difference.by_group["rmst"].round(3).tolist()
    [2.75, 5.0]
    """
    time, event = survival_arrays(time, event)
    codes, names = two_groups(group, time.size)
    tau, z = _tau(tau, time), float(ndtri((1 + positive_share(conf_level, "conf_level")) / 2))
    rows = [_area(time[codes == i], event[codes == i], tau, names[i]) for i in (0, 1)]
    area, variance = np.array(rows).T
    if not variance.any():
        raise NotEnoughData(
            f"No event before {tau:g} leaves the restricted means without a measure of error; "
            "choose a later tau."
        )
    value, se = float(area[1] - area[0]), float(np.sqrt(variance.sum()))
    half = z * np.sqrt(np.where(variance > 0, variance, np.nan))
    table = pd.DataFrame(
        {"group": names, "rmst": area, "se": np.sqrt(variance),
         "lower": area - half, "upper": area + half}
    )  # fmt: skip
    p = float(2 * ndtr(-abs(value / se)))
    return Estimate(value, value - z * se, value + z * se, p, se, table)


def choose_horizon(time: Floats, high: Flags) -> float:
    """Choose a horizon to which both groups are followed.

    Parameters
    ----------
    time : array of shape (n,)
    high : array of bool, shape (n,)

    Returns
    -------
    float
        The smaller of the two groups' largest times, rounded down; of a group without patients
        nothing is known, so the other one decides, and 0.0 without any.

    Examples
    --------
    >>> choose_horizon(np.array([3.0, 17.4, 25.0]), np.array([True, True, False]))
    16.0
    """
    longest = min(
        (float(side.max()) for side in (time[high], time[~high]) if side.size), default=0.0
    )
    return round_down(float(longest))


def _tau(tau: float, time: Floats) -> float:
    points = time_points(tau, "tau")
    if points.size != 1 or not points[0] > 0:
        raise ValueError("tau must be one time greater than 0.")
    near = np.abs(time - points[0])  # a tau that is an observed time but for rounding is that time
    closest = int(near.argmin())
    return float(time[closest] if near[closest] <= tolerance(np.unique(time)) else points[0])


def _area(time: Floats, event: Flags, tau: float, name: Any) -> tuple[float, float]:
    """Restricted mean and the variance of its estimate in one group."""
    table = risk_table(time, event)
    d, n = table.events[:, 0], table.at_risk[:, 0]
    survival, _ = product_limit(table, d, n)
    if tau > table.time[-1] and survival[-1] > 0:
        raise NotEnoughData(
            f"Group {name} was followed to {table.time[-1]:g} only; the restricted mean up to "
            f"{tau:g} is not known there. Choose a smaller tau."
        )
    inside = table.time <= tau
    edges = np.concatenate([[0.0], table.time[inside], [tau]])
    pieces = np.diff(edges) * np.concatenate([[1.0], survival[inside]])
    d, n = d[inside].astype(float), n[inside].astype(float)
    term = np.divide(d, n * (n - d), out=np.zeros_like(d), where=n > d)
    to_come = pieces[::-1].cumsum()[::-1][1:]  # area from each time to tau
    return float(pieces.sum()), float(to_come**2 @ term)
