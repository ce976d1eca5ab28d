"""A question about some of the patients: what can be asked, and that only they are asked."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cohort.completion import complete_question
from analysis.question import Question, parse_query, subgroup
from analysis.question.subgroup import (
    Condition,
    equals,
    parse_conditions,
    restrict,
    sentence,
    with_equals,
    write_conditions,
)
from data.sources import builtin
from tests.hand_made_cohorts import cohort
from wording.address import describe_note

STUDY = cohort([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 7])  # doses 6 3 6 3 6 3


def those(where: str) -> list[str]:
    return restrict(STUDY, where).subjects["subject"].tolist()


@pytest.mark.parametrize(
    ("where", "who"),
    [("dose=3", ["P02", "P04", "P06"]), ("dose=3,6", ["P01", "P02", "P03", "P04", "P05", "P06"]),
     ("age>=43", ["P04", "P05", "P06"]), ("age>43;dose=6", ["P05"]), ("age<=40", ["P01"]),
     ("age<41", ["P01"]), ("arm=A;age=40,45", ["P01", "P06"]), ("dose=3.0", ["P02", "P04", "P06"])],
)  # fmt: skip
def test_conditions_hold_together(where: str, who: list[str]) -> None:
    assert those(where) == who


def test_every_frame_holds_these_patients_only() -> None:
    part = restrict(STUDY, "dose=3")
    for frame in (part.subjects, part.outcomes, part.measurements):
        assert set(frame["subject"]) == {"P02", "P04", "P06"}
    assert part.id != STUDY.id
    assert part.whole is STUDY
    assert restrict(STUDY, "") is STUDY


def test_the_same_conditions_are_one_text() -> None:
    asked = ("age>=42;dose=6,3", "dose=3,6.0;age>=42.0;", " dose = 3,6 ; age>=42;age>=42")
    texts = {write_conditions(parse_conditions(text, STUDY)) for text in asked}
    assert texts == {"dose=3,6;age>=42"}


@pytest.mark.parametrize(
    "text",
    ["nothing", "subject=P01", "os>3", "age>=x", "age>=", "age>=1e999", "age>=1,2", "arm>A",
     "age>=nan", "x" * 301, ";".join(f"age>={i}" for i in range(9)), "__proto__=1", "=3", "dose==3",
     "arm_label=A", "dose=" + ",".join(map(str, range(21)))],
)  # fmt: skip
def test_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        parse_conditions(text, STUDY)


def test_a_missing_value_fits_nothing() -> None:
    ages = pd.Series([40.0, np.nan, 50.0])
    for sign in (">=", "<=", ">", "<"):
        assert not Condition("age", sign, ("45",)).fits(ages)[1]
    assert Condition("age", "=", ("50",)).fits(ages).tolist() == [False, False, True]


@given(st.text(max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    try:
        conditions = parse_conditions(text, STUDY)
    except ValueError:
        return
    assert parse_conditions(write_conditions(conditions), STUDY) == conditions


ODD = ["a;b", "c,d", "e=f", "<b>", "100 %", "\u202egnp", "=cmd|' /C calc'!A1", "__proto__"]


def test_values_of_any_text_come_back() -> None:
    rows = STUDY.subjects.assign(site=ODD[:6])
    study = type(STUDY)(**{**vars(STUDY), "subjects": rows, "id": ""})
    for site in ODD[:6]:
        where = with_equals("", "site", (site,))
        found = (
            restrict(study, write_conditions(parse_conditions(where, study)))
            .subjects["site"]
            .tolist()
        )
        assert found == [site]
        question = complete_question({"where": where}, study).question
        assert (
            complete_question(parse_query(question.query()), study).question.where == question.where
        )


def test_links_set_and_lift_one_condition() -> None:
    where = with_equals("age>=42", "dose", ("3",))
    assert where == "age>=42;dose=3"
    assert equals(where) == {"dose": ("3",)}
    assert with_equals(where, "dose", ("3", "6")) == "age>=42;dose=3,6"
    assert with_equals(where, "dose", ()) == "age>=42"


def test_the_words_name_unit_arm_and_counts() -> None:
    said = sentence("dose=3,6;age>=42", restrict(STUDY, "dose=3,6;age>=42"), STUDY.n)
    assert said == "Only patients with dose 3 or 6 mg, age ≥ 42: 4 of 6."
    actg = builtin.load("actg175")
    assert subgroup.describe("arm=2,0", actg) == "arm zidovudine or zidovudine + zalcitabine"


def test_nobody_and_nonsense_give_all_patients_and_a_sentence() -> None:
    for text, said in (("age>=99", "no patient has age ≥ 99"), ("os>3", "no baseline column “os”")):
        found = complete_question({"where": text}, STUDY)
        assert found.question.where == ""
        assert said in " ".join(describe_note(one).alone for one in found.notes)


def test_the_median_is_that_of_the_population() -> None:
    assert complete_question({"where": "dose=3", "visit": "C1D15"}, STUDY).question.cut == (4.0,)
    assert complete_question({"visit": "C1D15"}, STUDY).question.cut == (3.0,)


def test_every_analysis_reads_whom_it_is_about() -> None:
    question = Question("hand", where="dose=3", cut=(1.0,))
    assert question.reading(("marker",)) == Question("hand", where="dose=3")


def test_a_cut_declared_for_all_is_not_declared_for_some() -> None:
    from analysis.cohort.analysis_set import select_sample
    from analysis.results.survival import find_declared_cuts
    from analysis.stats.cutoff import find_cuts
    from tests.hand_made_cohorts import declared as study

    trial = type(STUDY)(**{**vars(STUDY), "study": study(3.0), "id": ""})
    question = complete_question({"visit": "C1D15", "cut": "3"}, trial).question
    cuts = find_cuts(select_sample(trial, question).values)
    assert find_declared_cuts(trial, question, cuts)
    assert not find_declared_cuts(trial, question.changed(where="dose=3"), cuts)
