"""The p of one cut at many cuts at once: each is what the slow way gives."""

from itertools import combinations
from math import comb

import numpy as np
import pytest

from analysis.stats._splits import Scores, count_tails
from analysis.stats.cutoff.one_cut import p_cut, p_cuts
from analysis.stats.permutation_kernels import of_every_choice, of_ranks, tails_of_sizes
from tests.reference.golden import same


def patients(n, seed, events=0.6):
    rng = np.random.default_rng(seed)
    time, marker = rng.exponential(10, n).round(), rng.permutation(n).astype(float)
    return time, rng.random(n) < events, marker


@pytest.mark.parametrize("seed", range(6))
def test_enumeration_gives_every_choice(seed):
    time, event, _ = patients(9, seed, events=0.3)
    scores = Scores(time, event, np.arange(9) > 4)
    for size in range(1, 9):
        u, v = of_every_choice(comb(9, size), size, scores.residual, scores.weight)
        chosen = np.zeros((9, u.size), np.int32)
        for b, choice in enumerate(combinations(range(9), size)):
            chosen[list(choice), b] = 9
        one_u, one_v = of_ranks(chosen, size, scores.residual, scores.weight)
        same(u, one_u, rel=1e-12, tiny=1e-14)
        same(v, one_v, rel=1e-10)
        np.testing.assert_array_equal(v == 0, one_v == 0)  # no information is exactly none


@pytest.mark.parametrize("events", [0.1, 0.5, 1.0])
def test_growing_groups_count_as_each_size_alone(events):
    time, event, _ = patients(30, 3, events)
    scores = Scores(time, event, np.arange(30) > 14)
    ranks = np.tile(np.arange(30, dtype=np.int32), (500, 1))
    ranks = np.random.default_rng(1).permuted(ranks, axis=1)
    sizes = np.array([1, 2, 9, 15, 28, 29])
    observed = np.array([0.0, -1.5, 1.0, 0.3, -0.2, 2.0])
    slack = 1e-9 * (1 + np.abs(observed))
    fixed = np.array([0, 30]), sizes[:, None], observed, slack
    counts = tails_of_sizes(ranks, *fixed, scores.residual, scores.weight)
    for size, at, count in zip(sizes, observed, counts, strict=True):
        columns = np.ascontiguousarray(ranks.T)
        u, v = of_ranks(columns, size, scores.residual, scores.weight)
        null = np.divide(u, np.sqrt(v), out=np.zeros(500), where=v > 0)
        assert tuple(count) == count_tails(null, at)


@pytest.mark.parametrize(("n", "events"), [(17, 0.5), (19, 0.2), (40, 0.4), (201, 0.5)])
def test_every_cut_in_any_order_and_twice(n, events):
    time, event, marker = patients(n, 5, events)
    cuts = np.r_[n + 3.0, np.arange(0, n - 1, max(1, n // 12))[::-1] + 0.5, 4.5, 4.7, -1]
    table = p_cuts(time, event, marker, cuts, permutations=300, seed=2)
    assert table["cut"].tolist() == cuts.tolist()
    assert table["p"].isna().to_numpy()[[0, -1]].all()
    for row in table.dropna().itertuples():
        alone = p_cut(time, event, marker > row.cut, permutations=300, seed=2)
        assert (row.p, row.exact, row.name) == (alone.p, alone.exact, alone.name)


def test_a_cut_without_information_is_not_estimable():
    time, event = np.r_[1.0, 1, 2, 3, 4, 5], np.array([0, 0, 1, 1, 1, 1], bool)
    table = p_cuts(time, event, np.arange(6.0), [0, 1, 2])
    assert table["p"].isna().tolist() == [True, True, False]
    assert table["name"].tolist() == ["", "", "exact permutation log-rank"]
    assert p_cuts(time, event, np.arange(6.0), [-1, 9])["p"].isna().all()
