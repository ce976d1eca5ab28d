"""Rank tests for trends: across ordered doses, across arms, between two visits, and Spearman.

Arrays in, frozen values out. Whoever asks for permutations gets the exact p of Jonckheere's test
where it can be counted, else (b + 1) / (B + 1) of random re-labellings; the random p does not
depend on the order of rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from analysis.stats.errors import NotEnoughData
from analysis.stats.estimates import HypothesisTest
from analysis.stats.inputs import labels, numbers, same_length
from analysis.stats.trend._jonckheere_kernel import twice_j
from analysis.stats.trend._jonckheere_null import exact_tail
from analysis.stats.typed import Array

__all__ = ["PERMUTATIONS", "PERMUTED_BELOW", "jonckheere", "kruskal_wallis", "warm"]

PERMUTED_BELOW = 30  # patients: below, pages ask for a permutation p
PERMUTATIONS = 10_000
ENOUGH = 10  # re-labellings in the tail; with fewer, ten times as many are drawn
MOST = 1_000_000  # re-labellings
BATCH = 100_000  # of them at a time
KEPT = 64  # patients: up to here random orders are kept for the next marker
_SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Ranked:
    """Values sorted and coded: ``tie`` numbers the distinct values, ``group`` the groups 0..k-1,
    both in the order of the values; ``sizes`` of the groups, ``names`` their labels."""

    tie: Array
    group: Array
    sizes: Array
    names: list[Any]

    @property
    def n(self) -> int:
        """Patients."""
        return self.tie.size


def jonckheere(
    values: ArrayLike, groups: Any, *, permutations: int | None = None, seed: int = 0
) -> HypothesisTest:
    """Test for a trend of values across ordered groups (Jonckheere-Terpstra), two-sided.

    Parameters
    ----------
    values : array of shape (n,)
        Complete, in any unit.
    groups : array of shape (n,)
        Ordered numbers (doses) or an ordered Categorical.
    permutations : int, optional
        With them p is exact where every re-labelling can be counted, else it comes from so many
        random ones; without, from the normal distribution.
    seed : int
        Makes the re-labellings repeatable.

    Returns
    -------
    HypothesisTest
        ``exact`` says whether p is; ``statistic`` is z, positive where values rise with the group;
        ``u`` is J - E(J) and ``variance`` its variance.

    Raises
    ------
    ValueError
        For wrong input: text has no order.
    NotEnoughData
        Where there is one group or one value.

    Notes
    -----
    The variance is corrected for ties (Hollander & Wolfe's equation 6.19); programs that leave
    ties out, as R's clinfun does, differ wherever values repeat. The p is the
    share of re-labellings with |J - E(J)| at least as large. Without ties and below 100 patients
    it is exact, by the generating function of J; with ties where there are at most 200,000
    re-labellings. Otherwise it is (b + 1) / (B + 1), b of B drawn; where b is below 10, B is
    multiplied by 10, up to a million. It does not depend on the order of rows.

    References
    ----------
    Hollander M, Wolfe DA (1999). Nonparametric Statistical Methods, 2nd ed., section 6.2.
    Jonckheere AR (1954). Biometrika 41, 133-145.

    Examples
    --------
    >>> values, doses = [1.0, 2.0, 2.0, 3.0, 5.0, 4.0], [0, 0, 3, 3, 9, 9]
    >>> test = jonckheere(values, doses)
    >>> round(test.statistic, 3), round(test.p, 3)
    (2.221, 0.026)
    >>> jonckheere(values, doses, permutations=1000).name
    'Jonckheere-Terpstra (exact)'
    """
    ranked = _ranked(values, _ordered(groups))
    j, expected, variance = _moments(ranked)
    z = (j - expected) / math.sqrt(variance)
    if permutations is None:
        p, exact, name = float(2 * stats.norm.sf(abs(z))), False, "Jonckheere-Terpstra"
    else:
        p, drawn = _permuted(ranked, _count(permutations), seed, 2 * abs(j - expected))
        exact = drawn == 0
        name = f"Jonckheere-Terpstra ({'exact' if exact else f'{drawn:,} permutations'})"
    return HypothesisTest(
        z,
        1.0,
        p,
        name,
        exact,
        tuple(ranked.names),
        u=j - expected,
        variance=variance,
    )


def kruskal_wallis(
    values: ArrayLike, groups: Any, *, permutations: int | None = None, seed: int = 0
) -> HypothesisTest:
    """Test for a difference between unordered groups (Kruskal-Wallis).

    Parameters
    ----------
    values : array of shape (n,)
        Complete, in any unit.
    groups : array of shape (n,)
        Labels of any kind.
    permutations : int, optional
        With them p comes from so many random re-labellings, else from chi-square.
    seed : int
        Makes the re-labellings repeatable.

    Returns
    -------
    HypothesisTest
        ``statistic`` is H, ties corrected, with k - 1 degrees of freedom.

    Raises
    ------
    ValueError
        For wrong input.
    NotEnoughData
        Where there is one group or one value.

    References
    ----------
    Kruskal WH, Wallis WA (1952). Journal of the American Statistical Association 47, 583-621. R:
    ``kruskal.test``.

    Examples
    --------
    >>> test = kruskal_wallis([1, 2, 2, 3, 5, 4], ["A", "A", "B", "B", "C", "C"])
    >>> round(test.statistic, 3), test.df, round(test.p, 3)
    (4.191, 2.0, 0.123)
    """
    ranked = _ranked(values, groups)
    _, start, counts = np.unique(ranked.tie, return_index=True, return_counts=True)
    rank = np.repeat(start + (counts + 1) / 2, counts)
    n, k = ranked.n, len(ranked.sizes)
    ties = 1 - float(np.sum(counts**3 - counts)) / (n**3 - n)
    sums = np.bincount(ranked.group, rank, k)
    between = float(np.sum(sums**2 / ranked.sizes))
    h = (12 / (n * (n + 1)) * between - 3 * (n + 1)) / ties
    if permutations is None:
        p, name = float(stats.chi2.sf(h, k - 1)), "Kruskal-Wallis"
    else:
        drawn = _shuffled(ranked.sizes, _count(permutations), seed)
        sums = np.stack([rank @ (drawn == code) for code in range(k)])
        null = (sums**2 / ranked.sizes[:, None]).sum(axis=0)
        p = float(((null >= between - _SAME * between).sum() + 1) / (null.size + 1))
        name = f"Kruskal-Wallis ({permutations:,} permutations)"
    return HypothesisTest(h, float(k - 1), p, name, groups=tuple(ranked.names))


def warm() -> None:
    """Compile the kernel, or load what was compiled before, ahead of the first question."""
    jonckheere(np.arange(6) // 3, np.arange(6) // 2, permutations=10)


def _ordered(groups: Any) -> Any:
    """The groups if they have an order: numbers, or a Categorical that is ordered."""
    dtype = getattr(groups, "dtype", None)
    if isinstance(dtype, pd.CategoricalDtype):
        if not pd.Categorical(groups).ordered:
            raise ValueError("groups must be ordered: give doses, or an ordered Categorical.")
        return pd.Series(pd.Categorical(groups).remove_unused_categories())
    return numbers(groups, "groups")


def _ranked(values: ArrayLike, groups: Any) -> Ranked:
    values = numbers(values, "values")
    if values.size == 0:
        raise ValueError("There are no patients: values is empty.")
    codes: Array
    if getattr(groups, "dtype", np.dtype(object)).kind == "f":
        # Doses that are fractions are labels like any other.
        distinct, codes = np.unique(np.asarray(groups), return_inverse=True)
        same_length(values=values, groups=codes)
        names = distinct.tolist()
    else:
        codes, names = labels(groups, values.size, "groups")
    if len(names) < 2:
        raise NotEnoughData("All patients are in one group: there is nothing to compare.")
    if np.ptp(values) == 0:
        raise NotEnoughData(f"All {values.size} patients have the same value: there is no trend.")
    order = np.argsort(values, kind="stable")
    tie = np.unique(values, return_inverse=True)[1][order].astype(np.int64)
    return Ranked(tie, codes[order], np.bincount(codes), names)


def _moments(ranked: Ranked) -> tuple[float, float, float]:
    """J, its mean and its variance with ties (Hollander & Wolfe 1999, eq. 6.19)."""
    n, sizes = float(ranked.n), ranked.sizes.astype(float)
    ties = np.bincount(ranked.tie).astype(float)
    table = np.zeros((ties.size, sizes.size))
    np.add.at(table, (ranked.tie, ranked.group), 1)
    below = np.cumsum(table, axis=0) - table  # patients of each group with a smaller value
    lower = np.cumsum(below + table / 2, axis=1) - (below + table / 2)  # … in a lower group
    j = float((table * lower).sum())
    expected = (n**2 - float((sizes**2).sum())) / 4

    def sums(x: Array) -> tuple[float, float, float]:
        pairs = x * (x - 1)
        return (
            float((pairs * (2 * x + 5)).sum()),
            float((pairs * (x - 2)).sum()),
            float(pairs.sum()),
        )

    g1, g3, g2 = sums(sizes)
    t1, t3, t2 = sums(ties)
    variance = (n * (n - 1) * (2 * n + 5) - g1 - t1) / 72 + g2 * t2 / (8 * n * (n - 1))
    if n > 2:
        variance += g3 * t3 / (36 * n * (n - 1) * (n - 2))
    return j, expected, variance


def _shuffled(sizes: Array, permutations: int, seed: int) -> Array:
    """The groups in random orders, shape (n, permutations); kept, where it is small, because the
    markers of one visit have the same patients."""
    draw = _draw_groups if sizes.sum() <= KEPT else _draw_groups.__wrapped__
    return draw(tuple(sizes.tolist()), permutations, seed)


@lru_cache(maxsize=16)
def _draw_groups(sizes: tuple[int, ...], permutations: int, seed: int | tuple[int, int]) -> Array:
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(len(sizes), dtype=np.int16), sizes)
    drawn = rng.permuted(np.tile(groups, (permutations, 1)), axis=1)
    return np.ascontiguousarray(drawn.T)


def _permuted(ranked: Ranked, permutations: int, seed: int, distance: float) -> tuple[float, int]:
    """The two-sided p of 2 |J - E(J)| = distance, and of how many draws it is made: 0, exact."""
    p = exact_tail(ranked.tie, ranked.sizes, distance)
    if p is not None:
        return p, 0
    draws, tail = permutations, _tail(ranked, _shuffled(ranked.sizes, permutations, seed), distance)
    while tail < ENOUGH and draws < MOST:
        draws = min(10 * draws, MOST)
        tail = sum(_tail(ranked, drawn, distance) for drawn in _batches(ranked, draws, seed))
    return (tail + 1) / (draws + 1), draws


def _tail(ranked: Ranked, drawn: Array, distance: float) -> int:
    """How many of the draws are at least as far from the mean."""
    twice_expected = (ranked.n**2 - float((ranked.sizes**2).sum())) / 2
    return int((np.abs(twice_j(drawn, ranked.tie) - twice_expected) >= distance - _SAME).sum())


def _batches(ranked: Ranked, draws: int, seed: int) -> Iterator[Array]:
    """Many random orders of the groups, so many at a time that they need little memory."""
    sizes = tuple(ranked.sizes.tolist())
    for i, start in enumerate(range(0, draws, BATCH), start=1):
        yield _draw_groups.__wrapped__(sizes, min(BATCH, draws - start), (seed, i))


def _count(permutations: Any) -> int:
    if isinstance(permutations, bool) or int(permutations) != permutations or permutations < 1:
        raise ValueError(
            f"permutations must be a whole number of at least 1, not {permutations!r}."
        )
    return int(permutations)
