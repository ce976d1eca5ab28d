"""A column of the subjects has one name on every page."""

import pytest

from analysis.cohort.completion import complete_question
from analysis.question import subgroup
from analysis.question.column_labels import column_label, column_words
from analysis.results.baseline import compare_baseline
from analysis.results.patient_list import list_patients
from analysis.results.patient_profile import describe_patients
from components.views.patients.patient_list import draw_population
from components.views.view import RenderContext
from data.sources import builtin
from wording.results.baseline import write_table


@pytest.mark.parametrize(
    ("column", "heading", "within"),
    [
        ("ecog", "ECOG", "ECOG"),
        ("prior_therapies", "Prior therapies", "prior therapies"),
        ("who_grade", "WHO grade", "WHO grade"),
        ("age", "Age", "age"),
    ],
)
def test_a_column_is_named_by_one_rule(column, heading, within):
    assert (column_label(column), column_words(column)) == (heading, within)


def test_every_page_says_ecog_in_capitals():
    study = builtin.load("imail2")
    question = complete_question({}, study).question
    names = " ".join(write_table(compare_baseline(study, question))["name"])
    subject = study.subjects["subject"][0]
    facts = [one.name for one in describe_patients(study, question).facts_of(subject)]
    there = str(draw_population(list_patients(study, question), RenderContext(question)))
    asked = subgroup.describe("ecog=1", study)
    for text in (names, " ".join(facts), there, asked):
        assert "ECOG" in text
        assert "Ecog" not in text
        assert "ecog " not in text
