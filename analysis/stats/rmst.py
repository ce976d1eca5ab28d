"""Restricted mean survival time: the area under the Kaplan-Meier curve up to tau."""

import numpy as np
import pandas as pd
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


def rmst_difference(time, event, group, *, tau, conf_level=0.95) -> Estimate:
    """Difference of restricted mean survival times, last group minus first.

    ``tau`` is in the unit of ``time``, greater than 0. The area is the exact step integral, the
    variance that of the estimator (Greenwood type), interval and p are normal: rmst2 of R's
    survRM2 (Uno et al. 2014). ``by_group`` has the columns group rmst se lower upper.

    Raises NotEnoughData where tau lies beyond a group's largest time and that group's curve has
    not reached 0 by then, or where no event comes before tau.
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
    half = z * np.sqrt(variance)
    table = pd.DataFrame(
        {"group": names, "rmst": area, "se": np.sqrt(variance),
         "lower": area - half, "upper": area + half}
    )  # fmt: skip
    p = float(2 * ndtr(-abs(value / se)))
    return Estimate(value, value - z * se, value + z * se, p, se, table)


def choose_horizon(time: np.ndarray, high: np.ndarray) -> float:
    """The smaller of the two groups' largest times, rounded down: both are followed so far.

    Of a group without patients nothing is known, so the other one decides; 0.0 without any.
    """
    longest = min(
        (float(side.max()) for side in (time[high], time[~high]) if side.size), default=0.0
    )
    return round_down(float(longest))


def _tau(tau, time: np.ndarray) -> float:
    points = time_points(tau, "tau")
    if points.size != 1 or not points[0] > 0:
        raise ValueError("tau must be one time greater than 0.")
    near = np.abs(time - points[0])  # a tau that is an observed time but for rounding is that time
    closest = int(near.argmin())
    return float(time[closest] if near[closest] <= tolerance(np.unique(time)) else points[0])


def _area(time, event, tau: float, name) -> tuple[float, float]:
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
