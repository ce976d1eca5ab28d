"""Hazard ratios: Cox and Firth models, the check of proportional hazards, and which model to use.

"Not estimable" is NaN in the frames: a covariate without information, or a likelihood without a
finite maximum (separation). Intervals and p of :func:`cox` are Wald's.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr, ndtri

from analysis.stats.cox._proportionality import compute_drift
from analysis.stats.cox.firth_likelihood import firth_fit
from analysis.stats.cox.partial_likelihood import CoxFit, PartialLikelihood, fit
from analysis.stats.cox.two_groups import FEWEST_FOR_COX, detectable_hr, estimator, separated
from analysis.stats.errors import NotEnoughData
from analysis.stats.estimates import HypothesisTest
from analysis.stats.inputs import labels, matrix, positive_share, same_length, survival_arrays

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
    """A Cox model fitted once, and what is read from it."""

    names: list[str]
    likelihood: PartialLikelihood
    fitted: CoxFit

    def ratios(self, *, conf_level=0.95) -> pd.DataFrame:
        """What :func:`cox` gives."""
        return pd.DataFrame({"term": self.names, **self.columns(conf_level=conf_level)})

    def columns(self, *, conf_level=0.95) -> dict[str, np.ndarray]:
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

    def drift(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
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


def model(time, event, covariates, *, strata=None, ties="efron") -> CoxModel:
    """Fit the model of :func:`cox`; arguments and errors as there."""
    likelihood, names = _likelihood(time, event, covariates, strata, ties)
    return CoxModel(names, likelihood, fit(likelihood))


def cox(time, event, covariates, *, strata=None, ties="efron", conf_level=0.95) -> pd.DataFrame:
    """Fit a Cox model; a row per term: term coef se hr lower upper p.

    Parameters
    ----------
    time, event : arrays of shape (n,)
    covariates : DataFrame (n, terms), 2-D array, or 1-D array of numbers or bools
        For a two-group comparison 0/1 or bool: the HR is true against false.
    strata : array of shape (n,), optional
    ties : "efron" or "breslow"

    Wald interval of ``hr`` and two-sided Wald p, as R's coxph. Terms that are not estimable
    (constant, collinear with terms before, separated) have NaN. Raises ValueError for wrong
    input, NotEnoughData where there is no event.
    """
    return model(time, event, covariates, strata=strata, ties=ties).ratios(conf_level=conf_level)


def firth(time, event, covariates) -> pd.DataFrame:
    """Fit a Cox model with Firth's penalty; a row per term: term coef se hr lower upper p.

    Finite where the plain likelihood is separated (Heinze & Schemper 2001). Breslow ties;
    profile-likelihood 95 % interval and penalised likelihood-ratio p, as R's coxphf. ``se`` is
    from the unpenalised information at the estimate. Arguments and errors as :func:`cox`; terms
    without information are NaN.
    """
    likelihood, names = _likelihood(time, event, covariates, None, "breslow")
    kept = np.flatnonzero(~likelihood.aliased())
    columns = np.full((5, len(names)), np.nan)
    if kept.size:
        own = likelihood.only(kept)
        columns[:, kept] = firth_fit(own) / np.array([own.scale] * 4 + [np.ones(kept.size)])
    return _frame(names, *columns)


def proportional_hazards(time, event, covariates, *, strata=None) -> pd.DataFrame:
    """Test proportional hazards: term statistic df p, and a row GLOBAL for several terms.

    The score test of an added covariate x g(t), g the Kaplan-Meier transform (1 - S(t-) of all
    patients), with the full information matrix: cox.zph of R's survival >= 3. Efron ties.
    Arguments and errors as :func:`cox`. Terms without information have NaN and are left out of
    GLOBAL; where a term is separated, all are NaN.
    """
    return model(time, event, covariates, strata=strata).proportional()


def likelihood_ratio(
    time, event, covariates, reduced=None, *, strata=None, ties="efron"
) -> HypothesisTest:
    """Compare a Cox model with a smaller one inside it, or with none (``reduced=None``).

    Twice the difference of the log partial likelihoods on as many degrees of freedom as terms
    are added (R's ``anova``); for an interaction, ``covariates`` hold its column besides those
    of ``reduced``. NotEnoughData where either model has no finite maximum or nothing is added.
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


def _likelihood(time, event, covariates, strata, ties) -> tuple[PartialLikelihood, list[str]]:
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


def _frame(names, coef, se, lower, upper, p) -> pd.DataFrame:
    """The frame of a fit; limits come on the log scale."""
    return pd.DataFrame({"term": names, **_columns(coef, se, lower, upper, p)})


def _columns(coef, se, lower, upper, p) -> dict[str, np.ndarray]:
    with np.errstate(over="ignore"):
        hr, lower, upper = np.exp(coef), np.exp(lower), np.exp(upper)
    columns = {"coef": coef, "se": se, "hr": hr, "lower": lower, "upper": upper, "p": p}
    return {name: np.where(np.isfinite(v), v, np.nan) for name, v in columns.items()}


def _terms(fitted: CoxFit) -> int:
    return int((~fitted.aliased).sum())
