"""Kernels of the two-group hazard ratio at many cuts: Cox (Efron ties) and Firth (Breslow ties).

A fit sees only ``a`` low and ``b`` high patients at risk at each event, and how many of the
events were high: the high share at hazard ratio r is p = b r / (a + b r). Compiled by Numba.
"""

import math

import numpy as np

from analysis.stats.cutoff.scan_kernels import KERNEL
from analysis.stats.typed import Array, Floats, njit

SUMS = {**KERNEL, "fastmath": {"reassoc", "contract", "nsz"}}  # lets sums run several at a time

_STEP, _LIMIT_STEP = 1e-8, 1e-11  # a Newton step below this is the last one: errors square
_FARTHEST = 45.0  # no log hazard ratio of patients that can be counted lies beyond
_MOST_STEPS = 100
_BATCH = 8  # logarithms taken at once, as one of a product: within exp(8 * 45)
Z95 = 1.959963984540054
_HALF_CHI = Z95 * Z95 / 2.0  # the drop of log likelihood at a 95 % limit


@njit(**KERNEL)
def low_counts(spot: Array, weight: Array, cut: int, low: Array, everyone: Array) -> None:
    """Patients, and those of the low group, among the first 0, 1, ... n by stratum and time.

    Places by marker below ``cut`` are low. ``weight``: how often each counts, or empty for once.
    """
    once = weight.size == 0
    low[0], everyone[0] = 0, 0
    for i in range(spot.size):
        m = 1 if once else weight[i]
        everyone[i + 1] = everyone[i] + m
        low[i + 1] = low[i] + (m if spot[i] < cut else 0)


@njit(**KERNEL)
def counted(
    low: Array,
    everyone: Array,
    start: Array,
    deaths: Array,
    stop: Array,
    efron: bool,
    a: Array,
    b: Array,
    w: Array,
) -> tuple[int, float, int]:
    """Fill a, b and w (events) of each term; returns terms, high events and all events.

    ``low`` and ``everyone`` from :func:`low_counts`. Risk sets of one side only say nothing and
    are left out.
    """
    terms, high, events = 0, 0, 0
    for e in range(1, deaths.size):
        here, die, end = start[e], start[e] + deaths[e], stop[e]
        d0 = low[die] - low[here]
        d = everyone[die] - everyone[here]
        low_risk = low[end] - low[here]
        high_risk = everyone[end] - everyone[here] - low_risk
        if d == 0 or low_risk == 0 or high_risk == 0:
            continue
        high += d - d0
        events += d
        steps = d if efron else 1
        for step in range(steps):  # Efron: tied deaths leave the risk set one after another
            gone = step / d
            a[terms], b[terms] = low_risk - gone * d0, high_risk - gone * (d - d0)
            w[terms] = 1.0 if efron else d
            terms += 1
    return terms, float(high), events


@njit(**SUMS)
def _moments(
    a: Array, b: Array, w: Array, terms: int, beta: float
) -> tuple[float, float, float, float]:
    """Sums over events of the high share p, of p q, and of the next two cumulants."""
    r = math.exp(beta)
    s1, s2, s3, s4 = 0.0, 0.0, 0.0, 0.0
    for j in range(terms):
        up = b[j] * r
        inverse = 1.0 / (a[j] + up)
        p, q = up * inverse, a[j] * inverse
        v = w[j] * p * q
        s1 += w[j] * p
        s2 += v
        s3 += v * (q - p)
        s4 += v * (1.0 - 6.0 * p * q)
    return s1, s2, s3, s4


@njit(**KERNEL)
def _penalised(
    a: Array, b: Array, w: Array, terms: int, high: float, beta: float
) -> tuple[float, float]:
    """Firth's penalised log likelihood at ``beta``, and its slope."""
    r = math.exp(beta)
    total, product, batch = beta * high, 1.0, 0
    for j in range(terms):
        if w[j] == 1.0:
            product *= a[j] + b[j] * r
            batch += 1
            if batch == _BATCH:
                total -= math.log(product)
                product, batch = 1.0, 0
        else:
            total -= w[j] * math.log(a[j] + b[j] * r)
    s1, s2, s3, _ = _moments(a, b, w, terms, beta)
    return total - math.log(product) + 0.5 * math.log(s2), high - s1 + 0.5 * s3 / s2


@njit(**KERNEL)
def root(a: Array, b: Array, w: Array, terms: int, high: float, firth: bool) -> tuple[float, float]:
    """Where the score is 0, and the information there (Newton's method within a bracket)."""
    beta, low, up = 0.0, -_FARTHEST, _FARTHEST
    for _ in range(_MOST_STEPS):
        s1, s2, s3, s4 = _moments(a, b, w, terms, beta)
        score, slope = high - s1, -s2
        if firth:
            bend = s3 / s2
            score += 0.5 * bend
            slope += 0.5 * (s4 / s2 - bend * bend)
        if score > 0.0:
            low = beta
        else:
            up = beta
        step = -score / slope if slope < 0.0 else score / s2
        there = beta + min(max(step, -3.0), 3.0)
        if not low <= there <= up:
            there = 0.5 * (low + up)
        step, beta = there - beta, there
        if abs(step) < _STEP:
            break
    return beta, _moments(a, b, w, terms, beta)[1]


@njit(**KERNEL)
def _limit(
    a: Array, b: Array, w: Array, terms: int, high: float, beta: float, best: float, step: float
) -> float:
    """Where the penalised likelihood has fallen to the 95 % level, on the side of ``step``."""
    inside, outside, here = beta, math.copysign(np.inf, step), beta + step
    for _ in range(_MOST_STEPS):
        value, slope = _penalised(a, b, w, terms, high, here)
        above = value - best + _HALF_CHI
        if above > 0.0:
            inside = here
        else:
            outside = here
        there = here - above / slope
        low, up = min(inside, outside), max(inside, outside)
        if not low < there < up or not slope * step < 0.0:
            there = here + step if math.isinf(outside) else 0.5 * (inside + outside)
        if abs(there - here) < _LIMIT_STEP:
            return there
        here = there
        if abs(here) > _FARTHEST:
            return np.nan
    return here


@njit(**KERNEL)
def fitted(
    spot: Array,
    start: Array,
    deaths: Array,
    stop: Array,
    cuts: Array,
    firth: bool,
    limits: bool,
) -> Floats:
    """log HR and its 95 % limits, shape (3, cuts); NaN where not estimable.

    The first four as in RiskSets: a risk set is of one stratum.

    Cox: Wald limits; NaN where the sides are separated. Firth: profile likelihood limits, only
    where asked for. ``cuts``: how many patients are low.
    """
    n = spot.size
    a, b, w = np.empty((3, n))
    low, everyone = np.empty((2, n + 1), np.int32)
    out = np.full((3, cuts.size), np.nan)
    once = np.empty(0, np.int32)
    for c in range(cuts.size):
        low_counts(spot, once, cuts[c], low, everyone)
        terms, high, events = counted(low, everyone, start, deaths, stop, not firth, a, b, w)
        if terms == 0 or (not firth and (high == 0.0 or high == events)):
            continue
        beta, information = root(a, b, w, terms, high, firth)
        se = 1.0 / math.sqrt(information)
        spread = math.sqrt(cuts[c] * (n - cuts[c])) / n
        if (
            abs(beta) * spread > 20.0 or se * spread > 20.0
        ):  # no estimate, as in analysis.stats.cox.partial_likelihood
            continue
        out[0, c] = beta
        if not firth:
            out[1, c], out[2, c] = beta - Z95 * se, beta + Z95 * se
        elif limits:
            best = _penalised(a, b, w, terms, high, beta)[0]
            out[1, c] = _limit(a, b, w, terms, high, beta, best, -Z95 * se)
            out[2, c] = _limit(a, b, w, terms, high, beta, best, Z95 * se)
    return out
