"""Who is in the comparison, who is set aside, and which value stands for whom."""

import math
from dataclasses import replace

import pytest

from analysis.cohort.analysis_set import (
    EVENT_BY_LANDMARK,
    EVENT_BY_SAMPLE,
    GONE_BY_LANDMARK,
    GONE_BY_SAMPLE,
    HIGH_FOLD,
    LATE,
    LATE_BASELINE,
    LOW_FOLD,
    MISSING,
    NO_BASELINE,
    NO_FOLD,
    PART_LOW,
    count_flow,
    derive_analysis_set,
    select_sample,
)
from analysis.cohort.completion import complete_question
from analysis.question import Question
from analysis.question.choices import sampling_window
from analysis.stats.cutoff import find_cuts
from tests.hand_made_cohorts import DAY_15, cohort

TIMES = [0.3, 0.4, 1.0, 2.0, 3.0, 4.0]
ASKED = Question("hand", "PFS", "M", "C1D15", "value", "", (2.5,), "landmark")


def six(**changes):
    return cohort([1, 2, 3, 4, 5, 6], TIMES, [t + 1 for t in TIMES], **changes)


def reasons(study, question=ASKED):
    rows = select_sample(study, question).rows
    return dict(zip(rows["subject"], rows["reason"], strict=True))


def test_missing_and_late_samples_are_set_aside_and_named():
    found = reasons(cohort([1, math.nan, 3, 4], TIMES[2:], TIMES[2:], days=[14, 14, 18, 13]))
    assert found == {"P01": "", "P02": MISSING, "P03": LATE, "P04": ""}


@pytest.mark.parametrize(
    ("day", "window"), [(14, 3), (15, 3), (21, 5), (28, 7), (200, 7), (0, 1), (-1, 0), (2, 0)]
)
def test_the_window_is_a_quarter_of_the_way_to_the_nearest_visit(day, window):
    study = cohort([1, 2], TIMES[2:4], TIMES[2:4])
    study = replace(study, visits=study.visits.assign(day=[-7.0, day]), id="")
    assert sampling_window(study, "C1D15") == window


def test_daily_visits_have_no_window():
    study = cohort([1, 2], TIMES[2:4], TIMES[2:4], days=[2, 3])
    study = replace(study, visits=study.visits.assign(day=[1.0, 2.0]), id="")
    assert reasons(study) == {"P01": "", "P02": LATE}


def test_a_sample_within_the_window_is_in_and_counts_from_the_landmark():
    study = cohort([1, 2, 3, 4], TIMES[2:], TIMES[2:], days=[14, 15, 17, 18])
    followed = derive_analysis_set(study, select_sample(study, ASKED), ASKED)
    assert followed.rows["subject"].tolist() == ["P01", "P02", "P03"]
    assert followed.time.tolist() == pytest.approx([t - DAY_15 for t in TIMES[2:5]])


@pytest.mark.parametrize("clock", ["landmark", "start"])
def test_nobody_is_divided_by_a_sample_from_after_his_own_time(clock):
    day = 1 / 30.4375
    study = cohort(
        [1, 2, 3, 4], [16 * day, 17 * day, 17 * day, 18 * day], TIMES[2:], days=[17, 17, 15, 17],
        pfs_event=[1, 0, 1, 1],
    )  # fmt: skip
    question = ASKED.changed(clock=clock)
    followed = derive_analysis_set(study, select_sample(study, question), question)
    assert followed.aside == ((EVENT_BY_SAMPLE, ("P01",)), (GONE_BY_SAMPLE, ("P02",)))
    assert followed.rows["subject"].tolist() == ["P03", "P04"]
    other = question.changed(endpoint="OS")
    assert len(derive_analysis_set(study, select_sample(study, other), other).rows) == 4


def test_a_change_is_known_when_both_samples_are():
    study = cohort([1, 2, 3], [1, 1, 1], [1, 1, 1], before=[1, 1, 1])
    rows = study.measurements
    rows.loc[(rows["visit"] == "D-7") & (rows["subject"] == "P02"), "day"] = 3
    found = reasons(replace(study, id=""), ASKED.changed(measure="change", baseline="D-7"))
    assert found == {"P01": "", "P02": LATE_BASELINE, "P03": ""}


def test_change_needs_a_baseline_and_fold_a_positive_one():
    study = cohort(
        [4, 4, 4, 4], TIMES[2:], TIMES[2:], before=[2, math.nan, 0, 1],
        below=[False, False, False, True],
    )  # fmt: skip
    change = ASKED.changed(measure="change", baseline="D-7")
    fold = ASKED.changed(measure="fold", baseline="D-7")
    assert list(reasons(study, change).values()) == ["", NO_BASELINE, "", ""]
    assert list(reasons(study, fold).values()) == ["", NO_BASELINE, NO_FOLD, NO_FOLD]
    assert select_sample(study, change).rows["value"].tolist()[0] == 2.0
    assert select_sample(study, fold).rows["value"].tolist()[0] == 2.0


def test_changes_that_are_equal_on_paper_tie():
    study = cohort([0.3, 0.5, 0.9], [1, 2, 3], [1, 2, 3], before=[0.1, 0.3, 0.1])
    values = select_sample(study, ASKED.changed(measure="change", baseline="D-7")).values
    assert values[0] == values[1] == 0.2


@pytest.mark.parametrize("clock", ["landmark", "start"])
def test_whoever_is_gone_at_the_landmark_is_set_aside_under_both_clocks(clock):
    study = six(pfs_event=[1, 0, 1, 1, 1, 1])
    question = ASKED.changed(clock=clock)
    sample = select_sample(study, question)
    followed = derive_analysis_set(study, sample, question)
    assert [reason for reason, _ in followed.aside] == [EVENT_BY_LANDMARK, GONE_BY_LANDMARK]
    assert [who for _, who in followed.aside] == [("P01",), ("P02",)]
    shift = DAY_15 if clock == "landmark" else 0
    assert followed.rows["time"].tolist() == pytest.approx([t - shift for t in TIMES[2:]])


def test_an_event_on_the_landmark_day_is_not_after_it_though_months_are_rounded():
    study = cohort([1, 2, 3], [0.46, 0.49, 0.5], [1, 2, 3])  # days 14, 15 and 15 of 30.4375
    followed = derive_analysis_set(study, select_sample(study, ASKED), ASKED)
    assert followed.rows["subject"].tolist() == ["P02", "P03"]


def test_values_below_a_limit_are_one_tie_whatever_stands_for_them():
    study = cohort([0.5, 1, 2, 3, 4, 5], [1] * 6, [1] * 6, below=[True] * 3 + [False] * 3)
    values = select_sample(study, ASKED).values
    assert values.tolist() == [2, 2, 2, 3, 4, 5]
    assert find_cuts(values).low.tolist() == [2, 3, 4]


FOLD = ASKED.changed(measure="fold", baseline="D-7", cut=(1.5,))


def folds(now, before, low_now=(), low_before=()):
    """A cohort of folds; patients (from 0) with a value below the limit now, and before."""
    n = len(now)
    study = cohort(now, [3] * n, [3] * n, before=before, below=[i in low_now for i in range(n)])
    rows = study.measurements
    rows.loc[(rows["visit"] == "D-7").to_numpy() & [i % n in low_before for i in rows.index],
             "below_limit"] = True  # fmt: skip
    return replace(study, id="")


def aside_at(study, cut):
    sample, question = select_sample(study, FOLD), FOLD.changed(cut=cut)
    flow = count_flow(study, sample, derive_analysis_set(study, sample, question), cut)
    assert flow.started - flow.count("sample") - flow.count("clock") == flow.observed
    return {reason: who for _, reason, who in flow.aside}, flow.groups


def test_folds_known_at_every_cut_are_one_tie_at_each_end():
    # 1 now below 1: at most 1/8 and 1/4, the lowest observed is 1/2; 8/1 and 9/1 at least.
    study = folds([1, 1, 2, 4, 8, 8, 9], [8, 4, 4, 4, 4, 1, 1], low_now=(0, 1), low_before=(5, 6))
    sample = select_sample(study, FOLD)
    assert sample.values.tolist() == [0.25, 0.25, 0.5, 1, 2, 8, 8]
    assert sample.tied_folds == (2, 2)
    assert find_cuts(sample.values).low.tolist() == [0.25, 0.5, 1, 2]
    assert aside_at(study, (1.5,)) == ({}, (4, 3))
    assert aside_at(study, (0.75, 1.5)) == ({}, (3, 1, 3))


def test_folds_known_at_some_cuts_stay_out_at_all_and_are_counted():
    # At most 1 (low from there on), at least 1.6 (high below it), both below, and a zero before.
    study = folds([2, 8, 4, 4, 8, 1, 4, 1, 1], [4, 2, 4, 2, 2, 1, 2.5, 1, 0],
                  low_now=(5, 7), low_before=(6, 7))  # fmt: skip
    assert select_sample(study, FOLD).values.tolist() == [0.5, 4, 1, 2, 4]
    middle = {NO_FOLD: ("P08", "P09"), LOW_FOLD: ("P06",), HIGH_FOLD: ("P07",)}
    assert aside_at(study, (1.5,)) == (middle, (2, 3))
    below = {NO_FOLD: ("P06", "P08", "P09"), HIGH_FOLD: ("P07",)}
    assert aside_at(study, (0.7,)) == (below, (1, 4))
    above = {NO_FOLD: ("P07", "P08", "P09"), LOW_FOLD: ("P06",)}
    assert aside_at(study, (3.0,)) == (above, (3, 2))
    several = {NO_FOLD: ("P06", "P07", "P08", "P09")}
    assert aside_at(study, (0.7, 3.0)) == (several, (1, 2, 2))


def test_without_an_observed_fold_nothing_is_known():
    study = folds([1, 1, 8], [4, 4, 1], low_now=(0, 1), low_before=(2,))
    assert set(reasons(study, FOLD).values()) == {NO_FOLD}


def test_a_derived_value_with_a_part_below_its_limit_is_set_aside():
    study = cohort([1, 2, 3], [1] * 3, [1] * 3, below=[True, False, False])
    study = replace(study, markers=study.markers.assign(formula="A / B"), id="")
    assert list(reasons(study).values()) == [PART_LOW, "", ""]


def test_a_visit_without_a_day_sets_nobody_aside():
    study = cohort([1, 2, 3], [0.1, 1, 2], [1, 2, 3])
    blank = study.measurements.assign(day=math.nan)
    study = replace(study, visits=study.visits.assign(day=math.nan), measurements=blank, id="")
    assert len(derive_analysis_set(study, select_sample(study, ASKED), ASKED).rows) == 3


def test_the_flow_adds_up():
    study = six(pfs_event=[1, 0, 1, 1, 1, 1])
    sample = select_sample(study, ASKED)
    flow = count_flow(study, sample, derive_analysis_set(study, sample, ASKED), (3.0,))
    assert (flow.started, flow.sampled, flow.observed, flow.high, flow.low) == (6, 6, 4, 3, 1)
    assert flow.started - flow.count("sample") - flow.count("clock") == flow.observed


def test_the_cut_does_not_look_at_outcomes():
    early, late = six(), cohort([1, 2, 3, 4, 5, 6], [9] * 6, [9] * 6)
    asked = {"marker": "M", "visit": "C1D15"}
    assert (
        complete_question(asked, early).question.cut == complete_question(asked, late).question.cut
    )
