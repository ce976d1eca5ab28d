"""Covering the outcome, and locking a cut-off with name, time and reason."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from analysis.ledger import LONGEST_NAME, LONGEST_REASON, Ledger, Lock, when
from analysis.question import Question, shorten
from components import ids
from components.cards import question_mark
from wording.numbers import cut_text
from wording.pages.locking import (
    CARRY_OVER,
    FIXED,
    LOCKED_AFTER_LOOK,
    SEEN,
    TRY_ELSEWHERE,
    UNSEEN,
    count_earlier,
)
from wording.question_names import describe_change_from

SHOWN, COVERED = "no", "yes"  # values of the switch; the address says "blind=yes"


MOST_SHOWN = 5  # locks of a marker in the list; the ledger has them all


def blind_switch() -> Component:
    """Whether the outcome is shown, or covered until the cut-off is locked."""
    choices = [{"value": SHOWN, "label": "Shown"}, {"value": COVERED, "label": "Covered"}]
    return html.Div(
        [
            html.Span(
                [html.Span("Outcome", className="label"), question_mark("covering", "blind")],
                className="label-row",
            ),
            dmc.SegmentedControl(
                id=ids.BLIND, data=choices, value=SHOWN, fullWidth=True, size="sm",
                attributes={"root": {"aria-label": "Outcome"}},
            ),
        ],
        className="field",
    )  # fmt: skip


def lock_form() -> Component:
    """The fold under the cut-off: what is locked, and the form that locks it."""
    return html.Details(
        [
            html.Summary(html.Span("Lock this cut-off", id=ids.LOCK_TITLE)),
            html.Div(id=ids.LOCK_STATE, className="lock-state"),
            dmc.TextInput(id=ids.LOCK_NAME, label="Your name", attributes=_limit(LONGEST_NAME)),
            dmc.Textarea(
                id=ids.LOCK_REASON,
                label="Why this cut-off",
                autosize=True,
                minRows=2,
                attributes=_limit(LONGEST_REASON),
            ),
            html.Button("Lock", id=ids.LOCK_WRITE, className="wide-button"),
            html.Div(
                [
                    dmc.Select(id=ids.LOCK_TARGET, label=TRY_ELSEWHERE, data=[]),
                    html.Button(CARRY_OVER, id=ids.LOCK_CARRY, className="wide-button"),
                ],
                id=ids.LOCK_CARRY_ROW,
                className="carry",
                hidden=True,
            ),
            html.P(id=ids.LOCK_MESSAGE, className="note", role="status"),
        ],
        className="more lock",
    )


def title(question: Question, ledger: Ledger) -> str:
    """The line that unfolds: whether this cut-off is locked, and what that is worth."""
    lock = ledger.lock_of(question)
    if lock is None:
        return "Lock this cut-off"
    fixed = ledger.fixed_by(question)
    return "Locked" if fixed and fixed.of(question) else LOCKED_AFTER_LOOK


def state(question: Question, ledger: Ledger) -> list[Component | str]:
    """What is locked for this marker, and whether a lock would still fix it beforehand."""
    first = ledger.first_look(question.marker)
    here = [lock for lock in ledger.locks if lock.marker == question.marker]
    said = UNSEEN if first is None else SEEN.format(when(first.at))
    said = FIXED if ledger.fixed_by(question) else said
    rows = [html.Li(_line(lock, ledger, question)) for lock in here[-MOST_SHOWN:]]
    more = [count_earlier(here, MOST_SHOWN)] if len(here) > MOST_SHOWN else []
    note = html.P(said, className="note")
    return [note, html.Ul(rows), *more] if rows else [note]


def _line(lock: Lock, ledger: Ledger, question: Question) -> str:
    of = question.changed(
        visit=lock.visit,
        measure=lock.measure,
        baseline=lock.baseline,
        cut=(lock.cut,),
        where=lock.where,
    )
    fixed = ledger.fixed_by(of) == lock
    what = f"{cut_text(lock.cut)} at {lock.visit}"
    what += f", only {shorten(lock.where)}" if lock.where else ""
    change = describe_change_from(lock.measure, lock.baseline)
    measure = f" ({change})" if change else ""
    worth = "fixed beforehand" if fixed else "exploratory"
    if lock not in ledger.valid:
        units = (one or "no unit" for one in (lock.unit, ledger.units[lock.marker]))
        worth = "does not hold: it was locked in {}, the marker is now in {}".format(*units)
    return f"{what}{measure}, {lock.source} – {worth}"


def _limit(longest: int) -> dict[str, dict[str, int]]:
    return {"input": {"maxLength": longest}}
