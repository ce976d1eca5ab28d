"""What the browser needs to draw a moved cut-off by itself, once for all cuts of a question."""

from __future__ import annotations

from typing import Any

from analysis.ledger import Ledger
from analysis.question import Question
from analysis.registry import CUT_PLACES, PREVIEW
from analysis.results.preview import Preview, preview_key
from data.cache import cache
from figures.preview import places_payload, preview_payload
from services import cohorts
from services.disclosure import disclose
from services.evaluate import NoAnswer, evaluate
from services.reported_p import report_every_cut

Payload = dict[str, Any]


def make_payload(question: Question) -> Payload | None:
    """The payload of a question without its cut; a covered outcome stays on the server."""
    of_all = question.changed(cut=())
    payload = _cover_payload(of_all) if question.blind else _disclose_payload(of_all)
    return None if payload is None else {**payload, "key": preview_key(question)}


def _cover_payload(question: Question) -> Payload | None:
    """Where the line can stand, and no outcome."""
    places = evaluate(CUT_PLACES, question)
    return None if isinstance(places, NoAnswer) else places_payload(places, "")


def _disclose_payload(question: Question) -> Payload | None:
    result, ledger = disclose(PREVIEW, question)
    return None if isinstance(result, NoAnswer) else _word_payload(result, question, ledger)


def _word_payload(result: Preview, question: Question, ledger: Ledger) -> Payload:
    """The payload with the headlines of this state of the ledger; kept until that changes."""
    fixed = tuple(lock.sequence for lock in ledger.locks if lock.marker == question.marker)
    read = question.reading(PREVIEW.reads)
    key = f"worded:{cohorts.load_for(question).id}:{read!r}:{ledger.count}:{fixed}"
    payload: Payload | None = cache.get(key)
    if payload is None:
        cuts = result.places.cut
        headlines = {
            endpoint.of.code: report_every_cut(endpoint, cuts, question, ledger)
            for endpoint in result.endpoints
        }
        payload = preview_payload(result.with_reported_p(headlines), "")
        cache.set(key, payload)
    return payload
