"""The trial itself: escalation, treatment, responses, adverse events and exposure."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.results.trial.adverse_events import AdverseEvents, count_adverse_events
from analysis.results.trial.escalation import (
    Escalation,
    NoEscalation,
    reconstruct_escalation,
)
from analysis.results.trial.exposure import ExposureComparison, compare_exposures
from analysis.results.trial.lesions import Lesions, measure_lesions
from analysis.results.trial.swimmer import Responses, SwimmerLanes, build_lanes, count_responses
from data.cohort import Cohort, Conduct


@dataclass(frozen=True)
class Trial:
    """What the trial page shows; every part says in its `why` where it has nothing to show."""

    title: str
    n: int
    subjects: tuple[str, ...]
    path: Escalation | NoEscalation
    lanes: SwimmerLanes
    responses: Responses
    lesions: Lesions
    adverse: AdverseEvents
    exposures: tuple[ExposureComparison, ...]
    notes: Conduct
    synthetic: str


def summarise_trial(cohort: Cohort, question: object) -> Trial:
    """The trial of a cohort; `question` is not read."""
    lanes = build_lanes(cohort)
    return Trial(
        title=cohort.study.label,
        n=cohort.n,
        subjects=tuple(cohort.subjects["subject"]),
        path=reconstruct_escalation(cohort),
        lanes=lanes,
        responses=count_responses(lanes),
        lesions=measure_lesions(cohort),
        adverse=count_adverse_events(cohort),
        exposures=compare_exposures(cohort),
        notes=cohort.study.conduct,
        synthetic=cohort.study.synthetic,
    )
