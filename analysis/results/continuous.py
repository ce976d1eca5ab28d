"""The marker as it was measured, beside the split: a linear effect and, from 30 events, a spline.

Skewed markers, ratios and fold changes are taken on the log scale, where an effect is one per
doubling; the others per round number of units near their standard deviation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtri

from analysis.cohort.analysis_set import derive_analysis_set, select_sample
from analysis.question import Question
from analysis.stats.cox import hazard_ratio, partial_likelihood
from analysis.stats.errors import NotEnoughData
from analysis.stats.estimates import HypothesisTest
from analysis.stats.inputs import matrix, survival_arrays
from data.cohort import Cohort

SPLINE_EVENTS = 30  # below, a curve would follow single patients
FOUR_KNOTS = 100  # patients; below, three knots (Harrell, Regression Modeling Strategies, 2.4.6)
QUANTILES = {3: (0.10, 0.50, 0.90), 4: (0.05, 0.35, 0.65, 0.95)}
POINTS = 41  # of the curve, even by value and again even by rank
_Z = float(ndtri(0.975))


@dataclass(frozen=True, eq=False)
class Spline:
    """A restricted cubic spline: the curve and its two likelihood-ratio tests.

    `curve`: value hr lower upper, against the median value (pointwise 95 % Wald band), from the
    tenth smallest value to the tenth largest (the fifth below 200 patients), and `linear`, the
    hazard ratio of the linear effect there. `knots` in the marker's unit.
    """

    knots: tuple[float, ...]
    reference: float
    curve: pd.DataFrame
    overall: HypothesisTest
    nonlinear: HypothesisTest


@dataclass(frozen=True, eq=False)
class Continuous:
    """The hazard ratio per `step` (units, or 2 for a doubling where `log`), and the spline.

    `floor` is what zeros were set to on the log scale (NaN: there were none). `spline` is None,
    and `why` says the reason in words, where there is none.
    """

    hr: float
    lower: float
    upper: float
    p: float
    estimator: str  # "cox" | "firth"
    log: bool
    step: float
    floor: float
    spline: Spline | None = None
    why: str = ""


def linear(time, event, marker, *, step=1.0, estimator="cox") -> pd.Series:
    """The log-linear effect of the marker: coef se hr lower upper p, per ``step`` of it.

    Arrays of shape (n,). Cox (Efron ties, Wald) or Firth (profile likelihood), as in
    :mod:`analysis.stats.cox.hazard_ratio`, whose errors it raises;
    R's coxph(Surv(time, event) ~ marker).
    """
    fit = hazard_ratio.cox if estimator == "cox" else hazard_ratio.firth
    return fit(time, event, np.asarray(marker, float) / step).iloc[0].drop("term")


def spline(time, event, marker, *, knots: int | None = None) -> Spline:
    """A Cox model of a restricted cubic spline of the marker (linear beyond the outer knots).

    Arrays of shape (n,). Three ``knots`` below 100 patients, else four, at Harrell's quantiles of
    the marker (R's rms::rcs). Efron ties. Raises ValueError for wrong input; NotEnoughData below
    30 events, where too many values are equal for that many knots, and where it has no estimate.
    """
    time, event = survival_arrays(time, event)
    value = matrix(marker, time.size)[0][:, 0]
    if event.sum() < SPLINE_EVENTS:
        raise NotEnoughData(
            f"{int(event.sum())} events are too few for a curve: it would follow single patients. "
            f"From {SPLINE_EVENTS} events on a spline stands here."
        )
    knots = knots or (3 if time.size < FOUR_KNOTS else 4)
    at = np.quantile(value, QUANTILES[knots])
    columns = rcs(value, at) if np.unique(at).size == knots else np.ones((value.size, knots - 1))
    centred = columns - columns.mean(axis=0)
    if np.linalg.matrix_rank(centred / np.maximum(np.ptp(columns, axis=0), 1e-300)) < knots - 1:
        raise NotEnoughData("Too many patients have the same value for a curve to be drawn.")
    basis, turn = _orthogonal(columns)
    fitted = partial_likelihood.fit(partial_likelihood.PartialLikelihood(time, event, basis))
    if np.isnan(fitted.coef).any():
        raise NotEnoughData("The curve has no finite estimate with these patients.")
    reference = float(np.median(value))
    return Spline(
        knots=tuple(at.tolist()),
        reference=reference,
        curve=_curve(fitted, turn, value, at, reference),
        overall=hazard_ratio.likelihood_ratio(time, event, basis),
        nonlinear=hazard_ratio.likelihood_ratio(time, event, basis, basis[:, :1]),
    )


def rcs(x: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Harrell's basis of a restricted cubic spline, shape (n, knots - 1); the first column is x.

    Column j + 1 is (x-t_j)+^3 - (x-t_{k-1})+^3 (t_k-t_j)/(t_k-t_{k-1})
    + (x-t_k)+^3 (t_{k-1}-t_j)/(t_k-t_{k-1}), over (t_k-t_1)^2.
    """
    t = np.asarray(knots, float)
    cubes = np.maximum(np.subtract.outer(np.asarray(x, float), t), 0) ** 3
    gap = t[-1] - t[-2]
    columns = [
        cubes[:, j] - cubes[:, -2] * (t[-1] - t[j]) / gap + cubes[:, -1] * (t[-2] - t[j]) / gap
        for j in range(t.size - 2)
    ]
    return np.column_stack([x, *(column / (t[-1] - t[0]) ** 2 for column in columns)])


def _orthogonal(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same columns without correlation, and the matrix that turns (differences of) theirs.

    The columns of a spline nearly repeat each other, so that one may look not estimable. The
    first stays the marker itself, but for its scale.
    """
    basis, upper = np.linalg.qr(columns - columns.mean(axis=0))
    size = math.sqrt(len(columns))
    return basis * size, np.linalg.inv(upper) * size


def _curve(
    fitted: partial_likelihood.CoxFit, turn: np.ndarray, value: np.ndarray, knots, reference: float
) -> pd.DataFrame:
    aside = 10 if value.size >= 200 else 5
    ordered = np.sort(value)
    ends = ordered[aside - 1], ordered[-aside]
    inner = np.quantile(value, np.linspace(0, 1, POINTS)).clip(*ends)
    points = np.unique(np.concatenate([np.linspace(*ends, POINTS), inner, [reference]]))
    against = (rcs(points, knots) - rcs(np.array([reference]), knots)) @ turn
    log_hr = against @ fitted.coef
    half = _Z * np.sqrt(
        np.maximum(np.einsum("ij,jk,ik->i", against, fitted.covariance, against), 0)
    )
    with np.errstate(over="ignore"):
        limits = np.exp([log_hr, log_hr - half, log_hr + half])
    return pd.DataFrame(
        np.column_stack([points, limits.T]), columns=["value", "hr", "lower", "upper"]
    )


def continuous(time, event, marker, *, log: bool = False, estimator: str = "cox") -> Continuous:
    """The linear effect and the spline of a marker; arrays of shape (n,).

    ``log``: per doubling; zeros then count as half of the smallest positive value. Otherwise per
    1, 2 or 5 times a power of ten, the nearest to the standard deviation. Raises ValueError for
    wrong input or negative values on the log scale, NotEnoughData without events or where all
    values are equal.
    """
    time, event = survival_arrays(time, event)
    value = matrix(marker, time.size)[0][:, 0]
    if np.unique(value).size < 2:
        raise NotEnoughData("All patients have the same value: there is no effect to estimate.")
    x, floor = logged(value) if log else (value, math.nan)
    step = 1.0 if log else near_deviation(value)
    row = linear(time, event, x, step=step, estimator=estimator)
    try:
        found, why = _beside_linear(spline(time, event, x), row["coef"] / step), ""
        found = _in_units(found) if log else found
    except NotEnoughData as reason:
        found, why = None, str(reason)
    return Continuous(
        hr=row["hr"],
        lower=row["lower"],
        upper=row["upper"],
        p=row["p"],
        estimator=estimator,
        log=log,
        step=2.0 if log else step,
        floor=floor,
        spline=found,
        why=why,
    )


def logged(value: np.ndarray) -> tuple[np.ndarray, float]:
    """log2 of values that are not negative, and what zeros were set to (NaN: there were none)."""
    if (value < 0).any() or not (value > 0).any():
        raise ValueError("The log scale needs positive values.")
    floor = float(value[value > 0].min()) / 2
    zeros = bool((value == 0).any())
    return np.log2(np.maximum(value, floor)), floor if zeros else math.nan


def near_deviation(value: np.ndarray) -> float:
    """1, 2 or 5 times a power of ten: the one nearest (on the log scale) to the SD of values."""
    deviation = float(np.std(value, ddof=1))
    power = 10.0 ** math.floor(math.log10(deviation))
    steps = [float(f"{factor * power:.6g}") for factor in (1, 2, 5, 10)]
    return min(steps, key=lambda step: abs(math.log(step / deviation)))


def _beside_linear(found: Spline, slope: float) -> Spline:
    with np.errstate(over="ignore"):
        straight = np.exp(slope * (found.curve["value"] - found.reference))
    return replace(found, curve=found.curve.assign(linear=straight))


def _in_units(found: Spline) -> Spline:
    """A spline of log2 values with its places in the marker's own unit."""
    return replace(
        found,
        knots=tuple(2.0**knot for knot in found.knots),
        reference=2.0**found.reference,
        curve=found.curve.assign(value=2.0 ** found.curve["value"]),
    )


# ----------------------------------------------------------------------------- of a question


@dataclass(frozen=True, eq=False)
class ContinuousResult:
    """The continuous effect of the question's marker on its endpoint, with what words need."""

    code: str
    label: str
    marker: str
    unit: str
    measure: str
    n: int
    events: int
    values: np.ndarray  # of this endpoint's patients, for the axis
    scale: str
    synthetic: str
    result: Continuous


def analyse_continuous(cohort: Cohort, question: Question) -> ContinuousResult:
    """The continuous effect for the question's endpoint, in the estimator of its splits."""
    sample = select_sample(cohort, question)
    _ = sample.cuts  # says in words where nobody can be divided at all
    followed = derive_analysis_set(cohort, sample, question)
    time, event, value = followed.time, followed.event, followed.value
    if not value.size:
        raise NotEnoughData("No patient with a usable sample was still under observation.")
    estimator = followed.estimator
    log = sample.scale == "log" and _mostly_positive(value)
    return ContinuousResult(
        code=question.endpoint,
        label=cohort.study.endpoint(question.endpoint).label,
        marker=sample.label,
        unit=sample.unit,
        measure=question.measure,
        n=value.size,
        events=int(event.sum()),
        values=value,
        scale=sample.scale,
        synthetic=cohort.study.synthetic,
        result=continuous(time, event, value, log=log, estimator=estimator),
    )


def _mostly_positive(value: np.ndarray) -> bool:
    """Whether zeros are few enough to stand as half of the smallest value on a log scale."""
    return bool((value >= 0).all() and (value > 0).mean() > 0.5)
