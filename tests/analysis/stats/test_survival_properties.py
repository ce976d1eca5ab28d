"""What must hold on any data: against lifelines, and under changes that change nothing."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import logrank_test, multivariate_logrank_test
from numpy.testing import assert_allclose

from analysis.stats.errors import NotEnoughData
from analysis.stats.survival import (
    kaplan_meier,
    logrank,
    permutation_logrank,
    reverse_kaplan_meier,
    rmst_difference,
    survival_at,
)

WEIGHTS = ["logrank", "gehan", "tarone-ware", "peto-peto", ("fleming-harrington", 0.5, 2)]

LOOK = settings(max_examples=50, deadline=None, derandomize=True)


@st.composite
def trials(draw, smallest=4, largest=40, groups=2):
    """Times with many ties, events, and groups that all have members."""
    n = draw(st.integers(max(smallest, groups), largest))
    time = draw(st.lists(st.integers(0, 25), min_size=n, max_size=n))
    event = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    rest = draw(st.lists(st.integers(0, groups - 1), min_size=n - groups, max_size=n - groups))
    return np.array(time, float) / 2, np.array(event), np.array([*range(groups), *rest])


def compared(*args, **options):
    """The log-rank test; samples that cannot carry one are passed over."""
    try:
        return logrank(*args, **options)
    except NotEnoughData:
        assume(False)


@LOOK
@given(trials())
def test_kaplan_meier_is_that_of_lifelines(trial):
    time, event, group = trial
    curves = kaplan_meier(time, event, group).curves
    for label in (0, 1):
        own = curves[curves["group"] == label]
        theirs = KaplanMeierFitter().fit(time[group == label], event[group == label])
        same = theirs.survival_function_at_times(own["time"]).to_numpy()
        assert_allclose(own["survival"], same, atol=1e-9, rtol=0)


@LOOK
@given(trials())
def test_logrank_is_that_of_lifelines(trial):
    time, event, group = trial
    test = compared(time, event, group)
    first = group == 0
    theirs = logrank_test(time[first], time[~first], event[first], event[~first])
    assert_allclose([test.statistic, test.p], [theirs.test_statistic, theirs.p_value], rtol=1e-6)


@LOOK
@given(trials(smallest=12, groups=3))
def test_logrank_of_three_is_that_of_lifelines(trial):
    time, event, group = trial
    test = compared(time, event, group)
    assume(test.df == 2)
    theirs = multivariate_logrank_test(time, group, event)
    assert_allclose([test.statistic, test.p], [theirs.test_statistic, theirs.p_value], rtol=1e-6)


@LOOK
@given(trials())
def test_numbers_at_risk_add_up(trial):
    time, event, group = trial
    km = kaplan_meier(time, event, group)
    points = np.concatenate([[0, 100], time, time + 0.25])
    table = km.at_risk(points)
    n = table["group"].map(dict(zip(*np.unique(group, return_counts=True), strict=True)))
    assert (table["n_risk"] + table["n_event"] + table["n_censor"] == n).all()
    row = table.iloc[3]
    mine = group == row["group"]
    assert row["n_risk"] == (mine & (time >= row["time"])).sum()
    assert row["n_event"] == (mine & (time < row["time"]) & event).sum()


@LOOK
@given(trials())
def test_curve_is_a_survival_function(trial):
    time, event, group = trial
    for scale in ("log-log", "log", "plain"):
        curves = kaplan_meier(time, event, group, conf_type=scale).curves
        for _, rows in curves.groupby("group"):
            assert rows["time"].is_monotonic_increasing
            assert rows["survival"].is_monotonic_decreasing
        assert curves["survival"].between(0, 1).all()
        known = curves.dropna()
        assert (known["lower"] <= known["survival"] + 1e-12).all()
        assert (known["survival"] <= known["upper"] + 1e-12).all()
        assert curves.loc[curves["survival"] == 0, ["lower", "upper"]].isna().all(axis=None)


@LOOK
@given(trials())
def test_median_follow_up_exchanges_events_and_censorings(trial):
    time, event, group = trial
    follow_up = reverse_kaplan_meier(time, event, group)
    plain = kaplan_meier(time, ~event, group).medians
    assert_allclose(follow_up["median"], plain["median"])
    assert follow_up["censored"].sum() == (~event).sum()


@LOOK
@given(trials(), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(trial, random):
    time, event, group = trial
    mixed = random.sample(range(time.size), time.size)
    here, there = (time, event, group), (time[mixed], event[mixed], group[mixed])
    assert kaplan_meier(*here).curves.equals(kaplan_meier(*there).curves)
    for weights in WEIGHTS:
        a, b = (compared(*args, weights=weights) for args in (here, there))
        assert (a.statistic, a.p) == (b.statistic, b.p)
    assert permutation_logrank(*here, permutations=99) == permutation_logrank(
        *there, permutations=99
    )


@LOOK
@given(trials(), st.sampled_from([1e-6, 1 / 30.4375, 12, 1e6]))
def test_unit_of_time_does_not_matter(trial, unit):
    time, event, group = trial
    a, b = compared(time, event, group), compared(time * unit, event, group)
    assert_allclose([a.u, a.variance, a.p], [b.u, b.variance, b.p], rtol=1e-12, atol=1e-15)
    a, b = kaplan_meier(time, event, group), kaplan_meier(time * unit, event, group)
    assert_allclose(a.curves["survival"], b.curves["survival"])
    columns = ["median", "lower", "upper"]
    assert_allclose(a.medians[columns] * unit, b.medians[columns])


@LOOK
@given(trials())
def test_rank_tests_see_only_the_order_of_times(trial):
    time, event, group = trial
    for weights in WEIGHTS:
        a, b = (compared(t, event, group, weights=weights) for t in (time, np.exp(time / 3)))
        assert_allclose([a.u, a.p], [b.u, b.p], rtol=1e-12, atol=1e-15)


@LOOK
@given(trials())
def test_swapped_labels_turn_the_sign(trial):
    time, event, group = trial
    for weights in WEIGHTS:
        a, b = (compared(time, event, g, weights=weights) for g in (group, 1 - group))
        assert_allclose([a.u, a.p], [-b.u, b.p], rtol=1e-9, atol=1e-12)


@LOOK
@given(trials(), st.integers(0, 1000))
def test_stratum_of_everyone_is_no_stratum(trial, label):
    time, event, group = trial
    for weights in WEIGHTS:
        a = compared(time, event, group, weights=weights)
        b = compared(time, event, group, weights=weights, strata=np.full(time.size, label))
        assert (a.statistic, a.u, a.variance) == (b.statistic, b.u, b.variance)


@LOOK
@given(trials(groups=3), trials(groups=3))
def test_strata_add_up(one, other):
    time, event, group = (np.concatenate(pair) for pair in zip(one, other, strict=True))
    strata = np.repeat(["x", "y"], [one[0].size, other[0].size])
    parts = [compared(*args) for args in (one, other)]
    both = compared(time, event, group, strata=strata)
    assert_allclose(both.observed, np.add(*(p.observed for p in parts)))
    assert_allclose(both.expected, np.add(*(p.expected for p in parts)))
    assert_allclose(both.variance, sum(p.variance for p in parts))


@LOOK
@given(trials(largest=11))
def test_exact_p(trial):
    time, event, group = trial
    compared(time, event, group)
    a, b = permutation_logrank(time, event, group), permutation_logrank(time, event, 1 - group)
    assert a.exact
    assert 0 < a.p <= 1
    assert a.p == b.p
    assert_allclose(a.statistic, -b.statistic, rtol=1e-9, atol=1e-12)
    assert a.n * a.p >= 2 or a.p == 1  # the observed split is in its tail


@LOOK
@given(trials(smallest=20), st.integers(0, 5))
def test_random_p(trial, seed):
    time, event, group = trial
    compared(time, event, group)
    test = permutation_logrank(time, event, group, permutations=200, seed=seed)
    assert 0 < test.p <= 1
    if not test.exact:
        assert test.p >= 2 / 201 - 1e-12


@LOOK
@given(trials(), st.floats(0.5, 12))
def test_restricted_mean_is_the_area_under_the_curve(trial, tau):
    time, event, group = trial
    try:
        found = rmst_difference(time, event, group, tau=tau)
    except NotEnoughData:
        assume(False)
    grid = np.unique(np.concatenate([[0, tau], time[time < tau]]))
    curve = survival_at(time, event, group, at=grid[:-1]).fillna(0)
    for row in found.by_group.itertuples():
        heights = curve.loc[curve["group"] == row.group, "survival"]
        assert_allclose(row.rmst, np.diff(grid) @ heights, rtol=1e-9, atol=1e-12)
    assert found.lower <= found.value <= found.upper
    assert_allclose(found.value, np.diff(found.by_group["rmst"])[0], atol=1e-12)


@LOOK
@given(trials(smallest=20))
def test_rounding_of_times_does_not_matter(trial):
    """Times that tie but for rounding in any of the ways floating point has."""
    time, event, group = trial
    noisy = (time + 0.1) + 0.2
    noisy[::2] = time[::2] + (0.1 + 0.2)
    noisy[::3] = (time[::3] + 0.3) * 3 / 3
    a, b = compared(time + 0.3, event, group), compared(noisy, event, group)
    assert_allclose([a.u, a.variance], [b.u, b.variance], rtol=1e-12, atol=1e-15)
    assert len(kaplan_meier(noisy, event).curves) == len(np.unique(time))


@pytest.mark.filterwarnings("ignore")  # lifelines warns of what it finds hard
@settings(LOOK, max_examples=25)
@given(trials(smallest=25))
def test_cox_is_that_of_lifelines(trial):
    import pandas as pd

    from analysis.stats.cox.hazard_ratio import cox

    time, event, group = trial
    assume(event.sum() > 5)
    own = cox(time, event, group).loc[0]
    assume(abs(own["coef"]) < 3)
    frame = pd.DataFrame({"time": time, "event": event, "x": group})
    options = {"precision": 1e-14, "r_precision": 1e-14}
    theirs = CoxPHFitter().fit(frame, "time", "event", fit_options=options).summary.loc["x"]
    assert_allclose(
        own[["coef", "se"]].astype(float), theirs[["coef", "se(coef)"]], rtol=1e-6, atol=1e-9
    )
