"""The Kaplan-Meier figure for paper that is wider than high: its words beside the curves."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from figures.km.header import LEFT

SMALLER = 0.8  # what the words and the table shrink to
GAP = 30  # pixels between the plot and the words
WIDE = 286  # of the words, before they shrink
TOP, FOOT = 12, 6  # margins


def words_aside(figure: go.Figure) -> go.Figure:
    """A copy whose words stand right of the plot; the stamp under the table is left to the paper,
    the table is a little finer."""
    layout = figure.layout.to_plotly_json()
    data = [trace.to_plotly_json() for trace in figure.data]
    head, stamp = layout["margin"]["t"], layout["margin"]["b"]
    notes = [one for one in layout["annotations"] if one.get("name") != "stamp"]
    layout["annotations"] = [_aside(one, head) for one in notes]
    layout["shapes"] = [_key_aside(one, head) for one in layout["shapes"]]
    layout["margin"].update(t=TOP, b=FOOT, r=round(GAP + WIDE * SMALLER))
    layout["height"] += TOP + FOOT - head - stamp
    layout["height"] = _finer_table(layout, data)
    return go.Figure({"data": data, "layout": layout}, _validate=False)


def _aside(note: dict[str, Any], head: float) -> dict[str, Any]:
    if not str(note.get("name", "")).startswith("line "):
        return note
    font = {**note["font"], "size": note["font"]["size"] * SMALLER}
    across, up = note["xshift"] - LEFT, note["yshift"] - head
    return {**note, "x": 1, "font": font, "xshift": GAP + across * SMALLER, "yshift": up * SMALLER}


def _key_aside(shape: dict[str, Any], head: float) -> dict[str, Any]:
    if shape["yref"] != "paper":
        return shape
    up = (shape["y0"] - head) * SMALLER
    ends = {end: GAP + (shape[end] - LEFT) * SMALLER for end in ("x0", "x1")}
    return {**shape, **ends, "xanchor": 1, "y0": up, "y1": up}


def _finer_table(layout: dict[str, Any], data: list[dict[str, Any]]) -> float:
    """Rows of the table closer together, its type smaller; the new height of the figure."""
    inner = layout["height"] - TOP - FOOT
    table = layout["yaxis2"]["domain"][1] * inner
    saved = table * (1 - SMALLER)
    for trace in data:
        if trace.get("mode") == "text":
            trace["textfont"]["size"] *= SMALLER
    for note in layout["annotations"]:
        if note.get("yref") == "y2":
            note["font"] = {**note["font"], "size": note["font"]["size"] * SMALLER}
    low, top = layout["yaxis"]["domain"]
    layout["yaxis2"]["domain"] = [0, (table - saved) / (inner - saved)]
    layout["yaxis"]["domain"] = [(low * inner - saved) / (inner - saved), top]
    return layout["height"] - saved
