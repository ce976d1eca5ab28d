"""Two questions side by side: what their address poses, and their answers.

Both looks are written before either is drawn: each p after all looks counts the other, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.ledger import Ledger
from analysis.question import Question
from analysis.registry import CUTOFF_SEARCH, SURVIVAL
from services.address import read_pair, read_question, texts_of
from services.disclosure import disclose
from services.evaluate import NoAnswer, evaluate
from wording.pages.survival import MISSING

NAMES = {"a": "First", "b": "Second"}


@dataclass(frozen=True)
class Posed:
    """One of several questions: its name on the page, and why it cannot be asked ("" if it can)."""

    name: str
    question: Question
    why: str = ""


def read_posed(is_comparison: bool, state: Any) -> dict[str, Posed]:
    """The questions of a page by the key of their places; none on a page about one question."""
    if not is_comparison:
        return {}
    posed = {}
    for key, query in read_pair(*texts_of(state, "own")).items():
        question, notes = read_question(query)
        why = (
            " ".join(one.alone for one in notes)
            if query.strip()
            else MISSING.format(NAMES[key].lower())
        )
        posed[key] = Posed(NAMES[key], question, why)
    return posed


def evaluate_all(posed: Mapping[str, Posed]) -> dict[str, tuple[Any, Ledger]]:
    """The answer of every question, or why there is none, with the ledger that holds all looks."""
    valid = {key: one for key, one in posed.items() if not one.why}
    for one in valid.values():
        evaluate_fully(one.question)
    said = {key: (NoAnswer(one.why), Ledger()) for key, one in posed.items()}
    return said | {key: evaluate_fully(one.question) for key, one in valid.items()}


def evaluate_fully(question: Question) -> tuple[Any, Ledger]:
    """The answer with its headlines, the search waited for, and the ledger with this look in it."""
    found, here = disclose(SURVIVAL, question)
    if isinstance(found, NoAnswer):
        return found, here
    pending = [one for one in found.estimated if one.reported_p and one.reported_p.pending]
    for one in pending:
        evaluate(CUTOFF_SEARCH, question.changed(endpoint=one.code))
    return disclose(SURVIVAL, question) if pending else (found, here)
