"""The search for the best cut, and its p corrected for the search.

Z and its null are those of maximally selected rank statistics (Hothorn & Lausen 2003; R's
maxstat). The p that pages show, p_searched, compares the same Z with a null that keeps the
follow-up as it goes with the marker (analysis.stats.cutoff._at_risk_kernels).
"""

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats.cutoff._at_risk_kernels import leavings, risk_block
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
from analysis.stats.typed import Array, Floats

__all__ = ["null", "null_at_risk", "search"]

_SAME = 1e-9  # |Z| closer than this are one value: summation order must not break ties
_PERMUTATIONS = 1_000  # one block
_FEW = 64  # cuts up to which counting for each is faster than sorting the permutations once


def search(
    time: ArrayLike,
    event: ArrayLike,
    marker: ArrayLike,
    *,
    min_fraction: float = 0.1,
    permutations: int = 10_000,
    seed: int = 0,
    estimator: str = "cox",
) -> CutoffSearch:
    """Search the best cut, and correct its p for the search.

    Parameters
    ----------
    time, event, marker, min_fraction
        As :func:`order`.
    permutations : int
        Draws of each of the two null distributions.
    seed : int
        Makes the draws repeatable.
    estimator : {"cox", "firth"}
        As :func:`profile`.

    Returns
    -------
    CutoffSearch
        The profile with corrected p's, and its best row: the one with the largest |Z|.

    Raises
    ------
    ValueError
        For wrong input.
    NotEnoughData
        Where there is nothing to search.

    Notes
    -----
    A best cut found by looking has "p < .05" far more often than in 5 % of trials where the
    marker means nothing. Corrected p's compare the largest |Z| with the largest of each null
    draw: :func:`null` (``p_adjusted``, that of maxstat) and :func:`null_at_risk`
    (``p_searched``, which also holds where follow-up goes with the marker). The hazard ratio of
    the best cut is not corrected: see :func:`stability`.

    References
    ----------
    Hothorn T, Lausen B (2003). On the exact distribution of maximally selected rank statistics.
    Computational Statistics and Data Analysis 43, 121-137. R: ``maxstat::maxstat.test`` with
    ``smethod = "LogRank"``; its simulated p counts draws above the maximum only and can be 0,
    this one counts equal draws too and the data as one of them.

    Examples
    --------
    >>> time, event = np.arange(1, 21), np.arange(20) % 4 > 0
    >>> found = search(time, event, (np.arange(20) * 7) % 20, permutations=200)
    >>> float(found.best["cut"]), round(found.statistic, 2), found.p_searched > 0.05
    (3.0, 1.45, True)
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


def null(order: Order, *, permutations: int = 10_000, seed: int = 0) -> tuple[Floats, Floats]:
    """p's of every admissible cut when patients are permuted.

    Parameters
    ----------
    order : Order
        The patients, sorted by :func:`order`.
    permutations : int
    seed : int
        Makes the permutations repeatable.

    Returns
    -------
    p_permutation : array of shape (cuts,)
        P(|Z*| >= |Z|) at that cut alone.
    p_adjusted : array of shape (cuts,)
        P(max over cuts |Z*| >= |Z|), corrected for the search.

    Raises
    ------
    ValueError
        For a wrong count or seed.
    NotEnoughData
        Where there is nothing to search.

    Notes
    -----
    Both from one set of permutations, as (b + 1) / (permutations + 1). The result depends on the
    seed, not on the order of rows or the number of threads. Valid where follow-up does not
    depend on the marker; else :func:`null_at_risk`.

    References
    ----------
    Hothorn T, Lausen B (2003). Computational Statistics and Data Analysis 43, 121-137. R:
    ``maxstat::maxstat.test`` (``pmethod = "condMC"``).

    Examples
    --------
    >>> from analysis.stats import cutoff
    >>> ordered = cutoff.order(np.arange(1, 21), np.arange(20) % 4 > 0, (np.arange(20) * 7) % 20)
    >>> alone, adjusted = null(ordered, permutations=200)
    >>> alone.size == ordered.cuts.size, bool((adjusted >= alone).all())
    (True, True)
    """
    return _null(require_cuts(order), permutations, seed)[:2]


def null_at_risk(
    order: Order, *, permutations: int = 10_000, seed: int = 0, enough: int | None = None
) -> Floats:
    """p of every admissible cut, corrected for the search, also if follow-up goes with the marker.

    Parameters
    ----------
    order : Order
        The patients, sorted by :func:`order`.
    permutations : int
        Draws at most.
    seed : int
        Makes the draws repeatable.
    enough : int, optional
        Stop where so many draws reached the best cut's |Z|: a p that is large needs no more.

    Returns
    -------
    array of shape (cuts,)
        P(max over cuts |Z*| >= |Z|), as (b + 1) / (draws + 1).

    Raises
    ------
    ValueError
        For a wrong count or seed.
    NotEnoughData
        Where there is nothing to search.

    Notes
    -----
    In each draw an event takes any patient at risk, and a censoring the one who holds the same
    rank of the marker among those at risk as in the data. Where nobody is censored before the
    last event this is the permutation of all patients; where censoring depends on the marker
    through its rank among those at risk only, or not at all, it is exact as a permutation test is;
    otherwise the draws have the risk sets of the data up to chance.

    References
    ----------
    Heinze G, Gnant M, Schemper M (2003). Exact log-rank tests for unequal follow-up. Biometrics
    59, 1151-1157, and Neuhaus G (1993), Annals of Statistics 21, 1760-1779, for why permuting
    patients is not enough. Besag J, Clifford P (1991). Sequential Monte Carlo p-values.
    Biometrika 78, 301-304, for ``enough``. No R package has this null.

    Examples
    --------
    >>> from analysis.stats import cutoff
    >>> ordered = cutoff.order(np.arange(1, 21), np.arange(20) % 4 > 0, (np.arange(20) * 7) % 20)
    >>> p = null_at_risk(ordered, permutations=200)
    >>> p.size == ordered.cuts.size, bool((p > 0).all())
    (True, True)
    """
    return _null_at_risk(require_cuts(order), permutations, seed, enough)[0]


def _null(order: Order, permutations: int, seed: int) -> tuple[Floats, Floats, Floats]:
    """p_permutation, p_adjusted, and the largest |Z| of each permutation."""
    permutations, start = positive_count(permutations, "permutations"), stream_seed(seed, 0)
    size = np.abs(compute_z(order))
    seen = size - _SAME * (1 + size)
    score, scale = order.score[order.spot], compute_scale(order, order.first, order.last)

    def work(block: int, count: int) -> tuple[Array, Array]:
        return null_block(score, order.n_low, scale, seen, start, block, count)

    steps = float(permutations) * order.n
    parts = in_blocks(permutations, _PERMUTATIONS, work, steps)
    reached = sum(part[0] for part in parts)
    largest = np.concatenate([part[1] for part in parts])
    above = _not_below(largest, seen)
    return (reached + 1) / (permutations + 1), (above + 1) / (permutations + 1), largest


def _null_at_risk(
    order: Order, permutations: int, seed: int, enough: int | None = None
) -> tuple[Floats, Floats]:
    """p_searched, and the largest |Z| of each draw."""
    permutations, start = positive_count(permutations, "permutations"), stream_seed(seed, 2)
    enough = permutations + 1 if enough is None else positive_count(enough, "enough")
    size = np.abs(compute_z(order))
    seen = size - _SAME * (1 + size)
    lowest, width = leavings(order.spot, order.event, order.ends)
    score, scale = order.score[order.spot], compute_scale(order, order.first, order.last)

    def work(block: int, count: int) -> Array:
        return risk_block(
            lowest, width, score, order.n_low, scale, seen.max(), enough, start, block, count
        )

    steps = 10.0 * permutations * order.n
    largest = np.concatenate(in_blocks(permutations, _PERMUTATIONS, work, steps))
    return (_not_below(largest, seen) + 1) / (largest.size + 1), largest


def _not_below(largest: Array, seen: Array) -> Array:
    """How many of the largest |Z| are not below what was seen at each cut."""
    if seen.size <= _FEW:
        return np.array([np.count_nonzero(largest >= least) for least in seen])
    return largest.size - np.sort(largest).searchsorted(seen)
