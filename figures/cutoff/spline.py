"""The continuous effect of a marker: the spline's hazard ratio against the median value."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.axis import Axis
from analysis.results.continuous import ContinuousResult
from figures.marker_axis import LEFT, RIGHT, foot_of, marker_axis, ratio_axis, stamp
from figures.style import BAND, Palette, base_layout, faded, palette
from wording.figures.cutoff import SPLINE_AXIS
from wording.numbers import interval, ratio, significant

PLOT = 190  # height in pixels
WIDEST = 1.3  # decades on each side of 1 that are shown at most


def continuous_figure(effect: ContinuousResult, *, dark: bool = False) -> go.Figure:
    """The curve with its band, and the linear effect beside it; there must be a spline."""
    colours = palette(dark)
    assert effect.result.spline is not None  # who asks has looked
    curve = effect.result.spline.curve
    scale = Axis.of(effect.values, effect.scale)
    foot = foot_of(effect.synthetic)
    layout = base_layout(
        colours, height=PLOT + 12 + foot, margin={"l": LEFT, "r": RIGHT, "t": 12, "b": foot}
    )
    layout["xaxis"] = marker_axis(scale, effect.marker, effect.unit, colours)
    layout["yaxis"] = _ratio_axis(curve, colours)
    layout["shapes"] = [_line_at_1(colours)]
    layout["annotations"] = stamp(effect.synthetic, colours)
    x = scale.position(curve["value"].to_numpy())
    low, high = (10**edge for edge in layout["yaxis"]["range"])
    return go.Figure(_traces(effect, curve.clip(lower=low, upper=high), x, curve, colours), layout)


def _traces(
    effect: ContinuousResult,
    drawn: pd.DataFrame,
    x: np.ndarray,
    curve: pd.DataFrame,
    colours: Palette,
) -> list[dict[str, Any]]:
    band = {
        "x": np.concatenate([x, x[::-1]]),
        "y": np.concatenate([drawn["upper"], drawn["lower"][::-1]]),
        "line": {"width": 0}, "fill": "toself", "fillcolor": faded(colours.groups[0], BAND),
        "hoverinfo": "skip", "name": "95 % band",
    }  # fmt: skip
    straight = {
        "x": x, "y": drawn["linear"], "hoverinfo": "skip", "name": "linear",
        "line": {"color": colours.groups[1], "width": 1.6, "dash": "6px,3px"},
    }  # fmt: skip
    spline = {
        "x": x, "y": drawn["hr"], "name": "spline",
        "line": {"color": colours.groups[0], "width": 2.2},
        "text": [_hover_text(row, effect.unit) for row in curve.to_dict("records")],
        "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip
    return [{"type": "scatter", "mode": "lines", **one} for one in (band, straight, spline)]


def _hover_text(row: dict[str, float], unit: str) -> str:
    around = interval(row["lower"], row["upper"])
    return f"{significant(row['value'])} {unit}: HR {ratio(row['hr'])} (95 % CI {around})"


def _ratio_axis(curve: pd.DataFrame, colours: Palette) -> dict[str, Any]:
    logs = np.log10(curve[["lower", "upper"]].to_numpy())
    low = max(min(float(np.nanmin(logs)), math.log10(0.7)), -WIDEST)
    high = min(max(float(np.nanmax(logs)), -math.log10(0.7)), WIDEST)
    room = 0.03 * (high - low)
    return ratio_axis(colours, [low - room, high + room], SPLINE_AXIS)


def _line_at_1(colours: Palette) -> dict[str, Any]:
    return {
        "type": "line", "x0": 0, "x1": 1, "y0": 1, "y1": 1, "layer": "below",
        "line": {"color": colours.axis, "width": 1},
    }  # fmt: skip
