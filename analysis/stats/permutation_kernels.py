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
    ranks: Array,
    bounds: Array,
    sizes: Array,
    observed: Array,
    slack: Array,
    residual: Array,
    weight: Array,
) -> Integers:
    """How many random splits lie in each tail of the observed (O - E) / sqrt(V), at many sizes.

    Patients stand in strata (which begin at ``bounds``) and in the order of time within them.
    ``ranks`` of shape (splits, n) are those within the stratum: in a split of sizes k the k[s]
    highest ranks of each stratum s are high. ``sizes`` of shape (cuts, strata), ascending, with
    ``observed`` and ``slack`` (how near counts as equal). Returns counts of shape (cuts, 2): not
    above, not below. One patient joins the high group at a time; V is the sum of W(min(i, j)) over
    pairs of one stratum on different sides, W the cumulative ``weight``, so his share comes from a
    Fenwick tree.
    """
    splits, n = ranks.shape
    strata = bounds.size - 1
    level, total, rest = np.zeros(n, np.int64), np.zeros(n), np.zeros(n)
    informed, root = np.zeros(strata, np.int64), np.zeros(strata + 1, np.int64)
    for s in range(strata):
        own = slice(bounds[s], bounds[s + 1])
        informed[s] = _levels(weight[own], level[own], total[own], rest[own])
        root[s + 1] = root[s] + 2 * (level[bounds[s + 1] - 1] + 1)
    counts = np.zeros((sizes.shape[0], 2), np.int64)
    place, tree = np.empty(n, np.int64), np.empty(root[strata])
    inside, size = np.empty(strata, np.int64), np.empty(strata, np.int64)
    for b in range(splits):
        for s in range(strata):
            for i in range(bounds[s], bounds[s + 1]):
                place[bounds[s] + ranks[b, i]] = i
        tree[:], inside[:], size[:] = 0.0, 0, 0
        u, v, divided = 0.0, 0.0, 0
        for c in range(sizes.shape[0]):
            for s in range(strata):
                while size[s] < sizes[c, s]:
                    i = place[bounds[s + 1] - 1 - size[s]]
                    size[s] += 1
                    u += residual[i]
                    if level[i] > 0:
                        own_tree = tree[root[s] : root[s + 1]]
                        v += rest[i] - 2.0 * _joined(own_tree, level[i], total[i], inside[s])
                        inside[s] += 1
                        if informed[s] > 1:
                            divided += (inside[s] == 1) - (inside[s] == informed[s])
            t = u / np.sqrt(v) if divided > 0 else 0.0
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


@njit(cache=True, nogil=True)
def group_statistic(
    code: Array, start: Array, deaths: Array, stop: Array, k: int, room: Array
) -> float:
    """The log-rank chi-square of ``k`` groups; 0 where no two of them are at risk together.

    ``code`` by stratum and time; ``start``, ``deaths`` and ``stop`` of each event time. ``room`` of
    shape (k + 1, k): the covariance of O - E (without the last group), and O - E.
    """
    room[:] = 0.0
    at_risk, died = np.zeros(k), np.zeros(k)
    here = 0
    for e in range(start.size):
        if e == 0 or start[e] >= stop[e - 1]:  # another stratum: all of it is at risk
            at_risk[:] = 0.0
            here = start[e]
            for i in range(start[e], stop[e]):
                at_risk[code[i]] += 1.0
        while here < start[e]:
            at_risk[code[here]] -= 1.0
            here += 1
        died[:] = 0.0
        for i in range(start[e], start[e] + deaths[e]):
            died[code[i]] += 1.0
        n, d = float(stop[e] - start[e]), float(deaths[e])
        scale = d * (n - d) / max(n - 1.0, 1.0)
        for g in range(k - 1):
            share = at_risk[g] / n
            room[k, g] += died[g] - d * share
            room[g, g] += scale * share
            for h in range(k - 1):
                room[g, h] -= scale * share * at_risk[h] / n
    return _quadratic_form(room, k - 1)


@njit(cache=True, nogil=True)
def _quadratic_form(room: Array, size: int) -> float:
    """x' A^- x by elimination, A the first rows of ``room`` and x its row ``size`` + 1.

    Where A is singular x lies in its range, and any generalised inverse gives the same.
    """
    x, total, largest = room[size + 1], 0.0, 0.0
    for g in range(size):
        largest = max(largest, room[g, g])
    for g in range(size):
        pivot = room[g, g]
        if pivot <= 1e-10 * largest:
            continue
        total += x[g] * x[g] / pivot
        for h in range(g + 1, size):
            share = room[h, g] / pivot
            x[h] -= share * x[g]
            for j in range(g, size):
                room[h, j] -= share * room[g, j]
    return total


@njit(cache=True, nogil=True)
def group_tail_drawn(
    code: Array,
    bounds: Array,
    start: Array,
    deaths: Array,
    stop: Array,
    k: int,
    least: float,
    uniform: Array,
) -> int:
    """In how many random arrangements of ``code`` within strata the statistic is not below least.

    ``uniform`` of shape (arrangements, n): random numbers between 0 and 1. Permutes ``code``.
    """
    room, reached = np.empty((k + 1, k)), 0
    for b in range(uniform.shape[0]):
        for s in range(bounds.size - 1):
            for i in range(bounds[s + 1] - 1, bounds[s], -1):
                j = bounds[s] + int(uniform[b, i] * (i - bounds[s] + 1))
                code[i], code[j] = code[j], code[i]
        reached += group_statistic(code, start, deaths, stop, k, room) >= least
    return reached


@njit(cache=True, nogil=True)
def group_tail_enumerated(
    code: Array, bounds: Array, start: Array, deaths: Array, stop: Array, k: int, least: float
) -> tuple[int, int]:
    """The same of all distinct arrangements within strata, and how many there are."""
    room, reached, count = np.empty((k + 1, k)), 0, 0
    for s in range(bounds.size - 1):
        code[bounds[s] : bounds[s + 1]].sort()
    while True:
        count += 1
        reached += group_statistic(code, start, deaths, stop, k, room) >= least
        s = 0
        while s < bounds.size - 1 and not _next_arrangement(code[bounds[s] : bounds[s + 1]]):
            s += 1  # the first one again: a carry to the next stratum
        if s == bounds.size - 1:
            return reached, count


@njit(cache=True, nogil=True)
def _next_arrangement(code: Array) -> bool:
    """The lexicographically next arrangement; after the last one the first, and False."""
    i = code.size - 2
    while i >= 0 and code[i] >= code[i + 1]:
        i -= 1
    if i < 0:
        code[:] = code[::-1].copy()
        return False
    j = code.size - 1
    while code[j] <= code[i]:
        j -= 1
    code[i], code[j] = code[j], code[i]
    code[i + 1 :] = code[i + 1 :][::-1].copy()
    return True
