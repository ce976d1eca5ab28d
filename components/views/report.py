"""The basket as a report: every figure with its words and methods, to be printed or kept as PDF."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from analysis.answer import Answer
from analysis.question import Question
from components.views import compare
from components.views.compare import asked_of
from components.views.survival import ANSWER
from components.views.view import Part, Scene, View
from data.cohort import Cohort
from exports.caption import caption, methods

EMPTY = "The basket is empty: put figures into it first, by “Add to basket” under each."


def layout(view: View, cohort: Cohort, names: Mapping[str, str]) -> list[Component]:
    """A section for every figure, in the order of the basket."""
    if not names:
        return [html.P(EMPTY, className="card")]
    how = html.P(
        ["To keep it as PDF, print it and choose “Save as PDF”. ",
         html.Button("Print", type="button", className="wide-button", **{"data-act": "print"})],
        className="remark no-print",
    )  # fmt: skip
    return [how, *(_section(view, key, name) for key, name in names.items())]


def lead(questions: list[Question]) -> str:
    """What the page is."""
    n = len(questions)
    return f"Report: {n} figure{'' if n == 1 else 's'} of the basket." if n else EMPTY


def _section(view: View, key: str, name: str) -> Component:
    places = [view.slot(part, key) for part in ("said", "curve", "remarks", "methods")]
    return html.Section([html.H2(html.Bdi(name)), *places], className="card km reported")


def draw_methods(answer: Answer, scene: Scene) -> list[Component]:
    """Caption and methods, as they stand in a slide's notes."""
    one = asked_of(answer, scene)
    if one is None or scene.export is None:
        return []
    export = scene.export(answer, one)
    captions = (html.P(text) for text in caption(export, one))
    return [html.Div([*captions, *(html.P(text) for text in methods(export, one))],
                     className="methods")]  # fmt: skip


VIEW = View(
    name="report",
    path="/basket/report",
    title="Report",
    parts=(
        Part("said", ANSWER, compare.draw_said, tells=True),
        Part("curve", ANSWER, compare.draw_curve, chart=True),
        Part("remarks", ANSWER, compare.draw_remarks),
        Part("methods", ANSWER, draw_methods),
    ),
    summary=ANSWER,
    words=compare.words,
    asks=False,
    layout=layout,
    lead=lead,
    several=True,
)
