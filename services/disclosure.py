"""What may be shown of a question: covered while it is asked blind, counted when it is drawn."""

from __future__ import annotations

from typing import Any

from analysis.cohort.analysis_set import select_sample
from analysis.ledger import Ledger
from analysis.question import Question
from analysis.registry import Analysis
from analysis.results.survival import SurvivalResult
from analysis.stats.errors import NotEnoughData
from data.state_dir import StateDirError
from services import cohorts
from services.evaluate import NoAnswer, evaluate
from services.ledger import read_ledger, record_look
from services.reported_p import add_reported_p
from services.request.owner import owner
from wording.numbers import cut_text

UNWRITTEN = (
    "What is looked at cannot be written down here, so no outcome is shown: {reason}. "
    "Make the state folder writable, then reload."
)


def disclose(
    analysis: Analysis, question: Question, here: Ledger | None = None
) -> tuple[Any, Ledger]:
    """The result of an analysis, or why there is none, and the ledger with this look in it.

    `here` is the ledger as it was read a moment ago, for the same request.
    """
    cohort = cohorts.load(question.cohort)
    try:
        here = here or read_ledger(cohort)
        if analysis.reveals is None:
            return evaluate(analysis, question), here
        if here.covers(question):
            return NoAnswer(describe_covered(question, here)), here
        found = evaluate(analysis, question)
        drawn = () if isinstance(found, NoAnswer) else analysis.reveals(found)
        here = record_look(question, drawn, owner()) if drawn else here
        corrected = isinstance(found, SurvivalResult)
        return add_reported_p(found, question, here) if corrected else found, here
    except StateDirError as reason:
        return NoAnswer(UNWRITTEN.format(reason=reason)), Ledger()


def describe_covered(question: Question, here: Ledger) -> str:
    """Marker and patients without the outcome, and what to do to see it."""
    try:
        sample = select_sample(cohorts.load_for(question), question)
    except NotEnoughData as reason:
        return str(reason)
    high = int((sample.values > question.cut[-1]).sum()) if question.cut else 0
    cut = " and ".join(cut_text(one) for one in question.cut)
    locked = [one for one in here.valid if one.of(question.changed(cut=(one.cut,)))]
    other = f" Locked is {cut_text(locked[-1].cut)}, not {cut}." if locked else ""
    return (
        f"{sample.label} at {sample.visit_label}, cut-off {cut} {sample.unit}".rstrip()
        + f": {high} of {sample.values.size} patients lie above it. "
        f"The outcome is covered until this cut-off is locked.{other}"
    )
