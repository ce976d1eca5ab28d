"""The exact interval of a proportion, against known values and SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from analysis.stats.estimates import clopper_pearson


@pytest.mark.parametrize(
    ("events", "n", "lower", "upper"),
    [(0, 6, 0, 45.9), (2, 6, 4.3, 77.7), (2, 2, 15.8, 100), (0, 3, 0, 70.8), (1, 1, 2.5, 100)],
)
def test_known_intervals(events, n, lower, upper):
    found = clopper_pearson(events, n)
    assert [round(100 * end, 1) for end in found] == [lower, upper]


@given(st.integers(1, 300), st.data(), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_is_that_of_scipy(n, data, conf_level):
    events = data.draw(st.integers(0, n))
    found = clopper_pearson(events, n, conf_level=conf_level)
    exact = binomtest(events, n).proportion_ci(conf_level, method="exact")
    assert found == pytest.approx((exact.low, exact.high), rel=1e-8, abs=1e-12)


def test_no_patients_have_no_interval():
    assert np.isnan(clopper_pearson(0, 0)).all()


@pytest.mark.parametrize("wrong", [(-1, 3), (4, 3), (1, 0)])
def test_impossible_counts_are_refused(wrong):
    with pytest.raises(ValueError, match="cannot come from"):
        clopper_pearson(*wrong)
