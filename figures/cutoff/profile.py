"""The profile of every cut-off: hazard ratio and W against the cut, on the marker's own axis.

A profile is constant from one observed value to the next, so it is drawn in steps. The band of W
that the search is measured by, and the cuts that it may not use, stand beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.axis import Axis
from analysis.question import write_number
from analysis.reported_p import correct_for_search
from analysis.results.cutoff import SearchedCutoffs
from figures.marker_axis import LEFT, RIGHT, foot_of, marker_axis, ratio_axis, stamp
from figures.style import BAND, Palette, axis, base_layout, faded, palette
from wording.figures.cutoff import CORRECTED_P, THIS_IS_BEST, count_above, count_below
from wording.numbers import cut_text, p_named, with_interval
from wording.results.reported_p import name_p

RATIOS, SCORES, GAP = 190, 150, 30  # heights in pixels
ROW = 17  # height of a line of labels above the plot
NAIVE = 1.96  # |W| of p = .05 at one cut: what it takes without a search
MOST_HOVERS = 1_500  # places of a long profile that say their numbers
FARTHEST = 6.0  # how far beyond the hazard ratios their interval is drawn


@dataclass(frozen=True)
class Mark:
    """A cut-off that stands out: its line, and its name above the plot."""

    value: float
    text: str
    colour: str
    dash: str


def cutoff_figure(searched: SearchedCutoffs, cut: float | None, *, dark: bool = False) -> go.Figure:
    """The profile. `cut`: the current cut-off, None for none."""
    colours = palette(dark)
    scale = Axis.of(searched.value, searched.scale)
    start, end = steps_of(searched, scale)
    marks = marks_of(searched, cut, colours)
    layout = _layout(searched, scale, colours, len(marks))
    layout["shapes"] = [
        *_tails(start[0], end[-1], colours), *_reference(searched.critical, colours),
        *_lines(marks, scale),
    ]  # fmt: skip
    layout["annotations"] = [
        *_names(marks, scale, colours), *_words(searched, colours),
        *_unsearched(start[0], end[-1], colours),
        *stamp(searched.synthetic, colours),
    ]  # fmt: skip
    return go.Figure(_traces(searched, start, end, layout["yaxis"]["range"], colours), layout)


def steps_of(searched: SearchedCutoffs, scale: Axis) -> tuple[np.ndarray, np.ndarray]:
    """Where on the axis each cut of the profile begins and ends to divide as it does."""
    n_low = searched.profile["n_low"].to_numpy(int)
    return scale.position(searched.value[n_low - 1]), scale.position(searched.value[n_low])


def marks_of(searched: SearchedCutoffs, cut: float | None, colours: Palette) -> list[Mark]:
    """The current, the best and the published cut-offs; one mark where two are the same."""
    best = searched.best
    found = []
    here = None if cut is None else searched.row(cut)
    is_best = here is not None and here["n_low"] == best["n_low"]
    if cut is not None:
        name = THIS_IS_BEST if is_best else "this cut-off"
        found.append(Mark(cut, f"<b>{name}: {cut_text(cut)}</b>", colours.text, "solid"))
    if not is_best:
        text = f"best: {cut_text(best['shown'])}"
        found.append(Mark(float(best["shown"]), text, colours.groups[1], "6px,3px"))
    for one in searched.published:
        if not isinstance(one.cut, str) and searched.value[0] <= one.cut < searched.value[-1]:
            text = f"{_short(one.source)}: {cut_text(one.cut)}"
            found.append(Mark(float(one.cut), text, colours.groups[2], "2px,3px"))
    return found


def _short(text: str, most: int = 26) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


# ------------------------------------------------------------------------------------- traces


def _traces(
    searched: SearchedCutoffs,
    start: np.ndarray,
    end: np.ndarray,
    span: list[float],
    colours: Palette,
) -> list[dict[str, Any]]:
    rows = searched.profile
    x = np.column_stack([start, end]).ravel()
    ids, hover = _hover(searched, start, end)
    ratios, scores = rows["hr"].to_numpy(float), rows["w"].to_numpy(float)
    low, high = (10**edge for edge in span)
    return [
        _ribbon(x, rows, low, high, colours),
        _line(x, np.clip(ratios, low, high), "y", "hazard ratio", colours),
        _line(x, scores, "y2", "W", colours),
        {**hover, "y": np.clip(ratios, low, high)[ids], "yaxis": "y"},
        {**hover, "y": scores[ids], "yaxis": "y2"},
    ]


def _line(x: np.ndarray, y: np.ndarray, yaxis: str, name: str, colours: Palette) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": x,
        "y": np.repeat(y, 2),
        "yaxis": yaxis,
        "mode": "lines",
        "line": {"color": colours.groups[0], "width": 2},
        "hoverinfo": "skip",
        "name": name,
    }


def _ribbon(
    x: np.ndarray, rows: pd.DataFrame, low: float, high: float, colours: Palette
) -> dict[str, Any]:
    """The 95 % interval; a gap where the hazard ratio is not estimable."""
    lower = np.repeat(np.clip(rows["lower"].to_numpy(float), low, high), 2)
    upper = np.repeat(np.clip(rows["upper"].to_numpy(float), low, high), 2)
    known = ~(np.isnan(lower) | np.isnan(upper))
    places, heights = [], []
    for run in np.split(np.arange(x.size), np.flatnonzero(np.diff(known)) + 1):
        if known[run[0]]:
            places += [*x[run], *x[run][::-1], None]
            heights += [*upper[run], *lower[run][::-1], None]
    return {
        "type": "scatter",
        "x": places,
        "y": heights,
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": faded(colours.groups[0], BAND),
        "hoverinfo": "skip",
        "name": "95 % interval",
    }


def _hover(
    searched: SearchedCutoffs, start: np.ndarray, end: np.ndarray
) -> tuple[np.ndarray, dict[str, Any]]:
    """Unseen points in the middle of the steps, which say the numbers of their cut."""
    n = len(searched.profile)
    ids = np.unique(np.linspace(0, n - 1, min(n, MOST_HOVERS)).round().astype(int))
    best = float(searched.best["cut"])
    rows = searched.profile.iloc[ids].to_dict("records")
    return ids, {
        "type": "scatter",
        "x": (start[ids] + end[ids]) / 2,
        "mode": "markers",
        "marker": {"size": 8, "color": "rgba(0,0,0,0)"},
        "text": [_hover_text(row, searched.unit, row["cut"] == best) for row in rows],
        "customdata": [write_number(row["shown"]) for row in rows],  # a click goes to that cut-off
        "hovertemplate": "%{text}<extra></extra>",
    }


def _hover_text(row: dict[str, Any], unit: str, best: bool) -> str:
    return "<br>".join(
        (
            f"<b>cut-off {cut_text(row['shown'])} {unit}</b>",
            count_above(row),
            count_below(row),
            f"HR {with_interval(row['hr'], row['lower'], row['upper'])}",
            p_named("p for this cut", row["p_cut"]),
            name_p(
                CORRECTED_P,
                correct_for_search(row["p_searched"], row["p_cut"]),
                best,
            ),
        )
    )


# ------------------------------------------------------------------------------------- layout


def _layout(
    searched: SearchedCutoffs, scale: Axis, colours: Palette, n_marks: int
) -> dict[str, Any]:
    inner, top = RATIOS + GAP + SCORES, 10 + ROW * n_marks
    foot = foot_of(searched.synthetic)
    margin = {"l": LEFT, "r": RIGHT, "t": top, "b": foot}
    layout = base_layout(colours, height=top + inner + foot, margin=margin)
    layout["hovermode"] = "x"
    layout["hoverdistance"] = -1
    layout["xaxis"] = marker_axis(scale, "Cut-off", searched.unit, colours, anchor="y2")
    layout["yaxis"] = ratio_axis(
        colours,
        _ratio_range(searched.profile),
        "Hazard ratio",
        domain=[(SCORES + GAP) / inner, 1],
    )
    layout["yaxis2"] = axis(
        colours,
        range=_score_range(searched),
        domain=[0, SCORES / inner],
        nticks=6,
        title={"text": "W", "standoff": 8},
    )
    return layout


def _ratio_range(rows: pd.DataFrame) -> list[float]:
    """Decades of the hazard ratio's axis: 1, every estimate, and its interval if not too far."""
    known = rows[["hr", "lower", "upper"]].dropna()
    if known.empty:
        return [math.log10(0.5), math.log10(2)]
    low = max(float(known["lower"].min()), float(known["hr"].min()) / FARTHEST, 0.01)
    high = min(float(known["upper"].max()), float(known["hr"].max()) * FARTHEST, 100)
    low, high = min(low, 0.7), max(high, 1 / 0.7)
    room = 0.03 * (math.log10(high) - math.log10(low))
    return [math.log10(low) - room, math.log10(high) + room]


def _score_range(searched: SearchedCutoffs) -> list[float]:
    most = max(searched.profile["w"].abs().max(), searched.critical, NAIVE)
    return [-1.3 * most, 1.3 * most]


def _tails(first: float, last: float, colours: Palette) -> list[dict[str, Any]]:
    return [
        {
            "type": "rect",
            "x0": x0,
            "x1": x1,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"width": 0},
            "fillcolor": faded(colours.muted, 0.14),
            "layer": "below",
        }
        for x0, x1 in ((0, first), (last, 1))
    ]


def _reference(critical: float, colours: Palette) -> list[dict[str, Any]]:
    """No difference; what one cut alone would need; what the best of all cuts needs."""
    lines = [("y", 1.0, "solid", 1.0, colours.axis), ("y2", 0.0, "solid", 1.0, colours.axis)]
    for sign in (1, -1):
        lines += [("y2", sign * critical, "7px,4px", 1.5, colours.stamp),
                  ("y2", sign * NAIVE, "2px,3px", 1.0, colours.muted)]  # fmt: skip
    band = {
        "type": "rect", "x0": 0, "x1": 1, "yref": "y2", "y0": -critical, "y1": critical,
        "line": {"width": 0}, "fillcolor": faded(colours.stamp, 0.07), "layer": "below",
    }  # fmt: skip
    return [band] + [
        {
            "type": "line", "x0": 0, "x1": 1, "yref": yref, "y0": y, "y1": y, "layer": "below",
            "line": {"color": colour, "width": width, "dash": dash},
        }
        for yref, y, dash, width, colour in lines
    ]  # fmt: skip


def _lines(marks: list[Mark], scale: Axis) -> list[dict[str, Any]]:
    inner = RATIOS + GAP + SCORES
    return [
        {
            "type": "line",
            "x0": float(scale.position(mark.value)),
            "x1": float(scale.position(mark.value)),
            "yref": "paper",
            "y0": 0,
            "y1": 1 + (ROW * i + 4) / inner,
            "line": {"color": mark.colour, "width": 2, "dash": mark.dash},
        }
        for i, mark in enumerate(marks)
    ]


# -------------------------------------------------------------------------------------- words


def _names(marks: list[Mark], scale: Axis, colours: Palette) -> list[dict[str, Any]]:
    """One line of text for each mark, so that no two can overlap."""
    return [
        {
            "text": mark.text,
            "x": float(scale.position(mark.value)),
            "y": 1,
            "yref": "paper",
            "yshift": ROW * i + 3,
            "yanchor": "bottom",
            **_towards_the_middle(float(scale.position(mark.value))),
            "showarrow": False,
            "bgcolor": colours.paper,  # the line of a mark above may pass here
            "borderpad": 0,
            "font": {"size": 12, "color": colours.text},
        }
        for i, mark in enumerate(marks)
    ]


def _towards_the_middle(x: float) -> dict[str, Any]:
    """Text that would leave the figure stands on the other side of its line."""
    anchor = "left" if x < 0.5 else "right"
    return {"xanchor": anchor, "xshift": 5 if anchor == "left" else -5}


def _words(searched: SearchedCutoffs, colours: Palette) -> list[dict[str, Any]]:
    """The names of the two levels of W, on the side where the profile is not extreme."""
    up = -1 if float(searched.best["w"]) > 0 else 1
    critical = searched.critical
    lines = (
        (up * critical, up, f"p = .05 corrected for the search: W {_signed(up * critical)}",
         colours.stamp),
        (up * NAIVE, -up, f"not corrected: {_signed(up * NAIVE)}", colours.muted),
    )  # fmt: skip
    return [
        {
            "text": text, "x": 0.99, "y": y, "yref": "y2", "xanchor": "right",
            "yanchor": "bottom" if side > 0 else "top", "showarrow": False,
            "font": {"size": 11, "color": colour},
        }
        for y, side, text, colour in lines
    ]  # fmt: skip


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _unsearched(first: float, last: float, colours: Palette) -> list[dict[str, Any]]:
    """The wider of the shaded tails says what it is."""
    x0, x1 = max(((0.0, first), (last, 1.0)), key=lambda tail: tail[1] - tail[0])
    return [
        {
            "text": "not searched", "x": (x0 + x1) / 2, "y": 1, "yref": "paper",
            "yanchor": "top", "yshift": -6, "textangle": -90, "showarrow": False,
            "font": {"size": 11, "color": colours.muted},
        }
    ]  # fmt: skip
