"""How numbers are written."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wording.numbers import (
    beside_interval,
    cut_text,
    interval,
    is_bounded,
    p_named,
    p_spaced,
    p_text,
    percent,
    percent_interval,
    ratio,
    significant,
)


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.03, ".03"), (0.0312, ".03"), (0.0071, ".007"), (0.0005, "<.001"), (0.0496, ".0496"),
     (0.04996, ".04996"), (0.0451, ".045"), (0.0502, ".0502"), (0.0512, ".051"), (0.05, ".05"),
     (0.0549, ".055"), (0.0551, ".06"), (0.0449, ".04"), (1 / 20 + 1e-15, ".05"),
     (0.2, ".20"),
     (0.999, ">.99"), (1.0, ">.99"), (0.0096, ".010"), (0.00999, ".010"), (0.01, ".01"),
     (math.nan, "not estimable")],
)  # fmt: skip
def test_p_values_follow_ama(p, text):
    assert p_text(p) == text


@given(st.floats(0, 1))
def test_a_p_never_reads_on_the_wrong_side_of_05_and_never_as_zero(p):
    text = p_text(p)
    assert ".000" not in text
    if text[0] == "." and abs(p - 0.05) > 5e-7:
        assert (float(text) < 0.05) == (p < 0.05)
        assert (float(text) > 0.05) == (p > 0.05)


def test_a_named_p():
    assert p_named("exact p", 0.03) == "exact p = .03"
    assert p_named("exact p", 0.0001) == "exact p < .001"


@pytest.mark.parametrize(
    ("value", "text"),
    [(21.0, "21.0"), (20.1, "20.1"), (30.25, "30.25"), (480, "480"), (0.0305, "0.0305"),
     (0.5, "0.500"), (1234.5, "1234.5"), (-3, "-3.00"), (1e-7, "0.000000100")],
)  # fmt: skip
def test_cut_offs_keep_every_digit_and_at_least_three(value, text):
    assert cut_text(value) == text
    assert float(text) == value


def test_ratios_intervals_and_shares():
    assert (ratio(0.254), ratio(0.043), ratio(0.0043), ratio(12.34)) == (
        "0.25", "0.04", "0.0043", "12",
    )  # fmt: skip
    assert interval(0.08, 0.84) == "0.08–0.84"
    assert interval(-1.2, 3.0, lambda x: f"{x:.1f}") == "-1.2 to 3.0"
    assert (percent(0.004), percent(0), percent(0.47)) == ("<1 %", "0 %", "47 %")
    assert significant(0) == "0"


def test_half_a_percent_is_rounded_up_everywhere():
    shown = [percent(share) for share in (1 / 8, 3 / 8, 0.145, 0.005)]
    assert shown == ["13 %", "38 %", "15 %", "1 %"]
    assert percent_interval(0.125, 0.625) == "13–63 %"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.9996, "0.9996"),
        (1.0004, "1.0004"),
        (0.996, "0.996"),
        (1.004, "1.004"),
        (0.994, "0.99"),
        (1.0, "1.00"),
        (1 + 1e-9, "1.00"),
        (0.99996, "0.99996"),
    ],
)
def test_a_ratio_that_is_not_1_does_not_read_1(value, text):
    assert ratio(value) == text


@pytest.mark.parametrize(("p", "spaced"), [(0.0004, "< .001"), (0.995, "> .99"), (0.03, ".03")])
def test_a_bound_is_known_by_the_number_not_by_the_text(p: float, spaced: str) -> None:
    assert p_spaced(p) == spaced
    assert p_named("p", p) == (f"p {spaced}" if is_bounded(p) else f"p = {spaced}")


def test_beside_a_head_that_says_what_stands_in_brackets() -> None:
    assert beside_interval(0.25, 0.08, 0.84) == "0.25 (0.08–0.84)"
    assert beside_interval(math.nan, 0.08, 0.84) == "not estimable"
