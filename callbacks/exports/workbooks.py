"""Workbooks that leave from the data page: the template, and a draft with its problems marked.

/template.xlsx        to be filled in
/marked/<draft>       the files that were handed over, wrong cells marked
/tables/<code>        an opened data set as Cutline's own tables, in a zip
"""

from __future__ import annotations

import io

from dash import Dash
from flask import Response, send_file

from data import template
from data.storage import cohort_tables
from data.uploads import store
from services import cohorts
from services.request.owner import known_owner
from web.refuse import refuse
from wording.refusals import NOTHING_OF_THAT_NAME

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOWHERE = NOTHING_OF_THAT_NAME


def register(app: Dash) -> None:
    """Three routes; what is somebody's is looked up for the visitor whose request it is."""
    prefix = app.config.routes_pathname_prefix

    @app.server.get(f"{prefix}template.xlsx")
    def empty() -> Response:
        return _send(template.empty_template(), "template.xlsx", XLSX)

    @app.server.get(f"{prefix}marked/<draft>")
    def marked(draft: str) -> Response:
        owner = known_owner()
        if owner is None:
            return refuse(404, NOWHERE)
        try:
            return _send(store.mark_workbook(owner, draft), "problems.xlsx", XLSX)
        except store.Unknown:
            return refuse(404, NOWHERE)

    @app.server.get(f"{prefix}tables/<code>")
    def zipped(code: str) -> Response:
        if code in cohorts.list_shared() or not cohorts.is_here(code):
            return refuse(404, NOWHERE)
        return _send(cohort_tables.zip_tables(cohorts.load(code)), f"{code}.zip", "application/zip")


def _send(content: bytes, name: str, kind: str) -> Response:
    return send_file(io.BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)
