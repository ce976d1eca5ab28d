"""Files that leave: `/export/<kind>?<question>&of=<endpoint>`.

An export is a look like any other: covered while a question is asked blind, and written into the
ledger before it leaves. What an address asks for is not mended here as a page mends it: a file
that is not what its link says would be believed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from urllib.parse import parse_qsl

from dash import Dash
from flask import Response, request

from analysis import asking
from analysis.answer import Answer, EndpointAnswer
from analysis.ledger import Ledger
from analysis.question import LONGEST_ADDRESS, Question, asked
from callbacks import cohorts
from callbacks.address import read
from callbacks.answers import NoAnswer, answer
from callbacks.outcomes import shown
from components.views.searching import SEARCHED
from components.views.survival import ANSWER
from exports.export import Export, file_name
from exports.files import KINDS, Kind
from web import audit

AT_ONCE = 2  # exports of this process; the others wait
WAIT = 20.0  # seconds
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>No file · Cutline</title><meta name="viewport" content="width=device-width"></head>
<body style="font: 18px/1.5 system-ui, sans-serif; max-width: 40em; margin: 4em auto">
<h1>No file was made</h1><p>{}</p>
<p><a href="{}">Back to the figure</a></p></body></html>"""


class Unexported(Exception):
    """Why there is no file, in words, with the status that says it to a program."""

    def __init__(self, sentence: str, status: int = 422) -> None:
        super().__init__(sentence)
        self.status = status


def register(app: Dash) -> None:
    """The one route of all exports."""
    prefix = app.config.routes_pathname_prefix
    turn = threading.BoundedSemaphore(AT_ONCE)

    @app.server.get(f"{prefix}export/<kind>")
    def export(kind: str) -> Response:
        try:
            return in_turn(turn, lambda: file_of(kind, request.query_string.decode("latin-1")))
        except Unexported as reason:
            return refusal(reason, prefix)


def in_turn(turn: threading.BoundedSemaphore, make: Callable[[], Response]) -> Response:
    """Make one file when fewer than `AT_ONCE` are being made."""
    if not turn.acquire(timeout=WAIT):
        raise Unexported("Too many files are being made; please try again in a moment.", 503)
    try:
        return make()
    finally:
        turn.release()


def file_of(kind: str, query: str) -> Response:
    """The file that an address asks for; Unexported says why there is none."""
    made = KINDS.get(kind)
    if made is None:
        raise Unexported("There is no such kind of file.", 404)
    # An image or a frame on another site must not write into the ledger; a link may.
    site, mode = (request.headers.get(f"Sec-Fetch-{name}", "") for name in ("Site", "Mode"))
    if site == "cross-site" and mode != "navigate":
        raise Unexported("Files are made for this program's own pages only.", 403)
    question = _question(query)
    of = _of(query, question, made)
    found, here = _answer(question)
    export = _export(found, here, question, of)
    content = made.make(export)
    response = Response(content, content_type=made.media)
    name = file_name(export, made.ending, made.what)  # ASCII without quotes: it needs no escapes
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def refusal(reason: Unexported, prefix: str) -> Response:
    """The sentence as a page, and a way back to the figure."""
    audit.refused(reason.status, "export: no file was made")
    query = request.query_string.decode("latin-1")[:LONGEST_ADDRESS]
    body = PAGE.format(escape(str(reason)), escape(f"{prefix}survival?{query}", quote=True))
    response = Response(body, reason.status, content_type="text/html; charset=utf-8")
    if reason.status == 503:
        response.headers["Retry-After"] = "5"
    return response


def _question(query: str) -> Question:
    """The question, exactly as the address has it."""
    if len(query) > LONGEST_ADDRESS:
        raise Unexported("The address is too long to be a question.", 414)
    texts = asked(query)
    missing = [name for name in ("cohort", "marker", "visit", "cut") if not texts.get(name)]
    if missing:
        raise Unexported(
            f"The address does not say the whole question: {', '.join(missing)} is missing. Use "
            "the Download menu under the figure."
        )
    question, notes = read(query)
    if notes:
        raise Unexported(" ".join(notes))
    return question


def _answer(question: Question) -> tuple[Answer, Ledger]:
    """The answer with its headlines, the search waited for, and the ledger with this look in it."""
    found, here = shown(ANSWER, question)
    if isinstance(found, NoAnswer):
        raise Unexported(found.sentence, 403 if here.covers(question) else 422)
    pending = [one for one in found.endpoints if one.headline and one.headline.pending]
    for one in pending:
        answer(SEARCHED, question.changed(endpoint=one.code))
    return shown(ANSWER, question) if pending else (found, here)


def _of(query: str, question: Question, kind: Kind) -> str:
    """The endpoint of the file; "" for all that have an answer. Checked before anything is seen."""
    of = next((text for name, text in parse_qsl(query) if name == "of"), "")
    if of and of not in asking.endpoints(cohorts.load(question.cohort)):
        raise Unexported("This cohort has no such endpoint.", 404)
    return question.endpoint if kind.each and not of else of


def _export(found: Answer, here: Ledger, question: Question, of: str) -> Export:
    one = found.endpoint(of)
    wanted: tuple[EndpointAnswer, ...] = found.endpoints if one is None else (one,)
    endpoints = tuple(each for each in wanted if not each.why)
    if not endpoints:
        raise Unexported(wanted[0].why)
    return Export(
        answer=found,
        endpoints=endpoints,
        question=question,
        cohort=cohorts.asked(question),
        page=f"{request.host_url}survival",
        day=_today(),
        looks=max(here.count, 1),
    )


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
