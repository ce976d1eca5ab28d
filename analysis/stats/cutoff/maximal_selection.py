"""The search for the best cut, and its p corrected for the search.

Z and the null of p_adjusted are those of maximally selected rank statistics (Hothorn & Lausen
2003; R's maxstat). The p that pages show, p_searched, is that of W, the Z corrected for its
skewness, against a null that keeps the follow-up as it goes with the marker
(analysis.stats.cutoff._at_risk_kernels).
"""

import math
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats.cutoff._at_risk_kernels import leavings, risk_block
from analysis.stats.cutoff.each_cut import (
    compute_moments,
    compute_profile,
    compute_w,
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
_FEW, _MANY = 64, 2_000  # so few cuts in so many draws: counting for each is faster than sorting


def search(
    time: ArrayLike,
    event: ArrayLike,
    marker: ArrayLike,
    *,
    min_fraction: float = 0.1,
    permutations: int = 10_000,
    seed: int = 0,
    estimator: str = "cox",
    strata: ArrayLike | None = None,
) -> CutoffSearch:
    """Search the best cut, and correct its p for the search.

    Parameters
    ----------
    time, event, marker, min_fraction, strata
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
        The profile with corrected p's, and its best rows: by the largest |W|, and by |Z|.

    Raises
    ------
    ValueError
        For wrong input.
    NotEnoughData
        Where there is nothing to search.

    Notes
    -----
    A best cut found by looking has "p < .05" far more often than in 5 % of trials where the
    marker means nothing. Corrected p's compare the largest statistic with the largest of each
    null draw: |Z| with :func:`null` (``p_adjusted``, that of maxstat), and |W| with
    :func:`null_at_risk` (``p_searched``, which also holds where follow-up goes with the marker).
    |Z| hardly sees a small group that does badly, as its score is skew; W makes up for it. With
    strata both nulls exchange patients within strata only. The hazard ratio of the best cut is not
    corrected: see :func:`stability`.

    References
    ----------
    Hothorn T, Lausen B (2003). On the exact distribution of maximally selected rank statistics.
    Computational Statistics and Data Analysis 43, 121-137. R: ``maxstat::maxstat.test`` with
    ``smethod = "LogRank"``; its simulated p counts draws above the maximum only and can be 0,
    this one counts equal draws too and the data as one of them. With strata:
    ``coin::maxstat_test(y ~ x | strata)``.

    Examples
    --------
    >>> time, event = np.arange(1, 21), np.arange(20) % 4 > 0
    >>> found = search(time, event, (np.arange(20) * 7) % 20, permutations=200)
    >>> float(found.best["cut"]), round(found.statistic, 2), found.p_searched > 0.05
    (3.0, 1.45, True)
    """
    kept = order(time, event, marker, min_fraction=min_fraction, strata=strata)
    require_cuts(kept)
    table = compute_profile(kept, estimator)
    alone, adjusted, _ = _null(kept, permutations, seed)
    searched, largest = _null_at_risk(kept, permutations, seed)
    table = table.assign(p_permutation=alone, p_adjusted=adjusted, p_searched=searched)
    chosen, best = find_best(table["w"].to_numpy()), find_best(table["z"].to_numpy())
    statistic = abs(float(table["z"].iloc[best]))
    one = kept.risk.strata == 1
    return CutoffSearch(
        profile=table,
        chosen=table.iloc[chosen],
        p_searched=float(searched[chosen]),
        critical=critical(largest),
        permutations=largest.size,
        reached=round(float(searched[chosen]) * (largest.size + 1)) - 1,
        best=table.iloc[best],
        statistic=statistic,
        p_adjusted=float(adjusted[best]),
        p_lausen=lausen(statistic, kept.n, kept.n_low, kept.min_fraction) if one else math.nan,
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
        Stop where so many draws reached the best cut's |W|: a p that is large needs no more.

    Returns
    -------
    array of shape (cuts,)
        P(max over cuts |W*| >= |W|), as (b + 1) / (draws + 1); W is Z corrected for skewness.

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
    seen = _just_below(compute_z(order))
    risk = order.risk
    slot, left = risk.slot, risk.bounds[1:][risk.stratum] - risk.slot
    score, scale = order.score[risk.spot], compute_moments(order, order.first, order.last)[0]

    def work(block: int, count: int) -> tuple[Array, Array]:
        return null_block(score, slot, left, order.n_low, scale, seen, start, block, count)

    steps = float(permutations) * order.n
    parts = in_blocks(permutations, _PERMUTATIONS, work, steps)
    reached = sum(part[0] for part in parts)
    largest = np.concatenate([part[1] for part in parts])
    alone = np.where(np.isinf(seen), np.nan, (reached + 1) / (permutations + 1))
    return alone, _p(largest, seen), largest


def _null_at_risk(
    order: Order, permutations: int, seed: int, enough: int | None = None
) -> tuple[Floats, Floats]:
    """p_searched, and the largest |W| of each draw."""
    permutations, start = positive_count(permutations, "permutations"), stream_seed(seed, 2)
    enough = permutations + 1 if enough is None else positive_count(enough, "enough")
    seen = _just_below(compute_w(order, compute_z(order)))
    lowest, width, leaving = _leavings(order)
    risk, score = order.risk, order.score[order.risk.spot]
    scale, skew = compute_moments(order, order.first, order.last)

    def work(block: int, count: int) -> Array:
        return risk_block(
            lowest, width, leaving, risk.bounds, risk.place, score, order.n_low, scale, skew,
            seen[np.isfinite(seen)].max(), enough, start, block, count,
        )  # fmt: skip

    steps = 10.0 * permutations * order.n
    largest = np.concatenate(in_blocks(permutations, _PERMUTATIONS, work, steps))
    return _p(largest, seen), largest


def _leavings(order: Order) -> tuple[Array, Array, Array]:
    """Ranks from which patients leave, of all strata, and how many leave of each.

    Beyond its last event nobody of a single stratum needs to leave, as all have one score; where
    there are several, events of the others go on.
    """
    risk, n = order.risk, order.n
    value = order.ends.searchsorted(np.arange(n), side="right")  # by place by marker
    lowest, width = np.zeros(n, np.int64), np.zeros(n, np.int64)
    leaving = risk.sizes.copy()
    for s, (first, last) in enumerate(pairwise(risk.bounds)):
        rows, own = slice(first, last), risk.place[first:last]
        event = order.event[risk.member[rows]]
        if risk.strata == 1:
            leaving[s] = np.flatnonzero(event)[-1] + 1
        ends = np.cumsum(np.unique(value[own], return_counts=True)[1])
        seat = own.searchsorted(risk.spot[rows])
        gone = slice(first, first + leaving[s])
        lowest[gone], width[gone] = leavings(seat, event, ends, leaving[s])
    return lowest, width, leaving


def _just_below(statistic: Array) -> Array:
    """What a draw counts as reaching the statistic from on; never where there is none."""
    size = np.abs(statistic)
    return np.where(np.isnan(size), np.inf, size - _SAME * (1 + size))


def _p(largest: Array, seen: Array) -> Floats:
    """(b + 1) / (draws + 1), b the draws whose largest is not below what was seen at each cut."""
    if seen.size <= _FEW and largest.size > _MANY:
        above = np.array([np.count_nonzero(largest >= least) for least in seen])
    else:
        above = largest.size - np.sort(largest).searchsorted(seen)
    return np.where(np.isinf(seen), np.nan, (above + 1) / (largest.size + 1))
