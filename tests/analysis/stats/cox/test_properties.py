"""What must hold for Cox and Firth on any data."""

import warnings

import numpy as np
import pandas as pd
from firthmodels import FirthCoxPH
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from analysis.stats.cox.hazard_ratio import cox, firth, proportional_hazards, separated

LOOK = settings(max_examples=50, deadline=None, derandomize=True)


@st.composite
def trials(draw, smallest=5, largest=30):
    """Times with ties, at least one event, two groups and a second covariate."""
    n = draw(st.integers(smallest, largest))
    time = draw(st.lists(st.integers(0, 25), min_size=n, max_size=n))
    event = draw(st.lists(st.booleans(), min_size=n - 1, max_size=n - 1))
    high = draw(st.lists(st.booleans(), min_size=n - 2, max_size=n - 2))
    x = draw(st.lists(st.integers(-9, 9), min_size=n, max_size=n))
    return np.array(time, float), np.array([True, *event]), np.array([*high, 0, 1], bool), x


@LOOK
@given(trials())
def test_two_groups_are_estimable_where_they_are_not_separated(trial):
    time, event, high, _ = trial
    apart = separated(time, event, high, [0])[0]
    found = cox(time, event, high).loc[0]
    assert np.isnan(found["coef"]) == apart
    assert not found["hr"] > 1e6


@LOOK
@given(trials(), st.integers(2, 4))
def test_the_same_within_strata(trial, strata):
    """One stratum may have the events below the cut, and another those above."""
    time, event, high, x = trial
    strata = np.array(x) % strata
    apart = separated(time, event, high, [0], strata=strata)[0]
    assert np.isnan(cox(time, event, high, strata=strata).loc[0, "coef"]) == apart
    assert apart or not separated(time, event, high, [0])[0]


@LOOK
@given(trials())
def test_swapped_labels_invert_the_ratio(trial):
    time, event, high, _ = trial
    for model in (cox, firth):
        a, b = model(time, event, high).loc[0], model(time, event, ~high).loc[0]
        assert_allclose(a["hr"] * b["hr"], 1 if not np.isnan(a["hr"]) else np.nan, rtol=1e-6)
        assert_allclose([a["lower"] * b["upper"], a["p"]], [a["hr"] * b["hr"], b["p"]], rtol=1e-5)


@LOOK
@given(trials(), st.randoms(use_true_random=False), st.sampled_from([1e-6, 12.0]))
def test_order_of_rows_and_unit_of_time_do_not_matter(trial, random, unit):
    time, event, high, x = trial
    mixed = random.sample(range(time.size), time.size)
    table = pd.DataFrame({"high": high, "x": x})
    for model in (cox, proportional_hazards):
        a = model(time, event, table).drop(columns="term")
        b = model(time[mixed] * unit, event[mixed], table.iloc[mixed]).drop(columns="term")
        assert_allclose(a, b, rtol=1e-5, atol=1e-8)


@LOOK
@given(trials())
def test_stratum_of_everyone_is_no_stratum(trial):
    time, event, high, _ = trial
    one = np.full(time.size, "all")
    for model in (cox, proportional_hazards):
        pd.testing.assert_frame_equal(
            model(time, event, high), model(time, event, high, strata=one)
        )


@LOOK
@given(trials())
def test_firth_is_finite_wherever_there_is_information(trial):
    time, event, high, _ = trial
    found = firth(time, event, high).drop(columns="term").loc[0]
    # information: an event at which patients of both groups are at risk
    both = [len(set(high[time >= t])) == 2 for t in time[event]]
    assert np.isfinite(found).all() == any(both)
    if any(both):
        assert found["lower"] < found["hr"] < found["upper"]
        assert (found["p"] < 0.05) == (found["lower"] > 1 or found["upper"] < 1)


@settings(LOOK, max_examples=25)
@given(trials(smallest=15))
def test_firth_is_that_of_firthmodels(trial):
    time, event, high, x = trial
    table = np.column_stack([high, (np.array(x) - np.mean(x)) / max(np.std(x), 1)])
    found = firth(time, event, table)
    assume(found["hr"].notna().all())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = FirthCoxPH(backend="numpy", max_iter=200, gtol=1e-8, xtol=1e-8)
        theirs.fit(table, (event, time)).lrt()
    assume(theirs.converged_ and np.isfinite(theirs.lrt_pvalues_).all())
    assert_allclose(found["coef"], theirs.coef_, rtol=1e-5, atol=1e-6)
    assert_allclose(found["p"], theirs.lrt_pvalues_, rtol=1e-5, atol=1e-7)
