"""How far an endpoint is looked at: the restricted mean's horizon tau, and the milestone."""

from __future__ import annotations

import math

import numpy as np

from analysis.axis import nice_step
from analysis.stats import survival
from analysis.stats.errors import NotEnoughData
from data.cohort import Endpoint


def horizon(time: np.ndarray, value: np.ndarray, median: float, endpoint: Endpoint) -> float:
    """tau of the restricted mean: the study's, else the smaller of the two groups' largest times
    at the median cut, rounded down. It does not move with the cut."""
    if endpoint.tau is not None:
        return float(endpoint.tau)
    sides = [time[value > median], time[value <= median]]
    longest = min((float(side.max()) for side in sides if side.size), default=0.0)
    return rounded_down(longest)


def rounded_down(value: float) -> float:
    """Down to a round number, in steps of about a tenth to a sixth of the value."""
    if value <= 0:
        return 0.0
    step = nice_step(value, 10)
    return float(f"{math.floor(value / step + 1e-9) * step:.6g}")


def milestone(endpoint: Endpoint, tau: float) -> float:
    """The time at which survival is read off: the study's, else half of tau."""
    return float(endpoint.milestone) if endpoint.milestone is not None else rounded_down(tau / 2)


def restricted_mean(
    time: np.ndarray, event: np.ndarray, side: np.ndarray, tau: float
) -> tuple[survival.Estimate | None, str]:
    """The difference of the means up to tau, high (1) minus low (0), or why there is none."""
    try:
        return survival.rmst_difference(time, event, side, tau=tau), ""
    except (NotEnoughData, ValueError):  # ValueError: tau 0, where everybody left at once
        return None, _no_mean(time, event, side, tau)


def _no_mean(time: np.ndarray, event: np.ndarray, side: np.ndarray, tau: float) -> str:
    for code, name in ((1, "above"), (0, "at or below")):
        longest = float(time[side == code].max())
        last = event[(side == code) & (time == longest)]
        if longest < tau and not last.all():
            return f"not estimable: the patients {name} were followed to {longest:.4g}, not {tau:g}"
    return f"not estimable: too few events by {tau:g} to measure its error"
