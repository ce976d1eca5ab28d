"""Everything about cut-offs within strata: against R, slow ways, and a single stratum."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.stats import cutoff
from analysis.stats.cox import hazard_ratio
from analysis.stats.cutoff import bootstrap, each_cut, maximal_selection
from analysis.stats.errors import NotEnoughData
from analysis.stats.survival import logrank
from tests.reference import golden
from tests.reference.golden import same

# R 4.2.2: survdiff(y ~ g + strata(celltype)), coxph with eps = 1e-14 (Efron), and
# coin::independence_test(y ~ g | celltype) with Hothorn & Lausen's log-rank scores.
VETERAN = {  # cut: chi-square, log HR, standard error, Z
    40: (32.985479070368342, -1.254933038053558, 0.230355968637174, -4.314324301033128),
    60: (20.778853752111264, -0.927773901830320, 0.209456934023694, -4.040012889250683),
    75: (10.781349239874400, -0.747173889677838, 0.232068139906837, -3.210086036999221),
}


def veteran():
    frame = golden.with_marker("veteran", "karno")
    return (frame["time"], frame["ev"], frame["karno"]), frame["celltype"]


def test_each_cut_is_that_of_r():
    data, celltype = veteran()
    table = cutoff.profile(*data, strata=celltype).set_index("cut")
    for cut, (chi2, beta, se, z) in VETERAN.items():
        row = table.loc[cut]
        same(row["chi2"], chi2, rel=1e-10)
        same(np.log(row["hr"]), beta, rel=1e-9)
        same(np.log(row["upper"] / row["lower"]) / 2 / 1.959963984540054, se, rel=1e-9)
        same(row["z"], z, rel=1e-10)
        one = cutoff.answer(cutoff.order(*data, strata=celltype), cut)
        same([one.chi2, one.hr, one.z], row[["chi2", "hr", "z"]].to_numpy(float))


def test_the_p_of_maxstat_within_strata():
    """coin::maxstat_test(y ~ karno | celltype), 100,000 draws: 4.314324301, p 8e-5 (3e-5)."""
    data, celltype = veteran()
    found = cutoff.search(*data, strata=celltype, permutations=100_000)
    same(found.statistic, 4.31432430103313, rel=1e-10)
    assert abs(found.p_adjusted - 8e-5) < 3 * np.sqrt(2 * 8e-5 / 100_000)
    assert np.isnan(found.p_lausen)


@st.composite
def stratified(draw, most=24):
    n = draw(st.integers(8, most))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    time = rng.integers(1, draw(st.sampled_from([6, 100])), n).astype(float)
    event = rng.random(n) < draw(st.sampled_from([0.3, 0.7, 1.1]))
    marker = rng.integers(0, draw(st.sampled_from([4, 50])), n).astype(float)
    return time, event, marker, rng.integers(0, draw(st.integers(1, 5)), n)


def ordered(data):
    try:
        order = cutoff.order(*data[:3], strata=data[3])
    except NotEnoughData:
        return None
    return None if order.why else order


@settings(max_examples=80, deadline=None, derandomize=True)
@given(stratified())
def test_every_cut_is_the_stratified_test_of_it(data):
    time, event, marker, strata = data
    order = ordered(data)
    if order is None:
        return
    table = each_cut.compute_profile(order, "cox")
    for row in table.itertuples():
        high = marker > row.cut
        try:
            test = logrank(time, event, high, strata=strata)
        except NotEnoughData:
            assert np.isnan(row.chi2)
            continue
        same(row.chi2, test.statistic, rel=1e-8)
        alone = hazard_ratio.cox(time, event, high, strata=strata).iloc[0]
        if row.events_low and row.events_high:
            assert np.isnan(row.hr) == np.isnan(alone["hr"])
            same(row.hr, alone["hr"], rel=1e-7)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(stratified())
def test_a_stratum_nobody_can_compare_changes_nothing_within(data):
    """A patient alone in a stratum changes neither the log-rank test nor the ratio."""
    time, event, marker, strata = data
    if ordered(data) is None:
        return
    cut = float(np.median(marker))
    more = np.append(time, 3.0), np.append(event, True), np.append(marker, cut + 1)
    try:
        there = cutoff.answer(cutoff.order(*data[:3], strata=strata), cut, estimator="firth")
        here = cutoff.answer(
            cutoff.order(*more, strata=np.append(strata, 99)), cut, estimator="firth"
        )
    except NotEnoughData:
        return
    same([there.chi2, there.hr, there.lower], [here.chi2, here.hr, here.lower], rel=1e-7)


def test_one_stratum_is_none():
    data, _ = veteran()
    plain, one = cutoff.search(*data), cutoff.search(*data, strata=np.ones(len(data[0])))
    for name in plain.profile:
        np.testing.assert_array_equal(plain.profile[name], one.profile[name])
    assert plain.p_searched == one.p_searched
    assert cutoff.stability(*data).optimism == cutoff.stability(*data, strata=["a"] * 137).optimism


def test_null_against_every_permutation_within_strata():
    time, event = np.array([1, 2, 2, 4, 5, 6, 9.0]), np.array([1, 1, 0, 1, 1, 1, 1], bool)
    marker, strata = np.array([5, 3, 4, 1, 6, 2, 7.0]), np.array([0, 0, 0, 1, 1, 1, 1])
    order, draws = cutoff.order(time, event, marker, strata=strata, min_fraction=0.2), 200_000
    by_row = order.score[order.spot][order.row_seat]
    z = np.abs(each_cut.compute_z(order))
    scale = each_cut.compute_moments(order, order.first, order.last)[0]
    sums = []
    for one, two in product(permutations(range(3)), permutations(range(3, 7))):
        shuffled = by_row[[*one, *two]]
        sums.append([shuffled[marker <= cut].sum() for cut in order.cuts])
    null = np.abs(np.array(sums) * scale)
    alone, adjusted = cutoff.null(order, permutations=draws, seed=4)
    for p, exact in (
        (alone, (null >= z - 1e-9).mean(axis=0)),
        (adjusted, (null.max(axis=1)[:, None] >= z - 1e-9).mean(axis=0)),
    ):
        assert (np.abs(p - exact) <= 4 * np.sqrt(exact * (1 - exact) / draws) + 2 / draws).all()


def test_best_cut_of_a_resample_within_strata_is_that_of_its_rows():
    (time, event, marker), celltype = veteran()
    time, event, marker, celltype = (
        np.asarray(one)[::2] for one in (time, event, marker, celltype)
    )
    order, rng = cutoff.order(time, event, marker, strata=celltype), np.random.default_rng(5)
    for _ in range(40):
        rows = np.concatenate([
            rng.choice(np.flatnonzero(celltype == one), (celltype == one).sum())
            for one in np.unique(celltype)
        ])  # fmt: skip
        again = cutoff.order(time[rows], event[rows], marker[rows], strata=celltype[rows])
        best = each_cut.find_best(each_cut.compute_w(again, each_cut.compute_z(again)))
        assert cutoff.best_of_rows(order, rows) == again.cuts[best]


def test_resamples_keep_the_sizes_of_the_strata_and_the_stratified_ratio():
    (time, event, marker), celltype = veteran()
    order = cutoff.order(time, event, marker, strata=celltype)
    best, beta = bootstrap._resampled(order, 60, 4, True)
    gain = []
    for place, own in zip(best, beta, strict=True):
        high = marker > order.values[place]
        again = hazard_ratio.firth(time, event, high, strata=celltype)["coef"].iloc[0]
        gain.append(np.sign(own) * (own - again))
    found = cutoff.stability(time, event, marker, strata=celltype, resamples=60, seed=4)
    same(found.optimism, max(0.0, np.mean(gain)), rel=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_strata_that_differ_are_no_finding(seed):
    """Time and marker go with the stratum, and within it with nothing."""
    rng = np.random.default_rng(seed)
    strata = np.repeat([0, 1, 2, 3], 15)
    marker = rng.normal(size=60) - 3 * strata
    time = rng.exponential(np.exp(0.8 * strata))
    crude = cutoff.search(time, np.ones(60, bool), marker, permutations=2_000)
    within = cutoff.search(time, np.ones(60, bool), marker, permutations=2_000, strata=strata)
    assert crude.p_searched < 0.01 < 0.05 < within.p_searched


@pytest.mark.parametrize(
    ("strata", "words"),
    [
        ([0, 0, 0, 0, 1, 1, 1, 1], "runs between the 2 strata"),
        (range(8), "all patients fared alike"),
    ],
)
def test_strata_that_leave_nothing_to_compare_say_so(strata, words):
    marker = np.array([1, 1, 1, 1, 2, 2, 2, 2.0]) + (np.arange(8) == 7)
    with pytest.raises(NotEnoughData, match=words):
        cutoff.search(np.arange(8.0), np.ones(8, bool), marker, strata=strata)


def test_strata_of_wrong_length_are_refused():
    with pytest.raises(ValueError, match="strata has 3 entries"):
        cutoff.order(np.arange(8.0), np.ones(8, bool), np.arange(8.0), strata=[1, 2, 3])


def test_draws_stop_within_strata_too():
    (time, event, marker), celltype = veteran()
    order = cutoff.order(time, event, np.random.default_rng(1).permutation(marker), strata=celltype)
    p = maximal_selection.null_at_risk(order, permutations=5_000, enough=20)
    assert p.min() > 20 / 5_001
