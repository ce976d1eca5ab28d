"""The search in bootstrap resamples: how far the best cut moves, and the optimism of its ratio."""

import math

import numpy as np

from analysis.stats.cutoff.bootstrap_kernels import best_cut, boot_block
from analysis.stats.cutoff.each_cut import compute_z, find_best, require_cuts
from analysis.stats.cutoff.ordering import Order, in_blocks, order
from analysis.stats.cutoff.results import CutoffStability, firth_log_ratios, ratios, shrunk
from analysis.stats.inputs import positive_count, stream_seed

__all__ = ["best_of_rows", "resample", "stability"]

_RESAMPLES = 100  # one block


def stability(time, event, marker, *, min_fraction=0.1, resamples=2_000, seed=0) -> CutoffStability:
    """Search in bootstrap resamples: the range of the best cut, and the optimism of its HR.

    Arguments and errors as :func:`profile`; ``resamples`` and ``seed`` as :func:`resample`.
    Firth's estimate throughout, so that every resample has one.
    """
    kept = require_cuts(order(time, event, marker, min_fraction=min_fraction))
    best, beta = _resampled(kept, resamples, seed, True)
    found = best >= 0
    used, where = np.unique(best[found], return_inverse=True)
    again = firth_log_ratios(kept, kept.ends[used])[where]
    gain = np.sign(beta[found]) * (beta[found] - again)
    gain = gain[np.isfinite(gain)]
    optimism = float(gain.mean()) if gain.size else np.nan
    cuts = np.where(found, kept.values[best], np.nan)
    apparent = firth_log_ratios(kept, kept.n_low[[find_best(compute_z(kept))]])
    return CutoffStability(
        cuts=cuts,
        interval=_percentiles(cuts[found]),
        hr_apparent=float(ratios(apparent)[0]),
        hr_corrected=float(ratios(shrunk(apparent, optimism))[0]),
        optimism=optimism,
        without=int((~found).sum()),
        _order=kept,
    )


def resample(order: Order, *, resamples=2_000, seed=0) -> np.ndarray:
    """The best cut of each bootstrap resample; NaN where it has no admissible cut or no event.

    Best is the largest |Z|, with scores recomputed in the resample; admissibility is that of the
    resample's own counts. Random numbers and errors as :func:`null`.
    """
    best, _ = _resampled(require_cuts(order), resamples, seed, False)
    return np.where(best >= 0, order.values[best], np.nan)


def best_of_rows(order: Order, rows) -> float:
    """The best cut of one resample, given by the rows drawn (0..n-1, as in :func:`order`)."""
    drawn = np.bincount(order.row_seat[np.asarray(rows)], minlength=order.n).astype(np.int32)
    place = best_cut(
        drawn, order.had, order.level, order.seat, order.ends, order.start, order.until,
        order.deaths, order.fewest, order.most,
        np.empty(order.deaths.size), np.empty(order.n + 1, np.int32),
    )  # fmt: skip
    return float(order.values[place]) if place >= 0 else math.nan


def _resampled(order: Order, resamples, seed, fit: bool) -> tuple[np.ndarray, np.ndarray]:
    """Place of the best value (or -1) and Firth's log HR there, of each resample."""
    resamples, start = positive_count(resamples, "resamples"), stream_seed(seed, 1)
    blocks = -(-resamples // (2 * _RESAMPLES))  # a part; a call costs ten resamples of 17 patients

    def work(part: int, count: int) -> tuple[np.ndarray, np.ndarray]:
        return boot_block(
            order.had, order.level, order.spot, order.seat, order.ends, order.start, order.until,
            order.deaths, order.fewest, order.most, start, part * blocks, _RESAMPLES, count, fit,
        )  # fmt: skip

    parts = in_blocks(resamples, blocks * _RESAMPLES, work, 4.0 * resamples * order.n)
    return np.concatenate([part[0] for part in parts]), np.concatenate([p[1] for p in parts])


def _percentiles(cuts: np.ndarray) -> tuple[float, float]:
    if not cuts.size:
        return math.nan, math.nan
    low, high = np.percentile(cuts, [2.5, 97.5])
    return float(low), float(high)
