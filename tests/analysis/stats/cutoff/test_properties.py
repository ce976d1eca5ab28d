"""Every cut equals what the single-cut functions say of it; and what may not matter."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.stats import cutoff
from analysis.stats.cox import hazard_ratio
from analysis.stats.errors import NotEnoughData
from analysis.stats.survival import kaplan_meier, logrank
from tests.reference.golden import same

LIMITS = ["hr", "lower", "upper"]


@st.composite
def patients(draw, most=40):
    """Time, event, marker; with ties of either, light or heavy censoring, or an effect."""
    n = draw(st.integers(4, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    marker = rng.normal(size=n).round(draw(st.integers(0, 2)))
    effect = draw(st.sampled_from([0.0, 0.0, 1.0, 4.0]))
    time = rng.exponential(10 * np.exp(effect * marker)).round(draw(st.integers(-1, 2)))
    event = rng.random(n) < draw(st.sampled_from([0.1, 0.5, 0.9, 1.0]))
    return np.abs(time), event, marker


def searchable(data) -> cutoff.Order:
    """The patients in order; others are passed over."""
    try:
        order = cutoff.order(*data)
    except NotEnoughData:
        order = None
    assume(order is not None and not order.why)
    return order


@settings(max_examples=150, deadline=None, derandomize=True)
@given(patients())
def test_log_rank_and_counts_at_every_cut(data):
    searchable(data)
    time, event, marker = data
    for row in cutoff.profile(*data).itertuples():
        high = marker > row.cut
        assert row.cut == marker[~high].max()
        assert (row.n_low, row.n_high) == ((~high).sum(), high.sum())
        assert (row.events_low, row.events_high) == (event[~high].sum(), event[high].sum())
        try:
            test = logrank(time, event, high)
        except NotEnoughData:
            assert np.isnan([row.chi2, row.p]).all()
            continue
        same(row.chi2, test.statistic, rel=1e-10)
        same(row.p, test.p, rel=1e-10)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(patients(30), st.sampled_from(["cox", "firth"]))
def test_hazard_ratio_at_every_cut(data, estimator):
    searchable(data)
    time, event, marker = data
    fit = {"cox": hazard_ratio.cox, "firth": hazard_ratio.firth}[estimator]
    for _, row in cutoff.profile(*data, estimator=estimator).iterrows():
        if estimator == "cox" and (row["events_low"] == 0 or row["events_high"] == 0):
            assert row[LIMITS].isna().all()
            continue
        alone = fit(time, event, marker > row["cut"]).iloc[0]
        # on the scale of the coefficient
        same(np.log(row[LIMITS].astype(float)), np.log(alone[LIMITS].astype(float)), 0, 1e-8)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(patients())
def test_medians_and_curves_at_every_cut(data):
    order = searchable(data)
    time, event, marker = data
    names = [f"{name}_{side}" for side in ("low", "high") for name in ("median", "lower", "upper")]
    table = cutoff.medians(order)
    assert table["cut"].tolist() == order.cuts.tolist()
    for row in table.to_dict("records"):
        km = kaplan_meier(time, event, marker > row["cut"])
        alone = km.medians[["median", "lower", "upper"]].to_numpy().ravel()
        same([row[name] for name in names], alone, rel=1e-12)
        curves = cutoff.answer(order, row["cut"]).curves
        same(curves.to_numpy(float).ravel(), km.curves.to_numpy(float).ravel(), rel=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_medians_at_a_flat_half_and_with_edges_that_rise(seed):
    """Even groups without censoring are flat at exactly 0.5; few at risk let an edge rise."""
    rng = np.random.default_rng(seed)
    time = rng.permutation(24) + 1.0 if seed % 2 else rng.integers(1, 5, 60).astype(float)
    event = rng.random(time.size) < (1.0 if seed < 2 else 0.4)
    marker = rng.permutation(time.size).astype(float)
    for row in cutoff.medians(cutoff.order(time, event, marker)).itertuples(index=False):
        alone = kaplan_meier(time, event, marker > row[0]).medians[["median", "lower", "upper"]]
        same(row[1:], alone.to_numpy().ravel(), rel=1e-12)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(patients(), st.integers(0, 2**32 - 1))
def test_what_may_not_matter(data, seed):
    """The order of rows, a monotone transform of the marker, the unit of time."""
    searchable(data)
    time, event, marker = data
    first = everything(*data)
    mixed = np.random.default_rng(seed).permutation(time.size)
    for other in (
        everything(time[mixed], event[mixed], marker[mixed]),
        everything(time, event, np.exp(marker)),
        everything(time * 8, event, marker),
    ):
        for one, two in zip(first, other, strict=True):
            np.testing.assert_array_equal(one, two)


def everything(time, event, marker) -> list[np.ndarray]:
    """All numbers but the cuts and times themselves, random ones included."""
    order = cutoff.order(time, event, marker)
    found = cutoff.search(time, event, marker, permutations=60, estimator="firth")
    stable = cutoff.stability(time, event, marker, resamples=60)
    places = order.values.searchsorted(stable.cuts)
    numbers = found.profile.drop(columns="cut").to_numpy(float)
    scalars = [found.p_lausen, stable.hr_apparent, stable.hr_corrected, stable.without]
    return [numbers, np.array(scalars), np.where(np.isnan(stable.cuts), -1, places)]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(patients())
def test_turning_the_marker_round_turns_the_sign(data):
    searchable(data)
    time, event, marker = data
    up, down = cutoff.profile(time, event, marker), cutoff.profile(time, event, -marker)[::-1]
    same(up["z"], -down["z"].to_numpy(), rel=1e-9, tiny=1e-9)
    same(up["chi2"], down["chi2"].to_numpy(), rel=1e-9, tiny=1e-9)
    same(np.log(up["hr"]), -np.log(down["hr"].to_numpy()), 0, 1e-8)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(patients())
def test_corrected_p_is_never_below_the_p_of_one_cut(data):
    order = searchable(data)
    alone, adjusted = cutoff.null(order, permutations=200)
    assert (adjusted >= alone).all()
    assert (alone >= 1 / 201).all()
    assert (adjusted <= 1).all()
    if order.cuts.size == 1:
        np.testing.assert_array_equal(alone, adjusted)


def test_times_that_tie_but_for_rounding_are_one_time():
    rng = np.random.default_rng(3)
    time, event, marker = rng.integers(1, 9, 40) / 10, rng.random(40) < 0.7, rng.normal(size=40)
    other = np.where(rng.random(40) < 0.5, time * 3 / 3 + 1e-17, (time + 0.7) - 0.7)
    assert (other != time).any()
    np.testing.assert_array_equal(
        cutoff.profile(time, event, marker), cutoff.profile(other, event, marker)
    )


def test_any_container_will_do():
    rng = np.random.default_rng(4)
    time, event, marker = rng.exponential(9, 50), rng.random(50) < 0.6, rng.normal(size=50)
    plain = cutoff.profile(time, event, marker)
    frozen = [np.array(array) for array in (time, event, marker)]
    for array in frozen:
        array.flags.writeable = False
    kinds = [frozen, [list(time), list(event.astype(int)), list(marker)]]
    kinds += [[pd.Series(a) for a in frozen], [np.repeat(a, 2)[::2] for a in frozen]]
    for kind in kinds:
        pd.testing.assert_frame_equal(cutoff.profile(*kind), plain)


def test_large_groups_and_every_share():
    """Both ends of the scan meet in the middle without a seam, at any share."""
    rng = np.random.default_rng(5)
    n = 1501
    marker = rng.normal(size=n).round(2)
    time = rng.exponential(10 * np.exp(0.5 * marker)).round(1)
    event = rng.random(n) < 0.6
    table = cutoff.profile(time, event, marker, min_fraction=0.002)
    assert table["n_low"].min() >= 4
    assert table["n_high"].min() >= 4
    for row in table.iloc[::29].itertuples():
        same(row.chi2, logrank(time, event, marker > row.cut).statistic, rel=1e-9)
        alone = hazard_ratio.cox(time, event, marker > row.cut).iloc[0]
        same([row.hr, row.lower, row.upper], alone[LIMITS].astype(float), rel=1e-8)
