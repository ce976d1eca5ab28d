"""What stands above every page of some patients."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from analysis.question import shorten


def own(title: str) -> Component:
    """That these are data which this visitor brought, and who else sees them."""
    words = (
        f"Your own data: “{shorten(title)}”. Kept on this machine; only this browser opens them."
    )
    return html.Span(words, className="own")
