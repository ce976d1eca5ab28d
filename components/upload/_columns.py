"""The tables that were found, and the role of each of their columns with its first values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from analysis.question import shorten
from components.cards import make_scrollable
from components.server_html import Html
from components.upload import fields
from wording.pages.upload import AFTER, describe_left_out, name_censoring_flag

MOST = 150  # columns of a table that are listed
PLURAL = ("patient", "time", "event", "marker", "characteristic", "visit", "arm")
ENDPOINTS = ("OS", "PFS", "EFS", "RFS", "DFS", "TTP")
TAKES_ROLES = ("tidy", "template", "REDCap", "cytometry", "cBioPortal")
BEFORE = (("subject", "Patient"), ("arm", "Arm"), ("dose", "Dose"))

WORDS = {"ignore": "not used", "subject": "patient", "cnsr": "censoring flag (0 = event)",
         "covariate": "characteristic"}  # fmt: skip
NOUNS = {"subject": "patient", "marker_column": "marker", "covariate": "characteristic",
           "ignore": "left out", "cnsr": "censoring flag"}  # fmt: skip


def steps(draft: Any) -> Component | None:
    """Every table with its rows and columns; open where something is still to be said."""
    found = draft.understood
    if not found.tables:
        return None
    free = any(word in found.convention for word in TAKES_ROLES)
    made = [_table(found, one, free, bool(draft.problems)) for one in found.tables]
    return html.Div([html.H3("Tables and columns"), *made], className="step")


def _table(found: Any, one: Any, free: bool, troubled: bool) -> Component:
    left = [shorten(column.name) for column in one.columns if column.identifier]
    aside = [html.Li(f"{a.rows:,} set aside: {shown_long(a.reason)}") for a in one.aside]
    head = f"{shown_long(one.source)}: {one.rows_read:,} rows read, {one.rows_used:,} used"
    names = describe_left_out(left)
    fold = html.Details(
        [html.Summary(_summed(one)), _columns(found, one, free)],
        className="unfold",
        # None, not False: an attribute that is not there at all.
        open=True if troubled and free and one.rows_used else None,
    )
    return html.Div(
        [
            html.P(html.B(head)),
            *([html.Ul(aside, className="aside-list")] if aside else []),
            *([html.P(names, className="note")] if left else []),
            fold,
            *_arm(found, one),
        ],
        className="brought-table",
    )


def _summed(one: Any) -> str:
    """ "8 columns: 1 patient, 2 times, 2 events, 3 markers" """
    counts: dict[str, int] = {}
    for column in one.columns:
        word = NOUNS.get(column.role, column.role)
        counts[word] = counts.get(word, 0) + 1
    said = ", ".join(f"{n} {word}{'s' * (n > 1 and word in PLURAL)}" for word, n in counts.items())
    n = len(one.columns)
    return f"{n} {'column' if n == 1 else 'columns'}: {said}"


def _columns(found: Any, one: Any, free: bool) -> Component:
    rows = [_column(found, one, column, free) for column in one.columns[:MOST]]
    head = ("Column", "What it is", "First values", "Why")
    table = html.Table(
        [
            html.Thead(html.Tr([html.Th(name, scope="col") for name in head])),
            html.Tbody(rows),
        ],
        className="table columns",
    )
    more = len(one.columns) - MOST
    rest = [html.P(f"… and {more:,} more columns")] if more > 0 else []
    return html.Div([make_scrollable(table, f"Columns of {shorten(one.name)}"), *rest])


def _column(found: Any, one: Any, column: Any, free: bool) -> Component:
    role = _role_of(found.mapping, column)
    what = _choice(found, one, column, role) if free else WORDS.get(column.role, column.role)
    values = ", ".join(shorten(text) for text in column.examples) or "nothing"
    if column.identifier:
        values = "not shown"
    return html.Tr(
        [
            html.Th(shown_long(column.name), scope="row", title=shown_long(column.label)),
            html.Td(what),
            html.Td(values, className="values"),
            html.Td(shown_long(column.reason), className="note"),
        ]
    )


def _choice(found: Any, one: Any, column: Any, role: str) -> list[Any]:
    name = shorten(column.name)
    field = fields.of("role", one.name, column.name)
    made: list[Component | Html] = [
        fields.select(field, _options(found, role), role, f"What {name} is")
    ]
    if role == "marker_column":
        line = _line(found.mapping, column.name)
        marker, visit = line.get("marker", ""), line.get("visit", "")
        made += [
            html.Div(
                [
                    fields.text(fields.of("marker", column.name), marker, f"Marker in {name}"),
                    " at visit ",
                    fields.text(fields.of("at", column.name), visit, f"Visit of {name}"),
                ],
                className="of-marker",
            )
        ]
    return made


def _options(found: Any, role: str) -> list[tuple[str, str]]:
    known = [code for code in (found.mapping.get("time") or {}) if code] if isinstance(
        found.mapping.get("time"), Mapping) else []  # fmt: skip
    codes = list(dict.fromkeys([*known, *(one.endpoint for one in found.events), *ENDPOINTS]))
    times = [(f"time:{code}", f"Time to {_ep(code)}") for code in codes]
    events = [(f"event:{code}", f"Event of {_ep(code)}") for code in codes]
    flags = [(f"cnsr:{code}", name_censoring_flag(_ep(code))) for code in codes]
    options = [*BEFORE, *times, *events, *flags, *AFTER]
    if role not in dict(options):
        words = {"time:": "Time", "event:": "Event", "cnsr:": "Censoring flag (0 = event)"}
        options.insert(len(BEFORE), (role, words.get(role, role)))
    return options


def _ep(code: str) -> str:
    return "the event" if code == "EVENT" else shorten(code)


def _role_of(mapping: Mapping, column: Any) -> str:
    """The role with the endpoint that it is of, as the choice has it."""
    if column.role not in ("time", "event", "cnsr"):
        return column.role
    by_endpoint = mapping.get(column.role)
    by_endpoint = by_endpoint if isinstance(by_endpoint, Mapping) else {}
    of = next((code for code, name in by_endpoint.items() if name == column.name), "")
    return f"{column.role}:{of}"


def _line(mapping: Mapping, name: str) -> Mapping:
    lines = [one for one in mapping.get("markers", ()) if isinstance(one, Mapping)]
    return next((one for one in lines if one.get("column") == name), {})


def _arm(found: Any, one: Any) -> list[Component]:
    """Planned or actual arm, where a package has both."""
    names = [name for name in ("TRT01P", "TRT01A", "ARM", "ACTARM")
             if any(column.name == name for column in one.columns)]  # fmt: skip
    if found.convention != "ADaM" or len(names) < 2 or one.rows_used == 0:
        return []
    words = {"TRT01P": "planned (TRT01P)", "TRT01A": "actual (TRT01A)", "ARM": "planned (ARM)",
             "ACTARM": "actual (ACTARM)"}  # fmt: skip
    here = found.mapping.get("arm") or names[0]
    choice = fields.select(fields.of("arm"), [(n, words[n]) for n in names], here, "Arm")
    return [html.P(["Treatment arm: ", choice])]


def shown_long(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in str(text))[:300]
