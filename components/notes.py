"""The notes on a patient: everything that was written so far, and the form that adds to it."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from analysis.ledger import when
from components import ids
from components.records import STATES, Note
from wording.pages.patients import NOBODY_WROTE


def section() -> Component:
    """The history and the form; one patient's at a time."""
    states = [{"value": code, "label": label} for code, label in STATES.items()]
    return html.Section(
        [
            html.H2("Notes and review"),
            html.Div(id=ids.note("history"), className="note-history"),
            html.Div(
                [
                    dmc.Textarea(id=ids.note("text"), label="Note", autosize=True, minRows=3,
                                 maxRows=14, value=""),
                    html.Div(
                        [
                            html.Div([html.Span("Review state", className="label"),
                                      dmc.SegmentedControl(
                                          id=ids.note("state"), data=states, value="open",
                                          size="sm",
                                          attributes={"root": {"aria-label": "Review state"}})],
                                     className="field"),
                            dmc.TextInput(id=ids.note("name"), label="Your name", persistence=True,
                                          persistence_type="local"),
                            html.Button("Save note", id=ids.note("save"), className="wide-button"),
                        ],
                        className="note-row",
                    ),
                    html.P(id=ids.note("message"), className="note", role="status"),
                ],
                className="note-form",
            ),
            dcc.Store(id=ids.note("seen")),
        ],
        className="card notes",
    )  # fmt: skip


def history(notes: list[Note]) -> list[Component]:
    """All entries, the latest first, and the state that holds now."""
    if not notes:
        return [html.P(NOBODY_WROTE, className="note")]
    rows = [
        html.Li(
            [
                html.Div(
                    [html.B(STATES.get(one.state, one.state)), f" · {one.name} · {when(one.at)}"],
                    className="note-head",
                ),
                html.P(one.text, dir="auto", className="note-text") if one.text else None,
            ]
        )
        for one in reversed(notes)
    ]
    state = STATES.get(notes[-1].state, notes[-1].state)
    return [html.P(["Review state: ", html.B(state)]), html.Ul(rows)]
