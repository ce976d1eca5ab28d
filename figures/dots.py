"""The marker's dot plot: one dot, one patient, on the axis that the slider shares."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from analysis.axis import Axis
from analysis.split import Sample
from figures.style import axis, base_layout, palette

SIDE = 12  # pixels left and right, the same as beside the slider's track
HEIGHT = 104
MOST_DOTS = 2_500  # above that bars are drawn: so many circles cost more than they show
COLUMNS = 60  # places side by side before dots are stacked


def dots_figure(sample: Sample, cut: tuple[float, ...], *, dark: bool = False) -> go.Figure:
    """Dots by side of the cut, stacked where they would overlap."""
    colours = palette(dark)
    values = np.sort(sample.values)
    scale = Axis.of(values, sample.scale)
    high = values > (cut[-1] if cut else np.inf)
    figure = go.Figure(layout=_layout(colours, scale))
    x = scale.position(values)
    draw = _bars if len(values) > MOST_DOTS else _dots
    for side, colour in ((high, colours.groups[0]), (~high, colours.groups[1])):
        figure.add_trace(draw(x, values, side, colour, sample.unit))
    return figure


def _dots(
    x: np.ndarray, values: np.ndarray, side: np.ndarray, colour: str, unit: str
) -> go.Scatter:
    column, level = stacked(x)
    size = 9 if len(x) <= 60 else 6 if len(x) <= 300 else 3.5
    return go.Scatter(
        x=(x if len(x) <= 60 else column)[side],
        y=level[side],
        mode="markers",
        marker={"color": colour, "size": size, "opacity": 0.85, "line": {"width": 0}},
        customdata=values[side],
        hovertemplate=f"%{{customdata:.4g}} {unit}<extra></extra>",
        cliponaxis=False,
    )


def _bars(x: np.ndarray, values: np.ndarray, side: np.ndarray, colour: str, unit: str) -> go.Bar:
    edges = np.linspace(0, 1, COLUMNS * 2 + 1)
    counts, _ = np.histogram(x[side], edges)
    return go.Bar(
        x=(edges[1:] + edges[:-1]) / 2,
        y=counts / max(np.histogram(x, edges)[0].max(), 1),
        width=edges[1],
        marker={"color": colour},
        hoverinfo="skip",
    )


def stacked(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns and heights (0 to 1) of ascending positions, so that no dot hides another."""
    few = len(x) <= 60
    places = 24 if few else COLUMNS
    column = np.round(x * places)
    first = np.r_[True, column[1:] != column[:-1]]
    start = np.maximum.accumulate(np.where(first, np.arange(len(x)), 0))
    height = np.arange(len(x)) - start
    return column / places, height / max(height.max(), 5)


def _layout(colours, scale: Axis) -> dict:
    layout = base_layout(colours, height=HEIGHT, margin={"l": SIDE, "r": SIDE, "t": 22, "b": 24})
    ticks = scale.ticks()
    layout["xaxis"] = axis(
        colours,
        range=[0, 1],
        tickvals=[at for at, _ in ticks],
        ticktext=[text for _, text in ticks],
        ticks="outside",
        showline=True,
        tickangle=0,
    )
    layout["yaxis"] = {"range": [-0.12, 1.1], "visible": False, "fixedrange": True}
    layout["barmode"] = "overlay"
    layout["bargap"] = 0
    return layout
