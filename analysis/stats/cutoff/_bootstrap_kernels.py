"""Kernels of the bootstrap of the search: the best cut of each resample, and its hazard ratio.

A resample is how often each patient was drawn (multiplicities, in the order of time); nothing is
sorted again. Compiled by Numba.
"""

import numpy as np

from analysis.stats.cutoff.hazard_kernels import counted, low_counts, root
from analysis.stats.cutoff.scan_kernels import (
    _GAMMA,
    _S32,
    INLINE,
    KERNEL,
    LOW,
    mixed,
    straighten,
    stream,
)
from analysis.stats.typed import Array, Floats, Integers, njit

_MORE = 1.0 + 1e-12  # a later cut must be better by more than rounding


@njit(**KERNEL)
def best_cut(
    drawn: Array,
    event: Array,
    level: Array,
    seat: Array,
    stratum: Array,
    ends: Array,
    start: Array,
    until: Array,
    deaths: Array,
    fewest: int,
    most: int,
    ranked: Array,
    everyone: Array,
    within: Array,
    straight: bool,
) -> int:
    """The distinct value with the largest |W| in a resample, or -1 where there is none.

    Where ``straight`` is false that with the largest |Z|.

    maxstat's scores, recomputed from the multiplicities ``drawn`` (by time); ``event``, ``level``
    and ``stratum`` by marker. Admissible: between ``fewest`` and ``most`` low patients. ``ranked``
    (levels), ``everyone`` (n + 1) and ``within`` (5, strata) are room to work in.
    """
    everyone[0], ranked[0] = 0, 0.0
    for i in range(drawn.size):
        everyone[i + 1] = everyone[i] + drawn[i]
    n = everyone[drawn.size]
    for e in range(1, deaths.size):
        before = everyone[start[e]]
        d = everyone[start[e] + deaths[e]] - before
        ranked[e] = ranked[e - 1] + d / (n - everyone[until[e]] + 1.0)
    if not _score_moments(drawn, event, level, seat, stratum, ranked, within):
        return -1
    best, highest, low_sum, low, p = -1, -1.0, 0.0, 0, 0
    variance, third = 0.0, 0.0
    for c in range(ends.size - 1):
        while p < ends[c]:
            m = drawn[seat[p]]
            if m > 0:
                s = stratum[p]
                low += m
                low_sum += m * (event[p] - ranked[level[p]] - within[1, s])
                variance -= _pairs(within, s) * within[2, s]
                third -= _pairs(within, s) * _excess(within, s) * within[3, s]
                within[4, s] += m
                variance += _pairs(within, s) * within[2, s]
                third += _pairs(within, s) * _excess(within, s) * within[3, s]
            p += 1
        if low > most or low == n:
            break
        # A value that was not drawn repeats the statistic before it.
        if low >= fewest and variance > 1e-12:
            scale = 1.0 / np.sqrt(variance)
            skew = third * scale * scale * scale if straight else 0.0
            w = abs(straighten(-low_sum * scale, skew))
            if w > highest * _MORE:
                best, highest = c, w
    return best


@njit(**INLINE)
def _pairs(within: Array, s: int) -> float:
    """How many pairs of a stratum's patients the cut divides."""
    pairs: float = within[4, s] * (within[0, s] - within[4, s])
    return pairs


@njit(**INLINE)
def _excess(within: Array, s: int) -> float:
    """How many more of them lie below the cut than above."""
    excess: float = 2.0 * within[4, s] - within[0, s]
    return excess


@njit(**KERNEL)
def _score_moments(
    drawn: Array,
    event: Array,
    level: Array,
    seat: Array,
    stratum: Array,
    ranked: Array,
    within: Array,
) -> bool:
    """Fill ``within``: size, mean score, and what variance and third moment of a sum are made of.

    False where all scores of each stratum are alike.
    """
    within[:] = 0.0
    for p in range(stratum.size):
        m, s = drawn[seat[p]], stratum[p]
        within[0, s] += m
        within[1, s] += m * (event[p] - ranked[level[p]])
    for s in range(within.shape[1]):
        within[1, s] /= max(within[0, s], 1.0)
    for p in range(stratum.size):
        m, s = drawn[seat[p]], stratum[p]
        a = event[p] - ranked[level[p]] - within[1, s]
        within[2, s] += m * a * a
        within[3, s] += m * a * a * a
    differ = False
    for s in range(within.shape[1]):
        n = within[0, s]
        flat = not within[2, s] > 1e-12 * max(n, 1.0)
        differ |= not flat
        within[2, s] = 0.0 if flat else within[2, s] / (n * max(n - 1.0, 1.0))
        within[3, s] = 0.0 if flat else within[3, s] / (n * max((n - 1.0) * (n - 2.0), 1.0))
    return differ


@njit(**KERNEL)
def _draw(state: np.uint64, bounds: Array, drawn: Array) -> np.uint64:
    """Draw as many patients of each stratum, with replacement, as it has; two a random number."""
    drawn[:] = 0
    for s in range(bounds.size - 1):
        first, n = bounds[s], np.uint64(bounds[s + 1] - bounds[s])
        for _ in range(n // np.uint64(2)):
            state += _GAMMA
            bits = mixed(state)
            drawn[first + np.int64(((bits >> _S32) * n) >> _S32)] += 1
            drawn[first + np.int64(((bits & LOW) * n) >> _S32)] += 1
        if n % np.uint64(2):
            state += _GAMMA
            drawn[first + np.int64(((mixed(state) >> _S32) * n) >> _S32)] += 1
    return state


@njit(**KERNEL)
def boot_block(
    event: Array,
    level: Array,
    seat: Array,
    ends: Array,
    start: Array,
    until: Array,
    deaths: Array,
    fewest: int,
    most: int,
    stratum: Array,
    bounds: Array,
    member: Array,
    spot: Array,
    begin: Array,
    died: Array,
    stop: Array,
    seed: np.uint64,
    block: int,
    size: int,
    resamples: int,
    fit: bool,
) -> tuple[Integers, Floats]:
    """The best cut (as :func:`best_cut`) of each resample, and where asked Firth's log HR there.

    From ``stratum`` on as in RiskSets (``begin`` and ``died``: its start and deaths). ``block`` is
    that of the first resample, each has ``size``; random numbers come from ``seed`` and the block
    only.
    """
    n, strata = spot.size, bounds.size - 1
    best, beta = np.empty(resamples, np.int64), np.full(resamples, np.nan)
    own, drawn = np.empty(n, np.int32), np.empty(n, np.int32)
    low, everyone = np.empty(n + 1, np.int32), np.empty(n + 1, np.int32)
    a, b, w = np.empty((3, max(deaths.size, died.size)))
    ranked, within, state = np.empty(deaths.size), np.empty((5, strata)), np.uint64(0)
    for r in range(resamples):
        if r % size == 0:
            state = stream(seed, block + r // size)
        state = _draw(state, bounds, own)
        for i in range(n):
            drawn[member[i]] = own[i]
        c = best_cut(
            drawn, event, level, seat, stratum, ends, start, until, deaths, fewest, most,
            ranked, everyone, within, True,
        )  # fmt: skip
        best[r] = c
        if fit and c >= 0:
            low_counts(spot, own, ends[c], low, everyone)
            terms, high, _ = counted(low, everyone, begin, died, stop, False, a, b, w)
            if terms > 0:
                beta[r] = root(a, b, w, terms, high, True)[0]
    return best, beta
