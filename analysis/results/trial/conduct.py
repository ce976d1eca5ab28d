"""The trial itself: escalation, treatment, responses, adverse events and exposure."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.results.trial.adverse_events import Adverse, adverse_of
from analysis.results.trial.escalation import Path, path_of
from analysis.results.trial.exposure import Compared, exposures_of
from analysis.results.trial.lesions import Lesions, lesions_of
from analysis.results.trial.swimmer import Lanes, Responses, lanes_of, responses_of
from data.cohort import Cohort, Conduct

READS = ("cohort",)


@dataclass(frozen=True)
class Trial:
    """What the trial page shows; every part says in its `why` where it has nothing to show."""

    title: str
    n: int
    subjects: tuple[str, ...]
    path: Path
    lanes: Lanes
    responses: Responses
    lesions: Lesions
    adverse: Adverse
    exposures: tuple[Compared, ...]
    notes: Conduct
    synthetic: str


def trial(cohort: Cohort, question: object) -> Trial:
    """The trial of a cohort; `question` is not read."""
    lanes = lanes_of(cohort)
    return Trial(
        title=cohort.study.label,
        n=cohort.n,
        subjects=tuple(cohort.subjects["subject"]),
        path=path_of(cohort),
        lanes=lanes,
        responses=responses_of(lanes),
        lesions=lesions_of(cohort),
        adverse=adverse_of(cohort),
        exposures=exposures_of(cohort),
        notes=cohort.study.conduct,
        synthetic=cohort.study.synthetic,
    )
