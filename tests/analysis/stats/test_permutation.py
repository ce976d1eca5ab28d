"""The permutation log-rank: against full enumeration, and its random version against that."""

from itertools import permutations
from math import comb

import numpy as np
import pandas as pd
import pytest

from analysis.stats._splits import count_tails
from analysis.stats.errors import NotEnoughData
from analysis.stats.permutation_kernels import of_every_choice
from analysis.stats.survival import (
    logrank,
    logrank_trend,
    p_cut,
    p_cuts,
    p_splits,
    permutation_logrank,
)
from tests.reference import golden
from tests.reference.golden import same


@pytest.mark.parametrize(("name", "marker"), golden.TINY)
def test_every_cut_by_enumeration(name, marker):
    frame = golden.patients(name)
    for r in golden.values("tiny17")[name][marker]["permutation"]:
        high = frame[marker] > r["cut"]
        test = permutation_logrank(frame["time"], frame["ev"], high)
        same(test.p, r["p"], rel=1e-12)
        assert test.exact
        assert test.name == "exact permutation log-rank"
        signed = logrank(frame["time"], frame["ev"], high)
        same(test.statistic, signed.u / np.sqrt(signed.variance))


@pytest.mark.parametrize(("name", "marker"), golden.TINY)
def test_random_splits_agree_with_enumeration(name, marker, monkeypatch):
    frame, b = golden.patients(name), 20_000
    monkeypatch.setattr("analysis.stats.permutation.MOST_SPLITS", 0)
    for r in golden.values("tiny17")[name][marker]["permutation"][::2]:
        test = permutation_logrank(
            frame["time"], frame["ev"], frame[marker] > r["cut"], permutations=b, seed=7
        )
        assert (test.exact, test.n, test.name) == (
            False,
            b,
            "permutation log-rank (20,000 permutations)",
        )
        tail = r["p"] / 2
        error = 2 * np.sqrt(tail * (1 - tail) / b)
        assert abs(test.p - r["p"]) <= 3 * error + 2 / b


def lung(n=60):
    frame = golden.patients("lung").iloc[:n]
    return frame["time"].to_numpy(), frame["ev"].to_numpy(), frame["age"].to_numpy() > 63


def test_seed_and_order_of_rows():
    time, event, high = lung()
    first = permutation_logrank(time, event, high, permutations=500, seed=1)
    assert first == permutation_logrank(time, event, high, permutations=500, seed=1)
    assert first.p != permutation_logrank(time, event, high, permutations=500, seed=2).p
    mixed = np.random.default_rng(0).permutation(time.size)
    again = permutation_logrank(time[mixed], event[mixed], high[mixed], permutations=500, seed=1)
    assert first.p == again.p


def test_blocks_do_not_matter(monkeypatch):
    time, event, high = lung()
    whole = permutation_logrank(time, event, high, permutations=300)
    monkeypatch.setattr("analysis.stats._splits._CELLS", 700)
    assert permutation_logrank(time, event, high, permutations=300).p == whole.p
    tiny = golden.patients("lung17")
    chosen = tiny["m1"] > 900
    assert permutation_logrank(tiny["time"], tiny["ev"], chosen).exact


def test_strata_of_one_is_no_strata():
    time, event, high = lung(17)
    plain = permutation_logrank(time, event, high)
    one = permutation_logrank(time, event, high, strata=np.ones(17))
    assert (plain.p, plain.n, plain.exact) == (one.p, one.n, one.exact)
    assert one.name == "exact stratified permutation log-rank"


def test_stratified_by_enumeration_and_at_random(monkeypatch):
    time, event, high = lung(20)
    strata = np.arange(20) % 3
    exact = permutation_logrank(time, event, high, strata=strata)
    signed = logrank(time, event, high, strata=strata)
    same(exact.statistic, signed.u / np.sqrt(signed.variance))
    assert exact.exact
    monkeypatch.setattr("analysis.stats.permutation.MOST_SPLITS", 0)
    drawn = permutation_logrank(time, event, high, strata=strata, permutations=40_000)
    tail = exact.p / 2
    assert abs(drawn.p - exact.p) <= 6 * np.sqrt(tail * (1 - tail) / 40_000)


def test_stratum_of_one_group_carries_nothing():
    time, event, high = lung(17)
    alone = np.append(time, [5.0, 9.0]), np.append(event, [1, 1]), np.append(high, [True, True])
    strata = np.append(np.zeros(17), [1, 1])
    assert permutation_logrank(*alone, strata=strata).p == permutation_logrank(time, event, high).p
    with pytest.raises(NotEnoughData, match="at risk together"):
        permutation_logrank([1, 2, 3, 4], [1, 1, 1, 1], [0, 0, 1, 1], strata=[0, 0, 1, 1])


def test_rule_for_the_p_of_a_cut():
    frame = golden.patients("lung")
    args = frame["time"], frame["ev"], frame["age"] > 63
    above = p_cut(*args)
    assert (above.name, above.exact) == ("log-rank", False)
    assert above.p == logrank(*args).p
    assert p_cut(*args, strata=frame["sex"]).name == "stratified log-rank"
    assert p_cut(*args[:2], np.arange(len(frame)) % 3).name == "log-rank"
    below = p_cut(*(a[:200] for a in args))
    assert below.name == "permutation log-rank (10,000 permutations)"
    assert p_cut(*(a[:17] for a in args)).name == "exact permutation log-rank"


@pytest.mark.parametrize("n", [17, 25, 80, 228])
def test_many_cuts_are_what_each_is_alone(n):
    frame = golden.patients("lung").iloc[:n]
    time, event, age = frame["time"], frame["ev"], frame["age"]
    cuts = np.unique(age)[::3] + 0.5
    table = p_cuts(time, event, age, [1, *cuts, 99], permutations=1500, seed=3)
    one_sided = [not 0 < (age > cut).sum() < n for cut in table["cut"]]
    assert table["p"].isna().tolist() == one_sided
    for row in table.dropna().itertuples():
        alone = p_cut(time, event, age > row.cut, permutations=1500, seed=3)
        assert (row.p, row.exact, row.name) == (alone.p, alone.exact, alone.name)
    with pytest.raises(ValueError, match="permutations"):
        p_cuts(time, event, age, cuts, permutations=0)


def test_wrong_input():
    with pytest.raises(ValueError, match="at least two groups"):
        permutation_logrank([1, 2], [1, 1], [True, True])
    with pytest.raises(NotEnoughData, match="same time"):
        permutation_logrank([3, 3, 3], [1, 1, 1], [0, 1, 2])
    for count in (0, -5, 1.5, None):
        with pytest.raises(ValueError, match="permutations"):
            permutation_logrank([1, 2], [1, 1], [0, 1], permutations=count)
    with pytest.raises(NotEnoughData, match="No event"):
        permutation_logrank([1, 2, 3, 4], [0, 0, 0, 0], [0, 1, 0, 1])
    # the smallest that carries anything: both splits are equally extreme
    assert permutation_logrank([1, 2], [1, 1], [0, 1]).p == 1


def arrangements(codes):
    """Every distinct order of these labels."""
    return np.array(sorted(set(permutations(codes))))


def statistic(time, event, group, strata=None):
    try:
        return logrank(time, event, group, strata=strata).statistic
    except NotEnoughData:
        return 0.0


@pytest.mark.parametrize("seed", range(4))
def test_several_groups_against_every_arrangement(seed):
    rng = np.random.default_rng(seed)
    time, event = rng.integers(1, 6, 8).astype(float), rng.random(8) < 0.7
    group = np.array([0, 0, 0, 1, 1, 2, 2, 2])
    found, observed = permutation_logrank(time, event, group), statistic(time, event, group)
    null = np.array([statistic(time, event, other) for other in arrangements(group)])
    same(found.statistic, observed, rel=1e-10)
    assert (found.exact, found.n) == (True, 560)
    same(found.p, (null >= observed - 1e-9).mean())


@pytest.mark.parametrize("seed", range(4))
def test_several_groups_within_strata_against_every_arrangement(seed):
    rng = np.random.default_rng(seed)
    time, event = rng.integers(1, 6, 8).astype(float), rng.random(8) < 0.8
    group, strata = np.array([0, 1, 2, 1, 0, 1, 2, 2]), np.array([0, 0, 0, 0, 1, 1, 1, 1])
    found = permutation_logrank(time, event, group, strata=strata)
    observed = statistic(time, event, group, strata)
    null = np.array([
        statistic(time, event, np.append(one, two), strata)
        for one in arrangements(group[:4]) for two in arrangements(group[4:])
    ])  # fmt: skip
    same(found.statistic, observed, rel=1e-10)
    assert (found.exact, found.n) == (True, 144)
    same(found.p, (null >= observed - 1e-9).mean())


def test_four_groups_of_17():
    """The chi-square formula says .029; R's survdiff of 20,000 shuffled groups .0816 (.0019)."""
    time = np.array([3, 17, 11, 2, 5, 14, 15, 9, 7, 10, 12, 4, 1, 6, 13, 16, 8.0])
    group, event = np.arange(17) % 4, np.ones(17, bool)
    found = permutation_logrank(time, event, group, permutations=100_000)
    same(found.statistic, 9.029522107211818, rel=1e-12)
    assert abs(found.p - 0.0816) < 3 * np.sqrt(0.0019**2 + 0.08 * 0.92 / 100_000)
    assert p_cut(time, event, group).name == "permutation log-rank (10,000 permutations)"
    shuffled = np.random.default_rng(1).permutation(17)
    again = permutation_logrank(time[shuffled], event[shuffled], group[shuffled])
    assert again.p == permutation_logrank(time, event, group).p


def test_a_small_side_of_many_patients_is_permuted():
    """250 patients, 3 of them high: the formula says 5e-11, all 2,573,000 splits say .0015."""
    time, event = np.arange(1.0, 251), np.ones(250, bool)
    high = np.isin(time, [3, 10, 31])
    found = p_cut(time, event, high)
    u, v = of_every_choice(comb(250, 3), 3, *_residual_and_weight(250))
    null = u / np.sqrt(v)
    tail = min(count_tails(null, found.statistic)) / null.size
    assert logrank(time, event, high).p < 1e-10
    assert abs(found.p - 2 * tail) < 3 * 2 * np.sqrt(tail / found.n)
    assert found.tail >= 10
    assert abs(2 * tail - 0.00152) < 5e-6
    middle = p_cut(time, event, time > 125)
    assert middle.name == "log-rank"


def _residual_and_weight(n):
    """Of n events at times 1 to n."""
    at_risk = np.arange(n, 0, -1.0)
    scale = (at_risk - 1) / (at_risk**2 * np.maximum(at_risk - 1, 1))
    return 1 - np.cumsum(1 / at_risk), scale


def test_a_p_at_the_floor_of_its_draws_is_a_bound():
    time, event = np.arange(1.0, 61), np.ones(60, bool)
    found = p_cut(time, event, time > 30)
    assert found.bound
    assert (found.tail, found.n) == (0, 1_000_000)
    table = p_cuts(time, event, np.arange(60) * 7 % 60, [30, 55])
    assert table["bound"].tolist() == [False, False]
    assert not p_cut(time, event, np.arange(60) % 2).bound


def test_many_splits_within_strata_are_what_each_is_alone():
    frame = golden.patients("lung").iloc[:60]
    time, event, age = frame["time"], frame["ev"], frame["age"]
    strata, cuts = frame["sex"], np.unique(age)[2:-2:4] + 0.5
    table = p_cuts(time, event, age, cuts, permutations=1500, seed=3, strata=strata)
    sides = [np.asarray(age > cuts[3]) ^ (np.arange(60) == i) for i in range(0, 60, 7)]
    splits = p_splits(time, event, sides, permutations=1500, seed=3, strata=strata)
    every = [(age > cut, p) for cut, p in zip(cuts, table["p"], strict=True)]
    for high, p in [*every, *zip(sides, splits["p"], strict=True)]:
        assert p == p_cut(time, event, high, permutations=1500, seed=3, strata=strata).p


def test_trend_over_ordered_groups():
    """R 4.2.2: scores 0, 1, ... times observed - expected of survdiff, and its covariance."""
    time = np.array([3, 17, 11, 2, 5, 14, 15, 9, 7, 10, 12, 4, 1, 6, 13, 16, 8.0])
    found = logrank_trend(time, np.ones(17), np.arange(17) % 4)
    same([found.u, found.variance], [-3.821199715317359, 13.314566721498378], rel=1e-12)
    frame = golden.patients("veteran")
    groups = pd.cut(frame["karno"], [0, 40, 60, 75, 100], labels=False)
    found = logrank_trend(frame["time"], frame["ev"], groups)
    same([found.statistic, found.p], [31.3948175185573, 2.10542134324219e-08], rel=1e-10)


def test_two_groups_have_the_trend_of_their_log_rank_test():
    time, event, high = lung(40)
    found, plain = logrank_trend(time, event, high), logrank(time, event, high)
    same([found.statistic, found.p], [plain.statistic, plain.p])
    strata = np.arange(40) % 3
    within = logrank_trend(time, event, high, strata=strata)
    same(within.statistic, logrank(time, event, high, strata=strata).statistic)
    with pytest.raises(NotEnoughData, match="same time"):
        logrank_trend([3, 3, 3], [1, 1, 1], [0, 1, 2])


@pytest.mark.parametrize(
    ("side", "words"),
    [
        ([True, False], "A split has 2 entries, time has 17"),
        ([np.nan] * 17, "true and false"),
        (["high"] * 17, "true and false"),
        ([0, 1, 2] * 5 + [0, 1], "true and false"),
    ],
)
def test_a_split_that_is_none_is_refused(side, words):
    time, event, _ = lung(17)
    with pytest.raises(ValueError, match=words):
        p_splits(time, event, [side])


def test_no_splits_are_an_empty_table():
    time, event, _ = lung(17)
    assert p_splits(time, event, []).columns.tolist() == ["p", "exact", "name", "bound"]


def test_thousands_of_patients_begin_with_fewer_draws():
    rng = np.random.default_rng(1)
    time, event = rng.exponential(5, 6_000), rng.random(6_000) < 0.5
    marker = rng.permutation(6_000)
    found = p_cut(time, event, marker > 5_989)
    assert found.name == "permutation log-rank (3,000 permutations)"
    table = p_cuts(time, event, marker, [5_989, 3_000])
    assert table["p"][0] == found.p
    assert table["name"].tolist() == [found.name, "log-rank"]


def test_blocks_of_several_groups_hold_all_draws(monkeypatch):
    time, event, _ = lung(60)
    group = np.arange(60) % 3
    whole = permutation_logrank(time, event, group, permutations=4_000)
    monkeypatch.setattr("analysis.stats._splits._CELLS", 700)
    parts = permutation_logrank(time, event, group, permutations=4_000)
    assert (parts.p, parts.n) == (whole.p, 4_000)
