"""Splits of the same patients into two groups: their log-rank statistics, all or at random."""

from collections.abc import Iterator
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.stats.permutation_kernels import of_every_choice, of_ranks
from analysis.stats.risk_set import risk_table
from analysis.stats.typed import Array, Flags, Floats

SAME = 1e-9  # statistics closer than this are one value: summation order must not break ties
_CELLS = 200_000  # entries of one block of random ranks: what fits into the processor's cache


class Scores:
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

    def enumerated(self, size: int) -> tuple[Array, Array]:
        """O - E and V of every split with ``size`` high patients."""
        return of_every_choice(comb(self.n, size), size, self.residual, self.weight)

    def drawn(self, rank: Array, size: int) -> tuple[Array, Array]:
        """O - E and V where the patients with the ``size`` highest ranks are high."""
        return of_ranks(rank, size, self.residual, self.weight)


def shuffles(rng: np.random.Generator, n: int, permutations: int) -> Iterator[NDArray[np.int32]]:
    """Draw random ranks of n patients, in blocks.

    Parameters
    ----------
    rng : numpy Generator
    n, permutations : int
        Patients, and random splits in all.

    Yields
    ------
    array of shape (n, splits of this block)
        Ranks 0 to n - 1, a column per split; the blocks together hold ``permutations`` columns.

    Notes
    -----
    In a random split with k patients in the high group, these are the ones with rank >= n - k:
    the same ranks serve every k, so p's of neighbouring cuts come from the same draws.

    Examples
    --------
    >>> ranks = next(shuffles(np.random.default_rng(0), 4, 10))
    >>> ranks.shape, np.sort(ranks, axis=0)[:, 0].tolist()
    ((4, 10), [0, 1, 2, 3])
    """
    for ranks in draw_ranks(rng, n, permutations):
        yield np.ascontiguousarray(ranks.T)


def draw_ranks(rng: np.random.Generator, n: int, permutations: int) -> Iterator[Array]:
    """The same in blocks of shape (splits, n)."""
    most = max(1, _CELLS // max(n, 1))
    for start in range(0, permutations, most):
        rows = min(most, permutations - start)
        yield rng.permuted(np.tile(np.arange(n, dtype=np.int32), (rows, 1)), axis=1)


def draw_uniform(seed: int, rows: int, n: int) -> Iterator[Array]:
    """Random numbers from 0 to 1 in blocks of shape (rows, n), which together hold all rows."""
    rng, most = np.random.default_rng(seed), max(1, _CELLS // max(n, 1))
    for start in range(0, rows, most):
        yield rng.random((min(most, rows - start), n))


def draw_stratified_ranks(seed: int, sizes: list[int], permutations: int) -> Iterator[Array]:
    """The same for strata side by side, ranks within each; the blocks hold all permutations.

    Each stratum has its own generator, so its ranks are those of :func:`draw_splits`.
    """
    generators = spawn_generators(seed, len(sizes))
    most = max(1, _CELLS // max(sum(sizes), 1))
    for start in range(0, permutations, most):
        rows = min(most, permutations - start)
        pieces = [
            rng.permuted(np.tile(np.arange(n, dtype=np.int32), (rows, 1)), axis=1)
            for rng, n in zip(generators, sizes, strict=True)
        ]
        yield pieces[0] if len(pieces) == 1 else np.ascontiguousarray(np.hstack(pieces))


def compute_every_split(parts: list[Scores], sizes: tuple[int, ...]) -> Array:
    """The statistic of every split: sums over the strata of every combination of their splits.

    ``sizes``: how many patients of each stratum are high.
    """
    u, v = np.zeros(1), np.zeros(1)
    for part, size in zip(parts, sizes, strict=True):
        more_u, more_v = part.enumerated(size)
        u, v = np.add.outer(u, more_u).ravel(), np.add.outer(v, more_v).ravel()
    return studentise(u, v, empty=0.0)


def draw_splits(parts: list[Scores], permutations: int, seed: int) -> Array:
    """The statistic of random splits, drawn in each stratum by itself."""
    u, v = np.zeros(permutations), np.zeros(permutations)
    for part, rng in zip(parts, spawn_generators(seed, len(parts)), strict=True):
        start = 0
        for rank in shuffles(rng, part.n, permutations):
            more_u, more_v = part.drawn(rank, part.size)
            rows = slice(start, start + rank.shape[1])
            u[rows] += more_u
            v[rows] += more_v
            start = rows.stop
    return studentise(u, v, empty=0.0)


def spawn_generators(seed: int, strata: int) -> list[np.random.Generator]:
    """A generator for each stratum, so that one does not shift the draws of another."""
    return [np.random.default_rng(own) for own in np.random.SeedSequence(seed).spawn(strata)]


def studentise(u: ArrayLike, v: ArrayLike, empty: float = np.nan) -> Floats:
    """(O - E) / sqrt(V); a split without any information (V = 0, and so O = E) gives ``empty``."""
    u, v = np.asarray(u, dtype=float), np.asarray(v, dtype=float)
    ratio: Floats = np.divide(u, np.sqrt(v), out=np.full(u.shape, empty), where=v > 0)
    return ratio


def count_tails(null: Array, observed: float) -> tuple[int, int]:
    """How many statistics are not above, and how many not below, the observed one."""
    slack = SAME * (1 + abs(observed))
    low = np.count_nonzero(null <= observed + slack)
    return int(low), int(np.count_nonzero(null >= observed - slack))
