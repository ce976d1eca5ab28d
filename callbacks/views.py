"""The callbacks of all views: one shows the page, one draws every part, one says it in words."""

from __future__ import annotations

from typing import Any

from dash import MATCH, Dash, Input, Output, State, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from analysis.question import Question
from callbacks.answers import NoAnswer, answer
from callbacks.question import read, texts_of
from components import ids, views
from components.cards import sentence
from components.views import controls as among_controls
from components.views.view import Part, Scene, View


def register(app: Dash) -> None:
    """Wire the page container, the parts and the summary."""
    question = Input(ids.QUESTION, "data")
    app.callback(
        Output(ids.PAGE, "children"),
        Output(ids.SHOWN, "data"),
        Output(ids.CONTROLS, "hidden"),
        question,
        State(ids.SHOWN, "data"),
        prevent_initial_call=True,
    )(show)
    app.callback(
        Output({"type": "part", "view": MATCH, "part": MATCH}, "children"),
        question,
        Input(ids.THEME, "data"),
        State({"type": "part", "view": MATCH, "part": MATCH}, "id"),
    )(draw)
    app.callback(Output(ids.SUMMARY, "children"), question, prevent_initial_call=True)(say)


def show(question: Any, shown: Any) -> tuple[Any, Any, bool]:
    """The page of the question's path; unchanged where it already stands there."""
    view = _view(question)
    name = view.name if view else "missing"
    if name == shown:
        raise PreventUpdate
    return (view.page() if view else _missing()), name, not (view and view.asks)


def draw(question: Any, theme: Any, place: dict[str, str]) -> Component | list[Component]:
    """One part: its analysis answered, its drawing made, or the sentence why there is none."""
    part = _part(_view(question), place)
    if part is None or theme not in ("light", "dark"):
        raise PreventUpdate
    asked = parsed(question)
    found = answer(part.analysis, asked)
    if isinstance(found, NoAnswer):
        return _why(part, place, found)
    return part.draw(found, Scene(asked, dark=theme == "dark"))


def say(question: Any) -> list[Component]:
    """The answer in plain text, its first sentence set apart."""
    view = _view(question)
    if view is None:
        return _said(["This page does not exist. Choose one of the pages above."])
    found = answer(view.summary, parsed(question))
    return _said([found.sentence] if isinstance(found, NoAnswer) else view.words(found))


def _said(sentences: list[str]) -> list[Component]:
    lead, *rest = sentences
    return [html.Span(lead, className="lead"), *(html.Span(f" {text}") for text in rest)]


def parsed(question: dict[str, Any]) -> Question:
    """The question that the browser sends back; it is read as carefully as an address."""
    return read(*texts_of(question, "query"))[0]


def _view(question: Any) -> View | None:
    if question is None:  # the address has not been read yet
        raise PreventUpdate
    (path,) = texts_of(question, "path")
    return views.at(path)


def _part(view: View | None, place: dict[str, str]) -> Part | None:
    """The part at that place; None where it belongs to a page that is no longer shown."""
    if view and place["view"] == "controls":
        return among_controls.PARTS.get(place["part"]) if view.asks else None
    if view is None or place["view"] != view.name:
        return None
    return {part.name: part for part in view.parts}.get(place["part"])


def _why(part: Part, place: dict[str, str], found: NoAnswer) -> Component:
    """The sentence stands once on a page: where its first part would be."""
    view = place["view"]
    first = view == "controls" or views.named(view).parts[0].name == part.name
    return sentence(found.sentence) if first else html.Div()


def _missing() -> Component:
    return html.Div()
