"""The data sets of this visitor, and those that come with the program."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from analysis.ledger import when
from analysis.question import shorten
from components.attributes import Attributes, mark_current
from components.cards import card, make_scrollable
from components.upload import fields
from wording.pages.upload import (
    BUILTIN_TITLE,
    NO_SETS_A,
    NO_SETS_B,
    ask_before_deleting,
    describe_damage,
    name_change,
    name_download,
    name_replacing,
)

HEAD = ("Data set", "Patients", "Added", "Size", "What to do")


def list_sets(own: list[Any], builtin: dict[str, str], current: str) -> Component:
    """Own data sets with what can be done to them; then the built-in ones."""
    return html.Div([_own(own), _builtin(builtin, current)])


def _own(own: list[Any]) -> Component:
    if not own:
        words = NO_SETS_A
        words += NO_SETS_B
        return card(html.P(words, className="empty"), title="Your data sets")
    head = html.Thead(html.Tr([html.Th(name, scope="col") for name in HEAD]))
    rows = [row for one in own for row in _rows(one)]
    table = html.Table([head, html.Tbody(rows)], className="table sets")
    return card(make_scrollable(table, "Your data sets"), title="Your data sets")


def _rows(one: Any) -> list[Component]:
    title = shorten(one.title)
    if one.damaged:
        why = describe_damage(one)
        cells = [html.Th(title, scope="row"), html.Td(why, colSpan=3), html.Td(_delete(one, title))]
        return [html.Tr(cells)]
    link = html.A(title, href=f"/survival?cohort={one.code}")
    marks = [html.Span("synthetic", className="tag")] if one.synthetic else []
    files = ", ".join(shorten(file.name) for file in one.files[:4])
    more = f" and {len(one.files) - 4} more" if len(one.files) > 4 else ""
    name = [link, *marks, html.Div(f"{files}{more}", className="note")]
    done = html.Div(
        [
            fields.small("Rename", f"Rename {title}", do=f"ask-rename {one.code}"),
            fields.small("Change", name_change(title), do=f"edit {one.code}"),
            fields.small("Replace", name_replacing(title), do=f"replace {one.code}"),
            html.A(
                "Download",
                href=f"/tables/{one.code}",
                className="small-button",
                title=name_download(title),
            ),
            _delete(one, title),
        ],
        className="row-buttons",
    )
    return [
        html.Tr(
            [
                html.Th(name, scope="row"),
                html.Td(f"{one.patients:,}"),
                html.Td(when(one.at)),
                html.Td(_size(one.size)),
                html.Td(done),
            ]
        ),
        _asking(one, title),
    ]


def _delete(one: Any, title: str) -> Any:
    return fields.small("Delete", f"Delete {title}", do=f"ask-delete {one.code}")


def _asking(one: Any, title: str) -> Component:
    """What is asked before something is done, hidden until then."""
    rename = html.Div(
        [
            fields.named_text("title", "New name", one.title),
            fields.button("rename", "Rename", code=one.code),
            fields.button("never-mind", "Cancel"),
        ],
        className="asking",
        hidden=True,
        **Attributes({"data-asks": f"ask-rename {one.code}"}),
    )
    delete = html.Div(
        [
            html.P(ask_before_deleting(title, _files(one))),
            fields.button("delete", "Delete for good", code=one.code),
            fields.button("never-mind", "Keep it"),
        ],
        className="asking",
        hidden=True,
        **Attributes({"data-asks": f"ask-delete {one.code}"}),
    )
    return html.Tr(html.Td([rename, delete], colSpan=len(HEAD)), className="asking-row")


def _files(one: Any) -> str:
    n = len(one.files)
    return "its file" if n == 1 else f"its {n} files"


def _builtin(builtin: dict[str, str], current: str) -> Component:
    items = [
        html.Li(html.A(title, href=f"/survival?cohort={name}", **mark_current(name == current)))
        for name, title in builtin.items()
    ]
    return card(html.Ul(items, className="builtin"), title=BUILTIN_TITLE)


def _size(count: int) -> str:
    return (
        f"{count / 1_000_000:,.1f} MB" if count >= 100_000 else f"{max(count, 1) / 1_000:,.0f} kB"
    )
