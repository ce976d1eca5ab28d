"""The Kaplan-Meier figure: curves with bands and censor marks, and the table under its ticks.

The table is drawn on the same x axis as the curves, so it is aligned by construction; at risk,
censored and events add up to the group's size at every tick (KMunicate, Morris 2019).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.results.survival import EstimatedEndpoint, SurvivalResult
from figures.curves import band_points, coarse, from_start, scarce_below, steps, time_ticks
from figures.km.curve_names import names
from figures.km.group import Group, key_line
from figures.km.header import (
    header,
    header_height,
    header_keys,
    stamp,
    stamp_height,
)
from figures.km.patients import chosen_trace, of_steps, people_at, subjects_of
from figures.style import BAND, DASHES, TAIL, Palette, axis, base_layout, faded, palette
from wording.results import phrases

__all__ = [
    "COUNTED", "data_rows", "groups_of", "km_figure", "last_well_known",
    "ticks_of",
]  # fmt: skip

SIDES = {"l": 100, "r": 22}  # margins in pixels
PLOT = 250  # height of the curves in pixels
ROW = 18  # height of a table row
GAP = 52  # between the curves and the table: tick labels and axis title
MANY_MARKS = 100  # above that, censor marks are drawn finer
MARKS, FINE_MARKS = (2.2, 1.6), (1.4, 1)  # half a mark in percent of the axis, its width in pixels
COUNTED = ("group", "time", "n_risk", "n_censor", "n_event")
BLOCKS = (("n_risk", "At risk"), ("n_censor", "Censored"), ("n_event", "Events"))


def km_figure(
    answer: SurvivalResult,
    endpoint: EstimatedEndpoint,
    *,
    dark: bool = False,
    chosen: tuple[str, ...] = (),
    rounded: bool = False,
    until: float = 0.0,
) -> go.Figure:
    """The figure of one endpoint. `chosen` patients are marked;
    `rounded`: the curves' times are drawn to a hundredth of a month; the axis goes on to `until`
    where figures stand side by side.

    `layout.meta["subjects"]` names the patients, `customdata` of a point holds their places.
    """
    colours = palette(dark)
    groups = groups_of(answer, endpoint, colours, rounded=rounded)
    longest = max(endpoint.km.longest, until)
    ticks = time_ticks(longest, answer.time_unit)
    layout = _layout(answer, endpoint, colours, len(groups), ticks)
    # Handed over in one go: adding marks one by one copies all earlier ones each time.
    layout["annotations"] = [
        *_row_titles(len(groups), colours),
        *header(answer, endpoint, groups, colours),
        *stamp(answer, endpoint, colours),
        *names(groups, ticks[-1], colours),
    ]
    layout["shapes"] = _keys(groups)
    layout["meta"] = {"subjects": subjects_of(endpoint)}
    curves = [
        trace for group in reversed(groups) for trace in _curve(group, endpoint, answer.time_unit)
    ]
    marked = chosen_trace(endpoint, groups, chosen, answer.time_unit, colours)
    return go.Figure([*curves, *_table(endpoint, groups, ticks, colours), *marked], layout)


def data_rows(endpoint: EstimatedEndpoint, answer: SurvivalResult) -> pd.DataFrame:
    """The table as the figure draws it: group time n_risk n_censor n_event."""
    return endpoint.km.at_risk(ticks_of(endpoint, answer))[list(COUNTED)]


def ticks_of(endpoint: EstimatedEndpoint, answer: SurvivalResult) -> list[float]:
    """The times at which the table counts."""
    return time_ticks(endpoint.km.longest, answer.time_unit)


def groups_of(
    answer: SurvivalResult, endpoint: EstimatedEndpoint, colours: Palette, *, rounded: bool = False
) -> list[Group]:
    """The groups of one endpoint with their looks, highest first."""
    unit = answer.time_unit
    labels, short = phrases.side_labels(answer), phrases.short_labels(answer)
    rows = endpoint.by_group
    curves = dict(tuple(endpoint.km.curves.groupby("group", sort=False)))
    return [
        Group(
            number=number,
            label=labels[number],
            short=short[number],
            colour=colours.groups[i],
            dash=DASHES[i],
            curve=_timed(from_start(curves[number], int(rows[number]["n"])), unit, rounded),
            row=rows[number],
            scarce=scarce_below(int(rows[number]["n"])),
        )
        for i, number in enumerate(labels)  # highest first
    ]


def _timed(curve: pd.DataFrame, unit: str, rounded: bool) -> pd.DataFrame:
    return curve.assign(time=coarse(curve["time"], unit)) if rounded else curve


# ------------------------------------------------------------------------------------- curves


def _curve(group: Group, endpoint: EstimatedEndpoint, unit: str) -> list[dict[str, Any]]:
    x, y = steps(group.curve["time"], group.curve["survival"] * 100)
    events, censored = people_at(endpoint.rows, group.curve, group.number)
    step = of_steps(events, censored)
    solid = last_well_known(group)
    traces = [_band(group)]
    for part_name, part, alpha in (("solid", x <= solid, 1.0), ("tail", x >= solid, TAIL)):
        traces.append(
            {
                "type": "scatter",
                "x": x[part],
                "y": y[part],
                "customdata": [one for one, inside in zip(step, part, strict=True) if inside],
                "mode": "lines",
                "line": {"color": faded(group.colour, alpha), "width": 2.4, "dash": group.dash},
                "hovertemplate": f"%{{y:.0f}} % at %{{x:.1f}} {unit}<extra>{group.label}</extra>",
                "name": group.label,
                "meta": f"{part_name} {group.number}",
            }
        )
    return [*traces, _censor_marks(group, censored)]


def last_well_known(group: Group) -> float:
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
        "meta": f"band {group.number}",
    }


def _censor_marks(group: Group, censored: list[list[int]]) -> dict[str, Any]:
    # One line trace: thousands of separate markers would dominate the drawing time.
    marks = group.curve[group.curve["n_censor"] > 0]
    x = np.repeat(marks["time"].to_numpy(float), 3)
    y = np.repeat(marks["survival"].to_numpy(float) * 100, 3)
    half, width = FINE_MARKS if len(marks) > MANY_MARKS else MARKS
    y[0::3] -= half
    y[1::3] += half
    y[2::3] = np.nan
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "lines",
        "customdata": [who for who in censored if who for _ in range(3)],
        "line": {"color": group.colour, "width": width},
        "hoverinfo": "none",
        "name": f"censored, {group.label}",
        "meta": f"marks {group.number}",
    }


# ------------------------------------------------------------------------------------- layout


def _rows(n_groups: int) -> float:
    """The height of the table in rows, with the space between the blocks of many groups."""
    return len(BLOCKS) * n_groups + (len(BLOCKS) - 1) * _space(n_groups)


def _space(n_groups: int) -> float:
    return 0 if n_groups == 2 else 0.4


def _row(block: int, i: int, n_groups: int) -> float:
    """Where the row of group i stands, counted from the first of the table."""
    return block * (n_groups + _space(n_groups)) + i


def _table_height(n_groups: int) -> int:
    return round(ROW * _rows(n_groups)) + 12


def _layout(
    answer: SurvivalResult,
    endpoint: EstimatedEndpoint,
    colours: Palette,
    n_groups: int,
    ticks: list[float],
) -> dict[str, Any]:
    inner = PLOT + GAP + _table_height(n_groups)
    margin = {**SIDES, "t": header_height(n_groups), "b": stamp_height(endpoint)}
    layout = base_layout(colours, height=margin["t"] + inner + margin["b"], margin=margin)
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
        "range": [_rows(n_groups) - 0.4, -0.6],
        "visible": False,
        "fixedrange": True,
    }
    return layout


def _table(
    endpoint: EstimatedEndpoint, groups: list[Group], ticks: list[float], colours: Palette
) -> list[dict[str, Any]]:
    counts = endpoint.km.at_risk(ticks).set_index("group")
    return [
        _table_row(counts.loc[[group.number]], column, _row(block, i, len(groups)), group, colours)
        for block, (column, _) in enumerate(BLOCKS)
        for i, group in enumerate(groups)
    ]


def _row_titles(n_groups: int, colours: Palette) -> list[dict[str, Any]]:
    return [_row_title(title, _row(i, 0, n_groups), colours) for i, (_, title) in enumerate(BLOCKS)]


def _keys(groups: list[Group]) -> list[dict[str, Any]]:
    """The look of the curves beside the table's rows and beside the groups' names."""
    rows = [
        key_line(group, "y2", _row(block, i, len(groups)), -40, -22)
        for block in range(len(BLOCKS))
        for i, group in enumerate(groups)
    ]
    return [*rows, *header_keys(groups)]


def _table_row(
    counts: pd.DataFrame, column: str, row: float, group: Group, colours: Palette
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
        "meta": f"{column} {group.number}",
    }


def _row_title(title: str, row: float, colours: Palette) -> dict[str, Any]:
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
