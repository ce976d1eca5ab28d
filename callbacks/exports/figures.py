"""Files that leave: `/export/<kind>?<question>&view=<view>&part=<figure>&of=<which>`.

An export is a look like any other: covered while a question is asked blind, and written into the
ledger before it leaves. What an address asks for is not mended here as a page mends it: a file
that is not what its link says would be believed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from dash import Dash
from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from analysis.ledger import Ledger
from analysis.question import LONGEST_ADDRESS, Question
from analysis.question import choices as question_choices
from analysis.registry import CUTOFF_SEARCH
from analysis.results.survival import SurvivalResult
from components import download_form, views
from components.views.view import Panel, RenderContext, View
from exports.drawing.frames import Unfit, dpi_of, frame_of
from exports.figure_export import FigureExport
from exports.file_kinds import KINDS, Kind, NotOfThisFigure, Wish, name_of
from exports.html_page import render_page
from exports.pptx.template import LARGEST, BadTemplate
from exports.provenance import Provenance
from services import cohorts
from services.address import Unreadable, read_whole_question
from services.disclosure import disclose
from services.evaluate import NoAnswer, evaluate
from services.request import audit
from wording.refusals import (
    CHOOSE_TEMPLATE,
    NO_SUCH_ENDPOINT,
    NO_SUCH_FIGURE,
    NO_SUCH_FILE,
    NOTHING_TO_DRAW,
    OWN_PAGES_ONLY,
    TOO_MANY_FILES,
    refuse_large_template,
)

AT_ONCE = 2  # exports of this process; the others wait
WAIT = 20.0  # seconds
FORM = 100_000  # bytes of a form around its file
PLACE = {"view": "survival", "part": "curve", "of": ""}  # what an address means that does not say


class Unexported(Exception):
    """Why there is no file, in words, with the status that says it to a program."""

    def __init__(self, sentence: str, status: int = 422) -> None:
        super().__init__(sentence)
        self.status = status


def register(app: Dash) -> None:
    """The one route of all exports."""
    prefix = app.config.routes_pathname_prefix
    turn = threading.BoundedSemaphore(AT_ONCE)

    @app.server.route(f"{prefix}export/<kind>", methods=["GET", "POST"])
    def export(kind: str) -> Response:
        query = request.query_string.decode("latin-1")
        try:
            if kind == "choose":
                return choose(query, prefix)
            return in_turn(turn, lambda: file_of(kind, query))
        except Unexported as reason:
            return refusal(reason, prefix)


def in_turn(turn: threading.BoundedSemaphore, make: Callable[[], Response]) -> Response:
    """Make one file when fewer than `AT_ONCE` are being made."""
    if not turn.acquire(timeout=WAIT):
        raise Unexported(TOO_MANY_FILES, 503)
    try:
        return make()
    finally:
        turn.release()


def file_of(kind: str, query: str) -> Response:
    """The file that an address asks for; Unexported says why there is none."""
    made = KINDS.get(kind)
    if made is None:
        raise Unexported(NO_SUCH_FILE, 404)
    from_here()
    wish = _wish(query, made)
    figure_exports = find_exports(query, each=made.each)
    try:
        content = made.make(figure_exports, wish)
    except (NotOfThisFigure, BadTemplate, Unfit) as reason:
        raise Unexported(str(reason)) from None
    response = Response(content, content_type=made.media)
    name = name_of(figure_exports, made)  # ASCII without quotes: it needs no escapes
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def choose(query: str, prefix: str) -> Response:
    """The page of other sizes and an own template; nothing of the answer stands on it."""
    question, view, panel, of = place_of(query)
    about = {"view": view.name, "part": panel.name, "of": of}
    rest = "&".join(f"{name}={value}" for name, value in about.items())
    full = f"{question.query()}&{rest}"
    back = f"{_path(view, prefix)}?{question.query()}"
    text = download_form.page(
        "Download the figure", full, f"{prefix}export/", back,
        rounds=panel.joined_places is not None, size=f"{LARGEST // 10**6} MB",
    )  # fmt: skip
    return Response(text, content_type="text/html; charset=utf-8")


def find_exports(query: str, *, each: bool = True) -> list[FigureExport]:
    """The figures that an address asks for, ready to leave; Unexported says why there are none.

    Without `of` these are the figures of all endpoints, unless `each`.
    """
    question, view, panel, of = place_of(query)
    found, here = _disclose(panel, question)
    if panel.joined_places and not of:
        codes = (question.endpoint,) if each else panel.joined_places(found)
    else:
        codes = (of,)
    about = Provenance(
        question=question,
        cohort=cohorts.load_for(question),
        page=f"{request.host_url.rstrip('/')}{view.path}",
        day=today(),
        looks=max(here.count, 1),
        rounded=_read_form(query, "rounded") == "yes",
    )
    return [_export(panel, found, RenderContext(question, of=code, ledger=here, leaves=True), about)
            for code in codes]  # fmt: skip


def place_of(query: str) -> tuple[Question, View, Panel, str]:
    """The question and the figure of an address: its view, its part, and which of several."""
    question = question_of(query)
    name, part_name, of = (_read_form(query, one) or PLACE[one] for one in PLACE)
    view = {one.name: one for one in views.PAGES}.get(name)
    panel = view.panel(part_name) if view else None
    if view is None or panel is None or panel.figure_export is None:
        raise Unexported(NO_SUCH_FIGURE, 404)
    if (
        panel.joined_places
        and of
        and of not in question_choices.endpoint_choices(cohorts.load(question.cohort))
    ):
        raise Unexported(NO_SUCH_ENDPOINT, 404)
    return question, view, panel, of


def refusal(reason: Unexported, prefix: str) -> Response:
    """The sentence as a page, and a way back to the figure."""
    audit.log_refusal(reason.status, "export: no file was made")
    query = request.query_string.decode("latin-1")[:LONGEST_ADDRESS]
    view = {one.name: one for one in views.VIEWS}.get(_read_form(query, "view"))
    path = _path(view, prefix) if view else f"{prefix}survival"
    body = no_file_page(str(reason), f"{path}?{query}", "figure")
    response = Response(body, reason.status, content_type="text/html; charset=utf-8")
    if reason.status == 503:
        response.headers["Retry-After"] = "5"
    return response


def no_file_page(reason: str, back: str, what: str) -> str:
    """The page that says why there is no file, with the way back to what it would have been of."""
    return render_page("no_file.html.j2", reason=reason, back=back, what=what)


def _path(view: View, prefix: str) -> str:
    return f"{prefix.rstrip('/')}{view.path}"


def _read_form(query: str, name: str) -> str:
    return next((text for key, text in parse_qsl(query) if key == name), "")


def from_here() -> None:
    """An image or a frame on another site must not write into the ledger; a link may."""
    site, mode = (request.headers.get(f"Sec-Fetch-{name}", "") for name in ("Site", "Mode"))
    if site == "cross-site" and mode != "navigate":
        raise Unexported(OWN_PAGES_ONLY, 403)


def _wish(query: str, kind: Kind) -> Wish:
    """Paper, resolution and template, as the address and the form have them."""
    try:
        frame = frame_of(_read_form(query, "frame") or "slide", _read_form(query, "mm"))
        dpi = dpi_of(_read_form(query, "dpi") or "150")
    except Unfit as reason:
        raise Unexported(str(reason)) from None
    return Wish(frame, dpi, _template(kind) if request.method == "POST" else b"")


def _template(kind: Kind) -> bytes:
    """The file of the form; only slides are made in a template."""
    request.max_content_length = LARGEST + FORM
    try:
        sent = request.files.get("template")
    except RequestEntityTooLarge:
        raise Unexported(refuse_large_template(LARGEST), 413) from None
    content = sent.read() if sent else b""
    if kind.ending != "pptx" or not content:
        raise Unexported(CHOOSE_TEMPLATE)
    return content


def question_of(query: str) -> Question:
    """The question, exactly as the address has it."""
    try:
        return read_whole_question(query)
    except Unreadable as reason:
        raise Unexported(str(reason), reason.status) from None


def _disclose(panel: Panel, question: Question) -> tuple[Any, Ledger]:
    """The result, the search waited for, and the ledger with this look in it."""
    found, here = disclose(panel.analysis, question)
    if isinstance(found, NoAnswer):
        raise Unexported(found.sentence, 403 if here.covers(question) else 422)
    if not isinstance(found, SurvivalResult):
        return found, here
    pending = [one for one in found.estimated if one.reported_p and one.reported_p.pending]
    for one in pending:
        evaluate(CUTOFF_SEARCH, question.changed(endpoint=one.code))
    return disclose(panel.analysis, question) if pending else (found, here)


def _export(panel: Panel, found: Any, context: RenderContext, about: Provenance) -> FigureExport:
    """The figure on its way out; what it holds is worked out only when a file needs it."""
    made = panel.figure_export(found, context, about) if panel.figure_export else None
    if made is None:
        raise Unexported(_reason(found, context))
    return made


def _reason(found: Any, context: RenderContext) -> str:
    """Why there is nothing to draw."""
    endpoint = found.endpoint(context.of) if isinstance(found, SurvivalResult) else None
    return getattr(endpoint or found, "why", "") or NOTHING_TO_DRAW


def today() -> str:
    """The day of an export, "2026-11-22" (UTC)."""
    return datetime.now(UTC).date().isoformat()
