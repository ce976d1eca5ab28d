"""The trend tests against R, against full enumeration, and where they must refuse."""

import itertools
import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from analysis.stats.errors import NotEnoughData
from analysis.stats.trend import (
    _jonckheere_null,
    jonckheere,
    kruskal_wallis,
    spearman,
    wilcoxon_signed_rank,
)
from tests.reference import golden

GOLDEN = json.loads((golden.HERE / "trend.json").read_text())
CASES = [(name, i) for name, rows in GOLDEN.items() for i in range(len(rows))]


def case(name, i):
    truth = GOLDEN[name][i]
    rows = golden.patients(name)[[truth["response"], truth["ordered_group"]]].dropna()
    return truth, rows.iloc[:, 0].to_numpy(float), rows.iloc[:, 1].to_numpy(float)


@pytest.mark.parametrize(("name", "i"), CASES)
def test_jonckheere_is_that_of_r(name, i):
    truth, values, groups = case(name, i)
    found, truth = jonckheere(values, groups), truth["tie_corrected"]
    golden.same(found.statistic, truth["z"])
    golden.same(found.p, truth["p_two"])
    golden.same(found.variance, truth["var_ties"])
    golden.same(found.u, truth["J"] - truth["E"])


@pytest.mark.parametrize(("name", "i"), CASES)
def test_kruskal_and_spearman_are_those_of_r(name, i):
    truth, values, groups = case(name, i)
    found = kruskal_wallis(values, groups)
    golden.same(
        [found.statistic, found.df, found.p], [truth["kruskal"][k] for k in ("H", "df", "p")]
    )
    rho = spearman(groups, values)
    golden.same([rho.value, rho.p], [truth["spearman"]["rho"], truth["spearman"]["p"]])


def enumerated(values, groups):
    """Jonckheere's two-sided p over every re-labelling, from the definition."""

    def j(labels):
        pairs = itertools.permutations(range(len(values)), 2)
        return sum(
            (values[a] < values[b]) + 0.5 * (values[a] == values[b])
            for a, b in pairs
            if labels[a] < labels[b]
        )

    null = [j(labels) for labels in set(itertools.permutations(groups))]
    centre = np.mean(null)
    return np.mean([abs(one - centre) >= abs(j(groups) - centre) - 1e-9 for one in null])


@pytest.mark.parametrize(
    "values", [[3, 1, 2, 5, 4, 7, 6], [1, 1, 2, 2, 3, 1, 3], [7, 6, 5, 4, 3, 2, 1]]
)
def test_jonckheere_of_few_is_exact(values):
    groups = (3, 3, 6, 6, 6, 9, 9)
    found = jonckheere(values, list(groups), permutations=100)
    assert (found.p, found.exact) == (pytest.approx(enumerated(values, groups)), True)
    assert found.name == "Jonckheere-Terpstra (exact)"
    assert not jonckheere(values, list(groups)).exact


def test_a_perfect_trend_is_not_floored_by_the_draws():
    groups = np.repeat([3, 6, 9, 12], [3, 6, 6, 2])
    found = jonckheere(np.arange(17.0), groups, permutations=10_000)
    assert found.p == pytest.approx(2 / 57_177_120)  # 3.5e-8: 17! / (3! 6! 6! 2!) arrangements
    assert jonckheere(-np.arange(99.0), np.arange(99) % 3, permutations=10).exact
    two = np.arange(15) % 2  # of two groups it is Mann and Whitney's test
    values = np.random.default_rng(1).permutation(15)
    truth = mannwhitneyu(values[two == 1], values[two == 0], method="exact").pvalue
    assert jonckheere(values, two, permutations=10).p == pytest.approx(truth)


def test_ties_of_many_are_drawn_until_10_exceed():
    groups = np.repeat([3, 6, 9, 12], [3, 6, 6, 2])
    level = np.arange(17) // 2 * 1.0
    strong = jonckheere(level, groups, permutations=1_000)
    assert strong.p < 1e-5
    assert (strong.exact, strong.name) == (False, "Jonckheere-Terpstra (1,000,000 permutations)")
    weak = jonckheere(np.arange(17) % 3, groups, permutations=1_000)
    assert weak.name == "Jonckheere-Terpstra (1,000 permutations)"


def test_drawn_jonckheere_is_the_exact_one_but_for_chance(monkeypatch):
    values, groups = [1, 1, 2, 2, 3, 1, 3], (3, 3, 6, 6, 6, 9, 9)
    p = enumerated(values, groups)
    monkeypatch.setattr(_jonckheere_null, "MOST_ARRANGEMENTS", 1)
    found = jonckheere(values, list(groups), permutations=40_000, seed=1)
    assert not found.exact
    assert found.p == pytest.approx(p, abs=4 * math.sqrt(p * (1 - p) / 40_000) + 1e-4)


def test_permuted_kruskal_is_the_exact_one_but_for_chance():
    values, groups = np.array([1.0, 4, 2, 8, 9, 7, 3]), np.array([0, 0, 1, 1, 1, 2, 2])
    h = [kruskal_wallis(values, list(one)).statistic for one in set(itertools.permutations(groups))]
    observed = kruskal_wallis(values, groups)
    p = np.mean(np.array(h) >= observed.statistic - 1e-9)
    assert kruskal_wallis(values, groups, permutations=40_000).p == pytest.approx(p, abs=0.01)


@given(
    st.lists(st.integers(-5, 5), min_size=6, max_size=11).filter(any),
)
def test_signed_rank_is_the_enumeration_of_all_signs(differences):
    d = np.array(differences, float)
    rank = pd.Series(np.abs(d)).rank().to_numpy()[d != 0]
    signs = np.array(list(itertools.product([0, 1], repeat=rank.size)))
    null, observed = signs @ rank, rank[d[d != 0] > 0].sum()
    centre = rank.sum() / 2
    p = np.mean(np.abs(null - centre) >= abs(observed - centre) - 1e-9)
    found = wilcoxon_signed_rank(d)
    assert found.exact
    assert found.p == pytest.approx(p, abs=1e-12)
    assert wilcoxon_signed_rank(-d).p == pytest.approx(p, abs=1e-12)


def test_signed_rank_of_seventeen_that_all_fell():
    assert wilcoxon_signed_rank(-np.arange(1, 18)).p == 2 / 2**17


@given(st.integers(0, 10_000))
def test_jonckheere_ignores_units_and_order_of_rows(seed):
    rng = np.random.default_rng(seed)
    values, groups = (
        rng.integers(0, 6, 12).astype(float),
        rng.permutation([3] * 4 + [6] * 4 + [9] * 4),
    )
    if np.ptp(values) == 0:
        return
    order = rng.permutation(12)
    one = jonckheere(values, groups, permutations=200)
    two = jonckheere(np.exp(values[order]), groups[order] * 10, permutations=200)
    back = jonckheere(-values, groups, permutations=200)
    assert (one.statistic, one.p) == pytest.approx((two.statistic, two.p))
    assert back.statistic == pytest.approx(-one.statistic)


def test_permuted_jonckheere_holds_its_level():
    rng, groups = np.random.default_rng(5), np.repeat([3, 6, 9, 12], [3, 6, 6, 2])
    p = [jonckheere(rng.normal(size=17), groups, permutations=999).p for _ in range(600)]
    assert 0.025 <= np.mean(np.array(p) <= 0.05) <= 0.075


@pytest.mark.parametrize(
    ("values", "groups", "words"),
    [([1, 2, np.nan], [1, 2, 3], "missing"), ([1, 2], [1, 2, 3], "same length"),
     ([], [], "no patients"),
     ([1, 2, 3], ["10 mg", "2 mg", "5 mg"], "numbers"), ([1, 2, 3], [1, 2, np.inf], "infinite")],
)  # fmt: skip
def test_wrong_input_is_refused_in_words(values, groups, words):
    with pytest.raises(ValueError, match=words):
        jonckheere(values, groups)


def test_what_cannot_carry_an_answer_says_so():
    with pytest.raises(NotEnoughData, match="one group"):
        jonckheere([1, 2, 3], [6, 6, 6])
    with pytest.raises(NotEnoughData, match="same value"):
        jonckheere([2, 2, 2], [3, 6, 9])
    with pytest.raises(NotEnoughData, match="needs 6"):
        wilcoxon_signed_rank([1, 2, 3, 4, 5])
    with pytest.raises(NotEnoughData, match="changed"):
        wilcoxon_signed_rank(np.zeros(8))
    with pytest.raises(ValueError, match="whole number"):
        jonckheere([1, 2], [1, 2], permutations=0)
    with pytest.raises(ValueError, match="ordered"):
        jonckheere([1, 2], pd.Categorical(["a", "b"]))


def test_an_ordered_categorical_keeps_its_order():
    doses = pd.Categorical(["low", "high", "low", "high"], ["low", "high"], ordered=True)
    assert jonckheere([1, 4, 2, 5], doses).statistic > 0


def test_changes_that_agree_but_for_rounding_tie():
    # 0.3, 0.1 + 0.2 and -0.3 share one rank; 1e-17 beside 0.3 is no change.
    changes = np.array([0.3, 0.1 + 0.2, -0.3, 0.3, -0.3, -0.3, 1e-17])
    assert wilcoxon_signed_rank(changes).p == 1.0


@pytest.mark.parametrize(
    ("x", "y", "rho", "lower", "upper"),
    [  # R: cor(method = "spearman"), tanh(atanh(r) -+ qnorm(.975) sqrt((1 + r^2/2) / (n - 3)))
        ([3, 3, 6, 6, 6, 9, 9, 12, 12, 6], [5, 4, 3.5, 3, 4.5, 2, 2.5, 1, 1.5, 6],
         -0.846137673973559, -0.970779840212504, -0.361951607880644),
        (range(1, 9), [2, 1, 4, 3, 6, 5, 8, 7],
         0.904761904761905, 0.427891512320361, 0.987598180098773),
    ],
)  # fmt: skip
def test_spearmans_interval_is_that_of_bonett_and_wright(x, y, rho, lower, upper):
    found = spearman(list(x), list(y))
    assert [found.value, found.lower, found.upper] == pytest.approx([rho, lower, upper], abs=1e-12)


def test_spearmans_interval_holds_the_truth_as_often_as_it_says():
    rng, pearson, n, runs = np.random.default_rng(11), 0.6, 17, 2_000
    truth = 6 / math.pi * math.asin(pearson / 2)  # of the bivariate normal
    x = rng.normal(size=(runs, n))
    y = pearson * x + math.sqrt(1 - pearson**2) * rng.normal(size=(runs, n))
    held = [one.lower <= truth <= one.upper for one in map(spearman, x, y)]
    assert 0.93 <= np.mean(held) <= 0.97
