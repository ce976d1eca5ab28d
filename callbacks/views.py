"""The callbacks of all views: one shows the page, two draw every part, one says it in words.

Everything is drawn anew when the question changes, when a lock was written, and when the search
that an answer did not wait for is done.
"""

from __future__ import annotations

from typing import Any

from dash import MATCH, Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from analysis.question import Question
from callbacks import cohorts
from callbacks.answers import NoAnswer, answer
from callbacks.headlines import waits
from callbacks.outcomes import shown
from callbacks.question import read, texts_of
from components import ids, views
from components.static import to_html
from components.views import controls as among_controls
from components.views.searching import SEARCHED
from components.views.view import Part, Scene, View


def register(app: Dash) -> None:
    """Wire the page container, the parts and the summary."""
    question, theme = Input(ids.QUESTION, "data"), Input(ids.THEME, "data")
    again = [Input(ids.WRITTEN, "data"), Input(ids.SEARCH_DONE, "data")]
    app.callback(
        Output(ids.PAGE, "children"),
        Output(ids.SHOWN, "data"),
        Output(ids.CONTROLS, "hidden"),
        question,
        State(ids.SHOWN, "data"),
        prevent_initial_call=True,
    )(show)
    place = ids.chart(MATCH, MATCH, MATCH)
    app.callback(
        Output(place, "figure"),
        Output(place, "style"),
        Output(ids.frame(MATCH, MATCH, MATCH), "aria-label"),
        Output(ids.frame(MATCH, MATCH, MATCH), "hidden"),
        question,
        theme,
        State(place, "id"),
        again,
    )(plot)
    place = ids.part(MATCH, MATCH, MATCH)
    app.callback(Output(place, "data-html"), question, theme, State(place, "id"), again)(draw)
    app.callback(Output(ids.SUMMARY, "children"), question, again, prevent_initial_call=True)(say)
    app.callback(Output(ids.SEARCH_DONE, "data"), question, prevent_initial_call=True)(search)


def show(question: Any, shown: Any) -> tuple[Any, Any, bool]:
    """The page of the question's path for its cohort; unchanged where it already stands there."""
    view, asked = _view(question), parsed(question)
    name = f"{view.name}/{asked.cohort}" if view else "missing"
    if name == shown:
        raise PreventUpdate
    page = view.page(cohorts.load(asked.cohort)) if view else []
    return page, name, not (view and view.asks)


def draw(question: Any, theme: Any, place: dict[str, str], *again: Any) -> str:
    """The html of one part; nothing where there is no answer: the summary says why."""
    part, found, scene = _found(question, theme, place, chart=False)
    return "" if isinstance(found, NoAnswer) else to_html(part.draw(found, scene))


def plot(
    question: Any, theme: Any, place: dict[str, str], *again: Any
) -> tuple[Any, Any, str, bool]:
    """The figure of one part and the sentence that says what it shows; hidden without one."""
    part, found, scene = _found(question, theme, place, chart=True)
    chart = None if isinstance(found, NoAnswer) else part.draw(found, scene)
    if chart is None:
        return no_update, no_update, "", True
    # A responsive graph takes the height of its box; without one it may end up with none.
    return chart.figure, {"height": chart.figure.layout.height}, chart.sentence, False


def say(question: Any, *again: Any) -> list[Component]:
    """The answer in plain text, its first sentence set apart."""
    view = _view(question)
    if view is None:
        return _said(["This page does not exist. Choose one of the pages above."])
    asked = parsed(question)
    found, ledger = shown(view.summary, asked)
    if isinstance(found, NoAnswer):
        return _said([found.sentence])
    return _said(view.words(found, Scene(asked, ledger=ledger)))


def search(question: Any) -> str:
    """Compute the search that an answer does not wait for; its key, so that all is drawn anew."""
    view, asked = _view(question), parsed(question)
    found = None if view is None or waits(asked) else shown(view.summary, asked)[0]
    if found is None or isinstance(found, NoAnswer) or view.summary.draws is None:
        raise PreventUpdate
    for code in view.summary.draws(found):
        answer(SEARCHED, asked.changed(endpoint=code))
    return asked.changed(cut=(), blind="", options=()).query()


def parsed(question: dict[str, Any]) -> Question:
    """The question that the browser sends back; it is read as carefully as an address."""
    return read(*texts_of(question, "query"))[0]


def _said(sentences: list[str]) -> list[Component]:
    lead, *rest = sentences
    return [html.Span(lead, className="lead"), html.Span(" " + " ".join(rest))]


def _found(
    question: Any, theme: Any, place: dict[str, str], *, chart: bool
) -> tuple[Part, Any, Scene]:
    """Part, result and scene of a place; nothing happens for a page that is no longer shown."""
    view, name, of = texts_of(place, "view", "part", "of")
    part = _part(_view(question), view, name)
    if part is None or part.chart != chart or theme not in ("light", "dark"):
        raise PreventUpdate
    asked = parsed(question)
    found, ledger = shown(part.analysis, asked)
    return part, found, Scene(asked, theme == "dark", of, ledger)


def _view(question: Any) -> View | None:
    if question is None:  # the address has not been read yet
        raise PreventUpdate
    (path,) = texts_of(question, "path")
    return views.at(path)


def _part(view: View | None, of_view: str, name: str) -> Part | None:
    if view and view.asks and of_view == among_controls.NAME:
        return among_controls.PARTS.get(name)
    return view.part(name) if view and of_view == view.name else None
