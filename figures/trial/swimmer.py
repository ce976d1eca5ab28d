"""Patients as lanes: the courses of treatment, and what followed. One order, one colour a level."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.results.trial.swimmer import SwimmerLanes
from figures.curves import time_ticks
from figures.level_colours import colours_of
from figures.marker_axis import foot_of, stamp
from figures.style import Palette, axis, base_layout, faded, palette

MANY = 24  # lanes; above, they are drawn thinner
TOP = 10
WIDTHS = ((3, 0.8), (9, 0.55), (15, 1.0))  # of a drug's bars, and how solid: longest bars first
SYMBOLS = {
    "CR": "star",
    "PR": "triangle-up",
    "SD": "circle",
    "PD": "diamond-tall",
    "NE": "circle-open",
}
MARKS = {"progression": "diamond-tall", "death": "x"}


def treatment_figure(
    lanes: SwimmerLanes,
    wanted: str,
    subjects: tuple[str, ...],
    *,
    synthetic: str = "",
    dark: bool = False,
    numbered: bool = False,
) -> go.Figure:
    """Courses and assessments of the patients shown, in weeks since time zero."""
    colours = palette(dark)
    rows = _visible(lanes, wanted, numbered)
    lane = _lane(rows)
    figure = _figure(lanes, rows, subjects, colours, synthetic, rows["response"])
    doses = lanes.doses[lanes.doses["patient"].isin(lane.index)]
    for label, (width, alpha) in drug_styles(lanes):
        mine = doses[doses["label"].eq(label)]
        figure.add_traces(_bars(lanes, mine, lane, width * _scale(rows), alpha, colours))
    assessed = lanes.assessments[lanes.assessments["patient"].isin(lane.index)]
    if len(assessed):
        figure.add_trace(_assessed(lanes, assessed, lane, colours))
    ends = [doses["end"].max(), assessed["week"].max()]
    starts = [doses["start"].min(), assessed["week"].min(), 0]
    figure.update_xaxes(
        **_time_axis("Weeks since " + lanes.time_zero, colours),
        range=[np.nanmin(starts) - 0.5, np.nanmax([*ends, 1]) * 1.03 + 0.5],
    )
    return figure


def followup_figure(
    lanes: SwimmerLanes,
    wanted: str,
    subjects: tuple[str, ...],
    *,
    synthetic: str = "",
    dark: bool = False,
    numbered: bool = False,
) -> go.Figure:
    """Follow-up of the patients shown: to death, or to the last contact with an arrow."""
    colours = palette(dark)
    rows = _visible(lanes, wanted, numbered)
    lane = _lane(rows)
    beside = rows["level"].map(lambda one: level_sign(lanes, one))
    figure = _figure(lanes, rows, subjects, colours, synthetic, beside)
    known = rows[rows["last"].notna()]
    spans = pd.DataFrame(
        {
            "patient": known.index,
            "label": known["label"],
            "start": 0.0,
            "end": known["last"],
            "amount": np.nan,
        }
    )
    figure.add_traces(_bars(lanes, spans, lane, 9 * _scale(rows), 0.75, colours, lanes.unit))
    marks = lanes.marks[lanes.marks["patient"].isin(lane.index)]
    for i, (label, mine) in enumerate(marks.groupby("label", sort=False)):
        figure.add_trace(_marks(lanes, label, mine, lane, i, colours))
    figure.add_trace(_arrows(lanes, known[known["ongoing"]], lane, colours))
    last = float(known["last"].max()) if len(known) else 1.0
    ticks = time_ticks(last, lanes.unit)
    figure.update_xaxes(
        **_time_axis(f"{lanes.unit.capitalize()} since {lanes.time_zero}", colours),
        range=[min(0.0, float(marks["time"].min()) if len(marks) else 0.0), last * 1.05],
        tickvals=ticks,
    )
    return figure


def drug_styles(lanes: SwimmerLanes) -> list[tuple[str, tuple[int, float]]]:
    """Each drug with the width and density of its bars: long courses thin, short ones thick."""
    length = (lanes.doses["end"] - lanes.doses["start"]).groupby(lanes.doses["label"]).median()
    longest = list(length.sort_values(ascending=False, kind="stable").index)
    if len(longest) == 1:
        return [(longest[0], WIDTHS[1])]
    extra = max(0, len(longest) - len(WIDTHS))
    styles = (WIDTHS[0],) * extra + WIDTHS[max(0, len(WIDTHS) - len(longest)) :]
    return list(zip(longest, styles, strict=True))


def level_sign(lanes: SwimmerLanes, level: int) -> str:
    """What stands beside a patient: the dose as a number, or the number of the arm."""
    if level < 0:
        return "?"
    return f"{lanes.levels.doses[level]:g}" if lanes.levels.ordered else f"({level + 1})"


# ------------------------------------------------------------------------------------- pieces


def _visible(lanes: SwimmerLanes, wanted: str, numbered: bool) -> pd.DataFrame:
    """The patients from the top down; `numbered`: by numbers instead of their ids."""
    rows = lanes.shown(wanted)
    return rows.assign(subject=[f"{i}" for i in range(1, len(rows) + 1)]) if numbered else rows


def _lane(rows: pd.DataFrame) -> pd.Series:
    """The height of each patient's lane, by row of the cohort; the first on top."""
    return pd.Series(np.arange(len(rows))[::-1], index=rows.index)


def _scale(rows: pd.DataFrame) -> float:
    return 1.0 if len(rows) <= MANY else 0.62


def _figure(
    lanes: SwimmerLanes,
    rows: pd.DataFrame,
    subjects: tuple[str, ...],
    colours: Palette,
    synthetic: str,
    beside: pd.Series,
) -> go.Figure:
    pitch = 25 if len(rows) <= MANY else 15
    foot = foot_of(synthetic)
    names = [
        f"{escape(name)}  <b>{sign}</b>" if sign else escape(name)
        for name, sign in zip(rows["subject"], beside, strict=True)
    ]
    margin = {"l": 18 + 7 * min(22, max(map(_width, names))), "r": 14, "t": TOP, "b": foot}
    layout = base_layout(colours, height=max(pitch * len(rows), 60) + TOP + foot, margin=margin)
    layout["meta"] = {"subjects": list(subjects)}
    layout["annotations"] = stamp(synthetic, colours)
    layout["yaxis"] = axis(
        colours,
        range=[-0.6, len(rows) - 0.4],
        tickvals=list(range(len(rows)))[::-1],
        ticktext=names,
        showgrid=True,
        gridcolor=colours.grid,
    )
    layout["yaxis"]["tickfont"] = {"size": 11, "color": colours.text}
    return go.Figure(layout=layout)


def _width(name: str) -> int:
    return len(name.replace("<b>", "").replace("</b>", ""))


def _time_axis(title: str, colours: Palette) -> dict[str, Any]:
    return axis(
        colours,
        showline=True,
        ticks="outside",
        showgrid=True,
        gridcolor=colours.grid,
        zeroline=True,
        zerolinecolor=colours.axis,
        title={"text": title, "standoff": 6},
    )


def _level_colours(lanes: SwimmerLanes, colours: Palette) -> list[str]:
    """A colour a level, and grey for a level that is not known (-1)."""
    found = colours_of(len(lanes.levels.labels), lanes.levels.ordered, colours)
    return [*found, colours.axis]


def _bars(
    lanes: SwimmerLanes,
    bars: pd.DataFrame,
    lane: pd.Series,
    width: float,
    alpha: float,
    colours: Palette,
    unit: str = "weeks",
) -> list[dict[str, Any]]:
    """One trace a level; lines with gaps, so that sixty lanes are a few paths."""
    level = lanes.patients["level"].loc[bars["patient"]].to_numpy()
    shades = _level_colours(lanes, colours)
    traces = []
    for one in np.unique(level):
        mine = bars[level == one]
        ends = mine[["start", "end"]].assign(gap=np.nan).to_numpy().ravel()
        traces.append(
            {
                "type": "scatter",
                "x": ends,
                "y": np.repeat(lane.loc[mine["patient"]], 3),
                "mode": "lines",
                "line": {"width": width, "color": faded(shades[one], alpha)},
                "customdata": np.repeat(mine["patient"].to_numpy(), 3),
                "connectgaps": False,
                "text": np.repeat([_bar_words(lanes, row, unit) for row in mine.itertuples()], 3),
                "hovertemplate": "%{text}<extra></extra>",
            }
        )
    return traces


def _bar_words(lanes: SwimmerLanes, row: Any, unit: str) -> str:
    amount = f" {row.amount:g}" if row.amount == row.amount else ""
    return (
        f"{escape(lanes.patients['subject'].loc[row.patient])}<br>{escape(row.label)}{amount}<br>"
        f"{row.start:.1f} to {row.end:.1f} {unit}"
    )


def _assessed(
    lanes: SwimmerLanes, rows: pd.DataFrame, lane: pd.Series, colours: Palette
) -> dict[str, Any]:
    names = lanes.patients["subject"].loc[rows["patient"]].map(escape)
    return {
        "type": "scatter",
        "x": rows["week"].to_numpy(),
        "y": lane.loc[rows["patient"]].to_numpy(),
        "mode": "markers",
        "name": "assessments",
        "customdata": rows["patient"].to_numpy(),
        "marker": {
            "symbol": [SYMBOLS.get(str(one).upper(), "circle-open") for one in rows["label"]],
            "size": 9,
            "color": colours.text,
            "line": {"color": colours.paper, "width": 1},
        },
        "text": [
            f"{who}<br>{escape(str(what))} at {week:.1f} weeks"
            for who, what, week in zip(names, rows["label"], rows["week"], strict=True)
        ],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _marks(
    lanes: SwimmerLanes, label: str, rows: pd.DataFrame, lane: pd.Series, i: int, colours: Palette
) -> dict[str, Any]:
    names = lanes.patients["subject"].loc[rows["patient"]].map(escape)
    return {
        "type": "scatter",
        "x": rows["time"].to_numpy(),
        "y": lane.loc[rows["patient"]].to_numpy(),
        "mode": "markers",
        "name": label,
        "customdata": rows["patient"].to_numpy(),
        "marker": {
            "symbol": symbol_of(label, i),
            "size": 10,
            "color": colours.text,
            "line": {"color": colours.paper, "width": 1},
        },
        "text": [
            f"{who}<br>{escape(label)} at {time:.1f} {lanes.unit}"
            for who, time in zip(names, rows["time"], strict=True)
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
    }


def symbol_of(label: str, i: int) -> str:
    """The symbol of a kind of mark; those that only the endpoints name by their order."""
    return MARKS.get(label, ("diamond-tall", "x", "square", "star")[i % 4])


def _arrows(
    lanes: SwimmerLanes, rows: pd.DataFrame, lane: pd.Series, colours: Palette
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": rows["last"].to_numpy(),
        "y": lane.loc[rows.index].to_numpy(),
        "mode": "markers",
        "name": "still followed",
        "customdata": rows.index.to_numpy(),
        "marker": {"symbol": "triangle-right", "size": 13, "color": colours.text},
        "text": [
            f"{escape(who)}<br>last contact at {time:.1f} {lanes.unit}"
            for who, time in zip(rows["subject"], rows["last"], strict=True)
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
    }
