"""The search for the best cut, and its p corrected for the search.

Z and its null are those of maximally selected rank statistics (Hothorn & Lausen 2003; R's
maxstat). The p that pages show, p_searched, compares the same Z with a null that keeps the
follow-up as it goes with the marker (analysis.stats.cutoff.at_risk_kernels).
"""

import numpy as np

from analysis.stats.cutoff.at_risk_kernels import leavings, risk_block
from analysis.stats.cutoff.each_cut import (
    compute_profile,
    compute_scale,
    compute_z,
    find_best,
    require_cuts,
)
from analysis.stats.cutoff.ordering import Order, in_blocks, order
from analysis.stats.cutoff.results import CutoffSearch, critical, lausen
from analysis.stats.cutoff.scan_kernels import null_block
from analysis.stats.inputs import positive_count, stream_seed

__all__ = ["null", "null_at_risk", "search"]

_SAME = 1e-9  # |Z| closer than this are one value: summation order must not break ties
_PERMUTATIONS = 1_000  # one block
_FEW = 64  # cuts up to which counting for each is faster than sorting the permutations once


def search(
    time, event, marker, *, min_fraction=0.1, permutations=10_000, seed=0, estimator="cox"
) -> CutoffSearch:
    """Search the best cut, and correct its p for the search.

    Arguments and errors as :func:`profile`; ``permutations`` and ``seed`` as :func:`null` and
    :func:`null_at_risk`, each of which draws so many.
    """
    kept = require_cuts(order(time, event, marker, min_fraction=min_fraction))
    table = compute_profile(kept, estimator)
    alone, adjusted, _ = _null(kept, permutations, seed)
    searched, largest = _null_at_risk(kept, permutations, seed)
    table = table.assign(p_permutation=alone, p_adjusted=adjusted, p_searched=searched)
    best = find_best(table["z"].to_numpy())
    statistic = abs(float(table["z"].iloc[best]))
    return CutoffSearch(
        profile=table,
        best=table.iloc[best],
        statistic=statistic,
        p_adjusted=float(adjusted[best]),
        p_searched=float(searched[best]),
        p_lausen=lausen(statistic, kept.n, kept.n_low, kept.min_fraction),
        critical=critical(largest),
        permutations=largest.size,
    )


def null(order: Order, *, permutations=10_000, seed=0) -> tuple[np.ndarray, np.ndarray]:
    """p_permutation and p_adjusted of every admissible cut, from one set of permutations.

    P(|Z*| >= |Z|) at that cut, and P(max over cuts |Z*| >= |Z|): (b + 1) / (permutations + 1).
    The result depends on the seed, not on the order of rows or on the number of threads. Raises
    ValueError for a wrong count or seed, NotEnoughData where there is nothing to search.
    """
    return _null(require_cuts(order), permutations, seed)[:2]


def null_at_risk(order: Order, *, permutations=10_000, seed=0, enough=None) -> np.ndarray:
    """p_searched of every admissible cut: corrected for the search, also if follow-up goes with it.

    P(max over cuts |Z*| >= |Z|) as :func:`null`, but in each draw an event takes any patient at
    risk, and a censoring the one who holds the same rank of the marker among those at risk as in
    the data (`at_risk_kernels`: why, and when this is exact). Equal in law to p_adjusted where
    nobody is censored. ``enough``: stop where so many draws reached the best cut's |Z| (a p that is
    large needs no more; Besag & Clifford 1991). Seed, rows, threads and errors as :func:`null`.
    """
    return _null_at_risk(require_cuts(order), permutations, seed, enough)[0]


def _null(order: Order, permutations, seed) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """p_permutation, p_adjusted, and the largest |Z| of each permutation."""
    permutations, start = positive_count(permutations, "permutations"), stream_seed(seed, 0)
    size = np.abs(compute_z(order))
    seen = size - _SAME * (1 + size)
    score, scale = order.score[order.spot], compute_scale(order, order.first, order.last)

    def work(block: int, count: int) -> tuple[np.ndarray, np.ndarray]:
        return null_block(score, order.n_low, scale, seen, start, block, count)

    steps = float(permutations) * order.n
    parts = in_blocks(permutations, _PERMUTATIONS, work, steps)
    reached = sum(part[0] for part in parts)
    largest = np.concatenate([part[1] for part in parts])
    above = _not_below(largest, seen)
    return (reached + 1) / (permutations + 1), (above + 1) / (permutations + 1), largest


def _null_at_risk(order: Order, permutations, seed, enough=None) -> tuple[np.ndarray, np.ndarray]:
    """p_searched, and the largest |Z| of each draw."""
    permutations, start = positive_count(permutations, "permutations"), stream_seed(seed, 2)
    enough = permutations + 1 if enough is None else positive_count(enough, "enough")
    size = np.abs(compute_z(order))
    seen = size - _SAME * (1 + size)
    lowest, width = leavings(order.spot, order.event, order.ends)
    score, scale = order.score[order.spot], compute_scale(order, order.first, order.last)

    def work(block: int, count: int) -> np.ndarray:
        return risk_block(
            lowest, width, score, order.n_low, scale, seen.max(), enough, start, block, count
        )

    steps = 10.0 * permutations * order.n
    largest = np.concatenate(in_blocks(permutations, _PERMUTATIONS, work, steps))
    return (_not_below(largest, seen) + 1) / (largest.size + 1), largest


def _not_below(largest: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """How many of the largest |Z| are not below what was seen at each cut."""
    if seen.size <= _FEW:
        return np.array([np.count_nonzero(largest >= least) for least in seen])
    return largest.size - np.sort(largest).searchsorted(seen)
