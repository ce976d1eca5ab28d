"""Kernels of the bootstrap of the search: the best cut of each resample, and its hazard ratio.

A resample is how often each patient was drawn (multiplicities, in the order of time); nothing is
sorted again. Compiled by Numba.
"""

import numpy as np

from analysis.stats.cutoff.hazard_kernels import counted, low_counts, root
from analysis.stats.cutoff.scan_kernels import _GAMMA, _S32, KERNEL, LOW, mixed, stream
from analysis.stats.typed import Array, Floats, Integers, njit

_MORE = 1.0 + 1e-12  # a later cut must be better by more than rounding


@njit(**KERNEL)
def best_cut(
    drawn: Array,
    event: Array,
    level: Array,
    seat: Array,
    ends: Array,
    start: Array,
    until: Array,
    deaths: Array,
    fewest: int,
    most: int,
    ranked: Array,
    everyone: Array,
) -> int:
    """The distinct value with the largest |Z| in a resample, or -1 where there is none.

    maxstat's scores, recomputed from the multiplicities ``drawn`` (by time); ``event`` and
    ``level`` by marker. Admissible: between ``fewest`` and ``most`` low patients. ``ranked``
    (levels) and ``everyone`` (n + 1) are room to work in.
    """
    everyone[0], ranked[0] = 0, 0.0
    for i in range(drawn.size):
        everyone[i + 1] = everyone[i] + drawn[i]
    n = everyone[drawn.size]
    total, square = 0.0, 0.0
    for e in range(1, deaths.size):
        before = everyone[start[e]]
        d = everyone[start[e] + deaths[e]] - before
        here = everyone[start[e + 1]] - before
        h = ranked[e - 1] + d / (n - everyone[until[e]] + 1.0)
        ranked[e] = h
        total += d - here * h
        square += d * (1.0 - h) * (1.0 - h) + (here - d) * h * h
    mean = total / n
    if not square - total * mean > 1e-12 * square:
        return -1
    best, highest, low_sum, low, p = -1, -1.0, 0.0, 0, 0
    for c in range(ends.size - 1):
        while p < ends[c]:
            m = drawn[seat[p]]
            low += m
            low_sum += m * (event[p] - ranked[level[p]])
            p += 1
        if low > most or low == n:
            break
        if low >= fewest:  # a value that was not drawn repeats the Z before it
            z = low_sum - low * mean
            z = z * z / (float(low) * (n - low))
            if z > highest * _MORE:
                best, highest = c, z
    return best


@njit(**KERNEL)
def _draw(state: np.uint64, drawn: Array) -> np.uint64:
    """Count n draws with replacement from n patients, two for each random number."""
    n = np.uint64(drawn.size)
    drawn[:] = 0
    for _ in range(drawn.size // 2):
        state += _GAMMA
        bits = mixed(state)
        drawn[np.int64(((bits >> _S32) * n) >> _S32)] += 1
        drawn[np.int64(((bits & LOW) * n) >> _S32)] += 1
    if drawn.size % 2:
        state += _GAMMA
        drawn[np.int64(((mixed(state) >> _S32) * n) >> _S32)] += 1
    return state


@njit(**KERNEL)
def boot_block(
    event: Array,
    level: Array,
    spot: Array,
    seat: Array,
    ends: Array,
    start: Array,
    until: Array,
    deaths: Array,
    fewest: int,
    most: int,
    seed: np.uint64,
    block: int,
    size: int,
    resamples: int,
    fit: bool,
) -> tuple[Integers, Floats]:
    """The best cut (as :func:`best_cut`) of each resample, and where asked Firth's log HR there.

    ``block`` is that of the first resample, each has ``size``; random numbers come from ``seed``
    and the block only.
    """
    n = spot.size
    best, beta = np.empty(resamples, np.int64), np.full(resamples, np.nan)
    drawn, low, everyone = (
        np.empty(n, np.int32),
        np.empty(n + 1, np.int32),
        np.empty(n + 1, np.int32),
    )
    a, b, w = np.empty((3, deaths.size))
    ranked, state = np.empty(deaths.size), np.uint64(0)
    for r in range(resamples):
        if r % size == 0:
            state = stream(seed, block + r // size)
        state = _draw(state, drawn)
        c = best_cut(
            drawn, event, level, seat, ends, start, until, deaths, fewest, most, ranked, everyone
        )
        best[r] = c
        if fit and c >= 0:
            low_counts(spot, drawn, ends[c], low, everyone)
            terms, high, _ = counted(low, everyone, start, deaths, False, a, b, w)
            if terms > 0:
                beta[r] = root(a, b, w, terms, high, True)[0]
    return best, beta
