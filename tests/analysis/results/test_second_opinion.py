"""The numbers of an answer against lifelines: they agree, and a false one is found."""

import math
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lifelines import CoxPHFitter

from analysis.cohort.completion import complete_question
from analysis.question import Question, parse_query
from analysis.results import groups
from analysis.results import second_opinion as checked
from analysis.results.second_opinion import compare_with_lifelines, recompute_survival
from analysis.results.survival import NotEstimable, analyse_survival
from analysis.stats.errors import NotEnoughData
from analysis.stats.logrank import logrank
from data.sources import builtin
from tests.hand_made_cohorts import cohort
from tests.reference import golden

ASKED = Question("hand", "PFS", "M", "D-7", "value", "", (4.0,), "start")
MOST_EXAMPLES = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
ALL_NUMBERS = {
    checked.PATIENTS, checked.EVENTS, checked.AT_RISK, checked.CURVE, checked.MILESTONE,
    checked.MEDIAN, checked.LOG_RANK, checked.LOG_RANK_P, checked.HAZARD_RATIO, checked.LOWER,
    checked.UPPER, checked.RMST, checked.RMST_DIFFERENCE,
}  # fmt: skip

UNCHECKED = {checked.P_CORRECTED: checked.PERMUTED}  # of every single cut-off


def trial(values, times, events):
    """A cohort of that marker before treatment and these times, for the endpoint PFS."""
    n = len(values)
    return cohort([1.0] * n, times, times, pfs_event=events, os_event=events, before=values)


def answer_of(name, query):
    study = builtin.load(name)
    return analyse_survival(study, complete_question(parse_query(query), study).question)


def asked_of(name, query):
    answer = answer_of(name, query)
    return answer.asked_endpoint, answer.cuts


def of_r(name, marker, cut):
    """The answer for a data set of which R's values are known, and R's values."""
    rows = golden.patients(name)
    study = trial(rows[marker].tolist(), rows["time"].tolist(), rows["ev"].astype(int).tolist())
    answer = analyse_survival(study, ASKED.changed(cut=(cut,)))
    return answer.asked_endpoint, answer.cuts


def numbers(found):
    return {one.number for one in found.checks}


def why(found):
    return {one.number: one.why for one in found.left_out}


# ------------------------------------------------------------------------------------- they agree


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("gbsg2", "marker=PGR"),
        ("gbsg2", "marker=PGR&cut=5,100"),
        ("actg175", "marker=CD8&visit=week20"),
        ("imail2", "marker=HLADR_NK_PCT&visit=C1D15&cut=20.1"),
        ("imail2", "marker=HLADR_NK_PCT&visit=C1D15&cut=15,24,35"),
        ("imail2-null", "marker=HLADR_NK_PCT&visit=C1D15&endpoint=OS"),
    ],
)
def test_built_in_cohorts_agree(name, query):
    endpoint, cuts = asked_of(name, query)
    found = compare_with_lifelines(endpoint, cuts)
    assert found.differing == ()
    assert len({one.group for one in found.checks if one.number == checked.CURVE}) == len(cuts) + 1
    assert {one.convention for one in found.checks} <= {"", checked.FLAT_MEDIAN}
    assert checked.NO_FIT not in why(found).values()
    large = name in ("gbsg2", "actg175")
    assert (checked.HAZARD_RATIO in numbers(found)) is large
    assert why(found).get(checked.HAZARD_RATIO, "") == ("" if large else checked.FIRTH)


@pytest.mark.parametrize(
    ("name", "marker"), [("lung", "age"), ("veteran", "karno"), ("gbsg", "age")]
)
def test_the_data_sets_of_r_agree_in_every_number(name, marker):
    cut = float(golden.patients(name)[marker].median())
    endpoint, cuts = of_r(name, marker, cut)
    found = compare_with_lifelines(endpoint, cuts)
    assert all(one.agrees for one in found.checks)
    assert numbers(found) == ALL_NUMBERS
    permuted = {checked.P_CORRECTED, *([checked.P_CUT] if len(endpoint.rows) <= 200 else [])}
    assert why(found) == dict.fromkeys(permuted, checked.PERMUTED)


def test_ours_are_the_numbers_of_the_answer():
    answer = answer_of("gbsg2", "marker=PGR")
    one = answer.asked_endpoint
    found = compare_with_lifelines(one, answer.cuts)
    ours = {(each.number, each.group): each.ours for each in found.checks}
    assert ours[checked.HAZARD_RATIO, 1] == one.effect.hr
    assert (ours[checked.LOWER, 1], ours[checked.UPPER, 1]) == (one.effect.lower, one.effect.upper)
    assert ours[checked.LOG_RANK, None] == one.logrank.statistic
    assert ours[checked.LOG_RANK_P, None] == one.logrank.p
    assert ours[checked.RMST_DIFFERENCE, None] == one.rmst.value
    for number in (0, 1):
        assert ours[checked.MEDIAN, number] == one.by_group[number]["median"]
        assert ours[checked.PATIENTS, number] == one.by_group[number]["n"]
        assert ours[checked.EVENTS, number] == one.by_group[number]["events"]
    at = one.milestone.set_index("group")["survival"]
    assert [ours[checked.MILESTONE, number] for number in (0, 1)] == at.tolist()


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("marker=HLADR_NK_PCT&visit=C1D15&cut=20.1", {checked.P_CUT, checked.P_CORRECTED}),
        ("marker=HLADR_NK_PCT&visit=C1D15&cut=15,24", {checked.P_GROUPS}),
    ],
)
def test_the_p_in_large_print_is_not_taken_for_a_checked_one(query, left):
    found = compare_with_lifelines(*asked_of("imail2", query))
    assert {number for number, reason in why(found).items() if reason == checked.PERMUTED} == left


# ------------------------------------------------------------------------- a false one is found


def change_column(frame, column):
    return frame.assign(**{column: frame[column] * 1.001})


FALSE = {
    "hazard ratio": lambda one: replace(one, effect=replace(one.effect, hr=one.effect.hr * 1.001)),
    "its limit": lambda one: replace(
        one, effect=replace(one.effect, upper=one.effect.upper * 1.01)
    ),
    "log-rank": lambda one: replace(one, logrank=replace(one.logrank, p=one.logrank.p * 1.01)),
    "chi-square": lambda one: replace(
        one, logrank=replace(one.logrank, statistic=one.logrank.statistic + 1e-6)
    ),
    "median": lambda one: replace(one, groups=change_column(one.groups, "median")),
    "events": lambda one: replace(one, groups=one.groups.assign(events=one.groups["events"] + 1)),
    "patients": lambda one: replace(one, groups=one.groups.assign(n=one.groups["n"] - 1)),
    "milestone": lambda one: replace(one, milestone=change_column(one.milestone, "survival")),
    "at risk": lambda one: replace(
        one, milestone=one.milestone.assign(n_risk=one.milestone["n_risk"] + 1)
    ),
    "restricted mean": lambda one: replace(
        one, rmst=replace(one.rmst, value=one.rmst.value + 1e-4)
    ),
    "curve": lambda one: replace(one, km=replace(one.km, survival=one.km.survival * (1 + 1e-6))),
    "times": lambda one: replace(one, rows=one.rows.assign(time=one.rows["time"] + 1.0)),
    "one patient": lambda one: replace(one, rows=one.rows.iloc[1:]),
}


@pytest.mark.parametrize("what", FALSE)
def test_a_false_number_is_found(what):
    endpoint, cuts = asked_of("gbsg2", "marker=PGR")
    assert compare_with_lifelines(endpoint, cuts).differing == ()
    assert compare_with_lifelines(FALSE[what](endpoint), cuts).differing


# ------------------------------------------------------------------------------------- conventions


def test_a_curve_that_is_flat_at_one_half_has_its_median_in_the_middle():
    study = trial([1.0] * 4 + [9.0] * 4, [2, 4, 8, 9, 3, 5, 6, 7], [1] * 8)
    found = recompute_survival(study, ASKED)
    medians = {one.group: one for one in found.checks if one.number == checked.MEDIAN}
    assert (medians[0].ours, medians[0].theirs, medians[0].agrees) == (6.0, 4.0, False)
    assert medians[0].convention == checked.FLAT_MEDIAN
    assert found.differing == ()


def test_a_curve_that_is_flat_at_one_half_to_its_end():
    study = trial([1.0] * 4 + [9.0] * 4, [2, 4, 8, 9, 3, 5, 6, 7], [1, 1, 0, 0, 1, 1, 1, 1])
    median = next(one for one in recompute_survival(study, ASKED).checks
                  if one.number == checked.MEDIAN)  # fmt: skip
    assert (median.ours, median.theirs, median.convention) == (6.5, 4.0, checked.FLAT_MEDIAN)


def test_the_convention_excuses_no_other_median():
    study = trial([1.0] * 4 + [9.0] * 4, [2, 4, 8, 9, 3, 5, 6, 7], [1] * 8)
    endpoint = analyse_survival(study, ASKED).asked_endpoint
    for wrong in (5.0, 4.0 + 1e-6, 8.0, math.nan):
        false = replace(endpoint, groups=endpoint.groups.assign(median=[wrong, 5.5]))
        found = compare_with_lifelines(false, (4.0,))
        assert [(one.number, one.group) for one in found.differing] == [(checked.MEDIAN, 0)]


def test_ties_at_the_same_time_in_both_groups():
    times = [3.0, 3, 3, 5, 5, 5, 5, 8, 8, 8, 8, 8]
    study = trial([1.0, 9] * 6, times, [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1])
    assert recompute_survival(study, ASKED).differing == ()


def test_times_that_tie_but_for_rounding_are_one_time_to_both():
    times = [0.3, 0.1 + 0.2, 0.7, 0.1 * 7, 1.1, 1.1, 2.2, 1.1 * 2]
    assert len(set(times)) > 5
    study = trial([1.0, 9] * 4, times, [1] * 8)
    found = recompute_survival(study, ASKED.changed(clock="start"))
    assert found.differing == ()


@pytest.mark.parametrize("within", [False, True], ids=["all together", "within levels"])
def test_one_event_among_seventeen_patients_with_ties(within):
    times = [3.0, 3, 3, 5, 5, 5, 5, 8, 8, 8, 8, 8, 9, 9, 9, 9, 9]
    study = trial([1.0, 9] * 8 + [1.0], times, [int(i == 4) for i in range(17)])
    endpoint = analyse_survival(study, ASKED).asked_endpoint
    time, event, group = (endpoint.rows[name].to_numpy() for name in ("time", "event", "group"))
    strata = np.arange(17) // 5 if within else None  # both groups in each
    test = logrank(time, event, group, strata=strata)
    found = compare_with_lifelines(replace(endpoint, logrank=test), (4.0,), strata=strata)
    assert found.differing == ()
    assert (checked.LOG_RANK_P in numbers(found)) is not within
    assert why(found)[checked.HAZARD_RATIO] == checked.FIRTH


def test_a_group_without_events():
    study = trial([1.0] * 5 + [9.0] * 5, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1] * 5 + [0] * 5)
    found = recompute_survival(study, ASKED)
    medians = {one.group: one for one in found.checks if one.number == checked.MEDIAN}
    assert math.isnan(medians[1].ours)
    assert math.isnan(medians[1].theirs)
    assert medians[1].agrees
    assert found.differing == ()
    assert why(found)[checked.RMST_DIFFERENCE] == checked.NO_NUMBER


def test_groups_that_are_never_at_risk_together_have_no_test_to_compare():
    study = trial([1.0] * 4 + [9.0] * 4, [1, 1, 1, 1, 5, 6, 7, 8], [0, 0, 0, 0, 1, 1, 1, 1])
    found = recompute_survival(study, ASKED)
    assert why(found)[checked.LOG_RANK_P] == checked.NO_NUMBER
    assert found.differing == ()


def test_groups_of_which_some_are_never_together_have_a_test_that_lifelines_does_not_have():
    """Two of three groups are followed after all of the third are gone: one degree of freedom."""
    values = [1.0] * 4 + [3.0] * 4 + [9.0] * 4
    times = [1, 1, 1, 1, 5, 6, 7, 8, 5, 5, 9, 9]
    study = trial(values, times, [0] * 4 + [1] * 8)
    endpoint = analyse_survival(study, ASKED.changed(cut=(2.0, 6.0))).asked_endpoint
    assert endpoint.logrank.df == 1
    found = compare_with_lifelines(endpoint, (2.0, 6.0))
    assert why(found)[checked.LOG_RANK_P] == checked.NEVER_TOGETHER
    assert found.differing == ()


@pytest.mark.parametrize(
    ("values", "events"), [([1.0] * 8, [1] * 8), ([1.0, 9.0] * 4, [0] * 8)],
    ids=["one group", "no events"],
)  # fmt: skip
def test_without_an_answer_there_is_nothing_to_compare(values, events):
    study = trial(values, [1.0, 2, 3, 4, 5, 6, 7, 8], events)
    with pytest.raises(NotEnoughData) as here:
        recompute_survival(study, ASKED)
    if values[0] != values[1]:
        assert str(here.value) == analyse_survival(study, ASKED).asked_endpoint.why


def test_where_lifelines_cannot_fit_that_is_said(monkeypatch):
    endpoint, cuts = asked_of("gbsg2", "marker=PGR")

    def fail(*_args, **_options):
        raise np.linalg.LinAlgError("Singular matrix")

    monkeypatch.setattr(CoxPHFitter, "fit", fail)
    found = compare_with_lifelines(endpoint, cuts)
    assert why(found) == {**UNCHECKED, checked.HAZARD_RATIO: checked.NO_FIT}
    assert numbers(found) == ALL_NUMBERS - {checked.HAZARD_RATIO, checked.LOWER, checked.UPPER}


def test_a_fit_that_did_not_converge_is_none():
    """One step of Newton's method is too few; lifelines only warns of it."""
    endpoint, cuts = asked_of("gbsg2", "marker=PGR")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checked, "FIT", {**checked.FIT, "max_steps": 1})
        found = compare_with_lifelines(endpoint, cuts)
    assert why(found) == {**UNCHECKED, checked.HAZARD_RATIO: checked.NO_FIT}


def test_several_at_once_leave_the_warnings_of_the_process_as_they_were():
    endpoint, cuts = asked_of("imail2", "marker=HLADR_NK_PCT&visit=C1D15&cut=20.1")
    before = list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: compare_with_lifelines(endpoint, cuts), range(8)))
    assert all(one == found[0] for one in found)
    assert warnings.filters == before


# ------------------------------------------------------------------------------------ within strata


def test_within_strata_the_hazard_ratio_is_compared_and_the_log_rank_test_is_not():
    endpoint, cuts = asked_of("gbsg2", "marker=PGR")
    strata = np.arange(len(endpoint.rows)) % 3
    time, event, group = (endpoint.rows[name].to_numpy() for name in ("time", "event", "group"))
    effect = groups.estimate_effect(time, event, group == 1, "cox", strata=strata)
    test = logrank(time, event, group, strata=strata)
    stratified = replace(endpoint, effect=effect, logrank=test)
    found = compare_with_lifelines(stratified, cuts, strata=strata)
    assert found.differing == ()
    assert checked.HAZARD_RATIO in numbers(found)
    assert why(found) == {**UNCHECKED, checked.LOG_RANK_P: checked.STRATA}
    crude = {one.number for one in compare_with_lifelines(endpoint, cuts, strata=strata).differing}
    assert crude == {checked.HAZARD_RATIO, checked.LOWER, checked.UPPER}


# ------------------------------------------------------------------------------------- any data


@st.composite
def trials(draw, smallest, largest):
    """Few distinct times, so that there are ties, and flat parts at one half."""
    n = draw(st.integers(smallest, largest))
    column = lambda cell: draw(st.lists(cell, min_size=n, max_size=n))  # noqa: E731
    time = column(st.integers(0, 30).map(lambda t: t / 2))
    return column(st.integers(0, 9).map(float)), time, column(st.integers(0, 1))


def agrees_with_lifelines(drawn, cuts):
    study = trial(*drawn)
    try:
        endpoint = analyse_survival(study, ASKED.changed(cut=cuts)).asked_endpoint
    except NotEnoughData:
        assume(False)
    assume(not isinstance(endpoint, NotEstimable))
    found = compare_with_lifelines(endpoint, cuts)
    assert found.differing == ()
    assert checked.NO_FIT not in why(found).values()
    return found


@MOST_EXAMPLES
@given(trials(4, 30), st.sampled_from([(4.0,), (2.0,), (2.0, 6.0)]))
def test_small_trials_agree(drawn, cuts):
    agrees_with_lifelines(drawn, cuts)


@settings(MOST_EXAMPLES, max_examples=15)
@given(trials(60, 90), st.sampled_from([(4.0,), (2.0, 6.0)]))
def test_trials_with_coxs_hazard_ratio_agree(drawn, cuts):
    found = agrees_with_lifelines(drawn, cuts)
    assert (checked.HAZARD_RATIO in numbers(found)) or why(found)[checked.HAZARD_RATIO]


def test_the_comparison_is_of_plain_numbers():
    """What is kept in memory holds no frames and no fitted model."""
    endpoint, cuts = asked_of("gbsg2", "marker=PGR")
    for one in compare_with_lifelines(endpoint, cuts).checks:
        assert type(one.ours) is type(one.theirs) is float
        assert not isinstance(one, pd.DataFrame)
