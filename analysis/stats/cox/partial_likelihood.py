"""The Cox partial likelihood, vectorised over events, and its maximum by Newton's method."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.stats.typed import Array

_ALIASED = 1e-10  # share of its information that a covariate must keep beside the others
_NOISE = 1e-12  # what rounding leaves of a covariate that does not vary, as a share of its size
_STEP = 1e-8  # a Newton step below this (in standard deviations) is the last one: errors square
_GAIN, _STRIDE = 1e-9, 1e-2  # no gain, yet strides: the likelihood rises for ever
_FARTHEST = 300.0  # a range of log hazard ratios between patients that no data have
_LONGEST = 20.0  # change of a log hazard ratio between patients in one step
HUGE = 20.0  # coefficient or error per standard deviation (a ratio of 4e8) that is no estimate
_MOST_STEPS = 200


@dataclass(frozen=True, eq=False)
class CoxFit:
    """A fitted Cox model of p terms on the scale of the covariates.

    ``coef`` (p,) and ``covariance`` (p, p) are NaN for terms that are not estimable:
    ``aliased`` (constant among those at risk, or a combination of terms before) or ``monotone``
    (no finite maximum, or one so far out or so flat that it is no estimate). ``loglik_null`` and
    ``loglik`` are the log partial likelihoods.
    """

    coef: Array
    covariance: Array
    aliased: Array
    monotone: Array
    loglik_null: float
    loglik: float
    pieces: "Pieces | None" = None  # at the maximum, where every term is estimable


@dataclass(frozen=True, eq=False)
class Pieces:
    """The likelihood at one value of the coefficients.

    ``mean`` (events, p) and ``spread`` (events, p, p) are the weighted mean and covariance of
    the covariates at risk at each event; ``residual`` (events, p) the Schoenfeld residuals.
    ``turn`` (p, p, p), where asked for, is the derivative of the information.
    """

    loglik: float
    mean: Array
    spread: Array
    residual: Array
    turn: Array | None = None

    @cached_property
    def score(self) -> Array:
        total: Array = self.residual.sum(axis=0)
        return total

    @cached_property
    def information(self) -> Array:
        total: Array = self.spread.sum(axis=0)
        return total


class PartialLikelihood:
    """Data sorted once: by stratum, latest time first, so that risk sets are running sums.

    ``x`` of shape (n, p) is centred within strata and scaled to standard deviation 1 (``scale``),
    which leaves the fit as it is and keeps the sums well conditioned. ``time``: ties merged.
    """

    def __init__(
        self, time: Array, event: Array, x: Array, stratum: Array | None = None, ties: str = "efron"
    ) -> None:
        stratum = np.zeros(time.size, dtype=int) if stratum is None else stratum
        order = np.lexsort((~event, -time, stratum))
        self.time, event, stratum = time[order], event[order], stratum[order]
        self.bounds = np.flatnonzero(np.diff(stratum, prepend=-1, append=stratum[-1] + 1))
        self.x, self.scale = _standardised(x[order], self.bounds)
        moves = np.diff(stratum) | (np.diff(self.time) != 0)
        block = np.concatenate([[0], np.cumsum(moves != 0)])  # one (stratum, time) each
        last = np.flatnonzero(np.append(np.diff(block), 1))
        self.deaths = np.flatnonzero(event)
        self.risk_end = last[block[self.deaths]]  # the sums up to here are the risk set
        self.p = x.shape[1]
        self._count_ties(block[self.deaths], ties)

    def _count_ties(self, block: Array, ties: str) -> None:
        """Efron: the l-th of d tied deaths takes l/d of the tied deaths out of the risk set."""
        starts = np.flatnonzero(np.diff(block, prepend=-1))
        sizes = np.diff(np.append(starts, block.size))
        rank = np.arange(block.size) - np.repeat(starts, sizes)
        share = rank / np.repeat(sizes, sizes)
        self.share = share if ties == "efron" and (sizes > 1).any() else None
        self.tie_starts, self.tie_sizes = starts, sizes

    def at(self, beta: Array, *, turn: bool = False) -> Pieces:
        """Evaluate at ``beta`` of shape (p,), on the standardised scale."""
        eta = self.x @ beta
        eta -= eta.max()
        p, total = self.p, self._at_risk(np.exp(eta), 3 if turn else 2)
        with np.errstate(divide="ignore", invalid="ignore"):  # so far out that a risk set weighs 0
            s0, moments = total[:, 0], total[:, 1:] / total[:, :1]
            log_s0 = np.log(s0).sum()
        mean, square = moments[:, :p], moments[:, p : p + p * p].reshape(-1, p, p)
        spread = square - mean[:, :, None] * mean[:, None, :]
        loglik = float(eta[self.deaths].sum() - log_s0)
        third = _third(mean, square, moments[:, p + p * p :]) if turn else None
        return Pieces(loglik, mean, spread, self.x[self.deaths] - mean, third)

    @cached_property
    def null(self) -> Pieces:
        """At 0, where every fit begins."""
        return self.at(np.zeros(self.p))

    def _at_risk(self, weight: Array, orders: int) -> Array:
        """Sums of weight, weight x, weight x x' ... over the risk set of each event."""
        n = self.x.shape[0]
        powers = [weight[:, None]]
        for _ in range(orders):
            powers.append((powers[-1][:, :, None] * self.x[:, None, :]).reshape(n, -1))
        moments = np.hstack(powers)
        running = np.empty_like(moments)
        for start, stop in zip(self.bounds[:-1], self.bounds[1:], strict=True):
            np.cumsum(moments[start:stop], axis=0, out=running[start:stop])
        total: Array = running[self.risk_end]
        if self.share is not None:
            tied = np.add.reduceat(moments[self.deaths], self.tie_starts, axis=0)
            total -= self.share[:, None] * np.repeat(tied, self.tie_sizes, axis=0)
        return total

    def aliased(self) -> Array:
        """Terms without information of their own beside the terms before them, shape (p,).

        A covariate, or a combination, that is constant in every risk set stays so at any value
        of the coefficients, so this can be read at 0. R's coxph gives NA for these.
        """
        pieces = self.null
        left = pieces.information.copy()
        full = np.diag(left)
        least = np.maximum(_ALIASED * full, _NOISE * (full + (pieces.mean**2).sum(axis=0)))
        aliased = np.zeros(self.p, dtype=bool)
        for j in range(self.p):
            if left[j, j] <= least[j]:
                aliased[j] = True
            else:
                left -= np.outer(left[:, j], left[j]) / left[j, j]
        return aliased

    def rises_for_ever(self) -> bool:
        """Whether a single covariate has no finite maximum: separation, exactly.

        It is so where every death has the largest covariate of its risk set, or every one the
        smallest.
        """
        x, own = self.x[:, 0], self.x[self.deaths, 0]
        largest, smallest = np.empty_like(x), np.empty_like(x)
        for start, stop in zip(self.bounds[:-1], self.bounds[1:], strict=True):
            np.maximum.accumulate(x[start:stop], out=largest[start:stop])
            np.minimum.accumulate(x[start:stop], out=smallest[start:stop])
        end = self.risk_end
        return bool((own >= largest[end]).all() or (own <= smallest[end]).all())

    def only(self, columns: Array) -> "PartialLikelihood":
        """The same data with these columns."""
        if np.array_equal(columns, np.arange(self.p)):
            return self
        other = object.__new__(PartialLikelihood)
        other.__dict__.update(self.__dict__)
        other.__dict__.pop("null", None)
        other.x, other.scale = self.x[:, columns], self.scale[columns]
        other.p = other.x.shape[1]
        return other


def _third(mean: Array, square: Array, cube: Array) -> Array:
    """Third central moments of the covariates at risk, summed over events; shape (p, p, p)."""
    p = mean.shape[1]
    outer = np.einsum("er,est->rst", mean, square)
    products = np.einsum("er,es,et->rst", mean, mean, mean)
    third: Array = cube.sum(axis=0).reshape(p, p, p) - (
        outer + outer.transpose(1, 0, 2) + outer.transpose(1, 2, 0) - 2 * products
    )
    return third


def _standardised(x: Array, bounds: Array) -> tuple[Array, Array]:
    """Covariates centred within strata with standard deviation 1, and that deviation; 0 and 1
    for covariates that do not vary but for rounding."""
    sizes = np.diff(bounds)
    means = np.add.reduceat(x, bounds[:-1], axis=0) / sizes[:, None]
    centred = x - np.repeat(means, sizes, axis=0)
    scale = np.sqrt((centred**2).mean(axis=0))
    flat = scale <= _NOISE * np.abs(x).max(axis=0)
    scale[flat] = 1.0
    return np.where(flat, 0.0, centred / scale), scale


def fit(likelihood: PartialLikelihood) -> CoxFit:
    """Maximise the partial likelihood; what is not estimable becomes NaN."""
    aliased = likelihood.aliased()
    kept = np.flatnonzero(~aliased)
    monotone = np.zeros(likelihood.p, dtype=bool)
    null = likelihood.null.loglik
    coef = np.full(likelihood.p, np.nan)
    covariance = np.full((likelihood.p, likelihood.p), np.nan)
    if not kept.size:
        return CoxFit(coef, covariance, aliased, monotone, null, null)
    own = likelihood.only(kept)
    if own.p == 1 and own.rises_for_ever():
        monotone[kept] = True
        return CoxFit(coef, covariance, aliased, monotone, null, np.nan)
    beta, pieces, runaway = _maximise(own)
    inside = _estimable(beta, pieces.information, ~runaway)
    monotone[kept[~inside]] = True
    if inside.any():
        good, scale = kept[inside], own.scale[inside]
        coef[good] = beta[inside] / scale
        inverse = np.linalg.inv(pieces.information[np.ix_(inside, inside)])
        covariance[np.ix_(good, good)] = inverse / np.outer(scale, scale)
    whole = pieces if inside.size == likelihood.p and inside.all() else None
    return CoxFit(coef, covariance, aliased, monotone, null, pieces.loglik, whole)


def _estimable(beta: Array, information: Array, good: Array) -> Array:
    """Of the ``good`` terms, those that are not huge and keep information of their own."""
    good = good & (np.abs(beta) <= HUGE)
    while good.any():
        roots, vectors = np.linalg.eigh(information[np.ix_(good, good)])
        variance = vectors**2 @ (1 / np.maximum(roots, 1e-30))
        wide = variance > HUGE**2
        if not wide.any():
            break
        good[np.flatnonzero(good)[wide]] = False
    return good


def _maximise(likelihood: PartialLikelihood) -> tuple[Array, Pieces, Array]:
    """Newton's method with step halving; also which terms run away to infinity."""
    beta, here = np.zeros(likelihood.p), likelihood.null
    runaway = np.zeros(likelihood.p, dtype=bool)
    for _ in range(_MOST_STEPS):
        step = _solve(here.information, here.score)
        moved = np.ptp(likelihood.x @ step)
        if here.score @ step < _GAIN or np.ptp(likelihood.x @ beta) > _FARTHEST:
            runaway = np.abs(step) > _STRIDE
            if runaway.any():
                return beta, here, runaway
        step *= min(1.0, _LONGEST / max(moved, _STEP))
        before, (beta, here) = beta, _climb(likelihood, beta, here, step)
        if np.abs(step).max() < _STEP or beta is before:
            return beta, here, np.abs(step) > _STRIDE
    return beta, here, np.ones(likelihood.p, dtype=bool)


def _climb(
    likelihood: PartialLikelihood, beta: Array, here: Pieces, step: Array
) -> tuple[Array, Pieces]:
    """The step, halved until it does not lose likelihood (beyond rounding)."""
    slack = 1e-12 * abs(here.loglik)
    for _ in range(60):
        there = likelihood.at(beta + step)
        if there.loglik >= here.loglik - slack:
            return beta + step, there
        step = step / 2
    return beta, here


def _solve(information: Array, score: Array) -> Array:
    try:
        return np.linalg.solve(information, score)
    except np.linalg.LinAlgError:
        return np.linalg.lstsq(information, score, rcond=None)[0]
