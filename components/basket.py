"""The basket: figures put aside in one session of the browser, for one deck or one report."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from components import ids
from components.action_button import act
from components.attributes import Attributes
from components.records import Kept
from components.server_html import to_html
from wording.pages.basket import EMPTY_LIST, OPEN_REPORT, describe_deck_button

EMPTY = EMPTY_LIST


def link() -> Component:
    """The way to the basket, in the header, with the number of figures in it."""
    count = html.Span("", id=ids.BASKET_COUNT, className="basket-count")
    return dcc.Link(
        ["Basket ", count], id=ids.nav("basket"), href="/basket", className="basket-link to-page"
    )


def add(view: str, part: str, of: str, query: str, name: str) -> Component:
    """The button under a figure, called `name`, that puts it into the basket with its question."""
    here = Attributes({"data-view": view, "data-part": part, "data-query": query})
    return act("Add to basket", "basket-add", of, name, here)


def list_items(figures: list[Kept]) -> str:
    """The basket as html text, in the order of its slides."""
    if not figures:
        return to_html(html.P(EMPTY, className="note"))
    last = len(figures) - 1
    rows = [_row(one, first=i == 0, last=i == last) for i, one in enumerate(figures)]
    return to_html([html.Ol(rows, className="basket-rows"), _makers(len(figures))])


def _row(one: Kept, *, first: bool, last: bool) -> Component:
    acts = [
        None if first else act("Up", "basket-up", one.id, one.name),
        None if last else act("Down", "basket-down", one.id, one.name),
        act("Rename", "basket-rename", one.id, one.name),
        act("Remove", "basket-remove", one.id, one.name),
    ]
    return html.Li(
        [
            html.A(html.Bdi(one.name), href=one.href, className="saved-name"),
            html.Div(one.about, className="note"),
            html.Div(one.why, className="note why") if one.why else None,
            html.Div(acts, className="acts"),
        ]
    )


def _makers(n: int) -> Component:
    figures = "one figure" if n == 1 else f"{n} figures"
    deck = html.Button(
        describe_deck_button(figures),
        type="button",
        className="wide-button main",
        **Attributes({"data-act": "deck"}),
    )
    cancel = html.Button(
        "Cancel",
        type="button",
        className="wide-button",
        hidden=True,
        **Attributes({"data-act": "deck-cancel"}),
    )
    progress = html.Div(className="deck-progress", role="status", hidden=True)
    report = html.A(OPEN_REPORT, href="/basket/report",
                    className="all-link")  # fmt: skip
    clear = act("Empty the basket", "basket-clear", "all", "all figures")
    return html.Div([deck, cancel, progress, report, clear], className="makers")
