"""The menu of saved questions: what is pressed goes to `services.saved_questions`."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update

from components import ids
from components.controls.saved_questions import list_questions
from components.records import NotSaved
from data.state_dir import StateDirError
from services import cohorts
from services.address import read_exactly, texts_of
from services.request.owner import known_owner, owner
from services.request.refusals import Refused
from services.saved_questions import delete_question, list_saved, rename_question, save_question
from wording.pages.controls import describe_deleted, describe_renamed, describe_saved
from wording.refusals import FORGED_SAVED

FORGED = FORGED_SAVED


def register(app: Dash) -> None:
    """The menu of the header: what is listed follows the cohort and every change."""
    app.callback(
        Output(ids.SAVED_LIST, "data-html"),
        Output(ids.SAVED_MESSAGE, "children"),
        Output(ids.SAVED_NAME, "value"),
        Input(ids.SAVED_OF, "data"),
        Input(ids.SAVED_WRITE, "n_clicks"),
        Input(ids.SAVED_ACT, "data"),
        State(ids.SAVED_NAME, "value"),
        State(ids.SAVED_AUTHOR, "value"),
        State(ids.QUESTION, "data"),
        prevent_initial_call=True,
    )(update)


def update(
    cohort: Any, _write: Any, wanted: Any, name: Any, author: Any, question: Any
) -> tuple[Any, Any, Any]:
    """The list of the cohort, after what was asked for; a sentence where it cannot be done."""
    if not isinstance(cohort, str) or cohort not in cohorts.list_names():
        raise Refused(FORGED, 422)
    try:
        said: str = ""
        box: Any = no_update
        moved = list(ctx.triggered_prop_ids.values())  # the cohort may change at the same time
        if ids.SAVED_WRITE in moved:
            said, box = _save(cohort, name, author, question), ""
        elif ids.SAVED_ACT in moved:
            said = _change(cohort, wanted)
        return list_questions(list_saved(cohort, owner())), said, box
    except (NotSaved, StateDirError) as reason:
        return no_update, str(reason), no_update


def _save(cohort: str, name: Any, author: Any, question: Any) -> str:
    _refuse_forged(name, author)
    asked = read_exactly(question)
    if asked.cohort != cohort:
        raise Refused(FORGED, 422)
    (path,) = texts_of(question, "path")
    return describe_saved(save_question(asked, path, name or "", author or "", owner()))


def _change(cohort: str, wanted: Any) -> str:
    """Rename or delete: one more record about the question of that id."""
    do, of = texts_of(wanted, "do", "of")
    if do not in ("saved-rename", "saved-delete") or known_owner() is None:
        raise Refused(FORGED, 422)
    if do == "saved-delete":
        return describe_deleted(delete_question(cohort, of, owner()))
    (name,) = texts_of(wanted, "name")
    return describe_renamed(rename_question(cohort, of, name, owner()))


def _refuse_forged(*texts: Any) -> None:
    if known_owner() is None or not all(text is None or isinstance(text, str) for text in texts):
        raise Refused(FORGED, 422)
