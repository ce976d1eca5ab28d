"""What is known of single patients: course, markers against the cohort's band, side of the split.

One result holds all patients of a cohort, so that going from one to the next computes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.cohort.analysis_set import MarkerSample, select_sample
from analysis.cohort.strata import Strata, find_strata
from analysis.question.choices import marker_choices
from analysis.question.column_labels import column_label
from analysis.stats.cutoff import assign_groups
from data.cohort import Cohort, Endpoint
from data.schema import DAYS_IN

FEWEST_IN_BAND = 5  # patients: a 10-90 % range of fewer would only repeat them
FEWEST_IN_MEDIAN = 3
OUTCOME_KINDS = ("assessment", "progression", "death", "last_contact")  # covered when asked blind
ALL = -1  # the level of the whole cohort
OWN_COLUMNS = ("subject", "arm", "arm_label", "dose")


@dataclass(frozen=True)
class Fact:
    """One line about a patient: what, and the value as text ("" where it is not recorded)."""

    name: str
    value: str


@dataclass(frozen=True, eq=False)
class PatientProfiles:
    """All patients of a cohort, in its order; frames are indexed or selected by subject.

    `bands`: marker visit level n low middle high (10 %, 50 %, 90 %), `level` ALL for everybody;
    low and high are NaN for fewer than five patients, the middle for fewer than three.
    """

    order: tuple[str, ...]
    subjects: pd.DataFrame
    outcomes: pd.DataFrame
    events: pd.DataFrame
    measurements: pd.DataFrame
    bands: pd.DataFrame
    markers: pd.DataFrame  # marker label unit lower_limit reference_low reference_high scale
    names: dict[str, str]  # marker with its unit
    visits: pd.DataFrame  # visit label day order
    levels: Strata
    endpoints: tuple[Endpoint, ...]
    time_unit: str
    dose_unit: str
    time_zero: str
    synthetic: str
    has_events: bool  # whether the cohort records any, also where they are covered
    covered: bool = False  # whether everything that tells an outcome was left out
    first_day: float = 0.0  # what the times of outcomes give to the first day

    @property
    def day(self) -> float:
        """A day in the study's unit."""
        return 1 / DAYS_IN[self.time_unit]

    def days_of(self, times: np.ndarray) -> np.ndarray:
        """The days of times of outcomes, counted from 0 as those of samples and events are."""
        return times / self.day - self.first_day

    def events_of(self, subject: str) -> pd.DataFrame:
        """The patient's events, earliest first: kind label start_day end_day grade value."""
        return self._rows(self._events_by, self.events, subject)

    def outcomes_of(self, subject: str) -> pd.DataFrame:
        """The patient's outcomes in the study's order: endpoint time event."""
        rows = self._rows(self._outcomes_by, self.outcomes, subject)
        order = {one.code: i for i, one in enumerate(self.endpoints)}
        return rows.sort_values("endpoint", key=lambda codes: codes.map(order))

    def measurements_of(self, subject: str) -> pd.DataFrame:
        """The patient's values by visit: marker visit day value below_limit order."""
        return self._rows(self._values_by, self.measurements, subject)

    def level_of(self, subject: str) -> int:
        """The patient's level, ALL where it is not known."""
        return int(self.levels.of.get(subject, ALL))

    def next_to(self, subject: str) -> tuple[str, str]:
        """The patients before and after in the cohort's order; "" at the ends."""
        at = self._place[subject]
        before = self.order[at - 1] if at else ""
        return before, self.order[at + 1] if at + 1 < len(self.order) else ""

    def facts_of(self, subject: str) -> tuple[Fact, ...]:
        """Level and baseline covariates of one patient."""
        row = self.subjects.loc[subject]
        level = self.level_of(subject)
        known = "" if level == ALL else self.levels.labels[level]
        first = Fact(self.levels.word.capitalize(), known) if len(self.levels.labels) > 1 else None
        rest = [
            Fact(column_label(name), cell_text(row[name]))
            for name in self.subjects.columns
            if name not in OWN_COLUMNS
        ]
        return tuple(one for one in (first, *rest) if one)

    @staticmethod
    def _rows(places: dict, frame: pd.DataFrame, subject: str) -> pd.DataFrame:
        return frame.iloc[places.get(subject, [])]

    @cached_property
    def _place(self) -> dict[str, int]:
        return {subject: i for i, subject in enumerate(self.order)}

    @cached_property
    def _events_by(self) -> dict[str, np.ndarray]:
        return dict(self.events.groupby("subject", sort=False).indices)

    @cached_property
    def _outcomes_by(self) -> dict[str, np.ndarray]:
        return dict(self.outcomes.groupby("subject", sort=False).indices)

    @cached_property
    def _values_by(self) -> dict[str, np.ndarray]:
        return dict(self.measurements.groupby("subject", sort=False).indices)


@dataclass(frozen=True, eq=False)
class MarkerStanding:
    """Where every patient stands in the question's split: value and group by subject.

    `rows`: subject value reason group, `group` -1 where there is no usable value.
    """

    sample: MarkerSample
    cuts: tuple[float, ...]
    rows: pd.DataFrame

    def of(self, subject: str) -> pd.Series:
        """The row of one patient."""
        return self.rows.loc[subject]


def describe_patients(cohort: Cohort, question: object) -> PatientProfiles:
    """Everything about single patients; `question` is not read."""
    levels = find_strata(cohort)
    values = cohort.measurements[cohort.measurements["value"].notna()]
    day = cohort.visits.set_index("visit")
    values = values.assign(
        order=values["visit"].map(day["order"]),
        day=values["day"].fillna(values["visit"].map(day["day"])),
    ).sort_values(["order"], kind="stable")
    return PatientProfiles(
        order=tuple(cohort.subjects["subject"]),
        subjects=cohort.subjects.set_index("subject", drop=False),
        outcomes=cohort.outcomes,
        events=cohort.events.sort_values("start_day", kind="stable"),
        measurements=values,
        bands=bands(values, levels.of),
        markers=cohort.markers.set_index("marker", drop=False),
        names=marker_choices(cohort),
        visits=cohort.visits.sort_values("order"),
        levels=levels,
        endpoints=cohort.study.endpoints,
        time_unit=cohort.study.time_unit,
        dose_unit=cohort.study.dose_unit,
        time_zero=cohort.study.time_zero,
        synthetic=cohort.study.synthetic,
        has_events=not cohort.events.empty,
        first_day=cohort.study.first_day,
    )


def cover_outcomes(result: PatientProfiles) -> PatientProfiles:
    """The same without anything that tells an outcome."""
    events = result.events[~result.events["kind"].isin(OUTCOME_KINDS)]
    return replace(result, outcomes=result.outcomes.iloc[:0], events=events, covered=True)


def bands(values: pd.DataFrame, level: pd.Series) -> pd.DataFrame:
    """Median and 10-90 % range by marker and visit, of each level and of all (level ALL).

    `values`: subject marker visit order value; `level` by subject. Quantiles as R's type 7.
    """
    every = values.assign(level=ALL)
    own = values.assign(level=values["subject"].map(level)).dropna(subset=["level"])
    rows = pd.concat([every, own.astype({"level": int})], ignore_index=True)
    by = rows.groupby(["marker", "visit", "order", "level"], sort=False)["value"]
    found = pd.DataFrame({"n": by.size()})
    for name, share in (("low", 0.1), ("middle", 0.5), ("high", 0.9)):
        found[name] = by.quantile(share)
    found.loc[found["n"] < FEWEST_IN_BAND, ["low", "high"]] = np.nan
    found.loc[found["n"] < FEWEST_IN_MEDIAN, "middle"] = np.nan
    return found.reset_index().sort_values(["marker", "level", "order"], ignore_index=True)


def place_markers(cohort: Cohort, question) -> MarkerStanding:
    """Value and side of every patient under the question; NotEnoughData comes from the sample."""
    sample = select_sample(cohort, question)
    rows = sample.rows.set_index("subject", drop=False)
    usable = (rows["reason"] == "").to_numpy()
    group = np.where(usable, assign_groups(rows["value"].to_numpy(float), question.cut), -1)
    return MarkerStanding(sample, question.cut, rows.assign(group=group))


def cell_text(value: object) -> str:
    """A covariate's cell as text: whole numbers without a point, "" where nothing is recorded."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, (int, float, np.number)):
        return f"{float(value):.6g}"
    return str(value)
