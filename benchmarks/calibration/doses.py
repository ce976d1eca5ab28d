"""Simulated trials with dose levels: outcome and marker may both go with the dose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.calibration import paths
from benchmarks.calibration.trials import EVEN, TO_PROGRESSION

PATIENTS = {17: (3, 6, 6, 2), 30: (6, 9, 9, 6), 68: (12, 20, 20, 16)}  # of each level, ascending
CRUDE = ("locked cut, crude", "best cut, crude")
WITHIN = ("locked cut, within levels", "best cut, within levels")
PATHS = (*CRUDE, *WITHIN)


@dataclass(frozen=True)
class DoseEffect:
    """What the dose does, by level, and what the marker does beyond it.

    Hazard ratios are those of one standard deviation over the patients, of ``by_level`` and of the
    marker; ``correlation`` is that of the two.
    """

    name: str
    by_level: tuple[float, float, float, float]
    dose_ratio: float
    correlation: float
    marker_ratio: float = 1.0


@dataclass(frozen=True, eq=False)
class DoseTrial:
    """Progression-free survival, a marker, and the number of each patient's dose level."""

    time: np.ndarray
    event: np.ndarray
    marker: np.ndarray
    level: np.ndarray


LINE = (0.0, 1.0, 2.0, 3.0)
NULLS = (
    DoseEffect("a line", LINE, 0.3, -0.9),
    DoseEffect("a step at the second level from the top", (0.0, 0.0, 1.0, 1.0), 0.3, -0.9),
    DoseEffect("the first level alone", (1.0, 0.0, 0.0, 0.0), 0.3, -0.9),
    DoseEffect("an umbrella", (0.0, 1.0, 1.0, 0.0), 0.3, -0.9),
)
EFFECTS = (
    DoseEffect("HR 0.41 per SD, the dose does nothing", LINE, 1.0, 0.0, 0.41),
    DoseEffect("HR 0.41 per SD, hidden by the dose", LINE, 0.45, -0.7, 0.41),
)


def simulate_doses(rng: np.random.Generator, n: int, effect: DoseEffect) -> DoseTrial:
    """A trial of n patients, one of the keys of PATIENTS; even censoring."""
    level = np.repeat(np.arange(4), PATIENTS[n])
    dose = np.array(effect.by_level)[level]
    dose = (dose - dose.mean()) / dose.std()
    own = np.sqrt(1 - effect.correlation**2) * rng.standard_normal(n)
    marker = effect.correlation * dose + own
    hazard = np.exp(np.log(effect.dose_ratio) * dose + np.log(effect.marker_ratio) * marker)
    progressed = rng.exponential(TO_PROGRESSION, n) / hazard
    until = EVEN.follow(rng, marker)
    return DoseTrial(np.minimum(progressed, until), progressed <= until, marker, level)


def dose_trial(trial: DoseTrial, seed: int, permutations: int = paths.PERMUTATIONS) -> np.ndarray:
    """Events, and what each of PATHS finds; 0 or 1."""
    found: list[bool] = []
    for strata in (None, trial.level):
        outcome = trial.time, trial.event
        asked = paths.ask(*outcome, trial.marker, seed, permutations, strata=strata)
        found += [asked.locked(asked.median), asked.rejected(asked.best)] if asked else [False] * 2
    return np.array([trial.event.sum(), *found], dtype=float)
