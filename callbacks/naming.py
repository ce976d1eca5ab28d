"""A question in words without its answer: what a saved question or a figure is called."""

from __future__ import annotations

from analysis.format import cut_text
from analysis.question import Question
from callbacks import cohorts

CHANGES = {"change": "change of ", "fold": "fold change of "}


def suggested(question: Question) -> str:
    """ "PFS by HLA-DR+ NK cells at C1D15, 20.1": the name of what was given none."""
    return f"{question.endpoint} by {_split(question)}, {_cuts(question)}"


def about(question: Question) -> str:
    """ "IMAIL-2 (synthetic): PFS by HLA-DR+ NK cells at C1D15, cut-off 20.1 % of NK"."""
    cohort = cohorts.load(question.cohort)
    unit = cohort.markers.set_index("marker").loc[question.marker, "unit"]
    said = f" {unit}" if question.measure != "fold" and isinstance(unit, str) else ""
    some = f", only {question.where}" if question.where else ""
    title = cohort.study.short_title or cohort.study.title
    cut = f"cut-off {_cuts(question)}{said}".rstrip()
    return f"{title}: {question.endpoint} by {_split(question)}, {cut}{some}"


def _split(question: Question) -> str:
    markers = cohorts.load(question.cohort).markers.set_index("marker")["label"]
    change = CHANGES.get(question.measure, "")
    since = f"from {question.baseline} to" if change else "at"
    return f"{change}{markers[question.marker]} {since} {question.visit}"


def _cuts(question: Question) -> str:
    return " and ".join(map(cut_text, question.cut))
