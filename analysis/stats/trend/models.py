"""Models of a marker by dose: permuted ANCOVA at one visit, and a mixed model over all visits."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from analysis.stats.errors import NotEnoughData
from analysis.stats.inputs import numbers, same_length
from analysis.stats.trend.rank_tests import PERMUTATIONS, PERMUTED_BELOW
from analysis.stats.typed import Array, Floats

__all__ = ["MIXED_P_FROM", "MOST_MIXED", "Slope", "ancova", "mixed_model", "warm"]

MIXED_P_FROM = 30  # patients: below, the Wald test rejects 12-13 % of nulls
MOST_MIXED = 400  # patients: beyond, the fit takes longer than a page may
_SAME = 1e-9


@dataclass(frozen=True)
class Slope:
    """What one unit of dose does to a value.

    Attributes
    ----------
    factor, lower, upper : float
        The value is multiplied by it (1: nothing changes), with the 95 % interval.
    p : float
        NaN where none is given.
    name : str
        Of the test.
    n : int
        Patients.
    why : str
        Why there is no estimate, in words; empty where there is.
    """

    factor: float
    lower: float
    upper: float
    p: float
    name: str
    n: int
    why: str = ""


def ancova(
    value: ArrayLike,
    baseline: ArrayLike,
    dose: ArrayLike,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> Slope:
    """Estimate the effect of dose on a value, given its baseline.

    Parameters
    ----------
    value, baseline : arrays of shape (n,)
        Above 0, in one unit.
    dose : array of shape (n,)
    permutations : int
        Random exchanges, where p is permuted.
    seed : int
        Makes the exchanges repeatable.

    Returns
    -------
    Slope
        The factor per unit of dose, with the interval of least squares (t).

    Raises
    ------
    ValueError
        For wrong input, and for values of 0 or below.
    NotEnoughData
        Under five patients, or where dose and baseline cannot be told apart.

    Notes
    -----
    log2(value) ~ log2(baseline) + dose. Below 30 patients p is that of |t| when the residuals of
    the model without dose are exchanged, (b + 1) / (permutations + 1); from 30 on that of t.

    References
    ----------
    Freedman D, Lane D (1983). A nonstochastic interpretation of reported significance levels.
    Journal of Business and Economic Statistics 1, 292-298. R: ``lm`` for estimate and interval.

    Examples
    --------
    >>> slope = ancova([2, 3, 4, 8, 9, 15], [2, 2, 3, 3, 2, 3], [0, 0, 1, 1, 2, 2])
    >>> round(slope.factor, 2), round(slope.lower, 2), round(slope.upper, 2), slope.name
    (2.05, 1.1, 3.8, 'permuted ANCOVA (10,000 permutations)')
    """
    y, x, d = _logs(value, "value"), _logs(baseline, "baseline"), numbers(dose, "dose")
    same_length(value=y, baseline=x, dose=d)
    n = y.size
    if n < 5:
        raise NotEnoughData(f"The model with baseline and dose needs five patients, not {n}.")
    base = np.column_stack([np.ones(n), x])
    residual, own = _without(base, y), _without(base, d)
    size = float(own @ own)
    if size <= _SAME * max(float(d @ d), 1.0):
        raise NotEnoughData("Dose does not vary among patients of the same baseline.")
    slope, freedom = float(own @ residual) / size, n - 3
    left = max(float(residual @ residual) - slope**2 * size, 0.0)
    se = math.sqrt(left / freedom / size)
    half = float(stats.t.isf(0.025, freedom)) * se
    if n >= PERMUTED_BELOW:
        p, name = float(2 * stats.t.sf(abs(slope) / se, freedom)) if se else 0.0, "ANCOVA"
    else:
        p = _exchanged(base, residual, own, permutations, seed)
        name = f"permuted ANCOVA ({permutations:,} permutations)"
    return Slope(_power(slope), _power(slope - half), _power(slope + half), p, name, n)


def mixed_model(
    log_value: ArrayLike, dose: ArrayLike, visit: pd.Categorical, subject: ArrayLike
) -> Slope:
    """Estimate how the slope of dose changes over visits, in a mixed model.

    Parameters
    ----------
    log_value : array of shape (rows,)
        log2 of the value, a row per sample.
    dose : array of shape (rows,)
    visit : ordered Categorical of shape (rows,)
    subject : array of shape (rows,)
        Whose sample it is.

    Returns
    -------
    Slope
        The slope of dose at the last visit less that at the first, as a factor; NaN, and ``why``
        in words, where the model does not converge, there are too few samples, or there are more
        than 400 patients.

    Notes
    -----
    log2(value) ~ dose x visit with a random intercept by subject, by REML. The p is Wald's and
    given from 30 patients only: below, it rejects 12 to 13 % of nulls at 5 %.

    References
    ----------
    Laird NM, Ware JH (1982). Random-effects models for longitudinal data. Biometrics 38, 963-974.
    statsmodels ``MixedLM``. The same model in R: ``lme4::lmer(log_value ~ dose * visit + (1 |
    subject))``.

    Examples
    --------
    >>> visit = pd.Categorical(["C1D1", "C1D15"] * 6, ["C1D1", "C1D15"], ordered=True)
    >>> dose, subject = np.repeat([0, 0, 1, 1, 2, 2], 2), np.repeat(np.arange(6), 2)
    >>> log_value = [1, 1.3, 2, 1.8, 1.5, 2.6, 2.2, 3.0, 1.1, 3.4, 2.4, 4.1]
    >>> slope = mixed_model(log_value, dose, visit, subject)
    >>> round(slope.factor, 2), slope.p
    (1.97, nan)
    """
    frame = pd.DataFrame({"y": log_value, "dose": dose, "visit": visit, "subject": subject})
    n = frame["subject"].nunique()
    if n > MOST_MIXED:
        why = f"not fitted for more than {MOST_MIXED} patients: the tests above need no model"
        return _no_slope(n, why)
    design = _design(frame)
    if n < 5 or len(frame) <= design.shape[1] + 2 or (
        np.linalg.matrix_rank(design.to_numpy()) < design.shape[1]
    ):  # fmt: skip
        return _no_slope(n, "too few samples for this model")
    found = _fit(frame["y"].to_numpy(float), design, frame["subject"].to_numpy())
    if found is None:
        return _no_slope(n, "the model did not converge: it gives no number")
    slope, se = found
    half = 1.959964 * se
    p = float(2 * stats.norm.sf(abs(slope / se))) if n >= MIXED_P_FROM else math.nan
    return Slope(2.0**slope, 2.0 ** (slope - half), 2.0 ** (slope + half), p, "mixed model", n)


def _no_slope(n: int, why: str) -> Slope:
    """A mixed model without an estimate, and the reason."""
    return Slope(math.nan, math.nan, math.nan, math.nan, "mixed model", n, why)


def _design(frame: pd.DataFrame) -> pd.DataFrame:
    visits = pd.get_dummies(frame["visit"], drop_first=True, dtype=float)
    visits.columns = [f"at {name}" for name in visits.columns]
    dose = frame["dose"].astype(float)
    products = visits.mul(dose, axis=0).add_prefix("dose ")
    return pd.concat([pd.Series(1.0, frame.index, name="1"), dose, visits, products], axis=1)


def _fit(y: Array, design: pd.DataFrame, subject: Array) -> tuple[float, float] | None:
    """Estimate and standard error of the last term; None where the fit did not converge."""
    # Loaded here: it takes a second, and most pages never need it.
    from statsmodels.regression.mixed_linear_model import MixedLM

    with warnings.catch_warnings():
        # What it warns of (a boundary, a singular Hessian) is judged by the numbers below.
        warnings.simplefilter("ignore")
        try:
            fit = MixedLM(y, design.to_numpy(float), groups=subject).fit(reml=True)
        except (np.linalg.LinAlgError, ValueError):
            return None
    slope, se = float(fit.fe_params[-1]), float(fit.bse_fe[-1])
    usable = fit.converged and math.isfinite(slope) and math.isfinite(se) and se > 0
    return (slope, se) if usable else None


def _exchanged(base: Array, residual: Array, own: Array, permutations: int, seed: int) -> float:
    """p of |t| under exchanged residuals; with them t grows with the share that dose explains."""
    rng = np.random.default_rng(seed)
    drawn = rng.permuted(np.tile(residual, (permutations, 1)), axis=1)
    left = drawn - drawn @ base @ np.linalg.pinv(base)
    share = (drawn @ own) ** 2 / np.maximum((left**2).sum(axis=1), 1e-300)
    observed = float(own @ residual) ** 2 / max(float(residual @ residual), 1e-300)
    return float(((share >= observed * (1 - _SAME)).sum() + 1) / (permutations + 1))


def _without(base: Array, y: Array) -> Array:
    """What the columns of `base` leave of y."""
    left: Array = y - base @ np.linalg.lstsq(base, y, rcond=None)[0]
    return left


def _logs(values: ArrayLike, what: str) -> Floats:
    values = numbers(values, what)
    if (values <= 0).any():
        raise ValueError(f"{what} must be above 0 to have a logarithm.")
    logs: Floats = np.log2(values)
    return logs


def _power(exponent: float) -> float:
    return 2.0**exponent if exponent < 1000 else math.inf


def warm() -> None:
    """Load statsmodels, which takes a second, before somebody waits for it."""
    from statsmodels.regression.mixed_linear_model import MixedLM  # noqa: F401
