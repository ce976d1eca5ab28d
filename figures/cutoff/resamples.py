"""Where the best cut-off falls when patients are drawn again: a histogram on the marker's axis."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from analysis.axis import Axis
from analysis.results.cutoff import AskedSearch, SearchedCutoffs
from analysis.stats.cutoff import shortest_decimals
from figures.marker_axis import LEFT, RIGHT, foot_of, marker_axis, stamp
from figures.style import axis, base_layout, faded, palette
from wording.figures.cutoff import RESAMPLES_AXIS, SHADED

PLOT, TOP = 110, 24  # heights in pixels
BARS = 64  # side by side over the whole axis
FEW = 24  # different cuts, each of which has a bar of its own


def resamples_figure(searched: SearchedCutoffs, *, dark: bool = False) -> go.Figure:
    """Share of the resamples by their best cut.

    The axis is the profile's, so that the two stand under each other.
    """
    colours = palette(dark)
    scale = Axis.of(searched.value, searched.scale)
    foot = foot_of(searched.synthetic)
    share, place, width = _shares(searched, scale)
    layout = base_layout(
        colours,
        height=TOP + PLOT + foot,
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": foot},
    )
    layout["bargap"] = 0
    layout["xaxis"] = marker_axis(scale, RESAMPLES_AXIS, searched.unit, colours)
    layout["yaxis"] = axis(
        colours, rangemode="tozero", nticks=4, showgrid=True, gridcolor=colours.grid,
        title={"text": "% of resamples", "standoff": 8},
    )  # fmt: skip
    layout["shapes"] = _range(searched, scale, colours)
    layout["annotations"] = [
        _name(searched, scale, colours), *stamp(searched.synthetic, colours),
    ]  # fmt: skip
    bars = {
        "type": "bar", "x": place, "y": share, "width": width,
        "marker": {"color": colours.groups[0], "line": {"width": 0}},
        "hovertemplate": "%{y:.1f} % of resamples<extra></extra>",
    }  # fmt: skip
    return go.Figure([bars], layout)


def _shares(searched: SearchedCutoffs, scale: Axis) -> tuple[np.ndarray, np.ndarray, float]:
    """Percent of the resamples at each place of the axis, the places, and the bars' width.

    A bar for each cut where they are few, at the number that the page shows for it; else bins.
    """
    found = searched.stability.cuts
    cuts, counts = np.unique(found[~np.isnan(found)], return_counts=True)
    places = scale.position(_visible(searched, cuts))
    width = 1 / BARS
    if cuts.size > FEW:
        edges = np.linspace(0, 1, BARS + 1)
        counts, _ = np.histogram(places, edges, weights=counts)
        places = (edges[1:] + edges[:-1]) / 2
    return 100 * counts / max(counts.sum(), 1), places, width if cuts.size > FEW else width * 0.6


def _visible(searched: AskedSearch, cuts: np.ndarray) -> np.ndarray:
    """The numbers that the page shows for cuts given by their largest low value."""
    above = np.searchsorted(searched.value, cuts, side="right")
    return shortest_decimals(searched.value[above - 1], searched.value[above])


def _range(searched: SearchedCutoffs, scale: Axis, colours) -> list[dict[str, Any]]:
    """The 95 % range behind the bars, and the line of the best cut in the data."""
    low, high = scale.position(_visible(searched, np.array(searched.stability.interval)))
    best = float(scale.position(searched.best["shown"]))
    return [
        {
            "type": "rect", "x0": float(low), "x1": float(high), "yref": "paper", "y0": 0, "y1": 1,
            "line": {"width": 0}, "fillcolor": faded(colours.groups[0], 0.10), "layer": "below",
        },
        {
            "type": "line", "x0": best, "x1": best, "yref": "paper", "y0": 0, "y1": 1,
            "line": {"color": colours.groups[1], "width": 2, "dash": "6px,3px"},
        },
    ]  # fmt: skip


def _name(searched: SearchedCutoffs, scale: Axis, colours) -> dict[str, Any]:
    low, high = scale.position(_visible(searched, np.array(searched.stability.interval)))
    left = (low + high) / 2 < 0.5
    return {
        "text": SHADED, "x": float(low if left else high), "y": 1,
        "yref": "paper", "yanchor": "bottom", "xanchor": "left" if left else "right",
        "showarrow": False, "font": {"size": 11, "color": colours.muted},
    }  # fmt: skip
