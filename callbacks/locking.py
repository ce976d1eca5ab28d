"""Locking a cut-off, showing what is locked, and carrying it to another cohort."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from analysis.question import Question, parse_cuts
from callbacks.question import refuse_answer
from components import ids
from components.controls import locking
from data.state_dir import StateDirError
from services import cohorts
from services.address import read_exactly, read_open_question, texts_of
from services.ledger import NotLocked, carry_over, lock_cutoff, read_ledger
from services.request.owner import known_owner, owner
from services.request.refusals import Refused
from wording.pages.locking import JUST_CHANGED, NO_LOCKING
from wording.refusals import LOCK_FROM_BUTTON, LOCK_OF_TEXTS, LOCK_TO_OFFERED


def register(app: Dash) -> None:
    """Wire the fold under the cut-off."""
    app.callback(
        Output(ids.WRITTEN, "data"),
        Output(ids.LOCK_MESSAGE, "children"),
        Output(ids.LOCK_REASON, "value"),
        Output(ids.GO, "data"),
        Input(ids.LOCK_WRITE, "n_clicks"),
        Input(ids.LOCK_CARRY, "n_clicks"),
        State(ids.LOCK_NAME, "value"),
        State(ids.LOCK_REASON, "value"),
        State(ids.LOCK_TARGET, "value"),
        State(ids.CUT, "value"),
        State(ids.CUT_SETTLED, "data"),
        State(ids.QUESTION, "data"),
        prevent_initial_call=True,
    )(write)
    app.callback(
        Output(ids.LOCK_TITLE, "children"),
        Output(ids.LOCK_STATE, "children"),
        Output(ids.LOCK_TARGET, "data"),
        Output(ids.LOCK_CARRY_ROW, "hidden"),
        # After the texts, not beside them: only then the look at this outcome stands in the ledger.
        Input(ids.HEARD, "data"),
        Input(ids.WRITTEN, "data"),
        State(ids.ASKED, "data"),
        prevent_initial_call=True,
    )(show)
    app.clientside_callback(
        ClientsideFunction("address", "go"),
        Output(ids.GO, "id"),
        Input(ids.GO, "data"),
        prevent_initial_call=True,
    )


def write(
    _lock: Any,
    _carry: Any,
    name: Any,
    reason: Any,
    target: Any,
    box: Any,
    settled: Any,
    question: Any,
) -> tuple[Any, str, Any, Any]:
    """Lock the question's cut-off here, or carry its lock to another cohort and open it there."""
    asked = read_exactly(question)
    _refuse_forged(asked, name, reason, target)
    try:
        _must_stand_still(asked, box, refuse_answer(settled, question.get("settled")))
        if ctx.triggered_id == ids.LOCK_CARRY:
            there = carry_over(asked, target or "", owner())
            return no_update, "", no_update, there.query()
        written = lock_cutoff(asked, name or "", reason or "", owner())
        return written.locks[-1].sequence, "", "", no_update
    except (NotLocked, StateDirError) as reason_why:
        return no_update, str(reason_why), no_update, no_update


def show(_heard: Any, _written: Any, question: Any) -> tuple[str, list, list[dict[str, str]], bool]:
    """What the fold says for this question."""
    asked = _question_of(question)
    try:
        here = read_ledger(cohorts.load(asked.cohort))
    except StateDirError as reason:
        return NO_LOCKING, [str(reason)], [], True
    targets = _targets(asked)
    hidden = here.lock_of(asked) is None or not targets
    return locking.title(asked, here), locking.state(asked, here), targets, hidden


def _refuse_forged(asked: Question, name: Any, reason: Any, target: Any) -> None:
    if not all(text is None or isinstance(text, str) for text in (name, reason, target)):
        raise Refused(LOCK_OF_TEXTS, 422)
    if ctx.triggered_id not in (ids.LOCK_WRITE, ids.LOCK_CARRY) or known_owner() is None:
        raise Refused(LOCK_FROM_BUTTON, 422)
    if target and target not in {one["value"] for one in _targets(asked)}:
        raise Refused(LOCK_TO_OFFERED, 422)


def _must_stand_still(asked: Question, box: Any, dragged: str) -> None:
    """NotLocked where the line or the number has been moved and the page not yet answered."""
    try:
        seen = parse_cuts(dragged or str(box))
    except ValueError:
        seen = ()
    if seen != asked.cut:
        raise NotLocked(JUST_CHANGED)


def _question_of(question: Any) -> Question:
    if question is None:
        raise PreventUpdate
    return read_open_question(*texts_of(question, "query"))


def _targets(question: Question) -> list[dict[str, str]]:
    """The other cohorts that have this marker."""
    titles = cohorts.list_titles()
    return [
        {"value": name, "label": titles[name]}
        for name in cohorts.list_with_marker(question.marker)
        if name != question.cohort
    ]
