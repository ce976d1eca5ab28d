"""Courses, their summaries and the table of all tests, on cohorts whose counts are known."""

import numpy as np
import pytest

from analysis.cohort.analysis_set import select_sample
from analysis.cohort.completion import complete_question
from analysis.cohort.marker_array import MarkerArray
from analysis.cohort.marker_groups import find_marker_groups
from analysis.question import Question, parse_query
from analysis.results.dose_response import analyse_dose_response
from analysis.results.trend_tests import run_trend_tests
from analysis.results.trends import summarise_trends, summary_of
from analysis.stats.errors import NotEnoughData
from data.sources import builtin
from tests.hand_made_cohorts import cohort

NAMES = ["imail2", "imail2-null", "actg175", "gbsg2"]


def asking(study, query=""):
    return complete_question(parse_query(query), study).question


@pytest.mark.parametrize("measure", ["value", "change", "fold"])
@pytest.mark.parametrize("name", ["imail2", "actg175"])
def test_values_are_those_that_the_cut_off_divides(name, measure):
    study = builtin.load(name)
    block = MarkerArray(study)
    last = "C1D15" if name == "imail2" else "week20"
    for marker in ("CD4", "CD4_CD8"):
        question = asking(study, f"marker={marker}&visit={last}&measure={measure}")
        here = block.series(marker, measure, question.baseline).at(last)
        there = select_sample(study, question).rows["value"].to_numpy(float)
        np.testing.assert_array_equal(here, there)


def test_values_below_the_limit_are_one_tie_and_make_no_fold():
    study = cohort(
        [1, 2, 8, 9], [1] * 4, [1] * 4, before=[2, 2, 2, 2], below=[True, True, False, False]
    )
    block = MarkerArray(study)
    value = block.series("M", "value", "")
    assert value.at("C1D15").tolist() == [2, 2, 8, 9]
    fold = block.series("M", "fold", "D-7")
    np.testing.assert_array_equal(fold.at("C1D15"), [np.nan, np.nan, 4, 4.5])
    assert fold.aside[fold.codes.index("C1D15")] == 2
    assert fold.at("D-7").tolist() == [1] * 4


def test_a_marker_mostly_below_its_limit_is_detected_or_not():
    low = [True] * 5 + [False]
    study = cohort([1] * 5 + [9], [1] * 6, [1] * 6, before=[np.nan] * 6, below=low)
    series = MarkerArray(study).series("M", "value", "")
    assert series.detected
    assert series.at("C1D15").tolist() == [0, 0, 0, 0, 0, 1]
    found = analyse_dose_response(study, asking(study, "marker=M&visit=C1D15"))
    assert found.detected
    assert found.across.p == pytest.approx(1.0, abs=0.05)


def test_the_median_has_its_interval_from_six_and_the_mean_from_three():
    def of(values, log=False):
        column = np.array(values, float)[:, None]
        return summary_of(column, np.zeros(column.shape, bool), log=log)

    six = of([1, 2, 3, 4, 5, 9])
    assert (six.median[0], six.median_low[0], six.median_high[0]) == (3.5, 1, 9)
    assert np.isnan(of([1, 2, 3, 4, 5]).median_low[0])
    three = of([1, 2, 3])  # t = 4.3027
    assert three.mean_low[0] == pytest.approx(2 - 4.302653 / 3**0.5)
    two = of([1, 2])
    assert np.isnan([two.mean_low[0], two.tenth[0], two.median_low[0]]).all()
    assert of([1, 4, 16], log=True).mean[0] == pytest.approx(4)
    assert of([np.nan]).n[0] == 0


def test_groups_are_found_by_unit_label_and_formula():
    groups = find_marker_groups(builtin.load("imail2"))
    assert groups["counts"] == ("CD4", "CD8", "B", "NK")
    assert groups["treg"] == ("TREG_PCT", "TREG")
    assert groups["ratio"] == ("CD4_CD8",)
    assert "TRAIL_NK_PCT" in groups["nk"]
    assert list(find_marker_groups(builtin.load("actg175"))) == ["counts", "ratio", "all"]
    assert list(find_marker_groups(builtin.load("gbsg2"))) == ["all"]


@pytest.mark.parametrize("name", NAMES)
def test_every_test_of_a_cohort_is_adjusted_for_all(name):
    study = builtin.load(name)
    found = run_trend_tests(study, Question(cohort=name, measure="value"))
    p = found.across["p"].dropna()
    assert len(p) == found.tests
    assert (found.across["holm"].dropna() >= p).all()
    assert found.across["holm"].min() == pytest.approx(min(1, p.min() * len(p)))
    assert found.across.loc[found.across["p"].isna(), "why"].str.len().gt(0).all()
    assert found.within.empty


@pytest.mark.parametrize(
    ("marker", "rises"),
    [("CD4", False), ("CD8", False), ("B", False), ("TREG_PCT", True), ("HLADR_NK_PCT", True),
     ("TRAIL_NK_PCT", True), ("CD56BRIGHT_NK_PCT", True)],
)  # fmt: skip
def test_the_published_findings_show_in_the_synthetic_patients(marker, rises):
    study = builtin.load("imail2")
    query = f"marker={marker}&visit=C1D15&measure=fold&baseline=C1D10"
    found = analyse_dose_response(study, asking(study, query))
    assert (found.all.median[0] > 1) == rises
    assert found.within.p < 0.001
    if not rises:
        assert found.rho.value < -0.6
        assert found.across.p < 0.005
    if marker == "TREG_PCT":
        assert found.all.median[0] < 2


def test_arms_that_are_no_doses_have_no_trend():
    study = builtin.load("actg175")
    found = analyse_dose_response(study, asking(study, "marker=CD4&visit=week20"))
    assert found.measure == "change"
    assert found.across.name == "Kruskal-Wallis"
    assert found.rho is None
    assert not found.levels.ordered


def test_a_cohort_without_levels_or_values_says_so():
    study = cohort([1, 2, 3, 4, 5, 6, 7], [1] * 7, [1] * 7)
    study.subjects["dose"] = np.nan
    found = analyse_dose_response(study, asking(study, "marker=M&visit=C1D15"))
    assert found.across is None
    assert "one group" in found.across_why
    empty = cohort([1, 2], [1, 1], [1, 1], before=[np.nan, np.nan])
    with pytest.raises(NotEnoughData, match="Nobody"):
        analyse_dose_response(empty, Question("hand", marker="M", visit="D-7", measure="value"))


def test_a_cut_that_leaves_a_side_empty_says_why_and_keeps_the_levels():
    study = builtin.load("imail2")
    found = summarise_trends(study, asking(study, "marker=CD4&visit=C1D15&cut=99999"))
    assert "No patient lies above" in found.sides.why
    assert found.grouping("split") is found.levels


def test_it_says_itself_whether_a_p_is_of_permutations():
    """Below thirty patients it is; the page had read it from the tests' names."""
    assert run_trend_tests(builtin.load("imail2"), Question(measure="value")).permuted
    assert not run_trend_tests(builtin.load("actg175"), Question(measure="value")).permuted
