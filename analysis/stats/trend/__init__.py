"""Trends across ordered doses, across arms and between visits."""

from analysis.stats.trend.pairs import (
    EXACT_PAIRS,
    FEWEST_PAIRS,
    spearman,
    wilcoxon_signed_rank,
)
from analysis.stats.trend.rank_tests import (
    PERMUTATIONS,
    PERMUTED_BELOW,
    jonckheere,
    kruskal_wallis,
    warm,
)

__all__ = [
    "EXACT_PAIRS",
    "FEWEST_PAIRS",
    "PERMUTATIONS",
    "PERMUTED_BELOW",
    "jonckheere",
    "kruskal_wallis",
    "spearman",
    "warm",
    "wilcoxon_signed_rank",
]
