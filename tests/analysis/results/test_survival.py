"""The answer to a question, against cases made by hand and the findings of the first cohort."""

import math
from dataclasses import replace

import numpy as np
import pytest

from analysis.cohort.completion import complete_question
from analysis.cohort.strata import order_arms
from analysis.question import Question, parse_query
from analysis.results.baseline import compare_baseline, compare_within_strata
from analysis.results.overview import summarise_study
from analysis.results.survival import analyse_survival, choose_tau
from analysis.stats import survival
from analysis.stats.cox import hazard_ratio
from analysis.stats.errors import NotEnoughData
from analysis.stats.rounding import round_down
from components.views.survival.page import draw_remarks
from data.cohort import Cut, Endpoint
from data.sources import builtin
from tests.hand_made_cohorts import STUDY, cohort, declared
from wording.results.baseline import STRATA, describe_test, describe_within, write_table
from wording.results.phrases import caveat, kind
from wording.results.summaries import survival_summary
from wording.results.survival import describe_interaction

TIMES = [1.0, 2, 3, 4, 5, 6, 7, 8]
EIGHT = cohort([1, 2, 3, 4, 5, 6, 7, 8], TIMES, [t + 1 for t in TIMES])
ASKED = Question("hand", "OS", "M", "C1D15", "value", "", (4.0,), "landmark")
FINDINGS = {
    "HLA-DR": "marker=HLADR_NK_PCT&visit=C1D15&measure=value&clock=landmark",
    "ratio": "marker=CD4_CD8&visit=C1D15&measure=fold&baseline=C1D10&clock=landmark",
}


def asked_of(name: str, query: str):
    study = builtin.load(name)
    return analyse_survival(study, complete_question(parse_query(query), study).question)


def test_one_split_serves_both_endpoints():
    found = analyse_survival(EIGHT, ASKED)
    assert [one.code for one in found.endpoints] == ["PFS", "OS"]
    assert found.asked == "OS"
    assert {(one.flow.high, one.flow.low) for one in found.endpoints} == {(4, 4)}


def test_complete_separation_has_an_exact_p_and_a_finite_hazard_ratio():
    one = analyse_survival(EIGHT, ASKED).endpoint("OS")
    # The best of C(8, 4) = 70 splits, and its mirror image has another variance: 2 / 70.
    assert one.p_cut.exact
    assert one.p_cut.p == pytest.approx(2 / 70)
    assert one.effect.estimator == "firth"
    assert 0 < one.effect.hr < 0.3
    assert kind(one) == "exact"


def test_hazard_ratio_and_logrank_do_not_depend_on_the_clock_but_medians_do():
    landmark, start = (
        analyse_survival(EIGHT, ASKED.changed(clock=clock)).endpoint("OS")
        for clock in ("landmark", "start")
    )
    assert landmark.effect.hr == pytest.approx(start.effect.hr)
    assert landmark.p_cut.p == start.p_cut.p
    assert landmark.logrank.statistic == pytest.approx(start.logrank.statistic)
    shift = start.groups["median"] - landmark.groups["median"]
    assert shift.tolist() == pytest.approx([14 / 30.4375] * 2)


def test_the_estimator_is_one_for_the_question():
    kinds = {analyse_survival(EIGHT, ASKED.changed(cut=(c,))).endpoint("PFS").effect.estimator
             for c in (2.0, 4.0, 6.0)}  # fmt: skip
    assert kinds == {"firth"}


def test_tau_does_not_move_with_the_cut():
    taus = {
        analyse_survival(EIGHT, ASKED.changed(cut=(c,))).endpoint("PFS").tau
        for c in (2.0, 4.0, 6.0)
    }
    assert len(taus) == 1


def test_tau_is_the_smaller_of_the_largest_times_at_the_median_rounded_down():
    time, value = np.array([1.0, 3.4, 2.0, 9.0]), np.array([1.0, 2.0, 3.0, 4.0])
    endpoint = Endpoint("OS", "Overall survival", "death")
    assert choose_tau(time, value, 2.0, endpoint) == 3.0
    assert choose_tau(time, value, 2.0, Endpoint("OS", "", "", tau=1.5)) == 1.5
    assert (round_down(13.2), round_down(1097), round_down(0.0)) == (12, 1000, 0)


def test_an_endpoint_without_events_says_so_and_leaves_the_other_alone():
    study = cohort([1, 2, 3, 4], [1, 2, 3, 4], [2, 3, 4, 5], os_event=[0, 0, 0, 0])
    found = analyse_survival(study, ASKED.changed(cut=(2.0,)))
    assert "None of the 4 patients had an event" in found.endpoint("OS").why
    assert found.drawn == ("PFS",)
    assert "None of the 4" in " ".join(survival_summary(found))


def test_everything_censored_on_one_side_is_answered_without_nan_in_words():
    study = cohort([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], [9] * 6, pfs_event=[1, 1, 1, 0, 0, 0])
    found = analyse_survival(study, ASKED.changed(cut=(3.0,), endpoint="PFS"))
    assert "nan" not in " ".join(survival_summary(found)).lower()


def test_everyone_gone_at_the_landmark_is_a_sentence():
    study = cohort([1, 2, 3], [0.1, 0.2, 0.3], [1, 2, 3])
    why = analyse_survival(study, ASKED.changed(cut=(2.0,))).endpoint("PFS").why
    assert "still under observation" in why


def test_a_cut_outside_the_data_has_no_answer():
    with pytest.raises(NotEnoughData, match="No patient lies above 99"):
        analyse_survival(EIGHT, ASKED.changed(cut=(99.0,)))


@pytest.mark.parametrize(("rule", "cut", "fixed"), [("median", 4.0, True), (4.0, 4.0, True),
                                                    (5.0, 4.0, False)])  # fmt: skip
def test_only_a_declared_cut_counts_as_fixed_beforehand(rule, cut, fixed):
    study = cohort(range(1, 9), TIMES, TIMES, study=declared(rule))
    found = analyse_survival(study, ASKED.changed(cut=(cut,)))
    one = found.endpoint("OS")
    assert bool(one.fixed) == fixed
    assert caveat(one).startswith("Cut-off fixed" if fixed else "Exploratory")


def test_a_cut_declared_for_one_endpoint_is_exploratory_for_the_other():
    study = cohort(range(1, 9), TIMES, TIMES, study=declared(4.0, endpoint="PFS"))
    found = analyse_survival(study, ASKED)
    assert [bool(one.fixed) for one in found.endpoints] == [True, False]
    assert any(text.startswith("Exploratory") for text in survival_summary(found))


def test_a_cut_declared_from_another_baseline_is_exploratory():
    own = Cut("M", "C1D15", "fold", 4.0, "the protocol", baseline="C1D1")
    study = cohort(range(1, 9), TIMES, TIMES, study=replace(STUDY, declared_cuts=(own,)))
    asked_fold = ASKED.changed(measure="fold", baseline="D-7")
    assert not any(one.fixed for one in analyse_survival(study, asked_fold).endpoints)


def test_a_visit_whose_day_is_unknown_is_said_on_the_page():
    study = replace(EIGHT, visits=EIGHT.visits.assign(day=math.nan), id="")
    found = analyse_survival(study, ASKED.changed(clock="start"))
    assert not found.day_known
    assert any("is not known" in remark.children for remark in draw_remarks(found, None))


def test_a_restricted_mean_that_cannot_be_known_says_which_side():
    pfs = replace(STUDY.endpoints[0], tau=5.0)
    study = cohort(
        range(1, 9), [1, 2, 3, 4, 1, 2, 3, 3.5], TIMES, pfs_event=[1, 1, 1, 1, 1, 1, 1, 0],
        study=replace(STUDY, endpoints=(pfs,)),
    )  # fmt: skip
    one = analyse_survival(study, ASKED.changed(endpoint="PFS", clock="start")).endpoint("PFS")
    assert one.rmst is None
    assert one.rmst_why == "not estimable: the patients above were followed to 3.5, not 5"


def _below_and_above(events: int, n: int):
    """As many patients, half of them above 0; those above have that many events, early."""
    time = [*np.arange(1.0, n // 2 + 1), *np.arange(1.0, events + 1), *[50.0] * (n // 2 - events)]
    event = [1] * (n // 2 + events) + [0] * (n // 2 - events)
    pfs = replace(STUDY.endpoints[0], tau=28.0)
    study = replace(STUDY, endpoints=(pfs,))
    values = [0.0] * (n // 2) + [1.0] * (n // 2)
    asked = ASKED.changed(endpoint="PFS", clock="start", cut=(0.0,))
    made = cohort(values, time, time, pfs_event=event, os_event=event, study=study)
    return analyse_survival(made, asked).endpoint("PFS")


def test_a_restricted_mean_takes_5_events_on_each_side():
    without, four, five = (_below_and_above(events, 64) for events in (0, 4, 5))
    assert (without.rmst, four.rmst) == (None, None)
    assert without.rmst_why == (
        "not estimable: too few events by 28 (0 above, 28 at or below; it takes 5 on each)"
    )
    assert "(4 above, 28 at or below" in four.rmst_why
    assert five.rmst.lower < five.rmst.value < five.rmst.upper
    assert (five.rmst.p < 0.05, five.rmst_why) == (True, "")


@pytest.mark.parametrize(
    ("finding", "endpoint", "found"),
    [("HLA-DR", "PFS", True), ("HLA-DR", "OS", True), ("ratio", "OS", True),
     ("ratio", "PFS", False)],
)  # fmt: skip
def test_the_published_associations_show_on_imail2(finding, endpoint, found):
    one = asked_of("imail2", FINDINGS[finding]).endpoint(endpoint)
    assert (0.002 < one.p_cut.p < 0.05) if found else one.p_cut.p > 0.10


@pytest.mark.parametrize("finding", FINDINGS)
@pytest.mark.parametrize("endpoint", ["PFS", "OS"])
def test_nothing_is_found_on_the_null_twin(finding, endpoint):
    assert asked_of("imail2-null", FINDINGS[finding]).endpoint(endpoint).p_cut.p > 0.10


def test_actg175_at_week_20_counts_who_was_gone():
    found = asked_of("actg175", "marker=CD4_CD8&visit=week20&measure=change&clock=landmark")
    one = found.endpoint("EFS")
    assert (one.flow.started, one.flow.observed) == (2139, 2115)
    assert any("partly its own outcome" in text for text in found.cautions)
    assert kind(one) == "log-rank"
    assert one.effect.estimator == "cox"


def test_the_summary_says_what_others_rely_on():
    text = " ".join(survival_summary(asked_of("imail2", FINDINGS["HLA-DR"])))
    for words in ("C1D15", "HLA-DR+ NK", "Progression-free survival", "Overall survival",
                  "8 of 17", "95 % CI", "exact p = ."):  # fmt: skip
        assert words in text


def test_sides_count_everyone_with_a_sample():
    found = compare_baseline(EIGHT, ASKED)
    assert (found.n_high, found.n_low) == (4, 4)
    assert write_table(found)["name"].tolist()[:1] == ["Dose, mg: 6"]
    assert write_table(found).iloc[0].tolist() == ["Dose, mg: 6", "2 (50 %)", "2 (50 %)"]
    tested = compare_within_strata(EIGHT, ASKED)
    assert STRATA[tested.column] == "dose level"
    expected = survival.permutation_logrank(
        np.array(TIMES), np.ones(8, bool), np.arange(8) > 3, strata=[6, 3] * 4
    )
    assert f"{expected.p:.2f}".removeprefix("0") in describe_test(tested.tests[0])


def test_within_levels_beside_all_together():
    """The counts and p's of both, each by its own function of the library."""
    question = complete_question(parse_query(FINDINGS["HLA-DR"]), builtin.load("imail2")).question
    study = builtin.load("imail2")
    tested = {one.code: one for one in compare_within_strata(study, question).tests}
    rows = analyse_survival(study, question).endpoint("OS").rows
    dose = rows["subject"].map(study.subjects.set_index("subject")["dose"])
    time, event, side = (rows[name].to_numpy() for name in ("time", "event", "group"))
    found, test = tested["OS"].compared, tested["OS"].test
    assert test.p == survival.permutation_logrank(time, event, side, strata=dose).p
    assert found.p_crude == survival.permutation_logrank(time, event, side).p
    within, crude = (hazard_ratio.firth(time, event, side, strata=one) for one in (dose, None))
    assert found.within.hr == pytest.approx(within["hr"][0], rel=1e-12)
    assert found.crude.hr == pytest.approx(crude["hr"][0], rel=1e-12)
    assert found.levels == dose.nunique()
    sides = rows.groupby(dose.to_numpy())["group"].nunique()  # every level has an event
    assert found.silent == (sides == 1).sum()


def test_a_dose_that_explains_all_leaves_nothing_within():
    """High is the upper dose, so within a level nobody differs: said, without a number."""
    study = cohort([2, 1] * 4, TIMES, TIMES)  # doses are 6, 3, 6, 3 …
    asked = ASKED.changed(cut=(1.5,), clock="start")
    for one in compare_within_strata(study, asked).tests:
        assert one.test is None
        assert one.compared is None
        assert one.why
        assert "HR" not in describe_within(one, "dose")


def test_within_arms_of_actg175_as_r_has_it():
    """R 4.2, survival: survdiff and coxph (Efron) of group + strata(arm), 2,115 patients."""
    study = builtin.load("actg175")
    asked = complete_question(parse_query("marker=CD8&visit=week20"), study).question
    (one,) = compare_within_strata(study, asked).tests
    found = one.compared.within
    assert one.test.p == pytest.approx(0.672954918469091, rel=1e-9)
    ratios = (found.hr, found.lower, found.upper)
    wanted = (1.03828306851106, 0.871898800805215, 1.23641841158764)
    assert ratios == pytest.approx(wanted, rel=1e-9)
    page = analyse_survival(study, asked).endpoint("EFS")  # one cut-off, one crude answer
    assert one.compared.p_crude == page.p_cut.p
    assert one.compared.crude.hr == pytest.approx(page.effect.hr, rel=1e-9)


def test_patients_without_a_known_dose_are_a_level_and_said():
    doses = [3.0, 3.0, np.nan, 6.0, 6.0, np.nan, 3.0, 6.0]
    study = replace(EIGHT, subjects=EIGHT.subjects.assign(dose=doses), id="")
    one = compare_within_strata(study, ASKED).tests[1]
    assert (one.compared.levels, one.compared.unknown) == (3, 2)
    assert "2 patients without a known dose make a level of their own." in describe_within(
        one, "dose"
    )


def test_as_many_levels_as_patients_leave_nothing_to_compare():
    doses = np.arange(1.0, 9.0)
    study = replace(EIGHT, subjects=EIGHT.subjects.assign(dose=doses), id="")
    for one in compare_within_strata(study, ASKED).tests:
        assert one.test is None
        assert one.why


def test_one_event_within_levels_counted_by_hand():
    """The fourth patient, low, has the only event; all four still followed are high.

    All together that is the most extreme of 70 splits. Of the upper dose nobody has an event; of
    the lower dose it is the most extreme of 6 splits of two and two.
    """
    events = [0, 0, 0, 1, 0, 0, 0, 0]
    study = cohort([1, 1, 1, 1, 2, 2, 2, 2], TIMES, TIMES, pfs_event=events, os_event=events)
    asked = ASKED.changed(cut=(1.5,), clock="start")
    for one in compare_within_strata(study, asked).tests:
        assert one.compared.p_crude == pytest.approx(2 / 70)
        assert one.test.p == pytest.approx(2 / 6)
        assert (one.compared.levels, one.compared.silent) == (2, 1)
        assert one.compared.case == "too_few"
        assert "nan" not in describe_within(one, "dose")


def test_of_several_cut_offs_no_pair_is_compared():
    asked = ASKED.changed(cut=(4.0, 99.0))  # nobody in the highest group
    for one in compare_within_strata(EIGHT, asked).tests:
        assert one.compared is None
        assert "HR" not in describe_within(one, "dose")


def test_cd8_on_overall_survival_cannot_be_told_from_the_dose():
    study = builtin.load("imail2")
    asked = complete_question(parse_query("marker=CD8&visit=C1D15&endpoint=OS"), study).question
    tested = {one.code: one for one in compare_within_strata(study, asked).tests}
    assert tested["OS"].compared.case == "too_few"
    said = describe_within(tested["OS"], "dose")
    assert "Too few patients per dose level to tell it from the dose." in said
    assert said.count("HR ") == 2
    assert said.count("p = ") == 2


def test_arms_get_the_interaction_test_and_doses_do_not():
    found = asked_of("actg175", "marker=CD8&visit=week20")
    assert found.arms
    assert (
        describe_interaction(found.endpoint("EFS")) == "p = .91"
    )  # lifelines' likelihoods give .9063
    ratio = asked_of("actg175", "marker=CD4_CD8&visit=week20&measure=change")
    assert describe_interaction(ratio.endpoint("EFS")) == "p = .20"  # lifelines: .2024
    assert "interaction with the arm p = .91" in " ".join(survival_summary(found))
    assert describe_interaction(analyse_survival(EIGHT, ASKED).endpoint("OS")) == ""


def test_the_overview_counts():
    found = summarise_study(builtin.load("imail2"), None)
    assert found.levels["n"].tolist() == [3, 6, 6, 2]
    first = found.endpoints[0]
    assert (first.code, first.n, first.events) == ("PFS", 17, 17)
    assert found.samples.loc["HLADR_NK_PCT", "C1D15"] >= 16
    assert all(finding.link for finding in found.findings)
    assert not math.isnan(found.endpoints[1].followup)


def test_arms_stand_in_the_order_of_their_codes():
    assert order_arms(builtin.load("actg175").subjects)[0] == "zidovudine"


def test_everybody_at_one_time_keeps_curves_and_medians():
    once = cohort([1, 2, 3, 4, 5, 6, 7, 8], [5.0] * 8, [9.0] * 8)
    one = analyse_survival(once, ASKED.changed(clock="start")).estimate("OS")
    assert one.groups["median"].tolist() == [9.0, 9.0]
    assert np.isnan([one.p_cut.p, one.logrank.p]).all()
    assert one.effect.hr == 1
    several = analyse_survival(once, ASKED.changed(clock="start", cut=(3.0, 5.0))).estimate("OS")
    assert several.groups["median"].tolist() == [9.0] * 3
    assert np.isnan([several.p_groups.p, several.trend.p, several.logrank.p]).all()


def test_several_groups_have_the_permutation_p_of_all_and_a_trend():
    found = analyse_survival(EIGHT, ASKED.changed(cut=(3.0, 5.0))).estimate("OS")
    rows = found.rows
    arrays = rows["time"], rows["event"], rows["group"]
    assert found.p_groups == survival.permutation_logrank(*arrays)
    assert found.p_groups.exact
    assert found.trend == survival.logrank_trend(*arrays)
    assert found.p_groups.p > found.logrank.p  # eight patients: the formula is too ready
