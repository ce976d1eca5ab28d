"""What the browser needs to draw a moved cut-off by itself, once for all cuts of a question."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output

from analysis.ledger import Ledger
from analysis.question import Question
from analysis.results import preview
from components import ids
from components.views.view import Analysis
from data.cache import cache
from data.cohort import Cohort
from figures.preview import places_payload, preview_payload
from services import cohorts
from services.address import read_open_question
from services.disclosure import disclose
from services.evaluate import NoAnswer, evaluate
from services.reported_p import report_every_cut
from web.refuse import Refused


def _covered(cohort: Cohort, question: Question) -> dict[str, Any]:
    return places_payload(preview.place_cuts(cohort, question), "")


def drawn_endpoints(found: preview.Preview) -> tuple[str, ...]:
    """The endpoints whose outcome goes to the browser."""
    return tuple(one.of.code for one in found.endpoints)


PLACES = Analysis("places", _covered, preview.PLACES_READS)
PREVIEW = Analysis("preview", preview.preview_cuts, preview.READS, drawn_endpoints)


def register(app: Dash) -> None:
    """The key is worked out in the browser, so that nothing is asked while only the cut moves."""
    app.clientside_callback(
        ClientsideFunction("drag", "question"),
        Output(ids.PREVIEW_OF, "data"),
        Input(ids.QUESTION, "data"),
        Input(ids.CONTROLS, "hidden"),
        prevent_initial_call=True,
    )
    app.callback(
        Output(ids.PREVIEW, "data"),
        Input(ids.PREVIEW_OF, "data"),
        Input(ids.WRITTEN, "data"),
        prevent_initial_call=True,
    )(send)
    app.clientside_callback(
        ClientsideFunction("drag", "payload"),
        Input(ids.PREVIEW, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("drag", "message"),
        Input(ids.MESSAGE, "children"),
        prevent_initial_call=True,
    )


def send(key: Any, _written: Any = None) -> dict[str, Any] | None:
    """The payload of a question without its cut; a covered outcome stays on the server."""
    if key is not None and not isinstance(key, str):
        raise Refused("A preview is asked for by a text.", 422)
    if not key:
        return None
    question = read_open_question(key)
    if question.blind:
        found = evaluate(PLACES, question)
        return (
            None if isinstance(found, NoAnswer) else {**found, "key": preview.preview_key(question)}
        )
    found, ledger = disclose(PREVIEW, question.changed(cut=()))
    if isinstance(found, NoAnswer):
        return None
    return {**_word_payload(found, question, ledger), "key": preview.preview_key(question)}


def _word_payload(found: preview.Preview, question: Question, ledger: Ledger) -> dict[str, Any]:
    """The payload with the headlines of this state of the ledger; kept until that changes."""
    fixed = tuple(one.sequence for one in ledger.locks if one.marker == question.marker)
    of = question.reading(preview.READS)
    key = f"worded:{cohorts.load_for(question).id}:{of!r}:{ledger.count}:{fixed}"
    payload = cache.get(key)
    if payload is None:
        cuts = found.places.cut
        headlines = {
            one.of.code: report_every_cut(one, cuts, question, ledger) for one in found.endpoints
        }
        payload = preview_payload(found.with_reported_p(headlines), "")
        cache.set(key, payload)
    return payload
