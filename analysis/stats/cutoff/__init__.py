"""Every cut-off of a marker at once: profile, search with its corrected p, stability."""

import numpy as np

from analysis.stats.cutoff.admissible import (
    FEWEST,
    MIN_FRACTION,
    CandidateCuts,
    assign_groups,
    divide,
    find_cuts,
    shortest_decimals,
    smallest_admissible_group,
)
from analysis.stats.cutoff.bootstrap import best_of_rows, resample, stability
from analysis.stats.cutoff.each_cut import answer, medians, profile, scan
from analysis.stats.cutoff.maximal_selection import null, null_at_risk, search
from analysis.stats.cutoff.ordering import Order, order
from analysis.stats.cutoff.results import CutAnswer, CutoffSearch, CutoffStability

__all__ = [
    "FEWEST",
    "MIN_FRACTION",
    "CandidateCuts",
    "CutAnswer",
    "CutoffSearch",
    "CutoffStability",
    "Order",
    "answer",
    "assign_groups",
    "best_of_rows",
    "divide",
    "find_cuts",
    "medians",
    "null",
    "null_at_risk",
    "order",
    "profile",
    "resample",
    "scan",
    "search",
    "shortest_decimals",
    "smallest_admissible_group",
    "stability",
    "warm",
]


def warm() -> None:
    """Compile the kernels, or load what was compiled before, ahead of the first question."""
    time, event = np.arange(1.0, 21.0), np.arange(20) % 3 > 0
    kept = order(time, event, (time * 7) % 20)
    search(time, event, (time * 7) % 20, permutations=10, estimator="firth")
    stability(time, event, (time * 7) % 20, resamples=10)
    medians(kept)
    answer(kept, 9.0)
