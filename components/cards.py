"""Small pieces of plain html that views are put together from."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component
from markupsafe import escape

from components.attributes import Attributes
from components.server_html import Html, to_html
from wording import explanations
from wording.pages.shell import DO_NOT_TRUST, ask_what_it_is, describe_own_data


def mark_own_data(title: str) -> Component:
    """That these are data which this visitor brought, and who else sees them."""
    return html.Span(describe_own_data(title), className="own")


def card(*children: Any, title: str = "", className: str = "") -> Component:
    """A titled box."""
    head = [html.H2(title)] if title else []
    return html.Section([*head, *children], className=f"card {className}".strip())


def add_question_mark(label: str, topic: str) -> Component:
    """A label with its "?": two plain sentences and when not to trust the number."""
    return html.Span([label, question_mark(label, topic)], className="explained")


@lru_cache(maxsize=500)
def explained_text(label: str, topic: str) -> Html:
    """The same as text, for tables that are written anew at every cut-off."""
    return Html(to_html(add_question_mark(label, topic)))


def question_mark(label: str, topic: str) -> Component:
    """The "?" that opens the explanation of a number; Escape or a click elsewhere closes it."""
    text = explanations.TEXTS[topic]
    return html.Details(
        [
            html.Summary(
                "?", className="mark", **Attributes({"aria-label": ask_what_it_is(label)})
            ),
            html.Div(
                [html.P(text.what), html.P([html.B(DO_NOT_TRUST), text.beware])],
                className="help-text",
            ),
        ],
        className="help",
    )


def table(frame: pd.DataFrame, *, caption: str, className: str = "") -> Component:
    """A plain table of a frame whose cells are text already; the first column heads its row."""
    rows = frame.itertuples(index=False, name=None)
    return table_of(frame.columns, rows, caption=caption, className=className)


def table_of(
    columns: Iterable[Any], rows: Iterable[tuple], *, caption: str, className: str = ""
) -> Component:
    """The same of a head and rows of cells.

    Written as text at once: a component for each of some thousand cells takes a tenth of a second.
    """
    head = "".join(map(_head, columns))
    body = "".join(_row(*row) for row in rows)
    opening = f'<table class="{escape(f"table {className}".strip())}">'
    title = f'<caption class="sr-only">{escape(caption)}</caption>'
    text = f"{opening}{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return make_scrollable(Html(text), caption)


def _head(column: Any) -> str:
    # A head without words is no head to a screen reader.
    return f'<th scope="col">{to_html(column)}</th>' if column != "" else "<td></td>"


def _row(first: Any, *others: Any) -> str:
    cells = "".join(f"<td>{to_html(cell)}</td>" for cell in others)
    return f'<tr><th scope="row">{to_html(first)}</th>{cells}</tr>'


def make_scrollable(content: Component | Html, label: str) -> Component:
    """Something that may be wider than a phone, in a box that scrolls, also by keyboard."""
    return html.Div(
        content,
        className="scroll",
        tabIndex="0",
        role="region",
        **Attributes({"aria-label": label}),
    )


def tint(light: str, dark: str) -> dict[str, str]:
    """The style of something of class "tinted": its colour on light and on dark pages.

    Texts of a page do not change with its theme, as figures do; a key has to fit both.
    """
    return {"--tint": light, "--tint-dark": dark}


def unfold(title: str, *children: Any, about: str = "") -> Component:
    """Something that most readers need not see; `about` tells it from others of the same title."""
    label: Attributes = {"aria-label": f"{title}: {about}"} if about else {}
    return html.Details([html.Summary(title, **label), *children], className="unfold")
