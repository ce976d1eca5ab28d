"""The studentised permutation log-rank test, of two or more groups."""

from itertools import pairwise
from math import comb, prod

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats._splits import (
    SAME,
    Scores,
    compute_every_split,
    count_tails,
    draw_splits,
    draw_uniform,
    shuffles,
    studentise,
)
from analysis.stats.errors import NotEnoughData
from analysis.stats.estimates import PermutationTest
from analysis.stats.inputs import labels, positive_count, survival_arrays
from analysis.stats.logrank import logrank, say_no_comparison
from analysis.stats.permutation_kernels import (
    group_statistic,
    group_tail_drawn,
    group_tail_enumerated,
)
from analysis.stats.risk_set import event_rows
from analysis.stats.typed import Flags, Floats, Integers

__all__ = ["MOST_SPLITS", "permutation_logrank", "shuffles"]

MOST_SPLITS = 200_000  # enumerated up to here, drawn at random beyond


def permutation_logrank(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    *,
    permutations: int = 10_000,
    seed: int = 0,
    strata: ArrayLike | None = None,
) -> PermutationTest:
    """Test two or more groups by permuting the log-rank statistic.

    Parameters
    ----------
    time : array of shape (n,)
        Time to event or censoring, 0 or more, in one unit.
    event : array of shape (n,), bool or 0/1
    group : array of shape (n,)
        Labels of two or more groups; with two the sign is that of the last one.
    permutations, seed : int
        How many random splits, where not all are enumerated; the seed makes them repeatable.
    strata : array of shape (n,), optional
        Labels are exchanged within its levels only; O - E and V are summed over them.

    Returns
    -------
    PermutationTest
        ``exact`` where all splits were enumerated: where there are at most 200,000, of all strata
        together. ``statistic`` is (O - E) / sqrt(V) of two groups, the chi-square of more.

    Raises
    ------
    ValueError
        For wrong input, or one group.
    NotEnoughData
        Where no two groups can be compared.

    Notes
    -----
    V is the hypergeometric variance, recomputed for every re-labelling: this studentising keeps
    the level near 5 % where censoring differs between the groups, too. With two groups the
    two-sided p is twice the smaller tail, at most 1, and the observed split belongs to both tails;
    with more it is the share of splits whose chi-square is not smaller. With random splits each
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
    >>> three = permutation_logrank(time, event, ["a", "a", "b", "c", "b", "c", "a", "b"])
    >>> round(three.statistic, 2), round(three.p, 2), three.n
    (0.4, 0.86, 560)
    """
    time, event = survival_arrays(time, event)
    codes, names = labels(group, time.size)
    if len(names) < 2:
        raise ValueError(f"The test needs at least two groups; all patients are in {names[0]}.")
    stratum = strata_codes(strata, time.size)
    permutations = positive_count(permutations, "permutations")
    test = _two_groups if len(names) == 2 else _several_groups
    return test(time, event, codes, stratum, permutations, seed, strata is not None)


def strata_codes(strata: ArrayLike | None, n: int) -> Integers:
    return np.zeros(n, dtype=int) if strata is None else labels(strata, n, "strata")[0]


def _two_groups(
    time: Floats,
    event: Flags,
    codes: Integers,
    stratum: Integers,
    permutations: int,
    seed: int,
    stratified: bool,
) -> PermutationTest:
    members = [stratum == code for code in np.unique(stratum)]
    parts = [Scores(time[rows], event[rows], codes[rows] == 1) for rows in members]
    observed = studentise(*np.sum([part.of(part.high) for part in parts], axis=0))
    if np.isnan(observed):
        raise NotEnoughData(say_no_comparison(time, event, codes, stratum))
    exact, sizes = prod(one.splits for one in parts) <= MOST_SPLITS, tuple(s.size for s in parts)
    null = compute_every_split(parts, sizes) if exact else draw_splits(parts, permutations, seed)
    fewer, n = min(count_tails(null, float(observed))), null.size
    tail = fewer / n if exact else (fewer + 1) / (n + 1)
    name = name_test(exact, n, stratified)
    return PermutationTest(float(observed), min(1.0, 2 * tail), exact, n, name, tail=fewer)


def _several_groups(
    time: Floats,
    event: Flags,
    codes: Integers,
    stratum: Integers,
    permutations: int,
    seed: int,
    stratified: bool,
) -> PermutationTest:
    k, order = int(codes.max()) + 1, np.lexsort((codes, ~event, time, stratum))
    code = codes[order]
    bounds, start, deaths, stop = event_rows(time[order], event[order], stratum[order])
    observed = group_statistic(code, start, deaths, stop, k, np.empty((k + 1, k)))
    if not observed > 0 and not _can_compare(time, event, codes, stratum):
        raise NotEnoughData(say_no_comparison(time, event, codes, stratum))
    least = observed - SAME * (1 + observed)
    exact = _count_arrangements(code, bounds) <= MOST_SPLITS
    if exact:
        reached, n = group_tail_enumerated(code, bounds, start, deaths, stop, k, least)
        p = reached / n
    else:
        reached, n = 0, permutations
        for uniform in draw_uniform(seed, permutations, code.size):
            reached += group_tail_drawn(code, bounds, start, deaths, stop, k, least, uniform)
        p = (reached + 1) / (n + 1)
    return PermutationTest(observed, p, exact, n, name_test(exact, n, stratified), tail=reached)


def _count_arrangements(code: Integers, bounds: Integers) -> int:
    """In how many ways the groups can be arranged within the strata; no more than is asked."""
    ways = 1
    for first, last in pairwise(bounds.tolist()):
        left = last - first
        for size in np.bincount(code[first:last]).tolist():
            ways *= comb(left, size)
            left -= size
            if ways > MOST_SPLITS:
                return ways
    return ways


def _can_compare(time: Floats, event: Flags, codes: Integers, stratum: Integers) -> bool:
    """Whether the chi-square of 0 is one: groups that fared exactly as expected."""
    try:
        logrank(time, event, codes, strata=stratum)
    except NotEnoughData:
        return False
    return True


def name_test(exact: bool, n: int, stratified: bool) -> str:
    kind = "stratified permutation log-rank" if stratified else "permutation log-rank"
    return f"exact {kind}" if exact else f"{kind} ({n:,} permutations)"
