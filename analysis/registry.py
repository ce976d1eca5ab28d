"""Every analysis of the program in one table: what is computed, from what, and what it reveals.

A test holds each line against its function: it reads no other field of the question, and a result
that changes with the outcomes either says which ones it reveals, or why it is not counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from analysis.question import Question
from analysis.results import (
    baseline,
    continuous,
    cutoff,
    dose_response,
    fragility,
    overview,
    patient_list,
    patient_profile,
    preview,
    second_opinion,
    survival,
    trend_tests,
    trends,
)
from analysis.results.trial import conduct
from data.cohort import Cohort

Endpoints = tuple[str, ...]  # their codes


@dataclass(frozen=True)
class Analysis:
    """A named computation and the question fields that it reads: together they are its cache key.

    `reveals` gives the endpoints whose outcome by marker a result shows: these count as looked at,
    and stay covered while a question is asked blind. `uncounted` says of a result that holds
    outcomes and reveals none by marker why that is no look; `cover` takes out of it what may not be
    seen while a question is asked blind.
    """

    name: str
    run: Callable[[Cohort, Question], Any]
    reads: tuple[str, ...] = ()
    reveals: Callable[[Any], Endpoints] | None = None
    uncounted: str = ""
    cover: Callable[[Any], Any] | None = None


def list_answered(result: survival.SurvivalResult) -> Endpoints:
    """The endpoints that have an answer."""
    return result.drawn


def list_tested(result: baseline.StratifiedTests) -> Endpoints:
    """The endpoints that are tested within strata."""
    return tuple(test.code for test in result.tests)


def list_searched(result: cutoff.CutoffSearchResult) -> Endpoints:
    """The endpoint of a search, where there is one."""
    return (result.code,) if isinstance(result, cutoff.SearchedCutoffs) else ()


def list_modelled(
    result: (
        continuous.ContinuousResult | fragility.FragilityResult | second_opinion.SecondOpinion
    ),
) -> Endpoints:
    """The one endpoint of a result."""
    return (result.code,)


def list_listed(result: patient_list.PatientOutcomes) -> Endpoints:
    """The endpoints that stand in the list of patients."""
    return result.endpoints


def list_previewed(result: preview.Preview) -> Endpoints:
    """The endpoints whose outcome goes to the browser."""
    return tuple(endpoint.of.code for endpoint in result.endpoints)


COHORT = ("cohort",)
SAMPLE_FIELDS = ("cohort", "marker", "visit", "measure", "baseline")
SPLIT = (*SAMPLE_FIELDS, "cut")
EVERY_CUT = ("cohort", "endpoint", "marker", "visit", "measure", "baseline", "clock")
ONE_CUT = ("cohort", "endpoint", "marker", "visit", "measure", "baseline", "cut", "clock")
OF_ALL = "of all patients or doses together, by no marker"
OF_ONE = "of single patients: covered while a question is asked blind, but no comparison"

SURVIVAL = Analysis("answer", survival.analyse_survival, ONE_CUT, list_answered)
BASELINE = Analysis("sides", baseline.compare_baseline, ONE_CUT)
STRATIFIED = Analysis("within", baseline.compare_within_strata, ONE_CUT, list_tested)
CUTOFF_SEARCH = Analysis("searched", cutoff.search_cutoffs, EVERY_CUT, list_searched)
CONTINUOUS = Analysis("continuous", continuous.analyse_continuous, EVERY_CUT, list_modelled)
FRAGILITY = Analysis("fragility", fragility.analyse_fragility, ONE_CUT, list_modelled)
SECOND_OPINION = Analysis(
    "second opinion", second_opinion.recompute_survival, ONE_CUT, list_modelled
)
TRENDS = Analysis("trends", trends.summarise_trends, SPLIT)
TREND_TESTS = Analysis(
    "trend table", trend_tests.run_trend_tests, ("cohort", "measure", "baseline")
)
DOSE_RESPONSE = Analysis("response", dose_response.analyse_dose_response, SPLIT)
DOSE_MODELS = Analysis("models", dose_response.fit_models, SAMPLE_FIELDS)
OVERVIEW = Analysis("overview", overview.summarise_study, COHORT, uncounted=OF_ALL)
TRIAL = Analysis("trial", conduct.summarise_trial, COHORT, uncounted=OF_ALL)
PATIENT_LIST = Analysis("roster", patient_list.list_patients, SPLIT)
PATIENT_OUTCOMES = Analysis("roster outcomes", patient_list.list_outcomes, COHORT, list_listed)
PATIENT_PROFILES = Analysis(
    "persons",
    patient_profile.describe_patients,
    COHORT,
    uncounted=OF_ONE,
    cover=patient_profile.cover_outcomes,
)
MARKER_STANDING = Analysis("standing", patient_profile.place_markers, SPLIT)
SAMPLE = Analysis("sample", preview.select_divisible_sample, SAMPLE_FIELDS)
CUT_PLACES = Analysis("places", preview.place_cuts, SAMPLE_FIELDS)
PREVIEW = Analysis("preview", preview.preview_cuts, (*SAMPLE_FIELDS, "clock"), list_previewed)
OPEN_COHORT = Analysis("what is open", overview.count_cohort)
STUDY_TITLE = Analysis("basket", overview.name_study, COHORT)

ANALYSES: dict[str, Analysis] = {
    analysis.name: analysis
    for analysis in (
        SURVIVAL, BASELINE, STRATIFIED, CUTOFF_SEARCH, CONTINUOUS, FRAGILITY, SECOND_OPINION,
        TRENDS, TREND_TESTS, DOSE_RESPONSE, DOSE_MODELS, OVERVIEW, TRIAL, PATIENT_LIST,
        PATIENT_OUTCOMES, PATIENT_PROFILES, MARKER_STANDING, SAMPLE, CUT_PLACES, PREVIEW,
        OPEN_COHORT, STUDY_TITLE,
    )
}  # fmt: skip
