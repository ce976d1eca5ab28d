"""The basket: figures put aside in one browser session, kept on disk, each change a new record.

A record holds the whole basket of its session, so that the last one is all that has to be read.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, ctx, no_update
from flask import request

from analysis.question import Question
from callbacks.exports import figures as export
from callbacks.exports.figures import Unexported
from components import downloads, ids, views
from components.basket import LONGEST_NAME, MOST, Kept, list_items
from components.notes import clean_text
from components.views.view import Panel
from data import event_log
from data.event_log import Superseded
from data.state_dir import StateDirError
from exports.figure_export import FigureExport
from services import cohorts
from services.address import read_exactly, texts_of
from services.request.owner import begin_session, known_owner, owner, session
from services.request.refusals import Refused
from wording.pages.basket import (
    ALREADY_IN,
    CHANGED_ELSEWHERE,
    EMPTY_BASKET,
    IS_EMPTY,
    TAKEN_OUT,
    TOO_LONG_BASKET,
    describe_added,
    describe_bad_name,
    describe_full_basket,
    describe_new_name,
    describe_new_place,
    describe_removed,
)
from wording.question_names import describe_question
from wording.refusals import FORGED

Items = tuple["Item", ...]

TRIES = 5  # where two windows change the basket at once


class NotKept(Exception):
    """Why the basket was not changed, in words."""


@dataclass(frozen=True)
class Item:
    """One figure: what it is called and was called at first, where it stands (view, part, which
    of several), its question's query, and that question in words."""

    id: str
    name: str
    title: str
    about: str
    view: str
    part: str
    of: str
    query: str


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
        now = items()
    except (NotKept, StateDirError) as reason:
        return no_update, {"text": str(reason)}, [no_update] * places
    html = list_items([_read_items(one) for one in now]) if places else ""
    return str(len(now) or ""), said, [html] * places


def items() -> Items:
    """What is in the basket of this browser session, in order."""
    return _last()[0]


def export_of(one: Item) -> FigureExport:
    """The figure as it leaves today; Unexported says why there is none. It is a look."""
    (made,) = export.find_exports(_place(one))
    return made


def find_place(one: Item) -> tuple[Question, Panel]:
    """The question and the place of a figure; Unexported where it no longer fits."""
    question, _, part, _ = export.place_of(_place(one))
    return question, part


def _place(one: Item) -> str:
    return downloads.place(one.view, one.part, one.of, one.query)


# ------------------------------------------------------------------------------------ changes


def _change(wanted: Any) -> str:
    """Do what a button asks for, and say so."""
    do, of = texts_of(wanted, "do", "of")
    if do not in ACTS or known_owner() is None:
        raise Refused(FORGED, 422)
    if do != "basket-add" and not session():
        raise NotKept(EMPTY_BASKET)
    for _ in range(TRIES):
        before, sequence = _last()
        after, said = ACTS[do](before, of, wanted)
        try:
            _write(after, sequence)
            return said
        except Superseded:
            continue  # another window was faster: the same change of what is there now
    raise NotKept(CHANGED_ELSEWHERE)


def _add(before: Items, of: str, wanted: Any) -> tuple[Items, str]:
    view, part, _ = texts_of(wanted, "view", "part", "query")
    question = read_exactly(wanted)
    query = question.query()
    new = Item(secrets.token_hex(8), "", "", "", view, part, of, query)
    if any((one.view, one.part, one.of, one.query) == (view, part, of, query) for one in before):
        return before, ALREADY_IN
    if len(before) >= MOST:
        raise NotKept(describe_full_basket(MOST))
    try:
        figure_export = export_of(new)  # it stands on the page: this is no further look
    except Unexported as reason:
        if reason.status == 404:
            raise Refused(FORGED, 422) from None
        raise NotKept(str(reason)) from None
    n = len(before) + 1
    said = describe_added(n)
    title = figure_export.title[:LONGEST_NAME]
    words = describe_question(
        question,
        cohorts.load(question.cohort),
        figure_export.title,
        split="_cut" in figure_export.stem,
    )
    return (*before, replace(new, name=title, title=title, about=words)), said


def _remove(before: Items, of: str, wanted: Any) -> tuple[Items, str]:
    one = _one(before, of)
    return tuple(each for each in before if each.id != of), describe_removed(one)


def _rename(before: Items, of: str, wanted: Any) -> tuple[Items, str]:
    _one(before, of)
    name = " ".join(clean_text(texts_of(wanted, "name")[0]).split())
    if not name or len(name) > LONGEST_NAME:
        raise NotKept(describe_bad_name(LONGEST_NAME, name))
    after = tuple(replace(one, name=name) if one.id == of else one for one in before)
    return after, describe_new_name(name)


def _move(by: int) -> Callable[[Items, str, Any], tuple[Items, str]]:
    def move(before: Items, of: str, wanted: Any) -> tuple[Items, str]:
        one, after = _one(before, of), [each for each in before if each.id != of]
        at = min(max(before.index(one) + by, 0), len(after))
        after.insert(at, one)
        return tuple(after), describe_new_place(one, at, after)

    return move


def _clear(before: Items, of: str, wanted: Any) -> tuple[Items, str]:
    return (), IS_EMPTY


ACTS: dict[str, Callable[[Items, str, Any], tuple[Items, str]]] = {
    "basket-add": _add,
    "basket-remove": _remove,
    "basket-rename": _rename,
    "basket-up": _move(-1),
    "basket-down": _move(1),
    "basket-clear": _clear,
}


def _one(before: Items, of: str) -> Item:
    found = {one.id: one for one in before}.get(of)
    if found is None:
        raise NotKept(TAKEN_OUT)
    return found


# -------------------------------------------------------------------------------------- records


def _last() -> tuple[Items, int]:
    """The basket of this session, and the number of the record it stands in."""
    if not request or not session():
        return (), 0
    found = event_log.read_latest(owner=owner(), cohort=_folder(session()), kind="basket")
    if found is None:
        return (), 0
    return tuple(Item(**one) for one in found.payload["items"]), found.sequence


def _write(after: Items, seen: int) -> None:
    here = begin_session()
    payload = {"session": here, "items": [asdict(one) for one in after]}
    try:
        event_log.append_after(
            owner(), _folder(here), "basket", payload, about="session", seen=seen
        )
    except ValueError:
        raise NotKept(TOO_LONG_BASKET) from None


def _folder(here: str) -> str:
    return f"session:{here}"


def _read_items(one: Item) -> Kept:
    href = f"{views.find_view(one.view).path}?{one.query}"
    try:
        find_place(one)
        return Kept(one.id, one.name, one.about, href)
    except Unexported as reason:
        return Kept(one.id, one.name, "", href, str(reason))
