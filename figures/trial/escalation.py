"""The escalation: every patient at the dose level entered, in the order of entry."""

from __future__ import annotations

from html import escape
from typing import Any

import plotly.graph_objects as go

from analysis.results.trial.escalation import Escalation
from figures.level_colours import colours_of
from figures.marker_axis import foot_of, stamp
from figures.style import Palette, axis, base_layout, faded, palette
from wording.figures.trial import ENTRY_AXIS, LEVEL_AXIS, NOT_EVALUABLE

ROW = 74  # pixels a level: room for the names of toxicities above the patients
TOP = 30
HALF = 0.24  # of a level: half the height of the box around a group


def escalation_figure(
    path: Escalation, subjects: tuple[str, ...], *, synthetic: str = "", dark: bool = False
) -> go.Figure:
    """The path. Clicks: customdata is the row of `subjects`."""
    colours = palette(dark)
    layout = _layout(path, colours, synthetic)
    layout["meta"] = {"subjects": list(subjects)}
    layout["shapes"] = [*_tolerated(path, colours), *_boxes(path, colours)]
    layout["annotations"] = [
        *_toxicities(path, colours), *stamp(synthetic, colours),
    ]  # fmt: skip
    return go.Figure(_traces(path, colours), layout)


def _layout(path: Escalation, colours: Palette, synthetic: str) -> dict[str, Any]:
    count, last = len(path.levels.labels), int(path.patients["place"].max())
    margin = {"l": 84, "r": 14, "t": TOP, "b": foot_of(synthetic)}
    layout = base_layout(colours, height=ROW * count + TOP + foot_of(synthetic), margin=margin)
    every = max(1, -(-last // 10))
    layout["xaxis"] = axis(
        colours, range=[0.2, last + 0.8], tickvals=list(range(1, last + 1, every)), tickangle=0,
        ticks="outside", showline=True,
        title={"text": ENTRY_AXIS if path.ordered else LEVEL_AXIS,
               "standoff": 6},
    )  # fmt: skip
    layout["yaxis"] = axis(
        colours, range=[-0.5, count - 0.3], tickvals=list(range(count)),
        ticktext=_names(path), showgrid=True, gridcolor=colours.grid,
    )  # fmt: skip
    return layout


def _names(path: Escalation) -> list[str]:
    return [
        f"{label}<br><b>MTD</b>" if i == path.at_mtd else label
        for i, label in enumerate(path.levels.labels)
    ]


def _traces(path: Escalation, colours: Palette) -> list[dict[str, Any]]:
    rows = path.patients
    fills = colours_of(len(path.levels.labels), True, colours)
    size = 13 if len(rows) <= 24 else 10 if len(rows) <= 60 else 6
    place, level = rows["place"].tolist(), rows["level"].tolist()
    way = {"type": "scatter", "x": place, "y": level, "mode": "lines", "hoverinfo": "skip",
           "line": {"color": colours.axis, "width": 1, "shape": "hv"}}  # fmt: skip
    patients = {
        "type": "scatter", "x": place, "y": level, "mode": "markers", "cliponaxis": False,
        "marker": {"size": size, "color": [fills[one] for one in level],
                   "line": {"color": colours.text, "width": 1.2}},
        "customdata": rows["patient"].tolist(), "text": _hover(path), "name": "patients",
        "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip
    limited = rows[rows["dlt"]]
    crosses = {
        "type": "scatter", "x": limited["place"].tolist(), "y": limited["level"].tolist(),
        "mode": "markers", "hoverinfo": "skip", "name": "limited", "cliponaxis": False,
        "customdata": limited["patient"].tolist(),
        "marker": {"symbol": "x-thin", "size": size * 1.5,
                   "line": {"color": colours.groups[1], "width": 3.2}},
    }  # fmt: skip
    return [*([way] if path.ordered else []), patients, crosses]


def _hover(path: Escalation) -> list[str]:
    return [
        f"{escape(row.subject)}, {path.levels.labels[row.level]}<br>"
        + (
            f"dose-limiting: {escape(', '.join(row.kinds).lower())}"
            if row.dlt
            else _without(path, row)
        )
        for row in path.patients.itertuples()
    ]


def _without(path: Escalation, row: Any) -> str:
    if not row.evaluable:
        return NOT_EVALUABLE
    return "no dose-limiting toxicity" if path.recorded else "toxicities not recorded"


def _tolerated(path: Escalation, colours: Palette) -> list[dict[str, Any]]:
    if path.at_mtd is None:
        return []
    return [
        {
            "type": "rect", "xref": "paper", "x0": 0, "x1": 1, "layer": "below",
            "y0": path.at_mtd - 0.4, "y1": path.at_mtd + 0.4, "line": {"width": 0},
            "fillcolor": faded(colours.groups[2], 0.14),
        }
    ]  # fmt: skip


def _boxes(path: Escalation, colours: Palette) -> list[dict[str, Any]]:
    return [
        {
            "type": "rect", "x0": step.first - 0.45, "x1": step.last + 0.45, "layer": "below",
            "y0": step.level - HALF, "y1": step.level + HALF,
            "line": {"color": colours.axis, "width": 1}, "fillcolor": colours.paper,
        }
        for step in path.steps
    ]  # fmt: skip


def _toxicities(path: Escalation, colours: Palette) -> list[dict[str, Any]]:
    """The kinds that limited the dose, above the group in which they did."""
    last = int(path.patients["place"].max())
    return [
        {
            "text": "<br>".join(map(escape, dict.fromkeys(step.kinds))), "y": step.level + HALF,
            "showarrow": False, "yanchor": "bottom", "yshift": 2, "bgcolor": colours.paper,
            "borderpad": 0,
            "font": {"size": 11, "color": colours.text},
            **_beside(step.first, step.last, last),
        }
        for step in path.steps
        if step.kinds
    ]  # fmt: skip


def _beside(first: int, last: int, end: int) -> dict[str, Any]:
    """Centred over the group, unless the text would leave the figure there."""
    middle = (first + last) / 2
    if middle > 0.8 * end:
        return {"x": last + 0.45, "xanchor": "right", "align": "right"}
    if middle < 0.2 * end:
        return {"x": first - 0.45, "xanchor": "left", "align": "left"}
    return {"x": middle, "xanchor": "center", "align": "center"}
