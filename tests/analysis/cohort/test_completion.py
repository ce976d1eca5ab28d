"""Addresses: what they say, what they leave open, what they get wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cohort.completion import complete_question
from analysis.question import LONGEST_ADDRESS, Question, parse_query, write_number
from analysis.question.choices import clock_choices, measure_choices
from data.sources import builtin
from tests.hand_made_cohorts import cohort

STUDY = cohort([1, 2, 3, 4], [1, 2, 3, 4], [2, 3, 4, 5])
IMAIL2 = builtin.load("imail2")


def test_an_address_gives_back_its_question():
    question = Question("hand", "OS", "M", "C1D15", "fold", "D-7", (2.5,), "start")
    assert complete_question(parse_query("?" + question.query()), STUDY) == (
        type(complete_question({}, STUDY))(question)
    )


def test_the_defaults_of_a_post_baseline_marker_are_median_and_landmark():
    found = complete_question({"marker": "M", "visit": "C1D15"}, STUDY).question
    assert (found.endpoint, found.measure, found.cut, found.clock) == (
        "PFS", "value", (2.0,), "landmark",
    )  # fmt: skip


@pytest.mark.parametrize(("text", "cut"), [("1,3", (1, 3)), ("3, 1,2", (1, 2, 3))])
def test_an_address_may_name_up_to_three_cut_offs(text, cut):
    found = complete_question({"marker": "M", "visit": "C1D15", "cut": text}, STUDY)
    assert (found.question.cut, found.notes) == (cut, ())
    assert f"cut={','.join(map(str, cut))}&" in found.question.query()


def test_before_treatment_there_is_no_landmark_and_no_change():
    assert list(clock_choices(STUDY, "D-7")) == ["start"]
    assert list(measure_choices(STUDY, "M", "D-7")) == ["value"]


def test_the_first_question_of_a_study_is_its_first_linked_finding():
    found = complete_question({}, IMAIL2).question
    assert (found.marker, found.visit, found.endpoint) == ("HLADR_NK_PCT", "C1D15", "PFS")


def test_a_baseline_that_is_absent_is_the_cohorts_own():
    found = complete_question(
        {"marker": "CD4_CD8", "visit": "C1D15", "measure": "fold"}, IMAIL2
    ).question
    assert found.baseline == "D-21"


@pytest.mark.parametrize(
    ("field", "text"),
    [("endpoint", "XX"), ("marker", "XX"), ("visit", "XX"), ("measure", "log"),
     ("clock", "sundial"), ("cut", "abc"), ("cut", "nan"), ("cut", "1e400"), ("cut", "1,2,3,4"),
     ("cut", "2,2"), ("cut", "24,5"),
     ("baseline", "XX")],
)  # fmt: skip
def test_what_does_not_exist_is_replaced_and_said(field, text):
    texts = {"marker": "M", "visit": "C1D15", "measure": "change", field: text}
    found = complete_question(texts, STUDY)
    assert "XX" not in found.question.query()
    assert found.notes
    assert complete_question(parse_query(found.question.query()), STUDY).notes == ()


@given(st.dictionaries(st.sampled_from([*Question.__dataclass_fields__]), st.text(max_size=60)))
def test_no_address_breaks_it(texts):
    found = complete_question(texts, STUDY)
    again = complete_question(parse_query(found.question.query()), STUDY)
    assert again.question == found.question
    assert again.notes == ()


def test_long_repeated_and_unknown_parameters():
    assert parse_query("marker=A&marker=B&x=1") == {"marker": "A"}
    assert len(parse_query("marker=" + "A" * 100_000)["marker"]) < LONGEST_ADDRESS


@pytest.mark.parametrize(
    ("number", "text"),
    [(20.1, "20.1"), (480.0, "480"), (1e-5, "0.00001"), (-0.5, "-0.5"), (0, "0")],
)
def test_numbers_stand_in_the_address_without_exponent(number, text):
    assert write_number(number) == text
    assert float(write_number(number)) == number
