"""Visits in their order with their days, the baseline, and the one that a question opens with."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from analysis.question import shorten
from components.cards import make_scrollable, question_mark
from components.upload import fields
from wording.pages.upload import (
    DAY_OF_VISIT,
    DAY_SINCE_ZERO,
    MOST_VALUES,
    OPENS_WITH,
    OPENS_WITH_,
    describe_one_visit,
    describe_unknown_days,
)

MOST = 60


def step(found: Any) -> Component | None:
    """The visits; one alone needs no table."""
    if not found.visits:
        return None
    names = [(one.visit, shorten(one.label or one.visit)) for one in found.visits]
    if len(names) == 1:
        only = html.P(describe_one_visit(names))
        return html.Div([html.H3("Visits"), only], className="step")
    baseline = next((one.visit for one in found.visits if one.is_baseline), names[0][0])
    opens = found.mapping.get("opens_with") or ""
    first = [("", MOST_VALUES), *names]
    chosen = html.P(
        [
            html.Label(["Baseline ", fields.select(fields.of("baseline"), names, baseline,
                                                   "Baseline visit")]),
            " ",
            html.Label([OPENS_WITH_,
                        fields.select(fields.of("opens_with"), first if not opens else names, opens,
                                      OPENS_WITH)]),
        ],
        className="visit-choices",
    )  # fmt: skip
    unknown = [name for one, (_, name) in zip(found.visits, names, strict=True) if one.day is None]
    doubt = describe_unknown_days(unknown) if unknown else ""
    head = html.Summary(f"{len(names)} visits, in this order: {_in_order(names)}.{doubt}")
    listed = html.Details([head, _table(found)], className="unfold", open=bool(unknown))
    mark = question_mark(DAY_OF_VISIT, "visit_day")
    return html.Div([html.H3(["Visits ", mark]), chosen, listed], className="step")


def _in_order(names: list[tuple[str, str]]) -> str:
    text = ", ".join(name for _, name in names[:8])
    return text + (" …" if len(names) > 8 else "")


def _table(found: Any) -> Component:
    head = ("Visit", DAY_SINCE_ZERO, "Values", "Order")
    rows = [_row(at, one, len(found.visits)) for at, one in enumerate(found.visits[:MOST])]
    table = html.Table(
        [html.Thead(html.Tr([html.Th(name, scope="col") for name in head])), html.Tbody(rows)],
        className="table",
    )
    return make_scrollable(table, "Visits")


def _row(at: int, one: Any, n: int) -> Component:
    name = shorten(one.label or one.visit)
    day = "" if one.day is None else f"{one.day:g}"
    moves = [
        fields.small("↑", f"{name} earlier", field=fields.of("earlier", one.visit)) if at else "",
        fields.small("↓", f"{name} later", field=fields.of("later", one.visit))
        if at < n - 1
        else "",
    ]
    return html.Tr(
        [
            html.Th(name, scope="row"),
            html.Td(fields.text(fields.of("day", one.visit), day, f"Day of {name}", number=True)),
            html.Td(f"{one.samples:,}" if one.samples else ""),
            html.Td(moves, className="row-buttons"),
        ]
    )
