"""The corrected p that pages show, which holds where follow-up goes with the marker."""

from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.cohort.completion import complete_question
from analysis.question import parse_query
from analysis.results.cutoff import search_cutoffs
from analysis.stats import cutoff
from analysis.stats.cutoff import each_cut, maximal_selection
from analysis.stats.cutoff.scan_kernels import straighten_all
from analysis.stats.errors import NotEnoughData
from data.sources import builtin


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


def maxstat_scores(time, event):
    """Log-rank scores of all patients, ties by the highest rank (Hothorn & Lausen 2003)."""
    at_risk = [sum(t > u for t in time) + 1 for u in time]
    hazard = [e / n for e, n in zip(event, at_risk, strict=True)]
    own = [sum(h for h, u in zip(hazard, time, strict=True) if u <= t) for t in time]
    return np.asarray(event, float) - own


def w_of(low, score, strata):
    """Z corrected for its skewness, by definition: moments over the strata, then the formula."""
    total = variance = third = 0.0
    for s in np.unique(strata):
        a, m, n = score[strata == s], int((~low[strata == s]).sum()), int((strata == s).sum())
        a = a - a.mean()
        total += a[~low[strata == s]].sum()
        if n > 1:
            variance += m * (n - m) / (n * (n - 1)) * (a**2).sum()
        if n > 2:
            third += m * (n - m) * (n - 2 * m) / (n * (n - 1) * (n - 2)) * (a**3).sum()
    if variance <= 1e-12:
        return np.nan
    z, skew = total / np.sqrt(variance), third / variance**1.5
    if abs(skew) < 1e-9:
        return z
    k = 4 / skew**2
    root = np.cbrt(max(0.0, 1 + skew * z / 2))
    return np.sign(skew) * 3 * np.sqrt(k) * (root - 1 + 1 / (9 * k))


def exact_p(time, event, marker, strata=None):
    """W and p_searched of every admissible cut, from all histories of all strata."""
    order = cutoff.order(time, event, marker, strata=strata)
    strata = np.zeros(len(time)) if strata is None else np.asarray(strata)
    score = maxstat_scores(time, event)
    seen = np.array([w_of(marker <= cut, score, strata) for cut in order.cuts])
    rows, histories = [], []
    for s in np.unique(strata):
        own = np.flatnonzero(strata == s)
        rows.append(own[np.lexsort((marker[own], ~event[own], time[own]))])
        histories.append(list(every_history(time[own], event[own], marker[own])))
    rows, reached, whole = np.concatenate(rows), np.zeros(seen.size), Fraction(0)
    for parts in product(*histories):
        chance = prod(part[0] for part in parts)
        drawn = np.concatenate([part[1] for part in parts])
        w = [w_of(drawn <= cut, score[rows], strata[rows]) for cut in order.cuts]
        reached += float(chance) * (np.nanmax(np.abs(w)) >= np.abs(seen) - 1e-9)
        whole += chance
    assert whole == 1
    return order, seen, np.where(np.isnan(seen), np.nan, np.minimum(reached, 1.0))


THREE_AND_FOUR = [0, 1, 0, 1, 1, 0, 1]
ALONE = [0, 1, 1, 1, 2, 2, 2]


@pytest.mark.parametrize(
    ("n", "seed", "events", "values", "strata"),
    [
        (6, 1, 0.6, None, None),
        (7, 3, 0.6, None, None),
        (6, 3, 1.1, None, None),
        (7, 12, 0.5, 4, None),
        (7, 17, 0.5, 4, None),
        (7, 2, 0.7, None, THREE_AND_FOUR),
        (7, 5, 0.5, 4, THREE_AND_FOUR),
        (7, 6, 0.8, None, ALONE),
    ],
)
def test_p_against_every_history(n, seed, events, values, strata):
    order, w, exact = exact_p(*patients(n, seed, events, values), strata)
    z = each_cut.compute_z(order)
    np.testing.assert_allclose(each_cut.compute_w(order, z), w, atol=1e-10)
    draws = 200_000
    p = cutoff.null_at_risk(order, permutations=draws, seed=9)
    known = ~np.isnan(exact)
    assert (np.isnan(p) == ~known).all()
    error = 4 * np.sqrt(exact * (1 - exact) / draws) + 2 / draws
    assert (np.abs(p - exact) <= error)[known].all()


def test_the_headline_of_17_by_shuffling():
    """HLA-DR+ NK cells of imail2, PFS: nobody is censored, so every draw is a shuffled trial."""
    study = builtin.load("imail2")
    texts = parse_query("endpoint=PFS&marker=HLADR_NK_PCT&visit=C1D15")
    found = search_cutoffs(study, complete_question(texts, study).question)
    assert found.event.all()
    score, rng = maxstat_scores(found.time, found.event), np.random.default_rng(8)
    n_low, draws = found.profile["n_low"].to_numpy(), 40_000
    shuffled = rng.permuted(np.tile(score - score.mean(), (draws, 1)), axis=1)
    sums = -np.cumsum(shuffled, axis=1)[:, n_low - 1]
    a, n = score - score.mean(), score.size
    m = n - n_low
    variance = m * (n - m) / (n * (n - 1)) * (a**2).sum()
    skew = m * (n - m) * (n - 2 * m) / (n * (n - 1) * (n - 2)) * (a**3).sum() / variance**1.5
    z, k = sums / np.sqrt(variance), 4 / skew**2
    root = np.cbrt(np.maximum(1 + skew * z / 2, 0))
    null = np.abs(np.sign(skew) * 3 * np.sqrt(k) * (root - 1 + 1 / (9 * k))).max(axis=1)
    p = (null >= abs(found.best["w"]) - 1e-9).mean()
    assert found.best["shown"] == 20
    error = np.sqrt(p / draws + p / found.search.permutations)
    assert abs(found.search.p_searched - p) < 3 * error


def slow_draw(lowest, width, marker, rng):
    """The markers in the order in which their patients leave, by lists."""
    left, gone = sorted(marker), []
    for low, many in zip(lowest, width, strict=True):
        gone.append(left.pop(low + rng.integers(many)))
    return gone + left


@pytest.mark.parametrize("seed", range(3))
def test_draws_have_the_law_of_slow_ones(seed):
    """At n = 40, with ties; the largest |W| of 6,000 of each (Kolmogorov-Smirnov, p = .001)."""
    time, event, marker = patients(40, seed, 0.5, values=12)
    order = cutoff.order(time, event, marker)
    lowest, width, leaving = maximal_selection._leavings(order)
    gone, score = slice(0, leaving[0]), order.score[order.spot]
    scale, skew = each_cut.compute_moments(order, order.first, order.last)
    rng, slow = np.random.default_rng(seed), []
    for _ in range(6_000):
        low = np.array(slow_draw(lowest[gone], width[gone], marker, rng))[:, None] <= order.cuts
        w = straighten_all(-(score @ low) * scale, skew)
        slow.append(np.abs(w).max())
    fast = maximal_selection._null_at_risk(order, 6_000, seed)[1]
    at = np.sort(np.r_[slow, fast]) + 1e-9
    shares = [np.sort(one).searchsorted(at, "right") / 6_000 for one in (slow, fast)]
    assert np.abs(shares[0] - shares[1]).max() < 1.95 * np.sqrt(2 / 6_000)


@pytest.mark.parametrize("values", [None, 5])
def test_from_which_ranks_patients_leave(values):
    """By counting those at risk, one by one; up to the last event."""
    time, event, marker = patients(30, 7, 0.5, values)
    order = cutoff.order(time, event, marker)
    lowest, width, leaving = maximal_selection._leavings(order)
    by_time = np.sort(marker)[order.spot]
    assert leaving.tolist() == [np.flatnonzero(order.event)[-1] + 1]
    for i in range(leaving[0]):
        at_risk = by_time[i:]
        expected = (0, at_risk.size)
        if not order.event[i]:
            expected = ((at_risk < by_time[i]).sum(), (at_risk == by_time[i]).sum())
        assert (lowest[i], width[i]) == expected


def test_without_censoring_it_is_the_null_of_maxstat(monkeypatch):
    """The same law, so the same p of |Z| up to three errors of both."""
    time, event, marker = patients(60, 3, events=1.1)
    order, draws = cutoff.order(time, event, marker), 40_000
    there = cutoff.null(order, permutations=draws)[1]
    moments = each_cut.compute_moments
    for module in (each_cut, maximal_selection):  # without skewness W is Z
        monkeypatch.setattr(
            module, "compute_moments", lambda *a: (moments(*a)[0], 0 * moments(*a)[1])
        )
    here = cutoff.null_at_risk(order, permutations=draws)
    mid = (there + here) / 2
    assert (np.abs(there - here) <= 3 * np.sqrt(2 * mid * (1 - mid) / draws)).all()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(4, 40), st.integers(0, 10_000), st.sampled_from([0.2, 0.6, 1.1]))
def test_p_falls_as_w_grows_and_stays_in_bounds(n, seed, events):
    try:
        order = cutoff.order(*patients(n, seed, events))
    except NotEnoughData:
        order = None
    assume(order is not None and not order.why)
    w = np.abs(each_cut.compute_w(order, each_cut.compute_z(order)))
    p = cutoff.null_at_risk(order, permutations=150)
    assert ((p >= 1 / 151) & (p <= 1)).all()
    assert (np.diff(p[np.argsort(w, kind="stable")]) <= 1e-15).all()


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
