"""Wrong input is a ValueError, poor input NotEnoughData; both say in words what and why."""

from contextlib import suppress

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.stats.cox.hazard_ratio import (
    cox,
    estimator,
    firth,
    likelihood_ratio,
    proportional_hazards,
    separated,
)
from analysis.stats.errors import NotEnoughData
from analysis.stats.inputs import MOST_COUNTED, distinct_times, labels, merge_ties
from analysis.stats.landmark import landmark
from analysis.stats.survival import (
    kaplan_meier,
    logrank,
    p_cut,
    permutation_logrank,
    reverse_kaplan_meier,
    rmst_difference,
    survival_at,
)

GROUPED = {
    "kaplan_meier": kaplan_meier,
    "reverse": reverse_kaplan_meier,
    "survival_at": lambda t, e, g: survival_at(t, e, g, at=1),
    "logrank": logrank,
    "permutation": permutation_logrank,
    "p_cut": p_cut,
    "rmst": lambda t, e, g: rmst_difference(t, e, g, tau=1),
}
MODELS = {
    "cox": cox,
    "firth": firth,
    "zph": proportional_hazards,
    "likelihood_ratio": likelihood_ratio,
    "separated": lambda t, e, x: separated(t, e, x, [0]),
    "estimator": lambda t, e, x: estimator(t, e, x, [0]),
}
EVERY = GROUPED | MODELS | {"landmark": lambda t, e, g: landmark(t, e, 1)}
T, E, G = [1.0, 2.0, 3.0, 4.0], [1, 0, 1, 1], [0, 1, 0, 1]


def each(functions):
    return pytest.mark.parametrize("call", functions.values(), ids=functions)


@each(EVERY)
@pytest.mark.parametrize(
    ("time", "event", "words"),
    [
        ([1, np.nan, 3, 4], E, "time has 1 missing"),
        ([1, None, 3, 4], E, "time has 1 missing"),
        (pd.array([1, None, 3, 4], dtype="Float64"), E, "time has 1 missing"),
        ([1, -2, 3, 4], E, "time must not be negative"),
        ([1, np.inf, 3, 4], E, "time has 1 infinite"),
        (["1", "2", "3", "4"], E, "time must be numbers"),
        ([1, "2", 3, 4], E, "time must be numbers"),
        (pd.to_timedelta([1, 2, 3, 4], unit="D"), E, "time must be numbers"),
        ([True, False, True, True], E, "time must be numbers"),
        ([[1, 2], [3, 4]], E, "one-dimensional"),
        (T, [1, 2, 1, 2], "not the codes 1.0, 2.0"),
        (T, [1, 0, -1, 1], "event must be"),
        (T, [1, np.nan, 0, 1], "event has 1 missing"),
        (T, pd.array([True, None, False, True], dtype="boolean"), "event has 1 missing"),
        (T, ["yes", "no", "no", "yes"], "event must be numbers"),
        (T, [1, 0, 1], "same length"),
        (T[:3], E, "same length"),
    ],
)
def test_times_and_events(call, time, event, words):
    with pytest.raises(ValueError, match=words):
        call(time, event, G)


@each(EVERY)
def test_no_patients(call):
    with pytest.raises(ValueError, match="no patients"):
        call([], [], [])


@each(GROUPED)
@pytest.mark.parametrize(
    ("group", "words"),
    [
        ([0, 1, 0], "group has 3 entries"),
        ([0, 1, np.nan, 1], "group has 1 missing"),
        (["a", "b", None, "b"], "group has 1 missing"),
        (pd.array([True, None, False, True], dtype="boolean"), "group has 1 missing"),
        (pd.Categorical(["a", None, "a", "b"]), "group has 1 missing"),
        (pd.Categorical(["a", "b", "a", "b"], ["a", "b", "c"]), "No patient is in group c"),
        (pd.Series(["a"] * 4, dtype="category").cat.set_categories(["b", "a"]), "in group b"),
        (["a", np.nan, "a", "b"], "group has 1 missing"),
        (["a", 1, "a", 1], "of one kind"),
        ([[0, 1], [0, 1]], "one-dimensional"),
    ],
)
def test_groups(call, group, words):
    with pytest.raises(ValueError, match=words):
        call(T, E, group)


@each({k: v for k, v in GROUPED.items() if k in ("logrank", "permutation", "p_cut", "rmst")})
def test_one_group(call):
    with pytest.raises(ValueError, match="groups"):
        call(T, E, [1, 1, 1, 1])


@each(MODELS)
@pytest.mark.parametrize(
    ("covariates", "words"),
    [
        ([0, 1, 0], "3 rows"),
        ([0, 1, np.nan, 1], "x has 1 missing"),
        ([0, 1, np.inf, 1], "x has 1 infinite"),
        (["a", "b", "a", "b"], "x must be numbers"),
        (np.zeros((4, 2, 1)), "dimensions"),
        (pd.DataFrame(index=range(4)), "no covariates"),
    ],
)
def test_covariates(call, covariates, words):
    with pytest.raises(ValueError, match=words):
        call(T, E, covariates)


def test_names_of_terms():
    table = pd.DataFrame(np.ones((4, 2)), columns=["a", "a"])
    with pytest.raises(ValueError, match="repeat"):
        cox(T, E, table)
    assert cox(T, E, G)["term"].tolist() == ["x"]
    assert cox(T, E, pd.Series(G, name="NK"))["term"].tolist() == ["NK"]
    assert cox(T, E, np.array([G, T]).T)["term"].tolist() == ["x1", "x2"]


@each({"cox": cox, "firth": firth, "zph": proportional_hazards, "logrank": logrank})
def test_no_events(call):
    with pytest.raises(NotEnoughData, match="No event"):
        call(T, [0, 0, 0, 0], G)


def test_everyone_censored_still_has_a_curve():
    km = kaplan_meier(T, [0, 0, 0, 0], G)
    assert (km.curves["survival"] == 1).all()
    assert km.medians[["median", "lower", "upper"]].isna().all(axis=None)
    assert reverse_kaplan_meier(T, [0, 0, 0, 0])["median"].tolist() == [2.5]


def test_one_patient():
    km = kaplan_meier([3], [True])
    assert km.curves["survival"].tolist() == [0]
    assert km.medians["median"].tolist() == [3]
    assert km.at_risk([0, 3, 4])["n_risk"].tolist() == [1, 1, 0]
    assert cox([3], [1], [1])["hr"].isna().all()
    assert firth([3], [1], [1])["hr"].isna().all()


def test_all_times_tied():
    time, event = [2, 2, 2, 2], [1, 1, 0, 1]
    assert kaplan_meier(time, event).curves["survival"].tolist() == [0.25]
    test = logrank(time, event, G)
    assert 0 <= test.p <= 1
    assert proportional_hazards(time, event, G)["statistic"].isna().all()
    with pytest.raises(NotEnoughData, match="at the same time"):
        logrank(time, [1, 1, 1, 1], G)  # all die at once: nothing could have been otherwise


def test_all_times_zero():
    assert kaplan_meier([0, 0], [1, 0]).curves["survival"].tolist() == [0.5]
    assert kaplan_meier([0, 0], [1, 1]).medians["median"].tolist() == [0]


@pytest.mark.parametrize("scale", [1e-9, 1, 1e9])
def test_times_that_tie_but_for_rounding(scale):
    rounded, exact = np.array([0.1 + 0.2, 0.3, 0.5]), np.array([0.3, 0.3, 0.5])
    assert np.unique(merge_ties(rounded * scale)).size == 2
    near = np.array([0.3, 0.3001, 0.5])
    assert np.unique(merge_ties(near * scale)).size == 3
    a, b = kaplan_meier(rounded, [1, 1, 0]).curves, kaplan_meier(exact, [1, 1, 0]).curves
    pd.testing.assert_frame_equal(a, b)


@pytest.mark.parametrize("level", [0, 1, 1.5, -0.1, np.nan, None, "95"])
def test_confidence_level(level):
    with pytest.raises(ValueError, match="conf_level"):
        kaplan_meier(T, E, conf_level=level)


def test_choices():
    with pytest.raises(ValueError, match="conf_type must be one of"):
        kaplan_meier(T, E, conf_type="logit")
    with pytest.raises(ValueError, match="ties must be"):
        cox(T, E, G, ties="exact")


def test_kinds_of_input_that_mean_the_same():
    expected = kaplan_meier(T, E, G).curves
    for time in (np.array(T), pd.Series(T, index=[3, 2, 1, 0]), pd.array(T, dtype="Float64")):
        for event in (np.array(E, bool), pd.Series(E), pd.array(E, dtype="Int64"), [1.0, 0, 1, 1]):
            pd.testing.assert_frame_equal(kaplan_meier(time, event, np.array(G)).curves, expected)


def test_input_is_not_changed():
    time, event, group = np.array([0.1 + 0.2, 0.3, 1, 2]), np.array(E, bool), np.array(G)
    before = time.copy(), event.copy(), group.copy()
    for call in EVERY.values():
        with suppress(NotEnoughData):
            call(time, event, group)
    for now, then in zip((time, event, group), before, strict=True):
        np.testing.assert_array_equal(now, then)


@given(st.lists(st.integers(-2, MOST_COUNTED + 2), min_size=1, max_size=40))
def test_counted_labels_are_the_sorted_ones(values):
    codes, names = labels(np.array(values), len(values))
    sorted_names, sorted_codes = np.unique(values, return_inverse=True)
    assert names == sorted_names.tolist()
    assert codes.tolist() == sorted_codes.tolist()


@given(st.lists(st.integers(0, 30).map(lambda tenths: tenths / 10), min_size=1, max_size=40))
def test_times_that_are_kept_are_those_of_these_patients_and_cannot_be_changed(values):
    for time in (np.array(values), np.array(values[::-1]), np.array(values)):
        distinct, place = distinct_times(time)
        assert distinct.tolist() == sorted(set(values))
        assert distinct[place].tolist() == time.tolist()
        with pytest.raises(ValueError, match="read-only"):
            distinct[0] = -1
