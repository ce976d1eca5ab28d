"""Permutations and resamples of the search: against enumeration and by hand, and repeatable."""

from itertools import permutations

import numpy as np
import pytest

from analysis.stats import cutoff
from analysis.stats.cox import hazard_ratio
from analysis.stats.cutoff import (
    _at_risk_kernels,
    _bootstrap_kernels,
    _curve_kernels,
    bootstrap,
    each_cut,
    hazard_kernels,
    ordering,
    scan_kernels,
)
from analysis.stats.cutoff.hazard_kernels import counted, low_counts, root
from tests.reference import golden
from tests.reference.golden import same


def lung(n=228):
    """Time, event and age of the first n patients."""
    frame = golden.patients("lung").iloc[:n]
    return frame["time"].to_numpy(float), frame["ev"].to_numpy() == 1, frame["age"].to_numpy(float)


def test_null_against_every_permutation():
    """Seven patients, 5,040 orders."""
    time, event = np.array([1, 2, 2, 4, 5, 6, 9.0]), np.array([1, 1, 0, 1, 0, 1, 1], bool)
    marker = np.array([5, 3, 4, 1, 6, 2, 7.0])
    order, draws = cutoff.order(time, event, marker), 400_000
    z = np.abs(each_cut.compute_z(order))
    scale, score = each_cut.compute_moments(order, order.first, order.last)[0], order.score
    every = np.array([np.cumsum(score[list(p)])[order.n_low - 1] for p in permutations(range(7))])
    every = np.abs(every * scale)
    exact_alone = (every >= z - 1e-9).mean(axis=0)
    exact_adjusted = (every.max(axis=1)[:, None] >= z - 1e-9).mean(axis=0)
    alone, adjusted = cutoff.null(order, permutations=draws, seed=9)
    for p, exact in ((alone, exact_alone), (adjusted, exact_adjusted)):
        assert (np.abs(p - exact) <= 4 * np.sqrt(exact * (1 - exact) / draws) + 1 / draws).all()


def test_seeds_and_counts():
    order = cutoff.order(*lung())
    first = cutoff.null(order, permutations=700, seed=1)
    np.testing.assert_array_equal(first, cutoff.null(order, permutations=700, seed=1))
    assert (first[1] != cutoff.null(order, permutations=700, seed=2)[1]).any()
    cuts = cutoff.resample(order, resamples=120, seed=1)
    np.testing.assert_array_equal(cuts, cutoff.resample(order, resamples=120, seed=1))
    assert (cuts != cutoff.resample(order, resamples=120, seed=2)).any()
    np.testing.assert_array_equal(cuts[:60], cutoff.resample(order, resamples=60, seed=1))
    stable = cutoff.stability(*lung(), resamples=120, seed=1)
    np.testing.assert_array_equal(cuts, stable.cuts)
    assert stable.interval == tuple(np.percentile(cuts, [2.5, 97.5]))
    assert cutoff.null(order, permutations=1)[0].tolist().count(0.5) > 0


def test_threads_do_not_matter(monkeypatch):
    def results():
        order = cutoff.order(*lung())
        stable = cutoff.stability(*lung(), resamples=110)
        return [
            *cutoff.null(order, permutations=1_100),
            cutoff.null_at_risk(order, permutations=1_100),
            stable.cuts,
            np.array([stable.hr_corrected]),
            cutoff.profile(*lung()).to_numpy(),
            cutoff.medians(order).to_numpy(),
        ]

    alone = results()
    monkeypatch.setattr(ordering, "_WORTH_A_THREAD", 0)
    monkeypatch.setattr("analysis.stats.cutoff.results.CUTS", 7)
    monkeypatch.setattr(each_cut, "CUTS", 7)
    for one, two in zip(alone, results(), strict=True):
        np.testing.assert_array_equal(one, two)


def test_best_cut_of_a_resample_is_that_of_its_rows():
    """The kernel works on multiplicities; the long way sorts the drawn rows again."""
    time, event, marker = lung(60)
    order, rng, without = cutoff.order(time, event, marker), np.random.default_rng(2), 0
    for _ in range(40):
        rows = rng.integers(0, 60, 60)
        again = cutoff.order(time[rows], event[rows], marker[rows])
        z = each_cut.compute_z(again)
        best = each_cut.find_best(each_cut.compute_w(again, z))
        assert cutoff.best_of_rows(order, rows) == again.cuts[best]
        maxstat = again.cuts[each_cut.find_best(z)]
        assert cutoff.best_of_rows(order, rows, statistic="z") == maxstat
    time, event, marker = time[:8], event[:8] & (np.arange(8) < 2), marker[:8]
    order = cutoff.order(time, event, marker)
    for _ in range(60):
        rows = rng.integers(0, 8, 8)
        own = cutoff.best_of_rows(order, rows)
        without += np.isnan(own)
        if np.isnan(own):
            assert not event[rows].any() or not admissible(marker[rows])
    assert without > 3
    assert np.isnan(cutoff.resample(order, resamples=200)).any()


def test_a_statistic_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="statistic must be w or z"):
        cutoff.best_of_rows(cutoff.order(*lung(20)), range(20), statistic="chi2")


def admissible(marker) -> bool:
    """Whether some cut leaves two patients on each side."""
    low = np.array([(marker <= cut).sum() for cut in np.unique(marker)])
    return bool(((low >= 2) & (low <= marker.size - 2)).any())


def test_firth_on_multiplicities_is_firth_on_the_rows():
    time, event, marker = lung(40)
    order, rng = cutoff.order(time, event, marker), np.random.default_rng(6)
    low, everyone = np.empty((2, 41), np.int32)
    a, b, w = np.empty((3, order.deaths.size))
    for place in range(3, order.values.size - 3, 3):
        rows = rng.integers(0, 40, 40)
        drawn = np.bincount(order.row_seat[rows], minlength=40).astype(np.int32)
        low_counts(order.spot, drawn, order.ends[place], low, everyone)
        risk = order.risk
        terms, high, _ = counted(low, everyone, risk.start, risk.deaths, risk.stop, False, a, b, w)
        beta = root(a, b, w, terms, high, True)[0]
        alone = hazard_ratio.firth(time[rows], event[rows], marker[rows] > order.values[place])
        same(beta, alone["coef"], rel=1e-8)


def test_optimism_by_hand():
    data = lung(50)
    order = cutoff.order(*data)
    best, beta = bootstrap._resampled(order, 80, 4, True)
    gain = []
    for place, own in zip(best, beta, strict=True):
        again = hazard_ratio.firth(*data[:2], data[2] > order.values[place])["coef"].iloc[0]
        gain.append(np.sign(own) * (own - again))
    found = cutoff.stability(*data, resamples=80, seed=4)
    same(found.optimism, np.mean(gain), rel=1e-8)
    assert found.optimism > 0
    cut = cutoff.search(*data, permutations=10).chosen["cut"]
    apparent = hazard_ratio.firth(*data[:2], data[2] > cut)["coef"].iloc[0]
    same(found.hr_apparent, np.exp(apparent), rel=1e-8)
    size = max(0.0, abs(apparent) - found.optimism)
    same(found.hr_corrected, np.exp(np.sign(apparent) * size), rel=1e-8)
    same(found.corrected(cut), found.hr_corrected)
    assert np.isnan(found.corrected([-5.0, 500.0])).all()


def test_resamples_without_a_cut_are_counted():
    time, event, marker = np.arange(1.0, 9.0), np.ones(8, bool), np.r_[0, 0, 1, 1, 1, 1, 2, 2.0]
    found = cutoff.stability(time, event, marker, resamples=400)
    assert 0 < found.without < 400
    assert found.without == np.isnan(found.cuts).sum()
    assert set(found.cuts[~np.isnan(found.cuts)]) <= {0.0, 1.0, 2.0}


def test_a_pure_chance_marker_is_found_no_more_often_than_it_should():
    """400 markers that mean nothing: the corrected p of the best cut rejects 5 % or fewer."""
    rng, low = np.random.default_rng(8), 0
    for _ in range(400):
        time, event = rng.exponential(10, 40).round(), rng.random(40) < 0.7
        found = cutoff.search(time, event, rng.normal(size=40).round(1), permutations=199)
        low += found.p_adjusted <= 0.05
    assert low <= 20 + 3 * np.sqrt(400 * 0.05 * 0.95)


ENTRIES = [
    *(scan_kernels.tidy, scan_kernels.arranged, scan_kernels.leveled, scan_kernels.chi_squares),
    *(
        scan_kernels.low_sums,
        scan_kernels.null_block,
        hazard_kernels.fitted,
        _bootstrap_kernels.boot_block,
    ),
    *(
        _curve_kernels.curve,
        _curve_kernels.medians,
        _at_risk_kernels.leavings,
        _at_risk_kernels.risk_block,
    ),
]


@pytest.mark.parametrize("kernel", ENTRIES)
def test_nothing_is_compiled_after_the_start(kernel):
    """Every kernel sees one kind of input, whatever arrays came in, so that no question waits."""
    cutoff.warm()
    time, event, marker = lung()
    cutoff.search(time.tolist(), event.tolist(), marker.tolist(), permutations=5_000)
    order = cutoff.order(time[::2], event[::2], marker[::2])
    cutoff.null_at_risk(order, enough=5)
    cutoff.answer(order, 60), cutoff.medians(order), cutoff.stability(time, event, marker)
    distinct = np.arange(1.0, 31.0)
    cutoff.search(distinct, np.ones(30, bool), distinct, estimator="firth")
    assert len(kernel.signatures) == 1
