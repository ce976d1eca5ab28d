"""What is known at each cut: log-rank, hazard ratio, Z, medians and curves of both sides.

Everywhere high = marker > cut, z > 0 = more events than expected above the cut, and a cut is the
largest value of its low group. Z is that of maximally selected rank statistics (Hothorn & Lausen
2003; R's maxstat), chi2 is the log-rank test with the hypergeometric variance.
"""

import math

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from analysis.stats.cutoff import _curve_kernels, scan_kernels
from analysis.stats.cutoff.ordering import FLAT, Order, in_blocks, order
from analysis.stats.cutoff.results import CUTS, CutAnswer, log_ratios, ratios
from analysis.stats.errors import NotEnoughData
from analysis.stats.typed import Array, Floats

__all__ = ["answer", "medians", "profile", "scan"]


def profile(
    time: ArrayLike,
    event: ArrayLike,
    marker: ArrayLike,
    *,
    min_fraction: float = 0.1,
    estimator: str = "cox",
    strata: ArrayLike | None = None,
) -> pd.DataFrame:
    """Compare both sides of every admissible cut.

    Parameters
    ----------
    time, event, marker, min_fraction, strata
        As :func:`order`.
    estimator : {"cox", "firth"}
        Of the hazard ratio: Cox with Efron ties and Wald's 95 % interval, or Firth with Breslow
        ties and the profile-likelihood 95 % interval.

    Returns
    -------
    DataFrame, a row per admissible cut, ascending
        Columns ``cut`` (the largest value of the low group), ``n_low``, ``n_high``,
        ``events_low``, ``events_high``, ``chi2`` and ``p`` (log-rank), ``hr`` (high against low),
        ``lower``, ``upper``, ``z`` (positive: more events than expected above the cut) and ``w``,
        z corrected for its skewness. NaN is not estimable: ``hr`` of Cox where a side has no
        events or is separated, ``chi2`` where the sides are never at risk together.

    Raises
    ------
    ValueError
        For wrong input.
    NotEnoughData
        Where there is nothing to search.

    Notes
    -----
    The p of each cut is that of a cut fixed beforehand. The smallest of a profile is no p of the
    marker: :func:`search` corrects for having looked. ``z`` is the standardised score of maximally
    selected rank statistics; where times tie its square and the log-rank chi-square differ. The
    score of a small group is skew, so that a group that does badly is hard to see by z; ``w`` is
    its monotone correction, with the skewness that permuted patients have. With strata every test
    and ratio is stratified: log-rank sums over strata, a baseline hazard for each, and scores of
    all patients together, permuted within strata.

    References
    ----------
    Hothorn T, Lausen B (2003). On the exact distribution of maximally selected rank statistics.
    Computational Statistics and Data Analysis 43, 121-137. R: ``maxstat::maxstat.test`` for z,
    ``survival::survdiff`` for chi2, ``survival::coxph`` and ``coxphf::coxphf`` for hr; with strata
    ``coin::maxstat_test(y ~ x | strata)`` for z. Wilson EB, Hilferty MM (1931). The distribution
    of chi-square. Proceedings of the National Academy of Sciences 17, 684-688, for w.

    Examples
    --------
    >>> time, event = [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 0, 1, 1, 0, 1]
    >>> table = profile(time, event, [3, 1, 4, 7, 2, 6, 5, 8], min_fraction=0.3)
    >>> print(table[["cut", "n_low", "chi2", "hr", "z"]].round(2).to_string(index=False))
     cut  n_low  chi2   hr     z
     3.0      3  4.83 0.11 -1.86
     4.0      4  6.84  NaN -2.33
     5.0      5  1.80 0.24 -1.42
    """
    kept = order(time, event, marker, min_fraction=min_fraction, strata=strata)
    return compute_profile(require_cuts(kept), estimator)


def scan(order: Order) -> Floats:
    """The log-rank chi-square of every admissible cut.

    Parameters
    ----------
    order : Order
        The patients, sorted by :func:`order`.

    Returns
    -------
    array of shape (cuts,)
        NaN where the sides are never at risk together.

    Raises
    ------
    NotEnoughData
        Where there is nothing to search.

    Notes
    -----
    The true hypergeometric variance at every cut, in O(n log n) for all of them.

    Examples
    --------
    >>> from analysis.stats import cutoff
    >>> time, event = [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 0, 1, 1, 0, 1]
    >>> ordered = cutoff.order(time, event, [3, 1, 4, 7, 2, 6, 5, 8], min_fraction=0.3)
    >>> scan(ordered).round(2).tolist()
    [4.83, 6.84, 1.8]
    """
    require_cuts(order)
    return _chi_squares(order, order.first, order.last)


def answer(order: Order, cut: float, *, estimator: str = "cox") -> CutAnswer:
    """Everything about one cut, admissible or not.

    Parameters
    ----------
    order : Order
        The patients, sorted by :func:`order`.
    cut : float
        High is marker > cut.
    estimator : {"cox", "firth"}
        As :func:`profile`.

    Returns
    -------
    CutAnswer
        Counts, log-rank test, Z, hazard ratio and the Kaplan-Meier curves of both sides.

    Raises
    ------
    ValueError
        For a cut that is no number.
    NotEnoughData
        Where a side has no patients.

    Notes
    -----
    At an admissible cut the same numbers as the row of :func:`profile`.

    Examples
    --------
    >>> from analysis.stats import cutoff
    >>> time, event = [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 0, 1, 1, 0, 1]
    >>> one = answer(cutoff.order(time, event, [3, 1, 4, 7, 2, 6, 5, 8]), 4.5)
    >>> one.n_low, one.n_high, round(one.chi2, 2), round(one.hr, 2)
    (4, 4, 6.84, nan)
    """
    firth = _is_firth(estimator)
    place = _place(order, cut)
    low = int(order.ends[place])
    chi2 = float(_chi_squares(order, place, place + 1)[0])
    z = compute_z(order, (place, place + 1))
    events_low = int(np.count_nonzero(order.had[:low]))
    events_high = int(np.count_nonzero(order.event)) - events_low
    hr = lower = upper = math.nan
    if firth or (events_low and events_high):
        fits = log_ratios(order, order.ends[place : place + 1], firth, True)
        hr, lower, upper = ratios(fits[:, 0]).tolist()
    return CutAnswer(
        cut=float(cut),
        n_low=low,
        n_high=order.n - low,
        events_low=events_low,
        events_high=events_high,
        chi2=chi2,
        p=math.erfc(math.sqrt(chi2 / 2)),
        z=float(z[0]),
        w=float(compute_w(order, z, (place, place + 1))[0]),
        hr=hr,
        lower=lower,
        upper=upper,
        low=_curve_kernels.curve(order.time, order.event, order.spot, low, False),
        high=_curve_kernels.curve(order.time, order.event, order.spot, low, True),
    )


def medians(order: Order) -> pd.DataFrame:
    """Median survival of both sides at every admissible cut.

    Parameters
    ----------
    order : Order
        The patients, sorted by :func:`order`.

    Returns
    -------
    DataFrame, a row per admissible cut
        Columns ``cut``, ``median_low``, ``lower_low``, ``upper_low``, ``median_high``,
        ``lower_high``, ``upper_high``, in the unit of time; NaN: not reached.

    Raises
    ------
    NotEnoughData
        Where there is nothing to search.

    Notes
    -----
    As the medians of :func:`kaplan_meier` with their 95 % log-log intervals.

    Examples
    --------
    >>> from analysis.stats import cutoff
    >>> time, event = [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 0, 1, 1, 0, 1]
    >>> ordered = cutoff.order(time, event, [3, 1, 4, 7, 2, 6, 5, 8], min_fraction=0.3)
    >>> print(medians(ordered)[["cut", "median_low", "median_high"]].to_string(index=False))
     cut  median_low  median_high
     3.0         2.0          8.0
     4.0         2.5          8.0
     5.0         3.0          7.0
    """
    cuts = require_cuts(order).n_low

    def work(block: int, count: int) -> Array:
        chunk = cuts[block * CUTS : block * CUTS + count]
        return _curve_kernels.medians(order.time, order.spot, order.start, order.deaths, chunk)

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
    if not firth:
        hr[:, (events_low == 0) | (events_high == 0)] = np.nan
    z = compute_z(order)
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
        "z": z,
        "w": compute_w(order, z),
    })  # fmt: skip


def compute_moments(order: Order, first: int, last: int) -> tuple[Array, Array]:
    """1 / standard deviation, and skewness, of the sum of scores above the cuts when patients are
    permuted within strata; the former is 0 where there is no chance in it.

    Cumulants of the sum of a simple random sample (without replacement), summed over the strata.
    """
    risk = order.risk
    return scan_kernels.null_moments(
        order.score, risk.stratum, risk.sizes, risk.low, first, last, FLAT
    )


def compute_z(order: Order, places: tuple[int, int] | None = None) -> Floats:
    """Z of the admissible cuts, or of those from the first to before the last of ``places``."""
    first, last = places or (order.first, order.last)
    scale, _ = compute_moments(order, first, last)
    z = -scan_kernels.low_sums(order.score, order.ends[first:last]) * scale
    return np.where(scale > 0, z, np.nan)


def compute_w(order: Order, z: Array, places: tuple[int, int] | None = None) -> Floats:
    """Z of these cuts, corrected for its skewness."""
    _, skew = compute_moments(order, *(places or (order.first, order.last)))
    return scan_kernels.straighten_all(z, skew)


def find_best(statistic: Array) -> int:
    """The first of the cuts with the largest absolute statistic, but for rounding."""
    size = np.abs(statistic)
    return int(np.argmax(size >= np.nanmax(size) * (1 - 1e-12)))


def _chi_squares(order: Order, first: int, last: int) -> Floats:
    risk = order.risk
    return scan_kernels.chi_squares(
        risk.level, order.had, risk.stratum, risk.base, risk.informed, risk.table,
        order.ends, first, last,
    )  # fmt: skip


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
