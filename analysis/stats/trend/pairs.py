"""Tests of pairs: the signed-rank test between two visits, and Spearman's correlation."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analysis.stats.errors import NotEnoughData
from analysis.stats.estimates import Estimate, PermutationTest
from analysis.stats.inputs import numbers, same_length
from analysis.stats.typed import Array

__all__ = ["EXACT_PAIRS", "FEWEST_PAIRS", "spearman", "wilcoxon_signed_rank"]

FEWEST_PAIRS = 6  # five pairs cannot reach p = .05 in a two-sided signed-rank test
EXACT_PAIRS = 200  # up to here the signed-rank null is enumerated, by convolution


def wilcoxon_signed_rank(differences: ArrayLike) -> PermutationTest:
    """Test whether paired differences are symmetric about 0 (Wilcoxon), two-sided.

    Parameters
    ----------
    differences : array of shape (n,)
        One for each patient, complete.

    Returns
    -------
    PermutationTest
        ``statistic`` is z, positive where values rose. Exact up to 200 pairs, with ``n`` the
        number of sign patterns; beyond, normal.

    Raises
    ------
    ValueError
        For wrong input.
    NotEnoughData
        Under 6 pairs, or where all differences are 0.

    Notes
    -----
    Zeros keep their ranks and have no sign (Pratt), ties share the middle rank; differences that
    agree but for rounding tie. The exact p takes all signs of the others into account, by
    convolution. Five pairs cannot reach p = .05, so none is given there. R's ``wilcox.test``
    drops zeros instead.

    References
    ----------
    Pratt JW (1959). Remarks on zeros and ties in the Wilcoxon signed rank procedures. Journal of
    the American Statistical Association 54, 655-667. R: ``coin::wilcoxsign_test``.

    Examples
    --------
    >>> test = wilcoxon_signed_rank([-1.2, -0.4, 0.0, -2.0, -0.7, -0.7, 0.3])
    >>> round(test.statistic, 3), test.p, test.n
    (-1.954, 0.0625, 64)
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


def spearman(x: ArrayLike, y: ArrayLike, *, conf_level: float = 0.95) -> Estimate:
    """Estimate Spearman's rank correlation.

    Parameters
    ----------
    x, y : arrays of shape (n,)
        Complete.
    conf_level : float
        Level of the interval, between 0 and 1.

    Returns
    -------
    Estimate
        rho, its interval (NaN under 4 pairs or where rho is 1 or -1) and its two-sided p.

    Raises
    ------
    ValueError
        For wrong input.
    NotEnoughData
        Under 3 pairs, or where one of the arrays has one value only.

    Notes
    -----
    p from t with n - 2 degrees of freedom; the interval on Fisher's scale.

    References
    ----------
    Bonett DG, Wright TA (2000). Sample size requirements for estimating Pearson, Kendall and
    Spearman correlations. Psychometrika 65, 23-28, for the interval. R: ``cor.test(method =
    "spearman", exact = FALSE)`` for p.

    Examples
    --------
    >>> rho = spearman([1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 6, 5])
    >>> round(rho.value, 3), round(rho.lower, 3), round(rho.upper, 3), round(rho.p, 3)
    (0.829, -0.127, 0.986, 0.042)
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


def _share_of_signs(twice: Array, off: int) -> float:
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
