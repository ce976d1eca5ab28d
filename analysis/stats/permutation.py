"""The studentised permutation log-rank test, and the rule that chooses the p of one cut."""

from concurrent.futures import Future, ThreadPoolExecutor
from math import comb, prod

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.stats._splits import (
    SAME,
    Scores,
    compute_every_split,
    count_tails,
    draw_ranks,
    draw_splits,
    shuffles,
    spawn_generators,
    studentise,
)
from analysis.stats.errors import NotEnoughData
from analysis.stats.estimates import HypothesisTest, PermutationTest
from analysis.stats.inputs import labels, matrix, positive_count, survival_arrays, two_groups
from analysis.stats.logrank import logrank
from analysis.stats.permutation_kernels import of_every_choice, tails_of_sizes
from analysis.stats.typed import Flags, Floats, Integers

__all__ = ["MOST_PATIENTS", "MOST_SPLITS", "p_cut", "p_cuts", "permutation_logrank", "shuffles"]

MOST_SPLITS = 200_000  # enumerated up to here, drawn at random beyond
MOST_PATIENTS = 200  # p_cut is a permutation p up to here, the log-rank p beyond


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
    permutations, seed : int
        How many random splits, where not all are enumerated; the seed makes them repeatable.
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
    the level near 5 % where censoring differs between the groups, too. The two-sided p is twice
    the smaller tail, at most 1; the observed split belongs to both tails. With random splits each
    tail is (b + 1) / (permutations + 1), so p is never 0. Random p does not depend on the order
    of rows.

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
    parts = [Scores(time[rows], event[rows], codes[rows] == 1) for rows in members]
    observed = studentise(*np.sum([part.of(part.high) for part in parts], axis=0))
    if np.isnan(observed):
        raise NotEnoughData(
            "At no event are patients of both groups at risk together, so they cannot be compared."
        )
    splits = prod(s.splits for s in parts)
    exact = splits <= MOST_SPLITS
    null = compute_every_split(parts) if exact else draw_splits(parts, permutations, seed)
    fewer, n = min(count_tails(null, float(observed))), null.size
    tail = fewer / n if exact else (fewer + 1) / (n + 1)
    name = _name(exact, n, strata is not None)
    return PermutationTest(float(observed), min(1.0, 2 * tail), exact, n, name)


def warm() -> None:
    """Compile the kernels, or load what was compiled before, ahead of the first question."""
    time, event = np.arange(40.0), np.ones(40, dtype=bool)
    permutation_logrank(time[:6], event[:6], np.arange(6) > 2)
    permutation_logrank(time, event, np.arange(40) > 19, permutations=10)
    p_cuts(time, event, time, [15.0, 20.0], permutations=10)


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
    scores = Scores(time, event, sides[next(iter(distinct.values()))])
    observed = {size: float(studentise(*scores.of(sides[i]))) for size, i in distinct.items()}
    informed = sorted(size for size, value in observed.items() if not np.isnan(value))
    exact = [size for size in informed if comb(n, size) <= MOST_SPLITS]
    drawn = [size for size in informed if comb(n, size) > MOST_SPLITS]
    for size, p in zip(exact, _enumerated(scores, exact, observed), strict=True):
        rows[size] = (p, True, _name(True, 0, False))
    for size, p in zip(drawn, _shared(scores, drawn, observed, permutations, seed), strict=True):
        rows[size] = (p, False, _name(False, permutations, False))
    return [rows[size] for size in sizes]


def _enumerated(scores: Scores, sizes: list[int], observed: dict[int, float]) -> list[float]:
    """Exact p at each size. The high groups of n - k patients are the low groups of those of k."""
    n, p = scores.n, dict[int, float]()
    for small in sorted({min(size, n - size) for size in sizes}):
        u, v = of_every_choice(comb(n, small), small, scores.residual, scores.weight)
        null = studentise(u, v, empty=0.0)
        for size in {small, n - small} & set(sizes):
            sign = 1.0 if size == small else -1.0
            fewer = min(count_tails(null, sign * observed[size]))
            p[size] = min(1.0, 2 * (fewer / null.size))
    return [p[size] for size in sizes]


def _shared(
    scores: Scores, sizes: list[int], observed: dict[int, float], permutations: int, seed: int
) -> list[float]:
    """Random p at each (ascending) size; every size reads the same random ranks."""
    if not sizes:
        return []
    at = np.array([observed[size] for size in sizes])
    fixed = np.array(sizes), at, SAME * (1 + np.abs(at)), scores.residual, scores.weight
    counts: Integers = np.zeros((at.size, 2), np.int64)
    counting: Future[Integers] | None = None
    with ThreadPoolExecutor(1) as other:  # counts one block while the next is drawn
        for ranks in draw_ranks(spawn_generators(seed, 1)[0], scores.n, permutations):
            if counting:
                counts = counts + counting.result()
            counting = other.submit(tails_of_sizes, ranks, *fixed)
        if counting:
            counts = counts + counting.result()
    p: list[float] = np.minimum(1.0, 2 * (counts.min(axis=1) + 1) / (permutations + 1)).tolist()
    return p


def _name(exact: bool, n: int, stratified: bool) -> str:
    kind = "stratified permutation log-rank" if stratified else "permutation log-rank"
    return f"exact {kind}" if exact else f"{kind} ({n:,} permutations)"
