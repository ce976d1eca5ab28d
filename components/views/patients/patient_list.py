"""The patients' page: all of them in one list, sorted, filtered and searched in the browser."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from analysis.question import Question, shorten, subgroup
from analysis.question.column_labels import column_label
from analysis.registry import PATIENT_LIST
from analysis.results.patient_list import PatientList, PatientOutcomes
from components import ids, pages
from components.attributes import Attributes, mark_current
from components.cards import unfold
from components.views.view import Panel, RenderContext, View
from data.cohort import Cohort
from exports.patient_list import NAMES
from wording.pages.patients import (
    ASK_ABOUT_SOME,
    CENSORED_MARK,
    COVERED_COLUMNS,
    EXCEL_NOTES,
    NOBODY_FITS,
    SEARCH,
    SUBGROUP_NOTE,
    count_without_value,
    describe_list_use,
    describe_sides,
)

OPTIONS = {
    "rowSelection": {
        "mode": "multiRow", "checkboxes": True, "headerCheckbox": False,
        "enableClickSelection": False,
    },
    "suppressFieldDotNotation": True,  # a column may be called "a.b"
    "animateRows": False,
    "rowHeight": 34,
    "ensureDomOrder": True,
    "tooltipShowDelay": 300,
    "theme": {"function": "themeQuartz"},
    "localeText": {"noRowsToShow": NOBODY_FITS},
    "selectionColumnDef": {"pinned": "left", "width": 44},
}  # fmt: skip
DEFAULT = {"sortable": True, "filter": True, "floatingFilter": True, "resizable": True,
           "minWidth": 84, "width": 112, "suppressHeaderMenuButton": False,
           "wrapHeaderText": True, "autoHeaderHeight": True}  # fmt: skip


def layout(view: View, cohort: Cohort) -> list[Component]:
    """What can be done, the search, and the list."""
    search = dmc.TextInput(
        id=ids.PATIENTS_SEARCH,
        placeholder=SEARCH,
        className="search",
        **Attributes({"aria-label": SEARCH}),
    )
    grid = dag.AgGrid(
        id=ids.grid(view.name),
        columnDefs=[],
        rowData=[],
        defaultColDef=DEFAULT,
        dashGridOptions=OPTIONS,
        getRowId="params.data.id",
        style={"height": "100%", "width": "100%"},
    )
    box = html.Div(grid, id=ids.GRID_BOX, className="patients-grid")
    return [
        html.Section(
            [view.slot("population"), view.slot("reading"), search, box, view.slot("files")],
            className="card patients-card",
        ),
    ]


def draw_reading(found: PatientList, context: RenderContext) -> list[Component]:
    """How the list is used."""
    covered = COVERED_COLUMNS if context.covered else ""
    text = describe_list_use(covered)
    why = [html.P(found.why, className="remark")] if found.why else []
    return [*why, html.P(text, className="note")]


def draw_files(found: PatientList, context: RenderContext) -> Component:
    """The list as files: they name patients, so they are made here only, and say so."""
    query = context.question.query()
    links = [
        html.Li(html.A(text, href=f"/patient-table/{kind}?{query}&view=patients"))
        for kind, text in (("xlsx", EXCEL_NOTES), ("csv", "CSV"))
    ]
    note = html.P(NAMES, className="note")
    return unfold("Download the list", html.Ul(links, className="downloads"), note)


def draw_population(found: PatientList, context: RenderContext) -> Component:
    """Whom every page is to be about: links that set or lift one condition of the question."""
    rows = [_choices(name, values, found, context.question) for name, values in found.choices]
    note = html.P(SUBGROUP_NOTE, className="note")
    # None, not False: an attribute that is not there at all.
    narrowed = True if context.question.where else None
    inside = [html.Summary(ASK_ABOUT_SOME), *rows, note]
    return html.Details(inside, className="unfold", open=narrowed)


def _choices(name: str, values: tuple[str, ...], found: PatientList, asked: Question) -> Component:
    here = dict(subgroup.equals(asked.where))
    chosen = here.get(name, ())
    label = shorten(column_label(name))
    links = [html.A("All", href=_asking(asked, name, ()), **mark_current(not chosen))]
    for value in values:
        wanted = tuple(one for one in chosen if one != value) if value in chosen else (
            *chosen, value)  # fmt: skip
        text = shorten(found.arms.get(value, value) if name == "arm" else value)
        links.append(
            html.A(text, href=_asking(asked, name, wanted), **mark_current(value in chosen))
        )
    head = html.Span(label, className="choices-label")
    return html.Nav(
        [head, *links], className="choices", **Attributes({"aria-label": f"Population: {label}"})
    )


def _asking(asked: Question, name: str, values: tuple[str, ...]) -> str:
    where = subgroup.with_equals(asked.where, name, values)
    return f"/patients?{asked.changed(where=where).query()}"


def words(found: PatientList, context: RenderContext) -> list[str]:
    """How many there are, and on which side."""
    n = len(found.rows)
    sides = found.rows["side"].value_counts()
    known = [f"{count} {side}" for side, count in sides.items() if side]
    without = int(sides.get("", 0))
    if without:
        known.append(count_without_value(without))
    who = "1 patient" if n == 1 else f"{n} patients"
    split = describe_sides(found, context.question.visit, known) if known else ""
    return [f"{who}.{split}"]


# ------------------------------------------------------------------------------ columns and rows


def columns(found: PatientList, known: PatientOutcomes | None) -> list[dict[str, Any]]:
    """The definitions of the list's columns; nothing of them comes from a client."""
    level = found.levels.word.capitalize()
    made = [
        {"field": "subject", "headerName": "Patient", "pinned": "left", "minWidth": 130,
         "cellRenderer": "CutlinePatient", "tooltipField": "subject"},
    ]  # fmt: skip
    if len(found.levels.labels) > 1:
        made.append({"field": "level", "headerName": level, "minWidth": 110,
                     "comparator": {"function": "cutlineLevel"}})  # fmt: skip
    marker = f"{found.marker}, {found.unit}" if found.unit else found.marker
    made += [
        {**NUMBER, "field": "value", "headerName": shorten(marker), "minWidth": 120},
        {"field": "side", "headerName": "Side", "minWidth": 105},
        {"field": "trend", "headerName": "Over visits", "cellRenderer": "CutlineTrend",
         "cellDataType": False,
         "sortable": False, "filter": False, "minWidth": 120, "getQuickFilterText":
             {"function": "cutlineNothing"}},
    ]  # fmt: skip
    if known is not None:
        made += _outcome_columns(known)
    for name, head in (("missing", "Missing samples"), ("dlt", "DLT")):
        if name in found.rows:
            made.append({**NUMBER, "field": name, "headerName": head})
    covariates = enumerate(found.covariates)
    return [*made, *(_covariate(i, name, name in found.numbers) for i, name in covariates)]


NUMBER = {"filter": "agNumberColumnFilter", "type": "rightAligned",
          "valueFormatter": {"function": "cutlineNumber(params)"}}  # fmt: skip


def _covariate(i: int, name: str, number: bool) -> dict[str, Any]:
    head = {"field": f"c{i}", "headerName": shorten(column_label(name))}
    return {**NUMBER, **head} if number else head


def _outcome_columns(known: PatientOutcomes) -> list[dict[str, Any]]:
    made = [
        {**NUMBER, "field": f"e{i}", "headerName": f"{shorten(code)}, {known.time_unit}",
         "minWidth": 116, "valueFormatter": {"function": "cutlineOutcome(params)"},
         "headerTooltip": CENSORED_MARK}
        for i, code in enumerate(known.endpoints)
    ]  # fmt: skip
    if known.responses:
        made.append({"field": "response", "headerName": "Best response", "minWidth": 110})
    return made


def rows(
    found: PatientList, known: PatientOutcomes | None, of: Mapping[str, str]
) -> list[dict[str, Any]]:
    """A dict per patient; `of` gives the id for the address by subject."""
    place = {label: i for i, label in enumerate(found.levels.labels)}
    kept = {
        "id": [of[one] for one in found.rows["subject"]],
        "subject": list(map(shorten, found.rows["subject"])),
        "level": found.rows["level"].tolist(),
        "at": [place.get(one, -1) for one in found.rows["level"]],
        **{f"c{i}": _plain(found.rows[name]) for i, name in enumerate(found.covariates)},
        "value": _plain(found.rows["value"]),
        "side": found.rows["side"].tolist(),
        "trend": [[_number(one) for one in values] for values in found.rows["trend"]],
        **{name: _plain(found.rows[name]) for name in ("missing", "dlt") if name in found.rows},
    }
    if known is not None:
        for i, code in enumerate(known.endpoints):
            kept[f"e{i}"] = _plain(known.rows[code])
            kept[f"x{i}"] = [one is True or one == 1 for one in known.rows[f"{code} event"]]
        kept["response"] = list(map(shorten, known.rows["response"]))
    names = list(kept)
    return [dict(zip(names, row, strict=True)) for row in zip(*kept.values(), strict=True)]


def _plain(cells: Any) -> list[Any]:
    return [_number(one) if not isinstance(one, str) else shorten(one) for one in cells.tolist()]


def _number(one: Any) -> float | None:
    """A number of at most six digits: more are noise in a list."""
    if one is None or (isinstance(one, float) and not math.isfinite(one)):
        return None
    return float(f"{one:.6g}") if isinstance(one, float) else one


VIEW = View(
    info=pages.PATIENTS,
    panels=(
        Panel("population", PATIENT_LIST, draw_population),
        Panel("reading", PATIENT_LIST, draw_reading),
        Panel("files", PATIENT_LIST, draw_files),
    ),
    summary=PATIENT_LIST,
    words=words,
    layout=layout,
)
