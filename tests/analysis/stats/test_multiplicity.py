"""Holm, Benjamini and Hochberg: by their definitions, and what statsmodels is not asked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.stats.multiplicity import benjamini_hochberg, holm

PS = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@given(PS)
def test_both_are_those_of_their_definitions(p):
    n, rank = len(p), np.argsort(p, kind="stable").argsort()
    steps = [(n - i) * own for i, own in enumerate(sorted(p))]
    down = [min(1.0, max(steps[: i + 1])) for i in range(n)]
    shares = [n * own / (i + 1) for i, own in enumerate(sorted(p))]
    up = [min(1.0, *shares[i:]) for i in range(n)]
    assert holm(p) == pytest.approx(np.array(down)[rank])
    assert benjamini_hochberg(p) == pytest.approx(np.array(up)[rank])


@given(PS)
def test_a_missing_p_is_not_counted(p):
    with_gap = [np.nan, *p, np.nan]
    for rule in (holm, benjamini_hochberg):
        found = rule(with_gap)
        assert np.isnan(found[[0, -1]]).all()
        assert found[1:-1] == pytest.approx(rule(p))
        assert (found[1:-1] >= np.array(p) - 1e-15).all()


def test_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert benjamini_hochberg([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.04, 0.04])
    assert holm([]).size == 0
    assert np.isnan(holm([np.nan])).all()


def test_what_is_no_p_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.2, 1.2])
