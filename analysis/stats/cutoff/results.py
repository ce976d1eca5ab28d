"""What the search over cut-offs returns, and the small sums that only these results need."""

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr

from analysis.stats.cutoff import hazard_kernels
from analysis.stats.cutoff.ordering import Order, in_blocks
from analysis.stats.inputs import ALPHA
from analysis.stats.typed import Array, Floats

__all__ = ["CutAnswer", "CutoffSearch", "CutoffStability"]

CUTS = 64  # cuts that one call of a kernel takes

_CURVE = ("time", "n_risk", "n_event", "n_censor", "survival", "lower", "upper")


@dataclass(frozen=True, eq=False)
class CutoffSearch:
    """What a search over all admissible cuts found.

    Attributes
    ----------
    profile : DataFrame, a row per admissible cut
        As :func:`profile`, with ``p_permutation`` (|Z| at this cut alone) and two p's that are
        corrected for the search: ``p_adjusted``, by the largest |Z|, that of maxstat, and
        ``p_searched``, by the largest |W|, which also holds where follow-up depends on the marker
        and is the one that pages show.
    chosen : Series
        The row with the largest |W|: the best cut of pages.
    p_searched : float
        Its corrected p.
    critical : float
        Only a larger |W| has ``p_searched`` <= .05.
    permutations : int
        Draws that ``p_searched`` is made of.
    reached : int
        How many of them reached the largest |W|: of 0 the p is a bound, not a value.
    best : Series
        The row with the largest |Z|: maxstat's.
    statistic : float
        That |Z|.
    p_adjusted : float
        Its corrected p.
    p_lausen : float
        The approximation of Lausen & Schumacher (1992) and of Lausen, Sauerbrei & Schumacher
        (1994), whichever is smaller, as a check; NaN with strata, which neither knows.
    """

    profile: pd.DataFrame
    chosen: pd.Series
    p_searched: float
    critical: float
    permutations: int
    reached: int
    best: pd.Series
    statistic: float
    p_adjusted: float
    p_lausen: float


@dataclass(frozen=True, eq=False)
class CutoffStability:
    """How the search fares in bootstrap resamples.

    Attributes
    ----------
    cuts : array of shape (resamples,)
        The best cut of each resample; NaN where it has none.
    interval : tuple of float
        Its 2.5 % and 97.5 % percentiles.
    hr_apparent : float
        Firth's hazard ratio at the best cut of the data.
    hr_corrected : float
        The same less ``optimism``.
    optimism : float
        The mean by which the log HR of a resample's best cut exceeds what that cut shows in the
        data, in the direction it has in the resample.
    without : int
        Resamples without a best cut.
    """

    cuts: Array
    interval: tuple[float, float]
    hr_apparent: float
    hr_corrected: float
    optimism: float
    without: int
    _order: Order = field(repr=False)

    def corrected(self, cuts: ArrayLike) -> Floats:
        """Firth's hazard ratio less the optimism, at any cuts.

        Parameters
        ----------
        cuts : float or array of shape (cuts,)

        Returns
        -------
        array of shape (cuts,)
            NaN where a side is empty.
        """
        size = self._order.values.searchsorted(np.atleast_1d(np.asarray(cuts, float)), "right")
        low = np.append(0, self._order.ends)[size]
        return ratios(shrunk(firth_log_ratios(self._order, low), self.optimism))


@dataclass(frozen=True, eq=False)
class CutAnswer:
    """One cut: counts, tests and hazard ratio (high against low), as a row of the profile.

    Attributes
    ----------
    cut, n_low, n_high, events_low, events_high, chi2, p, z, w, hr, lower, upper : float or int
        As the columns of :func:`profile`; NaN: not estimable.
    low, high : arrays of shape (7, distinct times of the side)
        Kaplan-Meier of each side: rows time, n_risk, n_event, n_censor, survival, lower, upper
        (95 % log-log).
    """

    cut: float
    n_low: int
    n_high: int
    events_low: int
    events_high: int
    chi2: float
    p: float
    z: float
    w: float
    hr: float
    lower: float
    upper: float
    low: Array = field(repr=False)
    high: Array = field(repr=False)

    @property
    def curves(self) -> pd.DataFrame:
        """Both curves as in ``kaplan_meier(...).curves``; group False is low, True is high."""
        table = np.hstack([self.low, self.high])
        group = np.repeat([False, True], [self.low.shape[1], self.high.shape[1]])
        frame = pd.DataFrame(dict(zip(_CURVE, table, strict=True)))
        counts = dict.fromkeys(_CURVE[1:4], int)
        frame.insert(0, "group", group)
        return frame.astype(counts)


def ratios(logs: Array) -> Array:
    """Hazard ratios; NaN for those too large for a number."""
    with np.errstate(over="ignore"):
        found = np.exp(logs)
    found[np.isinf(found)] = np.nan
    return found


def log_ratios(order: Order, low: Array, firth: bool, limits: bool) -> Array:
    """log HR and limits with the ``low`` lowest patients low, shape (3, cuts)."""

    def work(block: int, count: int) -> Array:
        chunk = low[block * CUTS : block * CUTS + count]
        risk = order.risk
        return hazard_kernels.fitted(
            risk.spot, risk.start, risk.deaths, risk.stop, chunk, firth, limits
        )

    if not low.size:
        return np.empty((3, 0))
    return np.hstack(in_blocks(low.size, CUTS, work, 10 * low.size * order.n))


def firth_log_ratios(order: Order, low: Array) -> Array:
    """Firth's log HR with the ``low`` lowest patients low; NaN without information."""
    logs: Floats = log_ratios(order, np.asarray(low, dtype=np.int64), True, False)[0]
    return logs


def shrunk(beta: Array, optimism: float) -> Array:
    return np.sign(beta) * np.maximum(0.0, np.abs(beta) - optimism)


def lausen(statistic: float, n: int, low: Array, share: float) -> float:
    """The smaller p of Lausen & Schumacher (1992) and Lausen, Sauerbrei & Schumacher (1994).

    The first for continuous cuts between the shares, the second, an improved Bonferroni bound,
    for the cuts that there are; it is left out where it leaves (0, 1].
    """
    density = math.exp(-statistic * statistic / 2) / math.sqrt(2 * math.pi)
    first = 1.0
    if statistic >= 1:  # below, the approximation means nothing
        odds = 2 * math.log((1 - share) / share)
        first = density * (4 / statistic + (statistic - 1 / statistic) * odds)
    m1, m2 = low[:-1].astype(float), low[1:].astype(float)
    t = np.sqrt(1 - m1 * (n - m2) / ((n - m1) * m2))
    terms = t - (statistic**2 / 4 - 1) * t**3 / 6
    second = 2 * float(ndtr(-statistic)) + density * math.sqrt(2 / math.pi) * float(terms.sum())
    return min(1.0, max(first, 0.0), second if 0 < second <= 1 else 1.0)


def critical(largest: Array) -> float:
    """The |W| above which fewer than 5 % of the maxima lie, the data's one included."""
    most = math.floor(ALPHA * (largest.size + 1) + 1e-9) - 1
    if not 0 <= most < largest.size:
        return math.inf
    return float(np.partition(largest, -1 - most)[-1 - most])
