"""Each patient as a lane: treatment, assessments, progression, death, and follow-up.

Times of treatment are weeks since time zero, times of follow-up stand in the study's unit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.cohort.strata import Strata, find_strata
from analysis.stats import survival
from data.cohort import Cohort
from data.schema import DAYS_IN

MOST = 60  # lanes that can still be read
RESPONSES = {  # RECIST, the best first
    "CR": "complete response",
    "PR": "partial response",
    "SD": "stable disease",
    "PD": "progressive disease",
    "NE": "not evaluable",
}
OBJECTIVE = ("CR", "PR")
ORDERS = ("entry", "dose", "time")
UNTOLD = ""  # the best response of a patient without a readable assessment


@dataclass(frozen=True, eq=False)
class SwimmerLanes:
    """All patients and what happened to them; frames name a patient by the row of `patients`.

    `patients`: subject level label last ongoing response (`last` is NaN and `ongoing` False where
    nothing is known of follow-up). `doses`: patient label start end amount (weeks; a bar a
    course and drug). `assessments`: patient week label. `marks`: patient time label.
    """

    patients: pd.DataFrame
    doses: pd.DataFrame
    assessments: pd.DataFrame
    marks: pd.DataFrame
    levels: Strata
    orders: tuple[str, ...]  # those that the data can give, the default first
    unit: str
    time_zero: str

    def order(self, wanted: str) -> str:
        """The order that is drawn: the wanted one, or the default where the data have it not."""
        return wanted if wanted in self.orders else self.orders[0]

    def shown(self, wanted: str, most: int = MOST) -> pd.DataFrame:
        """At most `most` patients in that order, evenly spaced through it, from the top down."""
        rows = self.patients.iloc[self._places(self.order(wanted))]
        if len(rows) <= most:
            return rows
        return rows.iloc[np.floor(np.arange(most) * len(rows) / most).astype(int)]

    def _places(self, order: str) -> np.ndarray:
        longest = -self.patients["last"].fillna(-1).to_numpy()
        if order == "time":
            return np.argsort(longest, kind="stable")
        if order == "entry":
            return np.arange(len(self.patients))
        second = np.arange(len(longest)) if "entry" in self.orders else longest
        level = self.patients["level"].replace(-1, len(self.levels.labels))
        return np.lexsort((second, level.to_numpy()))


@dataclass(frozen=True)
class Responses:
    """Best responses; `why` is set where none can be read. Durations are weeks to progression or
    death of those with stable disease or better."""

    counts: tuple[tuple[str, int], ...] = ()  # code, patients; the best first, without zeros
    untold: int = 0  # patients without a readable assessment
    n: int = 0
    stable_median: float = math.nan
    why: str = ""

    def count(self, *codes: str) -> int:
        """Patients whose best response is one of these."""
        return sum(number for code, number in self.counts if code in codes)


def build_lanes(cohort: Cohort) -> SwimmerLanes:
    """The lanes of a cohort."""
    levels, study = find_strata(cohort), cohort.study
    subjects = cohort.subjects["subject"]
    row_of = pd.Series(np.arange(len(subjects)), index=subjects.to_numpy())
    events = cohort.events.assign(patient=cohort.events["subject"].map(row_of))
    events = events[events["patient"].notna()].astype({"patient": int})
    level = subjects.map(levels.of).fillna(-1).astype(int)
    marks, last, ongoing = _followup(cohort, events, row_of)
    assessed = events[events["kind"].eq("assessment")]
    responses = assessed.groupby("patient")["label"].agg(best_response)
    patients = pd.DataFrame(
        {
            "subject": subjects.to_numpy(),
            "level": level.to_numpy(),
            "label": [levels.labels[one] if one >= 0 else "not known" for one in level],
            "last": last,
            "ongoing": ongoing,
            "response": pd.Series(responses, dtype=object).reindex(range(len(subjects))).fillna(""),
        }
    )
    known = (study.conduct.rows == "entry", len(levels.labels) > 1, True)
    return SwimmerLanes(
        patients=patients,
        doses=_doses(events),
        assessments=_weeks(assessed, "label"),
        marks=marks,
        levels=levels,
        orders=tuple(order for order, have in zip(ORDERS, known, strict=True) if have),
        unit=study.time_unit,
        time_zero=study.time_zero,
    )


def _doses(events: pd.DataFrame) -> pd.DataFrame:
    """Bars of dosing; a day of treatment is as long as a day."""
    rows = events[events["kind"].eq("dose")]
    end = rows["end_day"].fillna(rows["start_day"]) + 1
    return pd.DataFrame(
        {
            "patient": rows["patient"],
            "label": rows["label"],
            "start": rows["start_day"] / 7,
            "end": end / 7,
            "amount": rows["value"],
        }
    ).reset_index(drop=True)


def _weeks(rows: pd.DataFrame, *columns: str) -> pd.DataFrame:
    found = rows[["patient", *columns]].assign(week=rows["start_day"] / 7)
    return found.reset_index(drop=True)


# ----------------------------------------------------------------------------------- follow-up


def _followup(
    cohort: Cohort, events: pd.DataFrame, row_of: pd.Series
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """The marks on the lanes; the last time known of each patient; who was still followed then.

    Dated events say what happened; without them an endpoint's event stands in its own words.
    """
    study = cohort.study
    n, unit = len(row_of), DAYS_IN[study.time_unit]
    dated = events[events["kind"].isin(["progression", "death", "last_contact"])]
    outcomes = cohort.outcomes.assign(patient=cohort.outcomes["subject"].map(row_of))
    outcomes = outcomes[outcomes["patient"].notna() & outcomes["time"].notna()]
    # A lane counts its days from 0, whatever the times of outcomes give to the first one.
    outcomes = outcomes.assign(time=outcomes["time"] - study.first_day / unit)
    last = np.full(n, np.nan)
    np.fmax.at(last, outcomes["patient"].astype(int), outcomes["time"].to_numpy(float))
    np.fmax.at(last, dated["patient"], dated["start_day"].to_numpy(float) / unit)
    told = dated[dated["kind"].ne("last_contact")]
    if len(told):
        marks = pd.DataFrame({"patient": told["patient"], "time": told["start_day"] / unit,
                              "label": told["kind"]})  # fmt: skip
        ended = told.loc[told["kind"].eq("death"), "patient"]
    else:
        marks, ended = _outcome_marks(cohort, outcomes)
    ongoing = ~np.isnan(last)
    ongoing[ended.astype(int)] = False
    return marks.reset_index(drop=True), last, ongoing


def _outcome_marks(cohort: Cohort, outcomes: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    words = {one.code: one.event for one in cohort.study.endpoints}
    happened = outcomes[outcomes["event"].astype(bool)]
    marks = pd.DataFrame(
        {
            "patient": happened["patient"].astype(int),
            "time": happened["time"],
            "label": happened["endpoint"].map(lambda code: words.get(code, code)),
        }
    )
    # The lane ends with the endpoint that was followed longest.
    final = outcomes.sort_values("time", kind="stable").groupby("patient").tail(1)
    return marks, final.loc[final["event"].astype(bool), "patient"]


# ----------------------------------------------------------------------------------- responses


def best_response(labels) -> str:
    """The best RECIST category among a patient's assessments; "" where none can be read."""
    codes = [_code(str(label)) for label in labels]
    return next((code for code in RESPONSES if code in codes), UNTOLD)


def _code(label: str) -> str:
    text = " ".join(label.split()).casefold()
    for code, words in RESPONSES.items():
        if text in (code.casefold(), words):
            return code
    return UNTOLD


def count_responses(lanes: SwimmerLanes) -> Responses:
    """Best responses, and how long disease stayed stable (Kaplan-Meier median, in weeks)."""
    found = lanes.patients["response"]
    if not len(lanes.assessments):
        return Responses(n=len(found), why="No assessments of the tumour are in the data.")
    if not found.ne(UNTOLD).any():
        return Responses(n=len(found), why="No assessment is given as CR, PR, SD, PD or NE.")
    counts = tuple((code, int(found.eq(code).sum())) for code in RESPONSES)
    return Responses(
        counts=tuple((code, number) for code, number in counts if number),
        untold=int(found.eq(UNTOLD).sum()),
        n=len(found),
        stable_median=_median_weeks(lanes, np.flatnonzero(found.eq("SD"))),
    )


def _median_weeks(lanes: SwimmerLanes, who: np.ndarray) -> float:
    per_week = DAYS_IN["weeks"] / DAYS_IN[lanes.unit]
    first = lanes.marks.groupby("patient")["time"].min().reindex(who)
    time = first.fillna(pd.Series(lanes.patients["last"].to_numpy()[who], index=who))
    usable = time.notna() & time.ge(0)
    if not usable.any():
        return math.nan
    km = survival.kaplan_meier(time[usable].to_numpy(float), first[usable].notna().to_numpy())
    return float(km.medians["median"].iloc[0]) / per_week
