"""Everything that listens on the page, in the order in which it is wired."""

from __future__ import annotations

from dash import Dash

from callbacks import (
    brought,
    exporting,
    locking,
    notes,
    patients,
    patienttable,
    preview,
    question,
    theme,
    views,
    working,
)

PARTS = (
    question, preview, views, patients, notes, locking, theme, exporting, patienttable, brought,
    working,
)  # fmt: skip


def register(app: Dash) -> None:
    """Wire every part; one app a process."""
    for part in PARTS:
        part.register(app)
