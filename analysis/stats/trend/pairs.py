"""Tests of pairs: the signed-rank test between two visits, and Spearman's correlation."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from analysis.stats.errors import NotEnoughData
from analysis.stats.estimates import Estimate, PermutationTest
from analysis.stats.inputs import numbers, same_length

__all__ = ["EXACT_PAIRS", "FEWEST_PAIRS", "spearman", "wilcoxon_signed_rank"]

FEWEST_PAIRS = 6  # five pairs cannot reach p = .05 in a two-sided signed-rank test
EXACT_PAIRS = 200  # up to here the signed-rank null is enumerated, by convolution


def wilcoxon_signed_rank(differences) -> PermutationTest:
    """Wilcoxon signed-rank test that ``differences`` of shape (n,) are symmetric about 0.

    Zeros keep their ranks and have no sign (Pratt 1959), ties share the middle rank. Up to 200
    pairs p is exact, over all signs of the others, by convolution (``n`` is their number); beyond
    normal, with that null's own variance. Two-sided. As coin's wilcoxsign_test in R. Raises
    ValueError for wrong input, NotEnoughData under 6 pairs or where all differences are 0.
    """
    d = numbers(differences, "differences")
    if d.size < FEWEST_PAIRS:
        raise NotEnoughData(
            f"{d.size} {'pair' if d.size == 1 else 'pairs'} cannot carry a signed-rank test: "
            f"it needs {FEWEST_PAIRS}."
        )
    sizes = np.abs(d)
    # What agrees but for rounding (0.3 and 0.1 + 0.2) ties, and so does a change of nothing.
    sizes = np.round(sizes / (sizes.max() or 1.0), 12)
    d = np.where(sizes == 0, 0.0, d)
    rank = stats.rankdata(sizes)[d != 0]
    if rank.size == 0:
        raise NotEnoughData(f"None of the {d.size} patients changed: there is nothing to test.")
    twice = np.rint(2 * rank).astype(np.int64)  # midranks are halves
    risen = int(twice[d[d != 0] > 0].sum())
    off = abs(2 * risen - int(twice.sum()))
    z = (2 * risen - twice.sum()) / math.sqrt(float((twice.astype(float) ** 2).sum()))
    if d.size > EXACT_PAIRS:
        p, name = float(2 * stats.norm.sf(abs(z))), "Wilcoxon signed-rank"
        return PermutationTest(float(z), p, False, 0, name)
    p = _share_of_signs(twice, off)
    return PermutationTest(float(z), p, True, 2**twice.size, "exact Wilcoxon signed-rank")


def spearman(x, y, *, conf_level=0.95) -> Estimate:
    """Spearman's rank correlation of two arrays of shape (n,), with interval and p.

    p as R's cor.test(method = "spearman", exact = FALSE): t with n - 2 degrees of freedom; the
    interval on Fisher's scale with the variance of Bonett & Wright (2000), NaN under 4 pairs or
    at rho = 1. Raises ValueError for wrong input, NotEnoughData where one of them has one value.
    """
    x, y = numbers(x, "x"), numbers(y, "y")
    same_length(x=x, y=y)
    if x.size < 3:
        raise NotEnoughData(f"A correlation needs three patients; there are {x.size}.")
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        raise NotEnoughData("All patients have the same value: there is nothing to correlate.")
    rho = float(np.corrcoef(stats.rankdata(x), stats.rankdata(y))[0, 1])
    rho = max(-1.0, min(1.0, rho))
    lower, upper = _rho_interval(rho, x.size, conf_level)
    if abs(rho) > 1 - 1e-12:
        return Estimate(rho, lower, upper, 0.0 if x.size > 3 else math.nan)
    t = rho * math.sqrt((x.size - 2) / (1 - rho**2))
    return Estimate(rho, lower, upper, float(2 * stats.t.sf(abs(t), x.size - 2)))


def _rho_interval(rho: float, n: int, conf_level: float) -> tuple[float, float]:
    if n < 4 or abs(rho) > 1 - 1e-12:
        return math.nan, math.nan
    half = stats.norm.isf((1 - conf_level) / 2) * math.sqrt((1 + rho**2 / 2) / (n - 3))
    return math.tanh(math.atanh(rho) - half), math.tanh(math.atanh(rho) + half)


def _share_of_signs(twice: np.ndarray, off: int) -> float:
    """P(|2 W - sum| >= off) over all equally likely signs of the ranks (doubled, whole)."""
    total = int(twice.sum())
    chance = np.zeros(total + 1)
    chance[0] = 1.0
    reached = 0
    for rank in twice:
        reached += int(rank)
        moved = chance[: reached + 1 - rank].copy()
        chance[: reached + 1] *= 0.5
        chance[rank : reached + 1] += 0.5 * moved
    far = np.abs(2 * np.arange(total + 1) - total) >= off
    return min(1.0, float(chance[far].sum()))
