"""Models of a marker by dose: permuted ANCOVA at one visit, and a mixed model over all visits."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.stats.errors import NotEnoughData
from analysis.stats.inputs import numbers, same_length
from analysis.stats.trend.rank_tests import PERMUTATIONS, PERMUTED_BELOW

MIXED_P_FROM = 30  # patients: below, the Wald test rejects 12-13 % of nulls
MOST_MIXED = 400  # patients: beyond, the fit takes longer than a page may
_SAME = 1e-9


@dataclass(frozen=True)
class Slope:
    """What one unit of dose does, as a factor of the value (1: nothing), with its 95 % interval.

    `p` is NaN where none is given; `name` of its test. `why`: no estimate, in words.
    """

    factor: float
    lower: float
    upper: float
    p: float
    name: str
    n: int
    why: str = ""


def ancova(value, baseline, dose, *, permutations=PERMUTATIONS, seed=0) -> Slope:
    """log(value) ~ log(baseline) + dose, for complete arrays of shape (n,), all above 0.

    The factor per unit of dose with the interval of least squares (t). p: below 30 patients that
    of |t| when the residuals of the model without dose are exchanged (Freedman & Lane 1983),
    (b + 1) / (permutations + 1); else of t. Raises ValueError for wrong input, NotEnoughData under
    five patients or where dose and baseline cannot be told apart.
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
    return Slope(*(_power(one) for one in (slope, slope - half, slope + half)), p, name, n)


def mixed_model(log_value, dose, visit, subject) -> Slope:
    """Mixed model log2(value) ~ dose x visit with a random intercept by subject: the last visit.

    Arrays of shape (rows,), a row per sample; `visit` an ordered Categorical, the slope of dose at
    its last one, less that at its first, as a factor. Estimated by REML (statsmodels MixedLM, as
    lme4's lmer in R); p (Wald) only from 30 patients. A fit that does not converge gives `why`
    and no number.
    """
    frame = pd.DataFrame({"y": log_value, "dose": dose, "visit": visit, "subject": subject})
    n = frame["subject"].nunique()
    none = (math.nan,) * 4
    if n > MOST_MIXED:
        why = f"not fitted for more than {MOST_MIXED} patients: the tests above need no model"
        return Slope(*none, "mixed model", n, why)
    design = _design(frame)
    if n < 5 or len(frame) <= design.shape[1] + 2 or (
        np.linalg.matrix_rank(design.to_numpy()) < design.shape[1]
    ):  # fmt: skip
        return Slope(*none, "mixed model", n, "too few samples for this model")
    found = _fit(frame["y"].to_numpy(float), design, frame["subject"].to_numpy())
    if found is None:
        return Slope(*none, "mixed model", n, "the model did not converge: it gives no number")
    slope, se = found
    half = 1.959964 * se
    p = float(2 * stats.norm.sf(abs(slope / se))) if n >= MIXED_P_FROM else math.nan
    return Slope(*(2.0**one for one in (slope, slope - half, slope + half)), p, "mixed model", n)


def _design(frame: pd.DataFrame) -> pd.DataFrame:
    visits = pd.get_dummies(frame["visit"], drop_first=True, dtype=float)
    visits.columns = [f"at {name}" for name in visits.columns]
    dose = frame["dose"].astype(float)
    products = visits.mul(dose, axis=0).add_prefix("dose ")
    return pd.concat([pd.Series(1.0, frame.index, name="1"), dose, visits, products], axis=1)


def _fit(y: np.ndarray, design: pd.DataFrame, subject: np.ndarray) -> tuple[float, float] | None:
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


def _exchanged(base, residual, own, permutations: int, seed: int) -> float:
    """p of |t| under exchanged residuals; with them t grows with the share that dose explains."""
    rng = np.random.default_rng(seed)
    drawn = rng.permuted(np.tile(residual, (permutations, 1)), axis=1)
    left = drawn - drawn @ base @ np.linalg.pinv(base)
    share = (drawn @ own) ** 2 / np.maximum((left**2).sum(axis=1), 1e-300)
    observed = float(own @ residual) ** 2 / max(float(residual @ residual), 1e-300)
    return float(((share >= observed * (1 - _SAME)).sum() + 1) / (permutations + 1))


def _without(base: np.ndarray, y: np.ndarray) -> np.ndarray:
    """What the columns of `base` leave of y."""
    return y - base @ np.linalg.lstsq(base, y, rcond=None)[0]


def _logs(values, what: str) -> np.ndarray:
    values = numbers(values, what)
    if (values <= 0).any():
        raise ValueError(f"{what} must be above 0 to have a logarithm.")
    return np.log2(values)


def _power(exponent: float) -> float:
    return 2.0**exponent if exponent < 1000 else math.inf


def warm() -> None:
    """Load statsmodels, which takes a second, before somebody waits for it."""
    from statsmodels.regression.mixed_linear_model import MixedLM  # noqa: F401
