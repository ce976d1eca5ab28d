"""Markers with what is known of them, and markers made of two others."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from analysis.question import shorten
from components.cards import make_scrollable, question_mark
from components.server_html import Html
from components.upload import fields
from wording.pages.upload import (
    DERIVED_NOTE,
    MAKE_A_MARKER,
    NAME_EXAMPLE,
    UNIT_IF_ANY,
    count_without_unit,
)

MOST = 120
SCALES = (("linear", "linear"), ("log", "log"), ("rank", "rank"))
SIGNS = (("/", "divided by"), ("*", "times"), ("-", "minus"), ("+", "plus"))
COLUMNS = (("label", "Name"), ("unit", "Unit"), ("lower_limit", "Detection limit"),
           ("reference_low", "Reference from"), ("reference_high", "to"))  # fmt: skip


def step(found: Any) -> Component | None:
    """All markers; folded, because units and limits can be told later too."""
    if not found.markers:
        return None
    bare = [one for one in found.markers if not one.unit]
    n = len(found.markers)
    names = ", ".join(shorten(one.label) for one in found.markers[:8]) + (" …" if n > 8 else "")
    without = count_without_unit(bare) if bare else ""
    head = html.Summary(f"{n} {'marker' if n == 1 else 'markers'}: {names}.{without}")
    listed = html.Details([head, _table(found)], className="unfold")
    title = html.H3(["Markers ", question_mark("the detection limit", "detection_limit")])
    return html.Div([title, listed, _builder(found)], className="step")


def _table(found: Any) -> Component:
    head = ("Marker", *(name for _, name in COLUMNS), "Axis", "Values")
    rows = [_row(one) for one in found.markers[:MOST]]
    table = html.Table(
        [html.Thead(html.Tr([html.Th(name, scope="col") for name in head])), html.Tbody(rows)],
        className="table markers",
    )
    more = len(found.markers) - MOST
    rest = [html.P(f"… and {more:,} more markers")] if more > 0 else []
    return html.Div([make_scrollable(table, "Markers"), *rest])


def _row(one: Any) -> Component:
    name = shorten(one.marker)
    cells = [
        html.Td(fields.text(fields.of("describe", one.marker, key), str(getattr(one, key)),
                            f"{title} of {name}", number=key not in ("label", "unit")))
        for key, title in COLUMNS
    ]  # fmt: skip
    scale = fields.select(fields.of("describe", one.marker, "scale"), SCALES, one.scale,
                          f"Axis of {name}")  # fmt: skip
    remove = fields.small("Remove", f"Remove {name}", field=fields.of("underive", one.marker))
    made: list[Component | Html] = [html.Div(f"= {shorten(one.formula)}", className="note"), remove]
    count = f"{one.values:,}" if not one.formula else ""
    head = html.Th([name, *(made if one.formula else [])], scope="row")
    return html.Tr([head, *cells, html.Td(scale), html.Td(count)])


def _builder(found: Any) -> Component:
    """A ratio, a product, a difference: of two markers, at the same visit."""
    options = [(one.marker, shorten(one.label)) for one in found.markers]
    derived = [one for one in found.markers if one.formula]
    said = [
        html.Li([html.B(shorten(one.label)), f" = {one.formula}"]) for one in derived
    ]  # fmt: skip
    row = html.Div(
        [
            fields.named_select("first", "Marker", options),
            fields.named_select("sign", "put together", SIGNS),
            fields.named_select("second", "with", options[1:] + options[:1]),
            fields.named_text("marker", NAME_EXAMPLE),
            fields.named_text("unit", UNIT_IF_ANY),
            fields.button("derive", "Add this marker"),
        ],
        className="builder",
    )
    note = DERIVED_NOTE
    return html.Details(
        [html.Summary(MAKE_A_MARKER), html.P(note, className="note"), row,
         *([html.Ul(said)] if said else [])],
        className="unfold",
    )  # fmt: skip
