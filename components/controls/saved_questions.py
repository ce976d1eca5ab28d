"""Questions kept by name: the menu of the shell, its list, and what a name may be."""

from __future__ import annotations

from dataclasses import dataclass

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from analysis.ledger import when
from components import ids
from components.action_button import act
from components.notes import clean_text
from components.server_html import to_html
from wording.pages.controls import (
    NAME_EXAMPLE,
    NONE_SAVED,
    SAVED_NAME,
    SAVED_TITLE,
    WRITE_A_NAME,
    YOUR_NAME,
    describe_too_long,
)

LONGEST_NAME, LONGEST_AUTHOR = 80, 80  # characters
MOST = 100  # questions of one person in one cohort
ACTS = {"Rename": "saved-rename", "Delete": "saved-delete"}
NONE = NONE_SAVED


class NotSaved(Exception):
    """Why a question was not kept, in words."""


@dataclass(frozen=True)
class Saved:
    """A question kept by name; `href` opens it where it was saved. `why`: it no longer fits."""

    id: str
    name: str
    author: str
    at: str
    query: str
    href: str
    why: str = ""


def menu() -> Component:
    """The fold in the header: the list, and the form that adds to it."""
    return html.Details(
        [
            html.Summary("Saved", className="menu-button"),
            html.Div(
                [
                    html.H2(SAVED_TITLE),
                    html.Div(id=ids.SAVED_LIST, className="saved-list"),
                    dmc.TextInput(
                        id=ids.SAVED_NAME, label=SAVED_NAME, value="",
                        placeholder=NAME_EXAMPLE,
                    ),
                    dmc.TextInput(id=ids.SAVED_AUTHOR, label=YOUR_NAME, value="",
                                  persistence=True, persistence_type="local"),
                    html.Button("Save", id=ids.SAVED_WRITE, className="wide-button"),
                    html.P(id=ids.SAVED_MESSAGE, className="note", role="status"),
                ],
                className="menu-body",
            ),
        ],
        id=ids.SAVED_MENU,
        className="menu",
    )  # fmt: skip


def list_questions(questions: list[Saved]) -> str:
    """The list as html text, in the order in which the questions were saved."""
    if not questions:
        return to_html(html.P(NONE, className="note"))
    return to_html(html.Ul([_row(one) for one in questions]))


def _row(one: Saved) -> Component:
    by = " · ".join(filter(None, (one.author, when(one.at))))
    name = html.Bdi(one.name)
    shown = html.Span(name, className="saved-name") if one.why else html.A(
        name, href=one.href, className="saved-name")  # fmt: skip
    acts = [act(text, name, one.id, one.name) for text, name in ACTS.items()]
    if not one.why:
        acts.append(act("Compare with…", "compare", one.id, one.name, {"data-query": one.query}))
    return html.Li(
        [
            shown,
            html.Div(html.Bdi(by), className="note"),
            html.Div(one.why, className="note why") if one.why else None,
            html.Div(acts, className="acts"),
        ]
    )


def check_name(name: str, author: str, fallback: str = "") -> tuple[str, str]:
    """Name and author as they are kept, in one line each; NotSaved in words where one cannot be."""
    name, author = (
        " ".join(clean_text(name).split()) or fallback,
        " ".join(clean_text(author).split()),
    )
    if not name:
        raise NotSaved(WRITE_A_NAME)
    for text, what, longest in ((name, "name", LONGEST_NAME), (author, "author", LONGEST_AUTHOR)):
        if len(text) > longest:
            raise NotSaved(describe_too_long(what, text, longest))
    return name, author
