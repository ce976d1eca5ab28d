"""The answer to one question: a split of the patients, and every endpoint of the study after it.

One split serves all endpoints, so progression-free and overall survival stand side by side from
the same groups; an endpoint that cannot carry an answer says why and leaves the others alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.cohort.analysis_set import (
    AnalysisSet,
    MarkerSample,
    ParticipantFlow,
    count_flow,
    derive_analysis_set,
    select_sample,
)
from analysis.cohort.strata import find_arms
from analysis.question import Question, subgroup
from analysis.question.choices import landmark_time
from analysis.reported_p import ReportedP
from analysis.results import groups
from analysis.results.groups import Effect, Hazards
from analysis.stats import survival
from analysis.stats.cox import hazard_ratio
from analysis.stats.cutoff import CandidateCuts, assign_groups, divide, smallest_admissible_group
from analysis.stats.errors import NotEnoughData
from analysis.stats.rmst import choose_horizon
from analysis.stats.rounding import round_down
from data.cohort import Cohort, Endpoint

RMST_P_FROM = 60  # patients; below, the normal approximation of the RMST test is not trusted
RMST_EVENTS = 5  # on each side by tau; with fewer its error is not measured, with none it is "0"


@dataclass(frozen=True, kw_only=True)
class AskedEndpoint:
    """What is known of an endpoint before anything is estimated: who is compared, from when on."""

    code: str
    label: str
    event_words: str
    flow: ParticipantFlow
    origin: str
    fixed: str  # the source of a cut-off fixed beforehand; "" for an exploratory one

    @property
    def several(self) -> bool:
        """Whether there are more than two groups."""
        return len(self.flow.groups) > 2

    @property
    def n(self) -> int:
        """Patients in the comparison."""
        return self.flow.observed


@dataclass(frozen=True, kw_only=True)
class NotEstimable(AskedEndpoint):
    """An endpoint that cannot carry an answer, and why."""

    why: str


@dataclass(frozen=True, kw_only=True)
class AnsweredEndpoint(AskedEndpoint):
    """An endpoint with an answer, and both its p's once the search and the ledger are known."""

    reported_p: ReportedP | None = None


@dataclass(frozen=True, kw_only=True)
class ComparedSides(AnsweredEndpoint):
    """The comparison at one cut-off, as far as a figure shows it while the line moves."""

    effect: Effect
    p_cut: survival.PermutationTest | survival.HypothesisTest

    @property
    def effects(self) -> tuple[Effect, ...]:
        """The one effect, where all are read alike."""
        return (self.effect,)


@dataclass(frozen=True, kw_only=True)
class EstimatedGroups(AnsweredEndpoint):
    """The numbers that two groups have as well as several."""

    km: survival.KaplanMeier
    groups: pd.DataFrame  # group n events median lower upper followup censored
    logrank: survival.HypothesisTest  # of all groups together
    tau: float
    rows: pd.DataFrame  # subject time event group: who the curves are made of
    milestone: pd.DataFrame  # group at survival lower upper n_risk
    hazards: Hazards
    interaction: survival.HypothesisTest | None  # arm by side
    interaction_why: str  # why there is no such test; "" without arms, too

    @cached_property
    def by_group(self) -> dict[int, dict[str, float]]:
        """The rows of `groups` by the group's number."""
        return groups.by_number(self.groups)

    @property
    def events(self) -> int:
        """Events in the comparison."""
        return int(self.groups["events"].sum())


@dataclass(frozen=True, kw_only=True)
class TwoGroups(ComparedSides, EstimatedGroups):
    """One endpoint after one cut-off."""

    rmst: survival.Estimate | None
    rmst_why: str
    detectable: float  # the hazard ratio this split could have been planned to show


@dataclass(frozen=True, kw_only=True)
class SeveralGroups(EstimatedGroups):
    """One endpoint after several cut-offs: no p of one cut, no restricted mean, no power."""

    effects: tuple[Effect, ...]  # groups 1, 2, … against group 0
    p_groups: survival.PermutationTest | survival.HypothesisTest  # of all groups, as p_cut of two
    trend: survival.HypothesisTest  # over the groups in their order


EstimatedEndpoint = TwoGroups | SeveralGroups
EndpointResult = EstimatedEndpoint | NotEstimable
ComparedEndpoint = ComparedSides | SeveralGroups  # what the words of a figure need


@dataclass(frozen=True)
class SurvivalResult:
    """The split and its endpoints, with the words that every drawing and sentence needs."""

    marker: str
    unit: str
    visit: str
    visit_label: str
    measure: str
    baseline: str
    cut: float  # the first of `cuts`
    cuts: tuple[float, ...]  # one to three, ascending
    asked: str  # the endpoint that the question names
    clock: str
    landmark: float
    time_unit: str
    endpoints: tuple[EndpointResult, ...]
    admissible: bool
    day_known: bool  # whether the visit has a scheduled day; without one nobody is set aside
    arms: bool  # several arms that are no doses: the interaction comes first
    cautions: tuple[str, ...]
    synthetic: str
    subgroup: str = ""  # whom the question is about, in words; "" for all patients

    def endpoint(self, code: str) -> EndpointResult | None:
        """The answer for one endpoint, if the study has it."""
        return {one.code: one for one in self.endpoints}.get(code)

    @property
    def asked_endpoint(self) -> EndpointResult:
        """The endpoint that the question names."""
        return next(one for one in self.endpoints if one.code == self.asked)

    @property
    def several(self) -> bool:
        """Whether there is more than one cut-off: no search, no corrected p, no headline."""
        return len(self.cuts) > 1

    def with_reported_p(self, headlines: dict[str, ReportedP]) -> SurvivalResult:
        """The same answer with the headline of each endpoint, by code."""
        endpoints = tuple(
            one
            if isinstance(one, NotEstimable)
            else replace(one, reported_p=headlines.get(one.code))
            for one in self.endpoints
        )
        return replace(self, endpoints=endpoints)

    @property
    def estimated(self) -> tuple[EstimatedEndpoint, ...]:
        """The endpoints that have an answer."""
        return tuple(one for one in self.endpoints if not isinstance(one, NotEstimable))

    def estimate(self, code: str) -> EstimatedEndpoint | None:
        """The answer for one endpoint; None where it has none."""
        return {one.code: one for one in self.estimated}.get(code)

    @property
    def drawn(self) -> tuple[str, ...]:
        """The codes of the endpoints that have an answer."""
        return tuple(one.code for one in self.estimated)


def analyse_survival(cohort: Cohort, question: Question) -> SurvivalResult:
    """The answer to `question`; NotEnoughData where the split itself cannot be made."""
    sample = select_sample(cohort, question)
    cuts = sample.cuts
    sizes = np.bincount(divide(sample.values, question.cut))
    at = landmark_time(cohort, question.visit)
    arm = find_arms(cohort)
    return SurvivalResult(
        marker=sample.label,
        unit=sample.unit,
        visit=question.visit,
        visit_label=sample.visit_label,
        measure=question.measure,
        baseline=question.baseline,
        cut=question.cut[0],
        cuts=question.cut,
        asked=question.endpoint,
        clock=question.clock,
        landmark=0.0 if math.isnan(at) else at,
        time_unit=cohort.study.time_unit,
        endpoints=tuple(
            _endpoint(cohort, sample, cuts, question.changed(endpoint=endpoint.code), endpoint, arm)
            for endpoint in cohort.study.endpoints
        ),
        admissible=bool(sizes.min() >= smallest_admissible_group(len(sample.values))),
        day_known=not math.isnan(at),
        arms=arm is not None,
        cautions=_cautions(cohort, question),
        synthetic=cohort.study.synthetic,
        subgroup=subgroup.describe(question.where, cohort),
    )


def find_declaring_source(cohort: Cohort, question: Question, cuts: CandidateCuts) -> str:
    """The source that declared this cut-off for this endpoint beforehand; "" where none did."""
    if len(question.cut) != 1:
        return ""
    return find_declared_cuts(cohort, question, cuts).get(question.cut[0], "")


def find_declared_cuts(cohort: Cohort, question: Question, cuts: CandidateCuts) -> dict[float, str]:
    """The cut-offs that the study declared beforehand for this question, and their sources."""
    found: dict[float, str] = {}
    if question.where:  # what was declared for all patients was not declared for some
        return found
    for one in cohort.study.declared_cuts:
        same = (one.marker, one.visit, one.measure) == (
            question.marker, question.visit, question.measure,
        )  # fmt: skip
        value = cuts.median() if one.cut == "median" else one.cut
        here = one.endpoint in (None, question.endpoint) and (
            question.measure == "value" or one.baseline in (None, question.baseline)
        )
        if same and here:
            found.setdefault(float(value), one.source)
    return found


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
    sample: MarkerSample,
    cuts: CandidateCuts,
    question: Question,
    endpoint: Endpoint,
    arm: pd.Series | None,
) -> EndpointResult:
    followed = derive_analysis_set(cohort, sample, question)
    asked = AskedEndpoint(
        code=endpoint.code,
        label=endpoint.label,
        event_words=endpoint.event,
        flow=count_flow(cohort, sample, followed, question.cut),
        origin=followed.origin,
        fixed=find_declaring_source(cohort, question, cuts),
    )
    try:
        return _estimate(asked, followed, cuts, question, endpoint, arm)
    except NotEnoughData as reason:
        return NotEstimable(**vars(asked), why=str(reason))


def _estimate(
    asked: AskedEndpoint,
    followed: AnalysisSet,
    cuts: CandidateCuts,
    question: Question,
    endpoint: Endpoint,
    arm: pd.Series | None,
) -> EstimatedEndpoint:
    time, event = followed.time, followed.event
    group = assign_groups(followed.value, question.cut)
    groups.refuse(group, event, question.cut)
    tau = choose_tau(time, followed.value, cuts.median(), endpoint)
    km = survival.kaplan_meier(time, event, group)
    model = hazard_ratio.model(time, event, groups.indicators(group))
    effects = groups.effects_of(model, time, event, group, followed.estimator)
    p_cut = groups.compare(survival.p_cut, time, event, group)
    interaction, interaction_why = _interaction(followed, question, arm)
    estimated = EstimatedGroups(
        **vars(asked),
        km=km,
        rows=pd.DataFrame(
            {"subject": followed.rows["subject"], "time": time, "event": event, "group": group}
        ),
        groups=groups.table(km),
        tau=tau,
        # Of many patients the p of one cut is that of the log-rank test.
        logrank=p_cut
        if isinstance(p_cut, survival.HypothesisTest)
        else groups.compare(survival.logrank, time, event, group),
        milestone=survival.read_off(km, choose_milestone(endpoint, tau)),
        hazards=groups.proportional(model, int(event.sum())),
        interaction=interaction,
        interaction_why=interaction_why,
    )
    if len(question.cut) > 1:
        trend = groups.compare(survival.logrank_trend, time, event, group)
        return SeveralGroups(**vars(estimated), effects=effects, p_groups=p_cut, trend=trend)
    rmst, rmst_why = _restricted_mean(time, event, group, tau)
    return TwoGroups(
        **vars(estimated),
        effect=effects[0],
        p_cut=p_cut,
        rmst=rmst,
        rmst_why=rmst_why,
        detectable=hazard_ratio.detectable_hr(int(event.sum()), float((group == 1).mean())),
    )


def choose_tau(time: np.ndarray, value: np.ndarray, median: float, endpoint: Endpoint) -> float:
    """tau of the restricted mean: the study's, else as far as both groups at the median cut are
    followed. It does not move with the cut."""
    return choose_horizon(time, value > median) if endpoint.tau is None else float(endpoint.tau)


def choose_milestone(endpoint: Endpoint, tau: float) -> float:
    """The time at which survival is read off: the study's, else half of tau."""
    return round_down(tau / 2) if endpoint.milestone is None else float(endpoint.milestone)


def _restricted_mean(
    time: np.ndarray, event: np.ndarray, side: np.ndarray, tau: float
) -> tuple[survival.Estimate | None, str]:
    """The difference of the means up to tau, high (1) minus low (0), or why there is none."""
    why = _not_followed(time, event, side, tau) or _too_few_events(time, event, side, tau)
    return (None, why) if why else (survival.rmst_difference(time, event, side, tau=tau), "")


def _not_followed(time: np.ndarray, event: np.ndarray, side: np.ndarray, tau: float) -> str:
    """The side whose curve is not known up to tau, as a reason; "" where both are."""
    for code, name in ((1, "above"), (0, "at or below")):
        longest = float(time[side == code].max())
        last = event[(side == code) & (time == longest)]
        if longest < tau and not last.all():
            return f"not estimable: the patients {name} were followed to {longest:.4g}, not {tau:g}"
    return ""


def _too_few_events(time: np.ndarray, event: np.ndarray, side: np.ndarray, tau: float) -> str:
    """The events of both sides by tau, as a reason; "" where they can measure its error."""
    events = np.bincount(side[event & (time <= tau)], minlength=2)
    if events.min() >= RMST_EVENTS:
        return ""
    return (
        f"not estimable: too few events by {tau:g} ({events[1]} above, {events[0]} at or below; "
        f"it takes {RMST_EVENTS} on each)"
    )


def _interaction(
    followed: AnalysisSet, question: Question, arm_of: pd.Series | None
) -> tuple[survival.HypothesisTest | None, str]:
    """Likelihood-ratio test of Cox models with and without arm-by-side terms, or why none."""
    if arm_of is None:
        return None, ""
    rows, arm = followed.rows, followed.rows["subject"].map(arm_of).to_numpy()
    if len(rows) < RMST_P_FROM:
        return None, f"not tested with fewer than {RMST_P_FROM} patients"
    arms = pd.get_dummies(pd.Series(arm), drop_first=True, dtype=float)
    above = groups.indicators(assign_groups(rows["value"].to_numpy(float), question.cut))
    products = [arms.mul(above[name], axis=0).add_suffix(f" x {name}") for name in above]
    try:
        alone = pd.concat([arms, above], axis=1)
        full = pd.concat([alone, *products], axis=1)
        return hazard_ratio.likelihood_ratio(followed.time, followed.event, full, alone), ""
    except NotEnoughData as reason:
        return None, str(reason)
