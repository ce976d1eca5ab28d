"""Paired exposures: the ratio with its interval, the exact test, and what few pairs allow."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ttest_1samp, wilcoxon

from analysis.results.trial.exposure import compare_exposures, geometric_mean_ratio
from data.cohort import Exposure
from data.sources import builtin
from tests.hand_made_cohorts import STUDY, cohort

COMPARED = replace(STUDY, exposures=(Exposure("M", "D-7", "C1D15", "without", "with"),))


def pairs(before, after, **more):
    n = len(before)
    (found,) = compare_exposures(cohort(after, [1.0] * n, [2.0] * n, before=before, study=COMPARED,
                                   **more))  # fmt: skip
    return found


def test_the_ratio_is_that_of_a_t_test_on_logs():
    logs = np.log([1.2, 0.9, 1.5, 1.1, 1.7])
    ratio, lower, upper = geometric_mean_ratio(logs)
    around = ttest_1samp(logs, 0).confidence_interval(0.95)
    assert (lower, upper) == pytest.approx((np.exp(around.low), np.exp(around.high)))
    assert ratio == pytest.approx(np.prod([1.2, 0.9, 1.5, 1.1, 1.7]) ** 0.2)
    assert geometric_mean_ratio(np.log([2.0, 2.0]))[0] == pytest.approx(2)
    assert np.isnan(geometric_mean_ratio(np.log([2.0, 2.0]))[1:]).all()


def test_the_built_in_trial_shows_what_was_published():
    found = compare_exposures(builtin.load("imail2"))
    assert [one.marker for one in found] == ["IM_AUC", "IM_CMAX", "CGP74588_AUC", "CGP74588_CMAX"]
    for one in found:
        assert one.n == 17
        assert one.exact
        assert 1.1 < one.lower < one.ratio < one.upper < 1.7
        logs = np.log(one.pairs["after"] / one.pairs["before"])
        assert one.p == pytest.approx(wilcoxon(logs, method="exact").pvalue)
        assert one.p_holm >= one.p
    assert found[0].before == "C1D10, without IL-2"
    assert compare_exposures(builtin.load("actg175")) == ()


@pytest.mark.parametrize(
    ("n", "words"), [(1, "no interval and no p"), (2, "no interval"), (3, "cannot reach"), (6, "")]
)
def test_few_pairs_say_what_they_cannot(n, words):
    found = pairs([1.0] * n, [2.0 + i for i in range(n)])
    assert found.n == n
    assert words in found.why
    assert np.isnan(found.lower) == (n < 3)
    assert np.isnan(found.p) == (n < 6)


def test_values_without_a_logarithm_are_set_aside():
    found = pairs([1.0, 0.0, 1.0, 1.0], [2.0, 2.0, np.nan, 4.0],
                  below=[False, False, False, True])  # fmt: skip
    assert found.n == 1
    assert found.aside == 2
    assert found.pairs["patient"].tolist() == [0]


def test_nobody_with_both_values():
    found = pairs([1.0, np.nan], [np.nan, 2.0])
    assert found.n == 0
    assert found.why == "No patient has both values."
    assert np.isnan(found.ratio)
