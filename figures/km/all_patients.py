"""One endpoint over all patients: a single curve with its band, for the overview."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from analysis.results.overview import EndpointOverview
from figures.curves import band_points, from_start, steps, time_ticks
from figures.km.patients import of_steps, people_at
from figures.style import BAND, axis, base_layout, faded, mark_synthetic, palette

HEIGHT = 230


def overall_figure(
    endpoint: EndpointOverview, unit: str, *, synthetic: bool = False, dark: bool = False
) -> go.Figure:
    """The curve of one endpoint; "Synthetic data" is stamped on it where it is true."""
    colours = palette(dark)
    ticks = time_ticks(float(endpoint.curve["time"].max()), unit)
    curve = from_start(endpoint.curve, endpoint.n)
    x, y = steps(curve["time"], curve["survival"] * 100)
    band_x, band_y = band_points(curve)
    events, censored = people_at(endpoint.rows, curve, 0)
    figure = go.Figure(layout=_layout(endpoint, unit, ticks, colours))
    figure.layout.meta = {"subjects": endpoint.rows["subject"].tolist()}
    figure.add_trace(
        go.Scatter(
            x=band_x,
            y=band_y,
            mode="lines",
            line={"width": 0},
            fill="toself",
            fillcolor=faded(colours.groups[0], BAND),
            hoverinfo="skip",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="lines",
            line={"color": colours.groups[0], "width": 2.2},
            hovertemplate=f"%{{y:.0f}} % at %{{x:.1f}} {unit}<extra></extra>",
            customdata=of_steps(events, censored),
        )
    )
    if synthetic:
        figure.add_annotation(mark_synthetic(colours, y=1))
    return figure


def _layout(endpoint: EndpointOverview, unit: str, ticks: list[float], colours) -> dict:
    layout = base_layout(colours, height=HEIGHT, margin={"l": 52, "r": 22, "t": 10, "b": 44})
    layout["xaxis"] = axis(
        colours,
        range=[0, ticks[-1]],
        tickvals=ticks,
        ticks="outside",
        showline=True,
        title={"text": unit.capitalize(), "standoff": 6},
    )
    layout["yaxis"] = axis(
        colours,
        range=[0, 102],
        tickvals=list(np.arange(0, 101, 25)),
        showgrid=True,
        gridcolor=colours.grid,
        title={"text": f"{endpoint.code}, %", "standoff": 8},
    )
    return layout
