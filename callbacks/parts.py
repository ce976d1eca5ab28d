"""Everything that listens on the page, in the order in which it is wired."""

from __future__ import annotations

from dash import Dash

from callbacks import (
    export,
    locking,
    notes,
    patient_file,
    patient_list,
    preview,
    question,
    theme,
    upload,
    views,
    working,
)

PARTS = (
    question, preview, views, patient_list, notes, locking, theme, export, patient_file, upload,
    working,
)  # fmt: skip


def register(app: Dash) -> None:
    """Wire every part; one app a process."""
    for part in PARTS:
        part.register(app)
