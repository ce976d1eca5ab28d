"""A question in words without its answer: what a saved question or a figure is called."""

from __future__ import annotations

from analysis.question import Question
from data.cohort import Cohort
from wording.numbers import cut_text

CHANGES = {"change": "change of ", "fold": "fold change of "}


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


def _split(question: Question, cohort: Cohort) -> str:
    markers = cohort.markers.set_index("marker")["label"]
    change = CHANGES.get(question.measure, "")
    since = f"from {question.baseline} to" if change else "at"
    return f"{change}{markers[question.marker]} {since} {question.visit}"


def _cuts(question: Question) -> str:
    return " and ".join(map(cut_text, question.cut))
