"""Kernels of the Kaplan-Meier curves on both sides of a cut, and of their medians at every cut.

As `analysis.stats.survival.kaplan_meier`: log-log limits, medians by the rule of R's
quantile.survfit.
Compiled by Numba.
"""

import math
from typing import Any

import numpy as np

from analysis.stats.cutoff.hazard_kernels import Z95, low_counts
from analysis.stats.cutoff.scan_kernels import KERNEL
from analysis.stats.typed import Array, Floats, njit

_FLAT = 1.4901161193847656e-08  # as in analysis.stats.survival: what is 0.5 but for rounding
_REACHED = -math.log(0.5 + _FLAT)  # -log survival from which 0.5 counts as reached
_BELOW = -math.log(0.5 - _FLAT)
_HOPELESS = 0.04  # times exp(z * sqrt(2)), the widest that an edge can lie apart: below _REACHED


@njit(**KERNEL)
def curve(time: Array, event: Array, spot: Array, cut: int, high: bool) -> Floats:
    """Kaplan-Meier of one side: rows time n_risk n_event n_censor survival lower upper.

    Shape (7, distinct times of the side). Places by marker from ``cut`` on are high.
    """
    n = time.size
    left = n - cut if high else cut
    out, row = np.empty((7, left)), 0
    survival, greenwood, lower, upper = 1.0, 0.0, np.nan, np.nan
    i = 0
    while i < n:
        d, c, t = 0, 0, time[i]
        while i < n and time[i] == t:
            if (spot[i] >= cut) == high:
                d += event[i]
                c += not event[i]
            i += 1
        if d + c == 0:
            continue
        if d > 0:
            survival *= 1.0 - d / left
            greenwood += d / (left * float(left - d)) if left > d else np.inf
            lower, upper = _band(survival, greenwood)
        out[0, row], out[1, row], out[2, row], out[3, row] = t, left, d, c
        out[4, row], out[5, row], out[6, row] = survival, lower, upper
        left -= d + c
        row += 1
    return out[:, :row].copy()


@njit(**KERNEL)
def _band(survival: float, greenwood: float) -> tuple[float, float]:
    """The log-log limits of survival; NaN where it is 0."""
    if survival <= 0.0:
        return np.nan, np.nan
    sunk = -math.log(survival)
    factor = math.exp(Z95 * math.sqrt(greenwood) / sunk)
    return math.exp(-sunk * factor), math.exp(-sunk / factor)


@njit(**KERNEL)
def medians(time: Array, spot: Array, start: Array, deaths: Array, cuts: Array) -> Floats:
    """Median, lower and upper limit of the low, then of the high side; shape (6, cuts)."""
    n = time.size
    out, once = np.full((6, cuts.size), np.nan), np.empty(0, np.int32)
    low, everyone = np.empty((2, n + 1), np.int32)
    logs = np.zeros(n + 1)
    for k in range(2, n + 1):
        logs[k] = math.log(k)
    for c in range(cuts.size):
        low_counts(spot, once, cuts[c], low, everyone)
        _side(time, low, start, deaths, logs, out[:3, c])
        for i in range(n + 1):
            low[i] = i - low[i]
        _side(time, low, start, deaths, logs, out[3:, c])
    return out


@njit(**KERNEL)
def _side(time: Array, own: Array, start: Array, deaths: Array, logs: Array, out: Array) -> None:
    """Where survival and the edges of its band cross 0.5; ``own`` counts the side by time.

    Works with sunk = -log survival, for the edges sunk * exp(± h), h = z se / sunk: what is
    highest on the curve is lowest here. ``at`` and ``row``: the lowest from ``_REACHED`` and from
    ``_BELOW`` on and where, of survival and both edges. Most rows need no exponential: h is at
    most z * sqrt(2), and bounds of exp(± h) tell whether a row can matter.
    """
    n = time.size
    everyone, last = own[n], n
    while own[last] == own[last - 1]:
        last -= 1
    at, row = np.full((3, 2), np.inf), np.full((3, 2), -1)
    sunk, greenwood = 0.0, 0.0
    for e in range(1, deaths.size):
        before = own[start[e]]
        d, left = own[start[e] + deaths[e]] - before, everyone - before
        if d == 0:
            continue
        if d == left:
            sunk, greenwood = np.inf, np.inf
            _note(sunk, e, at[0], row[0])
            break
        sunk += logs[left] - logs[left - d]
        greenwood += d / (left * float(left - d))
        if sunk < _HOPELESS:
            continue
        _note(sunk, e, at[0], row[0])
        reach = Z95 * math.sqrt(greenwood)
        square = reach * reach / sunk
        if sunk < at[1, 1] and sunk + reach + 1.6 * square >= _REACHED:
            _note(sunk * math.exp(reach / sunk), e, at[1], row[1])
        if sunk - reach < at[2, 1] and sunk - reach + 0.5 * square >= _REACHED:
            _note(sunk * math.exp(-reach / sunk), e, at[2], row[2])
    factor = math.exp(Z95 * math.sqrt(greenwood) / sunk) if 0.0 < sunk < np.inf else np.nan
    final = (sunk, sunk * factor, sunk / factor)
    for k in range(3):
        out[k] = _crossing(time, start, row[k], final[k], time[last - 1])


@njit(**KERNEL)
def _note(value: float, e: int, at: Array, row: Array) -> None:
    """Keep the lowest value from each of the two marks on, and its first row."""
    if value >= _REACHED and (value < at[0] or row[0] < 0):
        at[0], row[0] = value, e
    if value >= _BELOW and (value < at[1] or row[1] < 0):
        at[1], row[1] = value, e


@njit(**KERNEL)
def _crossing(time: Array, start: Array, row: Array, final: float, last: float) -> Any:
    """The time of crossing; the middle of a flat part at 0.5; NaN where not reached."""
    if row[0] < 0:
        return np.nan
    if abs(math.exp(-final) - 0.5) < _FLAT:
        return 0.5 * (time[start[row[0]]] + last)
    if row[1] < 0:
        return np.nan
    return 0.5 * (time[start[row[0]]] + time[start[row[1]]])
