"""Working with questions: steps back, saved ones, the basket and its deck, presenting."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input

from callbacks import basket, saved_questions
from callbacks.exports import deck
from components import ids


def register(app: Dash) -> None:
    """Undo, redo and presenting are the browser's own; what is kept is kept by the others."""
    app.clientside_callback(
        ClientsideFunction("undo", "click"),
        *(Input(name, "n_clicks") for name in (ids.UNDO, ids.REDO, ids.RESET)),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("presenting", "toggle"),
        Input(ids.PRESENT, "n_clicks"),
        prevent_initial_call=True,
    )
    for part in (saved_questions, basket, deck):
        part.register(app)
