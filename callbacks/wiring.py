"""Everything that listens on the page, in the order in which it is wired."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input

from callbacks import (
    basket,
    locking,
    notes,
    patient_list,
    preview,
    question,
    saved_questions,
    theme,
    upload,
    views,
)
from callbacks.exports import deck, figures
from callbacks.exports import patient_list as patient_files
from components import ids

MODULES = (
    question, preview, views, patient_list, notes, locking, theme, figures,
    patient_files, upload,
)  # fmt: skip
WORKING = (saved_questions, basket, deck)


def register(app: Dash) -> None:
    """Wire every module; one app a process."""
    for module in MODULES:
        module.register(app)
    register_browser(app)
    for module in WORKING:
        module.register(app)


def register_browser(app: Dash) -> None:
    """Undo, redo and presenting are the browser's own."""
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
