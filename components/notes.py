"""The notes on a patient: what was written so far, and the form that writes."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component


def section() -> Component:
    """A place for notes."""
    return html.Div()
