"""Notes on patients: shown with the page, appended when saved, never changed."""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from components import ids
from components.notes import history
from components.records import NotWritten
from data.cohort import Cohort
from data.event_log import Superseded
from data.state_dir import StateDirError
from services import cohorts
from services.address import count_places, read_open_question, texts_of
from services.notes import notes_of, write_note
from services.patient_ids import find_ids, find_subject
from services.request.owner import known_owner, owner
from services.request.refusals import Refused
from wording.pages.patients import OTHER
from wording.refusals import NOTE_OF_TEXTS, UNKNOWN_STATE

TEXTS = ("text", "state", "name")


def register(app: Dash) -> None:
    """Ids are patterns: the form stands on a patient's page only."""
    app.callback(
        Output(ids.note("history", ALL), "children"),
        Output(ids.note("text", ALL), "value"),
        Output(ids.note("state", ALL), "value"),
        Output(ids.note("message", ALL), "children"),
        Output(ids.note("seen", ALL), "data"),
        Input(ids.ASKED, "data"),
        Input(ids.note("save", ALL), "n_clicks"),
        *(State(ids.note(name, ALL), "value") for name in TEXTS),
        State(ids.note("seen", ALL), "data"),
        prevent_initial_call=True,
    )(update)
    app.clientside_callback(
        ClientsideFunction("notes", "noted"),
        Input(ids.note("seen", ALL), "data"),
        prevent_initial_call=True,
    )


def update(question: Any, clicks: list, *given: list) -> tuple[list, ...]:
    """The notes of the page's patient; saved first where the button was pressed."""
    if count_places(ctx.outputs_list) != 1 or question is None:
        raise PreventUpdate
    path, query = texts_of(question, "path", "query")
    asked = read_open_question(query)
    cohort = cohorts.load(asked.cohort)
    try:
        subject = find_subject(path, cohort)
    except KeyError:
        subject = ""
    if not subject:
        raise PreventUpdate
    *texts, seen = (_one(one) for one in given)
    patient = find_ids(cohort).of[subject]
    if isinstance(ctx.triggered_id, dict):
        return _each(_save(cohort, subject, patient, texts, seen))
    return _each(_open(cohort, subject, patient, seen))


def _open(cohort: Cohort, subject: str, patient: str, seen: Any) -> tuple:
    """A page that stays keeps what is being written; another patient's begins anew."""
    try:
        here = notes_of(cohort, subject)
    except StateDirError as reason:
        return [f"Notes cannot be kept here: {reason}"], "", "open", "", None
    state = {"patient": patient, "sequence": here[-1].sequence if here else 0}
    if isinstance(seen, dict) and seen.get("patient") == patient:
        return (no_update,) * 5
    return history(here), "", here[-1].state if here else "open", "", state


def _save(cohort: Cohort, subject: str, patient: str, texts: list, seen: Any) -> tuple:
    """Append, and show; where something stands against it, say so and keep the form."""
    last = _check_seen(seen, patient)
    if known_owner() is None or not all(one is None or isinstance(one, str) for one in texts):
        raise Refused(NOTE_OF_TEXTS, 422)
    text, status, name = (one or "" for one in texts)
    try:
        number, state = write_note(cohort, subject, (text, status, name), seen=last, owner=owner())
    except Superseded:
        here = notes_of(cohort, subject)
        now = {"patient": patient, "sequence": here[-1].sequence}
        return history(here), no_update, no_update, OTHER, now
    except (NotWritten, StateDirError) as reason:
        return no_update, no_update, no_update, str(reason), no_update
    now = {"patient": patient, "sequence": number}
    return history(notes_of(cohort, subject)), "", state, "Saved.", now


def _check_seen(seen: Any, patient: str) -> int:
    number = seen.get("sequence") if isinstance(seen, dict) else None
    if type(number) is not int or number < 0 or seen.get("patient") != patient:
        raise Refused(UNKNOWN_STATE, 422)
    return number


def _one(values: Any) -> Any:
    """The single value of a pattern; None where the page has none."""
    return values[0] if isinstance(values, list) and values else None


def _each(values: tuple) -> tuple[list, ...]:
    return tuple([value] for value in values)
