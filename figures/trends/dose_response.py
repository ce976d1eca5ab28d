"""The response by dose: one dot a patient, the median of every level with its interval."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from analysis.cohort.measure import NO_CHANGE
from analysis.results.dose_response import DoseResponse
from figures.level_colours import colours_of
from figures.style import Palette, axis, base_layout, mark_synthetic, palette
from figures.trends.axes import Values
from figures.trends.marks import MOST_LINES, shorts, tints_of
from wording.results.trend_phrases import around, number, response_axis, test_words

PLOT, TOP, FOOT = 250, 50, 62  # heights in pixels
MOST_DOTS = 2_500  # beyond, circles cost more than they show
SPREAD = 0.26  # half the width over which the dots of a level are spread


def dose_figure(found: DoseResponse, *, by: str = "dose", dark: bool = False) -> go.Figure:
    """Dots by level, in the colours of the levels or of the sides of the cut-off."""
    colours = palette(dark)
    known = found.values[~np.isnan(found.values)]
    zero = NO_CHANGE.get(found.measure)
    y = Values.of(known, found.scale == "log", () if zero is None else (zero,))
    layout = _layout(found, y, colours)
    split = by == "split" and not found.sides.why
    traces = _by_side(found, y, colours) if split else _by_level(found, y, colours)
    layout["meta"] = {"subjects": list(found.subjects) if known.size <= MOST_DOTS else []}
    bars = _middles(found, y, colours)  # behind single dots, in front of a cloud of them
    return go.Figure([*bars, *traces] if _few(found) else [*traces, *bars], layout)


def _by_level(found: DoseResponse, y: Values, colours: Palette) -> list[dict[str, Any]]:
    tints = colours_of(len(found.levels.labels), found.levels.ordered, colours)
    return [
        _dots(found, found.levels.of == i, y, tint, name)
        for i, (tint, name) in enumerate(zip(tints, found.levels.labels, strict=True))
    ]


def _by_side(found: DoseResponse, y: Values, colours: Palette) -> list[dict[str, Any]]:
    tints, _ = tints_of(found.sides, colours)
    symbols = ("circle", "square", "diamond", "cross")
    placed = found.levels.of >= 0
    traces = [
        _dots(found, placed & (found.sides.of == i), y, tints[i], name, symbols[i])
        for i, name in enumerate(found.sides.labels)
    ]
    none = placed & (found.sides.of < 0)
    return [*traces, _dots(found, none, y, colours.muted, "no side", "circle-open")]


def _dots(
    found: DoseResponse, who: np.ndarray, y: Values, colour: str, name: str, symbol: str = "circle"
) -> dict[str, Any]:
    who = np.flatnonzero(who & ~np.isnan(found.values))
    if len(found.values) > MOST_DOTS:
        who = who[:0]
    few = _few(found)
    level = found.levels.of[who]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": level + _aside(found)[who],
        "y": y.place(found.values[who]),
        "name": name,
        "meta": "patients",
        "customdata": who,
        "marker": {
            "size": 9 if few else 3.5,
            "symbol": symbol,
            "opacity": 0.9 if few else 0.35,
            "color": colour,
            "line": {"width": 0},
        },
        "text": [
            f"<b>{escape(found.subjects[i])}</b><br>{escape(found.levels.labels[found.levels.of[i]])}"
            f"<br>{number(found.values[i])} {found.unit}".rstrip()
            for i in who
        ]
        if few
        else None,
        "hovertemplate": "%{text}<extra></extra>" if few else None,
        "hoverinfo": None if few else "skip",
        "cliponaxis": False,
    }


def _few(found: DoseResponse) -> bool:
    return len(found.values) <= MOST_LINES


def _aside(found: DoseResponse) -> np.ndarray:
    """Beside the middle of its level, so that no dot hides another; always the same."""
    shift = np.zeros(len(found.values))
    for i in range(len(found.levels.labels)):
        who = np.flatnonzero((found.levels.of == i) & ~np.isnan(found.values))
        if who.size > 1:
            order = np.argsort(found.values[who], kind="stable")
            steps = (np.arange(who.size) * 0.618034) % 1  # never two alike side by side
            shift[who[order]] = (steps - steps.mean()) * 2 * SPREAD
    return shift


def _middles(found: DoseResponse, y: Values, colours: Palette) -> list[dict[str, Any]]:
    """The median of each level as a bar, with its interval where there is one."""
    traces = []
    for i, (one, name) in enumerate(zip(found.by_level, found.levels.labels, strict=True)):
        value, low, high = (float(v[0]) for v in (one.median, one.median_low, one.median_high))
        if np.isnan(value):
            continue
        at = float(y.place(value))
        ends = [float(y.place(low)), float(y.place(high))] if np.isfinite(low) else [at, at]
        said = f"<b>{escape(name)}</b><br>median {around(value, low, high, found.unit)}"
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "meta": "middle",
                "name": name,
                "x": [i - 0.34, i + 0.34, None, i, i],
                "y": [at, at, None, *ends],
                "line": {"color": colours.text, "width": 2},
                "text": [said] * 5,
                "hovertemplate": "%{text}<extra></extra>",
            }
        )
    return traces


def _layout(found: DoseResponse, y: Values, colours: Palette) -> dict[str, Any]:
    foot = FOOT + (16 if found.synthetic else 0)
    layout = base_layout(
        colours, height=TOP + PLOT + foot, margin={"l": 64, "r": 16, "t": TOP, "b": foot}
    )
    names = shorts(found.levels) if not found.levels.ordered else list(found.levels.short)
    counts = [int(one.n[0]) for one in found.by_level]
    layout["xaxis"] = axis(
        colours,
        range=[-0.6, len(names) - 0.4],
        tickvals=list(range(len(names))),
        ticktext=[f"{escape(name)}<br>n = {n}" for name, n in zip(names, counts, strict=True)],
        ticks="outside",
        ticklen=4,
        tickangle=0,
        showline=True,
        title={"text": escape(_level_title(found)), "standoff": 4},
    )
    values, texts = y.ticks()
    layout["yaxis"] = axis(
        colours,
        range=list(y.span),
        tickvals=values,
        ticktext=texts,
        showgrid=True,
        gridcolor=colours.grid,
    )
    layout["annotations"] = _words(found, colours)
    if found.measure != "value":
        layout["shapes"] = [_no_change(found, y, colours)]
    return layout


def _words(found: DoseResponse, colours: Palette) -> list[dict[str, Any]]:
    """The head above the plot: what is shown, and its test; whether the data are real below it."""
    head = f"<b>{escape(found.label)}</b>  <span style='color:{colours.muted}'>"
    lines = [
        _head_line(f"{head}{escape(response_axis(found))}</span>", TOP - 4, 13, colours),
        _head_line(escape(test_words(found)), TOP - 24, 12, colours),
    ]
    return [*lines, mark_synthetic(colours, yshift=2 - FOOT)] if found.synthetic else lines


def _head_line(text: str, up: float, size: int, colours: Palette) -> dict[str, Any]:
    return {
        "text": text,
        "x": 0,
        "xref": "paper",
        "xshift": -58,
        "y": 1,
        "yref": "paper",
        "yshift": up,
        "xanchor": "left",
        "yanchor": "top",
        "showarrow": False,
        "font": {"size": size, "color": colours.text},
    }


def _no_change(found: DoseResponse, y: Values, colours: Palette) -> dict[str, Any]:
    """A line where a patient's value has not changed."""
    at = float(y.place(NO_CHANGE[found.measure]))
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": at,
        "y1": at,
        "layer": "below",
        "line": {"color": colours.axis, "width": 1},
    }


def _level_title(found: DoseResponse) -> str:
    if found.levels.ordered:
        return f"Dose, {found.dose_unit}".rstrip(", ")
    return "Arm" if len(found.levels.labels) > 1 else ""
