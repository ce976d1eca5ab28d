"""The studentised permutation log-rank test, and the rule that chooses the p of one cut."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from math import comb, prod

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.stats.errors import NotEnoughData
from analysis.stats.estimates import HypothesisTest, PermutationTest
from analysis.stats.inputs import labels, matrix, positive_count, survival_arrays, two_groups
from analysis.stats.logrank import logrank
from analysis.stats.permutation_kernels import of_every_choice, of_ranks, tails_of_sizes
from analysis.stats.risk_set import risk_table
from analysis.stats.typed import Array, Flags, Floats, Integers

MOST_SPLITS = 200_000  # enumerated up to here, drawn at random beyond
MOST_PATIENTS = 200  # p_cut is a permutation p up to here, the log-rank p beyond

_CELLS = 200_000  # entries of one block of random ranks: what fits into the processor's cache
_SAME = 1e-9  # statistics closer than this are one value: summation order must not break ties


def p_cut(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    permutations: int = 10_000,
    seed: int = 0,
) -> PermutationTest | HypothesisTest:
    """The p of one cut, by the rule that every page shows.

    Parameters
    ----------
    time, event, group, strata, permutations, seed
        As :func:`permutation_logrank`.

    Returns
    -------
    PermutationTest or HypothesisTest
        Both have ``.p``, ``.exact`` and ``.name`` ("exact permutation log-rank", "permutation
        log-rank (10,000 permutations)" or "log-rank"; "stratified" is said).

    Raises
    ------
    ValueError
        For wrong input, or other than two groups.
    NotEnoughData
        Where the two groups are never at risk together at an event.

    Notes
    -----
    Up to 200 patients the studentised permutation log-rank, above that the log-rank test: by n,
    so that the kind of p does not change while a cut moves. It is the p of a cut that was fixed
    beforehand; a cut that was looked for needs the p of :func:`search`.

    Examples
    --------
    >>> time, event = [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 0, 1, 1, 0, 1]
    >>> test = p_cut(time, event, [0, 0, 0, 1, 0, 1, 1, 1])
    >>> round(test.p, 3), test.name
    (0.029, 'exact permutation log-rank')
    """
    if np.size(time) <= MOST_PATIENTS:
        return permutation_logrank(
            time, event, group, permutations=permutations, seed=seed, strata=strata
        )
    survival_time, _ = survival_arrays(time, event)
    two_groups(group, survival_time.size)
    return logrank(time, event, group, strata=strata)


def p_cuts(
    time: ArrayLike,
    event: ArrayLike,
    marker: ArrayLike,
    cuts: ArrayLike,
    *,
    permutations: int = 10_000,
    seed: int = 0,
) -> pd.DataFrame:
    """The p of :func:`p_cut` at many cuts of one marker.

    Parameters
    ----------
    time, event, permutations, seed
        As :func:`permutation_logrank`.
    marker : array of shape (n,)
        Complete values; high is marker > cut.
    cuts : float or array of shape (cuts,)

    Returns
    -------
    DataFrame, a row per cut in their order
        Columns ``cut``, ``p``, ``exact``, ``name``; p is NaN, and name empty, at cuts that cannot
        carry a test.

    Raises
    ------
    ValueError
        For wrong input.

    Notes
    -----
    Equal to calling :func:`p_cut` for each, but random splits are drawn once and every cut reads
    its own from them. These p's are not corrected for looking at many cuts.

    Examples
    --------
    >>> time, event = [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 0, 1, 1, 0, 1]
    >>> table = p_cuts(time, event, [3, 1, 4, 7, 2, 6, 5, 8], cuts=[2, 4, 9])
    >>> print(table[["cut", "p", "exact"]].round(3).to_string(index=False))
     cut     p  exact
     2.0 0.357   True
     4.0 0.029   True
     9.0   NaN  False
    """
    time, event = survival_arrays(time, event)
    values, _ = matrix(marker, time.size)
    cuts, permutations = (
        np.atleast_1d(np.asarray(cuts, dtype=float)),
        positive_count(permutations, "permutations"),
    )
    sides = [values[:, 0] > cut for cut in cuts]
    if time.size > MOST_PATIENTS:
        rows = [_asymptotic(time, event, high) for high in sides]
    else:
        rows = _at_many(time, event, sides, permutations, seed)
    table = pd.DataFrame(rows, columns=["p", "exact", "name"])
    table.insert(0, "cut", cuts)
    return table


def permutation_logrank(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    *,
    permutations: int = 10_000,
    seed: int = 0,
    strata: ArrayLike | None = None,
) -> PermutationTest:
    """Test two groups by permuting the signed log-rank statistic (O - E) / sqrt(V).

    Parameters
    ----------
    time : array of shape (n,)
        Time to event or censoring, 0 or more, in one unit.
    event : array of shape (n,), bool or 0/1
    group : array of shape (n,)
        Labels of two groups; the sign is that of the last one.
    permutations : int
        How many random splits, where not all are enumerated.
    seed : int
        Makes random splits repeatable.
    strata : array of shape (n,), optional
        Labels are exchanged within its levels only; O - E and V are summed over them.

    Returns
    -------
    PermutationTest
        ``exact`` where all splits were enumerated: where there are at most 200,000, of all strata
        together.

    Raises
    ------
    ValueError
        For wrong input, or other than two groups.
    NotEnoughData
        Where the two groups are never at risk together at an event.

    Notes
    -----
    V is the hypergeometric variance, recomputed for every re-labelling: this studentising keeps
    the level where censoring differs between the groups. The two-sided p is twice the smaller
    tail, at most 1; the observed split belongs to both tails. With random splits each tail is
    (b + 1) / (permutations + 1), so p is never 0. Random p does not depend on the order of rows.

    References
    ----------
    Neuhaus G (1993). Conditional rank tests for the two-sample problem under random censorship.
    Annals of Statistics 21, 1760-1779. Checked against full enumeration by a program of its own;
    R's ``coin::logrank_test`` permutes scores that are not studentised and differs.

    Examples
    --------
    >>> time, event = [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 0, 1, 1, 0, 1]
    >>> test = permutation_logrank(time, event, [0, 0, 0, 1, 0, 1, 1, 1])
    >>> round(test.statistic, 3), round(test.p, 3), test.exact, test.n
    (-2.616, 0.029, True, 70)
    """
    time, event = survival_arrays(time, event)
    codes, _ = two_groups(group, time.size)
    stratum = np.zeros(time.size, dtype=int)
    if strata is not None:
        stratum, _ = labels(strata, time.size, "strata")
    permutations = positive_count(permutations, "permutations")
    members = [stratum == code for code in np.unique(stratum)]
    parts = [_Scores(time[rows], event[rows], codes[rows] == 1) for rows in members]
    observed = _studentised(*np.sum([part.of(part.high) for part in parts], axis=0))
    if np.isnan(observed):
        raise NotEnoughData(
            "At no event are patients of both groups at risk together, so they cannot be compared."
        )
    splits = prod(s.splits for s in parts)
    exact = splits <= MOST_SPLITS
    null = _every_split(parts) if exact else _random_splits(parts, permutations, seed)
    fewer, n = min(_tails(null, float(observed))), null.size
    tail = fewer / n if exact else (fewer + 1) / (n + 1)
    name = _name(exact, n, strata is not None)
    return PermutationTest(float(observed), min(1.0, 2 * tail), exact, n, name)


def shuffles(rng: np.random.Generator, n: int, permutations: int) -> Iterator[NDArray[np.int32]]:
    """Draw random ranks of n patients, in blocks.

    Parameters
    ----------
    rng : numpy Generator
    n : int
        Patients.
    permutations : int
        Random splits in all.

    Yields
    ------
    array of shape (n, splits of this block)
        Ranks 0 to n - 1, a column per split; the blocks together hold ``permutations`` columns.

    Notes
    -----
    In a random split with k patients in the high group, these are the ones with rank >= n - k.
    The same ranks serve every k, so p's of neighbouring cuts come from the same draws.

    Examples
    --------
    >>> ranks = next(shuffles(np.random.default_rng(0), 4, 10))
    >>> ranks.shape, np.sort(ranks, axis=0)[:, 0].tolist()
    ((4, 10), [0, 1, 2, 3])
    """
    for ranks in _ranks(rng, n, permutations):
        yield np.ascontiguousarray(ranks.T)


def _ranks(rng: np.random.Generator, n: int, permutations: int) -> Iterator[Array]:
    """The same in blocks of shape (splits, n)."""
    most = max(1, _CELLS // max(n, 1))
    for start in range(0, permutations, most):
        rows = min(most, permutations - start)
        yield rng.permuted(np.tile(np.arange(n, dtype=np.int32), (rows, 1)), axis=1)


def warm() -> None:
    """Compile the kernels, or load what was compiled before, ahead of the first question."""
    time, event = np.arange(40.0), np.ones(40, dtype=bool)
    permutation_logrank(time[:6], event[:6], np.arange(6) > 2)
    permutation_logrank(time, event, np.arange(40) > 19, permutations=10)
    p_cuts(time, event, time, [15.0, 20.0], permutations=10)


class _Scores:
    """One stratum: what turns a split of its patients into O - E and V."""

    def __init__(self, time: Floats, event: Flags, high: Flags) -> None:
        # Patients alike in time and event are exchangeable, so this order is that of no file.
        self.order = np.lexsort((high, ~event, time))
        time, event = time[self.order], event[self.order]
        self.n, self.size, self.high = time.size, int(high.sum()), high
        self.splits = comb(self.n, self.size)
        table = risk_table(time, event)
        d, at_risk = table.events[:, 0].astype(float), table.at_risk[:, 0].astype(float)
        hazard = np.cumsum(d / at_risk)
        self.residual = event - hazard[np.searchsorted(table.time, time)]
        self.weight = np.zeros(self.n)
        scale = d * (at_risk - d) / (at_risk**2 * np.maximum(at_risk - 1, 1))
        self.weight[np.searchsorted(time, table.time)] = scale

    def of(self, high: Array) -> tuple[float, float]:
        """O - E and V of one high group, given in the order of the caller's rows."""
        rank = np.where(high[self.order], self.n - 1, -1).astype(np.int32)[:, None]
        u, v = of_ranks(rank, int(high.sum()), self.residual, self.weight)
        return float(u[0]), float(v[0])

    def enumerated(self) -> tuple[Array, Array]:
        """O - E and V of every split."""
        return of_every_choice(self.splits, self.size, self.residual, self.weight)

    def drawn(self, rank: Array, size: int) -> tuple[Array, Array]:
        """O - E and V where the patients with the ``size`` highest ranks are high."""
        return of_ranks(rank, size, self.residual, self.weight)


def _asymptotic(time: Floats, event: Flags, high: Flags) -> tuple[float, bool, str]:
    if high.all() or not high.any():
        return np.nan, False, ""
    try:
        test = logrank(time, event, high)
    except NotEnoughData:
        return np.nan, False, ""
    return test.p, test.exact, test.name


def _at_many(
    time: Floats, event: Flags, sides: list[Flags], permutations: int, seed: int
) -> list[tuple[float, bool, str]]:
    """p, whether exact, and its name for several cuts of the same patients."""
    n, sizes = time.size, [int(high.sum()) for high in sides]
    distinct = {size: i for i, size in enumerate(sizes) if 0 < size < n}  # one cut of each size
    rows = dict.fromkeys(sizes, (np.nan, False, ""))
    if not distinct:
        return [rows[size] for size in sizes]
    scores = _Scores(time, event, sides[next(iter(distinct.values()))])
    observed = {size: float(_studentised(*scores.of(sides[i]))) for size, i in distinct.items()}
    informed = sorted(size for size, value in observed.items() if not np.isnan(value))
    exact = [size for size in informed if comb(n, size) <= MOST_SPLITS]
    drawn = [size for size in informed if comb(n, size) > MOST_SPLITS]
    for size, p in zip(exact, _enumerated(scores, exact, observed), strict=True):
        rows[size] = (p, True, _name(True, 0, False))
    for size, p in zip(drawn, _shared(scores, drawn, observed, permutations, seed), strict=True):
        rows[size] = (p, False, _name(False, permutations, False))
    return [rows[size] for size in sizes]


def _enumerated(scores: _Scores, sizes: list[int], observed: dict[int, float]) -> list[float]:
    """Exact p at each size. The high groups of n - k patients are the low groups of those of k."""
    n, p = scores.n, dict[int, float]()
    for small in sorted({min(size, n - size) for size in sizes}):
        u, v = of_every_choice(comb(n, small), small, scores.residual, scores.weight)
        null = _studentised(u, v, empty=0.0)
        for size in {small, n - small} & set(sizes):
            sign = 1.0 if size == small else -1.0
            fewer = min(_tails(null, sign * observed[size]))
            p[size] = min(1.0, 2 * (fewer / null.size))
    return [p[size] for size in sizes]


def _shared(
    scores: _Scores, sizes: list[int], observed: dict[int, float], permutations: int, seed: int
) -> list[float]:
    """Random p at each (ascending) size; every size reads the same random ranks."""
    if not sizes:
        return []
    at = np.array([observed[size] for size in sizes])
    fixed = np.array(sizes), at, _SAME * (1 + np.abs(at)), scores.residual, scores.weight
    counts: Integers = np.zeros((at.size, 2), np.int64)
    counting: Future[Integers] | None = None
    with ThreadPoolExecutor(1) as other:  # counts one block while the next is drawn
        for ranks in _ranks(_generators(seed, 1)[0], scores.n, permutations):
            if counting:
                counts = counts + counting.result()
            counting = other.submit(tails_of_sizes, ranks, *fixed)
        if counting:
            counts = counts + counting.result()
    p: list[float] = np.minimum(1.0, 2 * (counts.min(axis=1) + 1) / (permutations + 1)).tolist()
    return p


def _every_split(parts: list[_Scores]) -> Array:
    """The statistic of every split: sums over the strata of every combination of their splits."""
    u, v = np.zeros(1), np.zeros(1)
    for part in parts:
        more_u, more_v = part.enumerated()
        u, v = np.add.outer(u, more_u).ravel(), np.add.outer(v, more_v).ravel()
    return _studentised(u, v, empty=0.0)


def _random_splits(parts: list[_Scores], permutations: int, seed: int) -> Array:
    """The statistic of random splits, drawn in each stratum by itself."""
    u, v = np.zeros(permutations), np.zeros(permutations)
    for part, rng in zip(parts, _generators(seed, len(parts)), strict=True):
        start = 0
        for rank in shuffles(rng, part.n, permutations):
            more_u, more_v = part.drawn(rank, part.size)
            rows = slice(start, start + rank.shape[1])
            u[rows] += more_u
            v[rows] += more_v
            start = rows.stop
    return _studentised(u, v, empty=0.0)


def _generators(seed: int, strata: int) -> list[np.random.Generator]:
    return [np.random.default_rng(own) for own in np.random.SeedSequence(seed).spawn(strata)]


def _studentised(u: ArrayLike, v: ArrayLike, empty: float = np.nan) -> Floats:
    """(O - E) / sqrt(V); a split without any information (V = 0, and so O = E) gives ``empty``."""
    u, v = np.asarray(u, dtype=float), np.asarray(v, dtype=float)
    ratio: Floats = np.divide(u, np.sqrt(v), out=np.full(u.shape, empty), where=v > 0)
    return ratio


def _tails(null: Array, observed: float) -> tuple[int, int]:
    """How many statistics are not above, and how many not below, the observed one."""
    slack = _SAME * (1 + abs(observed))
    low = np.count_nonzero(null <= observed + slack)
    return int(low), int(np.count_nonzero(null >= observed - slack))


def _name(exact: bool, n: int, stratified: bool) -> str:
    kind = "stratified permutation log-rank" if stratified else "permutation log-rank"
    return f"exact {kind}" if exact else f"{kind} ({n:,} permutations)"
