"""The search over all cut-offs of a marker, told honestly: profile, corrected p, stability.

Everywhere high = marker > cut, z > 0 = more events than expected above the cut, and a cut is the
largest value of its low group. Z and its null are those of maximally selected rank statistics
(Hothorn & Lausen 2003; R's maxstat), chi2 is the log-rank test with the hypergeometric variance.
The p that pages show, p_searched, compares the same Z with a null that keeps the follow-up as it
goes with the marker (analysis.stats.cutoff.at_risk_kernels).
"""

import math

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from analysis.stats.cutoff import curve_kernels, hazard_kernels, scan_kernels
from analysis.stats.cutoff.at_risk_kernels import leavings, risk_block
from analysis.stats.cutoff.bootstrap_kernels import best_cut, boot_block
from analysis.stats.cutoff.ordering import FLAT, Order, in_blocks, order
from analysis.stats.cutoff.results import (
    CUTS,
    CutAnswer,
    CutoffSearch,
    CutoffStability,
    critical,
    firth_log_ratios,
    lausen,
    log_ratios,
    ratios,
    shrunk,
)
from analysis.stats.cutoff.scan_kernels import null_block
from analysis.stats.errors import NotEnoughData

__all__ = [
    "CutAnswer",
    "CutoffSearch",
    "CutoffStability",
    "Order",
    "answer",
    "best_of_rows",
    "medians",
    "null",
    "null_at_risk",
    "order",
    "profile",
    "resample",
    "scan",
    "search",
    "stability",
    "warm",
]

_SAME = 1e-9  # |Z| closer than this are one value: summation order must not break ties
_PERMUTATIONS, _RESAMPLES = 1_000, 100  # one block of each
_FEW = 64  # cuts up to which counting for each is faster than sorting the permutations once


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
    return _profile(_to_search(order(time, event, marker, min_fraction=min_fraction)), estimator)


def search(
    time, event, marker, *, min_fraction=0.1, permutations=10_000, seed=0, estimator="cox"
) -> CutoffSearch:
    """Search the best cut, and correct its p for the search.

    Arguments and errors as :func:`profile`; ``permutations`` and ``seed`` as :func:`null` and
    :func:`null_at_risk`, each of which draws so many.
    """
    kept = _to_search(order(time, event, marker, min_fraction=min_fraction))
    table = _profile(kept, estimator)
    alone, adjusted, _ = _null(kept, permutations, seed)
    searched, largest = _null_at_risk(kept, permutations, seed)
    table = table.assign(p_permutation=alone, p_adjusted=adjusted, p_searched=searched)
    best = _best(table["z"].to_numpy())
    statistic = abs(float(table["z"].iloc[best]))
    return CutoffSearch(
        profile=table,
        best=table.iloc[best],
        statistic=statistic,
        p_adjusted=float(adjusted[best]),
        p_searched=float(searched[best]),
        p_lausen=lausen(statistic, kept.n, kept.n_low, kept.min_fraction),
        critical=critical(largest),
        permutations=largest.size,
    )


def stability(time, event, marker, *, min_fraction=0.1, resamples=2_000, seed=0) -> CutoffStability:
    """Search in bootstrap resamples: the range of the best cut, and the optimism of its HR.

    Arguments and errors as :func:`profile`; ``resamples`` and ``seed`` as :func:`resample`.
    Firth's estimate throughout, so that every resample has one.
    """
    kept = _to_search(order(time, event, marker, min_fraction=min_fraction))
    best, beta = _resampled(kept, resamples, seed, True)
    found = best >= 0
    used, where = np.unique(best[found], return_inverse=True)
    again = firth_log_ratios(kept, kept.ends[used])[where]
    gain = np.sign(beta[found]) * (beta[found] - again)
    gain = gain[np.isfinite(gain)]
    optimism = float(gain.mean()) if gain.size else np.nan
    cuts = np.where(found, kept.values[best], np.nan)
    apparent = firth_log_ratios(kept, kept.n_low[[_best(_z(kept))]])
    return CutoffStability(
        cuts=cuts,
        interval=_percentiles(cuts[found]),
        hr_apparent=float(ratios(apparent)[0]),
        hr_corrected=float(ratios(shrunk(apparent, optimism))[0]),
        optimism=optimism,
        without=int((~found).sum()),
        _order=kept,
    )


def scan(order: Order) -> np.ndarray:
    """Log-rank chi-square of every admissible cut, O(n log n); NaN where not estimable."""
    _to_search(order)
    return scan_kernels.chi_squares(
        order.level, order.had, order.table, order.ends, order.first, order.last
    )


def null(order: Order, *, permutations=10_000, seed=0) -> tuple[np.ndarray, np.ndarray]:
    """p_permutation and p_adjusted of every admissible cut, from one set of permutations.

    P(|Z*| >= |Z|) at that cut, and P(max over cuts |Z*| >= |Z|): (b + 1) / (permutations + 1).
    The result depends on the seed, not on the order of rows or on the number of threads. Raises
    ValueError for a wrong count or seed, NotEnoughData where there is nothing to search.
    """
    return _null(_to_search(order), permutations, seed)[:2]


def null_at_risk(order: Order, *, permutations=10_000, seed=0, enough=None) -> np.ndarray:
    """p_searched of every admissible cut: corrected for the search, also if follow-up goes with it.

    P(max over cuts |Z*| >= |Z|) as :func:`null`, but in each draw an event takes any patient at
    risk, and a censoring the one who holds the same rank of the marker among those at risk as in
    the data (`at_risk_kernels`: why, and when this is exact). Equal in law to p_adjusted where
    nobody is censored. ``enough``: stop where so many draws reached the best cut's |Z| (a p that is
    large needs no more; Besag & Clifford 1991). Seed, rows, threads and errors as :func:`null`.
    """
    return _null_at_risk(_to_search(order), permutations, seed, enough)[0]


def resample(order: Order, *, resamples=2_000, seed=0) -> np.ndarray:
    """The best cut of each bootstrap resample; NaN where it has no admissible cut or no event.

    Best is the largest |Z|, with scores recomputed in the resample; admissibility is that of the
    resample's own counts. Random numbers and errors as :func:`null`.
    """
    best, _ = _resampled(_to_search(order), resamples, seed, False)
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
        z=float(_z(order, place, place + 1)[0]),
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
    cuts = _to_search(order).n_low

    def work(block: int, count: int) -> np.ndarray:
        chunk = cuts[block * CUTS : block * CUTS + count]
        return curve_kernels.medians(order.time, order.spot, order.start, order.deaths, chunk)

    table = np.hstack(in_blocks(cuts.size, CUTS, work, 4 * cuts.size * order.n))
    names = [f"{name}_{side}" for side in ("low", "high") for name in ("median", "lower", "upper")]
    return pd.DataFrame({"cut": order.cuts, **dict(zip(names, table, strict=True))})


def warm() -> None:
    """Compile the kernels, or load what was compiled before, ahead of the first question."""
    time, event = np.arange(1.0, 21.0), np.arange(20) % 3 > 0
    kept = order(time, event, (time * 7) % 20)
    search(time, event, (time * 7) % 20, permutations=10, estimator="firth")
    stability(time, event, (time * 7) % 20, resamples=10)
    medians(kept)
    answer(kept, 9.0)


def _to_search(order: Order) -> Order:
    if order.why:
        raise NotEnoughData(order.why)
    return order


def _profile(order: Order, estimator: str) -> pd.DataFrame:
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
        "z": _z(order),
    })  # fmt: skip


def _is_firth(estimator: str) -> bool:
    if estimator not in ("cox", "firth"):
        raise ValueError(f"estimator must be cox or firth, not {estimator!r}.")
    return estimator == "firth"


def _scale(order: Order, first: int, last: int) -> np.ndarray:
    """1 / standard deviation of the low group's sum of scores under permutation."""
    m, n = order.ends[first:last].astype(float), order.n
    square = float(order.score @ order.score)
    if square <= FLAT * FLAT * n:
        return np.full(m.size, np.nan)
    return np.sqrt(n * (n - 1) / (m * (n - m) * square))


def _z(order: Order, first: int | None = None, last: int | None = None) -> np.ndarray:
    """Z of the admissible cuts, or of those given."""
    first, last = (order.first, order.last) if first is None else (first, last)
    sums = scan_kernels.low_sums(order.score, order.ends[first:last])
    return -sums * _scale(order, first, last)


def _best(z: np.ndarray) -> int:
    """The first of the cuts with the largest |Z|, but for rounding."""
    size = np.abs(z)
    return int(np.argmax(size >= size.max() * (1 - 1e-12)))


def _null(order: Order, permutations, seed) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """p_permutation, p_adjusted, and the largest |Z| of each permutation."""
    permutations, start = _count(permutations, "permutations"), _seed(seed, 0)
    size = np.abs(_z(order))
    seen = size - _SAME * (1 + size)
    score, scale = order.score[order.spot], _scale(order, order.first, order.last)

    def work(block: int, count: int) -> tuple[np.ndarray, np.ndarray]:
        return null_block(score, order.n_low, scale, seen, start, block, count)

    steps = float(permutations) * order.n
    parts = in_blocks(permutations, _PERMUTATIONS, work, steps)
    reached = sum(part[0] for part in parts)
    largest = np.concatenate([part[1] for part in parts])
    above = _not_below(largest, seen)
    return (reached + 1) / (permutations + 1), (above + 1) / (permutations + 1), largest


def _null_at_risk(order: Order, permutations, seed, enough=None) -> tuple[np.ndarray, np.ndarray]:
    """p_searched, and the largest |Z| of each draw."""
    permutations, start = _count(permutations, "permutations"), _seed(seed, 2)
    enough = permutations + 1 if enough is None else _count(enough, "enough")
    size = np.abs(_z(order))
    seen = size - _SAME * (1 + size)
    lowest, width = leavings(order.spot, order.event, order.ends)
    score, scale = order.score[order.spot], _scale(order, order.first, order.last)

    def work(block: int, count: int) -> np.ndarray:
        return risk_block(
            lowest, width, score, order.n_low, scale, seen.max(), enough, start, block, count
        )

    steps = 10.0 * permutations * order.n
    largest = np.concatenate(in_blocks(permutations, _PERMUTATIONS, work, steps))
    return (_not_below(largest, seen) + 1) / (largest.size + 1), largest


def _not_below(largest: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """How many of the largest |Z| are not below what was seen at each cut."""
    if seen.size <= _FEW:
        return np.array([np.count_nonzero(largest >= least) for least in seen])
    return largest.size - np.sort(largest).searchsorted(seen)


def _resampled(order: Order, resamples, seed, fit: bool) -> tuple[np.ndarray, np.ndarray]:
    """Place of the best value (or -1) and Firth's log HR there, of each resample."""
    resamples, start = _count(resamples, "resamples"), _seed(seed, 1)
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


def _count(value, what: str) -> int:
    if not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"{what} must be a whole number above 0, not {value!r}.")
    return int(value)


def _seed(seed, purpose: int) -> np.uint64:
    """A number that every seed and purpose has for itself."""
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed must be a whole number, 0 or more, not {seed!r}.")
    return np.random.SeedSequence([int(seed), purpose]).generate_state(1, np.uint64)[0]
