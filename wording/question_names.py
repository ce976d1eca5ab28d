"""A question in words without its answer: what a saved question or a figure is called."""

from __future__ import annotations

from analysis.question import MEASURE_NAMES, Question
from data.cohort import Cohort
from wording.numbers import cut_text


def suggest_name(question: Question, cohort: Cohort) -> str:
    """ "PFS by HLA-DR+ NK cells at C1D15, 20.1": the name of what was given none."""
    return f"{question.endpoint} by {_split(question, cohort)}, {_cuts(question)}"


def describe_question(question: Question, cohort: Cohort, title: str, *, split: bool) -> str:
    """ "IMAIL-2 (synthetic): …, cut-off 20.1 % of NK": a figure's title with what else it hangs on.

    `split`: whether the figure depends on the cut-off.
    """
    unit = cohort.markers.set_index("marker").loc[question.marker, "unit"]
    said = f" {unit}" if question.measure != "fold" and isinstance(unit, str) else ""
    cut = f", cut-off {_cuts(question)}{said}".rstrip() if split else ""
    some = f", only {question.where}" if question.where else ""
    study = cohort.study.label
    return f"{study}: {title}{cut}{some}"


def describe_change_from(measure: str, baseline: str) -> str:
    """ "fold change from C1D10"; nothing of a value."""
    return "" if measure == "value" else f"{MEASURE_NAMES.get(measure, measure)} from {baseline}"


def _split(question: Question, cohort: Cohort) -> str:
    markers = cohort.markers.set_index("marker")["label"]
    marker = markers[question.marker]
    if question.measure == "value":
        return f"{marker} at {question.visit}"
    change = f"{MEASURE_NAMES[question.measure]} of {marker}"
    return f"{change} from {question.baseline} to {question.visit}"


def _cuts(question: Question) -> str:
    return " and ".join(map(cut_text, question.cut))
