"""Paired exposures: the ratio, the exact test against enumeration, and what few pairs allow."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata, ttest_1samp, wilcoxon

from analysis.trialexposure import (
    MOST_EXACT,
    _signed_rank,
    exposures_of,
    geometric_mean_ratio,
    holm,
)
from data.cohort import Exposure
from data.sources import builtin
from tests.cohorts import STUDY, cohort

COMPARED = replace(STUDY, exposures=(Exposure("M", "D-7", "C1D15", "without", "with"),))


def pairs(before, after, **more):
    n = len(before)
    (found,) = exposures_of(cohort(after, [1.0] * n, [2.0] * n, before=before, study=COMPARED,
                                   **more))  # fmt: skip
    return found


def enumerated(values):
    """All 2^n signs, one by one."""
    values = np.asarray([one for one in values if one], float)
    if not values.size:
        return 1.0
    ranks = rankdata(np.abs(values))
    seen = ranks[values > 0].sum()
    sums = [sum(rank for rank, up in zip(ranks, signs, strict=True) if up)
            for signs in product((0, 1), repeat=len(ranks))]  # fmt: skip
    low, high = np.mean(np.less_equal(sums, seen)), np.mean(np.greater_equal(sums, seen))
    return min(1.0, 2 * min(low, high))


@given(st.lists(st.integers(-4, 4), max_size=9))
def test_the_test_is_exact_with_zeros_and_ties(values):
    p, exact = _signed_rank(np.asarray(values, float))
    assert exact
    assert p == pytest.approx(enumerated(values), rel=1e-10)


def test_without_ties_it_is_that_of_scipy():
    values = np.random.default_rng(1).normal(0.3, 1, 23)
    assert _signed_rank(values)[0] == pytest.approx(wilcoxon(values, method="exact").pvalue)


def test_hand_made():
    # Six rises: 2 / 2^6. 1 1 1 -1 ties: ranks 2.5 each, W+ = 7.5; P(W+ >= 7.5) = 5/16.
    assert _signed_rank(np.arange(1.0, 7))[0] == 2 / 64
    assert _signed_rank(np.array([1.0, 1, 1, -1]))[0] == pytest.approx(10 / 16)
    assert _signed_rank(np.array([0.3, 0.1 + 0.2, -0.3]))[0] == 1.0  # ties but for rounding
    assert _signed_rank(np.zeros(5)) == (1.0, True)
    assert _signed_rank(np.array([])) == (1.0, True)


def test_many_pairs_use_the_normal_approximation():
    values = np.random.default_rng(2).normal(0.1, 1, MOST_EXACT + 100)
    p, exact = _signed_rank(values)
    assert not exact
    reference = wilcoxon(values, method="asymptotic", correction=True).pvalue
    assert p == pytest.approx(reference, rel=1e-8)
    some = values[:MOST_EXACT]
    assert _signed_rank(some)[0] == pytest.approx(wilcoxon(some, method="exact").pvalue, rel=1e-6)


def test_the_ratio_is_that_of_a_t_test_on_logs():
    logs = np.log([1.2, 0.9, 1.5, 1.1, 1.7])
    ratio, lower, upper = geometric_mean_ratio(logs)
    around = ttest_1samp(logs, 0).confidence_interval(0.95)
    assert (lower, upper) == pytest.approx((np.exp(around.low), np.exp(around.high)))
    assert ratio == pytest.approx(np.prod([1.2, 0.9, 1.5, 1.1, 1.7]) ** 0.2)
    assert geometric_mean_ratio(np.log([2.0, 2.0]))[0] == pytest.approx(2)
    assert np.isnan(geometric_mean_ratio(np.log([2.0, 2.0]))[1:]).all()


def test_holm_is_that_of_p_adjust():
    assert holm([0.01, 0.02, 0.03, 0.04]) == pytest.approx([0.04, 0.06, 0.06, 0.06])
    assert holm([0.04, 0.01, 0.9]) == pytest.approx([0.08, 0.03, 0.9])
    assert holm([0.6, 0.7]) == [1, 1]


def test_holm_leaves_out_what_was_not_tested():
    assert holm([0.01, np.nan, 0.04])[::2] == pytest.approx([0.02, 0.04])
    assert np.isnan(holm([0.01, np.nan])[1])
    assert holm([]) == []


def test_the_built_in_trial_shows_what_was_published():
    found = exposures_of(builtin.load("imail2"))
    assert [one.marker for one in found] == ["IM_AUC", "IM_CMAX", "CGP74588_AUC", "CGP74588_CMAX"]
    for one in found:
        assert one.n == 17
        assert one.exact
        assert 1.1 < one.lower < one.ratio < one.upper < 1.7
        logs = np.log(one.pairs["after"] / one.pairs["before"])
        assert one.p == pytest.approx(wilcoxon(logs, method="exact").pvalue)
        assert one.p_holm >= one.p
    assert found[0].before == "C1D10, without IL-2"
    assert exposures_of(builtin.load("actg175")) == ()


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
