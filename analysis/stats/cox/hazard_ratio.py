"""Hazard ratios: Cox and Firth models, the check of proportional hazards, and which model to use.

"Not estimable" is NaN in the frames: a covariate without information, or a likelihood without a
finite maximum (separation). Intervals and p of :func:`cox` are Wald's.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtr, ndtri

from analysis.stats.cox._firth_likelihood import firth_fit
from analysis.stats.cox._proportionality import compute_drift
from analysis.stats.cox._two_groups import FEWEST_FOR_COX, detectable_hr, estimator, separated
from analysis.stats.cox.partial_likelihood import CoxFit, PartialLikelihood, fit
from analysis.stats.errors import NotEnoughData
from analysis.stats.estimates import HypothesisTest
from analysis.stats.inputs import labels, matrix, positive_share, same_length, survival_arrays
from analysis.stats.typed import Array

__all__ = [
    "FEWEST_FOR_COX",
    "CoxModel",
    "cox",
    "detectable_hr",
    "estimator",
    "firth",
    "likelihood_ratio",
    "model",
    "proportional_hazards",
    "separated",
]


@dataclass(frozen=True, eq=False)
class CoxModel:
    """A Cox model fitted once, and what is read from it: what :func:`model` returns.

    Attributes
    ----------
    names : list of str
        The terms.
    likelihood : PartialLikelihood
        The data, sorted.
    fitted : CoxFit
        Coefficients and their covariance.
    """

    names: list[str]
    likelihood: PartialLikelihood
    fitted: CoxFit

    def ratios(self, *, conf_level: float = 0.95) -> pd.DataFrame:
        """What :func:`cox` gives."""
        return pd.DataFrame({"term": self.names, **self.columns(conf_level=conf_level)})

    def columns(self, *, conf_level: float = 0.95) -> dict[str, Array]:
        """The columns of ``ratios`` but the term, each of shape (terms,)."""
        z = float(ndtri((1 + positive_share(conf_level, "conf_level")) / 2))
        coef, se = self.fitted.coef, np.sqrt(np.diag(self.fitted.covariance))
        p = 2 * ndtr(-np.abs(coef / se))
        return _columns(coef, se, coef - z * se, coef + z * se, p)

    def proportional(self) -> pd.DataFrame:
        """What :func:`proportional_hazards` gives; of a model with Efron's ties."""
        names = [*self.names, "GLOBAL"] if len(self.names) > 1 else self.names
        statistic, df, p = self.drift()
        return pd.DataFrame({"term": names, "statistic": statistic, "df": df, "p": p})

    def drift(self) -> tuple[Array, Array, Array]:
        """The statistic, df and p of each term and, of several, of all together last."""
        terms = len(self.names)
        statistic, overall = np.full(terms, np.nan), np.nan
        kept = np.flatnonzero(~np.isnan(self.fitted.coef))
        if kept.size and not self.fitted.monotone.any():
            own = self.likelihood.only(kept)
            pieces = self.fitted.pieces or own.at(self.fitted.coef[kept] * own.scale)
            statistic[kept], overall = compute_drift(own, pieces)
        df = np.ones(terms, dtype=int)
        if terms > 1:
            statistic, df = np.append(statistic, overall), np.append(df, max(kept.size, 1))
        return statistic, df, chdtrc(df, statistic)


def model(
    time: ArrayLike,
    event: ArrayLike,
    covariates: Any,
    *,
    strata: ArrayLike | None = None,
    ties: str = "efron",
) -> CoxModel:
    """Fit the model of :func:`cox`, for whoever reads more than one thing from it.

    Parameters
    ----------
    time, event, covariates, strata, ties
        As :func:`cox`.

    Returns
    -------
    CoxModel
        ``ratios()`` is what :func:`cox` gives, ``proportional()`` what
        :func:`proportional_hazards` gives.

    Raises
    ------
    ValueError, NotEnoughData
        As :func:`cox`.

    Examples
    --------
    >>> fitted = model([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 0, 1], [1, 0, 1, 0, 0, 1])
    >>> fitted.names, fitted.fitted.coef.round(3).tolist()
    (['x'], [0.274])
    """
    likelihood, names = _likelihood(time, event, covariates, strata, ties)
    _refuse_doubles(matrix(covariates, np.size(time))[0], names)
    return CoxModel(names, likelihood, fit(likelihood))


def cox(
    time: ArrayLike,
    event: ArrayLike,
    covariates: Any,
    *,
    strata: ArrayLike | None = None,
    ties: str = "efron",
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Fit a Cox model.

    Parameters
    ----------
    time : array of shape (n,)
        Time to event or censoring, 0 or more, in one unit.
    event : array of shape (n,), bool or 0/1
    covariates : DataFrame (n, terms), 2-D array, or 1-D array, of numbers or bools
        For a comparison of two groups 0/1 or bool: the ratio is true against false.
    strata : array of shape (n,), optional
        A baseline hazard for each of its levels.
    ties : {"efron", "breslow"}
    conf_level : float
        Level of the intervals, between 0 and 1.

    Returns
    -------
    DataFrame, a row per term
        Columns ``term``, ``coef`` (log hazard ratio), ``se``, ``hr``, ``lower``, ``upper`` and
        ``p``. All but ``term`` are NaN where the term is not estimable: constant, a combination
        of terms before, or separated.

    Raises
    ------
    ValueError
        For wrong input, and where two terms are the same covariate.
    NotEnoughData
        Where there is no event.

    Notes
    -----
    Wald interval and two-sided Wald p. Separation, where the likelihood rises for ever because
    one group has no events, or none while the other is at risk, is found and not reported as a
    ratio of many millions; :func:`firth` has an estimate there.

    References
    ----------
    Cox DR (1972). Journal of the Royal Statistical Society B 34, 187-220. Efron B (1977). Journal
    of the American Statistical Association 72, 557-565. R: ``survival::coxph``.

    Examples
    --------
    >>> ratios = cox([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 0, 1], [1, 0, 1, 0, 0, 1])
    >>> print(ratios.round(2).to_string(index=False))
    term  coef   se   hr  lower  upper    p
       x  0.27 1.01 1.32   0.18   9.53 0.79
    """
    return model(time, event, covariates, strata=strata, ties=ties).ratios(conf_level=conf_level)


def firth(
    time: ArrayLike, event: ArrayLike, covariates: Any, *, strata: ArrayLike | None = None
) -> pd.DataFrame:
    """Fit a Cox model with Firth's penalty.

    Parameters
    ----------
    time, event, covariates, strata
        As :func:`cox`.

    Returns
    -------
    DataFrame, a row per term
        Columns as :func:`cox`; NaN for terms without information.

    Raises
    ------
    ValueError, NotEnoughData
        As :func:`cox`.

    Notes
    -----
    The penalty, half the log determinant of the information, keeps the estimate finite where the
    plain likelihood is separated, and takes away most of its bias where events are few. Breslow
    ties. The 95 % interval is that of the profile likelihood and p that of the penalised
    likelihood ratio; ``se`` is from the unpenalised information at the estimate and does not
    make up the interval. Holding a term at 0 keeps its share of the penalty.

    References
    ----------
    Firth D (1993). Bias reduction of maximum likelihood estimates. Biometrika 80, 27-38. Heinze G,
    Schemper M (2001). A solution to the problem of monotone likelihood in Cox regression.
    Biometrics 57, 114-119. R: ``coxphf::coxphf``.

    Examples
    --------
    >>> time, event, high = [1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 0], [1, 1, 1, 0, 0, 0]
    >>> ratio = firth(time, event, high)[["hr", "lower", "upper", "p"]]
    >>> print(ratio.round(2).to_string(index=False))
      hr  lower   upper    p
    13.0   1.17 1783.01 0.04
    >>> cox(time, event, high)["hr"].tolist()
    [nan]
    """
    likelihood, names = _likelihood(time, event, covariates, strata, "breslow")
    _refuse_doubles(matrix(covariates, np.size(time))[0], names)
    kept = np.flatnonzero(~likelihood.aliased())
    columns = np.full((5, len(names)), np.nan)
    if kept.size:
        own = likelihood.only(kept)
        columns[:, kept] = firth_fit(own) / np.array([own.scale] * 4 + [np.ones(kept.size)])
    return _frame(names, *columns)


def proportional_hazards(
    time: ArrayLike, event: ArrayLike, covariates: Any, *, strata: ArrayLike | None = None
) -> pd.DataFrame:
    """Test whether hazard ratios are constant over time.

    Parameters
    ----------
    time, event, covariates, strata
        As :func:`cox`.

    Returns
    -------
    DataFrame, a row per term, and a row "GLOBAL" where there are several
        Columns ``term``, ``statistic`` (chi-square), ``df``, ``p``. NaN for terms without
        information, which are left out of GLOBAL; all are NaN where a term is separated.

    Raises
    ------
    ValueError, NotEnoughData
        As :func:`cox`.

    Notes
    -----
    The score test of an added covariate x g(t), with the full information matrix and Efron ties;
    g is the Kaplan-Meier transform, 1 - S(t-) of all patients. With few events a large p shows
    nothing: the test could not have seen a change.

    References
    ----------
    Grambsch PM, Therneau TM (1994). Proportional hazards tests and diagnostics based on weighted
    residuals. Biometrika 81, 515-526. R: ``survival::cox.zph`` (``transform = "km"``) of
    survival 3 and later; earlier versions, and other programs, use an approximation.

    Examples
    --------
    >>> test = proportional_hazards([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 0, 1], [1, 0, 1, 0, 0, 1])
    >>> print(test.round(3).to_string(index=False))
    term  statistic  df     p
       x      0.519   1 0.471
    """
    return model(time, event, covariates, strata=strata).proportional()


def likelihood_ratio(
    time: ArrayLike,
    event: ArrayLike,
    covariates: Any,
    reduced: Any = None,
    *,
    strata: ArrayLike | None = None,
    ties: str = "efron",
) -> HypothesisTest:
    """Compare a Cox model with a smaller one inside it, or with none.

    Parameters
    ----------
    time, event, covariates, strata, ties
        As :func:`cox`.
    reduced : as ``covariates``, optional
        The terms of the smaller model. For an interaction, ``covariates`` hold its column
        besides those of ``reduced``.

    Returns
    -------
    HypothesisTest
        Twice the difference of the log partial likelihoods, on as many degrees of freedom as
        terms are added.

    Raises
    ------
    ValueError
        As :func:`cox`.
    NotEnoughData
        Where there is no event, either model has no finite maximum, or nothing is added.

    References
    ----------
    R: ``anova`` of two ``survival::coxph`` fits.

    Examples
    --------
    >>> test = likelihood_ratio([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 0, 1], [1, 0, 1, 0, 0, 1])
    >>> round(test.statistic, 3), test.df, round(test.p, 3)
    (0.073, 1, 0.787)
    """
    full = fit(_likelihood(time, event, covariates, strata, ties)[0])
    small = None if reduced is None else fit(_likelihood(time, event, reduced, strata, ties)[0])
    if full.monotone.any() or (small is not None and small.monotone.any()):
        raise NotEnoughData("The groups are separated: the models have no finite estimate.")
    df = _terms(full) - (_terms(small) if small else 0)
    if df < 1:
        raise NotEnoughData("The larger model adds nothing that these patients could tell.")
    gain = 2 * (full.loglik - (small.loglik if small else full.loglik_null))
    return HypothesisTest(max(gain, 0.0), df, float(chdtrc(df, max(gain, 0.0))), "likelihood ratio")


def _refuse_doubles(x: Array, names: list[str]) -> None:
    """ValueError where two terms are one covariate, up to its unit and direction."""
    centred = x - x.mean(axis=0)
    size = np.linalg.norm(centred, axis=0)
    unit = np.divide(centred, size, out=np.zeros_like(centred), where=size > 0)
    alike = np.triu(np.abs(unit.T @ unit) > 1 - 1e-12, 1)
    for i, j in np.argwhere(alike):
        raise ValueError(
            f"{names[i]} and {names[j]} are the same covariate: "
            "no model can tell their effects apart. Leave one of them out."
        )


def _likelihood(
    time: ArrayLike, event: ArrayLike, covariates: Any, strata: ArrayLike | None, ties: str
) -> tuple[PartialLikelihood, list[str]]:
    """Checked input as a partial likelihood, and the names of the terms."""
    if ties not in ("efron", "breslow"):
        raise ValueError(f"ties must be efron or breslow, not {ties!r}.")
    time, event = survival_arrays(time, event)
    x, names = matrix(covariates, time.size)
    same_length(time=time, covariates=x)
    stratum = None if strata is None else labels(strata, time.size, "strata")[0]
    if not event.any():
        raise NotEnoughData("No event was observed, so there is no hazard to compare.")
    return PartialLikelihood(time, event, x, stratum, ties), names


def _frame(
    names: list[str], coef: Array, se: Array, lower: Array, upper: Array, p: Array
) -> pd.DataFrame:
    """The frame of a fit; limits come on the log scale."""
    return pd.DataFrame({"term": names, **_columns(coef, se, lower, upper, p)})


def _columns(coef: Array, se: Array, lower: Array, upper: Array, p: Array) -> dict[str, Array]:
    with np.errstate(over="ignore"):
        hr, lower, upper = np.exp(coef), np.exp(lower), np.exp(upper)
    columns = {"coef": coef, "se": se, "hr": hr, "lower": lower, "upper": upper, "p": p}
    return {name: np.where(np.isfinite(v), v, np.nan) for name, v in columns.items()}


def _terms(fitted: CoxFit) -> int:
    return int((~fitted.aliased).sum())
