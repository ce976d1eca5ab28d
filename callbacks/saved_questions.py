"""Questions kept by name: saved, renamed and deleted, each by one more record; never changed."""

from __future__ import annotations

import secrets
from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update

from analysis.question import Question
from components import ids, pages
from components.controls.saved_questions import (
    LONGEST_NAME,
    MOST,
    NotSaved,
    Saved,
    check_name,
    list_questions,
)
from data import event_log
from data.event_log import Record
from data.state_dir import StateDirError
from services import cohorts
from services.address import has_page, read_exactly, read_question, texts_of
from services.ledger import ledger_name
from services.request.owner import known_owner, owner
from services.request.refusals import Refused
from wording.pages.controls import (
    NO_LONGER_SAVED,
    TOO_MANY_CHANGES,
    describe_deleted,
    describe_renamed,
    describe_saved,
    describe_too_many_saved,
)
from wording.question_names import suggest_name
from wording.refusals import FORGED_SAVED

MOST_RECORDS = 2_000  # of one person in one cohort: renaming without end is no work
HOME = "/survival"  # where a question opens that was saved on a patient's page
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
        return list_questions(list_saved(cohort)), said, box
    except (NotSaved, StateDirError) as reason:
        return no_update, str(reason), no_update


def list_saved(cohort: str) -> list[Saved]:
    """This visitor's saved questions of a cohort, in the order in which they were saved."""
    found: dict[str, Record] = {}
    first: dict[str, Record] = {}
    for record in _records(cohort):
        key = str(record.payload.get("id", ""))
        first.setdefault(key, record)
        found[key] = record
    told = {key: {**first[key].payload, **last.payload} for key, last in found.items()}
    return [
        _read(one, first[key].at, cohort)
        for key, one in told.items()
        if not one.get("gone") and {"id", "name", "query"} <= one.keys()
    ]


def _records(cohort: str) -> list[Record]:
    of = ledger_name(cohorts.load(cohort))
    return event_log.read(owner=owner(), cohort=of, kind="saved")


def _read(told: dict[str, Any], at: str, cohort: str) -> Saved:
    """A kept question as it is read today: markers and visits may have gone since."""
    question, notes = read_question(
        Question(cohort=cohort).query() + "&" + _uncohorted(told["query"])
    )
    path = told.get("path", "")
    path = path if has_page(path, question) else HOME
    return Saved(
        id=told["id"],
        name=told["name"],
        author=told.get("author", ""),
        at=at,
        query=question.query(),
        href=f"{path}?{question.query()}",
        why=" ".join(one.sentence for one in notes),
    )


def _uncohorted(query: str) -> str:
    """The rest of a query: a cohort may have been given another name since."""
    return "&".join(part for part in query.split("&") if not part.startswith("cohort="))


def _save(cohort: str, name: Any, author: Any, question: Any) -> str:
    _refuse_forged(name, author)
    asked = read_exactly(question)
    if asked.cohort != cohort:
        raise Refused(FORGED, 422)
    name, author = check_name(
        name or "", author or "", suggest_name(asked, cohorts.load(cohort))[:LONGEST_NAME]
    )
    if len(list_saved(cohort)) >= MOST:
        raise NotSaved(describe_too_many_saved(MOST))
    (path,) = texts_of(question, "path")
    path = HOME if path.startswith(pages.PATIENT_PATH) else path
    _append(cohort, {"id": secrets.token_hex(8), "name": name, "author": author,
                     "query": asked.query(), "path": path})  # fmt: skip
    return describe_saved(name)


def _change(cohort: str, wanted: Any) -> str:
    """Rename or delete: one more record about the question of that id."""
    do, of = texts_of(wanted, "do", "of")
    one = {each.id: each for each in list_saved(cohort)}.get(of)
    if do not in ("saved-rename", "saved-delete") or known_owner() is None:
        raise Refused(FORGED, 422)
    if one is None:
        raise NotSaved(NO_LONGER_SAVED)
    if do == "saved-delete":
        _append(cohort, {"id": of, "gone": True})
        return describe_deleted(one)
    (text,) = texts_of(wanted, "name")
    name, _ = check_name(text, "")
    _append(cohort, {"id": of, "name": name})
    return describe_renamed(name)


def _append(cohort: str, payload: dict) -> None:
    if len(_records(cohort)) >= MOST_RECORDS:
        raise NotSaved(TOO_MANY_CHANGES)
    event_log.append(owner(), ledger_name(cohorts.load(cohort)), "saved", payload)


def _refuse_forged(*texts: Any) -> None:
    if known_owner() is None or not all(text is None or isinstance(text, str) for text in texts):
        raise Refused(FORGED, 422)
