"""What may be said of a question that is asked blind: everything but the outcome."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.cohort.analysis_set import select_sample
from analysis.ledger import Ledger
from analysis.question import Question
from data.cohort import Cohort


@dataclass(frozen=True)
class Covered:
    """The marker, the visit and the cut-off, and how many patients lie above it.

    `locked` is the cut-off that is locked for this split, where it is another one.
    """

    marker: str
    visit: str
    unit: str
    cut: tuple[float, ...]
    above: int
    n: int
    locked: float | None = None


def cover(cohort: Cohort, question: Question, ledger: Ledger) -> Covered:
    """The question without its outcome; NotEnoughData where it has no sample."""
    sample = select_sample(cohort, question)
    locks = [lock for lock in ledger.valid if lock.of(question.changed(cut=(lock.cut,)))]
    return Covered(
        marker=sample.label,
        visit=sample.visit_label,
        unit=sample.unit,
        cut=question.cut,
        above=int((sample.values > question.cut[-1]).sum()) if question.cut else 0,
        n=int(sample.values.size),
        locked=locks[-1].cut if locks else None,
    )
