"""The log-rank test and its weighted relatives, for two or more groups, stratified or not."""

import numpy as np
from scipy.special import chdtrc

from analysis.stats.errors import NotEnoughData
from analysis.stats.estimates import HypothesisTest
from analysis.stats.inputs import labels, survival_arrays
from analysis.stats.risk_set import just_before, product_limit, risk_table

_NAMES = {
    "logrank": "log-rank",
    "gehan": "Gehan-Breslow",
    "tarone-ware": "Tarone-Ware",
    "peto-peto": "Peto-Peto",
}


def logrank(time, event, group, *, weights="logrank", strata=None) -> HypothesisTest:
    """Test whether survival is the same in all groups.

    Parameters
    ----------
    time, event, group, strata : arrays of shape (n,)
        ``strata``: risk sets are formed within its levels and summed over them.
    weights : "logrank" (1), "gehan" (number at risk), "tarone-ware" (its square root),
        "peto-peto" (survival just before t), or ``("fleming-harrington", p, q)``
        (S(t-)^p (1 - S(t-))^q); survival pooled over groups, within the stratum.

    Returns the chi-square on (groups - 1) degrees of freedom, fewer where some groups are never
    at risk together; hypergeometric variance. Raises ValueError for wrong input, NotEnoughData
    where there is no event or no time at which two groups are at risk.
    As R's survdiff (rho = 0; "peto-peto" is rho = 1).
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


def weights_name(weights) -> str:
    """The test's name for people, or ValueError for weights that do not exist."""
    if isinstance(weights, str) and weights in _NAMES:
        return _NAMES[weights]
    p, q = _fleming_harrington(weights)
    return f"Fleming-Harrington ({p:g}, {q:g})"


def _fleming_harrington(weights) -> tuple[float, float]:
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


def _weights(weights, table) -> np.ndarray:
    """The weight at each row of the risk table, shape (rows,)."""
    at_risk = table.at_risk.sum(axis=1)
    if weights == "logrank":
        return np.ones(at_risk.size)
    if weights == "gehan":
        return at_risk.astype(float)
    if weights == "tarone-ware":
        return np.sqrt(at_risk)
    p, q = (1.0, 0.0) if weights == "peto-peto" else _fleming_harrington(weights)
    before = just_before(product_limit(table, table.events.sum(axis=1), at_risk)[0], table)
    return before**p * (1.0 - before) ** q


def _sums(table, weight: np.ndarray):
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


def _chi_square(difference: np.ndarray, covariance: np.ndarray) -> tuple[float, int]:
    k = difference.size
    largest = float(np.max(np.diag(covariance)))
    if not largest > 0:
        raise NotEnoughData(
            "At no event are patients of two groups at risk together, so they cannot be compared."
        )
    if k == 2:
        return float(difference[-1] ** 2 / covariance[-1, -1]), 1
    rank = int(np.linalg.matrix_rank(covariance, tol=1e-10 * largest, hermitian=True))
    if rank == k - 1:
        tail = difference[1:]
        return float(tail @ np.linalg.solve(covariance[1:, 1:], tail)), rank
    inverse = np.linalg.pinv(covariance, rcond=1e-10, hermitian=True)
    return float(difference @ inverse @ difference), max(rank, 1)
