"""Every cut of the question's marker for one endpoint: profile, search and resamples.

It reads no cut-off, so it stays the same while the cut moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.cohort.analysis_set import MarkerSample, derive_analysis_set, select_sample
from analysis.question import Question
from analysis.results.survival import find_declared_cuts
from analysis.stats import cutoff
from analysis.stats.cox import hazard_ratio
from analysis.stats.cutoff import CandidateCuts, find_cuts
from analysis.stats.cutoff.one_cut import ENOUGH, may_draw, p_cuts
from analysis.stats.errors import NotEnoughData
from data.cohort import Cohort, Cut

FEW = 100  # patients: up to here more permutations take no time that anyone notices
PERMUTATIONS, PERMUTATIONS_OF_FEW = 10_000, 100_000  # the latter tell .051 from .049
NONE = "There is no search here. "


@dataclass(frozen=True, eq=False, kw_only=True)
class AskedSearch:
    """What is known before the search for one endpoint.

    `value`, `time`, `event` and `subjects` are this endpoint's patients, ascending by value.
    """

    code: str
    label: str
    event_words: str
    marker: str
    unit: str
    visit: str
    visit_label: str
    measure: str
    baseline: str
    scale: str
    time_unit: str
    synthetic: str
    value: np.ndarray
    time: np.ndarray
    event: np.ndarray
    subjects: tuple[str, ...]
    published: tuple[Cut, ...]
    declared: dict[float, str]  # cut-offs fixed beforehand, and by whom

    @property
    def n(self) -> int:
        """Patients of this endpoint with a usable value."""
        return self.value.size

    @property
    def events(self) -> int:
        """Their events."""
        return int(self.event.sum())

    @property
    def only_split(self) -> bool:
        """Whether the marker has two values, so that there is one split and nothing to search."""
        return np.unique(self.value).size == 2


@dataclass(frozen=True, eq=False, kw_only=True)
class NoSearch(AskedSearch):
    """An endpoint whose cut-offs cannot be searched, and why."""

    why: str


@dataclass(frozen=True, eq=False, kw_only=True)
class SearchedCutoffs(AskedSearch):
    """The search for one endpoint.

    `profile` has a row per admissible cut: the columns of `cutoff.search`, and `shown` (the
    shortest decimal that divides there), `p_cut` (the p of one cut, with `p_cut_exact` and
    `p_cut_permuted`) and `hr_corrected` (Firth's hazard ratio less the optimism of a searched cut).
    """

    estimator: str
    profile: pd.DataFrame
    search: cutoff.CutoffSearch
    stability: cutoff.CutoffStability

    @property
    def best(self) -> pd.Series:
        """The row of the cut with the largest |W|."""
        return self.profile.iloc[self._find(float(self.search.chosen["cut"]))[0]]

    @property
    def critical(self) -> float:
        """The |W| whose p corrected for the search is .05."""
        return self.search.critical

    def row(self, cut: float) -> pd.Series | None:
        """The row of the profile at which `cut` divides; None where that is inadmissible."""
        here = self._find(cut)
        return self.profile.iloc[here[0]] if here.size else None

    def _find(self, cut: float) -> np.ndarray:
        """The places in the profile at which `cut` divides: one, or none."""
        n_low = int(np.searchsorted(self.value, cut, side="right"))
        return np.flatnonzero(self.profile["n_low"].to_numpy() == n_low)


CutoffSearchResult = SearchedCutoffs | NoSearch


def search_cutoffs(cohort: Cohort, question: Question) -> CutoffSearchResult:
    """The search for the question's endpoint; NotEnoughData where nobody can be divided."""
    sample = select_sample(cohort, question)
    asked = _ask(cohort, sample, question, find_cuts(sample.values))
    try:
        return _search(asked)
    except NotEnoughData as reason:
        return NoSearch(**vars(asked), why=NONE + str(reason))


def _ask(
    cohort: Cohort, sample: MarkerSample, question: Question, cuts: CandidateCuts
) -> AskedSearch:
    rows = derive_analysis_set(cohort, sample, question).rows.sort_values("value", kind="stable")
    endpoint = cohort.study.endpoint(question.endpoint)
    return AskedSearch(
        code=endpoint.code,
        label=endpoint.label,
        event_words=endpoint.event,
        marker=sample.label,
        unit=sample.unit,
        visit=question.visit,
        visit_label=sample.visit_label,
        measure=question.measure,
        baseline=question.baseline,
        scale=sample.scale,
        time_unit=cohort.study.time_unit,
        synthetic=cohort.study.synthetic,
        value=rows["value"].to_numpy(float),
        time=rows["time"].to_numpy(float),
        event=rows["event"].to_numpy(bool),
        subjects=tuple(rows["subject"]),
        published=tuple(cut for cut in cohort.study.published_cuts if _is_of(cut, question)),
        declared=find_declared_cuts(cohort, question, cuts),
    )


def _search(asked: AskedSearch) -> SearchedCutoffs:
    time, event, value = asked.time, asked.event, asked.value
    if not value.size:
        raise NotEnoughData("No patient with a usable sample was still under observation.")
    cuts = find_cuts(value)
    estimator = hazard_ratio.estimator(time, event, value, cuts.cut[cuts.admissible])
    permutations = PERMUTATIONS_OF_FEW if value.size <= FEW else PERMUTATIONS
    search = cutoff.search(time, event, value, permutations=permutations, estimator=estimator)
    while search.reached < ENOUGH and may_draw(10 * permutations, value.size):
        permutations *= 10  # a p at the floor of its draws is not that p
        search = cutoff.search(time, event, value, permutations=permutations, estimator=estimator)
    stability = cutoff.stability(time, event, value)
    profile = search.profile.assign(shown=cuts.cut[cuts.admissible])
    tests = p_cuts(time, event, value, profile["cut"].to_numpy())
    profile["p_cut"], profile["p_cut_exact"] = tests["p"], tests["exact"]
    profile["p_cut_permuted"] = tests["name"].str.contains("permutation")
    profile["hr_corrected"] = stability.corrected(profile["cut"].to_numpy())
    return SearchedCutoffs(
        **vars(asked), estimator=estimator, profile=profile, search=search, stability=stability
    )


def _is_of(cut: Cut, question: Question) -> bool:
    same = (cut.marker, cut.visit, cut.measure) == (
        question.marker, question.visit, question.measure,
    )  # fmt: skip
    return same and cut.endpoint in (None, question.endpoint)
