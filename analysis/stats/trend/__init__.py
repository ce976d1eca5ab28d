"""Trends across ordered doses, across arms and between visits."""

from analysis.stats.trend.rank_tests import (
    EXACT_PAIRS,
    FEWEST_PAIRS,
    PERMUTATIONS,
    PERMUTED_BELOW,
    jonckheere,
    kruskal_wallis,
    spearman,
    warm,
    wilcoxon_signed_rank,
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
