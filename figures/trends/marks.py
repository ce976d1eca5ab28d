"""What stands on a panel of the trends besides its lines: names, keys, ranges, the stamp."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

import numpy as np

from analysis.cohort.marker_array import MarkerSeries
from analysis.cohort.measure import NO_CHANGE
from analysis.results.trends import Grouping, Panel, Summary, Trends
from figures.level_colours import colours_of
from figures.style import DASHES, Palette, faded, mark_synthetic
from figures.trends.axes import Values, Visits
from wording.results.trend_phrases import middles, what_is_drawn

PLOT, TOP, ROW = 200, 30, 15  # heights in pixels: plot, title, a row of the table under it
LEFT, RIGHT = 72, 36
MOST_LINES = 60  # patients: beyond, their lines would cover each other
CODES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
KEYS = {"solid": "━━", "dash": "╍╍", "dot": "┅┅", "dashdot": "━╍"}


@dataclass(frozen=True, eq=False)
class Look:
    """One group as it is drawn."""

    name: str
    short: str
    colour: str
    dash: str
    who: np.ndarray  # which patients
    summary: Summary
    shift: float  # beside the visit's place, in steps


def looks(trends: Trends, panel: Panel, by: str, colours: Palette) -> list[Look]:
    """The groups of a panel, the weakest dose or lowest side first."""
    grouping = trends.grouping(by)
    (tints, dashes), marks = tints_of(grouping, colours), shorts(grouping)
    middle = (len(grouping.labels) - 1) / 2
    return [
        Look(
            name,
            marks[i],
            tints[i],
            dashes[i],
            grouping.of == i,
            summary,
            i - middle,
        )
        for i, (name, summary) in enumerate(
            zip(grouping.labels, trends.summaries(panel, by), strict=True)
        )
    ]


def tints_of(grouping: Grouping, colours: Palette) -> tuple[list[str], list[str]]:
    """Colour and dash of each group: a ramp of doses, arms apart, sides as on every other page
    (the highest first)."""
    count = len(grouping.labels)
    tints = colours_of(count, grouping.ordered, colours)
    dashes = ["solid" if grouping.ordered else DASHES[i % len(DASHES)] for i in range(count)]
    return (tints[::-1], dashes[::-1]) if grouping.descending else (tints, dashes)


def shorts(grouping: Grouping) -> list[str]:
    """Names that fit beside a line; letters where the names are long, explained by the key."""
    if all(len(name) <= 7 for name in grouping.short):
        return list(grouping.short)
    return [CODES[i % 26] for i in range(len(grouping.short))]


def title(series: MarkerSeries, colours: Palette) -> list[dict[str, Any]]:
    """The marker and what is drawn of it."""
    what = escape(what_is_drawn(series))
    muted = f"  <span style='color:{colours.muted}'>{what}</span>"
    return [
        {
            "text": f"<b>{escape(series.label)}</b>{muted}",
            "x": 0,
            "xref": "paper",
            "xshift": 6 - LEFT,
            "y": 1,
            "yref": "paper",
            "yshift": TOP - 4,
            "xanchor": "left",
            "yanchor": "top",
            "showarrow": False,
            "font": {"size": 13, "color": colours.text},
            "align": "left",
        }
    ]


def row_heads(groups: list[Look], colours: Palette) -> list[dict[str, Any]]:
    """What each row of numbers counts, with the key of its line."""
    return [
        {
            "text": f"<span style='color:{one.colour}'>{KEYS[one.dash]}</span> {escape(one.short)}",
            "x": 0,
            "xref": "paper",
            "xshift": -6,
            "xanchor": "right",
            "y": row,
            "yref": "y2",
            "yanchor": "middle",
            "showarrow": False,
            "font": {"size": 10.5, "color": colours.text},
        }
        for row, one in enumerate(groups)
    ]


def ends(
    groups: list[Look], series: MarkerSeries, x: Visits, y: Values, middle: str, colours: Palette
) -> list[dict[str, Any]]:
    """The name of each group at the last point of its line, moved apart where they meet."""
    found = []
    for one in groups:
        value = middles(one.summary, series, middle)[0]
        known = np.flatnonzero(np.isfinite(value))
        if known.size:
            at = known[-1]
            found.append([x.at[at] + one.shift * x.apart, float(y.place(value[at])), one])
    step = (y.span[1] - y.span[0]) * 13 / PLOT
    found.sort(key=lambda end: end[1])
    for before, after in pairwise(found):
        near = abs(before[0] - after[0]) < 0.12 * (x.span[1] - x.span[0])
        if near and after[1] < before[1] + step:
            after[1] = before[1] + step
    return [
        {
            "text": f"<b>{escape(one.short)}</b>",
            "x": place,
            "y": height,
            "xanchor": "left",
            "yanchor": "middle",
            "xshift": 5,
            "showarrow": False,
            "font": {"size": 11, "color": colours.text},
        }
        for place, height, one in found
    ]


def ranges(series: MarkerSeries, y: Values, colours: Palette) -> list[dict[str, Any]]:
    """Reference range shaded, detection limit dashed, the line of no change."""
    across = {"xref": "paper", "x0": 0, "x1": 1, "layer": "below"}
    if series.detected:
        return []
    if series.measure != "value":
        at = float(y.place(NO_CHANGE[series.measure]))
        return [
            {
                "type": "line",
                **across,
                "y0": at,
                "y1": at,
                "line": {"color": colours.axis, "width": 1},
            }
        ]
    found = []
    bottom, top = _reference(series, y)
    if top > bottom:
        found.append(
            {
                "type": "rect",
                **across,
                "y0": bottom,
                "y1": top,
                "line": {"width": 0},
                "fillcolor": faded(colours.axis, 0.13),
            }
        )
    if _limit_shown(series, y):
        at = float(y.place(series.limit))
        dashed = {"color": colours.axis, "width": 1.2, "dash": "5px,4px"}
        found.append({"type": "line", **across, "y0": at, "y1": at, "line": dashed})
    return found


def _reference(series: MarkerSeries, y: Values) -> tuple[float, float]:
    """The part of the reference range that the axis shows; equal ends where there is none."""
    low, high = series.reference
    if not (np.isfinite(low) or np.isfinite(high)):
        return 0.0, 0.0
    bottom = float(y.place(low)) if np.isfinite(low) else y.span[0]
    top = float(y.place(high)) if np.isfinite(high) else y.span[1]
    return max(bottom, y.span[0]), min(top, y.span[1])


def _limit_shown(series: MarkerSeries, y: Values) -> bool:
    if not np.isfinite(series.limit) or (y.log and series.limit <= 0):
        return False
    return y.span[0] <= float(y.place(series.limit)) <= y.span[1]


def range_words(series: MarkerSeries, y: Values, colours: Palette) -> list[dict[str, Any]]:
    """The names of what is shaded and dashed."""
    if series.measure != "value" or series.detected:
        return []
    bottom, top = _reference(series, y)
    found = [("reference range", top, "top")] if top > bottom else []
    if _limit_shown(series, y):
        found.append(("detection limit", float(y.place(series.limit)), "bottom"))
    return [
        {
            "text": text,
            "x": 1,
            "xref": "paper",
            "xanchor": "right",
            "y": at,
            "yanchor": anchor,
            "showarrow": False,
            "font": {"size": 10, "color": colours.muted},
        }
        for text, at, anchor in found
    ]


def stamp(synthetic: str, colours: Palette) -> list[dict[str, Any]]:
    """ "Synthetic data", where it is true."""
    return [mark_synthetic(colours, yshift=-3, xshift=RIGHT - 6)] if synthetic else []
