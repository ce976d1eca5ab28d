"""The Kaplan-Meier figure: curves with bands and censor marks, and the table under its ticks.

The table is drawn on the same x axis as the curves, so it is aligned by construction; at risk,
censored and events add up to the group's size at every tick (KMunicate, Morris 2019).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis import words
from analysis.answer import Answer, EndpointAnswer
from figures.curves import (
    band_points,
    from_start,
    level,
    scarce_below,
    steps,
    time_ticks,
)
from figures.style import BAND, DASHES, TAIL, Palette, axis, base_layout, faded, palette

LEFT = -88  # where text above the plot begins, in pixels from its left edge
KEY = LEFT + 28  # where it begins behind a key
MARGIN = {"l": 100, "r": 22, "t": 146, "b": 40}
PLOT = 250  # height of the curves in pixels
ROW = 18  # height of a table row
GAP = 52  # between the curves and the table: tick labels and axis title
MANY_MARKS = 100  # above that, censor marks are drawn finer
BLOCKS = (("n_risk", "At risk"), ("n_censor", "Censored"), ("n_event", "Events"))


@dataclass(frozen=True)
class Group:
    """One curve with its look."""

    key: Any
    label: str
    colour: str
    dash: str
    curve: pd.DataFrame  # from (0, 1) on
    row: pd.Series  # n events median lower upper
    scarce: int  # below that many at risk the curve is greyed


def km_figure(answer: Answer, endpoint: EndpointAnswer, *, dark: bool = False) -> go.Figure:
    """The figure of one endpoint; `endpoint.why` must be empty."""
    colours = palette(dark)
    groups = _groups(answer, endpoint, colours)
    ticks = time_ticks(float(endpoint.km.curves["time"].max()), answer.time_unit)
    layout = _layout(answer, endpoint, colours, len(groups), ticks)
    # Handed over in one go: adding marks one by one copies all earlier ones each time.
    layout["annotations"] = [
        *_row_titles(len(groups), colours),
        *_words(answer, endpoint, groups, colours),
        *_names(groups, ticks[-1], colours),
    ]
    layout["shapes"] = _keys(groups)
    curves = [trace for group in reversed(groups) for trace in _curve(group, answer.time_unit)]
    return go.Figure(curves + _table(endpoint, groups, ticks, colours), layout)


def data_rows(endpoint: EndpointAnswer, answer: Answer) -> pd.DataFrame:
    """The table as the figure draws it: group time n_risk n_censor n_event."""
    ticks = time_ticks(float(endpoint.km.curves["time"].max()), answer.time_unit)
    rows = endpoint.km.at_risk(ticks)
    return rows[["group", "time", "n_risk", "n_censor", "n_event"]]


def _groups(answer: Answer, endpoint: EndpointAnswer, colours: Palette) -> list[Group]:
    labels = words.side_labels(answer)
    rows = endpoint.groups.set_index("group")
    curves = dict(tuple(endpoint.km.curves.groupby("group", sort=False)))
    return [
        Group(
            key=high,
            label=labels[high],
            colour=colours.groups[i],
            dash=DASHES[i],
            curve=from_start(curves[high], int(rows.loc[high, "n"])),
            row=rows.loc[high],
            scarce=scarce_below(int(rows.loc[high, "n"])),
        )
        for i, high in enumerate((1, 0))
    ]


# ------------------------------------------------------------------------------------- curves


def _curve(group: Group, unit: str) -> list[dict[str, Any]]:
    x, y = steps(group.curve["time"], group.curve["survival"] * 100)
    solid = _last_well_known(group)
    traces = [_band(group)]
    for part, alpha in ((x <= solid, 1.0), (x >= solid, TAIL)):
        traces.append(
            {
                "type": "scatter",
                "x": x[part],
                "y": y[part],
                "mode": "lines",
                "line": {"color": faded(group.colour, alpha), "width": 2.4, "dash": group.dash},
                "hovertemplate": f"%{{y:.0f}} % at %{{x:.1f}} {unit}<extra>{group.label}</extra>",
                "name": group.label,
            }
        )
    return [*traces, _censor_marks(group)]


def _last_well_known(group: Group) -> float:
    """The time until which enough patients are at risk."""
    enough = group.curve.loc[group.curve["n_risk"] >= group.scarce, "time"]
    return float(enough.max())


def _band(group: Group) -> dict[str, Any]:
    x, y = band_points(group.curve)
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": faded(group.colour, BAND),
        "hoverinfo": "skip",
        "name": f"95 % band, {group.label}",
    }


def _censor_marks(group: Group) -> dict[str, Any]:
    # One line trace: thousands of separate markers would dominate the drawing time.
    marks = group.curve[group.curve["n_censor"] > 0]
    x = np.repeat(marks["time"].to_numpy(float), 3)
    y = np.repeat(marks["survival"].to_numpy(float) * 100, 3)
    many = len(marks) > MANY_MARKS
    half = 1.4 if many else 2.2  # in percent of the axis
    y[0::3] -= half
    y[1::3] += half
    y[2::3] = np.nan
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "lines",
        "line": {"color": group.colour, "width": 1 if many else 1.6},
        "hoverinfo": "skip",
        "name": f"censored, {group.label}",
    }


# ------------------------------------------------------------------------------------- layout


def _table_height(n_groups: int) -> int:
    return ROW * (len(BLOCKS) * n_groups) + 12


def _height(n_groups: int) -> int:
    return MARGIN["t"] + PLOT + GAP + _table_height(n_groups) + MARGIN["b"]


def _layout(
    answer: Answer, endpoint: EndpointAnswer, colours: Palette, n_groups: int, ticks: list[float]
) -> dict[str, Any]:
    inner = PLOT + GAP + _table_height(n_groups)
    layout = base_layout(colours, height=_height(n_groups), margin=MARGIN)
    layout["xaxis"] = axis(
        colours,
        range=[0, ticks[-1]],
        tickvals=ticks,
        ticks="outside",
        showline=True,
        anchor="y",
        title={"text": f"{answer.time_unit.capitalize()} from {endpoint.origin}", "standoff": 6},
    )
    layout["yaxis"] = axis(
        colours,
        range=[0, 102],
        domain=[(inner - PLOT) / inner, 1],
        tickvals=[0, 25, 50, 75, 100],
        showgrid=True,
        gridcolor=colours.grid,
        title={"text": f"{endpoint.label}, %", "standoff": 10},
    )
    layout["yaxis2"] = {
        "domain": [0, _table_height(n_groups) / inner],
        "range": [len(BLOCKS) * n_groups - 0.4, -0.6],
        "visible": False,
        "fixedrange": True,
    }
    return layout


def _table(
    endpoint: EndpointAnswer, groups: list[Group], ticks: list[float], colours: Palette
) -> list[dict[str, Any]]:
    counts = endpoint.km.at_risk(ticks).set_index("group")
    return [
        _table_row(counts.loc[[group.key]], column, block * len(groups) + i, group, colours)
        for block, (column, _) in enumerate(BLOCKS)
        for i, group in enumerate(groups)
    ]


def _row_titles(n_groups: int, colours: Palette) -> list[dict[str, Any]]:
    return [_row_title(title, i * n_groups, colours) for i, (_, title) in enumerate(BLOCKS)]


def _keys(groups: list[Group]) -> list[dict[str, Any]]:
    """The look of the curves beside the table's rows and beside the groups' names."""
    rows = [
        _key(group, "y2", block * len(groups) + i, -40, -22)
        for block in range(len(BLOCKS))
        for i, group in enumerate(groups)
    ]
    return [*rows, *(_header_key(group, _up(i)) for i, group in enumerate(groups))]


def _table_row(
    counts: pd.DataFrame, column: str, row: int, group: Group, colours: Palette
) -> dict[str, Any]:
    scarce = counts["n_risk"].to_numpy() < group.scarce
    return {
        "type": "scatter",
        "x": counts["time"].to_numpy(float),
        "y": np.full(len(counts), row),
        "yaxis": "y2",
        "mode": "text",
        "text": [str(int(number)) for number in counts[column]],
        "textfont": {"size": 12, "color": [colours.muted if s else colours.text for s in scarce]},
        "cliponaxis": False,
        "hoverinfo": "skip",
        "name": f"{column}, {group.label}",
    }


def _row_title(title: str, row: int, colours: Palette) -> dict[str, Any]:
    return {
        "text": title,
        "x": 0,
        "xref": "paper",
        "y": row,
        "yref": "y2",
        "xanchor": "right",
        "xshift": -44,
        "showarrow": False,
        "font": {"size": 12, "color": colours.muted},
    }


def _key(group: Group, yref: str, y: float, x0: float, x1: float) -> dict[str, Any]:
    """A short piece of the curve's line, placed in pixels from the left edge of the plot."""
    return {
        "type": "line",
        "xref": "paper",
        "xsizemode": "pixel",
        "xanchor": 0,
        "x0": x0,
        "x1": x1,
        "yref": yref,
        "y0": y,
        "y1": y,
        "line": {
            "color": group.colour,
            "width": 3,
            "dash": "solid" if group.dash == "solid" else "4px,3px",
        },
    }


# -------------------------------------------------------------------------------------- words


def _words(
    answer: Answer, endpoint: EndpointAnswer, groups: list[Group], colours: Palette
) -> list[dict[str, Any]]:
    around = words.effect_interval(endpoint)
    around = f" <span style='color:{colours.muted}'>{around}</span>" if around else ""
    head = f"<b>{words.effect_value(endpoint)}</b>{around}"
    test = f"<b>{words.full_test(endpoint)}</b> for this cut"
    lines = [
        _line(head, 132, 15, colours.text),
        _line(words.AGAINST, 114, 12, colours.muted),
        _line(test, 97, 12, colours.text),
    ]
    for i, group in enumerate(groups):
        lines += _group_words(group, answer, _up(i), colours)
    return [*lines, _stamp(answer, endpoint, colours)]


def _group_words(group: Group, answer: Answer, up: float, colours: Palette) -> list[dict[str, Any]]:
    unit = {"months": "mo", "days": "d"}[answer.time_unit]  # what a phone has room for
    median = words.median(group.row, unit).replace("95 % CI ", "")
    text = f"{words.events_of(group.row)}, median {median}"
    return [
        _line(f"<b>{group.label}</b>", up, 12, colours.text, KEY),
        _line(text, up - 16, 12, colours.muted, KEY),
    ]


def _up(i: int) -> float:
    """How far above the plot the name of group i stands."""
    return 68 - 36 * i


def _names(groups: list[Group], end: float, colours: Palette) -> list[dict[str, Any]]:
    """A name beside each curve, where the two lie farthest apart."""
    high, low = groups
    times = np.union1d(high.curve["time"], low.curve["time"])
    last = min(high.curve["time"].max(), low.curve["time"].max())
    times = times[(times <= last) & (times >= 0.3 * end) & (times <= 0.8 * end)]
    levels = np.array([level(group.curve, times) for group in (high, low)])
    # Only where there is room: not in the words above the plot, nor in its axes.
    room = (levels.max(axis=0) <= 0.88) & (levels.min(axis=0) >= 0.08)
    if not room.any():
        return []
    at = int(np.argmax(np.where(room, np.abs(levels[0] - levels[1]), -1)))
    over = levels[0][at] >= levels[1][at]
    return [
        {
            "text": text,
            "x": float(times[at]),
            "y": float(level[at]) * 100,
            "xanchor": "left" if above else "right",
            "yanchor": "bottom" if above else "top",
            "xshift": 5 if above else -5,
            "showarrow": False,
            "font": {"size": 12, "color": colours.text},
        }
        for text, level, above in (("above", levels[0], over), ("at or below", levels[1], not over))
    ]


def accessible_words(answer: Answer, endpoint: EndpointAnswer) -> str:
    """The figure in one sentence, for those who do not see it."""
    rows = endpoint.groups.set_index("group")
    sides = "; ".join(
        f"{label}: {words.events_of(rows.loc[high])}, "
        f"median {words.median(rows.loc[high], answer.time_unit)}"
        for high, label in words.side_labels(answer).items()
    )
    return (
        f"Kaplan-Meier curves of {endpoint.label.lower()}. {sides}. "
        f"{words.effect(endpoint)}, {words.AGAINST}; {words.full_test(endpoint)}. "
        f"{words.caveat(endpoint)}."
    )


def _line(text: str, up: float, size: int, colour: str, left: float = LEFT) -> dict[str, Any]:
    """A line of text, `up` pixels above the plot, `left` pixels beside its left edge."""
    return {
        "text": text,
        "x": 0,
        "y": 1,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "middle",
        "xshift": left,
        "yshift": up,
        "showarrow": False,
        "align": "left",
        "font": {"size": size, "color": colour},
    }


def _header_key(group: Group, up: float) -> dict[str, Any]:
    key = _key(group, "paper", 1, LEFT, LEFT + 20)
    return {**key, "ysizemode": "pixel", "yanchor": 1, "y0": up, "y1": up}


def _stamp(answer: Answer, endpoint: EndpointAnswer, colours: Palette) -> dict[str, Any]:
    text = words.caveat(endpoint) + ("<br><b>Synthetic data</b>" if answer.synthetic else "")
    line = _line(text, 0, 11, colours.stamp)
    return {**line, "y": 0, "yanchor": "top", "yshift": -2}
