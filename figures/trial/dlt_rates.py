"""Dose-limiting toxicities: the rate of every dose level with its exact interval."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from analysis.results.trial.escalation import Escalation
from figures.marker_axis import FOOT, STAMP, stamp
from figures.style import Palette, axis, base_layout, faded, palette
from wording.figures.trial import DLT_AXIS
from wording.results.escalation import rate_words

PLOT, TOP, NAMES = 190, 26, 30  # pixels: the plot, above it, two more lines under it
WIDE = 0.56  # of a bar, where levels are 1 apart
PALE = 0.4  # of the bars: their intervals lie on them


def rates_figure(path: Escalation, *, synthetic: str = "", dark: bool = False) -> go.Figure:
    """A bar for each level; toxicities must be recorded."""
    colours = palette(dark)
    foot = FOOT + NAMES + (STAMP if synthetic else 0)
    margin = {"l": 56, "r": 14, "t": TOP, "b": foot}
    layout = base_layout(colours, height=TOP + PLOT + foot, margin=margin)
    count = len(path.rates)
    layout["xaxis"] = axis(
        colours, range=[-0.6, count - 0.4], tickvals=list(range(count)), ticktext=_names(path),
        showline=True, tickangle=0, title={"text": "Dose level", "standoff": 6},
    )  # fmt: skip
    layout["yaxis"] = axis(
        colours, range=[0, 100], tickvals=[0, 25, 50, 75, 100], showgrid=True,
        gridcolor=colours.grid, title={"text": DLT_AXIS, "standoff": 8},
    )  # fmt: skip
    layout["annotations"] = [
        {**one, "yshift": one["yshift"] - NAMES} for one in stamp(synthetic, colours)
    ]
    return go.Figure(_traces(path, colours), layout)


def level_lines(path: Escalation) -> list[list[str]]:
    """What stands under each bar: level (and whether it is the MTD), patients, rate."""
    return [
        [f"{row['label']}{' (MTD)' if row['mtd'] else ''}",
         f"{row['dlts']} of {row['evaluable']}", rate_words(row, "\n")]
        for _, row in path.rates.iterrows()
    ]  # fmt: skip


def _names(path: Escalation) -> list[str]:
    """As narrow as a phone needs them: the MTD in a line of its own."""
    return [
        f"{escape(row.label)}<br>{row.dlts} of {row.evaluable}{'<br><b>MTD</b>' if row.mtd else ''}"
        for row in path.rates.itertuples()
    ]


def _traces(path: Escalation, colours: Palette) -> list[dict[str, Any]]:
    rates = path.rates
    at = np.arange(len(rates))
    percent, low, high = (rates[one].to_numpy(float) * 100 for one in ("rate", "lower", "upper"))
    known = np.isfinite(percent)
    words = [rate_words(row) for _, row in rates.iterrows()]
    bars = {
        "type": "bar", "x": at[known], "y": percent[known], "width": WIDE, "name": "rate",
        "marker": {"color": faded(colours.groups[0], PALE), "line": {"width": 0}},
        "hoverinfo": "skip",
    }  # fmt: skip
    # The interval is a trace of its own: its ends can be pointed at where the bar has no height.
    intervals = {
        "type": "scatter", "mode": "markers", "x": at[known], "y": percent[known],
        "name": "95 % interval", "cliponaxis": False,
        "marker": {"symbol": "diamond", "size": 7, "color": colours.text},
        "error_y": {"type": "data", "symmetric": False, "array": (high - percent)[known],
                    "arrayminus": (percent - low)[known], "color": colours.text,
                    "thickness": 1.5, "width": 5},
        "text": [words[i] for i in at[known]], "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip
    return [bars, intervals]
