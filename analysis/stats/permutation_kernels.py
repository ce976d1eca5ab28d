"""Kernels of the permutation log-rank: O - E and V of many splits of the same patients.

Patients stand in the order of time. O - E is the sum of the martingale residuals of the high
group; V sums ``weight[i] * c * (n - i - c)`` over the first patients i of the event times, where
n - i patients are at risk, c of them in the high group. Compiled once, by Numba.
"""

import numpy as np

from analysis.stats.typed import Array, Floats, Integers, njit


@njit(cache=True, nogil=True)
def of_ranks(rank: Array, size: int, residual: Array, weight: Array) -> tuple[Floats, Floats]:
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
def of_every_choice(
    splits: int, size: int, residual: Array, weight: Array
) -> tuple[Floats, Floats]:
    """O - E and V of all ``splits`` choices of ``size`` high patients.

    The j-th chosen patient ends a stretch of the order of time over which ``size - j`` high
    patients are at risk; its share of V is a difference of prefix sums. A choice differs from the
    one before in its last patients mostly, so the sums over those before them are kept.
    """
    n = residual.size
    u, v = np.zeros(splits), np.zeros(splits)
    prefix = np.zeros((size, n + 1))
    for j in range(size):
        for i in range(n):
            prefix[j, i + 1] = prefix[j, i] + weight[i] * (size - j) * (n - i - size + j)
    chosen = np.arange(size)
    sum_u, sum_v = np.zeros(size + 1), np.zeros(size + 1)  # over the first 0, 1, ... chosen
    moved = 0
    for b in range(splits):
        for j in range(moved, size):
            before = chosen[j - 1] + 1 if j > 0 else 0
            sum_u[j + 1] = sum_u[j] + residual[chosen[j]]
            sum_v[j + 1] = sum_v[j] + (prefix[j, chosen[j] + 1] - prefix[j, before])
        u[b], v[b] = sum_u[size], sum_v[size]
        moved = size - 1  # the next choice: move the last patient that can still move
        while moved >= 0 and chosen[moved] == n - size + moved:
            moved -= 1
        if moved >= 0:
            chosen[moved] += 1
            for later in range(moved + 1, size):
                chosen[later] = chosen[later - 1] + 1
    return u, v


@njit(cache=True, nogil=True, error_model="numpy")
def tails_of_sizes(
    ranks: Array, sizes: Array, observed: Array, slack: Array, residual: Array, weight: Array
) -> Integers:
    """How many random splits lie in each tail of the observed (O - E) / sqrt(V), at many sizes.

    ``ranks`` of shape (splits, n): in a split of size k the k highest ranks are high. ``sizes``
    ascending, with ``observed`` and ``slack`` (how near counts as equal). Returns counts of
    shape (sizes, 2): not above, not below. One patient joins the high group at a time; V is the
    sum of W(min(i, j)) over pairs on different sides, W the cumulative ``weight``, so his share
    comes from a Fenwick tree.
    """
    splits, n = ranks.shape
    level, total, rest = np.zeros(n, np.int64), np.zeros(n), np.zeros(n)
    informed = _levels(weight, level, total, rest)
    counts = np.zeros((sizes.size, 2), np.int64)
    place, tree = np.empty(n, np.int64), np.empty(2 * (level[n - 1] + 1))
    for b in range(splits):
        for i in range(n):
            place[ranks[b, i]] = i
        tree[:] = 0.0
        u, v, inside, size = 0.0, 0.0, 0, 0
        for c in range(sizes.size):
            while size < sizes[c]:
                i = place[n - 1 - size]
                size += 1
                u += residual[i]
                if level[i] > 0:
                    v += rest[i] - 2.0 * _joined(tree, level[i], total[i], inside)
                    inside += 1
            t = u / np.sqrt(v) if 0 < inside < informed else 0.0
            counts[c, 0] += t <= observed[c] + slack[c]
            counts[c, 1] += t >= observed[c] - slack[c]
    return counts


@njit(cache=True, nogil=True)
def _levels(weight: Array, level: Array, total: Array, rest: Array) -> int:
    """Level (positive weights so far), W, and the sum of W(min) with all others, by place.

    Returns how many patients have W above 0.
    """
    n, informed, so_far, pairs = weight.size, 0, 0.0, 0.0
    for i in range(n):
        so_far += weight[i]
        pairs += weight[i] * (n - i)
        level[i] = (level[i - 1] if i > 0 else 0) + (weight[i] > 0.0)
        total[i], rest[i] = so_far, pairs - so_far
        informed += level[i] > 0
    return informed


@njit(cache=True, nogil=True)
def _joined(tree: Array, level: int, total: float, inside: int) -> float:
    """The sum of W(min) with those ``inside`` the tree, who is then one more."""
    earlier, count, j = 0.0, 0.0, level
    while j > 0:
        earlier += tree[2 * j]
        count += tree[2 * j + 1]
        j &= j - 1
    j = level
    while 2 * j < tree.size:
        tree[2 * j] += total
        tree[2 * j + 1] += 1.0
        j += j & -j
    return earlier + total * (inside - count)
