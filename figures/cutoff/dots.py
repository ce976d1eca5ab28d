"""The marker's dot plot: one dot, one patient, on the axis that the slider shares."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from analysis.axis import Axis
from analysis.cohort.analysis_set import MarkerSample
from analysis.stats.cutoff import assign_groups
from figures.style import axis, base_layout, palette
from wording.ticks import tick_text

SIDE = 12  # pixels left and right, the same as beside the slider's track
HEIGHT = 104
MOST_DOTS = 2_500  # above that bars are drawn: so many circles cost more than they show
COLUMNS = 60  # places side by side before dots are stacked


def dots_figure(
    sample: MarkerSample,
    cut: tuple[float, ...],
    *,
    dark: bool = False,
    chosen: tuple[str, ...] = (),
) -> go.Figure:
    """Dots by side of the cut, highest group first, stacked where they would overlap.

    `chosen` patients are ringed; `layout.meta["subjects"]` names the patients, in the order of
    their values, `customdata` of a dot holds its patient's place.
    """
    colours = palette(dark)
    usable = sample.rows[sample.rows["reason"] == ""].sort_values("value", kind="stable")
    values = usable["value"].to_numpy(float)
    scale = Axis.of(values, sample.scale)
    group = assign_groups(values, cut)
    figure = go.Figure(layout=_layout(colours, scale))
    if len(values) <= MOST_DOTS:  # a bar stands for many
        figure.layout.meta = {"subjects": usable["subject"].tolist()}
    if len(cut) > 1:  # the slider's line stands for one cut-off only
        figure.update_layout(
            shapes=[_line(float(scale.position(one)), colours.text) for one in cut]
        )
    x = scale.position(values)
    draw = _bars if len(values) > MOST_DOTS else _dots
    for i, number in enumerate(range(max(len(cut), 1), -1, -1)):
        side = draw(x, values, group == number, colours.groups[i], sample.unit)
        figure.add_trace(side.update(meta=f"side {number}"))
    ringed = np.flatnonzero(usable["subject"].isin(chosen).to_numpy())
    if len(ringed) and len(values) <= MOST_DOTS:
        figure.add_trace(_rings(x, ringed, colours.text))
    return figure


def _rings(x: np.ndarray, ringed: np.ndarray, colour: str) -> go.Scatter:
    column, level = stack(x)
    return go.Scatter(
        x=(x if len(x) <= 60 else column)[ringed],
        y=level[ringed],
        mode="markers",
        marker={"symbol": "circle-open", "size": 15, "color": colour, "line": {"width": 2}},
        meta="chosen",
        uid="chosen",
        hoverinfo="skip",
        cliponaxis=False,
    )


def _dots(
    x: np.ndarray, values: np.ndarray, side: np.ndarray, colour: str, unit: str
) -> go.Scatter:
    column, level = stack(x)
    size = 9 if len(x) <= 60 else 6 if len(x) <= 300 else 3.5
    return go.Scatter(
        x=(x if len(x) <= 60 else column)[side],
        y=level[side],
        mode="markers",
        marker={"color": colour, "size": size, "opacity": 0.85, "line": {"width": 0}},
        customdata=np.flatnonzero(side).tolist(),
        text=[f"{value:.4g}" for value in values[side]],
        hovertemplate=f"%{{text}} {unit}<extra></extra>",
        cliponaxis=False,
    )


def _bars(x: np.ndarray, values: np.ndarray, side: np.ndarray, colour: str, unit: str) -> go.Bar:
    ends = edges()
    counts, _ = np.histogram(x[side], ends)
    return go.Bar(
        x=(ends[1:] + ends[:-1]) / 2,
        y=counts / max(np.histogram(x, ends)[0].max(), 1),
        width=ends[1],
        marker={"color": colour},
        hoverinfo="skip",
    )


def _line(x: float, colour: str) -> dict:
    """One of several cut-offs, over the height of the dots."""
    return {
        "type": "line",
        "x0": float(x),
        "x1": float(x),
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": colour, "width": 2},
    }


def edges() -> np.ndarray:
    """Where the bars begin and end, on the marker's axis."""
    return np.linspace(0, 1, COLUMNS * 2 + 1)


def stack(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
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
        ticktext=[tick_text(value) for _, value in ticks],
        ticks="outside",
        showline=True,
        tickangle=0,
    )
    layout["yaxis"] = {"range": [-0.12, 1.1], "visible": False, "fixedrange": True}
    layout["barmode"] = "overlay"
    layout["bargap"] = 0
    return layout
