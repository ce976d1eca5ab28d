"""From a cohort and a question to one row per subject: value, group, time, event.

The cut-off never looks at an outcome: the values that it divides are those of all subjects
with a usable sample, whatever happened to them later. Who is set aside is counted, by reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.cohort import measure
from analysis.cohort_cache import remember
from analysis.question import Question
from analysis.question.choices import landmark_time
from analysis.stats.cox import hazard_ratio
from analysis.stats.cutoff import CandidateCuts, assign_groups, find_cuts
from analysis.stats.landmark import landmark
from data.cohort import Cohort
from data.schema import DAYS_IN

__all__ = [
    "AnalysisSet",
    "MarkerSample",
    "ParticipantFlow",
    "derive_analysis_set",
    "landmark",
    "select_sample",
]


# Why a subject has no usable value, in the words of the page.
MISSING = "without a sample"
PART_LOW = "with a part of it below the detection limit"
LATE = "sampled after the visit's day"
NO_BASELINE = "without a baseline sample"
NO_FOLD = "with a value below the limit or zero, so no fold change"
NO_OUTCOME = "without a recorded outcome"


@dataclass(frozen=True)
class MarkerSample:
    """The question's marker, a row per subject: subject value reason ("" = usable)."""

    rows: pd.DataFrame
    marker: str
    label: str
    unit: str
    visit_label: str
    scale: str

    @cached_property
    def values(self) -> np.ndarray:
        """The usable values, in the order of the subjects."""
        return self.rows.loc[self.rows["reason"] == "", "value"].to_numpy(float)

    @cached_property
    def cuts(self) -> CandidateCuts:
        """Where the usable values can be divided; NotEnoughData where they cannot."""
        return find_cuts(self.values)

    @cached_property
    def aside(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The subjects without a usable value, by reason."""
        unusable = self.rows[self.rows["reason"] != ""]
        by_reason = unusable.groupby("reason", sort=False)["subject"]
        return tuple((str(reason), tuple(who)) for reason, who in by_reason)


@dataclass(frozen=True)
class ParticipantFlow:
    """Who is in and who is not: counts that add up, and the subjects set aside by reason."""

    started: int
    sampled: int
    observed: int
    groups: tuple[int, ...]  # lowest first
    aside: tuple[tuple[str, str, tuple[str, ...]], ...]  # (step, reason, subjects)

    @property
    def high(self) -> int:
        """Patients above the (last) cut-off."""
        return self.groups[-1]

    @property
    def low(self) -> int:
        """Patients at or below the (first) cut-off."""
        return self.groups[0]

    def count(self, step: str) -> int:
        """How many were set aside at "sample" or "clock"."""
        return sum(len(subjects) for at, _, subjects in self.aside if at == step)


@dataclass(frozen=True)
class AnalysisSet:
    """The subjects of one endpoint under the question's clock: subject value time event."""

    rows: pd.DataFrame
    aside: tuple[tuple[str, tuple[str, ...]], ...]
    landmark: float  # in the study's time unit; 0 where the visit is at or before time zero
    origin: str  # what time zero is, in words

    @cached_property
    def time(self) -> np.ndarray:
        return self.rows["time"].to_numpy(float)

    @cached_property
    def event(self) -> np.ndarray:
        return self.rows["event"].to_numpy(bool)

    @cached_property
    def value(self) -> np.ndarray:
        return self.rows["value"].to_numpy(float)

    @cached_property
    def cuts(self) -> CandidateCuts:
        """The cuts among these patients; NotEnoughData where there are none."""
        return find_cuts(self.value)

    @cached_property
    def estimator(self) -> str:
        """ "cox" or "firth": one for the whole question, chosen by every cut that is admissible
        among the patients of this endpoint, not by the cut at hand."""
        admissible = self.cuts.cut[self.cuts.admissible]
        return hazard_ratio.estimator(self.time, self.event, self.value, admissible)


def select_sample(cohort: Cohort, question: Question) -> MarkerSample:
    """The question's measure of its marker at its visit, for every subject of the cohort."""
    fields = (question.marker, question.visit, question.measure, question.baseline)
    return remember(cohort, ("sample", *fields), lambda: _select_sample(cohort, question))


def _select_sample(cohort: Cohort, question: Question) -> MarkerSample:
    marker = cohort.markers.set_index("marker").loc[question.marker]
    visits = cohort.visits.set_index("visit")
    derived = bool(_text(marker["formula"]))
    rows = _at(cohort, question.marker, question.visit)
    now, before = _samples(rows, derived), None
    reason = _reason(rows, now, float(visits.loc[question.visit, "day"]))
    if question.measure != "value":
        before = _samples(_at(cohort, question.marker, question.baseline), derived)
        reason = _reason_of_change(reason, now, before, question.measure)
    rows = rows.assign(value=measure.measure_samples(question.measure, now, before))
    frame = rows[["subject", "value"]].assign(reason=reason)
    frame.loc[frame["reason"] != "", "value"] = np.nan
    return MarkerSample(
        rows=frame,
        marker=question.marker,
        label=str(marker["label"]),
        unit=measure.unit_of(question.measure, _text(marker["unit"])),
        visit_label=str(visits.loc[question.visit, "label"]),
        scale=_scale(question.measure, _text(marker["scale"]), frame["value"].to_numpy(float)),
    )


def derive_analysis_set(cohort: Cohort, sample: MarkerSample, question: Question) -> AnalysisSet:
    """Usable values joined with one endpoint under the question's clock."""
    split = (question.marker, question.visit, question.measure, question.baseline)
    key = ("follow", *split, question.endpoint, question.clock)
    return remember(cohort, key, lambda: _derive_analysis_set(cohort, sample, question))


def _derive_analysis_set(cohort: Cohort, sample: MarkerSample, question: Question) -> AnalysisSet:
    at = landmark_time(cohort, question.visit)
    outcomes = cohort.outcomes[cohort.outcomes["endpoint"] == question.endpoint]
    usable = sample.rows.loc[sample.rows["reason"] == "", ["subject", "value"]]
    known = usable["subject"].isin(outcomes["subject"])
    aside = [(NO_OUTCOME, usable.loc[~known, "subject"])]
    rows = usable[known]
    found = outcomes.set_index("subject").loc[rows["subject"]]
    rows = rows.assign(time=found["time"].to_numpy(float), event=found["event"].to_numpy(bool))
    if at > 0:
        time, event = rows["time"].to_numpy(), rows["event"].to_numpy()
        # In months a day is a rounded number (day 14: 0.46): half a day decides what is "at".
        slack = 0.5 / DAYS_IN["months"] if cohort.study.time_unit == "months" else 0.0
        keep, _ = landmark(time, event, at + slack)
        reset = np.maximum(time - at, 0.0)
        gone, event = rows[~keep], rows.loc[~keep, "event"]
        aside += [("with the event by the landmark", gone.loc[event, "subject"]),
                  ("not followed beyond the landmark", gone.loc[~event, "subject"])]  # fmt: skip
        rows = (rows.assign(time=reset) if question.clock == "landmark" else rows)[keep]
    return AnalysisSet(
        rows=rows.reset_index(drop=True),
        aside=tuple((reason, tuple(who)) for reason, who in aside if len(who)),
        landmark=at,
        origin=_origin(cohort, sample, question),
    )


def count_flow(
    cohort: Cohort, sample: MarkerSample, followed: AnalysisSet, cut: tuple[float, ...]
) -> ParticipantFlow:
    """The counts of the flow strip for one endpoint."""
    aside = [("sample", reason, who) for reason, who in sample.aside]
    aside += [("clock", reason, who) for reason, who in followed.aside]
    groups = assign_groups(followed.value, cut)
    return ParticipantFlow(
        started=cohort.n,
        sampled=cohort.n - sum(len(who) for _, who in sample.aside),
        observed=len(groups),
        groups=tuple(np.bincount(groups, minlength=len(cut) + 1).tolist()),
        aside=tuple(aside),
    )


def _at(cohort: Cohort, marker: str, visit: str) -> pd.DataFrame:
    """A row per subject: subject, day, value, below_limit at that visit (NaN where none)."""
    found = cohort.measurements
    here = (found["marker"].to_numpy() == marker) & (found["visit"].to_numpy() == visit)
    found = found[here].set_index("subject")
    rows = found[["day", "value"]].reindex(cohort.subjects["subject"]).reset_index()
    low = rows["subject"].isin(found.index[found["below_limit"].to_numpy(bool)])
    return rows.assign(below_limit=low)


def _samples(rows: pd.DataFrame, derived: bool) -> measure.Samples:
    return measure.Samples(rows["value"].to_numpy(float), rows["below_limit"].to_numpy(), derived)


def _reason(rows: pd.DataFrame, now: measure.Samples, scheduled: float) -> pd.Series:
    # A sample drawn after its scheduled day would be known only after the landmark; before
    # treatment starts there is no landmark to respect.
    late = rows["day"] > max(scheduled, 0.0)  # False where the schedule is unknown (NaN)
    reason = pd.Series("", index=rows.index, dtype=object)
    reason[now.part_low] = PART_LOW
    reason[late] = LATE
    reason[~now.known] = MISSING
    return reason


def _reason_of_change(
    reason: pd.Series, now: measure.Samples, before: measure.Samples, name: str
) -> pd.Series:
    reason = reason.mask((reason == "") & ~before.known, NO_BASELINE)
    if name == "change":
        return reason.mask((reason == "") & before.part_low, PART_LOW)
    no_fold = ~(measure.has_logarithm(now) & measure.has_logarithm(before))
    return reason.mask((reason == "") & no_fold, NO_FOLD)


def _scale(name: str, scale: str, values: np.ndarray) -> str:
    known = values[~np.isnan(values)]
    wanted = {"fold": "log", "change": "linear"}.get(name, scale or "linear")
    if wanted == "linear":
        return "rank" if _crowded(known) else "linear"
    if wanted == "rank":
        return "rank"
    return "log" if (known >= 0).all() and (known > 0).any() else "rank"


def _crowded(values: np.ndarray) -> bool:
    """Whether a few far values would press all others together: half within a twelfth."""
    if len(values) < 2:
        return False
    quarter, three = np.quantile(values, [0.25, 0.75])
    return bool(0 < three - quarter < (values.max() - values.min()) / 12)


def _origin(cohort: Cohort, sample: MarkerSample, question: Question) -> str:
    return question.visit if question.clock == "landmark" else cohort.study.time_zero


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
