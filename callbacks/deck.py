"""The deck of the basket, told on its way: `POST /basket/deck` answers line by line.

Each line is JSON: how many figures are done, at last the file itself. Whoever goes away stops it.
A figure in a deck is a look: all are written into the ledger before the first leaves, and what is
covered stays so.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from dash import Dash
from flask import Response, request, stream_with_context

from analysis import words
from analysis.ledger import Ledger
from callbacks import basket, cohorts, several
from callbacks.answers import NoAnswer
from callbacks.basket import Item
from callbacks.exporting import AT_ONCE, WAIT
from callbacks.naming import about, suggested
from exports import deck, slides
from exports.deck import Figure
from exports.slidekm import plate
from web.refuse import refuse

EMPTY = "The basket is empty: put figures into it first."
BUSY = "Too many files are being made; please try again in a moment."
NAME = "cutline_basket_{}.pptx"


def register(app: Dash) -> None:
    """The one route of decks; the guard lets only this program's own pages post."""
    turn = threading.BoundedSemaphore(AT_ONCE)

    @app.server.post(f"{app.config.routes_pathname_prefix}basket/deck")
    def make() -> Response:
        items = basket.items()
        if not items:
            return refuse(422, EMPTY)
        if not turn.acquire(timeout=WAIT):
            return refuse(503, BUSY)
        lines = stream_with_context(_in_turn(turn, items))
        return Response(lines, content_type="application/x-ndjson")


def _in_turn(turn: threading.BoundedSemaphore, items: tuple[Item, ...]) -> Iterator[str]:
    try:
        yield from _lines(items)
    finally:  # also where the browser went away
        turn.release()


def _lines(items: tuple[Item, ...]) -> Iterator[str]:
    """Answers first, as they take the time; then slides; then the file."""
    total = 2 * len(items)
    for done, one in enumerate(items):
        yield _line(done=done, of=total)
        question, why = basket.question_of(one)
        if not why:
            several.finished(question)
    day = datetime.now(UTC).date().isoformat()
    figures = [figure(one) for one in items]
    made = deck.begun(figures, day)
    for done in deck.filled(made, figures):
        yield _line(done=len(items) + done, of=total)
    content = base64.b64encode(slides.saved(made)).decode("ascii")
    yield _line(name=NAME.format(day), content=content)


def _line(**said: object) -> str:
    return json.dumps(said) + "\n"


def figure(one: Item) -> Figure:
    """A figure of the basket with what its slide says, or why it has none."""
    question, why = basket.question_of(one)
    found, here = (NoAnswer(why), Ledger()) if why else several.finished(question)
    known = Figure(
        name=one.name,
        about=one.name if why else about(question),
        address=f"{request.host_url}survival?{one.query}",
        study=cohorts.titles()[question.cohort],
        looks=here.count,
    )
    if isinstance(found, NoAnswer):
        return replace(known, why=found.sentence)
    endpoint = found.endpoint(one.of)
    if endpoint.why:
        return replace(known, why=endpoint.why)
    drawn = plate(several.export_of(found, endpoint, question, here), endpoint)
    effect = words.comparison(found, endpoint) if endpoint.several else words.both_ratios(endpoint)
    named = drawn.title if one.name == suggested(question) else one.name
    return replace(known, plate=drawn, name=named, said=f"{words.both_p(endpoint)}; {effect}")
