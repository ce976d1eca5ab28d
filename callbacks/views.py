"""The callbacks of all views: one shows the page, one says and tabulates it, one draws its figures.

Everything is drawn anew when the question changes, when a lock was written, and when the search
that an answer did not wait for is done. Whether the page itself changes is decided in the browser:
where it stays, its places are filled at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash import (
    ALL,
    ClientsideFunction,
    Dash,
    Input,
    Output,
    State,
    ctx,
    html,
    no_update,
    set_props,
)
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from analysis.ledger import Ledger
from analysis.question import Question, as_text
from callbacks import cohorts
from callbacks.answers import NoAnswer, answer, known
from callbacks.headlines import waits
from callbacks.outcomes import shown
from callbacks.question import read, texts_of
from components import ids, views
from components.static import to_html
from components.views import controls as among_controls
from components.views.searching import SEARCHED
from components.views.view import Part, Scene, View
from web.refuse import Refused

Place = tuple[str, str, str]  # view, part, and which one of several equal places
THEMES = ("light", "dark")


def register(app: Dash) -> None:
    """Wire the page container, the parts, the figures and the summary."""
    again = [Input(ids.WRITTEN, "data"), Input(ids.SEARCH_DONE, "data")]
    # It writes TURN, ASKED and FIGURES by itself: as outputs they would have to wait for a question
    # that is on its way, although a drag knows them already.
    app.clientside_callback(
        ClientsideFunction("cutline", "route"),
        Input(ids.QUESTION, "data"),
        State(ids.SHOWN, "data"),
        State(ids.TURN, "data"),
        prevent_initial_call=True,
    )
    app.callback(
        Output(ids.PAGE, "children"),
        Output(ids.SHOWN, "data"),
        Output(ids.CONTROLS, "hidden"),
        Output(ids.ASKED, "data"),
        Output(ids.FIGURES, "data"),
        Input(ids.TURN, "data"),
        prevent_initial_call=True,
    )(show)
    place = ids.part(ALL, ALL, ALL)
    app.callback(
        Output(place, "data-html"),
        Output(ids.SUMMARY, "children"),
        Output(ids.SAID, "data"),
        Output(ids.SEARCH_WANTED, "data"),
        Input(ids.ASKED, "data"),
        again,
        prevent_initial_call=True,
    )(say)
    place, frame = ids.chart(ALL, ALL, ALL), ids.frame(ALL, ALL, ALL)
    app.callback(
        Output(place, "figure"),
        Output(place, "style"),
        Output(frame, "aria-label"),
        Output(frame, "hidden"),
        Input(ids.FIGURES, "data"),
        Input(ids.THEME, "data"),
        again,
        prevent_initial_call=True,
    )(plot)
    # Without an output, too: a loop of outputs would wait until nothing else is on its way.
    app.callback(Input(ids.SEARCH_WANTED, "data"), prevent_initial_call=True)(search)


def show(question: Any) -> tuple[Any, str, bool, Any, Any]:
    """The page of the question's path for its cohort, and then what is asked of it."""
    view, asked = _view(question), parsed(question)
    page = view.page(cohorts.load(asked.cohort)) if view else []
    name = views.page_name(view, asked.cohort)
    return page, name, not (view and view.asks), question, question


def say(question: Any, *again: Any) -> tuple[list[Any], list[Component], Any, Any]:
    """`texts` of all places that the page has."""
    return texts(question, _places(ctx.outputs_list[:1]))


def plot(question: Any, theme: Any, *again: Any) -> tuple[list, list, list, list]:
    """`figures` of all places that the page has."""
    return figures(question, theme, _places(ctx.outputs_list))


def texts(question: Any, places: list[Place]) -> tuple[list[Any], list[Component], Any, Any]:
    """The html of all parts, the summary, what the figures say, and a search still to be made.

    A part without an answer is empty: the summary says why.
    """
    view, answers = _view(question), Answers(question)
    drawn = [_html(view, place, answers) for place in places]
    summary = _summary(view, answers)
    return drawn, _said(summary), _figure_words(view, answers), _search_wanted(view, answers)


def figures(question: Any, theme: Any, places: list[Place]) -> tuple[list, list, list, list]:
    """The figure of every chart and the sentence that says what it shows; hidden without one."""
    view = _view(question)
    if theme not in THEMES:
        raise PreventUpdate
    answers = Answers(question, dark=theme == "dark")
    drawn = [_chart(view, place, answers) for place in places]
    return tuple(map(list, zip(*drawn, strict=True))) if drawn else ([], [], [], [])


def search(wanted: Any) -> None:
    """Compute the search that an answer did not wait for; then all is drawn anew."""
    if not wanted:
        return
    path, query = texts_of(wanted, "path", "query")
    view, asked = views.at(path), read(query)[0]
    found = None if view is None or waits(asked) else shown(view.summary, asked)[0]
    if found is None or isinstance(found, NoAnswer) or view.summary.draws is None:
        return
    for code in view.summary.draws(found):
        answer(SEARCHED, asked.changed(endpoint=code))
    done = asked.changed(cut=(), blind="", options=()).query()
    set_props(ids.SEARCH_DONE, {"data": done})


class Answers:
    """The results that one request needs, each looked up once, and the scene they are drawn in."""

    def __init__(self, question: Any, *, dark: bool = False) -> None:
        self.asked, self.dark = parsed(question), dark
        self._known: dict[str, Any] = {}
        self._ledger: Ledger | None = None

    def of(self, analysis: Any, of: str = "") -> tuple[Any, Scene]:
        """The result of an analysis, or why there is none, and the scene of one place."""
        if analysis.name not in self._known:
            found, self._ledger = shown(analysis, self.asked, self._ledger)
            self._known[analysis.name] = found
        return self._known[analysis.name], Scene(self.asked, self.dark, of, self._ledger)


def parsed(question: dict[str, Any]) -> Question:
    """The question that the browser sends back; it is read as carefully as an address."""
    return read(*texts_of(question, "query"))[0]


def _html(view: View | None, place: Place, answers: Answers) -> Any:
    part = _part(view, *place[:2])
    if part is None or part.chart:
        return no_update  # a place of a page that is no longer shown
    found, scene = answers.of(part.analysis, place[2])
    return "" if isinstance(found, NoAnswer) else to_html(part.draw(found, scene))


def _chart(view: View | None, place: Place, answers: Answers) -> tuple:
    part = _part(view, *place[:2])
    if part is None or not part.chart:
        return (no_update,) * 4
    found, scene = answers.of(part.analysis, place[2])
    chart = None if isinstance(found, NoAnswer) else part.draw(found, scene)
    if chart is None:
        return no_update, no_update, "", True
    # A responsive graph takes the height of its box; without one it may end up with none.
    return chart.figure, {"height": chart.figure.layout.height}, chart.sentence, False


def _summary(view: View | None, answers: Answers) -> list[str]:
    if view is None:
        return ["This page does not exist. Choose one of the pages above."]
    found, scene = answers.of(view.summary)
    return [found.sentence] if isinstance(found, NoAnswer) else view.words(found, scene)


def _figure_words(view: View | None, answers: Answers) -> Any:
    """The words of the figures that followed the line, for the browser to compare with its own."""
    said = {"cut": as_text(answers.asked.cut), "figures": {}}
    if view is not None and view.figure_words is not None and len(answers.asked.cut) == 1:
        found, _ = answers.of(view.summary)
        if not isinstance(found, NoAnswer):
            said["figures"] = view.figure_words(found)
    return said


def _search_wanted(view: View | None, answers: Answers) -> Any:
    if view is None or view.summary.draws is None or waits(answers.asked):
        return no_update
    found, _ = answers.of(view.summary)
    codes = () if isinstance(found, NoAnswer) else view.summary.draws(found)
    if all(known(SEARCHED, answers.asked.changed(endpoint=code)) for code in codes):
        return no_update
    return {"path": view.path, "query": answers.asked.query()}


def _said(sentences: list[str]) -> list[Component]:
    lead, *rest = sentences
    return [html.Span(lead, className="lead"), html.Span(" " + " ".join(rest))]


def _view(question: Any) -> View | None:
    if question is None:  # the address has not been read yet
        raise PreventUpdate
    (path,) = texts_of(question, "path")
    return views.at(path)


def _places(outputs: Iterable[Any]) -> list[Place]:
    """View, part and `of` of every place that the page has; each kind of output has the same."""
    first, *others = [
        [tuple(texts_of(one["id"], "view", "part", "of")) for one in kind] for kind in outputs
    ]
    if any(other != first for other in others):
        raise Refused("The page sent places that do not belong together.", 422)
    return first


def _part(view: View | None, of_view: str, name: str) -> Part | None:
    if view and view.asks and of_view == among_controls.NAME:
        return among_controls.PARTS.get(name)
    return view.part(name) if view and of_view == view.name else None
