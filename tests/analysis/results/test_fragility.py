"""What hangs on single patients, against one test at a time and cases made by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.completion import complete_question
from analysis.results.fragility import analyse_fragility, flipped, fragility
from analysis.stats import survival
from analysis.stats.cox import hazard_ratio
from analysis.stats.errors import NotEnoughData
from analysis.stats.inputs import survival_arrays
from data.sources import builtin
from tests.hand_made_cohorts import cohort
from tests.reference import golden

TIME = [1.0, 2, 3, 4, 5, 6, 7, 8]
EVENT = [True] * 8
VALUE = [10.0, 20, 30, 40, 41, 60, 70, 80]


def arrays(name, marker, n=None):
    frame = golden.with_marker(name, marker)[:n]
    return (
        frame["time"].to_numpy(float),
        frame["ev"].to_numpy(bool),
        frame[marker].to_numpy(float),
    )


def one_by_one(time, event, high):
    """The p of each change of side by the test that the page shows for one cut."""
    found = []
    for i in range(len(high)):
        other = high.copy()
        other[i] = not other[i]
        try:
            found.append(survival.p_cut(time, event, other).p)
        except (NotEnoughData, ValueError):
            found.append(np.nan)
    return found


@pytest.mark.parametrize("tiny", golden.TINY)
def test_exact_p_of_each_change_of_side(tiny):
    name, marker = tiny
    frame = golden.patients(name)
    time, event = survival_arrays(frame["time"], frame["ev"])
    high = frame[marker].to_numpy() > frame[marker].median()
    np.testing.assert_allclose(flipped(time, event, high), one_by_one(time, event, high))


def test_random_p_come_from_the_draws_of_the_p_for_one_cut():
    time, event, value = arrays("veteran", "karno", 40)
    time, event = survival_arrays(time, event)
    high = value > 60
    np.testing.assert_allclose(flipped(time, event, high), one_by_one(time, event, high))


@pytest.mark.parametrize(("name", "marker", "cut"), [("lung", "age", 63), ("gbsg", "pgr", 32)])
def test_above_200_patients_the_log_rank_test(name, marker, cut):
    time, event, value = arrays(name, marker)
    time, event = survival_arrays(time, event)
    high = value > cut
    found = flipped(time, event, high)
    for i in range(0, time.size, 23):
        other = high.copy()
        other[i] = not other[i]
        assert found[i] == pytest.approx(survival.logrank(time, event, other).p, rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.booleans(), st.booleans()), min_size=3, max_size=9
    ).filter(lambda rows: any(r[1] for r in rows) and len({r[2] for r in rows}) == 2)
)
def test_any_small_set(rows):
    time, event = survival_arrays([r[0] for r in rows], [r[1] for r in rows])
    high = np.array([r[2] for r in rows])
    np.testing.assert_allclose(flipped(time, event, high), one_by_one(time, event, high))


def test_a_side_of_one_patient_cannot_lose_it():
    found = flipped(np.array(TIME), np.array(EVENT), np.array([True] + [False] * 7))
    assert np.isnan(found[0])
    assert not np.isnan(found[1:]).any()


def test_neighbours_and_who_changes_side():
    found = fragility(TIME, EVENT, VALUE, 40.5, names=list("abcdefgh"))
    table = found.neighbours
    assert table["place"].tolist() == [-2, -1, 0, 1, 2]
    assert table["cut"].tolist() == [20, 30, 40.5, 41, 60]
    assert table["n_low"].tolist() == [2, 3, 4, 5, 6]
    assert table["moved"].tolist() == [("c", "d"), ("d",), (), ("e",), ("e", "f")]
    assert (table["n_low"] + table["n_high"] == 8).all()
    assert found.p == table["p"][2] == survival.p_cut(TIME, EVENT, np.array(VALUE) > 40.5).p
    one = hazard_ratio.cox(TIME, EVENT, np.array(VALUE) > 41).iloc[0]
    assert table["hr"][3] == pytest.approx(one["hr"], nan_ok=True)


def test_at_the_ends_there_are_fewer_neighbours():
    first = fragility(TIME, EVENT, VALUE, 15.0).neighbours
    assert first["place"].tolist() == [0, 1, 2]
    assert first["cut"][0] == 15
    last = fragility(TIME, EVENT, VALUE, 79.0).neighbours
    assert last["place"].tolist() == [-2, -1, 0]


def test_within_the_assays_variation():
    found = fragility(TIME, EVENT, VALUE, 40.0, names=list("abcdefgh"))
    # 41 less 10 % is 36.9, 40 and 10 % is 44; 30 and 10 % stays below, 60 less 10 % above.
    assert found.near["name"].tolist() == ["d", "e"]
    assert found.near["high"].tolist() == [False, True]
    wide = fragility(TIME, EVENT, VALUE, 40.0, names=list("abcdefgh"), spread=[25.0] * 8)
    assert wide.near["name"].tolist() == ["b", "c", "d", "e", "f"]


def test_a_value_that_reaches_the_cut_exactly_stays_below():
    found = fragility(TIME, EVENT, VALUE, 45.0, spread=[4.0] * 8)
    assert found.near["value"].tolist() == []  # 41 and 4 is 45: not above 45
    found = fragility(TIME, EVENT, VALUE, 56.0, spread=[4.0] * 8)
    assert found.near["value"].tolist() == [60]  # 60 less 4 is 56: at or below


def test_crossing_is_a_p_on_the_other_side_of_05():
    time, event, value = arrays("veteran", "karno", 40)
    found = fragility(time, event, value, 60)
    p = found.flips["p"]
    assert (found.flips["crosses"] == ((p <= 0.05) != (found.p <= 0.05))).all()
    assert len(found.flips) == 40
    assert found.flips["value"].is_monotonic_increasing


def test_in_words_where_there_is_nothing():
    with pytest.raises(NotEnoughData, match="above"):
        fragility(TIME, EVENT, VALUE, 80.0)
    with pytest.raises(NotEnoughData, match="at or below"):
        fragility(TIME, EVENT, VALUE, 9.0)
    with pytest.raises(NotEnoughData, match="No event"):
        fragility(TIME, [False] * 8, VALUE, 40.0)
    with pytest.raises(ValueError, match="missing"):
        fragility(TIME, EVENT, [float("nan"), *VALUE[1:]], 40.0)


def asked(study, **texts):
    return analyse_fragility(study, complete_question(texts, study).question)


def test_of_a_question():
    study = builtin.load("imail2")
    found = asked(study, marker="HLADR_NK_PCT", visit="C1D15", endpoint="OS", cut="24")
    assert (found.n, found.permuted, found.estimator, found.admissible) == (17, True, "firth", True)
    assert found.result.flips["name"].str.startswith("IMAIL2-").all()
    assert found.detectable == hazard_ratio.detectable_hr(found.events, 8 / 17)
    outside = asked(study, marker="HLADR_NK_PCT", visit="C1D15", endpoint="OS", cut="52")
    assert not outside.admissible


def test_a_change_varies_with_both_of_its_values():
    after, before = [10.0, 20, 30, 40], [10.0, 12, 29, 20]
    study = cohort(after, TIME[:4], TIME[:4], before=before)
    texts = {"marker": "M", "visit": "C1D15", "endpoint": "OS", "measure": "change", "cut": "3.5"}
    found = asked(study, **texts)
    # Changes 0, 8, 1, 20; what 10 % of both values amounts to: 1.41, 2.33, 4.17, 4.47.
    assert found.result.near["name"].tolist() == ["P03"]
    texts |= {"measure": "fold", "cut": "1.5"}
    found = asked(study, **texts)
    # Folds 1, 1.67, 1.03, 2; 14 % of 1.67 is .24: it could be at or below 1.5.
    assert found.result.near["name"].tolist() == ["P02"]


def test_several_cuts_get_a_sentence():
    study = builtin.load("imail2")
    question = complete_question({"marker": "CD4", "visit": "C1D15"}, study).question
    with pytest.raises(NotEnoughData, match="one cut-off"):
        analyse_fragility(study, question.changed(cut=(300.0, 500.0)))


def test_a_small_side_of_thousands_is_not_permuted_one_by_one():
    rng = np.random.default_rng(2)
    time, event = rng.exponential(5, 1_200), rng.random(1_200) < 0.5
    assert np.isnan(flipped(time, event, np.arange(1_200) < 5)).all()
    assert np.isfinite(flipped(time, event, np.arange(1_200) < 600)).all()


def test_formula_of_a_change_of_side_within_strata_is_that_of_each():
    rng = np.random.default_rng(3)
    time, event = rng.integers(1, 60, 240).astype(float), rng.random(240) < 0.8
    high, strata = rng.random(240) < 0.5, np.arange(240) % 3
    found = flipped(time, event, high, strata)
    for i in range(0, 240, 30):
        other = high ^ (np.arange(240) == i)
        np.testing.assert_allclose(
            found[i], survival.logrank(time, event, other, strata=strata).p, rtol=1e-9
        )
