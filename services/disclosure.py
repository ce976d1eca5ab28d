"""What may be shown of a question: covered while it is asked blind, counted when it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analysis.covered import Covered, cover
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
from wording.refusals import NOT_WRITTEN
from wording.results.covered import describe_covered

UNWRITTEN = NOT_WRITTEN


@dataclass(frozen=True)
class CoveredResult(NoAnswer):
    """What is given out instead of an outcome: no drawing has to remember to leave it out."""

    covered: Covered


def disclose(
    analysis: Analysis, question: Question, ledger: Ledger | None = None
) -> tuple[Any, Ledger]:
    """The result of an analysis, or why there is none, and the ledger with this look in it.

    `ledger` is the ledger as it was read a moment ago, for the same request.
    """
    try:
        ledger = ledger or read_ledger(cohorts.load(question.cohort))
        if ledger.covers(question):
            return _cover(analysis, question, ledger), ledger
        return _reveal(analysis, question, ledger)
    except StateDirError as reason:
        return NoAnswer(UNWRITTEN.format(reason=reason)), Ledger()


def _reveal(analysis: Analysis, question: Question, ledger: Ledger) -> tuple[Any, Ledger]:
    """The result; what it reveals is written down before it is given out."""
    result = evaluate(analysis, question)
    if analysis.reveals is None or isinstance(result, NoAnswer):
        return result, ledger
    if endpoints := analysis.reveals(result):
        ledger = record_look(question, endpoints, owner())
    if isinstance(result, SurvivalResult):
        result = add_reported_p(result, question, ledger)
    return result, ledger


def _cover(analysis: Analysis, question: Question, ledger: Ledger) -> Any:
    """The result without its outcomes, or what may be said of the question in its place."""
    if analysis.reveals is not None:
        return _cover_question(question, ledger)
    result = evaluate(analysis, question)
    if analysis.cover is None or isinstance(result, NoAnswer):
        return result
    return analysis.cover(result)


def _cover_question(question: Question, ledger: Ledger) -> NoAnswer:
    try:
        covered = cover(cohorts.load_for(question), question, ledger)
    except NotEnoughData as reason:
        return NoAnswer(str(reason))
    return CoveredResult(describe_covered(covered), covered)
