"""The log-rank test and its weighted relatives, for two or more groups, stratified or not."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from analysis.stats.errors import NotEnoughData
from analysis.stats.estimates import HypothesisTest
from analysis.stats.inputs import labels, survival_arrays
from analysis.stats.risk_set import RiskTable, just_before, product_limit, risk_table
from analysis.stats.typed import Flags, Floats, Integers

__all__ = ["logrank", "logrank_trend", "say_no_comparison", "weights_name"]

APART = "At no event are patients of two groups at risk together, so they cannot be compared."
AT_ONCE = "All patients at risk had the event at the same time, so the groups cannot be compared."

Weights: TypeAlias = str | tuple[str, float, float]

_NAMES = {
    "logrank": "log-rank",
    "gehan": "Gehan-Breslow",
    "tarone-ware": "Tarone-Ware",
    "peto-peto": "Peto-Peto",
}


def logrank(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    *,
    weights: Weights = "logrank",
    strata: ArrayLike | None = None,
) -> HypothesisTest:
    """Test whether survival is the same in all groups.

    Parameters
    ----------
    time : array of shape (n,)
        Time to event or censoring, 0 or more, in one unit.
    event : array of shape (n,), bool or 0/1
    group : array of shape (n,)
        Labels of two or more groups.
    weights : str or tuple
        "logrank" (1), "gehan" (number at risk), "tarone-ware" (its square root), "peto-peto"
        (survival just before t), or ``("fleming-harrington", p, q)``: S(t-)^p (1 - S(t-))^q.
        Survival is pooled over the groups, within the stratum.
    strata : array of shape (n,), optional
        Risk sets are formed within its levels, and observed, expected and variance summed.

    Returns
    -------
    HypothesisTest
        ``statistic`` is a chi-square on ``df`` = groups - 1 degrees of freedom, fewer where some
        groups are never at risk together; ``u`` is observed - expected of the last group.

    Raises
    ------
    ValueError
        For wrong input, fewer than two groups, or weights that do not exist.
    NotEnoughData
        Where there is no event, or none at which patients of two groups are at risk together.

    Notes
    -----
    Hypergeometric variance, ties included. The p comes from the chi-square distribution, which
    is wrong where a group is small or has few events: see :func:`permutation_logrank`. The weight
    "peto-peto" is S(t-), not the modified one of the same name in some programs.

    References
    ----------
    Mantel N (1966). Cancer Chemotherapy Reports 50, 163-170. Fleming TR, Harrington DP (1991).
    Counting Processes and Survival Analysis. R: ``survival::survdiff`` (``rho = 0``; "peto-peto"
    is ``rho = 1``).

    Examples
    --------
    >>> time, event = [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 0, 1, 1, 0, 1]
    >>> test = logrank(time, event, ["A", "A", "A", "B", "A", "B", "B", "B"])
    >>> round(test.statistic, 3), test.df, round(test.p, 3)
    (6.843, 1, 0.009)
    """
    time, event = survival_arrays(time, event)
    codes, names = labels(group, time.size)
    if len(names) < 2:
        raise ValueError(f"The test needs at least two groups; all patients are in {names[0]}.")
    stratum = None if strata is None else labels(strata, time.size, "strata")[0]
    if not event.any():
        raise NotEnoughData("No event was observed, so there is nothing to compare.")
    table = risk_table(time, event, codes, stratum, groups=len(names))
    observed, expected, variance = _sums(table, _weights(weights, table))
    if not np.max(np.diag(variance)) > 0:
        raise NotEnoughData(say_no_comparison(time, event, codes, stratum))
    statistic, df = _chi_square(observed - expected, variance)
    return HypothesisTest(
        statistic=statistic,
        df=df,
        p=float(chdtrc(df, statistic)),
        name=("stratified " if strata is not None else "") + weights_name(weights),
        groups=tuple(names),
        observed=tuple(observed.tolist()),
        expected=tuple(expected.tolist()),
        u=float(observed[-1] - expected[-1]),
        variance=float(variance[-1, -1]),
    )


def logrank_trend(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    *,
    strata: ArrayLike | None = None,
) -> HypothesisTest:
    """Test for a trend of survival over ordered groups.

    Parameters
    ----------
    time, event, strata
        As :func:`logrank`.
    group : array of shape (n,)
        Labels of two or more groups, in the order of :func:`labels`; they get the scores 0, 1, ...

    Returns
    -------
    HypothesisTest
        ``statistic`` is a chi-square on 1 degree of freedom; ``u`` is the sum of score times
        (observed - expected), positive where later groups have more events.

    Raises
    ------
    ValueError, NotEnoughData
        As :func:`logrank`.

    References
    ----------
    Tarone RE (1975). Tests for trend in life table analysis. Biometrika 62, 679-682. R:
    ``survival::survdiff`` for observed, expected and their covariance.

    Examples
    --------
    >>> time, event = [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 0, 1, 1, 0, 1]
    >>> test = logrank_trend(time, event, [0, 0, 0, 1, 1, 1, 2, 2])
    >>> round(test.statistic, 3), test.df, round(test.p, 4)
    (8.333, 1, 0.0039)
    """
    time, event = survival_arrays(time, event)
    codes, names = labels(group, time.size)
    stratum = None if strata is None else labels(strata, time.size, "strata")[0]
    test = logrank(time, event, group, strata=strata)
    table = risk_table(time, event, codes, stratum, groups=len(names))
    observed, expected, covariance = _sums(table, np.ones(len(table.time)))
    score = np.arange(len(names), dtype=float)
    u, variance = float(score @ (observed - expected)), float(score @ covariance @ score)
    if not variance > 1e-12:
        raise NotEnoughData(say_no_comparison(time, event, codes, stratum))
    return HypothesisTest(
        statistic=u * u / variance,
        df=1,
        p=float(chdtrc(1, u * u / variance)),
        name="stratified log-rank trend" if strata is not None else "log-rank trend",
        groups=test.groups,
        observed=test.observed,
        expected=test.expected,
        u=u,
        variance=variance,
    )


def say_no_comparison(
    time: Floats, event: Flags, codes: Integers, stratum: Integers | None = None
) -> str:
    """Say why a log-rank test of these groups has no information.

    Parameters
    ----------
    time, event, codes, stratum : arrays of shape (n,)
        As :func:`risk_table`.

    Returns
    -------
    str
        A sentence.

    Examples
    --------
    >>> together = np.array([5.0, 5.0]), np.array([True, True]), np.array([0, 1])
    >>> say_no_comparison(*together)
    'All patients at risk had the event at the same time, so the groups cannot be compared.'
    """
    if not event.any():
        return "No event was observed, so there is nothing to compare."
    table = risk_table(time, event, codes, stratum, groups=int(codes.max()) + 1)
    at_event = table.events.sum(axis=1) > 0
    together = (table.at_risk[at_event] > 0).sum(axis=1) > 1
    return AT_ONCE if together.any() else APART


def weights_name(weights: Weights) -> str:
    """Name a weighted log-rank test.

    Parameters
    ----------
    weights : str or tuple
        As :func:`logrank`.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        For weights that do not exist.

    Examples
    --------
    >>> weights_name("peto-peto"), weights_name(("fleming-harrington", 0, 1))
    ('Peto-Peto', 'Fleming-Harrington (0, 1)')
    """
    if isinstance(weights, str) and weights in _NAMES:
        return _NAMES[weights]
    p, q = _fleming_harrington(weights)
    return f"Fleming-Harrington ({p:g}, {q:g})"


def _fleming_harrington(weights: Any) -> tuple[float, float]:
    try:
        name, p, q = weights
        p, q = float(p), float(q)
        if name == "fleming-harrington" and 0 <= p < np.inf and 0 <= q < np.inf:
            return p, q
    except (TypeError, ValueError):
        pass
    raise ValueError(
        f"weights must be one of {', '.join(_NAMES)}, or ('fleming-harrington', p, q) with "
        f"p and q not negative; not {weights!r}."
    )


def _weights(weights: Weights, table: RiskTable) -> Floats:
    """The weight at each row of the risk table, shape (rows,)."""
    at_risk = table.at_risk.sum(axis=1)
    if weights == "logrank":
        return np.ones(at_risk.size)
    if weights == "gehan":
        return np.asarray(at_risk, dtype=float)
    if weights == "tarone-ware":
        return np.asarray(np.sqrt(at_risk))
    p, q = (1.0, 0.0) if weights == "peto-peto" else _fleming_harrington(weights)
    before = just_before(product_limit(table, table.events.sum(axis=1), at_risk)[0], table)
    return np.asarray(before**p * (1.0 - before) ** q)


def _sums(table: RiskTable, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Weighted observed and expected events per group, and the covariance of their difference."""
    deaths = table.events.sum(axis=1)
    rows = deaths > 0
    d, w, events = deaths[rows].astype(float), weight[rows], table.events[rows]
    n = table.at_risk[rows].sum(axis=1).astype(float)
    share = table.at_risk[rows] / n[:, None]
    scale = w * w * d * (n - d) / np.maximum(n - 1, 1)
    if share.shape[1] == 2:  # sums of what is not negative: zero exactly where it should be
        v = float(scale @ (share[:, 0] * share[:, 1]))
        covariance = np.array([[v, -v], [-v, v]])
    else:
        covariance = np.diag(scale @ share) - share.T @ (share * scale[:, None])
    return w @ events, (w * d) @ share, covariance


def _chi_square(difference: Floats, covariance: Floats) -> tuple[float, int]:
    k = difference.size
    largest = float(np.max(np.diag(covariance)))
    if k == 2:
        return float(difference[-1] ** 2 / covariance[-1, -1]), 1
    rank = int(np.linalg.matrix_rank(covariance, tol=1e-10 * largest, hermitian=True))
    if rank == k - 1:
        tail = difference[1:]
        return float(tail @ np.linalg.solve(covariance[1:, 1:], tail)), rank
    inverse = np.linalg.pinv(covariance, rcond=1e-10, hermitian=True)
    return float(difference @ inverse @ difference), max(rank, 1)
