"""Lanes, best responses, lesions and adverse events, on paper and on the built-in cohorts."""

import math
from dataclasses import replace

import numpy as np
import pytest

from analysis.results.trial.adverse_events import ANY, count_adverse_events, patients_with
from analysis.results.trial.conduct import summarise_trial
from analysis.results.trial.lesions import measure_lesions
from analysis.results.trial.swimmer import best_response, build_lanes, count_responses
from data.cohort import Conduct
from data.sources import builtin
from tests.hand_made_cohorts import STUDY
from tests.hand_made_trials import event, trial_of

ENTRY = replace(STUDY, conduct=Conduct(rows="entry"))


@pytest.mark.parametrize(
    ("labels", "best"),
    [
        (["SD", "PD"], "SD"),
        (["PD"], "PD"),
        (["sd ", "Partial  response", "PD"], "PR"),
        (["NE", "PD"], "PD"),
        (["better"], ""),
        ([], ""),
    ],
)
def test_the_best_of_the_assessments(labels, best):
    assert best_response(labels) == best


@pytest.mark.parametrize("name", ["imail2", "imail2-null"])
def test_responses_as_published(name):
    found = summarise_trial(builtin.load(name), None).responses
    assert found.counts == (("SD", 8), ("PD", 9))
    assert found.stable_median == pytest.approx(12.0)
    assert found.count("CR", "PR") == 0


def test_stable_disease_lasts_to_progression_or_is_censored():
    given = [event(f"P0{i}", "assessment", "SD", 42) for i in (1, 2, 3)]
    given += [event("P01", "progression", "PD", 70), event("P02", "death", "death", 84)]
    given += [event("P03", "last_contact", "alive", 140)]
    lanes = build_lanes(trial_of([3, 3, 3], given, study=replace(STUDY, time_unit="days")))
    assert lanes.patients["ongoing"].tolist() == [True, False, True]
    assert count_responses(lanes).stable_median == pytest.approx(
        12.0
    )  # S: 2/3 at 10, 1/3 at 12 weeks


def test_responses_that_cannot_be_read_are_said():
    assert "No assessments" in count_responses(build_lanes(trial_of([3], []))).why
    odd = build_lanes(trial_of([3], [event("P01", "assessment", "fine", 42)]))
    assert "No assessment is given as CR" in count_responses(odd).why


def test_lanes_follow_the_outcomes_where_no_events_are_dated():
    lanes = build_lanes(trial_of([3, 6], []))
    assert lanes.patients["last"].tolist() == [2, 3]
    assert not lanes.patients["ongoing"].any()
    assert set(lanes.marks["label"]) == {"progression or death", "death"}
    actg = build_lanes(builtin.load("actg175"))
    assert len(actg.marks) == 521
    assert int(actg.patients["ongoing"].sum()) == 2139 - 521


def test_a_day_of_dosing_has_a_length():
    lanes = build_lanes(
        trial_of([3], [event("P01", "dose", "drug", 0, 6), event("P01", "dose", "x", 7)])
    )
    assert (lanes.doses["end"] - lanes.doses["start"]).tolist() == pytest.approx([1, 1 / 7])


def test_the_orders_of_patients():
    doses = [6, 3, 6, 3]
    known, unknown = build_lanes(trial_of(doses, [], study=ENTRY)), build_lanes(trial_of(doses, []))
    assert known.orders == ("entry", "dose", "time")
    assert unknown.orders == ("dose", "time")
    assert known.shown("entry").index.tolist() == [0, 1, 2, 3]
    assert known.shown("dose").index.tolist() == [1, 3, 0, 2]
    assert unknown.shown("entry").index.tolist() == [3, 1, 2, 0]  # by dose, the longest first
    assert known.shown("time").index.tolist() == [3, 2, 1, 0]


def test_of_many_patients_sixty_are_drawn_evenly():
    lanes = build_lanes(builtin.load("actg175"))
    shown = lanes.shown("dose")
    assert len(shown) == 60
    assert shown.index.is_unique
    assert shown["level"].value_counts().between(14, 16).all()
    assert shown["level"].is_monotonic_increasing


# ------------------------------------------------------------------------------------- lesions


def sizes(*rows, study=STUDY):
    given = [event(who, "assessment", "SD", day, value=value) for who, day, value in rows]
    return measure_lesions(trial_of([3, 6, 6], given, study=study))


def test_changes_of_sums_from_baseline():
    found = sizes(("P01", -10, 90), ("P01", -3, 100), ("P01", 42, 60), ("P01", 84, 80),
                  ("P02", 0, 50), ("P02", 42, 75), ("P03", 42, 10))  # fmt: skip
    assert found.best.to_numpy().tolist() == [[1, 50], [0, -40]]
    mine = found.series[found.series["patient"].eq(0)]
    assert mine["change"].tolist() == pytest.approx([0, -40, -20])
    assert found.remark.startswith("1 patients lack")


def test_changes_that_are_percent_already():
    study = replace(STUDY, conduct=Conduct(lesions="percent"))
    found = sizes(("P01", 42, -35), ("P01", 84, 10), ("P02", 42, 20), study=study)
    assert found.best.to_numpy().tolist() == [[1, 20], [0, -35]]
    assert found.series[found.series["patient"].eq(0)]["change"].tolist() == [0, -35, 10]


def test_lesions_that_cannot_be_drawn_say_why():
    assert "No sizes of lesions" in sizes().why
    assert 'lesions = "percent"' in sizes(("P01", 0, 10), ("P01", 42, -35)).why
    assert "at the start" in sizes(("P01", 42, 10)).why
    assert "at the start" in sizes(("P01", 0, 0), ("P01", 42, 10)).why
    assert "were not published" in measure_lesions(builtin.load("imail2")).why


# ------------------------------------------------------------------------------ adverse events


def test_each_patient_counts_once_with_the_worst_grade():
    given = [
        event("P01", "ae", "Fever", 1, grade=1), event("P01", "ae", "fever ", 22, grade=3),
        event("P02", "ae", "Fever", 1, grade=2), event("P02", "ae", "Rash", 1),
        event("P03", "dlt", "Rash", 1, grade=4), event("X99", "ae", "Fever", 1, grade=5),
    ]  # fmt: skip
    found = count_adverse_events(trial_of([3, 3, 6, 6], given))
    assert found.kinds[0] == ANY
    assert set(found.kinds) == {ANY, "Fever", "Rash"}
    assert found.grades("Fever", 0) == {2: 1, 3: 1}
    assert found.grades("Rash", 0) == {0: 1}
    assert found.grades("Rash", 1) == {4: 1}
    assert found.limited("Rash", 1) == 1
    assert found.limited("Fever", 0) == 0
    assert found.grades(ANY, 0) == {2: 1, 3: 1}
    assert found.denominators == (2, 2)
    assert patients_with(found.grades("Fever", 0)) == 2
    assert patients_with({}) == 0


def test_the_built_in_cohort_counts_as_its_rows_do():
    cohort = builtin.load("imail2")
    found = count_adverse_events(cohort)
    rows = cohort.events[cohort.events["kind"].eq("ae") & cohort.events["label"].eq("Fever")]
    levels = cohort.subjects.set_index("subject")["dose"].rank(method="dense").sub(1)
    for level in range(4):
        who = rows[rows["subject"].map(levels).eq(level)].groupby("subject")["grade"].max()
        assert found.grades("Fever", level) == who.value_counts().sort_index().to_dict()
    assert [found.limited(ANY, level) for level in range(4)] == [0, 0, 2, 2]


@pytest.mark.parametrize("name", builtin.names())
def test_every_built_in_cohort_has_a_trial(name):
    found = summarise_trial(builtin.load(name), None)
    assert found.n == len(found.subjects) == len(found.lanes.patients)
    assert bool(found.synthetic) == name.startswith("imail2")
    assert (found.lanes.patients["last"] > 0).all()


def test_a_trial_of_one_patient():
    found = summarise_trial(trial_of([3], [event("P01", "dlt", "Rash", 1)]), None)
    assert found.path.rates["dlts"].tolist() == [1]
    assert math.isclose(found.path.rates["lower"][0], 0.025)
    assert np.isnan(found.responses.stable_median)
