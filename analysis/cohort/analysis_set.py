"""From a cohort and a question to one row per subject: value, group, time, event.

The cut-off never looks at an outcome: the values that it divides are those of all subjects
with a usable sample, whatever happened to them later. Who is set aside is counted, by reason.

The clock. Everybody is compared from the visit's scheduled day on (the landmark), and whoever has
the event or is censored by then is out. A sample within the visit's window after that day is in:
to throw out whoever came a day late would lose patients for the calendar's sake, and to wait for
the latest one would move the landmark of all. The price: a patient who was sampled late could not
have the event on the days between, which flatters the late ones by at most the window (a quarter
of the way to the next visit, 7 days at most). Nobody is divided by a sample from after his own
event or censoring: he is out as well. Samples beyond the window are set aside and counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.cohort import measure
from analysis.cohort_cache import remember
from analysis.question import Question
from analysis.question.choices import (
    landmark_time,
    latest_day,
    sampling_window,
    scheduled_day,
)  # fmt: skip
from analysis.stats.cox import hazard_ratio
from analysis.stats.cutoff import CandidateCuts, assign_groups, find_cuts
from analysis.stats.landmark import landmark
from data.cohort import Cohort, Study
from data.schema import DAYS_IN

__all__ = [
    "AnalysisSet",
    "MarkerSample",
    "ParticipantFlow",
    "derive_analysis_set",
    "landmark",
    "select_sample",
]


# Why a subject is set aside; wording/results/flow.py has the words.
MISSING = "missing"
PART_LOW = "part low"
LATE = "late"
NO_BASELINE = "no baseline"
LATE_BASELINE = "late baseline"
NO_FOLD = "no fold"
LOW_FOLD = "low fold"  # no fold either, but at or below this cut-off whatever it is
HIGH_FOLD = "high fold"  # above it
NO_OUTCOME = "no outcome"
EVENT_BY_LANDMARK = "event by landmark"
GONE_BY_LANDMARK = "gone by landmark"
EVENT_BY_SAMPLE = "event by sample"
GONE_BY_SAMPLE = "gone by sample"
GONE = (EVENT_BY_LANDMARK, GONE_BY_LANDMARK, EVENT_BY_SAMPLE, GONE_BY_SAMPLE)


@dataclass(frozen=True)
class MarkerSample:
    """The question's marker, a row per subject: subject value reason ("" = usable) day.

    `day` is when the value was known; `at_most` and `at_least` bound a fold with one value below
    the limit (NaN elsewhere).
    """

    rows: pd.DataFrame
    marker: str
    label: str
    unit: str
    visit_label: str
    scale: str
    scheduled: float = math.nan  # the visit's day
    window: float = math.nan  # days after it on which a sample still counts

    @cached_property
    def tied_folds(self) -> tuple[int, int]:
        """How many folds below the limit count as the lowest and as the highest."""
        usable = self.rows[self.rows["reason"] == ""]
        return int(usable["at_most"].notna().sum()), int(usable["at_least"].notna().sum())

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
    cut: tuple[float, ...] = ()
    scheduled: float = math.nan  # of the sample: the visit's day, the days after it that count,
    window: float = math.nan
    tied_folds: tuple[int, int] = (0, 0)  # folds that count as the lowest, and as the highest

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
    reason = _reason(now, rows["day"] > latest_day(cohort, question.visit))
    if question.measure != "value":
        first = _at(cohort, question.marker, question.baseline)
        before = _samples(first, derived)
        late = first["day"] > latest_day(cohort, question.baseline)
        reason = _reason_of_change(reason, before, late, question.measure)
        rows["day"] = np.fmax(rows["day"], first["day"])  # a change is known when both are
    frame = _measure(rows[["subject", "day"]].assign(reason=reason), question.measure, now, before)
    return MarkerSample(
        rows=frame,
        marker=question.marker,
        label=str(marker["label"]),
        unit=measure.unit_of(question.measure, _text(marker["unit"])),
        visit_label=str(visits.loc[question.visit, "label"]),
        scale=_scale(question.measure, _text(marker["scale"]), frame["value"].to_numpy(float)),
        scheduled=scheduled_day(cohort, question.visit),
        window=sampling_window(cohort, question.visit),
    )


def _measure(
    rows: pd.DataFrame, name: str, now: measure.Samples, before: measure.Samples | None
) -> pd.DataFrame:
    """The rows with the value of each usable one, and the bounds of folds below the limit."""
    usable = (rows["reason"] == "").to_numpy()
    value = np.where(usable, measure.measure_samples(name, now, before), np.nan)
    nothing = np.full(len(rows), np.nan)
    bounds = (nothing, nothing)
    if name == "fold" and before is not None:
        at_most, at_least = measure.bound_folds(now, before)
        bounds = np.where(usable, at_most, np.nan), np.where(usable, at_least, np.nan)
        value = measure.tie_folds(value, *bounds)
    reason = rows["reason"].mask(usable & np.isnan(value), NO_FOLD)
    return rows.assign(value=value, reason=reason, at_most=bounds[0], at_least=bounds[1])


def derive_analysis_set(cohort: Cohort, sample: MarkerSample, question: Question) -> AnalysisSet:
    """Usable values joined with one endpoint under the question's clock."""
    split = (question.marker, question.visit, question.measure, question.baseline)
    key = ("follow", *split, question.endpoint, question.clock)
    return remember(cohort, key, lambda: _derive_analysis_set(cohort, sample, question))


def _derive_analysis_set(cohort: Cohort, sample: MarkerSample, question: Question) -> AnalysisSet:
    at = landmark_time(cohort, question.visit)
    outcomes = cohort.outcomes[cohort.outcomes["endpoint"] == question.endpoint]
    usable = sample.rows.loc[sample.rows["reason"] == "", ["subject", "value", "day"]]
    known = usable["subject"].isin(outcomes["subject"])
    aside = [(NO_OUTCOME, usable.loc[~known, "subject"])]
    rows = usable[known]
    found = outcomes.set_index("subject").loc[rows["subject"]]
    rows = rows.assign(time=found["time"].to_numpy(float), event=found["event"].to_numpy(bool))
    gone = _find_gone(rows, at, cohort.study)
    aside += [(reason, rows.loc[gone == reason, "subject"]) for reason in GONE]
    if at > 0 and question.clock == "landmark":
        rows = rows.assign(time=np.maximum(rows["time"] - at, 0.0))
    return AnalysisSet(
        rows=rows.loc[gone == "", ["subject", "value", "time", "event"]].reset_index(drop=True),
        aside=tuple((reason, tuple(who)) for reason, who in aside if len(who)),
        landmark=at,
        origin=_origin(cohort, sample, question),
    )


def _find_gone(rows: pd.DataFrame, at: float, study: Study) -> np.ndarray:
    """Why each row is not followed from the landmark, or from its own later sample; "" if it is."""
    time, event, day = (rows[name].to_numpy() for name in ("time", "event", "day"))
    # In months a day is a rounded number (day 14: 0.46): half a day decides what is "at".
    slack = 0.5 / DAYS_IN["months"] if study.time_unit == "months" else 0.0
    own = np.where(day > 0, study.time_of(day), -np.inf)
    gone = np.where(time <= own + slack, np.where(event, EVENT_BY_SAMPLE, GONE_BY_SAMPLE), "")
    if not (at > 0 and len(rows)):
        return gone
    keep, _ = landmark(time, event, at + slack)
    return np.where(keep, gone, np.where(event, EVENT_BY_LANDMARK, GONE_BY_LANDMARK))


def count_flow(
    cohort: Cohort, sample: MarkerSample, followed: AnalysisSet, cut: tuple[float, ...]
) -> ParticipantFlow:
    """The counts of the flow strip for one endpoint."""
    aside = [("sample", reason, who) for reason, who in _split_folds(sample, cut)]
    aside += [("clock", reason, who) for reason, who in followed.aside]
    groups = assign_groups(followed.value, cut)
    return ParticipantFlow(
        started=cohort.n,
        sampled=cohort.n - sum(len(who) for _, who in sample.aside),
        observed=len(groups),
        groups=tuple(np.bincount(groups, minlength=len(cut) + 1).tolist()),
        aside=tuple(aside),
        cut=cut,
        scheduled=sample.scheduled,
        window=sample.window,
        tied_folds=sample.tied_folds,
    )


def _split_folds(
    sample: MarkerSample, cut: tuple[float, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Who is set aside, by reason; of those without a fold, whose side is known at this cut."""
    bounds = sample.rows.set_index("subject")[["at_most", "at_least"]]
    for reason, who in sample.aside:
        of = bounds.loc[list(who)]
        low, high = of["at_most"] <= cut[0], of["at_least"] > cut[-1]
        parts = ((reason, ~(low | high)), (LOW_FOLD, low), (HIGH_FOLD, high))
        yield from ((name, tuple(of.index[part])) for name, part in parts if part.any())


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


def _reason(now: measure.Samples, late: pd.Series) -> pd.Series:
    reason = pd.Series("", index=late.index, dtype=object)
    reason[now.part_low] = PART_LOW
    reason[late] = LATE
    reason[~now.known] = MISSING
    return reason


def _reason_of_change(
    reason: pd.Series, before: measure.Samples, late: pd.Series, name: str
) -> pd.Series:
    reason = reason.mask((reason == "") & ~before.known, NO_BASELINE)
    reason = reason.mask((reason == "") & late, LATE_BASELINE)
    return reason.mask((reason == "") & before.part_low, PART_LOW) if name == "change" else reason


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
