"""Who is in the comparison, who is set aside, and which value stands for whom."""

import math
from dataclasses import replace

import pytest

from analysis.cohort.analysis_set import (
    LATE,
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
    found = reasons(cohort([1, math.nan, 3, 4], TIMES[2:], TIMES[2:], days=[14, 14, 15, 13]))
    assert found == {"P01": "", "P02": MISSING, "P03": LATE, "P04": ""}


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
    assert [reason.split()[0] for reason, _ in followed.aside] == ["with", "not"]
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


def test_a_derived_value_with_a_part_below_its_limit_is_set_aside():
    study = cohort([1, 2, 3], [1] * 3, [1] * 3, below=[True, False, False])
    study = replace(study, markers=study.markers.assign(formula="A / B"), id="")
    assert list(reasons(study).values()) == [PART_LOW, "", ""]


def test_a_visit_without_a_day_sets_nobody_aside():
    study = cohort([1, 2, 3], [0.1, 1, 2], [1, 2, 3])
    study = replace(study, visits=study.visits.assign(day=math.nan), id="")
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
