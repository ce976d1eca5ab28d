"""The words of the figures of the cut-off search."""

from __future__ import annotations

from typing import Any

THIS_IS_BEST = "this cut-off, the best"


def count_above(row: Any) -> str:
    return f"above: {row['events_high']:.0f} of {row['n_high']:.0f} with event"


def count_below(row: Any) -> str:
    return f"at or below: {row['events_low']:.0f} of {row['n_low']:.0f} with event"


CORRECTED_P = "p corrected for the search"

RESAMPLES_AXIS = "Best cut-off of a resample"

SHADED = "shaded: 95 % of the resamples"

SPLINE_AXIS = "HR against the median"
