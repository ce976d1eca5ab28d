"""The data-* and aria-* attributes of an element, by name.

Dash takes them as keywords that no signature lists, so a misspelt one would reach the page; here
the type check knows each. `html.Nav(links, **Attributes({"aria-label": "Pages"}))`
"""

from __future__ import annotations

from typing import TypedDict

Attributes = TypedDict(
    "Attributes",
    {
        "aria-current": str,
        "aria-hidden": str,
        "aria-label": str,
        "aria-live": str,
        "aria-pressed": str,
        "aria-sort": str,
        "data-act": str,  # what a button of html text asks for: assets/js/questions/actions.js
        "data-asks": str,
        "data-copy": str,
        "data-draft": str,
        "data-html": str,  # the html text that a place holds
        "data-key": str,
        "data-of": str,
        "data-option": str,
        "data-pages": str,
        "data-part": str,
        "data-query": str,
        "data-view": str,
    },
    total=False,
)


def mark_current(holds: bool) -> Attributes:
    """What tells a screen reader that this link of a row is the one that holds."""
    return {"aria-current": "true"} if holds else {}
