"""What a question and its parts are called, on every page the same."""

from analysis.question import MEASURE_NAMES, Question
from analysis.question.choices import measure_choices
from data.sources import builtin
from wording.question_names import describe_change_from, suggest_name

IMAIL2 = builtin.load("imail2")
CD8 = Question("imail2", "OS", "CD8", "C1D15", "fold", "C1D10", (2.0,))


def test_a_measure_has_one_name():
    """Ledger and locks said "fold", all other places "fold change": that stands."""
    assert measure_choices(IMAIL2, "CD8", "C1D15") == {
        code: name.capitalize() for code, name in MEASURE_NAMES.items()
    }
    assert describe_change_from("fold", "C1D10") == "fold change from C1D10"
    assert describe_change_from("change", "D-7") == "change from D-7"
    assert describe_change_from("value", "") == ""


def test_a_question_without_a_name_names_itself():
    assert (
        suggest_name(CD8, IMAIL2) == "OS by fold change of CD8+ T cells from C1D10 to C1D15, 2.00"
    )
    value = CD8.changed(measure="value", baseline="")
    assert suggest_name(value, IMAIL2) == "OS by CD8+ T cells at C1D15, 2.00"
