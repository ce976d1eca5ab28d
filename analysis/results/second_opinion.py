"""The numbers of a survival answer computed once more, by lifelines, and how they agree.

Ours are taken from the answer as the page shows it. Theirs come from the same patients (times,
events and groups of the answer) and from lifelines alone; only times that differ by rounding are
made one before, for lifelines would take them for two. A number of lifelines is used nowhere else.
"""

from __future__ import annotations

import logging
import math
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from analysis.question import Question
from analysis.results import groups
from analysis.results.survival import (
    EstimatedEndpoint,
    NotEstimable,
    TwoGroups,
    analyse_survival,
)
from analysis.stats.errors import NotEnoughData
from analysis.stats.estimates import PermutationTest
from analysis.stats.inputs import survival_arrays, tolerance
from data.cohort import Cohort

if TYPE_CHECKING:
    from lifelines import KaplanMeierFitter

LOG = logging.getLogger("cutline")
# What is done with warnings holds for the whole process: two at a time would undo each other.
_one_at_a_time = threading.Lock()
T = TypeVar("T")

# What is compared; wording/results/second_opinion.py has the words.
PATIENTS, EVENTS, AT_RISK = "patients", "events", "at risk"
CURVE, MILESTONE, MEDIAN = "curve", "milestone", "median"
LOG_RANK, LOG_RANK_P = "log-rank", "log-rank p"
HAZARD_RATIO, LOWER, UPPER = "hazard ratio", "lower limit", "upper limit"
RMST, RMST_DIFFERENCE = "restricted mean", "difference of means"
P_CUT, P_GROUPS, P_CORRECTED = "p for this cut", "p of the groups", "corrected p"  # not compared

# Why a number is not compared.
PERMUTED = "permuted"  # lifelines has no permutation test
FIRTH = "firth"  # lifelines has no such model
STRATA = "strata"  # its log-rank test has none
NO_NUMBER = "no number"  # there is none here
NEVER_TOGETHER = "never together"  # groups never at risk at once: it does not lower the df
NO_FIT = "no fit"  # lifelines did not come to an end

FLAT_MEDIAN = "flat median"  # S = .5 over a while: the middle here and in R, an end in lifelines

# How near two right numbers come. Products and sums of the same terms in another order: errors of
# rounding, some 1e-14 of the number with hundreds of patients; of a number near 0 (a chi-square, a
# difference) some 1e-14 of what it is made of, so that SAME is also allowed as it is.
SAME = 1e-9
# A p moves by as much of itself as half its chi-square moves; a tiny one is held to its digits.
SAME_TAIL = 1e-7
# Newton's method ends where lifelines thinks it near enough: with FIT within 1e-10 in 69 data sets
# of 20 to 686 patients; it leaves 7e-8 with 1e-14 and 2e-4 by its own default.
SAME_FIT = 1e-7
FIT = {"precision": 1e-20, "r_precision": 1e-20}
NEAR_HALF = float(np.sqrt(np.finfo(float).eps))  # as R's quantile.survfit has it


@dataclass(frozen=True)
class Check:
    """One number, ours and theirs; NaN is "not reached". `convention`: why both are right."""

    number: str
    ours: float
    theirs: float
    agrees: bool
    group: int | None = None
    convention: str = ""

    @property
    def differs(self) -> bool:
        """Whether they differ and nothing that is known explains it."""
        return not (self.agrees or self.convention)


@dataclass(frozen=True)
class LeftOut:
    """A number that is not compared, and why."""

    number: str
    why: str
    group: int | None = None


@dataclass(frozen=True)
class SecondOpinion:
    """What lifelines makes of one endpoint of an answer."""

    code: str  # the endpoint
    label: str
    cuts: tuple[float, ...]
    version: str
    checks: tuple[Check, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def differing(self) -> tuple[Check, ...]:
        """The numbers that differ beyond what is known."""
        return tuple(one for one in self.checks if one.differs)


class _NoFit(Exception):
    """lifelines came to no number."""


@dataclass(frozen=True, eq=False)
class _Patients:
    """What lifelines is given: a row per patient."""

    time: np.ndarray
    event: np.ndarray
    group: np.ndarray
    strata: np.ndarray | None

    @cached_property
    def curves(self) -> dict[int, KaplanMeierFitter]:
        """A Kaplan-Meier curve by lifelines for each group."""
        from lifelines import KaplanMeierFitter  # it takes half a second, which no start waits for

        return {
            number: KaplanMeierFitter().fit(self.time[inside], self.event[inside])
            for number in np.unique(self.group).tolist()
            for inside in [self.group == number]
        }


Found = Iterator[Check | LeftOut]
Comparison = Callable[[EstimatedEndpoint, _Patients], Found]


def recompute_survival(cohort: Cohort, question: Question) -> SecondOpinion:
    """The asked endpoint's numbers against those of lifelines; NotEnoughData without an answer."""
    answer = analyse_survival(cohort, question)
    endpoint = answer.asked_endpoint
    if isinstance(endpoint, NotEstimable):
        raise NotEnoughData(endpoint.why)
    return compare_with_lifelines(endpoint, answer.cuts)


def compare_with_lifelines(
    endpoint: EstimatedEndpoint, cuts: tuple[float, ...], *, strata: np.ndarray | None = None
) -> SecondOpinion:
    """The numbers of an endpoint against those of lifelines.

    `strata`: a code for each row of `endpoint.rows`, where the log-rank test and the hazard ratio
    are stratified.
    """
    time, event = survival_arrays(endpoint.rows["time"], endpoint.rows["event"])
    patients = _Patients(time, event, endpoint.rows["group"].to_numpy(int), strata)
    found = [
        *_leave_out_permuted(endpoint),
        *_try(CURVE, _compare_curves, endpoint, patients),
        *_try(LOG_RANK_P, _compare_log_rank, endpoint, patients),
        *_try(HAZARD_RATIO, _compare_hazard_ratios, endpoint, patients),
        *_try(RMST_DIFFERENCE, _compare_restricted_means, endpoint, patients),
    ]
    return SecondOpinion(
        code=endpoint.code,
        label=endpoint.label,
        cuts=cuts,
        version=version("lifelines"),
        checks=tuple(one for one in found if isinstance(one, Check)),
        left_out=tuple(one for one in found if isinstance(one, LeftOut)),
    )


def _leave_out_permuted(endpoint: EstimatedEndpoint) -> list[Check | LeftOut]:
    """The p's in large print that come from permutations: a reader must not think them checked."""
    two = isinstance(endpoint, TwoGroups)
    test = endpoint.p_cut if isinstance(endpoint, TwoGroups) else endpoint.p_groups
    own = [P_CUT if two else P_GROUPS] if isinstance(test, PermutationTest) else []
    return [LeftOut(name, PERMUTED) for name in (*own, *([P_CORRECTED] if two else []))]


def _try(
    number: str, compare: Comparison, endpoint: EstimatedEndpoint, patients: _Patients
) -> list[Check | LeftOut]:
    """One comparison; where lifelines comes to no number, that is said instead."""
    try:
        return _ask(lambda: list(compare(endpoint, patients)))
    except _NoFit:
        return [LeftOut(number, NO_FIT)]


def _ask(call: Callable[[], T]) -> T:
    """What lifelines gives; its doubts about what it found are errors, its remarks are not."""
    from lifelines.exceptions import ConvergenceWarning, StatError

    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            return call()
        except (ArithmeticError, AssertionError, ValueError, ConvergenceWarning, StatError) as why:
            LOG.info("lifelines gave no number: %s", why)
            raise _NoFit from why


# --------------------------------------------------------------------------- one group by itself


def _compare_curves(endpoint: EstimatedEndpoint, patients: _Patients) -> Found:
    """Of each group: patients, events, numbers at risk, the curve, its milestone and median."""
    milestones = groups.by_number(endpoint.milestone)
    ours = dict(tuple(endpoint.km.curves.groupby("group")))
    for number, curve in patients.curves.items():
        row, table = endpoint.by_group[number], curve.event_table
        yield _compare(PATIENTS, row["n"], table["entrance"].sum(), number)
        yield _compare(EVENTS, row["events"], table["observed"].sum(), number)
        yield from _compare_steps(ours[number], curve, number)
        yield from _compare_milestone(milestones[number], curve, number)
        yield _compare_median(row["median"], curve, number)


def _compare_steps(ours: pd.DataFrame, curve: KaplanMeierFitter, number: int) -> Found:
    """The whole curve and its numbers at risk, each where ours and theirs are furthest apart."""
    at = ours["time"].to_numpy()
    theirs = curve.survival_function_at_times(at).to_numpy()
    yield _compare_furthest(CURVE, ours["survival"].to_numpy(), theirs, number)
    yield _compare_furthest(AT_RISK, ours["n_risk"].to_numpy(), _count_at_risk(curve, at), number)


def _compare_milestone(ours: dict[str, float], curve: KaplanMeierFitter, number: int) -> Found:
    """Survival at the milestone, where the group was followed to it, and who is at risk there."""
    times = curve.event_table.index.to_numpy()
    at = _snap(float(ours["at"]), times)
    yield _compare(AT_RISK, ours["n_risk"], _count_at_risk(curve, np.array([at]))[0], number)
    if math.isnan(ours["survival"]):  # lifelines would go on with the last value
        yield LeftOut(MILESTONE, NO_NUMBER, number)
    else:
        yield _compare(MILESTONE, ours["survival"], float(curve.predict(at)), number)


def _count_at_risk(curve: KaplanMeierFitter, at: np.ndarray) -> np.ndarray:
    """How many patients of lifelines' table have each of these times or a later one."""
    table = curve.event_table
    at_risk = np.append(table["at_risk"].to_numpy(), 0)
    return np.asarray(at_risk[np.searchsorted(table.index.to_numpy(), at)])


def _snap(time: float, times: np.ndarray) -> float:
    """The observed time that a time is but for rounding."""
    near = np.abs(times - time)
    return float(times[near.argmin()] if near.min() <= tolerance(np.unique(times)) else time)


def _compare_median(ours: float, curve: KaplanMeierFitter, number: int) -> Check:
    """The median; where the curve is flat at one half, ours is the middle of that part."""
    median = float(curve.median_survival_time_)
    check = _compare(MEDIAN, ours, median if math.isfinite(median) else math.nan, number)
    flat = _find_flat_half(curve)
    if check.agrees or flat is None:
        return check
    start, end = flat
    # By rounding, a curve that is .5 may be a little above it to lifelines: then it names the end.
    known = _is_same(ours, (start + end) / 2) and median in (start, end, math.inf)
    return replace(check, convention=FLAT_MEDIAN) if known else check


def _find_flat_half(curve: KaplanMeierFitter) -> tuple[float, float] | None:
    """From when to when lifelines' own curve is one half; None where it never is."""
    survival = curve.survival_function_.iloc[:, 0]
    flat = survival.index[(survival - 0.5).abs() < NEAR_HALF]
    if not len(flat):
        return None
    below = survival.index[survival < 0.5 - NEAR_HALF]
    return float(flat[0]), float(below[0] if len(below) else survival.index[-1])


# --------------------------------------------------------------------------- groups, compared


def _compare_log_rank(endpoint: EstimatedEndpoint, patients: _Patients) -> Found:
    from lifelines.statistics import multivariate_logrank_test

    test = endpoint.logrank
    if patients.strata is not None:
        yield LeftOut(LOG_RANK_P, STRATA)
    elif math.isnan(test.statistic):
        yield LeftOut(LOG_RANK_P, NO_NUMBER)
    elif test.df < len(endpoint.groups) - 1:
        yield LeftOut(LOG_RANK_P, NEVER_TOGETHER)
    else:
        theirs = multivariate_logrank_test(patients.time, patients.group, patients.event)
        yield _compare(LOG_RANK, test.statistic, theirs.test_statistic)
        yield _compare(LOG_RANK_P, test.p, theirs.p_value, near=SAME_TAIL, floor=0.0)


def _compare_hazard_ratios(endpoint: EstimatedEndpoint, patients: _Patients) -> Found:
    """Each group against the lowest, with its interval."""
    effects = endpoint.effects
    if any(effect.estimator == "firth" for effect in effects):
        yield LeftOut(HAZARD_RATIO, FIRTH)
        return
    if any(math.isnan(effect.hr) for effect in effects):
        yield LeftOut(HAZARD_RATIO, NO_NUMBER)
        return
    theirs = _fit_cox(patients)
    for number, effect in enumerate(effects, start=1):
        row = theirs.iloc[number - 1]
        yield _compare(HAZARD_RATIO, effect.hr, row["exp(coef)"], number, SAME_FIT)
        yield _compare(LOWER, effect.lower, row["exp(coef) lower 95%"], number, SAME_FIT)
        yield _compare(UPPER, effect.upper, row["exp(coef) upper 95%"], number, SAME_FIT)


def _fit_cox(patients: _Patients) -> pd.DataFrame:
    """lifelines' Cox model, a row per group above the lowest."""
    from lifelines import CoxPHFitter

    rows = groups.indicators(patients.group).assign(time=patients.time, event=patients.event)
    strata = None
    if patients.strata is not None:
        rows, strata = rows.assign(stratum=patients.strata), ["stratum"]
    summary: pd.DataFrame = (
        CoxPHFitter().fit(rows, "time", "event", strata=strata, fit_options=FIT).summary
    )
    return summary


def _compare_restricted_means(endpoint: EstimatedEndpoint, patients: _Patients) -> Found:
    """The mean of each group up to tau, and their difference."""
    from lifelines.utils import restricted_mean_survival_time

    if not isinstance(endpoint, TwoGroups) or endpoint.rmst is None:
        yield LeftOut(RMST_DIFFERENCE, NO_NUMBER)
        return
    ours, theirs = groups.by_number(endpoint.rmst.by_group), {}
    for number, curve in patients.curves.items():
        tau = _snap(endpoint.tau, curve.event_table.index.to_numpy())
        theirs[number] = float(restricted_mean_survival_time(curve, t=tau))
        yield _compare(RMST, ours[number]["rmst"], theirs[number], number)
    yield _compare(RMST_DIFFERENCE, endpoint.rmst.value, theirs[1] - theirs[0])


# --------------------------------------------------------------------------------- two numbers


def _compare(
    number: str,
    ours: float,
    theirs: float,
    group: int | None = None,
    near: float = SAME,
    floor: float = SAME,
) -> Check:
    ours, theirs = float(ours), float(theirs)
    return Check(number, ours, theirs, _is_same(ours, theirs, near, floor), group)


def _compare_furthest(number: str, ours: np.ndarray, theirs: np.ndarray, group: int) -> Check:
    place = int(np.abs(ours - theirs).argmax())  # a NaN comes first
    return _compare(number, ours[place], theirs[place], group)


def _is_same(ours: float, theirs: float, near: float = SAME, floor: float = SAME) -> bool:
    """Whether both are the same number, or both are none."""
    if math.isnan(ours) or math.isnan(theirs):
        return math.isnan(ours) and math.isnan(theirs)
    return math.isclose(ours, theirs, rel_tol=near, abs_tol=floor)
