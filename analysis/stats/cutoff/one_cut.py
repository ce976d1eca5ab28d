"""The p of one cut, by the rule that every page shows; at many cuts, from the same draws."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from math import comb, prod
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.stats import permutation
from analysis.stats._splits import (
    SAME,
    Scores,
    compute_every_split,
    count_tails,
    draw_stratified_ranks,
    studentise,
)
from analysis.stats.estimates import HypothesisTest, PermutationTest
from analysis.stats.inputs import labels, matrix, positive_count, survival_arrays
from analysis.stats.logrank import logrank
from analysis.stats.permutation import name_test, permutation_logrank, strata_codes
from analysis.stats.permutation_kernels import tails_of_sizes
from analysis.stats.typed import Array, Flags, Floats, Integers

__all__ = [
    "ENOUGH",
    "MOST_PATIENTS",
    "may_draw",
    "p_cut",
    "p_cuts",
    "p_splits",
    "uses_logrank",
    "warm",
]

_Row: TypeAlias = tuple[float, bool, str, bool]  # p, exact, name, bound
_Sizes: TypeAlias = tuple[int, ...]  # high patients of each stratum
_Drawn: TypeAlias = tuple[int, _Sizes, float]  # which split, its sizes and its statistic

MOST_PATIENTS = 200  # p_cut is a permutation p up to here, whatever the groups
FEWEST_PATIENTS, FEWEST_EVENTS = 30, 20  # of the smaller group (expected): below, also beyond
ENOUGH = 10  # draws in a tail: with fewer, more are drawn
FEWEST_DRAWS, FIRST_WORK = 1_000, 20_000_000  # to begin with: draws, and draws times patients
MOST_DRAWS, MOST_WORK = 1_000_000, 100_000_000  # draws, and draws times patients


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
    time, event, group, strata, seed
        As :func:`permutation_logrank`: of two or more groups.
    permutations : int
        Draws to begin with, where not all splits are enumerated.

    Returns
    -------
    PermutationTest or HypothesisTest
        Both have ``.p``, ``.exact`` and ``.name`` ("exact permutation log-rank", "permutation
        log-rank (10,000 permutations)" or "log-rank"; "stratified" is said).

    Raises
    ------
    ValueError
        For wrong input, or one group.
    NotEnoughData
        Where no two groups can be compared.

    Notes
    -----
    Up to 200 patients the studentised permutation log-rank. Above, it is the same test where the
    smallest group has fewer than 30 patients or 20 expected events, as the log-rank p is wrong by
    orders there, and else the log-rank test, which agrees with it. Where fewer than 10 draws lie
    in the tail, ten times as many are made (the first ones of them the same), up to a million or
    100 million draws times patients; ``bound`` says that none did. Of more than 2,000 patients
    fewer draws are made to begin with, at least 1,000. It is the p of a cut that was
    fixed beforehand; a cut that was looked for needs the p of :func:`search`.

    Examples
    --------
    >>> time, event = [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 0, 1, 1, 0, 1]
    >>> test = p_cut(time, event, [0, 0, 0, 1, 0, 1, 1, 1])
    >>> round(test.p, 3), test.name
    (0.029, 'exact permutation log-rank')
    """
    n = np.size(time)
    draws = _first_draws(positive_count(permutations, "permutations"), n)
    if uses_logrank(time, event, group, strata=strata):
        return logrank(time, event, group, strata=strata)
    while True:
        test = permutation_logrank(time, event, group, permutations=draws, seed=seed, strata=strata)
        if test.exact or test.tail >= ENOUGH or not may_draw(10 * draws, n):
            return test
        draws *= 10


def p_cuts(
    time: ArrayLike,
    event: ArrayLike,
    marker: ArrayLike,
    cuts: ArrayLike,
    *,
    permutations: int = 10_000,
    seed: int = 0,
    strata: ArrayLike | None = None,
) -> pd.DataFrame:
    """The p of :func:`p_cut` at many cuts of one marker.

    Parameters
    ----------
    time, event, permutations, seed, strata
        As :func:`p_cut`.
    marker : array of shape (n,)
        Complete values; high is marker > cut.
    cuts : float or array of shape (cuts,)

    Returns
    -------
    DataFrame, a row per cut in their order
        Columns ``cut``, ``p``, ``exact``, ``name``, ``bound`` (no draw reached the data: p is a
        bound); p is NaN, and name empty, at cuts that cannot carry a test.

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
    values, _ = matrix(marker, np.size(time))
    cuts = np.atleast_1d(np.asarray(cuts, dtype=float))
    sides = [values[:, 0] > cut for cut in cuts]
    table = p_splits(time, event, sides, permutations=permutations, seed=seed, strata=strata)
    table.insert(0, "cut", cuts)
    return table


def p_splits(
    time: ArrayLike,
    event: ArrayLike,
    sides: Sequence[ArrayLike],
    *,
    permutations: int = 10_000,
    seed: int = 0,
    strata: ArrayLike | None = None,
) -> pd.DataFrame:
    """The p of :func:`p_cut` of many splits of the same patients.

    Parameters
    ----------
    time, event, permutations, seed, strata
        As :func:`p_cut`.
    sides : sequence of arrays of shape (n,), bool
        Who is high.

    Returns
    -------
    DataFrame, a row per split in their order
        The columns of :func:`p_cuts` but ``cut``.

    Raises
    ------
    ValueError
        For wrong input.

    Examples
    --------
    >>> time, event = [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 0, 1, 1, 0, 1]
    >>> table = p_splits(time, event, [[0, 0, 0, 1, 0, 1, 1, 1], [0, 0, 0, 0, 0, 1, 1, 1]])
    >>> table["p"].round(3).tolist()
    [0.029, 0.071]
    """
    times, events = survival_arrays(time, event)
    stratum = strata_codes(strata, times.size)
    permutations = positive_count(permutations, "permutations")
    flags = [_side(side, times.size) for side in sides]
    splits = _ManySplits(times, events, stratum, strata is not None)
    rows = splits.rows(flags, _first_draws(permutations, times.size), seed)
    return pd.DataFrame(rows, columns=["p", "exact", "name", "bound"])


def uses_logrank(
    time: ArrayLike, event: ArrayLike, group: ArrayLike, *, strata: ArrayLike | None = None
) -> bool:
    """Whether the p of this split is that of the chi-square distribution.

    Parameters
    ----------
    time, event, group, strata
        As :func:`p_cut`.

    Returns
    -------
    bool
        With more than 200 patients, where no group has fewer than 30 of them or 20 expected
        events.

    Examples
    --------
    >>> uses_logrank(np.arange(300), np.ones(300), np.arange(300) % 2)
    True
    >>> uses_logrank(np.arange(300), np.ones(300), np.arange(300) < 3)
    False
    """
    n = np.size(time)
    if n <= MOST_PATIENTS:
        return False
    smallest = np.bincount(labels(group, n)[0]).min()
    expected = logrank(time, event, group, strata=strata).expected
    return bool(smallest >= FEWEST_PATIENTS and min(expected) >= FEWEST_EVENTS)


def _first_draws(permutations: int, n: int) -> int:
    """Draws to begin with: thousands of patients would wait for minutes."""
    return min(permutations, max(FEWEST_DRAWS, FIRST_WORK // max(n, 1) // 1_000 * 1_000))


def may_draw(draws: int, n: int) -> bool:
    """Whether so many draws can be waited for, where fewer did not reach the data often enough.

    Parameters
    ----------
    draws, n : int
        Draws, and patients.

    Returns
    -------
    bool
        Up to a million draws, and 100 million draws times patients.

    Examples
    --------
    >>> may_draw(1_000_000, 17), may_draw(1_000_000, 600)
    (True, False)
    """
    return draws <= MOST_DRAWS and draws * n <= MOST_WORK


def warm() -> None:
    """Compile the kernels, or load what was compiled before, ahead of the first question."""
    time, event = np.arange(40.0), np.ones(40, dtype=bool)
    permutation_logrank(time[:6], event[:6], np.arange(6) > 2)
    permutation_logrank(time, event, np.arange(40) > 19, permutations=10)
    permutation_logrank(time[:6], event[:6], np.arange(6) % 3)
    permutation_logrank(time, event, np.arange(40) % 3, permutations=10)
    p_cuts(time, event, time, [15.0, 20.0], permutations=10)


def _side(values: ArrayLike, n: int) -> Flags:
    """Who is high, as flags; ValueError in words for anything else."""
    side = np.asarray(values)
    if side.shape != (n,):
        raise ValueError(f"A split has {side.size} entries, time has {n}; they must be equal.")
    if side.dtype != bool and not (side.dtype.kind in "iuf" and np.isin(side, (0, 1)).all()):
        raise ValueError("A split must say who is high by true and false, or 1 and 0.")
    return side.astype(bool)


def _chains(splits: list[_Drawn]) -> list[list[_Drawn]]:
    """Splits that one growing group passes through, stratum by stratum: they share their draws."""
    chains: list[list[_Drawn]] = []
    for split in sorted(splits, key=lambda one: (sum(one[1]), one[1])):
        for chain in chains:
            if all(a <= b for a, b in zip(chain[-1][1], split[1], strict=True)):
                chain.append(split)
                break
        else:
            chains.append([split])
    return chains


class _ManySplits:
    """The same patients split in many ways: random splits are drawn once for all of them."""

    def __init__(self, time: Floats, event: Flags, stratum: Integers, stratified: bool) -> None:
        self._time, self._event, self._stratum = time, event, stratum
        self._stratified = stratified
        self._members = [np.flatnonzero(stratum == code) for code in np.unique(stratum)]
        self._scores = [
            Scores(time[rows], event[rows], np.zeros(rows.size, dtype=bool))
            for rows in self._members
        ]
        self._nulls: dict[_Sizes, Array] = {}

    def rows(self, sides: list[Flags], permutations: int, seed: int) -> list[_Row]:
        """p, whether exact, its name, and whether it is a bound, of each split."""
        found: list[_Row] = [(np.nan, False, "", False)] * len(sides)
        drawn: list[_Drawn] = []
        for i, high in enumerate(sides):
            own = tuple(int(high[rows].sum()) for rows in self._members)
            parts = zip(self._scores, self._members, strict=True)
            u, v = np.sum([scores.of(high[rows]) for scores, rows in parts], axis=0)
            if not v > 0:
                continue
            if (test := self._asymptotic(high)) is not None:
                found[i] = (test.p, False, test.name, False)
            elif self._count_splits(own) <= permutation.MOST_SPLITS:
                p = self._enumerate(own, float(studentise(u, v)))
                found[i] = (p, True, name_test(True, 0, self._stratified), False)
            else:
                drawn.append((i, own, float(studentise(u, v))))
        for chain in _chains(drawn):
            self._draw(chain, permutations, seed, found)
        return found

    def _count_splits(self, own: _Sizes) -> int:
        return prod(comb(one.n, size) for one, size in zip(self._scores, own, strict=True))

    def _asymptotic(self, high: Flags) -> HypothesisTest | None:
        """The log-rank test, where it is the p of a cut."""
        strata = self._stratum if self._stratified else None
        if not uses_logrank(self._time, self._event, high, strata=strata):
            return None
        return logrank(self._time, self._event, high, strata=strata)

    def _enumerate(self, own: _Sizes, observed: float) -> float:
        """Exact p. The high groups of some sizes are the low groups of the others."""
        others = tuple(one.n - size for one, size in zip(self._scores, own, strict=True))
        sign = 1.0
        if others in self._nulls:
            own, sign = others, -1.0
        if own not in self._nulls:
            self._nulls[own] = compute_every_split(self._scores, own)
        null = self._nulls[own]
        return min(1.0, 2 * (min(count_tails(null, sign * observed)) / null.size))

    def _draw(self, splits: list[_Drawn], draws: int, seed: int, found: list[_Row]) -> None:
        """Random p of each split; those with few draws in a tail get ten times as many."""
        name, rare = name_test(False, draws, self._stratified), []
        own = np.array([sizes for _, sizes, _ in splits])
        observed = np.array([statistic for *_, statistic in splits])
        tails = self._tails(own, observed, draws, seed)
        for split, tail in zip(splits, tails, strict=True):
            found[split[0]] = (min(1.0, 2 * (tail + 1) / (draws + 1)), False, name, tail == 0)
            rare += [split] if tail < ENOUGH else []
        if rare and may_draw(10 * draws, self._time.size):
            self._draw(rare, 10 * draws, seed, found)

    def _tails(self, own: Array, observed: Array, draws: int, seed: int) -> list[int]:
        """How many draws lie in the smaller tail of each cut; sizes ascend."""
        sizes = [one.n for one in self._scores]
        bounds = np.append(0, np.cumsum(sizes))
        residual = np.concatenate([one.residual for one in self._scores])
        weight = np.concatenate([one.weight for one in self._scores])
        fixed = bounds, own, observed, SAME * (1 + np.abs(observed)), residual, weight
        counts: Integers = np.zeros((observed.size, 2), np.int64)
        counting: Future[Integers] | None = None
        with ThreadPoolExecutor(1) as other:  # counts one block while the next is drawn
            for ranks in draw_stratified_ranks(seed, sizes, draws):
                if counting:
                    counts = counts + counting.result()
                counting = other.submit(tails_of_sizes, ranks, *fixed)
            if counting:
                counts = counts + counting.result()
        fewer: list[int] = counts.min(axis=1).tolist()
        return fewer
