"""Small pieces that views are put together from."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
import pandas as pd
import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from components import help

GRAPH = {"displayModeBar": False, "responsive": True, "showTips": False, "doubleClick": False}


def card(*children: Any, title: str = "", className: str = "") -> Component:
    """A titled box."""
    head = [html.H2(title)] if title else []
    return html.Section([*head, *children], className=f"card {className}".strip())


def chart(figure: go.Figure, sentence: str, *, name: Any = None) -> Component:
    """A figure with the sentence that says what it shows to those who cannot see it."""
    graph = dcc.Graph(
        figure=figure,
        config=GRAPH,
        className="graph",
        style={"height": figure.layout.height},
        **({"id": name} if name else {}),
    )
    return html.Div(graph, role="figure", className="figure", **{"aria-label": sentence})


def explained(label: str, topic: str) -> Component:
    """A label with its "?": two plain sentences and when not to trust the number."""
    return html.Span([label, question_mark(label, topic)], className="explained")


def question_mark(label: str, topic: str) -> Component:
    """The "?" that opens the explanation of a number."""
    button = html.Button(
        "?", className="help", type="button", **{"aria-label": f"What is {label}?"}
    )
    text = help.TEXTS[topic]
    return dmc.Popover(
        [
            dmc.PopoverTarget(button, boxWrapperProps={"className": "help-target"}),
            dmc.PopoverDropdown(
                [html.P(text.what), html.P([html.B("Do not trust it "), text.beware])],
                className="help-text",
            ),
        ],
        width=320,
        withArrow=True,
        shadow="md",
        position="bottom",
        trapFocus=True,  # so that Escape, which is heard inside, closes it
        returnFocus=True,
    )


def table(frame: pd.DataFrame, *, caption: str, className: str = "") -> Component:
    """A plain table of a frame whose cells are text already; the first column heads its row."""
    head = html.Tr([html.Th(column, scope="col") for column in frame.columns])
    body = [
        html.Tr([html.Th(row[0], scope="row"), *(html.Td(cell) for cell in row[1:])])
        for row in frame.itertuples(index=False, name=None)
    ]
    return html.Div(
        html.Table(
            [html.Caption(caption, className="sr-only"), html.Thead(head), html.Tbody(body)],
            className=f"table {className}".strip(),
        ),
        className="scroll",
        tabIndex="0",
        role="region",
        **{"aria-label": caption},
    )


def unfold(title: str, *children: Any) -> Component:
    """Something that most readers need not see."""
    return html.Details([html.Summary(title), *children], className="unfold")


def chip(text: str, kind: str = "") -> Component:
    """A short remark in a rounded box."""
    return html.Span(text, className=f"chip {kind}".strip())


def sentence(text: str) -> Component:
    """Why there is nothing to show, in place of what would be shown."""
    return html.Div(html.P(text), className="card why")
