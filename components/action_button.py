"""Buttons of lists that are html text: what they ask for stands in their attributes.

One listener in the browser (assets/js/questions/actions.js) hands it to the server.
"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components.attributes import Attributes


def act(text: str, name: str, of: str, about: str, data: Attributes | None = None) -> Component:
    """A button that asks to do `name` with the thing `of`; `about` tells it from equal ones.

    `data` goes along.
    """
    label = f"{text.rstrip('…')}: {about}"
    return html.Button(
        text,
        type="button",
        className="act",
        **Attributes({"data-act": name, "data-of": of, "aria-label": label, **(data or {})}),
    )
