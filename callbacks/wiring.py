"""Everything that listens on the page, in the order in which it is wired."""

from __future__ import annotations

from dash import Dash

from callbacks import (
    locking,
    notes,
    patient_list,
    preview,
    question,
    theme,
    upload,
    views,
    working,
)
from callbacks.exports import figures
from callbacks.exports import patient_list as patient_files

MODULES = (
    question, preview, views, patient_list, notes, locking, theme, figures,
    patient_files, upload, working,
)  # fmt: skip


def register(app: Dash) -> None:
    """Wire every module; one app a process."""
    for module in MODULES:
        module.register(app)
