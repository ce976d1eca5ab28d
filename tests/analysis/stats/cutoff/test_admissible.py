"""Where values can be divided, and what the groups of a cut-off are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.stats.cutoff import divide, find_cuts, shortest_decimals
from analysis.stats.errors import NotEnoughData


def test_high_is_strictly_above_the_cut():
    assert divide(np.array([1.0, 2.0, 3.0]), (2.0,)).tolist() == [0, 0, 1]


@pytest.mark.parametrize(("cut", "side"), [(3.0, "above"), (0.9, "at or below")])
def test_a_cut_that_leaves_a_side_empty_is_refused_in_words(cut, side):
    with pytest.raises(NotEnoughData, match=f"No patient lies {side} .* run from 1 to 3"):
        divide(np.array([1.0, 2.0, 3.0]), (cut,))


def test_the_median_of_17_leaves_8_above():
    cuts = find_cuts(np.arange(17) * 1.1)
    high = int((np.arange(17) * 1.1 > cuts.median()).sum())
    assert high == 8


def test_ties_at_the_median_stay_below_it():
    cuts = find_cuts(np.array([1.0, 2, 2, 2, 3]))
    assert cuts.median() == 2.0


def test_a_median_at_the_largest_value_steps_down():
    cuts = find_cuts(np.array([1.0, 2, 5, 5, 5]))
    assert cuts.median() == 2.0


@pytest.mark.parametrize("values", [[], [3.0], [2.0, 2.0, 2.0]])
def test_values_without_two_sides_get_a_sentence(values):
    with pytest.raises(NotEnoughData):
        find_cuts(np.array(values))


def test_admissible_cuts_leave_a_tenth_and_two_on_each_side():
    cuts = find_cuts(np.arange(17.0))
    assert cuts.n_low[cuts.admissible].min() == 2
    assert cuts.n_high[cuts.admissible].min() == 2
    wide = find_cuts(np.arange(101.0))
    assert wide.n_low[wide.admissible].min() == 11  # a tenth of 101, rounded up


@given(
    st.lists(
        st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: float(f"{x:.7g}")),
        min_size=2, max_size=40, unique=True,
    )
)  # fmt: skip
def test_a_cut_that_we_set_lies_between_its_neighbours(values):
    cuts = find_cuts(np.array(values))
    assert (cuts.low <= cuts.cut).all()
    assert (cuts.cut < cuts.high).all()
    assert np.array_equal(cuts.n_low, [(np.array(values) <= c).sum() for c in cuts.cut])


@pytest.mark.parametrize(
    ("low", "high", "cut"),
    [(20.1, 24.8, 21), (20.1, 20.4, 20.1), (480, 520, 480), (-3.5, -2.2, -3), (0.123, 0.3, 0.2),
     (0.1 + 0.2, 0.31, 0.1 + 0.2), (1e-7, 2e-7, 1e-7), (1.25, 1.3, 1.25)],
)  # fmt: skip
def test_the_shortest_decimal_between_two_values(low, high, cut):
    assert shortest_decimals(np.array([low]), np.array([high]))[0] == pytest.approx(cut, rel=1e-9)
