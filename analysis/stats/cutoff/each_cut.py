"""What is known at each cut: log-rank, hazard ratio, Z, medians and curves of both sides.

Everywhere high = marker > cut, z > 0 = more events than expected above the cut, and a cut is the
largest value of its low group. Z is that of maximally selected rank statistics (Hothorn & Lausen
2003; R's maxstat), chi2 is the log-rank test with the hypergeometric variance.
"""

import math

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from analysis.stats.cutoff import curve_kernels, hazard_kernels, scan_kernels
from analysis.stats.cutoff.ordering import FLAT, Order, in_blocks, order
from analysis.stats.cutoff.results import CUTS, CutAnswer, log_ratios, ratios
from analysis.stats.errors import NotEnoughData

__all__ = ["answer", "medians", "profile", "scan"]


def profile(time, event, marker, *, min_fraction=0.1, estimator="cox") -> pd.DataFrame:
    """Every admissible cut: cut n_low n_high events_low events_high chi2 p hr lower upper z.

    Parameters
    ----------
    time, event, marker, min_fraction : as :func:`order`
    estimator : "cox" (Efron ties, Wald 95 % interval) or "firth" (Breslow ties, profile
        likelihood interval), as analysis.stats.cox.hazard_ratio

    NaN is not estimable: hr where a side has no events or Cox is separated, chi2 where the sides
    are never at risk together. Raises ValueError for wrong input, NotEnoughData where there is
    nothing to search.
    """
    return compute_profile(
        require_cuts(order(time, event, marker, min_fraction=min_fraction)), estimator
    )


def scan(order: Order) -> np.ndarray:
    """Log-rank chi-square of every admissible cut, O(n log n); NaN where not estimable."""
    require_cuts(order)
    return scan_kernels.chi_squares(
        order.level, order.had, order.table, order.ends, order.first, order.last
    )


def answer(order: Order, cut: float, *, estimator="cox") -> CutAnswer:
    """Everything about one cut, admissible or not: counts, log-rank, Z, HR, Kaplan-Meier.

    ``estimator`` as :func:`profile`. Raises ValueError for a cut that is no number,
    NotEnoughData where a side has no patients.
    """
    firth = _is_firth(estimator)
    place = _place(order, cut)
    low = int(order.ends[place])
    chi2 = float(scan_kernels.chi_squares(
        order.level, order.had, order.table, order.ends, place, place + 1
    )[0])  # fmt: skip
    events_low = int(np.count_nonzero(order.had[:low]))
    events_high = int(np.count_nonzero(order.event)) - events_low
    hr = lower = upper = math.nan
    if events_low and events_high:
        fits = hazard_kernels.fitted(
            order.spot, order.start, order.deaths, order.ends[place : place + 1], firth, True
        )
        hr, lower, upper = ratios(fits[:, 0]).tolist()
    return CutAnswer(
        cut=float(cut),
        n_low=low,
        n_high=order.n - low,
        events_low=events_low,
        events_high=events_high,
        chi2=chi2,
        p=math.erfc(math.sqrt(chi2 / 2)),
        z=float(compute_z(order, place, place + 1)[0]),
        hr=hr,
        lower=lower,
        upper=upper,
        low=curve_kernels.curve(order.time, order.event, order.spot, low, False),
        high=curve_kernels.curve(order.time, order.event, order.spot, low, True),
    )


def medians(order: Order) -> pd.DataFrame:
    """Kaplan-Meier medians of both sides at every admissible cut, with 95 % intervals.

    cut median_low lower_low upper_low median_high lower_high upper_high, as
    ``kaplan_meier(...).medians``; NaN: not reached. NotEnoughData as :func:`profile`.
    """
    cuts = require_cuts(order).n_low

    def work(block: int, count: int) -> np.ndarray:
        chunk = cuts[block * CUTS : block * CUTS + count]
        return curve_kernels.medians(order.time, order.spot, order.start, order.deaths, chunk)

    table = np.hstack(in_blocks(cuts.size, CUTS, work, 4 * cuts.size * order.n))
    names = [f"{name}_{side}" for side in ("low", "high") for name in ("median", "lower", "upper")]
    return pd.DataFrame({"cut": order.cuts, **dict(zip(names, table, strict=True))})


def require_cuts(order: Order) -> Order:
    if order.why:
        raise NotEnoughData(order.why)
    return order


def compute_profile(order: Order, estimator: str) -> pd.DataFrame:
    firth, low = _is_firth(estimator), order.n_low
    events_low = np.cumsum(order.had)[low - 1]
    events_high = int(np.count_nonzero(order.event)) - events_low
    chi2 = scan(order)
    hr = ratios(log_ratios(order, low, firth, True))
    hr[:, (events_low == 0) | (events_high == 0)] = np.nan
    return pd.DataFrame({
        "cut": order.cuts,
        "n_low": low,
        "n_high": order.n - low,
        "events_low": events_low,
        "events_high": events_high,
        "chi2": chi2,
        "p": chdtrc(1, chi2),
        "hr": hr[0],
        "lower": hr[1],
        "upper": hr[2],
        "z": compute_z(order),
    })  # fmt: skip


def compute_scale(order: Order, first: int, last: int) -> np.ndarray:
    """1 / standard deviation of the low group's sum of scores under permutation."""
    m, n = order.ends[first:last].astype(float), order.n
    square = float(order.score @ order.score)
    if square <= FLAT * FLAT * n:
        return np.full(m.size, np.nan)
    return np.sqrt(n * (n - 1) / (m * (n - m) * square))


def compute_z(order: Order, first: int | None = None, last: int | None = None) -> np.ndarray:
    """Z of the admissible cuts, or of those given."""
    first, last = (order.first, order.last) if first is None else (first, last)
    sums = scan_kernels.low_sums(order.score, order.ends[first:last])
    return -sums * compute_scale(order, first, last)


def find_best(z: np.ndarray) -> int:
    """The first of the cuts with the largest |Z|, but for rounding."""
    size = np.abs(z)
    return int(np.argmax(size >= size.max() * (1 - 1e-12)))


def _is_firth(estimator: str) -> bool:
    if estimator not in ("cox", "firth"):
        raise ValueError(f"estimator must be cox or firth, not {estimator!r}.")
    return estimator == "firth"


def _place(order: Order, cut: float) -> int:
    """Which distinct value is the largest of the low group."""
    if not isinstance(cut, (int, float, np.number)) or not math.isfinite(cut):
        raise ValueError(f"cut must be a number, not {cut!r}.")
    place = int(order.values.searchsorted(cut, "right")) - 1
    if 0 <= place < order.values.size - 1:
        return place
    side = "at or below" if place < 0 else "above"
    least, most = order.values[0], order.values[-1]
    raise NotEnoughData(
        f"No patient lies {side} {cut:.10g}: the values run from {least:.10g} to {most:.10g}."
    )
