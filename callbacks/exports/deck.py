"""The basket as a deck (`POST /basket/deck`, line by line) and as a report (`GET /basket/report`).

Each line of the deck is JSON: how many figures are done, at last the file itself. Whoever goes away
stops it. A figure in either is a look: all are written into the ledger before the first leaves, and
what is covered stays so.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

from dash import Dash
from flask import Response, request, stream_with_context

from callbacks import basket
from callbacks.exports import figures as export
from callbacks.exports.figures import AT_ONCE, WAIT, Unexported
from components import views
from exports import report
from exports.pptx import deck, slides
from exports.pptx.deck import Figure
from services import cohorts
from services.basket import Item, read_basket
from services.disclosure import disclose
from services.ledger import read_ledger
from web.refuse import refuse
from wording.pages.basket import PUT_FIGURES_FIRST
from wording.refusals import TOO_MANY_FILES

EMPTY = PUT_FIGURES_FIRST
BUSY = TOO_MANY_FILES
NAME = "cutline_basket_{}.pptx"


def register(app: Dash) -> None:
    """The two routes; the guard lets only this program's own pages post."""
    turn = threading.BoundedSemaphore(AT_ONCE)
    prefix = app.config.routes_pathname_prefix

    @app.server.post(f"{prefix}basket/deck")
    def make() -> Response:
        return _stream(turn, _lines, "application/x-ndjson")

    @app.server.get(f"{prefix}basket/report")
    def read() -> Response:
        try:
            export.from_here()
        except Unexported as reason:
            return refuse(reason.status, str(reason))
        if not read_basket():
            body = export.no_file_page(EMPTY, f"{prefix}basket", "basket")
            return Response(body, 422, content_type="text/html; charset=utf-8")
        return _stream(turn, _pages, "text/html; charset=utf-8")


def _stream(
    turn: threading.BoundedSemaphore, make: Callable[[tuple[Item, ...]], Iterator[str]], kind: str
) -> Response:
    items = read_basket()
    if not items:
        return refuse(422, EMPTY)
    if not turn.acquire(timeout=WAIT):
        return refuse(503, BUSY)
    return Response(stream_with_context(_in_turn(turn, make(items))), content_type=kind)


def _in_turn(turn: threading.BoundedSemaphore, pieces: Iterator[str]) -> Iterator[str]:
    try:
        yield from pieces
    finally:  # also where the browser went away
        turn.release()


def _lines(items: tuple[Item, ...]) -> Iterator[str]:
    """Answers first, as they take the time; then slides; then the file."""
    total = 2 * len(items)
    for done, one in enumerate(items):
        yield _line(done=done, of=total)
        record_look(one)
    day = export.today()
    figures = [figure(one) for one in items]
    made = deck.start_deck(figures, day)
    for done in deck.fill_deck(made, figures):
        yield _line(done=len(items) + done, of=total)
    content = base64.b64encode(slides.save(made)).decode("ascii")
    yield _line(name=NAME.format(day), content=content)


def _pages(items: tuple[Item, ...]) -> Iterator[str]:
    """The report, section by section."""
    for one in items:
        record_look(one)
    yield report.head(len(items), export.today())
    figures = []
    for one in items:
        figures.append(figure(one))
        yield report.section(len(figures), figures[-1])
    yield report.tail(figures)


def _line(**said: object) -> str:
    return json.dumps(said) + "\n"


def record_look(one: Item) -> None:
    """Work out the answer and write the look, so that every figure counts all of them."""
    try:
        question, part = basket.find_place(one)
    except Unexported:
        return  # its slide says why
    disclose(part.analysis, question)


def figure(one: Item) -> Figure:
    """A figure of the basket with what its slide says, or why it has none."""
    host = request.host_url.rstrip("/")
    known = Figure(one.name, one.about, f"{host}{views.find_view(one.view).path}?{one.query}")
    try:
        question, _ = basket.find_place(one)
        cohort = cohorts.load(question.cohort)
        known = replace(
            known,
            study=cohorts.list_titles()[question.cohort],
            looks=read_ledger(cohort).count,
        )
        drawn = basket.export_of(one)
    except Unexported as reason:
        return replace(known, why=str(reason))
    named = replace(drawn, title=one.name) if one.name != one.title else drawn
    return replace(known, figure_export=named, name=named.title)
