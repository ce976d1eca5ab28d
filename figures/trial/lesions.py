"""Sizes of lesions: the waterfall of best changes, and the spider of all of them."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from analysis.cohort.strata import Strata
from analysis.results.trial.lesions import GROWTH, SHRINKAGE, Lesions
from analysis.results.trial.swimmer import SwimmerLanes
from figures.level_colours import colours_of
from figures.marker_axis import foot_of, stamp
from figures.style import Palette, axis, base_layout, palette

HEIGHT, TOP, LEFT = 250, 14, 56
FEWEST_NAMED = 30  # bars that still have their patient's name under them


def waterfall_figure(
    lesions: Lesions,
    lanes: SwimmerLanes,
    *,
    synthetic: str = "",
    dark: bool = False,
    numbered: bool = False,
) -> go.Figure:
    """The best change of each patient, from growth to shrinkage; `numbered`: under numbers
    instead of ids."""
    colours, rows = palette(dark), lesions.best
    names = (
        [f"{i}" for i in range(1, len(rows) + 1)]
        if numbered
        else lanes.patients["subject"].loc[rows["patient"]].map(escape).tolist()
    )
    figure = _figure(lanes, colours, synthetic, extra=34 if len(rows) <= FEWEST_NAMED else 0)
    # The names of patients stand where the stamp usually is; up there the bars have come down.
    figure.update_annotations(y=1, yshift=0)
    level = lanes.patients["level"].loc[rows["patient"]].to_numpy()
    shades = _shades(lanes.levels, colours)
    figure.add_trace(
        {
            "type": "bar",
            "x": np.arange(len(rows)),
            "y": rows["change"].to_numpy(),
            "marker": {
                "color": [shades[one] for one in level],
                "line": {"color": colours.text, "width": 0.8},
            },
            "customdata": rows["patient"].to_numpy(),
            "text": _words(lanes, rows["patient"], rows["change"]),
            "textposition": "none",
            "hovertemplate": "%{text}<extra></extra>",
        }
    )
    named = len(rows) <= FEWEST_NAMED
    figure.update_xaxes(
        **axis(
            colours,
            tickvals=np.arange(len(rows)) if named else [],
            ticktext=names if named else [],
            tickangle=-90,
            range=[-0.7, len(rows) - 0.3],
        )
    )
    return figure


def spider_figure(
    lesions: Lesions, lanes: SwimmerLanes, *, synthetic: str = "", dark: bool = False
) -> go.Figure:
    """The change of every patient over time; a line a patient."""
    colours = palette(dark)
    figure = _figure(lanes, colours, synthetic)
    level = lanes.patients["level"].loc[lesions.series["patient"]].to_numpy()
    shades = _shades(lanes.levels, colours)
    for one in np.unique(level):
        mine = lesions.series[level == one]
        figure.add_trace(_threads(mine, lanes, shades[one], colours))
    figure.update_xaxes(
        **axis(
            colours,
            showline=True,
            ticks="outside",
            title={"text": f"Weeks since {lanes.time_zero}", "standoff": 6},
        )
    )
    return figure


def _threads(rows, lanes: SwimmerLanes, colour: str, colours: Palette) -> dict[str, Any]:
    """The lines of one level in one trace, with a gap after each patient."""
    last = rows["patient"].ne(rows["patient"].shift(-1)).to_numpy()
    at = np.flatnonzero(last) + 1
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": np.insert(rows["week"].to_numpy(float), at, np.nan),
        "y": np.insert(rows["change"].to_numpy(float), at, np.nan),
        "customdata": np.insert(rows["patient"].to_numpy(), at, -1),
        "text": np.insert(
            np.array(_words(lanes, rows["patient"], rows["change"]), dtype=object), at, ""
        ),
        "line": {"color": colour, "width": 2},
        "marker": {"color": colour, "size": 7, "line": {"color": colours.text, "width": 0.8}},
        "hovertemplate": "%{text}<extra></extra>",
    }


def _words(lanes: SwimmerLanes, patients, changes) -> list[str]:
    table = lanes.patients
    return [
        f"{escape(table['subject'].loc[who])}, {escape(table['label'].loc[who])}<br>{change:+.0f} %"
        for who, change in zip(patients, changes, strict=True)
    ]


def _shades(levels: Strata, colours: Palette) -> list[str]:
    return [*colours_of(len(levels.labels), levels.ordered, colours), colours.axis]


def _figure(lanes: SwimmerLanes, colours: Palette, synthetic: str, extra: int = 0) -> go.Figure:
    foot = foot_of(synthetic) + extra
    margin = {"l": LEFT, "r": 14, "t": TOP, "b": foot}
    layout = base_layout(colours, height=HEIGHT + TOP + foot, margin=margin)
    layout["meta"] = {"subjects": lanes.patients["subject"].tolist()}
    layout["annotations"] = stamp(synthetic, colours)
    layout["yaxis"] = axis(
        colours,
        showgrid=True,
        gridcolor=colours.grid,
        ticksuffix=" %",
        zeroline=True,
        zerolinecolor=colours.axis,
        title={"text": "Change from baseline", "standoff": 8},
    )
    layout["shapes"] = [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": at,
            "y1": at,
            "line": {"color": colours.muted, "width": 1, "dash": "dash"},
        }
        for at in (GROWTH, SHRINKAGE)
    ]
    return go.Figure(layout=layout)
