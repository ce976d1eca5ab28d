"""Choices of how a page is drawn: part of the address, of nothing else."""

import pytest

from analysis.cohort import completion
from analysis.question import Question, display_options, parse_query
from analysis.results.preview import preview_key
from data.sources import builtin

ADDRESS = "cohort=imail2&panel=nk&axis=day&by=split"


def test_a_link_keeps_its_choices() -> None:
    found = completion.complete_question(parse_query(ADDRESS), builtin.load("imail2"))
    assert found.notes == ()
    assert display_options.choose_option(found.question, "panel") == "nk"
    assert display_options.choose_option(found.question, "middle") == "median"
    again = completion.complete_question(
        parse_query(found.question.query()), builtin.load("imail2")
    )
    assert again.question == found.question


@pytest.mark.parametrize("name", list(display_options.OPTIONS))
def test_an_unknown_choice_is_said_and_replaced(name: str) -> None:
    found = completion.complete_question(
        parse_query(f"cohort=imail2&{name}=<b>"), builtin.load("imail2")
    )
    assert found.question.options == ()
    assert found.notes[0].wanted == "<b>"


def test_a_default_is_left_out_of_the_address() -> None:
    question = display_options.change_option(Question(cohort="imail2"), "axis", "day")
    assert question.query() == "cohort=imail2&axis=day"
    assert display_options.change_option(question, "axis", "visit") == Question(cohort="imail2")


def test_no_analysis_and_no_preview_depends_on_a_choice() -> None:
    plain = Question(cohort="imail2", marker="CD4", visit="D-21", measure="value")
    drawn = display_options.change_option(plain, "by", "split")
    assert drawn.reading(("cohort", "marker")) == plain.reading(("cohort", "marker"))
    assert preview_key(drawn) == preview_key(plain)
