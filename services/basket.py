"""The basket: figures put aside in one browser session, kept on disk, each change a new record.

A record holds the whole basket of its session, so that the last one is all that has to be read.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from flask import request

from components.records import LONGEST_FIGURE_NAME, MOST_FIGURES, clean_line
from data import event_log
from data.event_log import Superseded
from services.request.owner import begin_session, owner, session
from wording.pages.basket import (
    ALREADY_IN,
    CHANGED_ELSEWHERE,
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

Items = tuple["Item", ...]
Change = Callable[[Items], tuple[Items, str]]  # what is there then, and what was done in words

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

    @property
    def place(self) -> tuple[str, str, str, str]:
        """Which figure of which question it is."""
        return self.view, self.part, self.of, self.query


def read_basket() -> Items:
    """What is in the basket of this browser session, in order."""
    return _last()[0]


def change_basket(change: Change) -> str:
    """Make a change of what is there now, and say it; NotKept where it cannot be made."""
    for _ in range(TRIES):
        before, sequence = _last()
        after, said = change(before)
        try:
            _write(after, sequence)
            return said
        except Superseded:
            continue  # another window was faster: the same change of what is there now
    raise NotKept(CHANGED_ELSEWHERE)


# ------------------------------------------------------------------------------------ changes


def add(place: tuple[str, str, str, str], describe: Callable[[Item], tuple[str, str]]) -> Change:
    """Put in the figure of that place; `describe` gives its title and its question in words."""

    def change(before: Items) -> tuple[Items, str]:
        new = Item(secrets.token_hex(8), "", "", "", *place)
        if any(one.place == place for one in before):
            return before, ALREADY_IN
        if len(before) >= MOST_FIGURES:
            raise NotKept(describe_full_basket(MOST_FIGURES))
        title, about = describe(new)
        title = title[:LONGEST_FIGURE_NAME]
        added = replace(new, name=title, title=title, about=about)
        return (*before, added), describe_added(len(before) + 1)

    return change


def remove(id_: str) -> Change:
    """Take a figure out."""

    def change(before: Items) -> tuple[Items, str]:
        one = _find(before, id_)
        return tuple(each for each in before if each.id != id_), describe_removed(one)

    return change


def rename(id_: str, name: str) -> Change:
    """Give a figure another name."""

    def change(before: Items) -> tuple[Items, str]:
        _find(before, id_)
        new = clean_line(name)
        if not new or len(new) > LONGEST_FIGURE_NAME:
            raise NotKept(describe_bad_name(LONGEST_FIGURE_NAME, new))
        after = tuple(replace(one, name=new) if one.id == id_ else one for one in before)
        return after, describe_new_name(new)

    return change


def move(id_: str, by: int) -> Change:
    """Move a figure by so many places, as far as there are any."""

    def change(before: Items) -> tuple[Items, str]:
        one, after = _find(before, id_), [each for each in before if each.id != id_]
        at = min(max(before.index(one) + by, 0), len(after))
        after.insert(at, one)
        return tuple(after), describe_new_place(one, at, after)

    return change


def clear(_before: Items) -> tuple[Items, str]:
    """Empty the basket."""
    return (), IS_EMPTY


def _find(before: Items, id_: str) -> Item:
    found = {one.id: one for one in before}.get(id_)
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
