"""The callbacks of all views: one shows the page, one says and tabulates it, one draws its figures.

Everything is drawn anew when the question changes, when a lock was written, and when the search
that an answer did not wait for is done. Whether the page itself changes is decided in the browser:
where it stays, its places are filled at once.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
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

from analysis.question import shorten as fit
from analysis.question import write_field
from analysis.registry import CUTOFF_SEARCH
from callbacks._answers import Answers, find_view_of, parse_question
from callbacks._notices import draw_notices, draw_summary
from components import ids, views
from components.server_html import to_html
from components.views import dot_strip as among_controls
from components.views.view import Panel, Prefilled, View
from data.cohort import Cohort
from figures.subgroup_note import add_note
from services import cohorts, comparison
from services.address import read_open_question, read_selection, texts_of
from services.disclosure import disclose
from services.evaluate import NoAnswer, evaluate, find_evaluated
from services.patient_ids import find_ids
from services.reported_p import waits_for_search
from services.request.refusals import Refused
from wording.pages.shell import NO_PAGE
from wording.refusals import NO_FIGURES, ODD_PLACES

Place = tuple[str, str, str]  # view, part, and which one of several equal places
THEMES = ("light", "dark")
FIRST, REST = "first", "rest"  # which figures of a page are asked for; without it all
HERE, BESIDE = "here", "beside"  # a page came with its first: none; with all: those beside it


def register(app: Dash) -> None:
    """Wire the page container, the parts, the figures and the summary."""
    again = [Input(ids.WRITTEN, "data"), Input(ids.SEARCH_DONE, "data")]
    # It writes TURN, ASKED and FIGURES by itself: as outputs they would have to wait for a question
    # that is on its way, although a drag knows them already.
    app.clientside_callback(
        ClientsideFunction("address", "route"),
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
        State(ids.THEME, "data"),
        prevent_initial_call=True,
    )(show)
    place = ids.part(ALL, ALL, ALL)
    app.callback(
        Output(place, "data-html"),
        Output(ids.SUMMARY, "children"),
        Output(ids.SAID, "data-said"),
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
    # After the texts, and in its own request: what takes longer never holds up an answer.
    app.callback(
        [Output(ids.part(ALL, ids.LATER, ALL), "data-html", allow_duplicate=True)],
        Input(ids.SAID, "data-said"),
        prevent_initial_call=True,
    )(add)
    # Without an output, too: a loop of outputs would wait until nothing else is on its way.
    app.callback(Input(ids.SEARCH_WANTED, "data"), prevent_initial_call=True)(search)


def show(question: Any, theme: Any) -> tuple[Any, str, bool, Any, Any]:
    """The page of the question's path with its figures and what heads them; then its texts and
    the figures beside it are asked for."""
    view, asked = find_view_of(question), parse_question(question)
    names = {
        key: one.name
        for key, one in comparison.read_posed(
            view is not None and view.is_comparison, question
        ).items()
    }
    themed = theme in THEMES  # else it is on its way, and all figures are asked for with it
    full = prefill_page(view, question, theme) if view and themed else view
    page: Any = full.page(cohorts.load(asked.cohort), names) if full else []
    name = views.page_name(view, asked.cohort)
    only = {"only": HERE if _begins(view) else BESIDE} if themed else {}
    return page, name, not (view and view.has_controls), question, {**question, **only}


def _begins(view: View | None) -> bool:
    """Whether some of its figures come before the others: the browser asks for these by itself."""
    return view is not None and any(panel.chart and panel.first for panel in view.panels)


def prefill_page(view: View, question: Any, theme: str) -> View:
    """The view whose page comes with its figures (with the first ones, where some are) and with the
    texts that come first: these must not wait for the slowest, and a figure is drawn once."""
    answers, only = Answers(question, dark=theme == "dark"), FIRST if _begins(view) else ""

    def fill(panel: Panel, of: str) -> Prefilled | None:
        place = (view.name, panel.name, of)
        if panel.chart:
            if not _wanted(view, place, only):
                return None
            figure, style, sentence, hidden = _chart(view, place, answers)
            return None if hidden else Prefilled(figure=figure, style=style, label=sentence)
        text = _html(view, place, answers) if panel.first else None
        return Prefilled(text=text) if isinstance(text, str) else None

    return replace(view, prefill=fill)


def say(question: Any, *again: Any) -> tuple[list[Any], list[Component], Any, Any]:
    """`texts` of all places that the page has."""
    return texts(question, _places(ctx.outputs_list[:1]))


def add(said: Any) -> tuple[list[Any]]:
    """What comes after the texts, for the question that these have answered."""
    question, places = _read_answered(said), _places(ctx.outputs_list)
    if not places:  # most pages have no such part
        return ([],)
    view, answers = find_view_of(question), Answers(question)
    return ([_draw(view, place, answers) for place in places],)


def plot(question: Any, theme: Any, *again: Any) -> tuple[list, list, list, list]:
    """`figures` of all places that the page has."""
    only = question.get("only") if isinstance(question, dict) else None
    if only not in (None, FIRST, REST, HERE, BESIDE):
        raise Refused(NO_FIGURES, 422)
    anew = set(ctx.triggered_prop_ids.values()) - {ids.FIGURES}  # theme, lock, search: all of them
    return figures(question, theme, _places(ctx.outputs_list), "" if anew else only or "")


def texts(question: Any, places: list[Place]) -> tuple[list[Any], list[Component], Any, Any]:
    """The html of all parts, the summary, what the figures say, and a search still to be made.

    A part without an answer is empty: the summary says why.
    """
    view, answers = find_view_of(question), Answers(question)
    drawn = [_html(view, place, answers) for place in places]
    summary = _summary(view, answers)
    return (
        drawn,
        [*draw_summary(summary), *draw_notices(view, answers.context(), answers.population)],
        _figure_words(view, answers, question),
        _search_wanted(view, answers),
    )


def figures(
    question: Any, theme: Any, places: list[Place], only: str = ""
) -> tuple[list, list, list, list]:
    """The figure of every chart and the sentence that says what it shows; hidden without one.

    `only`: those that come first, the rest, or those beside the page; others stay as they are.
    """
    view = find_view_of(question)
    if theme not in THEMES:
        raise PreventUpdate
    answers = Answers(question, dark=theme == "dark")
    drawn = [
        _chart(view, place, answers) if _wanted(view, place, only) else (no_update,) * 4
        for place in places
    ]
    figures, styles, labels, hidden = map(list, zip(*drawn, strict=True)) if drawn else ([],) * 4
    return figures, styles, labels, hidden


def _wanted(view: View | None, place: Place, only: str) -> bool:
    if only in (HERE, BESIDE):
        return only == BESIDE and place[0] == among_controls.NAME
    panel = _find_panel(view, *place[:2])
    return not only or panel is None or panel.first == (only == FIRST)


def search(wanted: Any) -> None:
    """Compute the search that an answer did not wait for; then all is drawn anew."""
    if not wanted:
        return
    path, query = texts_of(wanted, "path", "query")
    view, asked = views.view_at(path), read_open_question(query)
    if view is None or waits_for_search(asked):
        return
    found = disclose(view.summary, asked)[0]
    if found is None or isinstance(found, NoAnswer) or view.summary.reveals is None:
        return
    for code in view.summary.reveals(found):
        evaluate(CUTOFF_SEARCH, asked.changed(endpoint=code))
    done = asked.changed(cut=(), blind="", options=()).query()
    set_props(ids.SEARCH_DONE, {"data": done})


def name_question(figure: go.Figure, cohort: Cohort) -> go.Figure:
    """A figure's subjects as the browser may know them: [id of the address, label] each."""
    meta = figure.layout.meta
    if isinstance(meta, dict) and "subjects" in meta:
        of = find_ids(cohort).of
        pairs = [[of[subject], fit(subject)] for subject in meta["subjects"]]
        figure.layout.meta = {**meta, "subjects": pairs}
    return figure


def _html(view: View | None, place: Place, answers: Answers) -> Any:
    """The html of a part; one that comes later is empty until it is asked for by itself, so that
    nothing of another answer stands under this one."""
    return "" if place[1] == ids.LATER else _draw(view, place, answers)


def _draw(view: View | None, place: Place, answers: Answers) -> Any:
    panel, here = _find_panel(view, *place[:2]), answers.at(place[2])
    if panel is None or panel.chart or here is None:
        return no_update  # a place of a page that is no longer shown
    found, context = here.of(panel.analysis, place[2])
    if isinstance(found, NoAnswer):
        return to_html(html.P(found.sentence, className="remark")) if panel.explains_absence else ""
    return to_html(panel.draw(found, context))


def _chart(view: View | None, place: Place, answers: Answers) -> tuple:
    panel, here = _find_panel(view, *place[:2]), answers.at(place[2])
    if panel is None or not panel.chart or here is None:
        return (no_update,) * 4
    found, context = here.of(panel.analysis, place[2])
    chart = None if isinstance(found, NoAnswer) else panel.draw(found, context)
    if chart is None:
        return no_update, no_update, "", True
    # A responsive graph takes the height of its box; without one it may end up with none.
    figure, sentence = (
        name_question(chart.figure, cohorts.load(here.asked.cohort)),
        chart.sentence,
    )
    if here.population and place[0] != among_controls.NAME:  # its height is fixed
        figure = add_note(figure, here.population, dark=here.dark)
        sentence = f"{sentence} {here.population}"
    return figure, {"height": figure.layout.height}, sentence, False


def _summary(view: View | None, answers: Answers) -> list[str]:
    if view is None:
        return [NO_PAGE]
    if view.is_comparison:
        return _each_summed_up(view, answers)
    found, context = answers.of(view.summary)
    return [found.sentence] if isinstance(found, NoAnswer) else view.words(found, context)


def _each_summed_up(view: View, answers: Answers) -> list[str]:
    """How many questions there are, and then each answer in its own words."""
    right = [one.asked for one in answers.each.values() if not one.wrong]
    said = [view.intro(right)] if view.intro else []
    for one in answers.each.values():
        found, context = one.of(view.summary)
        said += [found.sentence] if isinstance(found, NoAnswer) else view.words(found, context)
    return said


def _figure_words(view: View | None, answers: Answers, question: Any) -> str:
    """The words of the figures that followed the line, for the browser to compare with its own,
    and the question that is answered, for the browser to know whether it is still the one.

    JSON, for they come as an attribute beside the texts: compared with them, before they are
    painted. With the time, for an attribute that stays the same is no news.
    """
    of = [*texts_of(question, "path", "query"), read_selection(question)]
    said = {"at": time.time_ns() // 1_000_000, "of": of, "cut": write_field(answers.asked.cut),
            "figures": {}}  # fmt: skip
    if view is not None and view.figure_words is not None and len(answers.asked.cut) == 1:
        found, _ = answers.of(view.summary)
        if not isinstance(found, NoAnswer):
            said["figures"] = view.figure_words(found)
    return json.dumps(said, ensure_ascii=False)


def _read_answered(said: Any) -> dict[str, str] | None:
    """The question of `_figure_words`, as the page sends it back; None before there was one."""
    if said is None:
        return None
    try:
        path, query, *_ = json.loads(said)["of"]
    except (TypeError, ValueError, KeyError, RecursionError):
        raise Refused(ODD_PLACES, 422) from None
    return {"path": path, "query": query}


def _search_wanted(view: View | None, answers: Answers) -> Any:
    if (
        view is None
        or view.is_comparison
        or view.summary.reveals is None
        or waits_for_search(answers.asked)
    ):
        return no_update
    found, _ = answers.of(view.summary)
    codes = () if isinstance(found, NoAnswer) else view.summary.reveals(found)
    if all(find_evaluated(CUTOFF_SEARCH, answers.asked.changed(endpoint=code)) for code in codes):
        return no_update
    return {"path": view.path, "query": answers.asked.query()}


def _places(outputs: Iterable[Any]) -> list[Place]:
    """View, part and `of` of every place that the page has; each kind of output has the same."""
    first, *others = [[_place(one["id"]) for one in kind] for kind in outputs]
    if any(other != first for other in others):
        raise Refused(ODD_PLACES, 422)
    return first


def _place(id_: Any) -> Place:
    view, part, of = texts_of(id_, "view", "part", "of")
    return view, part, of


def _find_panel(view: View | None, of_view: str, name: str) -> Panel | None:
    if view and view.has_controls and of_view == among_controls.NAME:
        return among_controls.PANELS.get(name)
    return view.panel(name) if view and of_view == view.name else None
