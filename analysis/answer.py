"""The answer to one question: a split of the patients, and every endpoint of the study after it.

One split serves all endpoints, so progression-free and overall survival stand side by side from
the same groups; an endpoint that cannot carry an answer says why and leaves the others alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import hazard, survival
from analysis.axis import nice_step
from analysis.errors import NotEnoughData
from analysis.format import cut_text
from analysis.question import Question
from analysis.split import (
    Cuts,
    Flow,
    Followed,
    Sample,
    cuts_of,
    flow_of,
    follow,
    landmark_time,
    sample_of,
    split,
)
from data.cohort import Cohort, Endpoint

READS = ("cohort", "endpoint", "marker", "visit", "measure", "baseline", "cut", "clock")
RMST_P_FROM = 60  # patients; below, the normal approximation of the RMST test is not trusted
PH_EVENTS = 30  # below, a test for non-proportional hazards can hardly see any


@dataclass(frozen=True)
class Effect:
    """The hazard ratio of high against low, with its 95 % interval and Wald or profile p."""

    hr: float
    lower: float
    upper: float
    p: float
    estimator: str  # "cox" | "firth"


@dataclass(frozen=True)
class Hazards:
    """The check of proportional hazards: its score test, and what it means in a sentence."""

    statistic: float
    p: float
    sentence: str


@dataclass(frozen=True)
class EndpointAnswer:
    """One endpoint after the split; `why` is set, and the numbers are None, where there is none."""

    code: str
    label: str
    event_words: str
    flow: Flow
    origin: str
    why: str = ""
    km: survival.KaplanMeier | None = None
    groups: pd.DataFrame | None = None  # group n events median lower upper followup censored
    effect: Effect | None = None
    p_cut: survival.PermutationTest | survival.HypothesisTest | None = None
    logrank: survival.HypothesisTest | None = None
    tau: float = math.nan
    rmst: survival.Estimate | None = None
    rmst_why: str = ""
    milestone: pd.DataFrame | None = None  # group at survival lower upper n_risk
    hazards: Hazards | None = None
    detectable: float = math.nan  # the hazard ratio this split could have been planned to show

    @property
    def n(self) -> int:
        """Patients in the comparison."""
        return self.flow.observed

    @property
    def events(self) -> int:
        """Events in the comparison."""
        return 0 if self.groups is None else int(self.groups["events"].sum())


@dataclass(frozen=True)
class Answer:
    """The split and its endpoints, with the words that every drawing and sentence needs."""

    marker: str
    unit: str
    visit: str
    visit_label: str
    measure: str
    baseline: str
    cut: float
    asked: str  # the endpoint that the question names
    clock: str
    landmark: float
    time_unit: str
    endpoints: tuple[EndpointAnswer, ...]
    admissible: bool
    fixed: str  # the source of a cut-off that was fixed beforehand; "" for an exploratory one
    cautions: tuple[str, ...]
    synthetic: str

    def endpoint(self, code: str) -> EndpointAnswer:
        """The answer for one endpoint."""
        return next(answer for answer in self.endpoints if answer.code == code)

    @property
    def cut_words(self) -> str:
        """ "21.0 % of NK"."""
        return f"{cut_text(self.cut)} {self.unit}".rstrip()


def answer(cohort: Cohort, question: Question) -> Answer:
    """The answer to `question`; NotEnoughData where the split itself cannot be made."""
    sample = sample_of(cohort, question)
    cuts = cuts_of(sample.values)
    split(sample.values, question.cut)
    at = landmark_time(cohort, question.visit)
    here = cuts.n_low == int((sample.values <= question.cut[0]).sum())
    return Answer(
        marker=sample.label,
        unit=sample.unit,
        visit=question.visit,
        visit_label=sample.visit_label,
        measure=question.measure,
        baseline=question.baseline,
        cut=question.cut[0],
        asked=question.endpoint,
        clock=question.clock,
        landmark=at,
        time_unit=cohort.study.time_unit,
        endpoints=tuple(
            _endpoint(cohort, sample, cuts, question.changed(endpoint=endpoint.code), endpoint)
            for endpoint in cohort.study.endpoints
        ),
        admissible=bool(cuts.admissible[here].any()),
        fixed=fixed_beforehand(cohort, question, cuts),
        cautions=cohort.study.cautions_for(
            marker=question.marker, visit=question.visit, endpoint=question.endpoint
        ),
        synthetic=cohort.study.synthetic,
    )


def fixed_beforehand(cohort: Cohort, question: Question, cuts: Cuts) -> str:
    """The source that declared this cut-off before anyone looked; "" where none did."""
    for declared in cohort.study.declared_cuts:
        same = (declared.marker, declared.visit, declared.measure) == (
            question.marker, question.visit, question.measure,
        )  # fmt: skip
        value = cuts.median() if declared.cut == "median" else declared.cut
        if same and declared.endpoint in (None, question.endpoint) and value == question.cut[0]:
            return declared.source
    return ""


def _endpoint(
    cohort: Cohort, sample: Sample, cuts: Cuts, question: Question, endpoint: Endpoint
) -> EndpointAnswer:
    followed = follow(cohort, sample, question)
    known = {
        "code": endpoint.code,
        "label": endpoint.label,
        "event_words": endpoint.event,
        "flow": flow_of(cohort, sample, followed, question.cut),
        "origin": followed.origin,
    }
    try:
        return EndpointAnswer(**known, **_numbers(followed, cuts, question, endpoint))
    except NotEnoughData as reason:
        return EndpointAnswer(**known, why=str(reason))


def _numbers(
    followed: Followed, cuts: Cuts, question: Question, endpoint: Endpoint
) -> dict[str, object]:
    rows = followed.rows
    time, event = rows["time"].to_numpy(float), rows["event"].to_numpy(bool)
    value = rows["value"].to_numpy(float)
    high = value > question.cut[0]
    _refuse(high, event)
    tau = horizon(time, value, cuts.median(), endpoint)
    side = high.astype(int)  # 0 at or below, 1 above: the last group is the high one
    rmst, rmst_why = _restricted_mean(time, event, side, tau)
    km = survival.kaplan_meier(time, event, side)
    return {
        "km": km,
        "groups": _groups(km, time, event, side),
        "effect": _effect(time, event, value, high, cuts),
        "p_cut": survival.p_cut(time, event, side),
        "logrank": survival.logrank(time, event, side),
        "tau": tau,
        "rmst": rmst,
        "rmst_why": rmst_why,
        "milestone": survival.survival_at(time, event, side, at=_milestone(endpoint, tau)),
        "hazards": _hazards(time, event, high),
        "detectable": hazard.detectable_hr(int(event.sum()), float(high.mean())),
    }


def _refuse(high: np.ndarray, event: np.ndarray) -> None:
    if not high.size:
        raise NotEnoughData("No patient with a usable sample was still under observation.")
    if high.all() or not high.any():
        side = "at or below" if high.all() else "above"
        raise NotEnoughData(f"For this endpoint no patient lies {side} the cut-off.")
    if not event.any():
        raise NotEnoughData(
            f"None of the {len(event)} patients had an event: there is nothing to compare."
        )


def _groups(
    km: survival.KaplanMeier, time: np.ndarray, event: np.ndarray, side: np.ndarray
) -> pd.DataFrame:
    followup = survival.reverse_kaplan_meier(time, event, side)
    counts = followup[["median", "censored"]].to_numpy()
    return km.medians.assign(followup=counts[:, 0], censored=counts[:, 1].astype(int))


def _effect(
    time: np.ndarray, event: np.ndarray, value: np.ndarray, high: np.ndarray, cuts: Cuts
) -> Effect:
    # One estimator for the whole question: chosen by every admissible cut, not by this one.
    estimator = hazard.estimator(time, event, value, cuts.cut[cuts.admissible])
    fit = hazard.cox if estimator == "cox" else hazard.firth
    row = fit(time, event, high.astype(float)).iloc[0]
    return Effect(row["hr"], row["lower"], row["upper"], row["p"], estimator)


def horizon(time: np.ndarray, value: np.ndarray, median: float, endpoint: Endpoint) -> float:
    """tau of the restricted mean: the study's, else the smaller of the two groups' largest times
    at the median cut, rounded down. It does not move with the cut."""
    if endpoint.tau is not None:
        return float(endpoint.tau)
    sides = [time[value > median], time[value <= median]]
    longest = min((float(side.max()) for side in sides if side.size), default=0.0)
    return rounded_down(longest)


def rounded_down(value: float) -> float:
    """Down to the next round number: a tenth of the value is the coarsest step."""
    if value <= 0:
        return 0.0
    step = nice_step(value, 10)
    return float(f"{math.floor(value / step + 1e-9) * step:.6g}")


def _milestone(endpoint: Endpoint, tau: float) -> float:
    return float(endpoint.milestone) if endpoint.milestone is not None else rounded_down(tau / 2)


def _restricted_mean(
    time: np.ndarray, event: np.ndarray, side: np.ndarray, tau: float
) -> tuple[survival.Estimate | None, str]:
    try:
        return survival.rmst_difference(time, event, side, tau=tau), ""
    except (NotEnoughData, ValueError) as reason:  # tau 0: everybody left at once
        return None, str(reason)


def _hazards(time: np.ndarray, event: np.ndarray, high: np.ndarray) -> Hazards:
    try:
        row = hazard.proportional_hazards(time, event, high.astype(float)).iloc[0]
        statistic, p = float(row["statistic"]), float(row["p"])
    except NotEnoughData:
        statistic = p = math.nan
    return Hazards(statistic, p, _hazards_words(p, int(event.sum())))


def _hazards_words(p: float, events: int) -> str:
    if math.isnan(p):
        return "cannot be checked here"
    if p < 0.05:
        return "the hazard ratio changes over time: read it as an average, and look at the curves"
    if events < PH_EVENTS:
        return f"{events} events cannot show non-proportionality"
    return "no sign that the hazard ratio changes over time"
