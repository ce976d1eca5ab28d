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
from analysis.format import cut_text, p_named
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
    fixed: str = ""  # the source of a cut-off fixed beforehand; "" for an exploratory one
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
    interaction: str = ""  # arm by side, in words; "" without arms
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
    day_known: bool  # whether the visit has a scheduled day; without one nobody is set aside
    arms: bool  # several arms that are no doses: the interaction comes first
    cautions: tuple[str, ...]
    synthetic: str

    def endpoint(self, code: str) -> EndpointAnswer | None:
        """The answer for one endpoint, if the study has it."""
        return {one.code: one for one in self.endpoints}.get(code)

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
    arm = arms_of(cohort)
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
        landmark=0.0 if math.isnan(at) else at,
        time_unit=cohort.study.time_unit,
        endpoints=tuple(
            _endpoint(cohort, sample, cuts, question.changed(endpoint=endpoint.code), endpoint, arm)
            for endpoint in cohort.study.endpoints
        ),
        admissible=bool(cuts.admissible[here].any()),
        day_known=not math.isnan(at),
        arms=arms_of(cohort) is not None,
        cautions=_cautions(cohort, question),
        synthetic=cohort.study.synthetic,
    )


def fixed_beforehand(cohort: Cohort, question: Question, cuts: Cuts) -> str:
    """The source that declared this cut-off for this endpoint beforehand; "" where none did."""
    for declared in cohort.study.declared_cuts:
        same = (declared.marker, declared.visit, declared.measure) == (
            question.marker, question.visit, question.measure,
        )  # fmt: skip
        value = cuts.median() if declared.cut == "median" else declared.cut
        here = declared.endpoint in (None, question.endpoint) and (
            question.measure == "value" or declared.baseline in (None, question.baseline)
        )
        if same and here and value == question.cut[0]:
            return declared.source
    return ""


def arms_of(cohort: Cohort) -> pd.Series | None:
    """Arm by subject, where there are several that are no doses."""
    subjects = cohort.subjects
    if subjects["dose"].nunique() > 1 or subjects["arm"].nunique() < 2:
        return None
    return subjects.set_index("subject")["arm"].astype(str)


def _cautions(cohort: Cohort, question: Question) -> tuple[str, ...]:
    """What the study says of this marker and visit, for any endpoint that is drawn."""
    texts = [
        text
        for one in cohort.study.endpoints
        for text in cohort.study.cautions_for(
            marker=question.marker, visit=question.visit, endpoint=one.code
        )
    ]
    return tuple(dict.fromkeys(texts))


def _endpoint(
    cohort: Cohort,
    sample: Sample,
    cuts: Cuts,
    question: Question,
    endpoint: Endpoint,
    arm: pd.Series | None,
) -> EndpointAnswer:
    followed = follow(cohort, sample, question)
    known = {
        "code": endpoint.code,
        "label": endpoint.label,
        "event_words": endpoint.event,
        "flow": flow_of(cohort, sample, followed, question.cut),
        "origin": followed.origin,
        "fixed": fixed_beforehand(cohort, question, cuts),
    }
    try:
        numbers = _numbers(followed, cuts, question, endpoint)
        levels = None if arm is None else followed.rows["subject"].map(arm).to_numpy()
        interaction = _interaction(followed, question, levels)
        return EndpointAnswer(**known, **numbers, interaction=interaction)
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
        "effect": _effect(time, event, value, high),
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


def _effect(time: np.ndarray, event: np.ndarray, value: np.ndarray, high: np.ndarray) -> Effect:
    # One estimator for the whole question: chosen by every cut that is admissible among the
    # patients of this endpoint, not by the cut at hand.
    cuts = cuts_of(value)
    estimator = hazard.estimator(time, event, value, cuts.cut[cuts.admissible])
    fit = hazard.cox if estimator == "cox" else hazard.firth
    row = fit(time, event, high.astype(float)).iloc[0]
    return Effect(row["hr"], row["lower"], row["upper"], row["p"], estimator)


def _interaction(followed: Followed, question: Question, arm: np.ndarray | None) -> str:
    """Likelihood-ratio test of Cox models with and without arm-by-side terms, in words."""
    rows = followed.rows
    if arm is None:
        return ""
    if len(rows) < RMST_P_FROM:
        return f"not tested with fewer than {RMST_P_FROM} patients"
    alone = pd.get_dummies(pd.Series(arm), drop_first=True, dtype=float)
    high = (rows["value"] > question.cut[0]).to_numpy(float)
    products = alone.mul(high, axis=0).add_suffix(" x high")
    alone = alone.assign(high=high)
    try:
        full = pd.concat([alone, products], axis=1)
        time, event = rows["time"].to_numpy(float), rows["event"].to_numpy(bool)
        return p_named("p", hazard.likelihood_ratio(time, event, full, alone).p)
    except NotEnoughData as reason:
        return str(reason)


def horizon(time: np.ndarray, value: np.ndarray, median: float, endpoint: Endpoint) -> float:
    """tau of the restricted mean: the study's, else the smaller of the two groups' largest times
    at the median cut, rounded down. It does not move with the cut."""
    if endpoint.tau is not None:
        return float(endpoint.tau)
    sides = [time[value > median], time[value <= median]]
    longest = min((float(side.max()) for side in sides if side.size), default=0.0)
    return rounded_down(longest)


def rounded_down(value: float) -> float:
    """Down to a round number, in steps of about a tenth to a sixth of the value."""
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
    except (NotEnoughData, ValueError):  # ValueError: tau 0, where everybody left at once
        return None, _no_mean(time, event, side, tau)


def _no_mean(time: np.ndarray, event: np.ndarray, side: np.ndarray, tau: float) -> str:
    for code, name in ((1, "above"), (0, "at or below")):
        longest = float(time[side == code].max())
        last = event[(side == code) & (time == longest)]
        if longest < tau and not last.all():
            return f"not estimable: the patients {name} were followed to {longest:.4g}, not {tau:g}"
    return f"not estimable: too few events by {tau:g} to measure its error"


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
        return "it seems to change over time: read it as an average, and look at the curves"
    if events < PH_EVENTS:
        return f"{events} events cannot show non-proportionality"
    return "no sign that the hazard ratio changes over time"
