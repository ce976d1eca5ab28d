"""The list of patients as a file: `/patient-table/<csv|xlsx>?<question>`, asked for by a link.

It is a look like the list itself: covered while a question is asked blind, counted where not.
"""

from __future__ import annotations

from dash import Dash
from flask import Response, request

from analysis.ledger import when
from analysis.question import Question
from analysis.registry import PATIENT_LIST, PATIENT_OUTCOMES
from callbacks.exports.figures import Unexported, from_here, question_of, refusal, today
from components.records import STATES
from data.state_dir import StateDirError
from exports import patient_list
from exports.provenance import Provenance
from services import cohorts
from services.disclosure import disclose
from services.evaluate import NoAnswer
from services.notes import all_notes
from wording.refusals import NO_SUCH_FILE

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def register(app: Dash) -> None:
    """The one route."""
    prefix = app.config.routes_pathname_prefix

    @app.server.get(f"{prefix}patient-table/<kind>")
    def patient_table(kind: str) -> Response:
        try:
            return table_of(kind, request.query_string.decode("latin-1"))
        except Unexported as reason:
            return refusal(reason, prefix)


def table_of(kind: str, query: str) -> Response:
    """The file; Unexported says why there is none."""
    if kind not in MEDIA:
        raise Unexported(NO_SUCH_FILE, 404)
    from_here()
    question = question_of(query)
    about = Provenance(
        question=question,
        cohort=cohorts.load_for(question),
        page=f"{request.host_url.rstrip('/')}/patients",
        day=today(),
    )
    response = Response(_content(kind, question, about), content_type=MEDIA[kind])
    name = patient_list.file_name(about, kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _content(kind: str, question: Question, about: Provenance) -> str | bytes:
    found, here = disclose(PATIENT_LIST, question)
    if isinstance(found, NoAnswer):
        raise Unexported(found.sentence)
    known, _ = disclose(PATIENT_OUTCOMES, question, here)
    try:
        written = all_notes(cohorts.load(question.cohort))
    except StateDirError as reason:
        raise Unexported(f"The notes cannot be read: {reason}", 507) from reason
    inside = set(found.rows["subject"])
    written = [(subject, note) for subject, note in written if subject in inside]
    last = {subject: STATES.get(note.state, note.state) for subject, note in written}
    table = patient_list.patients(found, None if isinstance(known, NoAnswer) else known, last)
    if kind == "csv":
        return patient_list.csv_text(table)
    rows = [
        (subject, when(note.at), note.name, STATES.get(note.state, note.state), note.text)
        for subject, note in written
    ]
    return patient_list.workbook(table, patient_list.notes(rows, found.synthetic), about)
