"""Every place where the line can be dragged to, and what each endpoint says there.

It reads no cut-off: a browser that has it can follow the hand without asking anybody. The numbers
are those of the answer: one estimator, one kind of p, and the same medians.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.axis import Axis
from analysis.cohort.analysis_set import MarkerSample, derive_analysis_set, select_sample
from analysis.question import BLIND, Question
from analysis.reported_p import ReportedP
from analysis.results.groups import Effect
from analysis.results.survival import (
    AskedEndpoint,
    ComparedSides,
    SurvivalResult,
    analyse_survival,
)
from analysis.stats import cutoff, survival
from analysis.stats.cutoff import CandidateCuts
from analysis.stats.cutoff.one_cut import p_cuts
from analysis.stats.errors import NotEnoughData
from analysis.stats.estimates import HypothesisTest, PermutationTest
from data.cohort import Cohort

SIDES = ((0, "low"), (1, "high"))
Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]  # time, event, value by patient


@dataclass(frozen=True, eq=False)
class CutPlaces:
    """The admissible cuts of all samples, ascending: `cut`, `at` (0 to 1 on the marker's axis)
    and `n_low` (samples at or below), each of shape (cuts,)."""

    sample: MarkerSample
    axis: Axis
    cut: np.ndarray
    at: np.ndarray
    n_low: np.ndarray


@dataclass(frozen=True, eq=False)
class EndpointPreview:
    """One endpoint at every place. By patient, ascending by marker: `time` and `event`; by place:
    `n_low`, in `rows` events, medians, hazard ratio and p, and the headline, once it is known."""

    of: AskedEndpoint
    estimator: str
    time: np.ndarray
    event: np.ndarray
    n_low: np.ndarray
    rows: list[dict[str, Any]]  # a frame's, whose columns are numbers, truths and a name
    reported_ps: tuple[ReportedP, ...] = ()

    def at(self, i: int) -> ComparedSides:
        """The endpoint's answer at place i, as far as a moving figure shows it."""
        row, of = self.rows[i], self.of
        return ComparedSides(
            code=of.code,
            label=of.label,
            event_words=of.event_words,
            flow=of.flow,
            origin=of.origin,
            fixed="",
            effect=Effect(row["hr"], row["lower"], row["upper"], math.nan, self.estimator),
            p_cut=_test(row),
            reported_p=self.reported_ps[i] if self.reported_ps else None,
        )

    def sides(self, i: int) -> dict[int, dict[str, float]]:
        """n events median lower upper of the side above (1) and at or below (0) at place i."""
        row, n = self.rows[i], {"low": int(self.n_low[i])}
        n["high"] = self.time.size - n["low"]
        return {
            number: {
                "n": n[side],
                **{name: row[f"{name}_{side}"] for name in ("events", *MEDIANS)},
            }
            for number, side in SIDES
        }


@dataclass(frozen=True, eq=False)
class Preview:
    """Places and endpoints; `answer` is that of the median, whose words move with the cut."""

    places: CutPlaces
    answer: SurvivalResult
    endpoints: tuple[EndpointPreview, ...]

    def with_reported_p(self, headlines: dict[str, tuple[ReportedP, ...]]) -> Preview:
        """The same with the headline of each endpoint, by code, at every place."""
        moving = (replace(one, reported_ps=headlines[one.of.code]) for one in self.endpoints)
        return replace(self, endpoints=tuple(moving))

    def answer_at(self, i: int) -> SurvivalResult:
        """The answer at place i, without the endpoints' numbers."""
        cut = float(self.places.cut[i])
        return replace(self.answer, cut=cut, cuts=(cut,))


def preview_key(question: Question, *, live_preview: bool = True) -> str:
    """What a preview belongs to: the question without cut and endpoint; "" for several cuts.

    Without `live_preview` no figure follows the line: the outcome is not asked for, as if it
    were covered.
    """
    if len(question.cut) > 1:
        return ""
    blind = question.blind if live_preview else BLIND
    return question.changed(cut=(), endpoint="", blind=blind, options=()).query()


def select_divisible_sample(cohort: Cohort, question: Question) -> MarkerSample:
    """The question's sample; NotEnoughData where it cannot be divided at all."""
    sample = select_sample(cohort, question)
    _ = sample.cuts  # worked out now: it may say that there are none
    return sample


def place_cuts(cohort: Cohort, question: Question) -> CutPlaces:
    """The admissible cuts of the question's marker; NotEnoughData where there are none."""
    return merge_places(select_sample(cohort, question))


def merge_places(sample: MarkerSample) -> CutPlaces:
    """The same of a sample."""
    cuts = sample.cuts
    may = cuts.admissible
    if not may.any():
        raise NotEnoughData("Too few patients: no cut-off leaves two or more on each side.")
    axis = Axis.of(sample.values, sample.scale)
    return CutPlaces(sample, axis, cuts.cut[may], axis.position(cuts.cut[may]), cuts.n_low[may])


def preview_cuts(cohort: Cohort, question: Question) -> Preview:
    """Places, and every endpoint at each of them; an endpoint that cannot carry one is left out."""
    found = place_cuts(cohort, question)
    cuts = found.sample.cuts
    question = question.changed(cut=(cuts.median(),), endpoint="")  # it is about all of them
    middle = analyse_survival(cohort, question)
    moving = [_moving(cohort, found, cuts, question, one) for one in middle.endpoints]
    return Preview(found, middle, tuple(one for one in moving if one is not None))


def _moving(
    cohort: Cohort, found: CutPlaces, cuts: CandidateCuts, question: Question, of: AskedEndpoint
) -> EndpointPreview | None:
    question = question.changed(endpoint=of.code)
    followed = derive_analysis_set(cohort, found.sample, question)
    time, event, value = followed.time, followed.event, followed.value
    try:
        order = cutoff.order(time, event, value)
    except NotEnoughData:
        return None
    estimator = followed.estimator
    n_low = np.searchsorted(np.sort(value), found.cut, side="right")
    table = _table(order, (time, event, value), found.cut, n_low, estimator)
    return EndpointPreview(
        of=of,
        estimator=estimator,
        time=order.time[order.seat],
        event=order.event[order.seat],
        n_low=n_low,
        rows=table.to_dict("records"),
    )


MEDIANS = ("median", "lower", "upper")


def _table(
    order: cutoff.Order, arrays: Arrays, cuts: np.ndarray, n_low: np.ndarray, estimator: str
) -> pd.DataFrame:
    """A row per cut: events, medians and their limits by side, hr lower upper, p exact name."""
    known = pd.DataFrame()
    if not order.why:
        known = cutoff.profile(*arrays, estimator=estimator).drop(columns="cut")
        medians = cutoff.medians(order).drop(columns="cut")
        known = pd.concat([known, medians], axis=1).set_index("n_low")
    # Admissible among all samples, but not among this endpoint's patients.
    rest = [low for low in np.unique(n_low) if low not in known.index]
    ends = order.ends[:-1]
    outside = {low: _outside(order, ends, low, arrays, estimator) for low in rest}
    table = pd.concat([known, pd.DataFrame.from_dict(outside, orient="index")]).loc[n_low]
    return table.reset_index(drop=True).assign(**_p(arrays, cuts))


def _outside(
    order: cutoff.Order, ends: np.ndarray, low: int, arrays: Arrays, estimator: str
) -> dict[str, float]:
    """The same for one cut by its size; NaN where a side is empty."""
    time, event, value = arrays
    events = {"events_low": 0, "events_high": 0}
    medians = [f"{name}_{side}" for _, side in SIDES for name in MEDIANS]
    empty = dict.fromkeys(("hr", "lower", "upper", "p", *medians), math.nan)
    if low not in ends:
        whole = int(event.sum())
        return {**events, **empty, "events_low" if low else "events_high": whole}
    cut = float(order.values[np.searchsorted(ends, low)])
    one = cutoff.answer(order, cut, estimator=estimator)
    rows = survival.kaplan_meier(time, event, value > cut).medians.set_index("group")
    reached = {
        f"{name}_{side}": float(rows.loc[bool(number), name])
        for number, side in SIDES
        for name in MEDIANS
    }
    fields = ("events_low", "events_high", "hr", "lower", "upper", "p")
    return {**{name: getattr(one, name) for name in fields}, **reached}


def _p(arrays: Arrays, cuts: np.ndarray) -> dict[str, Any]:
    """p, exact and name of the p of one cut."""
    time, event, value = arrays
    table = p_cuts(time, event, value, cuts)
    return {name: table[name].to_numpy() for name in ("p", "exact", "name")}


def _test(row: dict[str, Any]) -> PermutationTest | HypothesisTest:
    if row["name"] == "log-rank":
        return HypothesisTest(math.nan, 1, row["p"], "log-rank")
    return PermutationTest(math.nan, row["p"], row["exact"], 0, row["name"])
