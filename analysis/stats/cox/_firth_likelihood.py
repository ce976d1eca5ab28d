"""Firth's penalised Cox likelihood: its maximum, profile intervals and likelihood-ratio p.

The penalty, half the log determinant of the information, falls without bound where a coefficient
runs away, so estimate and interval are finite wherever there is information at all.
"""

from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtrc, chdtri

from analysis.stats.cox.partial_likelihood import HUGE, PartialLikelihood
from analysis.stats.typed import Array

_HALF_CHI: float = chdtri(1, 0.05) / 2  # the drop of log likelihood at a 95 % limit
_STEP = 1e-9  # a step below this (in standard deviations) is the last one
_DIFFERENCE = 1e-6  # for the derivative of the score
_MOST_STEPS = 50
_LONGEST = 5.0  # standard deviations in one step
_FARTHEST = 1e3  # beyond this a limit is not looked for
_FAR_BELOW = 1e3  # stands for a likelihood too low to be computed


def firth_fit(likelihood: PartialLikelihood) -> Array:
    """coef, se, lower, upper and p, shape (5, p), on the standardised scale.

    ``se`` comes from the unpenalised information at the estimate, as in R's coxphf.
    """
    p = likelihood.p
    coef, best = _maximise(likelihood, np.zeros(p), np.arange(p))
    if not np.isfinite(best):
        return np.full((5, p), np.nan)
    se = np.sqrt(np.diag(np.linalg.inv(likelihood.at(coef).information)))
    lower, upper, p_value = np.empty(p), np.empty(p), np.empty(p)
    for j in range(p):
        lower[j] = _limit(likelihood, coef, best, j, -se[j])
        upper[j] = _limit(likelihood, coef, best, j, se[j])
        p_value[j] = chdtrc(1, max(2 * (best - _profile(likelihood, coef, j, 0.0)[1]), 0.0))
    found = np.array([coef, se, lower, upper, p_value])
    found[:, (np.abs(coef) > HUGE) | (se > HUGE)] = np.nan  # more terms than events can carry
    return found


def _penalised(likelihood: PartialLikelihood, beta: Array) -> tuple[float, Array, Array]:
    """Penalised log likelihood, its score, and the information, at ``beta``."""
    here = likelihood.at(beta, turn=True)
    sign, determinant = np.linalg.slogdet(here.information)
    if not (
        sign > 0 and np.isfinite(here.loglik)
    ):  # so far out that nothing is left of the information
        return -np.inf, here.score, here.information
    assert here.turn is not None  # asked for above
    bend = np.linalg.solve(here.information, here.turn.reshape(likelihood.p, -1))
    bend = np.einsum("iir->r", bend.reshape((likelihood.p,) * 3))
    return here.loglik + determinant / 2, here.score + bend / 2, here.information


def _maximise(likelihood: PartialLikelihood, beta: Array, free: Array) -> tuple[Array, float]:
    """Newton's method over the ``free`` coefficients; the others stay as they are."""
    beta = beta.copy()
    value, score, information = _penalised(likelihood, beta)
    for _ in range(_MOST_STEPS if free.size else 0):
        step = np.zeros(likelihood.p)
        step[free] = _newton_step(likelihood, beta, free, score, information)
        last = np.abs(step).max() < _STEP
        beta, value, score, information = _climb(likelihood, beta, value, step)
        if last or score is None:
            return beta, value
    return beta, (value if not free.size else -np.inf)


def _newton_step(
    likelihood: PartialLikelihood, beta: Array, free: Array, score: Array, information: Array
) -> Array:
    """The Newton step, with the score's derivative by differences; else the scoring step."""
    slope = np.empty((free.size, free.size))
    for column, j in enumerate(free):
        ahead = beta.copy()
        ahead[j] += _DIFFERENCE
        slope[:, column] = (_penalised(likelihood, ahead)[1][free] - score[free]) / _DIFFERENCE
    scoring = np.linalg.lstsq(information[np.ix_(free, free)], score[free], rcond=None)[0]
    slope = (slope + slope.T) / 2
    if np.isfinite(slope).all() and np.linalg.eigvalsh(slope)[-1] < 0:
        step = np.linalg.solve(slope, -score[free])
    else:
        step = scoring
    shortened: Array = step * min(1.0, _LONGEST / max(np.abs(step).max(), _STEP))
    return shortened


def _climb(
    likelihood: PartialLikelihood, beta: Array, value: float, step: Array
) -> tuple[Array, float, Any, Any]:
    """The step, halved until it does not lose likelihood (beyond rounding)."""
    slack = 1e-12 * (1 + abs(value))
    for _ in range(60):
        there, score, information = _penalised(likelihood, beta + step)
        if there >= value - slack:
            return beta + step, there, score, information
        step = step / 2
    return beta, value, None, None


def _profile(
    likelihood: PartialLikelihood, start: Array, j: int, fixed: float
) -> tuple[Array, float]:
    """The maximum with coefficient ``j`` held at ``fixed``."""
    beta = start.copy()
    beta[j] = fixed
    return _maximise(likelihood, beta, np.delete(np.arange(likelihood.p), j))


def _limit(likelihood: PartialLikelihood, coef: Array, best: float, j: int, se: float) -> float:
    """Where the profile falls to the 95 % level, on the side of the sign of ``se``."""
    start = coef

    def above(value: float) -> float:
        nonlocal start  # the last solution is close to the next
        found, height = _profile(likelihood, start, j, value)
        if not np.isfinite(height):
            return -_FAR_BELOW
        start = found
        return max(height - (best - _HALF_CHI), -_FAR_BELOW)

    inside, outside = coef[j], coef[j] + 2 * se
    while above(outside) > 0:
        inside, outside = outside, outside + 2 * (outside - coef[j])
        if abs(outside) > _FARTHEST:
            return np.nan
    if not above(inside) > 0:  # more terms than events: the profile has gaps
        return np.nan
    return float(brentq(above, inside, outside, xtol=1e-11, rtol=1e-12))
