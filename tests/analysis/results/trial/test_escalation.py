"""The escalation: the 3+3 rule, its words, and the path of the built-in trial."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.results.trial.escalation import decide, reconstruct_escalation, rule_mtd
from data.cohort import Conduct
from data.sources import builtin
from tests.hand_made_cohorts import STUDY
from tests.hand_made_trials import event, trial_of
from wording.results.escalation import (
    DECISIONS,
    compare_mtd,
    list_remarks,
    rate_words,
    write_decision,
    write_mtd,
)


@pytest.mark.parametrize(
    ("counts", "level"),
    [
        ([(0, 3), (0, 6), (2, 6), (2, 2)], 1),
        ([(0, 3), (1, 6), (2, 3)], 1),
        ([(0, 3), (0, 3), (2, 3)], None),  # the level below is not full yet
        ([(0, 3), (0, 6)], None),  # no level was too high
        ([(2, 3), (0, 0)], None),  # the lowest is too high
        ([(0, 6), (2, 6), (0, 3)], 0),
        ([(0, 3), (1, 6), (2, 12)], None),  # 17 % of an expansion cohort is not too high
        ([(0, 6), (2, 6), (2, 12)], 0),
        ([], None),
    ],
)
def test_what_the_rule_names(counts, level):
    assert rule_mtd(counts) == level


def test_what_the_rule_says_next():
    assert decide(0, 3) == "open"
    assert decide(1, 3) == decide(1, 5) == decide(0, 3, above_too_high=True) == "expand"
    assert DECISIONS[decide(1, 6)] == "tolerated: the next level may open"
    assert DECISIONS[decide(1, 6, above_too_high=True)] == "tolerated"
    assert DECISIONS[decide(2, 3)].startswith("too high")
    assert DECISIONS[decide(2, 6)].startswith("too high")
    assert DECISIONS[decide(0, 2)] == "fewer than three: wait for more"
    assert DECISIONS[decide(2, 12)].startswith("expansion")


def entered(doses, limiting, *, given=None):
    """The escalation by the 3+3 rule of patients in their order, those with a DLT by number."""
    study = replace(STUDY, conduct=Conduct(rows="entry", escalation="3+3"))
    dlts = [event(f"P{i:02d}", "dlt", "Rash", 3) for i in limiting]
    doses_given = [event(f"P{i:02d}", "dose", "drug", 0) for i in given or []]
    return reconstruct_escalation(trial_of(doses, [*dlts, *doses_given], study=study))


def test_the_rule_is_silent_on_an_expansion_cohort():
    path = entered([3] * 3 + [6] * 6 + [9] * 12, [5, 10, 20])
    assert path.rates[["dlts", "evaluable"]].to_numpy().tolist() == [[0, 3], [1, 6], [2, 12]]
    assert [write_decision(step) for step in path.steps] == [
        "the next level may open", "three more at this level", "tolerated: the next level may open",
        "three more at this level", "tolerated: the next level may open",
        *["expansion: the rule speaks of the first six only"] * 2,
    ]  # fmt: skip
    assert path.named is None
    assert "More than six at 9 mg: the rule speaks of the first six." in list_remarks(path)
    within = entered([3] * 6 + [6] * 12, [7, 8])  # two of the first six: too high
    assert (within.named, within.steps[2].decision) == (0, "too high")


def test_as_many_more_enter_as_are_missing_from_six():
    # one of the first three was never dosed, then three came: five are evaluable
    path = entered([3] * 6, [1], given=[2, 4, 5, 6])
    assert [step.so_far for step in path.steps] == [(1, 2), (1, 5)]
    assert write_decision(path.steps[1]) == "one more at this level"
    assert write_decision(entered([3] * 4, [1]).steps[1]) == "two more at this level"


@pytest.mark.parametrize("name", ["imail2", "imail2-null"])
def test_the_path_of_the_built_in_trial(name):
    path = reconstruct_escalation(builtin.load(name))
    groups = [(step.first, step.last, path.levels.doses[step.level], step.dlts)
              for step in path.steps]  # fmt: skip
    assert groups == [(1, 3, 3, 0), (4, 6, 6, 0), (7, 9, 9, 0), (10, 11, 12, 2), (12, 14, 9, 2),
                      (15, 17, 6, 0)]  # fmt: skip
    assert path.rates[["evaluable", "dlts"]].to_numpy().tolist() == [[3, 0], [6, 0], [6, 2], [2, 2]]
    assert rate_words(path.rates.iloc[1]) == "0 % (0.0–45.9 %)"
    assert rate_words(path.rates.iloc[2]) == "33 % (4.3–77.7 %)"
    assert write_mtd(path) == "6 MIU/day"
    assert path.at_mtd == 1
    assert compare_mtd(path).endswith("names 6 MIU/day as MTD, as the study states.")
    assert DECISIONS[path.steps[-1].decision] == "tolerated"
    assert list_remarks(path) == ()


def test_a_stated_mtd_that_the_rule_does_not_name_is_said():
    cohort = builtin.load("imail2")
    other = replace(cohort, study=replace(cohort.study, mtd=9.0), id="")
    assert "but the study states 9" in compare_mtd(reconstruct_escalation(other))
    none = replace(cohort, study=replace(cohort.study, mtd=None), id="")
    assert "the study states none" in compare_mtd(reconstruct_escalation(none))
    nowhere = replace(cohort, study=replace(cohort.study, mtd=5.0), id="")
    assert any("Nobody was treated at the stated MTD of 5" in one
               for one in list_remarks(reconstruct_escalation(nowhere)))  # fmt: skip


def test_without_the_order_of_entry_there_are_no_steps():
    path = reconstruct_escalation(trial_of([3, 3, 6, 6], [event("P01", "dlt", "Rash", 3, grade=3)]))
    assert path.steps == ()
    assert not path.ordered
    assert path.patients["place"].tolist() == [1, 2, 1, 2]
    assert any("order of entry is not in the data" in one for one in list_remarks(path))
    assert path.rates["dlts"].tolist() == [1, 0]
    assert compare_mtd(path) == ""  # no rule is stated


def test_six_in_a_row_are_two_groups():
    study = replace(STUDY, conduct=Conduct(rows="entry", escalation="3+3"))
    path = reconstruct_escalation(
        trial_of([3] * 6 + [6], [event("P02", "dlt", "Rash", 3)], study=study)
    )
    assert [(one.first, one.last, one.so_far) for one in path.steps] == [
        (1, 3, (1, 3)), (4, 6, (1, 6)), (7, 7, (0, 1))
    ]  # fmt: skip
    assert write_decision(path.steps[0]) == "three more at this level"
    assert DECISIONS[path.steps[2].decision] == "fewer than three: wait for more"
    assert compare_mtd(path) == "By these counts the rule names no MTD."


def test_toxicities_that_were_not_recorded_are_not_none():
    path = reconstruct_escalation(trial_of([3, 6], []))
    assert not path.recorded
    assert "may mean none or not recorded" in list_remarks(path)[0]


def test_who_was_never_dosed_is_not_evaluable():
    given = [event("P01", "dose", "drug", 0), event("P02", "dlt", "Rash", 2)]
    path = reconstruct_escalation(trial_of([3, 3, 3, np.nan], given))
    assert path.patients["evaluable"].tolist() == [True, True, False]
    assert path.rates.loc[0, ["n", "evaluable", "dlts"]].tolist() == [3, 2, 1]
    assert "1 of 3 were never dosed and are not evaluable." in list_remarks(path)
    assert "1 of 4 patients have no dose level." in list_remarks(path)


def test_arms_that_are_no_doses():
    assert "are no dose levels" in reconstruct_escalation(builtin.load("actg175")).why
    one_arm = trial_of([np.nan, np.nan], [])
    one_arm = replace(one_arm, subjects=one_arm.subjects.assign(dose=np.nan), id="")
    assert "No doses are recorded" in reconstruct_escalation(one_arm).why


def test_events_of_strangers_change_nothing():
    stranger = [event("X99", "dlt", "Rash", 1), event("P01", "ae", "Rash", 1, grade=1)]
    path = reconstruct_escalation(trial_of([3, 6], stranger))
    assert path.rates["dlts"].tolist() == [0, 0]
    assert isinstance(path.rates, pd.DataFrame)
