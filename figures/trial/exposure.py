"""One exposure at two visits: a line a patient, and the geometric means."""

from __future__ import annotations

import math
from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from analysis.cohort.strata import Strata
from analysis.results.trial.exposure import ExposureComparison
from figures.level_colours import colours_of
from figures.style import Palette, axis, base_layout, mark_synthetic, palette
from wording.numbers import significant

HEIGHT = 290
STEPS = ((1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 8))  # ticks of a decade, from coarse to fine


def exposure_figure(
    found: ExposureComparison,
    levels: Strata,
    subjects: tuple[str, ...],
    *,
    synthetic: str = "",
    dark: bool = False,
) -> go.Figure:
    """The pairs of one exposure on a logarithmic axis; there must be at least one."""
    colours = palette(dark)
    foot = 62 if synthetic else 44
    layout = base_layout(colours, height=HEIGHT, margin={"l": 54, "r": 14, "t": 12, "b": foot})
    layout["meta"] = {"subjects": list(subjects)}
    layout["xaxis"] = axis(
        colours,
        range=[-0.3, 1.3],
        tickvals=[0, 1],
        showline=True,
        tickangle=0,
        ticktext=[escape(name).replace(", ", "<br>") for name in (found.before, found.after)],
    )
    layout["yaxis"] = _values(found, colours)
    layout["annotations"] = [mark_synthetic(colours, yshift=-foot + 18)] if synthetic else []
    shades = [*colours_of(len(levels.labels), levels.ordered, colours), colours.axis]
    traces = [
        _lines(found, one, levels, subjects, shades[one], colours)
        for one in np.unique(found.pairs["level"])
    ]
    return go.Figure([*traces, _middle(found, colours)], layout)


def _lines(
    found: ExposureComparison,
    level: int,
    levels: Strata,
    subjects: tuple[str, ...],
    colour: str,
    colours: Palette,
) -> dict[str, Any]:
    rows = found.pairs[found.pairs["level"] == level]
    n = len(rows)
    name = levels.labels[level] if level >= 0 else "level not known"
    words = [
        f"{escape(subjects[row.patient])}, {escape(name)}<br>{significant(row.before)} to "
        f"{significant(row.after)} {escape(found.unit)}<br>ratio {row.after / row.before:.2f}"
        for row in rows.itertuples()
    ]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": np.tile([0.0, 1.0, np.nan], n),
        "y": rows[["before", "after"]].assign(gap=np.nan).to_numpy().ravel(),
        "line": {"color": colour, "width": 1.6},
        "marker": {"color": colour, "size": 8, "line": {"color": colours.text, "width": 0.8}},
        "customdata": np.repeat(rows["patient"].to_numpy(), 3),
        "text": np.repeat(words, 3),
        "hovertemplate": "%{text}<extra></extra>",
    }


def _middle(found: ExposureComparison, colours: Palette) -> dict[str, Any]:
    """The geometric means, beside the patients so that nothing is covered."""
    return {
        "type": "scatter",
        "x": [-0.14, 1.14],
        "y": list(found.middle),
        "mode": "markers",
        "marker": {"symbol": "line-ew", "size": 16, "line": {"color": colours.text, "width": 3}},
        "text": [f"geometric mean {significant(one)} {found.unit}" for one in found.middle],
        "hovertemplate": "%{text}<extra></extra>",
        "name": "geometric mean",
    }


def _values(found: ExposureComparison, colours: Palette) -> dict[str, Any]:
    values = found.pairs[["before", "after"]].to_numpy()
    low, high = math.log10(values.min()), math.log10(values.max())
    room = max(0.06 * (high - low), 0.03)
    decades = range(math.floor(low), math.ceil(high) + 1)
    choices = [[step * 10.0**power for power in decades for step in steps] for steps in STEPS]
    inside = [sum(low <= math.log10(tick) <= high for tick in ticks) for ticks in choices]
    ticks = choices[0 if inside[0] >= 4 else 1]
    return axis(
        colours,
        type="log",
        range=[low - room, high + room],
        tickvals=ticks,
        ticktext=[f"{tick:g}" for tick in ticks],
        showgrid=True,
        gridcolor=colours.grid,
        title={"text": found.unit, "standoff": 6},
    )
