"""Kernels of the permutation log-rank: O - E and V of many splits of the same patients.

Patients stand in the order of time. O - E is the sum of the martingale residuals of the high
group; V sums ``weight[i] * c * (n - i - c)`` over the first patients i of the event times, where
n - i patients are at risk, c of them in the high group. Compiled once, by Numba.
"""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def of_ranks(rank, size, residual, weight):
    """O - E and V, shape (splits,), where the ``size`` highest ranks of each column are high.

    ``rank`` of shape (n, splits): the inner loop runs over splits, side by side in memory and
    without branches, so that the processor takes several at a time.
    """
    n, splits = rank.shape
    u, v, c = np.zeros(splits), np.zeros(splits), np.zeros(splits)
    for i in range(n - 1, -1, -1):
        left, r, w = float(n - i), residual[i], weight[i]
        row = rank[i]
        for b in range(splits):
            high = 1.0 if row[b] >= n - size else 0.0
            c[b] += high
            u[b] += high * r
            v[b] += w * c[b] * (left - c[b])
    return u, v


@njit(cache=True, nogil=True)
def of_every_choice(splits, size, residual, weight):
    """O - E and V of all ``splits`` choices of ``size`` high patients."""
    n = residual.size
    u, v = np.zeros(splits), np.zeros(splits)
    chosen = np.arange(size)
    for b in range(splits):
        c = 0
        for i in range(n - 1, -1, -1):
            if c < size and chosen[size - 1 - c] == i:
                c += 1
                u[b] += residual[i]
            v[b] += weight[i] * c * (n - i - c)
        j = size - 1  # the next choice: move the last patient that can still move
        while j >= 0 and chosen[j] == n - size + j:
            j -= 1
        if j >= 0:
            chosen[j] += 1
            for later in range(j + 1, size):
                chosen[later] = chosen[later - 1] + 1
    return u, v
