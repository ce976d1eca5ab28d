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

from analysis import asking
from analysis.question import Question
from callbacks import cohorts
from callbacks.address import exactly, read, texts_of
from callbacks.naming import about, suggested
from components import ids, views
from components.basket import LONGEST_NAME, MOST, Kept, listed
from components.notes import cleaned
from data import records
from data.home import HomeError
from data.records import Superseded
from web.owner import begin_session, known, owner, session
from web.refuse import Refused

Items = tuple["Item", ...]
# The figures that can be in it: (view, part).
FIGURES = frozenset({("survival", "curve")})
FORGED = "The page sent a change of the basket that this program does not write."
TRIES = 5  # where two windows change the basket at once


class NotKept(Exception):
    """Why the basket was not changed, in words."""


@dataclass(frozen=True)
class Item:
    """One figure: the question's query, the view and part that draw it, and of which endpoint."""

    id: str
    name: str
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
        ClientsideFunction("keeping", "said"),
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
            said = {"text": _changed(wanted)}
        now = items()
    except (NotKept, HomeError) as reason:
        return no_update, {"text": str(reason)}, [no_update] * places
    html = listed([_kept(one) for one in now]) if places else ""
    return str(len(now) or ""), said, [html] * places


def items() -> Items:
    """What is in the basket of this browser session, in order."""
    return _last()[0]


def question_of(one: Item) -> tuple[Question, str]:
    """The question of a figure as it is read today, and why it no longer fits, "" where it does."""
    question, notes = read(one.query)
    if notes or one.of not in asking.endpoints(cohorts.load(question.cohort)):
        return question, " ".join(notes) or "This endpoint is no longer there."
    return question.changed(endpoint=one.of), ""


# ------------------------------------------------------------------------------------ changes


def _changed(wanted: Any) -> str:
    """Do what a button asks for, and say so."""
    do, of = texts_of(wanted, "do", "of")
    if do not in ACTS or known() is None:
        raise Refused(FORGED, 422)
    if do != "basket-add" and not session():
        raise NotKept("The basket of this session is empty.")
    for _ in range(TRIES):
        before, sequence = _last()
        after, said = ACTS[do](before, of, wanted)
        try:
            _write(after, sequence)
            return said
        except Superseded:
            continue  # another window was faster: the same change of what is there now
    raise NotKept("The basket is being changed in another window: try again.")


def _added(before: Items, of: str, wanted: Any) -> tuple[Items, str]:
    view, part, _ = texts_of(wanted, "view", "part", "query")
    question = exactly(wanted)
    if (view, part) not in FIGURES or of not in asking.endpoints(cohorts.load(question.cohort)):
        raise Refused(FORGED, 422)
    question = question.changed(endpoint=of)
    name = suggested(question)[:LONGEST_NAME]
    new = Item(secrets.token_hex(8), name, view, part, of, question.query())
    if any(replace(new, id=one.id, name=one.name) == one for one in before):
        return before, "This figure is in the basket already."
    if len(before) >= MOST:
        raise NotKept(f"The basket is full: it holds {MOST} figures.")
    n = len(before) + 1
    return (*before, new), f"Added. The basket has {n} figure{'' if n == 1 else 's'} now."


def _removed(before: Items, of: str, wanted: Any) -> tuple[Items, str]:
    one = _one(before, of)
    return tuple(each for each in before if each.id != of), f"“{one.name}” is out of the basket."


def _renamed(before: Items, of: str, wanted: Any) -> tuple[Items, str]:
    _one(before, of)
    name = " ".join(cleaned(texts_of(wanted, "name")[0]).split())
    if not name or len(name) > LONGEST_NAME:
        raise NotKept(f"A name has 1 to {LONGEST_NAME} characters; this one has {len(name):,}.")
    after = tuple(replace(one, name=name) if one.id == of else one for one in before)
    return after, f"It is called “{name}” now."


def _moved(by: int) -> Callable[[Items, str, Any], tuple[Items, str]]:
    def move(before: Items, of: str, wanted: Any) -> tuple[Items, str]:
        one, after = _one(before, of), [each for each in before if each.id != of]
        at = min(max(before.index(one) + by, 0), len(after))
        after.insert(at, one)
        return tuple(after), f"“{one.name}” is number {at + 1} of {len(after)} now."

    return move


def _cleared(before: Items, of: str, wanted: Any) -> tuple[Items, str]:
    return (), "The basket is empty."


ACTS: dict[str, Callable[[Items, str, Any], tuple[Items, str]]] = {
    "basket-add": _added,
    "basket-remove": _removed,
    "basket-rename": _renamed,
    "basket-up": _moved(-1),
    "basket-down": _moved(1),
    "basket-clear": _cleared,
}


def _one(before: Items, of: str) -> Item:
    found = {one.id: one for one in before}.get(of)
    if found is None:
        raise NotKept("That figure is no longer in the basket: it was taken out elsewhere.")
    return found


# -------------------------------------------------------------------------------------- records


def _last() -> tuple[Items, int]:
    """The basket of this session, and the number of the record it stands in."""
    if not request or not session():
        return (), 0
    found = records.latest(owner=owner(), cohort=_place(session()), kind="basket")
    if found is None:
        return (), 0
    return tuple(Item(**one) for one in found.payload["items"]), found.sequence


def _write(after: Items, seen: int) -> None:
    here = begin_session()
    payload = {"session": here, "items": [asdict(one) for one in after]}
    try:
        records.append_after(owner(), _place(here), "basket", payload, about="session", seen=seen)
    except ValueError:
        raise NotKept("The basket is full: its questions are too long to hold more.") from None


def _place(here: str) -> str:
    return f"session:{here}"


def _kept(one: Item) -> Kept:
    question, why = question_of(one)
    said = "" if why else about(question)
    path = views.named(one.view).path
    return Kept(one.id, one.name, said, f"{path}?{one.query}", why)
