"""The null of the search where follow-up may go with the marker: kernels over patients at risk.

Patients leave one after another, by an event or by censoring. Without any effect of the marker,
whoever is at risk is as likely as anybody else to be the next with an event; but who is censored
may depend on the marker. So in a draw an event takes anybody at risk, and a censoring takes the
patient at risk who holds the same rank of the marker as the one who was censored in the data (at
equal values one of those ranks). The scores go with the place in time, as in a permutation. With
strata, all of this happens in each stratum by itself.

Where nobody is censored before the last event this is the permutation of all patients. Where
censoring does not depend on the marker, or through its rank among those at risk only, the ranks
from which events leave are even and independent given those of the censorings: the test is exact,
as a permutation test is. Where it depends on the marker in another way, the draws have the risk
sets that the data have, up to chance, and so the variance of O - E (Mantel 1966). Neuhaus (1993)
and Heinze, Gnant & Schemper (2003) say why permuted patients do not. Compiled by Numba.
"""

import numpy as np

from analysis.stats.cutoff.scan_kernels import (
    _GAMMA,
    _S32,
    INLINE,
    KERNEL,
    NO_SKEW,
    mixed,
    straighten,
    stream,
)
from analysis.stats.typed import Array, Floats, Integers, njit

_LANES = 8  # draws side by side, so that one need not wait for the memory of another


@njit(**KERNEL)
def leavings(spot: Array, event: Array, ends: Array, leaving: int) -> tuple[Integers, Integers]:
    """From which ranks of the marker, among those at risk, each patient leaves; by time.

    Returns the lowest rank and how many there are: all at risk for an event, those of equal
    value for a censoring, of the first ``leaving`` patients of one stratum. ``spot`` and ``ends``
    are places by marker within it.
    """
    n = spot.size
    first, until = np.empty(n, np.int64), np.empty(n, np.int64)  # places of one value
    begin = 0
    for end in ends:
        first[begin:end], until[begin:end] = begin, end
        begin = end
    gone = np.zeros(n + 1, np.int64)  # a Fenwick tree
    lowest, width = np.empty(leaving, np.int64), np.empty(leaving, np.int64)
    for i in range(leaving):
        p = spot[i]
        lowest[i], width[i] = 0, n - i
        if not event[i]:
            below = first[p] - _up_to(gone, first[p])
            lowest[i], width[i] = below, until[p] - _up_to(gone, until[p]) - below
        j = p + 1
        while j <= n:
            gone[j] += 1
            j += j & -j
    return lowest, width


@njit(**KERNEL)
def _up_to(tree: Array, j: int) -> int:
    total = 0
    while j > 0:
        total += tree[j]
        j &= j - 1
    return total


@njit(**KERNEL)
def full_trees(bounds: Array) -> tuple[Integers, Integers]:
    """Fenwick trees in which everybody is at risk, one for each stratum, and where each begins.

    The tree of a stratum holds twice the largest power of two below its size.
    """
    strata = bounds.size - 1
    root = np.zeros(strata + 1, np.int64)
    for s in range(strata):
        half = 1
        while 2 * half < bounds[s + 1] - bounds[s]:
            half *= 2
        root[s + 1] = root[s] + 2 * half
    full = np.zeros((root[-1], _LANES), np.int32)
    for s in range(strata):
        n = bounds[s + 1] - bounds[s]
        for j in range(1, root[s + 1] - root[s]):
            full[root[s] + j] = min(j, n) - min(j - (j & -j), n)
    return root, full


@njit(**INLINE)
def _leave(tree: Array, root: int, half: np.uint32, rank: Array, place: Array) -> None:
    """One patient of each draw leaves, from his rank among those at risk: fills ``place``."""
    place[:] = 0
    while half > 0:
        for lane in range(_LANES):  # without branches: where to go is never foreseeable
            at = root + place[lane] + half
            here = tree[at, lane]
            beyond = (here - np.int32(1) - rank[lane]) >> np.int32(31)  # all bits, or none
            tree[at, lane] = here - np.int32(1) - beyond
            rank[lane] -= beyond & here
            place[lane] = place[lane] + (beyond & half)
        half >>= np.uint32(1)


@njit(**INLINE)
def _draw_ranks(state: np.uint64, lowest: int, width: int, rank: Array) -> np.uint64:
    """The rank from which a patient of each draw leaves."""
    if width < 2:
        rank[:] = lowest
        return state
    many = np.uint64(width)
    for lane in range(_LANES):
        bits = mixed(state + _GAMMA * np.uint64(lane + 1)) >> _S32
        rank[lane] = lowest + np.int64((bits * many) >> _S32)
    return state + _GAMMA * np.uint64(_LANES)


@njit(**KERNEL)
def risk_block(
    lowest: Array,
    width: Array,
    leaving: Array,
    bounds: Array,
    place: Array,
    score: Array,
    ends: Array,
    scale: Array,
    skew: Array,
    least: float,
    enough: int,
    seed: np.uint64,
    block: int,
    draws: int,
) -> Floats:
    """The largest |W| of each draw.

    ``lowest`` and ``width`` as :func:`leavings` and ``score``, by stratum and time; ``leaving``:
    how many leave of each stratum (who stays has the score of its last patient); ``place`` and
    ``bounds`` as in RiskSets; ``scale`` as in null_block; ``skew``: skewness of Z at each cut, all
    0 for |Z|. Ends early where ``enough`` draws are not below ``least``. Random numbers come from
    ``seed`` and ``block`` only, one draw after the other: fewer draws are the first ones of more.
    """
    n, cuts = score.size, ends.size
    root, full = full_trees(bounds)
    tree = np.empty_like(full)
    shuffled, largest = np.empty((n, _LANES)), np.empty(draws)
    rank, here = np.empty(_LANES, np.int32), np.empty(_LANES, np.uint32)
    total, most = np.empty(_LANES), np.empty(_LANES)
    state, reached = stream(seed, block), 0
    for b in range(0, draws, _LANES):
        tree[:] = full
        for s in range(bounds.size - 1):
            first, last = bounds[s], bounds[s + 1]
            for p in range(first, last):
                shuffled[place[p]] = score[last - 1]
            half = np.uint32((root[s + 1] - root[s]) // 2)
            for i in range(first, first + leaving[s]):
                state = _draw_ranks(state, lowest[i], width[i], rank)
                _leave(tree, root[s], half, rank, here)
                for lane in range(_LANES):
                    shuffled[place[first + here[lane]], lane] = score[i]
        total[:], most[:], p = 0.0, 0.0, 0
        for c in range(cuts):
            while p < ends[c]:
                for lane in range(_LANES):
                    total[lane] += shuffled[p, lane]
                p += 1
            _largest(total, scale[c], skew[c], most)
        for lane in range(min(_LANES, draws - b)):
            largest[b + lane] = most[lane]
            reached += most[lane] >= least
        if reached >= enough:
            return largest[: min(b + _LANES, draws)]
    return largest


@njit(**INLINE)
def _largest(total: Array, scale: float, skew: float, most: Array) -> None:
    """Keep the larger |W|, of the low sums of each draw."""
    if abs(skew) < NO_SKEW:
        for lane in range(_LANES):
            most[lane] = max(most[lane], abs(total[lane]) * scale)
        return
    for lane in range(_LANES):
        most[lane] = max(most[lane], abs(straighten(-total[lane] * scale, skew)))
