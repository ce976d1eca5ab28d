"""Every cut-off of a marker at once: profile, search with its corrected p, stability."""

from analysis.stats.cutoff.procedures import (
    CutAnswer,
    CutoffSearch,
    CutoffStability,
    Order,
    answer,
    best_of_rows,
    medians,
    null,
    null_at_risk,
    order,
    profile,
    resample,
    scan,
    search,
    stability,
    warm,
)

__all__ = [
    "CutAnswer",
    "CutoffSearch",
    "CutoffStability",
    "Order",
    "answer",
    "best_of_rows",
    "medians",
    "null",
    "null_at_risk",
    "order",
    "profile",
    "resample",
    "scan",
    "search",
    "stability",
    "warm",
]
