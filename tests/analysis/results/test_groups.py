"""Two and three cut-offs: three and four groups, one test of all, each HR against the lowest."""

import math

import numpy as np
import pandas as pd
import pytest

from analysis.question import Question, parse_cuts
from analysis.results import groups
from analysis.results.baseline import compare_baseline, compare_within_strata
from analysis.results.survival import SeveralGroups, analyse_survival
from analysis.stats.cox import hazard_ratio
from analysis.stats.cutoff import assign_groups, divide, find_cuts
from analysis.stats.errors import NotEnoughData
from data.sources import builtin
from tests.hand_made_cohorts import cohort, declared
from tests.reference import golden
from wording.results import phrases
from wording.results.baseline import describe_test, write_table
from wording.results.summaries import survival_summary
from wording.results.survival import describe_interaction, list_cuts

NINE = cohort(range(1, 10), [4, 3, 5, 6, 8, 7, 9, 11, 10], [6, 4, 7, 9, 10, 8, 12, 14, 13])
ASKED = Question("hand", "OS", "M", "C1D15", "value", "", (3.0, 6.0), "landmark")


def quartered(name, marker):
    """A data set as a cohort whose question divides it at the marker's quartiles, and R's test."""
    frame = golden.with_marker(name, marker)
    expected = golden.values(name)["markers"][marker]["quartiles"]
    time, event = frame["time"].tolist(), frame["ev"].tolist()
    study = cohort(
        frame[marker].tolist(), time, time, pfs_event=event, os_event=event,
        before=frame[marker].tolist(),
    )  # fmt: skip
    breaks = np.unique(expected["breaks"])[1:-1]
    return study, ASKED.changed(visit="D-7", cut=tuple(breaks), clock="start"), expected["logrank"]


@pytest.mark.parametrize(("name", "marker"), golden.markers())
def test_the_log_rank_of_quartiles_is_that_of_r(name, marker):
    study, question, expected = quartered(name, marker)
    one = analyse_survival(study, question).endpoint("OS")
    golden.same(one.groups["n"], expected["n"])
    golden.same(one.groups["events"], expected["obs"])
    test = one.logrank
    golden.same([test.statistic, test.df, test.p],
                [expected["chisq"], expected["df"], expected["p"]])  # fmt: skip


def test_each_hazard_ratio_is_against_the_lowest_group_from_one_model():
    study, question, _ = quartered("gbsg", "pgr")
    one = analyse_survival(study, question).endpoint("OS")
    frame = golden.with_marker("gbsg", "pgr")
    level = pd.Series(np.searchsorted(question.cut, frame["pgr"]))
    fit = hazard_ratio.cox(
        frame["time"], frame["ev"] == 1, pd.get_dummies(level, dtype=float).iloc[:, 1:]
    )
    golden.same([e.hr for e in one.effects], fit["hr"])
    golden.same([e.lower for e in one.effects], fit["lower"])
    assert {e.estimator for e in one.effects} == {"cox"}


def test_two_groups_of_the_model_are_the_one_cut_of_cox():
    frame = golden.with_marker("lung", "age")
    time, event = frame["time"].to_numpy(), frame["ev"].to_numpy() == 1
    value = frame["age"].to_numpy(float)
    one = groups.effects(time, event, value, (value > 63).astype(int))
    golden.same([one[0].hr], hazard_ratio.cox(time, event, value > 63)["hr"])


def test_several_cut_offs_have_no_headline():
    one = analyse_survival(NINE, ASKED).endpoint("OS")
    assert one.several
    assert one.flow.groups == (3, 3, 3)
    assert isinstance(one, SeveralGroups)
    assert not any(hasattr(one, name) for name in ("p_cut", "effect", "rmst", "detectable"))
    assert one.logrank.df == 2
    assert [e.estimator for e in one.effects] == ["firth", "firth"]
    assert one.effects[0].hr > one.effects[1].hr > 0
    assert "log-rank p of 3 groups = ." in phrases.test(one)
    assert "Two cut-offs have no corrected p: the search is for one cut-off" in phrases.caveat(one)
    three = analyse_survival(NINE, ASKED.changed(cut=(2.0, 4.0, 6.0))).endpoint("OS")
    assert "Three cut-offs have no corrected p" in phrases.caveat(three)


def test_the_answer_keeps_its_first_cut_and_names_all():
    found = analyse_survival(NINE, ASKED)
    assert (found.cut, found.cuts, found.several) == (3.0, (3.0, 6.0), True)
    assert list_cuts(found) == "3.00 and 6.00 U/L"
    assert list(phrases.side_labels(found).items()) == [
        (2, "above 6.00 U/L"), (1, "above 3.00 to 6.00 U/L"), (0, "3.00 U/L or below"),
    ]  # fmt: skip
    assert list(phrases.short_labels(found).values()) == [">6.00", "3.00–6.00", "≤3.00"]
    assert groups.short_labels((-3.0, 0.0, 2.0))[1] == "-3.00 to 0"
    one = analyse_survival(NINE, ASKED.changed(cut=(4.0,)))
    assert list(phrases.side_labels(one).values()) == ["above 4.00 U/L", "4.00 U/L or below"]


def test_one_of_two_cuts_that_was_declared_does_not_fix_both():
    study = cohort(range(1, 10), range(1, 10), range(1, 10), study=declared(3.0))
    assert analyse_survival(study, ASKED.changed(cut=(3.0,))).endpoint("OS").fixed
    assert not analyse_survival(study, ASKED).endpoint("OS").fixed


def test_the_summary_names_every_group_highest_first():
    text = " ".join(survival_summary(analyse_survival(NINE, ASKED)))
    for phrase in (
        "cut-offs 3.00 and 6.00 U/L", "in the 3 of 9 patients above 6.00 U/L (3 of 3 with event)",
        "in the 3 above 3.00 to 6.00 U/L", "in the 3 with 3.00 U/L or below",
        "Against 3.00 U/L or below: HR 0.", "log-rank p of 3 groups = .",
    ):  # fmt: skip
        assert phrase in text
    assert (
        "p =" not in survival_summary(analyse_survival(NINE, ASKED))[0]
    )  # it stands in large print
    assert text.index("above 6.00") < text.index("above 3.00 to 6.00") < text.index("or below")


def test_a_group_without_events_is_estimated_by_firth_and_said_in_words():
    event = [1, 1, 1, 0, 0, 0, 1, 1, 1]
    study = cohort(range(1, 10), range(1, 10), range(1, 10), os_event=event)
    found = analyse_survival(study, ASKED)
    one = found.endpoint("OS")
    assert all(0 < e.hr < 10 for e in one.effects)
    text = " ".join(survival_summary(found))
    assert "0 of 3 with event" in text
    assert "nan" not in text.lower()


def test_many_patients_with_a_group_without_events_are_firths_too():
    n = 90
    value = np.arange(n, dtype=float)
    event = [int(not 40 <= v < 44) for v in value]  # no admissible cut is separated
    time = list(np.random.default_rng(3).permutation(n) + 1.0)
    study = cohort(value.tolist(), time, time, os_event=event, pfs_event=event)
    found = analyse_survival(study, ASKED.changed(cut=(39.0, 43.0)))
    assert {e.estimator for e in found.endpoint("OS").effects} == {"firth"}
    assert not any(math.isnan(e.hr) for e in found.endpoint("OS").effects)
    assert not found.admissible  # four patients are fewer than a tenth
    one_cut = analyse_survival(study, ASKED.changed(cut=(39.0,))).endpoint("OS")
    assert one_cut.effect.estimator == "cox"


def test_a_group_that_nobody_is_left_in_at_the_landmark_is_said():
    pfs = [4, 3, 5, 0.1, 0.2, 0.3, 9, 11, 10]
    study = cohort(range(1, 10), pfs, range(1, 10))
    found = analyse_survival(study, ASKED)
    assert "nobody is in the group “above 3.00 to 6.00”" in found.endpoint("PFS").why
    assert found.endpoint("PFS").flow.groups == (3, 0, 3)
    assert found.drawn == ("OS",)


def test_cuts_that_leave_a_group_empty_are_refused_in_words():
    with pytest.raises(NotEnoughData, match=r"lies above 3 to 3\.5: the values run from 1 to 9"):
        divide(np.arange(1.0, 10), (3.0, 3.5))
    with pytest.raises(NotEnoughData, match="at or below 0 or above 20: the values"):
        divide(np.arange(1.0, 10), (0.0, 20.0))


def test_group_numbers_count_the_cuts_below():
    assert assign_groups(np.array([1.0, 3, 3.1, 6, 7]), (3.0, 6.0)).tolist() == [0, 0, 1, 1, 2]
    assert assign_groups(np.array([1.0, 2.0]), ()).tolist() == [0, 0]


def test_sides_have_a_column_per_group():
    found = compare_baseline(NINE, ASKED)
    assert found.counts == (3, 3, 3)
    assert list(write_table(found).columns) == ["name", 2, 1, 0]
    assert write_table(found).iloc[0].tolist() == [
        "Dose, mg: 6",
        "2 (67 %)",
        "1 (33 %)",
        "2 (67 %)",
    ]
    tested = describe_test(compare_within_strata(NINE, ASKED).tests[0])
    assert tested.startswith("stratified log-rank p of 3 groups = .")


def test_the_interaction_with_the_arm_counts_every_group():
    study = builtin.load("gbsg2")
    question = Question("gbsg2", "RFS", "PGR", "baseline", "value", "", (10.0, 100.0), "start")
    one = analyse_survival(study, question).endpoint("RFS")
    rows, arm = study.outcomes.set_index("subject"), study.subjects.set_index("subject")["arm"]
    value = study.measurements.set_index("subject").query("marker == 'PGR'")["value"]
    level = assign_groups(value.to_numpy(float), question.cut)
    x = pd.DataFrame({"a": (arm.loc[value.index] == arm.max()).to_numpy(float),
                      "g1": (level == 1) * 1.0, "g2": (level == 2) * 1.0})  # fmt: skip
    full = x.assign(p1=x["a"] * x["g1"], p2=x["a"] * x["g2"])
    rows = rows.loc[value.index]
    test = hazard_ratio.likelihood_ratio(rows["time"], rows["event"].astype(bool), full, x)
    assert test.df == 2
    assert describe_interaction(one) == f"p = {test.p:.2f}".replace("0.", ".")


@pytest.mark.parametrize(
    ("text", "found"),
    [("20.1", (20.1,)), ("10,20", (10, 20)), ("30, 10,20", (10, 20, 30)), ("2, 1", (1, 2)),
     ("-3,5", (-3, 5)), ("24,50", (24, 50)), ("1.5,0.5", (0.5, 1.5))],
)  # fmt: skip
def test_cut_offs_are_read_ascending(text, found):
    assert parse_cuts(text) == found


@pytest.mark.parametrize(
    ("text", "why"),
    [("1,2,3,4", "at most 3 cut-offs"), ("2,2", "two of the cut-offs are equal"),
     ("2,2.0,3", "equal"), ("-0,0", "equal"), ("10,,20", "not a number"), (",", "not a number"),
     ("24,5", r"written with a point \(24\.5\), several .* \(5, 24\)")],
)  # fmt: skip
def test_what_is_no_list_of_cut_offs_is_refused_in_words(text, why):
    with pytest.raises(ValueError, match=why):
        parse_cuts(text)


def test_every_cut_of_a_list_divides_like_the_same_cut_alone():
    values = find_cuts(np.arange(1.0, 10)).cut
    both = assign_groups(np.arange(1.0, 10), (values[2], values[5]))
    alone = [assign_groups(np.arange(1.0, 10), (c,)) for c in (values[2], values[5])]
    assert (both == alone[0] + alone[1]).all()
