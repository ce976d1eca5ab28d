"""HTML text from html components, for parts that nothing on the page listens to.

Dash mounts every component of a callback's answer anew, one by one: a table of three hundred
cells takes a second. As text it is set at once. Everything is escaped; only plain HTML elements
without scripts pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dash import html
from dash.development.base_component import Component
from markupsafe import escape

NAMES = {"className": "class", "colSpan": "colspan", "rowSpan": "rowspan", "tabIndex": "tabindex"}
PLAIN = {"id", "title", "role", "hidden", "href", "scope", "open", "type", "style", *NAMES}
OWN = ("_", "available_")  # what Dash itself keeps on a component
FORBIDDEN = {"Script", "Iframe", "Object", "Embed", "Base", "Meta", "Link", "Form"}


class Html(str):
    """Text that is plain HTML already, made and escaped by `components.cards.table`."""


def to_html(drawn: Any) -> str:
    """The text of a component, a string, a number, None, or a list of these."""
    if drawn is None:
        return ""
    if isinstance(drawn, Html):
        return str(drawn)
    if isinstance(drawn, (list, tuple)):
        return "".join(map(to_html, drawn))
    if not isinstance(drawn, Component):
        return str(escape(str(drawn)))
    name = type(drawn).__name__
    if not hasattr(html, name) or name in FORBIDDEN:
        raise TypeError(f"{name} is no plain element")
    tag, attributes = name.lower(), "".join(_attributes(drawn))
    return f"<{tag}{attributes}>{to_html(getattr(drawn, 'children', None))}</{tag}>"


def _attributes(element: Component) -> Iterator[str]:
    # What was set on it; `to_plotly_json` asks for each of some hundred names that might be.
    for name, value in sorted(vars(element).items()):
        if name == "children" or name.startswith(OWN) or value is None or value is False:
            continue
        if not (name in PLAIN or name.startswith(("data-", "aria-"))):
            raise TypeError(f"{name} cannot stand on a plain element")
        yield _attribute(NAMES.get(name, name), value)


def _attribute(name: str, value: Any) -> str:
    if value is True:
        return f" {name}"
    if name == "style":
        value = ";".join(f"{key}:{part}" for key, part in value.items())
    if name == "href" and (value[:1] not in ("/", "#") or value.startswith("//")):
        raise ValueError("links lead to pages of this program only")
    return f' {name}="{escape(str(value))}"'
