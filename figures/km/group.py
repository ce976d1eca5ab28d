"""One group of a Kaplan-Meier figure, and the short line that shows its look beside words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

# Short lines show other dashes than curves: Plotly's own are longer than the whole line.
KEY_DASHES = {"solid": "solid", "dash": "4px,3px", "dot": "2px,3px", "dashdot": "8px,2px,2px,2px"}


@dataclass(frozen=True)
class Group:
    """One curve with its look."""

    number: int  # 0 is the lowest
    label: str
    short: str  # beside the curve
    colour: str
    dash: str
    curve: pd.DataFrame  # from (0, 1) on
    row: Mapping[str, float]  # n events median lower upper
    scarce: int  # below that many at risk the curve is greyed


def key_line(group: Group, yref: str, y: float, x0: float, x1: float) -> dict[str, Any]:
    """A short piece of the curve's line, placed in pixels from the left edge of the plot."""
    return {
        "type": "line",
        "xref": "paper",
        "xsizemode": "pixel",
        "xanchor": 0,
        "x0": x0,
        "x1": x1,
        "yref": yref,
        "y0": y,
        "y1": y,
        "line": {"color": group.colour, "width": 3, "dash": KEY_DASHES[group.dash]},
    }
