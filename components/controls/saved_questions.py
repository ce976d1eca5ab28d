"""Questions kept by name: the menu of the shell, and its list."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from analysis.ledger import when
from components import ids
from components.action_button import act
from components.records import Saved
from components.server_html import to_html
from wording.pages.controls import (
    NAME_EXAMPLE,
    NONE_SAVED,
    SAVED_NAME,
    SAVED_TITLE,
    YOUR_NAME,
)

ACTS = {"Rename": "saved-rename", "Delete": "saved-delete"}
NONE = NONE_SAVED


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
