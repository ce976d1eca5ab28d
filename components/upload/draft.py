"""A draft: what was understood of the files, step by step, what is wrong, and the way to open it.

What was guessed and is fine stays folded behind one line; what needs somebody's eye stands open.
"""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from analysis.question import shorten
from components import ids
from components.attributes import Attributes
from components.cards import card
from components.upload import _columns as columns
from components.upload import _event_coding as event_coding
from components.upload import _markers as markers
from components.upload import _problems as problems
from components.upload import _visits as visits
from components.upload import fields
from data.cohort import TIME_UNIT
from data.schema import DAYS_IN
from wording.pages.upload import (
    FORGET,
    NAME_OF_SET,
    NEW_SET,
    OPEN_AND_SHOW,
    REMOVE_UNOPENED,
    TIMES_ARE_IN,
    UNIT_OF_TIMES,
    ask_to_look,
    describe_blocked,
    describe_memory,
    describe_shown_unit,
)


def draw_draft(
    draft: Any, *, said: str = "", remembered: str = "", titles: dict[str, str]
) -> Component:
    """All steps of one draft; `said`: what could not be done, `titles`: own sets to replace."""
    found = draft.understood
    head = [
        html.H2("What was understood", tabIndex="-1", id=ids.DATA_UNDERSTOOD),
        html.P(_files(draft), className="note"),
        html.P(_state(draft), className="state", role="status"),
        *([html.P(said, className="message", role="alert")] if said else []),
        *([_remembered(remembered)] if remembered else []),
    ]
    steps = [
        problems.wrong(draft),
        event_coding.steps(found),
        _time(found),
        columns.steps(draft),
        visits.step(found),
        markers.step(found),
        problems.odd(draft),
    ]
    body = [*head, *(step for step in steps if step is not None), _opening(draft, titles)]
    return html.Div(card(*body, className="draft"), **Attributes({"data-draft": draft.id}))


def draw_failure(sentence: str, id_: str = "") -> Component:
    """Why there is nothing to show, and the way out where there is a draft."""
    out = [fields.button("discard", "Remove these files")] if id_ else []
    inside = card(html.P(sentence, className="message", role="alert"), *out, className="draft")
    named: Attributes = {"data-draft": id_} if id_ else {}
    return html.Div(inside, **named)


def _files(draft: Any) -> str:
    names = [shorten(one.name) for one in draft.files]
    text = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    return f"{text} · read as: {draft.understood.convention}"


def _state(draft: Any) -> str:
    if draft.problems:
        n = len(draft.problems)
        what = "1 problem keeps" if n == 1 else f"{n:,} problems keep"
        return describe_blocked(what)
    unsure = [one.endpoint for one in draft.understood.events if not one.sure]
    look = ask_to_look(unsure) if unsure else ""
    return (
        f"{_count(draft.patients, 'patient')}, {_count(draft.outcomes, 'outcome')}, "
        f"{_count(draft.measurements, 'measurement')}: ready to open.{look}"
    )


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}" + ("" if n == 1 else "s")


def _remembered(day: str) -> Component:
    return html.P(
        [
            describe_memory(day),
            fields.small("Guess anew", FORGET, do="guess"),
        ],
        className="note",
    )


def _time(found: Any) -> Component | None:
    """The unit of time, by what it was told, with the choice of another."""
    if not found.events:
        return None
    unit = found.mapping.get("time_unit") or found.time_unit
    choice = fields.select(
        fields.of("time_unit"), [(one, one) for one in DAYS_IN], unit, UNIT_OF_TIMES
    )
    because = f"{found.time_unit_reason}. " if found.time_unit_reason else ""
    doubts = [one for one in found.warnings if one.about == TIME_UNIT]
    notes = [html.Li(shown_long(one.message)) for one in doubts]
    return html.Div(
        [
            html.H3("Time"),
            html.P([TIMES_ARE_IN, choice, " "]),
            html.P(describe_shown_unit(because, found), className="note"),
            *([html.Ul(notes, className="doubts")] if notes else []),
        ],
        className="step",
    )


def shown_long(text: str) -> str:
    """A sentence with somebody's words in it, without marks that turn it."""
    return "".join(char if char.isprintable() else "?" for char in text)[:600]


def _name(draft: Any) -> str:
    """What a data set may be called: as its one file, else by what the files are."""
    found = draft.understood
    return found.name if len(draft.files) == 1 else f"{found.convention} of {draft.at[:10]}"


def _opening(draft: Any, titles: dict[str, str]) -> Component:
    """The name and the button; of a newer version, what it replaces."""
    discard = fields.small("Remove these files", REMOVE_UNOPENED, do="discard")
    if not draft.opens:
        return html.Div([html.Div(discard, className="row-buttons")], className="opening")
    replaces = draft.of if draft.of in titles else ""
    title = titles.get(replaces, _name(draft))
    row: list[Any] = [fields.named_text("title", NAME_OF_SET, title)]
    if titles:
        options = [("", NEW_SET), *((code, f"in place of {shorten(name)}")
                                             for code, name in titles.items())]  # fmt: skip
        if replaces:
            options.sort(key=lambda one: one[0] != replaces)
        row.append(fields.named_select("instead", "Open as", options))
    row.append(fields.button("open", OPEN_AND_SHOW, main=True))
    return html.Div([html.Div(row, className="open-row"), discard], className="opening")
