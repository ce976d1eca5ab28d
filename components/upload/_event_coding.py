"""What the codes of an event column were taken for, said back in words and counts."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from analysis.question import shorten
from components.cards import question_mark
from components.upload import fields
from wording.pages.upload import (
    TICKED,
    ask_for_codes,
    describe_code,
    describe_coding,
    describe_many_codes,
)

MOST = 12  # codes that can be ticked


def steps(found: Any) -> Component | None:
    """A question for each endpoint: are these the events?"""
    if not found.events:
        return None
    return html.Div(
        [
            html.H3(["Events ", question_mark("the event coding", "event_coding")]),
            *(_one(at, one) for at, one in enumerate(found.events)),
        ],
        className="step",
    )


def _one(at: int, one: Any) -> Component:
    events = sum(rows for _, meaning, rows in one.codes if meaning == "event")
    censored = sum(rows for _, meaning, rows in one.codes if meaning == "censored")
    unclear = any(meaning == "unknown" for _, meaning, _ in one.codes)
    name = "Time to event" if one.endpoint == "EVENT" else shorten(one.endpoint)
    words = ask_for_codes(name) if unclear else describe_coding(name, events, censored)
    doubt = unclear or not one.sure
    note = f"Column {shorten(one.column)}: {_whole(one.words)}"
    return html.Fieldset(
        [
            html.Legend(words),
            *_choices(at, one),
            html.P(note, className="note"),
        ],
        className="coding check" if doubt else "coding",
    )


def _choices(at: int, one: Any) -> list[Any]:
    filled = [(c, m, n) for c, m, n in one.codes if m != "no value"]
    field = fields.of("event", one.endpoint)
    if len(filled) == 2:
        pairs = zip(filled, reversed(filled), strict=True)
        return [_either(field, one, other, f"coding-{at}") for one, other in pairs]
    if len(filled) > MOST:
        return [html.P(describe_many_codes(filled))]
    boxes = [
        fields.box(code, [html.B(shorten(code)), describe_code(rows)],
                   chosen=meaning == "event")
        for code, meaning, rows in filled
    ]  # fmt: skip
    return [*boxes, fields.button("codes", TICKED, of=field)]


def _either(field: str, one: tuple, other: tuple, group: str) -> Any:
    code, meaning, rows = one
    words = [html.B(shorten(code)), f" is the event ({rows:,}), ", html.B(shorten(other[0])),
             f" is censored ({other[2]:,})"]  # fmt: skip
    return fields.radio(field, [code], words, chosen=meaning == "event", group=group)


def _whole(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)[:400]
