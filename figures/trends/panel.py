"""One panel of the trends: a marker over the visits, by dose level, arm or side of the cut-off.

Thin lines are patients, thick ones the median or mean of a group with its interval; where there
are too many patients for lines, a band holds the middle 80 % of each group.
"""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from analysis.cohort.marker_array import MarkerSeries
from analysis.cohort.measure import NO_CHANGE
from analysis.results.trends import Panel, Trends
from figures.style import Palette, axis, base_layout, faded, palette
from figures.trends.axes import Values, Visits
from figures.trends.marks import (
    LEFT,
    MOST_LINES,
    PLOT,
    RIGHT,
    ROW,
    TOP,
    Look,
    ends,
    looks,
    range_words,
    ranges,
    row_heads,
    stamp,
    title,
)
from wording.results.trend_phrases import middles, number, words_of


def trend_figure(
    trends: Trends, panel: Panel, *, by: str, axis_by: str, middle: str, dark: bool = False
) -> go.Figure:
    """The panel of one marker; its series must have a visit."""
    colours, series = palette(dark), panel.series
    groups = looks(trends, panel, by, colours)
    x = Visits.of(series, axis_by, trends.time_zero)
    single = len(trends.subjects) <= MOST_LINES and not series.detected
    y = _value_axis(series, groups, single)
    traces = [] if single else [_band(one, x, y) for one in groups if not series.detected]
    if single:
        traces += _patients(trends, series, groups, x, y, colours)
    lines = [trace for one in groups for trace in _middle(one, series, x, y, middle, colours)]
    layout = _layout(trends, series, x, y, groups, colours)
    layout["annotations"] = [
        *title(series, colours),
        *row_heads(groups, colours),
        *ends(groups, series, x, y, middle, colours),
        *range_words(series, y, colours),
        *stamp(trends.synthetic, colours),
    ]
    layout["shapes"] = ranges(series, y, colours)
    layout["meta"] = {"subjects": list(trends.subjects) if single else [], "marker": series.marker}
    drawn = [*traces, *lines, _counts(groups, x, colours)]
    # Unchecked: plotly's check takes 15 ms a panel, ten times the rest. A test checks for it.
    return go.Figure(drawn, layout, _validate=False)


# ------------------------------------------------------------------------------------- traces


def _patients(
    trends: Trends, series: MarkerSeries, groups: list[Look], x: Visits, y: Values, colours: Palette
) -> list[dict[str, Any]]:
    """A trace per group that holds the lines of its patients, and one of those without a group."""
    none = ~np.any([one.who for one in groups], axis=0) if groups else np.ones(len(x.own), bool)
    found = [(one.name, one.who, one.colour, one.dash) for one in groups]
    found.append(("no group", none, colours.muted, "solid"))
    return [
        _lines(trends, series, np.flatnonzero(who), x, y, (name, colour, dash))
        for name, who, colour, dash in found
        if who.any()
    ]


def _lines(
    trends: Trends,
    series: MarkerSeries,
    who: np.ndarray,
    x: Visits,
    y: Values,
    look: tuple[str, str, str],
) -> dict[str, Any]:
    """Broken where a visit is missing, and between patients."""
    name, colour, dash = look
    values = series.values[who]
    gap = np.full((who.size, 1), np.nan)
    places = np.hstack([np.where(np.isnan(values), np.nan, x.own[who]), gap]).ravel()
    heights = np.hstack([y.place(_select(series, who)), gap]).ravel()
    text = [
        said
        for row, i in enumerate(who)
        for said in [*_hover(trends.subjects[i], series, values[row], series.low[i]), ""]
    ]
    return {
        "type": "scatter",
        "x": places,
        "y": heights,
        "line": {"color": faded(colour, 0.42), "width": 1, "dash": dash},
        "text": text,
        "hovertemplate": "%{text}<extra></extra>",
        "connectgaps": False,
        "customdata": np.repeat(who, len(series.codes) + 1),
        "meta": "patients",
        "name": name,
        **_marks(series, who, faded(colour, 0.6)),
    }


def _marks(series: MarkerSeries, who: np.ndarray, colour: str) -> dict[str, Any]:
    """Open below the limit, and a dot where no line shows a value: a dot each costs the browser
    as much as all lines together."""
    known = np.isfinite(np.pad(series.values[who], ((0, 0), (1, 1)), constant_values=np.nan))
    alone = known[:, 1:-1] & ~known[:, :-2] & ~known[:, 2:]
    low = series.low[who] & known[:, 1:-1]
    if not (low | alone).any():
        return {"mode": "lines"}
    low, alone = (np.pad(one, ((0, 0), (0, 1))).ravel() for one in (low, alone))
    symbols = np.where(low, "circle-open", "circle")
    sizes = np.where(low, 6, np.where(alone, 3.5, 0))
    return {"mode": "lines+markers", "marker": {"color": colour, "size": sizes, "symbol": symbols}}


def _select(series: MarkerSeries, who: np.ndarray) -> np.ndarray:
    """Values as drawn: those below the detection limit stand at it."""
    values = series.values[who]
    at_limit = series.measure == "value" and np.isfinite(series.limit)
    return np.where(series.low[who], series.limit, values) if at_limit else values


def _hover(subject: str, series: MarkerSeries, values: np.ndarray, low: np.ndarray) -> list[str]:
    unit = f" {series.unit}".rstrip()
    return [
        ""
        if np.isnan(value)
        else f"<b>{escape(subject)}</b><br>{escape(code)}: "
        + (f"below the limit ({number(value)}{unit})" if flag else f"{number(value)}{unit}")
        for code, value, flag in zip(series.codes, values, low, strict=True)
    ]


def _band(one: Look, x: Visits, y: Values) -> dict[str, Any]:
    """The 10th to the 90th percentile; broken where there is none."""
    places: list[float | None] = []
    heights: list[float | None] = []
    known = np.isfinite(one.summary.tenth)
    for run in np.split(np.arange(known.size), np.flatnonzero(np.diff(known)) + 1):
        if run.size and known[run[0]]:
            at, low = x.at[run], y.place(one.summary.tenth[run])
            if run.size == 1:  # one visit is no stretch: a short one around it
                at, low = np.array([at[0] - x.apart / 2, at[0] + x.apart / 2]), np.repeat(low, 2)
                at = at + one.shift * x.apart
            high = np.resize(y.place(one.summary.ninetieth[run]), at.size)
            places += [*at, *at[::-1], None]
            heights += [*low, *high[::-1], None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": places,
        "y": heights,
        "fill": "toself",
        "line": {"width": 1, "color": faded(one.colour, 0.55), "dash": one.dash},
        "fillcolor": faded(one.colour, 0.05),
        "hoverinfo": "skip",
        "name": f"{one.name}, middle 80 %",
    }


def _middle(
    one: Look, series: MarkerSeries, x: Visits, y: Values, middle: str, colours: Palette
) -> list[dict[str, Any]]:
    """The median or mean with its interval; nothing where the group has nobody."""
    value, low, high = middles(one.summary, series, middle)
    if not np.isfinite(value).any():
        return []
    places, at = x.at + one.shift * x.apart, y.place(value)
    floor, roof = y.span[0] - 1, y.span[1] + 1  # an end far outside is cut off by the plot
    up = np.nan_to_num(np.clip(y.place(high), floor, roof) - at)
    down = np.nan_to_num(at - np.clip(y.place(low), floor, roof))
    word = "detected" if series.detected else words_of(series, middle)
    text = [
        ""
        if np.isnan(v)
        else f"<b>{escape(one.name)}</b>, {escape(code)}<br>{word} "
        f"{_with_interval(v, a, b, series)}<br>n = {n}" + (f", {k} below the limit" if k else "")
        for code, v, a, b, n, k in zip(
            series.codes, value, low, high, one.summary.n, one.summary.low, strict=True
        )
    ]
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": places,
            "y": at,
            "connectgaps": False,
            "line": {"color": one.colour, "width": 2.4, "dash": one.dash},
            "marker": {
                "size": 6,
                "color": one.colour,
                "line": {"width": 1, "color": colours.paper},
            },
            "error_y": {
                "type": "data",
                "symmetric": False,
                "array": up,
                "arrayminus": down,
                "color": one.colour,
                "thickness": 1.3,
                "width": 3,
            },
            "text": text,
            "hovertemplate": "%{text}<extra></extra>",
            "meta": "middle",
            "name": one.name,
        }
    ]


def _with_interval(value: float, low: float, high: float, series: MarkerSeries) -> str:
    unit = f" {series.unit}".rstrip()
    if series.detected:
        return f"in {value:.0f} %"
    around = f" (95 % CI {number(low)} to {number(high)})" if np.isfinite(low) else ""
    return f"{number(value)}{unit}{around}"


def _counts(groups: list[Look], x: Visits, colours: Palette) -> dict[str, Any]:
    """n per group and visit, under the axis; visits that stand too close are left out."""
    width = max(x.span[1] - x.span[0], 1e-9)
    digits = max((len(str(int(one.summary.n.max(initial=0)))) for one in groups), default=1)
    kept, last = [], -np.inf
    for v, at in enumerate(x.at):
        if at - last >= width * (0.022 + 0.02 * digits) or last == -np.inf:
            kept.append(v)
            last = at
    cells = [
        (x.at[v], row, str(int(one.summary.n[v])) if one.summary.n[v] else "·")
        for row, one in enumerate(groups)
        for v in kept
    ]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [c[0] for c in cells],
        "y": [c[1] for c in cells],
        "text": [c[2] for c in cells],
        "yaxis": "y2",
        "hoverinfo": "skip",
        "cliponaxis": False,
        "textfont": {"size": 10.5, "color": colours.text},
        "meta": "counts",
    }


# ------------------------------------------------------------------------------------- layout


def _value_axis(series: MarkerSeries, groups: list[Look], single: bool) -> Values:
    if series.detected:
        return Values(False, 0.0, (-4.0, 104.0))
    if single:
        known = _select(series, np.arange(len(series.values))).ravel()
    else:
        ends = [(g.summary.tenth, g.summary.ninetieth, g.summary.median) for g in groups]
        known = np.concatenate([one for three in ends for one in three]) if ends else np.array([])
        if not np.isfinite(known).any():
            known = series.values.ravel()
    zero = NO_CHANGE.get(series.measure)
    beside = (*series.reference, series.limit) if zero is None else (zero,)
    return Values.of(known, series.scale == "log", beside, series.values.ravel())


def _layout(
    trends: Trends, series: MarkerSeries, x: Visits, y: Values, groups: list[Look], colours: Palette
) -> dict[str, Any]:
    turned = not x.title and len(series.codes) > 6
    longest = max(map(len, x.ticks[1]), default=1)
    labels = (17 + 6.6 * longest if turned else 22) + (18 if x.title else 0)
    table, stamped = ROW * len(groups), 16 if trends.synthetic else 0
    inner = PLOT + labels + table
    layout = base_layout(
        colours,
        height=round(TOP + inner + stamped + 6),
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": stamped + 6},
    )
    values, texts = y.ticks()
    if series.detected:
        values, texts = [0, 25, 50, 75, 100], ["0 %", "25 %", "50 %", "75 %", "100 %"]
    layout["xaxis"] = axis(
        colours,
        range=list(x.span),
        tickvals=x.ticks[0],
        ticktext=x.ticks[1],
        ticks="outside",
        ticklen=4,
        tickangle=-90 if turned else 0,
        showline=True,
        anchor="y",
        title={"text": escape(x.title), "standoff": 2},
    )
    layout["xaxis"]["tickfont"]["size"] = 11
    layout["yaxis"] = axis(
        colours,
        range=list(y.span),
        tickvals=values,
        ticktext=texts,
        showgrid=True,
        gridcolor=colours.grid,
        domain=[1 - PLOT / inner, 1],
    )
    layout["yaxis2"] = {
        "range": [len(groups) - 0.5, -0.5],
        "domain": [0, max(table / inner, 1e-3)],
        "visible": False,
        "fixedrange": True,
        "anchor": "x",
    }
    layout["hoverdistance"] = 12
    return layout
