"""The continuous effect equals R's coxph; the spline equals one built and fitted by others."""

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from scipy.interpolate import CubicSpline

from analysis.cohort.completion import complete_question
from analysis.results.continuous import (
    analyse_continuous,
    continuous,
    linear,
    logged,
    near_deviation,
    rcs,
    spline,
)
from analysis.stats.errors import NotEnoughData
from data.sources import builtin
from tests.hand_made_cohorts import cohort
from tests.reference import golden

NAMES = {
    "coef": "coef", "se": "se", "hr": "HR", "lower": "lower95", "upper": "upper95", "p": "p_wald",
}  # fmt: skip
EXACT = {"fit_options": {"precision": 1e-14, "r_precision": 1e-14}}


def arrays(name, marker):
    frame = golden.with_marker(name, marker)
    return (
        frame["time"].to_numpy(float),
        frame["ev"].to_numpy(bool),
        frame[marker].to_numpy(float),
    )


@pytest.mark.parametrize(("name", "marker"), golden.markers())
def test_the_linear_effect_is_that_of_coxph(name, marker):
    wanted = golden.values(name)["markers"][marker]["cox_continuous"]
    row = linear(*arrays(name, marker))
    for ours, theirs in NAMES.items():
        golden.same(row[ours], wanted[theirs])


@pytest.mark.parametrize("marker", ["age", "ph.karno"])
def test_a_step_is_a_power_of_the_ratio_per_unit(marker):
    time, event, value = arrays("lung", marker)
    one, ten = linear(time, event, value), linear(time, event, value, step=10)
    assert ten["hr"] == pytest.approx(one["hr"] ** 10, rel=1e-9)
    assert ten["p"] == pytest.approx(one["p"], rel=1e-7)


def natural(value, knots):
    """Natural cubic splines through 0 and 1 at the knots, straight beyond them, by scipy."""
    curve = CubicSpline(knots, np.eye(len(knots)), bc_type="natural")
    inside = curve(np.clip(value, knots[0], knots[-1]))
    low = np.minimum(value - knots[0], 0)[:, None] * curve(knots[0], 1)
    high = np.maximum(value - knots[-1], 0)[:, None] * curve(knots[-1], 1)
    return inside + low + high


@pytest.mark.parametrize(
    ("name", "marker", "knots"),
    [("lung", "age", 4), ("lung", "wt.loss", 3), ("gbsg", "pgr", 4), ("gbsg", "size", 3)],
)
def test_the_spline_is_the_natural_cubic_spline_of_others(name, marker, knots):
    time, event, value = arrays(name, marker)
    found = spline(time, event, value, knots=knots)
    # The columns of a natural spline add up to 1, so one is left out.
    columns = natural(value, np.array(found.knots))[:, 1:]
    frame = pd.DataFrame(columns).add_prefix("s").assign(time=time, event=event)
    fitter = CoxPHFitter().fit(frame, "time", "event", **EXACT)
    alone = pd.DataFrame({"x": value / value.std(), "time": time, "event": event})
    straight = CoxPHFitter().fit(alone, "time", "event", **EXACT)
    null = fitter.log_likelihood_ratio_test()
    assert found.overall.statistic == pytest.approx(null.test_statistic, rel=1e-8)
    assert found.overall.df == knots - 1
    bent = 2 * (fitter.log_likelihood_ - straight.log_likelihood_)
    assert found.nonlinear.statistic == pytest.approx(bent, rel=1e-6)
    assert found.nonlinear.df == knots - 2
    against = natural(found.curve["value"].to_numpy(), np.array(found.knots))[:, 1:]
    against = against - natural(np.array([found.reference]), np.array(found.knots))[:, 1:]
    log_hr = against @ fitter.params_.to_numpy()
    half = 1.959963984540054 * np.sqrt(
        np.einsum("ij,jk,ik->i", against, fitter.variance_matrix_.to_numpy(), against)
    )
    np.testing.assert_allclose(np.log(found.curve["hr"]), log_hr, atol=1e-7)
    np.testing.assert_allclose(np.log(found.curve["upper"]), log_hr + half, atol=1e-6)
    np.testing.assert_allclose(np.log(found.curve["lower"]), log_hr - half, atol=1e-6)


def test_the_basis_is_straight_beyond_the_outer_knots_and_smooth_between():
    knots = np.array([1.0, 2.0, 4.0, 7.0])
    outside = rcs(np.array([8.0, 9.0, 10.0, 11.0]), knots)
    np.testing.assert_allclose(np.diff(outside, n=2, axis=0), 0, atol=1e-10)
    assert (rcs(np.array([-3.0, 0.5, 1.0]), knots)[:, 1:] == 0).all()
    # By hand: (3-1)^3/36 = 8/36 and (3-2)^3/36 = 1/36 between the second and the third knot.
    np.testing.assert_allclose(rcs(np.array([3.0]), knots)[0], [3, 8 / 36, 1 / 36])


def test_the_curve_passes_through_1_at_the_median_value():
    found = spline(*arrays("gbsg", "age"))
    at = found.curve[found.curve["value"] == found.reference].iloc[0]
    assert at["hr"] == at["lower"] == at["upper"] == 1
    assert found.curve["value"].is_monotonic_increasing


def test_few_events_and_many_ties_get_a_sentence_instead_of_a_curve():
    time, event, value = arrays("lung", "age")
    with pytest.raises(NotEnoughData, match="29 events are too few"):
        spline(time, event & (np.cumsum(event) <= 29), value)
    with pytest.raises(NotEnoughData, match="same value"):
        spline(time, event, (value > 60).astype(float))


def test_doublings_and_zeros():
    time, event, value = arrays("gbsg", "pgr")
    found = continuous(time, event, value, log=True)
    floor = value[value > 0].min() / 2
    assert found.floor == floor
    assert found.step == 2
    by_hand = linear(time, event, np.log2(np.where(value == 0, floor, value)))
    assert (found.hr, found.p) == (by_hand["hr"], by_hand["p"])
    assert found.spline.reference == pytest.approx(np.exp2(np.median(logged(value)[0])))
    assert found.spline.curve["value"].between(floor * 0.999, value.max()).all()
    assert np.isnan(continuous(time, event, value + 1, log=True).floor)
    with pytest.raises(ValueError, match="positive"):
        logged(np.array([-1.0, 2.0]))


@pytest.mark.parametrize(
    ("spread", "step"),
    [(1.0, 1), (1.3, 1), (1.6, 2), (3.5, 5), (8.1, 10), (0.033, 0.05), (420, 500)],
)
def test_the_unit_is_a_round_number_near_the_deviation(spread, step):
    value = np.array([-1.0, 0.0, 1.0]) * spread
    assert near_deviation(value) == pytest.approx(step, rel=1e-12)


def test_one_value_has_no_effect():
    with pytest.raises(NotEnoughData, match="same value"):
        continuous([1.0, 2.0], [True, True], [3.0, 3.0])


def asked(name, **texts):
    study = builtin.load(name)
    return analyse_continuous(study, complete_question(texts, study).question)


def test_of_a_question():
    small = asked("imail2", marker="HLADR_NK_PCT", visit="C1D15", endpoint="OS")
    assert (small.n, small.result.estimator, small.result.log) == (17, "firth", False)
    assert small.result.spline is None
    assert "too few for a curve" in small.result.why
    fold = asked("imail2", marker="CD8", visit="C1D15", measure="fold")
    assert fold.result.log
    large = asked("gbsg2", marker="PGR")
    assert (large.n, large.events, large.result.estimator) == (686, 299, "cox")
    assert large.result.log
    assert large.result.spline is not None
    change = asked("actg175", marker="CD8", visit="week20", measure="change")
    assert not change.result.log


def test_mostly_zeros_stay_on_the_linear_scale():
    values = [0.0] * 5 + [1.0, 2.0, 4.0]
    study = cohort(values, [1, 2, 3, 4, 5, 6, 7, 8.0], [2.0] * 8)
    study.markers["scale"] = "log"
    found = analyse_continuous(
        study, complete_question({"marker": "M", "visit": "C1D15"}, study).question
    )
    assert not found.result.log


def test_nobody_left_under_observation_is_said():
    study = cohort([1.0, 2, 3], [0.1, 0.2, 0.1], [5.0, 6, 7])
    question = complete_question(
        {"marker": "M", "visit": "C1D15", "endpoint": "PFS"}, study
    ).question
    with pytest.raises(NotEnoughData, match="under observation"):
        analyse_continuous(study, question)
