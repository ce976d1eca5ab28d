"""The permutation log-rank: against full enumeration, and its random version against that."""

import numpy as np
import pytest

from analysis.stats.errors import NotEnoughData
from analysis.stats.survival import logrank, p_cut, p_cuts, permutation_logrank
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
    below = p_cut(*(a[:200] for a in args), permutations=100)
    assert below.name == "permutation log-rank (100 permutations)"
    assert p_cut(*(a[:17] for a in args)).name == "exact permutation log-rank"
    with pytest.raises(ValueError, match="Two groups"):
        p_cut(frame["time"], frame["ev"], np.arange(len(frame)) % 3)


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
    with pytest.raises(ValueError, match="Two groups"):
        permutation_logrank([1, 2, 3], [1, 1, 1], [0, 1, 2])
    with pytest.raises(ValueError, match="Two groups"):
        permutation_logrank([1, 2], [1, 1], [True, True])
    for count in (0, -5, 1.5, None):
        with pytest.raises(ValueError, match="permutations"):
            permutation_logrank([1, 2], [1, 1], [0, 1], permutations=count)
    with pytest.raises(NotEnoughData, match="at risk together"):
        permutation_logrank([1, 2, 3, 4], [0, 0, 0, 0], [0, 1, 0, 1])
    # the smallest that carries anything: both splits are equally extreme
    assert permutation_logrank([1, 2], [1, 1], [0, 1]).p == 1
