"""The null of the search where follow-up may go with the marker: kernels over patients at risk.

Patients leave one after another, by an event or by censoring. Without any effect of the marker,
whoever is at risk is as likely as anybody else to be the next with an event; but who is censored
may depend on the marker. So in a draw an event takes anybody at risk, and a censoring takes the
patient at risk who holds the same rank of the marker as the one who was censored in the data (at
equal values one of those ranks). The scores go with the place in time, as in a permutation.

Where nobody is censored before the last event this is the permutation of all patients. Where
censoring does not depend on the marker, or through its rank among those at risk only, the ranks
from which events leave are even and independent given those of the censorings: the test is exact,
as a permutation test is. Where it depends on the marker in another way, the draws have the risk
sets that the data have, up to chance, and so the variance of O - E (Mantel 1966). Neuhaus (1993)
and Heinze, Gnant & Schemper (2003) say why permuted patients do not. Compiled by Numba.
"""

import numpy as np

from analysis.stats.cutoff.scan_kernels import _GAMMA, _S32, KERNEL, mixed, stream
from analysis.stats.typed import Array, Floats, Integers, njit

_LANES = 8  # draws side by side, so that one need not wait for the memory of another
_INLINE = {**KERNEL, "inline": "always"}


@njit(**KERNEL)
def leavings(spot: Array, event: Array, ends: Array) -> tuple[Integers, Integers]:
    """From which ranks of the marker, among those at risk, each patient leaves; by time.

    Returns the lowest rank and how many there are: all at risk for an event, those of equal
    value for a censoring, up to the last event. ``spot``, ``event`` and ``ends`` as in Order.
    """
    n = spot.size
    last = 0
    for i in range(n):
        if event[i]:
            last = i + 1
    first, until = np.empty(n, np.int64), np.empty(n, np.int64)  # places of one value
    begin = 0
    for end in ends:
        first[begin:end], until[begin:end] = begin, end
        begin = end
    gone = np.zeros(n + 1, np.int64)  # a Fenwick tree
    lowest, width = np.empty(last, np.int64), np.empty(last, np.int64)
    for i in range(last):
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


@njit(**_INLINE)
def _leave(
    tree: Array, half: np.uint32, rank: Array, place: Array, score: float, shuffled: Array
) -> None:
    """One patient of each draw leaves, from his rank among those at risk."""
    place[:] = 0
    while half > 0:
        for lane in range(_LANES):  # without branches: where to go is never foreseeable
            at = place[lane] + half
            here = tree[at, lane]
            beyond = (here - np.int32(1) - rank[lane]) >> np.int32(31)  # all bits, or none
            tree[at, lane] = here - np.int32(1) - beyond
            rank[lane] -= beyond & here
            place[lane] = place[lane] + (beyond & half)
        half >>= np.uint32(1)
    for lane in range(_LANES):
        shuffled[place[lane], lane] = score


@njit(**KERNEL)
def risk_block(
    lowest: Array,
    width: Array,
    score: Array,
    ends: Array,
    scale: Array,
    least: float,
    enough: int,
    seed: np.uint64,
    block: int,
    draws: int,
) -> Floats:
    """The largest |Z| of each draw.

    ``lowest`` and ``width`` as :func:`leavings`; ``score`` by time; ``scale`` as in null_block.
    Ends early where ``enough`` draws are not below ``least``. Random numbers come from ``seed``
    and ``block`` only, one draw after the other: fewer draws are the first ones of more.
    """
    n, cuts, leaving = score.size, ends.size, lowest.size
    half = 1
    while 2 * half < n:
        half *= 2
    tree, full = np.empty((2 * half, _LANES), np.int32), np.empty((2 * half, _LANES), np.int32)
    for j in range(1, 2 * half):
        full[j] = min(j, n) - min(j - (j & -j), n)
    shuffled, largest = np.empty((n, _LANES)), np.empty(draws)
    rank, place = np.empty(_LANES, np.int32), np.empty(_LANES, np.uint32)
    total, most = np.empty(_LANES), np.empty(_LANES)
    state, reached, start = stream(seed, block), 0, np.uint32(half)
    for b in range(0, draws, _LANES):
        tree[:] = full
        shuffled[:] = score[n - 1]  # of all who are followed beyond the last event
        for i in range(leaving):
            if width[i] > 1:
                many = np.uint64(width[i])
                for lane in range(_LANES):
                    bits = mixed(state + _GAMMA * np.uint64(lane + 1)) >> _S32
                    rank[lane] = lowest[i] + np.int64((bits * many) >> _S32)
                state += _GAMMA * np.uint64(_LANES)
            else:
                rank[:] = lowest[i]
            _leave(tree, start, rank, place, score[i], shuffled)
        total[:], most[:], p = 0.0, 0.0, 0
        for c in range(cuts):
            while p < ends[c]:
                for lane in range(_LANES):
                    total[lane] += shuffled[p, lane]
                p += 1
            for lane in range(_LANES):
                most[lane] = max(most[lane], abs(total[lane]) * scale[c])
        for lane in range(min(_LANES, draws - b)):
            largest[b + lane] = most[lane]
            reached += most[lane] >= least
        if reached >= enough:
            return largest[: min(b + _LANES, draws)]
    return largest
