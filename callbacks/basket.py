"""The basket's buttons, its list and its number: the basket itself is `services.basket`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, ctx, no_update

from analysis.question import Question
from callbacks.exports import figures as export
from callbacks.exports.figures import Unexported
from components import downloads, ids, views
from components.basket import list_items
from components.records import Kept
from components.views.view import Panel
from data.state_dir import StateDirError
from exports.figure_export import FigureExport
from services import basket, cohorts
from services.address import read_exactly, texts_of
from services.basket import Change, Item, NotKept, change_basket, read_basket
from services.request.owner import known_owner, session
from services.request.refusals import Refused
from wording.pages.basket import EMPTY_BASKET
from wording.question_names import describe_question
from wording.refusals import FORGED


def register(app: Dash) -> None:
    """The basket's list and number follow every change, and the page when it is opened."""
    app.callback(
        Output(ids.BASKET_COUNT, "children"),
        Output(ids.BASKET_SAID, "data"),
        Output(ids.basket_list(ALL), "data-html"),
        Input(ids.BASKET_ACT, "data"),
        Input(ids.SHOWN, "data"),
        prevent_initial_call=True,
    )(update)
    app.clientside_callback(
        ClientsideFunction("status", "said"),
        Input(ids.BASKET_SAID, "data"),
        prevent_initial_call=True,
    )


def update(wanted: Any, _shown: Any) -> tuple[Any, Any, list[Any]]:
    """The number of figures, what was done, and the list, after what was asked for."""
    places = len(ctx.outputs_list[2])
    said: Any = no_update
    try:
        # A page may be turned at the same time.
        if ids.BASKET_ACT in ctx.triggered_prop_ids.values():
            said = {"text": _change(wanted)}
        now = read_basket()
    except (NotKept, StateDirError) as reason:
        return no_update, {"text": str(reason)}, [no_update] * places
    html = list_items([_read_items(one) for one in now]) if places else ""
    return str(len(now) or ""), said, [html] * places


def export_of(one: Item) -> FigureExport:
    """The figure as it leaves today; Unexported says why there is none. It is a look."""
    (made,) = export.find_exports(downloads.place(*one.place))
    return made


def find_place(one: Item) -> tuple[Question, Panel]:
    """The question and the place of a figure; Unexported where it no longer fits."""
    question, _, part, _ = export.place_of(downloads.place(*one.place))
    return question, part


def _change(wanted: Any) -> str:
    """Do what a button asks for, and say so."""
    do, of = texts_of(wanted, "do", "of")
    if do not in ACTS or known_owner() is None:
        raise Refused(FORGED, 422)
    if do != "basket-add" and not session():
        raise NotKept(EMPTY_BASKET)
    return change_basket(ACTS[do](of, wanted))


def _add(of: str, wanted: Any) -> Change:
    view, part, _ = texts_of(wanted, "view", "part", "query")
    question = read_exactly(wanted)
    return basket.add((view, part, of, question.query()), lambda one: _describe(one, question))


def _describe(one: Item, question: Question) -> tuple[str, str]:
    """The title of a figure, and its question in words."""
    try:
        made = export_of(one)  # it stands on the page: this is no further look
    except Unexported as reason:
        if reason.status == 404:
            raise Refused(FORGED, 422) from None
        raise NotKept(str(reason)) from None
    cohort = cohorts.load(question.cohort)
    return made.title, describe_question(question, cohort, made.title, split=made.follows_cut)


ACTS: dict[str, Callable[[str, Any], Change]] = {
    "basket-add": _add,
    "basket-remove": lambda of, _: basket.remove(of),
    "basket-rename": lambda of, wanted: basket.rename(of, *texts_of(wanted, "name")),
    "basket-up": lambda of, _: basket.move(of, -1),
    "basket-down": lambda of, _: basket.move(of, 1),
    "basket-clear": lambda _of, _: basket.clear,
}


def _read_items(one: Item) -> Kept:
    href = f"{views.find_view(one.view).path}?{one.query}"
    try:
        find_place(one)
        return Kept(one.id, one.name, one.about, href)
    except Unexported as reason:
        return Kept(one.id, one.name, "", href, str(reason))
