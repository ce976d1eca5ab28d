"""Buttons of lists that are html text: what they ask for stands in their attributes.

One listener in the browser (assets/js/questions/actions.js) hands it to the server.
"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component


def act(text: str, name: str, of: str, about: str, **data: str) -> Component:
    """A button that asks to do `name` with the thing `of`; `about` tells it from equal ones."""
    return html.Button(
        text,
        type="button",
        className="act",
        **{"data-act": name, "data-of": of, "aria-label": f"{text.rstrip('…')}: {about}"},
        **{f"data-{key}": value for key, value in data.items()},
    )
