"""What the search over cut-offs returns, and the small sums that only these results need."""

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import ndtr

from analysis.stats.cutoff import hazard_kernels
from analysis.stats.cutoff.ordering import Order, in_blocks
from analysis.stats.inputs import ALPHA

CUTS = 64  # cuts that one call of a kernel takes

_CURVE = ("time", "n_risk", "n_event", "n_censor", "survival", "lower", "upper")


@dataclass(frozen=True, eq=False)
class CutoffSearch:
    """What a search over all admissible cuts found.

    ``profile``: as :func:`profile`, with ``p_permutation`` (|Z| at this cut alone) and two p's
    that are corrected for the search: ``p_adjusted``, that of maxstat, and ``p_searched``, which
    also holds where follow-up depends on the marker (:func:`null_at_risk`) and is the one that
    pages show. ``best`` is its row with the largest |Z|, ``statistic`` that |Z|, ``p_adjusted`` and
    ``p_searched`` its corrected p's; ``p_lausen`` the approximation of Lausen & Schumacher.
    ``critical``: only a larger |Z| has p_searched <= .05.
    """

    profile: pd.DataFrame
    best: pd.Series
    statistic: float
    p_adjusted: float
    p_searched: float
    p_lausen: float
    critical: float
    permutations: int


@dataclass(frozen=True, eq=False)
class CutoffStability:
    """How the search fares in bootstrap resamples.

    ``cuts``: best cut of each resample, NaN where it has none (``without`` counts these);
    ``interval``: its 2.5 % and 97.5 % percentile. ``hr_apparent``: Firth's hazard ratio at the
    best cut of the data; ``hr_corrected``: the same less ``optimism``, the mean by which |log HR|
    of a resample's best cut exceeds what that cut shows in the data.
    """

    cuts: np.ndarray
    interval: tuple[float, float]
    hr_apparent: float
    hr_corrected: float
    optimism: float
    without: int
    _order: Order = field(repr=False)

    def corrected(self, cuts) -> np.ndarray:
        """Firth's hazard ratio less the optimism at any cuts; NaN where a side is empty."""
        size = self._order.values.searchsorted(np.atleast_1d(np.asarray(cuts, float)), "right")
        low = np.append(0, self._order.ends)[size]
        return ratios(shrunk(firth_log_ratios(self._order, low), self.optimism))


@dataclass(frozen=True, eq=False)
class CutAnswer:
    """One cut: counts, tests and hazard ratio (high against low), as a row of the profile.

    ``low`` and ``high``: Kaplan-Meier of each side as arrays of shape (7, distinct times), rows
    time n_risk n_event n_censor survival lower upper (95 % log-log). NaN: not estimable.
    """

    cut: float
    n_low: int
    n_high: int
    events_low: int
    events_high: int
    chi2: float
    p: float
    z: float
    hr: float
    lower: float
    upper: float
    low: np.ndarray = field(repr=False)
    high: np.ndarray = field(repr=False)

    @property
    def curves(self) -> pd.DataFrame:
        """Both curves as in ``kaplan_meier(...).curves``; group False is low, True is high."""
        table = np.hstack([self.low, self.high])
        group = np.repeat([False, True], [self.low.shape[1], self.high.shape[1]])
        frame = pd.DataFrame(dict(zip(_CURVE, table, strict=True)))
        counts = dict.fromkeys(_CURVE[1:4], int)
        frame.insert(0, "group", group)
        return frame.astype(counts)


def ratios(logs: np.ndarray) -> np.ndarray:
    """Hazard ratios; NaN for those too large for a number."""
    with np.errstate(over="ignore"):
        found = np.exp(logs)
    found[np.isinf(found)] = np.nan
    return found


def log_ratios(order: Order, low: np.ndarray, firth: bool, limits: bool) -> np.ndarray:
    """log HR and limits with the ``low`` lowest patients low, shape (3, cuts)."""

    def work(block: int, count: int) -> np.ndarray:
        chunk = low[block * CUTS : block * CUTS + count]
        return hazard_kernels.fitted(order.spot, order.start, order.deaths, chunk, firth, limits)

    if not low.size:
        return np.empty((3, 0))
    return np.hstack(in_blocks(low.size, CUTS, work, 10 * low.size * order.n))


def firth_log_ratios(order: Order, low: np.ndarray) -> np.ndarray:
    """Firth's log HR with the ``low`` lowest patients low; NaN without information."""
    return log_ratios(order, np.asarray(low, dtype=np.int64), True, False)[0]


def shrunk(beta: np.ndarray, optimism: float) -> np.ndarray:
    return np.sign(beta) * np.maximum(0.0, np.abs(beta) - optimism)


def lausen(statistic: float, n: int, low: np.ndarray, share: float) -> float:
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


def critical(largest: np.ndarray) -> float:
    """The |Z| above which fewer than 5 % of the maxima lie, the data's one included."""
    most = math.floor(ALPHA * (largest.size + 1) + 1e-9) - 1
    if not 0 <= most < largest.size:
        return math.inf
    return float(np.partition(largest, -1 - most)[-1 - most])
