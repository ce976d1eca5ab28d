"""The measure: one rule for the cut-off, the trends and the exposures."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cohort.analysis_set import PART_LOW, select_sample
from analysis.cohort.marker_array import MarkerArray
from analysis.cohort.measure import (
    Samples,
    has_logarithm,
    measure_samples,
    round_to_digits,
    take_steps,
)
from analysis.question import Question
from analysis.question.choices import (
    baseline_choices,
    marker_choices,
    measure_choices,
    visit_choices,
)
from data.sources import builtin
from tests.hand_made_cohorts import cohort

NAN = math.nan
FOLD = Question("hand", marker="M", visit="C1D15", measure="fold", baseline="D-7")
CHANGE = FOLD.changed(measure="change")


def samples(values, low=None, *, derived=False):
    values = np.array(values, float)
    return Samples(values, np.array(low or [False] * len(values)), derived)


def test_a_value_is_what_was_measured_and_all_below_the_limit_are_one():
    assert measure_samples("value", samples([1, 2, 8], [True, True, False])).tolist() == [2, 2, 8]


def test_of_several_visits_each_has_its_own_tie():
    two = Samples(np.array([[1.0, 4], [2, 3], [8, 9]]), np.array([[1, 0], [1, 1], [0, 0]], bool))
    assert measure_samples("value", two).tolist() == [[2, 4], [2, 3], [8, 9]]
    folds = measure_samples("fold", two, two.at(0))
    np.testing.assert_array_equal(folds, [[NAN, NAN], [NAN, NAN], [1, 1.125]])


def test_a_change_needs_both_and_a_fold_both_above_zero_and_the_limit():
    now, before = samples([4, 4, NAN, 0, 4], [0, 0, 0, 0, 1]), samples([1, NAN, 2, 2, 2])
    change = measure_samples("change", now, before)
    np.testing.assert_array_equal(change, [3, NAN, NAN, -2, 2])
    np.testing.assert_array_equal(measure_samples("fold", now, before), [4, NAN, NAN, NAN, NAN])


def test_a_ratio_of_a_limit_is_neither_value_nor_start_of_a_change():
    low, whole = samples([1, 2], [True, False], derived=True), samples([5, 5], derived=True)
    np.testing.assert_array_equal(measure_samples("value", low), [NAN, 2])
    np.testing.assert_array_equal(measure_samples("change", whole, low), [NAN, 3])
    np.testing.assert_array_equal(has_logarithm(low), [False, True])


def test_what_is_equal_on_paper_ties():
    change = measure_samples("change", samples([0.3, 0.5]), samples([0.1, 0.3]))
    assert change[0] == change[1] == 0.2
    fold = measure_samples("fold", samples([0.3, 3]), samples([0.1, 1]))
    assert fold.tolist() == [3, 3]
    assert take_steps("fold", np.array([8, 0.5])).tolist() == [3, -1]
    assert take_steps("change", np.array([8, -0.5])).tolist() == [8, -0.5]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_a_fold_is_rounded_as_it_is_written(values):
    assert round_to_digits(np.array(values)).tolist() == [float(f"{one:.9g}") for one in values]


@given(st.integers(1, 10**5), st.integers(0, 14))
def test_a_half_is_rounded_as_it_is_written(whole, power):
    value = whole * 5 / 2**power
    assert round_to_digits(np.array([value])).tolist() == [float(f"{value:.9g}")]


def test_a_fold_of_a_half_is_the_same_for_cut_off_and_trends():
    """402.7 / 256 is 1.573046875: the trends went up, the cut-off down; now both go down."""
    study = cohort([402.7, 9, 4], [1, 2, 3], [1, 2, 3], before=[256, 2, 2])
    assert select_sample(study, FOLD).values[0] == 1.57304687
    assert MarkerArray(study).series("M", "fold", "D-7").at("C1D15")[0] == 1.57304687


def test_no_change_starts_from_a_ratio_of_a_limit():
    """The trends left such a patient out, the cut-off counted a change from the limit."""
    study = cohort([5, 5, 5], [1, 2, 3], [1, 2, 3], before=[1, 2, 3])
    low = study.measurements.assign(
        below_limit=(study.measurements["visit"] == "D-7") & (study.measurements["value"] == 1)
    )
    study = replace(study, measurements=low, id="",
                    markers=study.markers.assign(formula="A / B"))  # fmt: skip
    rows = select_sample(study, CHANGE).rows
    assert rows["reason"].tolist() == [PART_LOW, "", ""]
    np.testing.assert_array_equal(rows["value"], [NAN, 3, 2])
    series = MarkerArray(study).series("M", "change", "D-7")
    np.testing.assert_array_equal(series.at("C1D15"), [NAN, 3, 2])
    assert series.aside[series.codes.index("C1D15")] == 1


@pytest.mark.parametrize("name", ["imail2", "actg175"])
def test_every_measure_of_every_marker_is_one_for_cut_off_and_trends(name):
    """But for late samples: the cut-off sets them aside, the trends count them to their visit."""
    study = builtin.load(name)
    block = MarkerArray(study)
    for marker in marker_choices(study):
        for visit in visit_choices(study, marker):
            baseline = next(iter(baseline_choices(study, marker, visit)), "")
            for measure in measure_choices(study, marker, visit):
                of = Question(name, marker=marker, visit=visit, measure=measure, baseline=baseline)
                here = select_sample(study, of).rows["value"].to_numpy(float)
                there = block.series(marker, measure, baseline).at(visit)
                known = ~np.isnan(here)
                np.testing.assert_array_equal(here[known], there[known])
