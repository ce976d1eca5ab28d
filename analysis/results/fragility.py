"""How much hangs on a single patient or on the next value: the fragility of one cut-off.

Three questions: which patients change side when the cut moves to its neighbours; whose value lies
so near that the assay's own variation could put it on the other side; and whose change of side,
alone, takes the p for this cut across .05 (the idea of Walsh 2014, for sides instead of outcomes).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from analysis.cohort.analysis_set import derive_analysis_set, select_sample
from analysis.question import Question
from analysis.results.groups import estimate_effect
from analysis.stats._splits import Scores
from analysis.stats.cox import hazard_ratio
from analysis.stats.cutoff import find_cuts
from analysis.stats.cutoff.one_cut import p_cuts, p_splits, uses_logrank
from analysis.stats.errors import NotEnoughData
from analysis.stats.inputs import ALPHA, matrix, survival_arrays
from data.cohort import Cohort

VARIATION = 0.1  # of a measured value: no marker of a cohort carries its assay's own error
MOST_PERMUTED = 1_000  # patients whose changes of side are permuted one by one
STEPS = 2  # neighbouring cuts on each side


@dataclass(frozen=True, eq=False)
class Fragility:
    """What hangs on a few patients at one cut.

    `neighbours`: place cut n_low n_high events_low events_high p hr lower upper moved, ascending
    by cut; `place` counts observed values from the current cut (0), `moved` names the patients
    who are on another side than at the current cut. `near`: name value high (who lies within the
    assay's variation of the cut). `flips`: name value high time event p crosses, a row per
    patient, for the change of side of that patient alone. `p` is the p for this cut.
    """

    cut: float
    p: float
    neighbours: pd.DataFrame
    near: pd.DataFrame
    flips: pd.DataFrame

    @property
    def crossing(self) -> pd.DataFrame:
        """The rows of `flips` that take the p for this cut across .05."""
        return self.flips[self.flips["crosses"]]


def fragility(
    time, event, marker, cut, *, spread=None, estimator="cox", names=None, steps=STEPS
) -> Fragility:
    """The fragility of the split marker > cut.

    Parameters
    ----------
    time, event, marker : arrays of shape (n,), complete
    spread : array of shape (n,), optional
        How far each value may be off, in the marker's unit; 10 % of the value if absent.
    estimator : "cox" or "firth", for the hazard ratios
    names : labels of the patients, shape (n,); 0..n-1 if absent
    steps : how many observed values to go on each side

    p is that of :func:`analysis.stats.cutoff.one_cut.p_cut`, also for the changes of single
    patients. NaN where a split cannot be compared. Raises ValueError for wrong input,
    NotEnoughData where a side of the cut is empty or nobody had an event.
    """
    time, event = survival_arrays(time, event)
    value = matrix(marker, time.size)[0][:, 0]
    high = value > cut
    if high.all() or not high.any():
        side = "at or below" if high.all() else "above"
        raise NotEnoughData(f"For this endpoint no patient lies {side} the cut-off.")
    if not event.any():
        raise NotEnoughData("No event was observed, so no patient's side can matter.")
    names = np.arange(time.size) if names is None else np.asarray(names)
    spread = VARIATION * np.abs(value) if spread is None else np.asarray(spread, float)
    neighbours = _neighbours(time, event, value, cut, steps, estimator, names)
    p = float(neighbours.loc[neighbours["place"] == 0, "p"].iloc[0])
    near = np.where(high, value - spread <= cut, value + spread > cut)
    patients = pd.DataFrame({"name": names, "value": value, "high": high})
    flips = patients.assign(time=time, event=event, p=flipped(time, event, high))
    return Fragility(
        cut=float(cut),
        p=p,
        neighbours=neighbours,
        near=_by_value(patients[near]),
        flips=_by_value(flips.assign(crosses=_across(p, flips["p"].to_numpy()))),
    )


def flipped(
    time: np.ndarray, event: np.ndarray, high: np.ndarray, strata: np.ndarray | None = None
) -> np.ndarray:
    """p of the split after the change of side of each patient alone, shape (n,).

    ``time`` and ``event`` checked, ``high`` bool, all of shape (n,). By the rule of the p of one
    cut: of the split as it is, so that one patient does not change the kind of test. NaN where a
    side would be empty or the split has no information, and where a small side of more than
    1,000 patients would have to be permuted for each of them.
    """
    if uses_logrank(time, event, high, strata=strata):
        return _by_formula(time, event, high, strata)
    if high.size > MOST_PERMUTED:
        return np.full(high.size, np.nan)
    sides = np.logical_xor(high, np.eye(high.size, dtype=bool))
    return p_splits(time, event, sides, strata=strata)["p"].to_numpy()


def _by_formula(
    time: np.ndarray, event: np.ndarray, high: np.ndarray, strata: np.ndarray | None
) -> np.ndarray:
    """The log-rank p of each; a change of side moves O - E and V of its own stratum only."""
    codes = np.zeros(time.size) if strata is None else np.asarray(strata)
    u, v, own = np.zeros(time.size), np.zeros(time.size), np.zeros((2, time.size))
    members = [np.flatnonzero(codes == code) for code in np.unique(codes)]
    for rows in members:
        scores = Scores(time[rows], event[rows], high[rows])
        rows = rows[scores.order]
        own[:, rows] = np.array(scores.of(high[rows[np.argsort(scores.order)]]))[:, None]
        u[rows], v[rows] = _changed(high[rows], scores.residual, scores.weight)
    whole = np.sum([own[:, rows[0]] for rows in members], axis=0)
    u, v = whole[0] - own[0] + u, whole[1] - own[1] + v
    z2 = np.divide(u * u, v, out=np.full(time.size, np.nan), where=v > 1e-12)
    return chdtrc(1, z2)


def _changed(
    high: np.ndarray, residual: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """O - E and V after each patient's change of side, from sums over those at risk before.

    With c of m patients at risk high, one more (s = 1) or one less (s = -1) makes
    c (m - c) into c (m - c) + s (m - 2c) - 1, at every event time up to the patient's own.
    """
    at_risk = np.arange(high.size, 0, -1, dtype=float)
    c = np.cumsum(high[::-1])[::-1].astype(float)
    sign = np.where(high, -1.0, 1.0)
    u = residual[high].sum() + sign * residual
    v = (weight * c * (at_risk - c)).sum()
    slope = np.cumsum(weight * (at_risk - 2 * c))
    return u, v + sign * slope - np.cumsum(weight)


def _across(p: float, others: np.ndarray) -> np.ndarray:
    """Whether each p lies on the other side of .05; never where one of the two is unknown."""
    known = ~(np.isnan(others) | math.isnan(p))
    return known & ((others <= ALPHA) != (p <= ALPHA))


def _by_value(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values("value", kind="stable").reset_index(drop=True)


# --------------------------------------------------------------------------------- neighbours


def _neighbours(time, event, value, cut: float, steps: int, estimator, names) -> pd.DataFrame:
    """A row for the cut and each of its neighbours."""
    cuts = find_cuts(value)
    here = int(np.searchsorted(cuts.low, cut, side="right")) - 1
    at = np.arange(max(here - steps, 0), min(here + steps, len(cuts.cut) - 1) + 1)
    shown = np.where(at == here, cut, cuts.cut[at])
    sides = value > cut
    rows = [
        {"place": int(i - here), "cut": float(c), **_sides(event, value > c),
         **_effect(time, event, value > c, estimator),
         "moved": _names(names, value, (value > c) != sides)}
        for i, c in zip(at, shown, strict=True)
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    table.insert(6, "p", p_cuts(time, event, value, shown)["p"].to_numpy())
    return table


def _sides(event: np.ndarray, high: np.ndarray) -> dict[str, int]:
    return {
        "n_low": int((~high).sum()),
        "n_high": int(high.sum()),
        "events_low": int(event[~high].sum()),
        "events_high": int(event[high].sum()),
    }


def _effect(time, event, high: np.ndarray, estimator: str) -> dict[str, float]:
    found = estimate_effect(time, event, high, estimator)
    return {"hr": found.hr, "lower": found.lower, "upper": found.upper}


def _names(names: np.ndarray, value: np.ndarray, chosen: np.ndarray) -> tuple[str, ...]:
    """The chosen patients, ascending by value."""
    rows = np.flatnonzero(chosen)
    return tuple(names[rows[np.argsort(value[rows], kind="stable")]])


# ----------------------------------------------------------------------------- of a question


@dataclass(frozen=True, eq=False)
class FragilityResult:
    """The fragility of the question's split for its endpoint, with what its words need."""

    code: str
    label: str
    unit: str
    n: int
    events: int
    measure: str
    permuted: bool  # whether p's are permutation p's
    estimator: str
    admissible: bool
    result: Fragility
    detectable: float  # the hazard ratio that this split could have been planned to show


def analyse_fragility(cohort: Cohort, question: Question) -> FragilityResult:
    """The fragility of the question's cut-off; NotEnoughData in words where there is none."""
    if len(question.cut) != 1:
        raise NotEnoughData("What hangs on single patients is worked out for one cut-off.")
    sample = select_sample(cohort, question)
    _ = sample.cuts  # says in words where nobody can be divided at all
    followed = derive_analysis_set(cohort, sample, question)
    rows, time, event, value = followed.rows, followed.time, followed.event, followed.value
    if not value.size:
        raise NotEnoughData("No patient with a usable sample was still under observation.")
    cut, estimator = question.cut[0], followed.estimator
    spread = _spread(cohort, question, rows["subject"], value)
    names = rows["subject"].to_numpy()
    result = fragility(time, event, value, cut, spread=spread, estimator=estimator, names=names)
    return FragilityResult(
        code=question.endpoint,
        label=cohort.study.endpoint(question.endpoint).label,
        unit=sample.unit,
        n=len(rows),
        events=int(event.sum()),
        measure=question.measure,
        permuted=not uses_logrank(time, event, value > cut),
        estimator=estimator,
        admissible=_admissible(followed.cuts, value, cut),
        result=result,
        detectable=hazard_ratio.detectable_hr(int(event.sum()), float((value > cut).mean())),
    )


def _admissible(cuts, value: np.ndarray, cut: float) -> bool:
    return bool(cuts.admissible[cuts.n_low == int((value <= cut).sum())].any())


def _spread(cohort: Cohort, question: Question, subjects: pd.Series, value) -> np.ndarray:
    """How far 10 % of each measured value can move the measure of the question.

    A fold change and a change carry the variation of both of their values (root of the sum of
    squares, on the log scale for a fold).
    """
    if question.measure == "value":
        return VARIATION * np.abs(value)
    if question.measure == "fold":
        return VARIATION * math.sqrt(2) * np.abs(value)
    plain = question.changed(measure="value", baseline="")
    parts = [select_sample(cohort, plain.changed(visit=visit)).rows.set_index("subject")["value"]
             for visit in (question.visit, question.baseline)]  # fmt: skip
    end, start = (part.loc[subjects].to_numpy(float) for part in parts)
    # A value that is set aside at its own visit (sampled late) still stands behind a change.
    return VARIATION * np.hypot(np.nan_to_num(end), np.nan_to_num(start))
