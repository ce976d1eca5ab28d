"""The corrected p that pages show, which holds where follow-up goes with the marker."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.stats import cutoff
from analysis.stats.cutoff import _at_risk_kernels, each_cut, maximal_selection
from analysis.stats.errors import NotEnoughData


def patients(n, seed, events=0.6, values=None):
    """Time with ties, event and marker; where asked a marker of a few values."""
    rng = np.random.default_rng(seed)
    marker = rng.permutation(n) if values is None else rng.integers(0, values, n)
    return rng.exponential(6, n).round() + 1, rng.random(n) < events, marker.astype(float)


def every_history(time, event, marker):
    """(chance, marker of who leaves by time): all ways in which the patients can leave, slowly.

    By definition: an event takes anybody at risk; a censoring, of the patients at risk in order of
    the marker, one of those whose rank is that of a patient with the censored one's value.
    """
    by_time = sorted(range(len(time)), key=lambda i: (time[i], not event[i], marker[i]))

    def onwards(step, left, chance, so_far):
        if step == len(by_time):
            yield chance, so_far
            return
        who = by_time[step]
        still = sorted(marker[i] for i in by_time[step:])
        ranks = range(len(left))
        if not event[who]:
            ranks = [r for r in ranks if still[r] == marker[who]]
        for r in ranks:
            rest = left[:r] + left[r + 1 :]
            yield from onwards(step + 1, rest, chance / len(ranks), [*so_far, left[r]])

    yield from onwards(0, sorted(marker), Fraction(1), [])


def exact_p(time, event, marker):
    """p_searched of every admissible cut from all histories."""
    order = cutoff.order(time, event, marker)
    score, seen = order.score[order.spot], np.abs(each_cut.compute_z(order))
    scale, reached, whole = each_cut.compute_scale(order, order.first, order.last), 0.0, Fraction(0)
    for chance, left in every_history(time, event, marker):
        low = np.array(left)[:, None] <= order.cuts
        most = (np.abs((score[:, None] * low).sum(axis=0)) * scale).max()
        reached = reached + float(chance) * (most >= seen - 1e-9)
        whole += chance
    assert whole == 1
    return order, reached


@pytest.mark.parametrize(
    ("n", "seed", "events", "values"),
    [(6, 1, 0.6, None), (7, 3, 0.6, None), (6, 3, 1.1, None), (7, 12, 0.5, 4), (7, 17, 0.5, 4)],
)
def test_p_against_every_history(n, seed, events, values):
    order, exact = exact_p(*patients(n, seed, events, values))
    draws = 200_000
    p = cutoff.null_at_risk(order, permutations=draws, seed=9)
    assert (np.abs(p - exact) <= 4 * np.sqrt(exact * (1 - exact) / draws) + 2 / draws).all()


def slow_draw(lowest, width, marker, rng):
    """The markers in the order in which their patients leave, by lists."""
    left, gone = sorted(marker), []
    for low, many in zip(lowest, width, strict=True):
        gone.append(left.pop(low + rng.integers(many)))
    return gone + left


@pytest.mark.parametrize("seed", range(3))
def test_draws_have_the_law_of_slow_ones(seed):
    """At n = 40, with ties; the largest |Z| of 6,000 of each (Kolmogorov-Smirnov, p = .001)."""
    time, event, marker = patients(40, seed, 0.5, values=12)
    order = cutoff.order(time, event, marker)
    lowest, width = _at_risk_kernels.leavings(order.spot, order.event, order.ends)
    score, scale = order.score[order.spot], each_cut.compute_scale(order, order.first, order.last)
    rng, slow = np.random.default_rng(seed), []
    for _ in range(6_000):
        low = np.array(slow_draw(lowest, width, marker, rng))[:, None] <= order.cuts
        slow.append((np.abs(score @ low) * scale).max())
    fast = maximal_selection._null_at_risk(order, 6_000, seed)[1]
    at = np.sort(np.r_[slow, fast]) + 1e-9
    shares = [np.sort(one).searchsorted(at, "right") / 6_000 for one in (slow, fast)]
    assert np.abs(shares[0] - shares[1]).max() < 1.95 * np.sqrt(2 / 6_000)


@pytest.mark.parametrize("values", [None, 5])
def test_from_which_ranks_patients_leave(values):
    """By counting those at risk, one by one; up to the last event."""
    time, event, marker = patients(30, 7, 0.5, values)
    order = cutoff.order(time, event, marker)
    lowest, width = _at_risk_kernels.leavings(order.spot, order.event, order.ends)
    by_time = np.sort(marker)[order.spot]
    assert lowest.size == width.size == np.flatnonzero(order.event)[-1] + 1
    for i in range(lowest.size):
        at_risk = by_time[i:]
        expected = (0, at_risk.size)
        if not order.event[i]:
            expected = ((at_risk < by_time[i]).sum(), (at_risk == by_time[i]).sum())
        assert (lowest[i], width[i]) == expected


def test_without_censoring_it_is_the_p_of_maxstat():
    """The same law, so the same p up to three errors of both."""
    time, event, marker = patients(60, 3, events=1.1)
    order, draws = cutoff.order(time, event, marker), 40_000
    there, here = cutoff.null(order, permutations=draws)[1], cutoff.null_at_risk(
        order, permutations=draws
    )  # fmt: skip
    mid = (there + here) / 2
    assert (np.abs(there - here) <= 3 * np.sqrt(2 * mid * (1 - mid) / draws)).all()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(4, 40), st.integers(0, 10_000), st.sampled_from([0.2, 0.6, 1.1]))
def test_p_falls_as_z_grows_and_stays_in_bounds(n, seed, events):
    try:
        order = cutoff.order(*patients(n, seed, events))
    except NotEnoughData:
        order = None
    assume(order is not None and not order.why)
    p, z = cutoff.null_at_risk(order, permutations=150), np.abs(each_cut.compute_z(order))
    assert ((p >= 1 / 151) & (p <= 1)).all()
    assert (np.diff(p[np.argsort(z, kind="stable")]) <= 1e-15).all()


def test_turning_the_marker_round_is_the_same_question():
    time, event, marker = patients(50, 11, 0.5)
    draws = 40_000
    up, down = (
        cutoff.null_at_risk(cutoff.order(time, event, sign * marker), permutations=draws)
        for sign in (1, -1)
    )
    assert np.abs(up - down[::-1]).max() <= 4 * np.sqrt(2 * 0.25 / draws)


def test_who_needs_no_more_draws_stops():
    """The same p where it is small; where it is large, fewer draws, and still large."""
    rng = np.random.default_rng(2)
    time, event, marker = rng.exponential(9, 60), rng.random(60) < 0.7, rng.normal(size=60)
    for shift, small in ((0.0, False), (1.5, True)):
        order = cutoff.order(time * np.exp(-shift * marker), event, marker)
        every = cutoff.null_at_risk(order, permutations=959)
        early = cutoff.null_at_risk(order, permutations=959, enough=49)
        assert (every.min() <= 0.05) == (early.min() <= 0.05) == small
        assert not small or (early == every).all()
        drawn = maximal_selection._null_at_risk(order, 959, 0, 49)[1]
        np.testing.assert_array_equal(
            drawn, maximal_selection._null_at_risk(order, 959, 0)[1][: drawn.size]
        )
        assert (drawn.size < 959) == (not small)


def test_seeds():
    order = cutoff.order(*patients(80, 1))
    first = cutoff.null_at_risk(order, permutations=700, seed=1)
    np.testing.assert_array_equal(first, cutoff.null_at_risk(order, permutations=700, seed=1))
    assert (first != cutoff.null_at_risk(order, permutations=700, seed=2)).any()


def test_the_level_holds_where_the_marker_says_who_is_lost():
    """Patients in the middle of the marker are lost early: maxstat's p rejects in a tenth."""
    rng, here, there = np.random.default_rng(5), 0, 0
    for seed in range(400):
        marker, time = rng.normal(size=100), rng.exponential(8, 100)
        until = rng.exponential(1, 100) / (0.05 + (np.abs(marker) < 0.5))
        order = cutoff.order(np.minimum(time, until), time <= until, marker)
        here += cutoff.null_at_risk(order, permutations=199, seed=seed).min() <= 0.05
        there += cutoff.null(order, permutations=199, seed=seed)[1].min() <= 0.05
    assert there > 35
    assert 8 <= here <= 20 + 3 * np.sqrt(400 * 0.05 * 0.95)
