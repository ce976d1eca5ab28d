"""Two questions side by side, on the same axes; each with its sentence and both p's."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from analysis.question import FIELDS, Question
from analysis.registry import SURVIVAL
from analysis.results.survival import EstimatedEndpoint, SurvivalResult
from components import pages
from components.views.survival import page as survival
from components.views.view import Chart, Panel, RenderContext, View, drag_stamp
from data.cohort import Cohort
from figures.km.figure import km_figure
from wording.figures.km import describe_figure
from wording.listing import list_items
from wording.pages.survival import (
    CAUTION,
    OTHER_UNIT,
    SAME_TWICE,
    TWO_QUESTIONS,
    describe_difference,
    describe_subgroup,
)
from wording.results.summaries import answer_sentences, pair_sentence

FIELD_WORDS = {
    "cohort": "cohort", "endpoint": "endpoint", "marker": "marker", "visit": "visit",
    "measure": "measure", "baseline": "baseline visit", "cut": "cut-off", "clock": "clock",
    "where": "patients",
}  # fmt: skip


def asked_of(answer: SurvivalResult, context: RenderContext) -> EstimatedEndpoint | None:
    """The endpoint that the question names, where it has an answer."""
    return answer.estimate(context.question.endpoint)


def until(answers: Iterable[tuple[SurvivalResult, str]]) -> float:
    """The last time of all curves, to which every axis goes; NaN where units of time differ.

    `answers`: each with the code of the endpoint that is drawn.
    """
    drawn = [(found, found.estimate(code)) for found, code in answers]
    ends = [one.km.longest for _, one in drawn if one]
    units = {found.time_unit for found, _ in drawn}
    return max(ends, default=0.0) if len(units) < 2 else math.nan


# ------------------------------------------------------------------------------------- drawing


def layout(view: View, cohort: Cohort, names: Mapping[str, str]) -> list[Component]:
    """A column for each question, and under both what their comparison does not say."""
    columns = [
        html.Section(
            [
                html.H2(name),
                view.slot("said", key),
                view.slot("curve", key),
                view.slot("counts", key),
                view.slot("remarks", key),
            ],
            className="card km",
        )
        for key, name in names.items()
    ]
    return [html.Div(columns, className="two of-2"), html.P(CAUTION, className="remark")]


def draw_said(answer: SurvivalResult, context: RenderContext) -> list[Component]:
    """The answer in words, and the way to the question."""
    lead, *rest = answer_sentences(answer, answer.asked_endpoint)
    whom = describe_subgroup(answer) if answer.subgroup else ""
    open_it = html.A("Open this question", href=f"/survival?{context.question.query()}")
    return [
        html.P([html.B(context.study), " · ", open_it], className="side-study"),
        html.P(lead, className="side-lead"),
        *(html.P(text, className="side-rest") for text in (" ".join(rest), whom) if text),
    ]


def draw_remarks(answer: SurvivalResult, context: RenderContext) -> list[Component]:
    """What must be known of this question beside its numbers."""
    unit = OTHER_UNIT.format(answer.time_unit) if math.isnan(context.until) else ""
    return [
        *(html.P(text, className="side-stamp") for text in (answer.synthetic, unit) if text),
        *survival.draw_remarks(answer, context),
    ]


def draw_curve(answer: SurvivalResult, context: RenderContext) -> Chart | None:
    """The curves of the question's endpoint."""
    one = asked_of(answer, context)
    if one is None:
        return None
    shared = 0.0 if math.isnan(context.until) else context.until
    figure = km_figure(answer, one, dark=context.dark, until=shared)
    figure.layout.meta = {**figure.layout.meta, **drag_stamp(context, one.code)}
    return Chart(figure, describe_figure(answer, one))


def draw_counts(answer: SurvivalResult, context: RenderContext) -> Component | None:
    """The numbers under the curves as a table."""
    return survival.draw_counts(answer, replace(context, of=context.question.endpoint))


def lead(questions: list[Question]) -> str:
    """What the page is, and in what its questions differ, of those that can be asked."""
    if len(questions) < 2:
        return TWO_QUESTIONS
    names = {name: FIELD_WORDS[name] for name in FIELDS if name in FIELD_WORDS}
    differ = [
        said
        for name, said in names.items()
        if len({getattr(question, name) for question in questions}) > 1
    ]
    if not differ:
        return SAME_TWICE
    return describe_difference(list_items(differ))


def words(found: SurvivalResult, context: RenderContext) -> list[str]:
    """One question's answer in one sentence; the columns say the rest."""
    return [pair_sentence(found, found.asked_endpoint)]


VIEW = View(
    info=pages.COMPARE,
    panels=(
        Panel("said", SURVIVAL, draw_said, explains_absence=True),
        Panel("curve", SURVIVAL, draw_curve, chart=True),
        Panel("counts", SURVIVAL, draw_counts),
        Panel("remarks", SURVIVAL, draw_remarks),
    ),
    summary=SURVIVAL,
    words=words,
    layout=layout,
    intro=lead,
)
