"""The notes on a patient: everything that was written so far, and the form that adds to it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from analysis.ledger import when
from components import ids
from wording.pages.patients import (
    CHOOSE_STATE,
    NOBODY_WROTE,
    WRITE_YOUR_NAME,
    describe_long_name,
    describe_long_note,
)

STATES = {"open": "To review", "reviewed": "Reviewed", "query": "Query"}
LONGEST, LONGEST_NAME = 2_000, 80  # characters


class NotWritten(Exception):
    """Why a note was not kept, in words."""


@dataclass(frozen=True)
class Note:
    """One entry about a patient; `sequence` grows with every record."""

    sequence: int
    at: str
    name: str
    state: str
    text: str


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


def check_note(text: str, state: str, name: str) -> tuple[str, str, str]:
    """The three as they are kept; NotWritten in words where one cannot be. Nothing is cut."""
    text, name = clean_text(text), " ".join(clean_text(name).split())
    if not name:
        raise NotWritten(WRITE_YOUR_NAME)
    if len(name) > LONGEST_NAME:
        raise NotWritten(describe_long_name(LONGEST_NAME))
    if len(text) > LONGEST:
        raise NotWritten(describe_long_note(text, LONGEST))
    if state not in STATES:
        raise NotWritten(CHOOSE_STATE)
    return text, state, name


def clean_text(text: str) -> str:
    """Without control and direction marks; lines and tabs stay, blank ends go."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return "".join(kept).strip()
