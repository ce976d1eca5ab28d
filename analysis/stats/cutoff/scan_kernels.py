"""Kernels of the search over cut-offs: sorting once, the exact scan, its permutation null.

Patients stand in two orders. In the order of time (events before censorings of the same time)
the risk set at an event is a tail of the array. In the order of the marker the low group of a
cut is a head of it. ``level`` is how many distinct event times lie at or before a patient's time;
all that the tests need of a patient is his level and whether he had an event. Compiled by Numba.
"""

import numpy as np

from analysis.stats.typed import Array, Floats, Integers, njit

KERNEL = {"cache": True, "nogil": True, "error_model": "numpy"}
# Put into its caller, where the compiler sees that no two of the arrays overlap.
INLINE = {**KERNEL, "inline": "always"}

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S32 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32)
LOW = np.uint64(0xFFFFFFFF)  # the lower half of the random bits

NO_SKEW = 1e-7  # a smaller skewness moves W by less than rounding would
_LANES = 8  # random orders side by side, so that one need not wait for the memory of another


@njit(**KERNEL)
def tidy(time: Array, marker: Array, by_time: Array, share: float) -> bool:
    """Whether these need no word and no change: finite, and no times that tie but for rounding."""
    n = time.size
    total, distinct, closest = 0.0, 0, np.inf
    last = -1.0
    for i in range(n):
        t = time[by_time[i]]
        if not (t >= 0.0 and t < np.inf and abs(marker[i]) < np.inf):
            return False
        if t > last:
            if distinct and t - last < closest:
                closest = t - last
            total += t
            distinct += 1
            last = t
    # Near the limit the slower way decides, so that there is one rule.
    return distinct > 0 and closest > 1.000001 * share * total / distinct


@njit(**KERNEL)
def arranged(
    time: Array, event: Array, marker: Array, by_time: Array, by_value: Array
) -> tuple[Array, ...]:
    """Both orders: time event level-free ``spot`` ``seat`` ``values`` ``ends`` ``row_seat``.

    ``spot[i]`` is the place by marker of the i-th patient by time, ``seat`` its inverse;
    ``ends`` how many patients lie at or below each distinct value. Patients alike in marker and
    time, but for their rows, cannot be told apart in what follows.
    """
    n = time.size
    values, ends, value_code = np.empty(n), np.empty(n, np.int64), np.empty(n, np.int64)
    distinct = 0
    for i in range(n):
        row = by_value[i]
        if i == 0 or marker[row] > values[distinct - 1]:
            values[distinct] = marker[row]
            distinct += 1
        value_code[row] = distinct - 1
        ends[distinct - 1] = i + 1
    key, code = np.empty(n, np.int64), -1
    for i in range(n):
        row = by_time[i]
        if i == 0 or time[row] > time[by_time[i - 1]]:
            code += 1
        key[row] = 2 * code + (0 if event[row] else 1)
    row_seat, spot, seat = np.empty(n, np.int64), np.empty(n, np.int32), np.empty(n, np.int32)
    rows = _counted(key, by_value, 2 * (code + 1))
    sorted_time, sorted_event = np.empty(n), np.empty(n, np.bool_)
    place = np.zeros(distinct, np.int64)
    place[1:] = ends[: distinct - 1]
    for i in range(n):
        row = rows[i]
        row_seat[row] = i
        sorted_time[i], sorted_event[i] = time[row], event[row]
        spot[i] = place[value_code[row]]
        seat[spot[i]] = i
        place[value_code[row]] += 1
    return sorted_time, sorted_event, spot, seat, values[:distinct], ends[:distinct], row_seat


@njit(**KERNEL)
def _counted(key: Array, rows: Array, keys: int) -> Integers:
    """``rows`` in the order of their keys 0..keys-1, those of one key as they came."""
    start = np.zeros(keys + 1, np.int64)
    for row in rows:
        start[key[row] + 1] += 1
    for k in range(keys):
        start[k + 1] += start[k]
    out = np.empty(rows.size, np.int64)
    for row in rows:
        out[start[key[row]]] = row
        start[key[row]] += 1
    return out


@njit(**KERNEL)
def leveled(time: Array, event: Array, seat: Array) -> tuple[Array, ...]:
    """What the event times say: tables by level, and level, event and score of each patient.

    ``start``: first place by time of each level; ``until``: end of the tie at its event time;
    ``deaths``. Rows of ``table``: cumulative hazard, cumulative weight W of the variance, and the
    sum of W(min) with all others. ``score``: those of maxstat (ties by the highest rank), centred,
    in the order of the marker.
    """
    n = time.size
    start, until, deaths = np.zeros((3, n + 2), np.int64)
    table, ranked = np.zeros((3, n + 1)), np.zeros(n + 1)
    level = np.empty(n, np.int32)
    e, i, rest = 0, 0, 0.0
    while i < n:
        j, d = i, 0
        while j < n and time[j] == time[i]:
            d += event[j]
            j += 1
        if d > 0:
            e += 1
            at_risk = float(n - i)
            w = d * (at_risk - d) / (at_risk * at_risk * max(at_risk - 1.0, 1.0))
            start[e], until[e], deaths[e] = i, j, d
            table[0, e] = table[0, e - 1] + d / at_risk
            table[1, e] = table[1, e - 1] + w
            rest += w * at_risk
            table[2, e] = rest - table[1, e]
            ranked[e] = ranked[e - 1] + d / (n - j + 1.0)
        level[i:j] = e
        i = j
    start[e + 1] = n
    by_marker, had = np.empty(n, np.int32), np.empty(n, np.bool_)
    score = np.empty(n)
    for p in range(n):
        by_marker[p], had[p] = level[seat[p]], event[seat[p]]
        score[p] = had[p] - ranked[by_marker[p]]
    mean = 0.0
    for k in range(n):  # in the order of time: the sum does not depend on the marker
        mean += event[k] - ranked[level[k]]
    score -= mean / n
    table = np.ascontiguousarray(table[:, : e + 1])  # one layout, so that one kernel serves all
    return start[: e + 2], until[: e + 1], deaths[: e + 1], table, by_marker, had, score


@njit(**KERNEL)
def chi_squares(
    level: Array,
    event: Array,
    stratum: Array,
    base: Array,
    informed: Array,
    table: Array,
    ends: Array,
    first: int,
    last: int,
) -> Floats:
    """Log-rank chi-square of the cuts ``first`` to ``last``; NaN where it has no information.

    O - E and its variance are summed over the strata. From each end up to the middle, so that
    rounding is that of the smaller group.
    """
    n = level.size
    middle = first
    while middle < last and 2 * ends[middle] <= n:
        middle += 1
    out = np.empty(last - first)
    low, high = out[: middle - first], out[middle - first :]
    _grow(level, event, stratum, base, informed, table, ends[first:middle], False, low)
    _grow(level, event, stratum, base, informed, table, ends[middle:last], True, high)
    return out


@njit(**KERNEL)
def _grow(
    level: Array,
    event: Array,
    stratum: Array,
    base: Array,
    informed: Array,
    table: Array,
    ends: Array,
    from_above: bool,
    out: Array,
) -> None:
    """Let one side grow patient by patient; the variance with Fenwick trees over levels.

    V is the sum of W(min(level, level')) over pairs of patients of one stratum on different sides.
    A patient who joins adds his pairs with all others and takes away, twice, those with his own
    side.
    """
    n, rows = level.size, table.shape[1]
    tree = np.zeros(2 * rows)  # by level: the sum of W, and how many
    inside = np.zeros(base.size, np.int64)
    u, v, size, divided = 0.0, 0.0, 0, 0
    for step in range(ends.size):
        c = ends.size - 1 - step if from_above else step
        target = n - ends[c] if from_above else ends[c]
        while size < target:
            p = n - 1 - size if from_above else size
            k, s = level[p], stratum[p]
            u += event[p] - table[0, k]
            w = table[1, k]
            size += 1
            if w > 0.0:
                from_, upto = base[s], base[s + 1] if s + 1 < base.size else rows
                earlier, count, j = 0.0, 0.0, k - from_
                while j > 0:
                    earlier += tree[2 * (from_ + j)]
                    count += tree[2 * (from_ + j) + 1]
                    j &= j - 1
                v += table[2, k] - 2.0 * (earlier + w * (inside[s] - count))
                j = k - from_
                while from_ + j < upto:
                    tree[2 * (from_ + j)] += w
                    tree[2 * (from_ + j) + 1] += 1.0
                    j += j & -j
                inside[s] += 1
                if informed[s] > 1:
                    divided += (inside[s] == 1) - (inside[s] == informed[s])
        out[c] = u * u / v if divided > 0 else np.nan


@njit(**KERNEL)
def low_sums(score: Array, ends: Array) -> Floats:
    """Sum of the scores at or below each cut."""
    out, total, p = np.empty(ends.size), 0.0, 0
    for c in range(ends.size):
        while p < ends[c]:
            total += score[p]
            p += 1
        out[c] = total
    return out


@njit(**KERNEL)
def null_moments(
    score: Array, stratum: Array, sizes: Array, low: Array, first: int, last: int, flat: float
) -> tuple[Floats, Floats]:
    """1 / standard deviation, and skewness, of the sum of scores above each cut.

    ``score`` and ``stratum`` by marker, ``sizes`` and ``low`` by stratum; scores closer than
    ``flat`` do not differ. Of the patients above, so the sign is that of the low sum turned round.
    """
    second, third = np.zeros(sizes.size), np.zeros(sizes.size)
    for p in range(score.size):
        square = score[p] * score[p]
        second[stratum[p]] += square
        third[stratum[p]] += square * score[p]
    scale, skew = np.zeros(last - first), np.zeros(last - first)
    for c in range(first, last):
        variance, cubed = 0.0, 0.0
        for s in range(sizes.size):
            n, m = float(sizes[s]), float(low[s, c])
            pairs = m * (n - m)
            if second[s] > flat * flat * n:
                variance += pairs * second[s] / (n * max(n - 1.0, 1.0))
            cubed += pairs * (2.0 * m - n) * third[s] / (n * max((n - 1.0) * (n - 2.0), 1.0))
        if variance > 0.0:
            one = 1.0 / np.sqrt(variance)
            scale[c - first], skew[c - first] = one, cubed * one * one * one
    return scale, skew


@njit(**INLINE)
def straighten(z: float, skew: float) -> float:
    """W of one Z: normal but for its fourth moment where Z has this skewness.

    The monotone transformation of Wilson & Hilferty (1931) of a shifted gamma variable.
    """
    if abs(skew) < NO_SKEW:
        return z
    root = np.cbrt(max(1.0 + 0.5 * skew * z, 0.0))
    w: float = 6.0 / skew * (root - 1.0 + skew * skew / 36.0)
    return w


@njit(**KERNEL)
def straighten_all(z: Array, skew: Array) -> Floats:
    """W of the Z of each cut."""
    out = np.empty(z.size)
    for c in range(z.size):
        out[c] = straighten(z[c], skew[c])
    return out


@njit(**KERNEL)
def mixed(state: np.uint64) -> np.uint64:
    """The random bits of a counter (SplitMix64; Steele, Lea & Flood 2014)."""
    z = (state ^ (state >> _S30)) * _MIX_1
    z = (z ^ (z >> _S27)) * _MIX_2
    return z ^ (z >> _S31)


@njit(**KERNEL)
def stream(seed: np.uint64, block: int) -> np.uint64:
    """Where the random numbers of one block begin."""
    return mixed(mixed(np.uint64(seed) + _GAMMA * np.uint64(block + 1)) + _GAMMA)


@njit(**INLINE)
def _draws(state: np.uint64, slot: Array, left: Array, to: Array) -> np.uint64:
    """Fill ``to`` with the slots that the first patients of each random order come from."""
    for p in range(to.shape[0]):
        slots = np.uint64(left[p])
        for half in range(_LANES // 2):  # a random number serves two orders
            bits = mixed(state + _GAMMA * np.uint64(half + 1))
            to[p, 2 * half] = slot[p] + np.int64(((bits >> _S32) * slots) >> _S32)
            to[p, 2 * half + 1] = slot[p] + np.int64(((bits & LOW) * slots) >> _S32)
        state += _GAMMA * np.uint64(_LANES // 2)
    return state


@njit(**INLINE)
def _compared(total: Array, scale: Array, seen: Array, most: Array, left: int) -> int:
    """In how many of the first ``left`` orders |Z| is reached; keeps the largest |Z| of each."""
    reached = 0
    for lane in range(_LANES):
        z = abs(total[lane]) * scale
        reached += z >= seen
        most[lane] = max(most[lane], z)
    for lane in range(left, _LANES):  # none but in the last round
        reached -= abs(total[lane]) * scale >= seen
    return reached


@njit(**KERNEL)
def null_block(
    score: Array,
    slot: Array,
    left: Array,
    ends: Array,
    scale: Array,
    seen: Array,
    seed: np.uint64,
    block: int,
    permutations: int,
) -> tuple[Integers, Floats]:
    """Random orders of the patients of each stratum against all cuts at once.

    ``score`` by stratum; ``slot`` and ``left``: by marker, the patient's slot in that order, and
    how many of his stratum come from there on. ``seen``: what |Z| counts as reached at each cut;
    ``scale``: 1 / standard deviation of the sum of scores. Returns how often each was reached, and
    the largest |Z| of each permutation. Random numbers come from ``seed`` and ``block`` only. (A
    draw below 2^32 scaled to n places is uneven by n / 2^32, far below what so many permutations
    could show.)
    """
    n, cuts = score.size, ends.size
    reached, largest = np.zeros(cuts, np.int32), np.empty(permutations)
    shuffled, to = np.empty((n, _LANES)), np.empty((ends[-1], _LANES), np.int32)
    for p in range(n):
        shuffled[p] = score[p]
    total, most = np.empty(_LANES), np.empty(_LANES)
    state = stream(seed, block)
    for b in range(0, permutations, _LANES):
        state = _draws(state, slot, left, to)
        total[:], most[:], p = 0.0, 0.0, 0
        for c in range(cuts):
            while p < ends[c]:
                here = slot[p]
                for lane in range(_LANES):
                    j = to[p, lane]
                    drawn = shuffled[j, lane]
                    shuffled[j, lane] = shuffled[here, lane]
                    shuffled[here, lane] = drawn
                    total[lane] += drawn
                p += 1
            reached[c] += _compared(total, scale[c], seen[c], most, permutations - b)
        for lane in range(min(_LANES, permutations - b)):
            largest[b + lane] = most[lane]
    return reached, largest
