"""The words of the basket: its list, its buttons, what was done to it."""

from __future__ import annotations

from typing import Any

WORDS = (
    "The basket: figures put aside for one deck or one report.",
    "It belongs to this browser session: it survives a reload and a restart of the program, and a "
    "new session begins with an empty one. Each figure is worked out anew when the deck is made.",
)

EMPTY_BASKET = "The basket of this session is empty."

CHANGED_ELSEWHERE = "The basket is being changed in another window: try again."

ALREADY_IN = "This figure is in the basket already."


def describe_full_basket(most: object) -> str:
    return f"The basket is full: it holds {most} figures."


def describe_added(n: Any) -> str:
    return f"Added. The basket has {n} figure{'' if n == 1 else 's'} now."


def describe_removed(one: Any) -> str:
    return f"“{one.name}” is out of the basket."


def describe_bad_name(longest_name: object, name: Any) -> str:
    return f"A name has 1 to {longest_name} characters; this one has {len(name):,}."


def describe_new_name(name: Any) -> str:
    return f"It is called “{name}” now."


def describe_new_place(one: Any, at: Any, after: Any) -> str:
    return f"“{one.name}” is number {at + 1} of {len(after)} now."


IS_EMPTY = "The basket is empty."

TAKEN_OUT = "That figure is no longer in the basket: it was taken out elsewhere."

TOO_LONG_BASKET = "The basket is full: its questions are too long to hold more."

PUT_FIGURES_FIRST = "The basket is empty: put figures into it first."

EMPTY_LIST = (
    "Nothing is in the basket yet. “Add to basket” stands under the figures, beside “Download”."
)


def describe_deck_button(figures: Any) -> str:
    return f"Make the deck (PowerPoint, {figures}, methods and questions)"


OPEN_REPORT = "Open the report (to print, or to save as PDF)"
