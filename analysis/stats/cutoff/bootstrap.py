"""The search in bootstrap resamples: how far the best cut moves, and the optimism of its ratio."""

import math

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats.cutoff._bootstrap_kernels import best_cut, boot_block
from analysis.stats.cutoff.each_cut import compute_w, compute_z, find_best, require_cuts
from analysis.stats.cutoff.ordering import Order, in_blocks, order
from analysis.stats.cutoff.results import CutoffStability, firth_log_ratios, ratios, shrunk
from analysis.stats.inputs import positive_count, stream_seed
from analysis.stats.typed import Array, Floats

__all__ = ["best_of_rows", "resample", "stability"]

_RESAMPLES = 100  # one block


def stability(
    time: ArrayLike,
    event: ArrayLike,
    marker: ArrayLike,
    *,
    min_fraction: float = 0.1,
    resamples: int = 2_000,
    seed: int = 0,
    strata: ArrayLike | None = None,
) -> CutoffStability:
    """Search in bootstrap resamples: the range of the best cut, and the optimism of its ratio.

    Parameters
    ----------
    time, event, marker, min_fraction, strata
        As :func:`order`.
    resamples : int
        How many samples of n patients are drawn with replacement, within strata.
    seed : int
        Makes the resamples repeatable.

    Returns
    -------
    CutoffStability

    Raises
    ------
    ValueError
        For wrong input.
    NotEnoughData
        Where there is nothing to search.

    Notes
    -----
    Optimism is the mean, over resamples, of how much stronger the best cut of a resample looks
    there than in the data, on the log scale and in the direction it has in the resample; it is
    never below 0, as a search cannot make an effect look weaker. The corrected |log HR| is the
    apparent one less the optimism, at least 0. Firth's estimate throughout, so that every resample
    has one. The interval is the range of the best cut over resamples; it is no confidence interval.

    References
    ----------
    Harrell FE, Lee KL, Mark DB (1996). Multivariable prognostic models. Statistics in Medicine
    15, 361-387, for optimism by bootstrap.

    Examples
    --------
    >>> time, event = np.arange(1, 21), np.arange(20) % 4 > 0
    >>> stable = stability(time, event, (np.arange(20) * 7) % 20, resamples=100)
    >>> stable.cuts.size, bool(stable.interval[0] <= stable.interval[1])
    (100, True)
    """
    kept = order(time, event, marker, min_fraction=min_fraction, strata=strata)
    best, beta = _resampled(require_cuts(kept), resamples, seed, True)
    found = best >= 0
    used, where = np.unique(best[found], return_inverse=True)
    again = firth_log_ratios(kept, kept.ends[used])[where]
    gain = np.sign(beta[found]) * (beta[found] - again)
    gain = gain[np.isfinite(gain)]
    optimism = max(0.0, float(gain.mean())) if gain.size else np.nan
    cuts = np.where(found, kept.values[best], np.nan)
    chosen = find_best(compute_w(kept, compute_z(kept)))
    apparent = firth_log_ratios(kept, kept.n_low[[chosen]])
    return CutoffStability(
        cuts=cuts,
        interval=_percentiles(cuts[found]),
        hr_apparent=float(ratios(apparent)[0]),
        hr_corrected=float(ratios(shrunk(apparent, optimism))[0]),
        optimism=optimism,
        without=int((~found).sum()),
        _order=kept,
    )


def resample(order: Order, *, resamples: int = 2_000, seed: int = 0) -> Floats:
    """Find the best cut of each bootstrap resample.

    Parameters
    ----------
    order : Order
        The patients, sorted by :func:`order`.
    resamples : int
    seed : int
        Makes the resamples repeatable.

    Returns
    -------
    array of shape (resamples,)
        NaN where a resample has no admissible cut or no event.

    Raises
    ------
    ValueError
        For a wrong count or seed.
    NotEnoughData
        Where there is nothing to search.

    Notes
    -----
    Best is the largest |W|, with scores recomputed in the resample; admissibility is that of
    the resample's own counts.

    Examples
    --------
    >>> from analysis.stats import cutoff
    >>> ordered = cutoff.order(np.arange(1, 21), np.arange(20) % 4 > 0, (np.arange(20) * 7) % 20)
    >>> resample(ordered, resamples=50).shape
    (50,)
    """
    best, _ = _resampled(require_cuts(order), resamples, seed, False)
    return np.where(best >= 0, order.values[best], np.nan)


def best_of_rows(order: Order, rows: ArrayLike, *, statistic: str = "w") -> float:
    """Find the best cut of one resample that is given by its rows.

    Parameters
    ----------
    order : Order
        The patients, sorted by :func:`order`.
    rows : array of int
        The rows drawn, 0 to n - 1, as they were given to :func:`order`.
    statistic : {"w", "z"}
        Best is the largest |W|, or the largest |Z|, as maxstat has it.

    Returns
    -------
    float
        NaN where the resample has no admissible cut or no event.

    Examples
    --------
    >>> from analysis.stats import cutoff
    >>> ordered = cutoff.order(np.arange(1, 21), np.arange(20) % 4 > 0, (np.arange(20) * 7) % 20)
    >>> best_of_rows(ordered, range(20))
    3.0
    """
    if statistic not in ("w", "z"):
        raise ValueError(f"statistic must be w or z, not {statistic!r}.")
    drawn = np.bincount(order.row_seat[np.asarray(rows)], minlength=order.n).astype(np.int32)
    place = best_cut(
        drawn, order.had, order.level, order.seat, order.risk.stratum, order.ends, order.start,
        order.until, order.deaths, order.fewest, order.most,
        np.empty(order.deaths.size), np.empty(order.n + 1, np.int32),
        np.empty((5, order.risk.strata)), statistic == "w",
    )  # fmt: skip
    return float(order.values[place]) if place >= 0 else math.nan


def _resampled(order: Order, resamples: int, seed: int, fit: bool) -> tuple[Array, Array]:
    """Place of the best value (or -1) and Firth's log HR there, of each resample."""
    resamples, start = positive_count(resamples, "resamples"), stream_seed(seed, 1)
    risk = order.risk
    blocks = -(-resamples // (2 * _RESAMPLES))  # a part; a call costs ten resamples of 17 patients

    def work(part: int, count: int) -> tuple[Array, Array]:
        return boot_block(
            order.had, order.level, order.seat, order.ends, order.start, order.until, order.deaths,
            order.fewest, order.most, risk.stratum, risk.bounds, risk.member, risk.spot,
            risk.start, risk.deaths, risk.stop, start, part * blocks, _RESAMPLES, count, fit,
        )  # fmt: skip

    parts = in_blocks(resamples, blocks * _RESAMPLES, work, 4.0 * resamples * order.n)
    return np.concatenate([part[0] for part in parts]), np.concatenate([p[1] for p in parts])


def _percentiles(cuts: Array) -> tuple[float, float]:
    if not cuts.size:
        return math.nan, math.nan
    low, high = np.percentile(cuts, [2.5, 97.5])
    return float(low), float(high)
