"""The door of the package: what comes in is checked here once, and says in words what is wrong."""

from analysis.stats.inputs.groups import MOST_COUNTED, labels, matrix, two_groups
from analysis.stats.inputs.times import (
    TIE_TOLERANCE,
    distinct_times,
    merge_ties,
    survival_arrays,
    time_points,
    tolerance,
)
from analysis.stats.inputs.values import (
    ALPHA,
    numbers,
    positive_count,
    positive_share,
    same_length,
    stream_seed,
)

__all__ = [
    "ALPHA",
    "MOST_COUNTED",
    "TIE_TOLERANCE",
    "distinct_times",
    "labels",
    "matrix",
    "merge_ties",
    "numbers",
    "positive_count",
    "positive_share",
    "same_length",
    "stream_seed",
    "survival_arrays",
    "time_points",
    "tolerance",
    "two_groups",
]
