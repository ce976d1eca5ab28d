"""The list of patients: its rows are sent once a question, never one by one."""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, ctx

from analysis.registry import PATIENT_LIST, PATIENT_OUTCOMES
from components import ids
from components.views.patients.patient_list import columns, rows
from services import cohorts
from services.address import count_places, read_open_question, texts_of
from services.disclosure import disclose
from services.evaluate import NoAnswer
from services.patient_ids import find_ids


def register(app: Dash) -> None:
    """Whether the rows are still right is decided in the browser; so is who is chosen."""
    app.clientside_callback(
        ClientsideFunction("patients", "rows_of"),
        Output(ids.ROWS_OF, "data"),
        Input(ids.FIGURES, "data"),
        Input(ids.WRITTEN, "data"),
        prevent_initial_call=True,
    )
    app.callback(
        Output(ids.grid(ALL), "columnDefs"),
        Output(ids.grid(ALL), "rowData"),
        Input(ids.ROWS_OF, "data"),
        prevent_initial_call=True,
    )(fill)
    app.clientside_callback(
        ClientsideFunction("patient_page", "rest"),
        Input(ids.FIGURES, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("patients", "chosen"),
        Input(ids.grid(ALL), "selectedRows"),
        prevent_initial_call=True,
    )


def fill(question: Any) -> tuple[list, list]:
    """Columns and rows of every list that the page has: one, or none."""
    n = count_places(ctx.outputs_list)
    if not n or question is None:
        return [[]] * n, [[]] * n
    asked = read_open_question(*texts_of(question, "query"))
    found, here = disclose(PATIENT_LIST, asked)
    if isinstance(found, NoAnswer):
        return [[]] * n, [[]] * n
    known, _ = disclose(PATIENT_OUTCOMES, asked, here)
    known = None if isinstance(known, NoAnswer) else known
    of = find_ids(cohorts.load(asked.cohort)).of
    return [columns(found, known)] * n, [rows(found, known, of)] * n
