"""What stands above every page of some patients."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from wording.pages.shell import describe_own_data


def own(title: str) -> Component:
    """That these are data which this visitor brought, and who else sees them."""
    words = describe_own_data(title)
    return html.Span(words, className="own")
