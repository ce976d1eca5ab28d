"""A Plotly figure on a canvas: what the screen shows of it, drawn from the same numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from exports.drawing import traces
from exports.drawing.axes import Scale, span_of, title_of
from exports.drawing.canvas import Canvas, colour_of
from exports.drawing.sheet import Sheet

TICK = 5.0  # length of a tick in pixels
GAP = 3.0  # from a tick to its label


@dataclass(frozen=True)
class Paper:
    """The plotting area in pixels of the canvas, and its scales by name ("x", "y", "y2")."""

    left: float
    top: float
    right: float
    bottom: float
    scales: dict[str, Scale]

    def pair(self, trace: dict[str, Any]) -> tuple[Scale, Scale]:
        """The two scales of a trace or an annotation."""
        return self.scales[trace.get("xaxis", "x")], self.scales[trace.get("yaxis", "y")]


DrawTraces = Callable[[Any, list[dict[str, Any]], Paper], None]


def draw(
    canvas: Any,
    sheet: Sheet,
    left: float,
    top: float,
    wide: float,
    high: float,
    draw_traces: DrawTraces | None = None,
) -> Paper:
    """Draw a figure into a place of the canvas (pixels); the paper it stands on.

    `draw_traces` may take the place of the drawing of traces: a slide has charts for that.
    """
    layout, data = sheet.layout, sheet.data
    paper = paper_of(layout, data, left, top, wide, high)
    shapes = layout.get("shapes") or ()
    _grids(canvas, paper)
    for shape in shapes:
        if shape.get("layer") == "below":
            _shape(canvas, paper, shape)
    if draw_traces is None:
        for trace in data:
            traces.draw(canvas, trace, *paper.pair(trace))
    else:
        draw_traces(canvas, data, paper)
    for name, scale in paper.scales.items():
        if scale.settings.get("visible", True):
            (_x_axis if name[0] == "x" else _y_axis)(canvas, paper, scale)
    for shape in shapes:
        if shape.get("layer") != "below":
            _shape(canvas, paper, shape)
    for note in layout.get("annotations") or ():
        _note(canvas, paper, note)
    return paper


def paper_of(
    layout: dict[str, Any],
    data: list[dict[str, Any]],
    left: float,
    top: float,
    wide: float,
    high: float,
) -> Paper:
    """Where the plotting area and its axes stand."""
    margin = layout.get("margin") or {}
    box = (
        left + margin.get("l", 80),
        top + margin.get("t", 100),
        left + wide - margin.get("r", 80),
        top + high - margin.get("b", 80),
    )
    names = [name for name in layout if name.startswith(("xaxis", "yaxis"))]
    scales = {}
    for name in names:
        short = name[0] + name[5:]
        settings = layout[name] or {}
        mine = [one for one in data if one.get(f"{short[0]}axis", short[0]) == short]
        near, far = (box[0], box[2]) if short[0] == "x" else (box[3], box[1])
        low, high_ = settings.get("domain") or (0, 1)
        bars = short[0] == "y" and any(one["type"] == "bar" for one in mine)
        span = span_of(settings, [traces.numbers(one.get(short[0])) for one in mine], bars=bars)
        scales[short] = Scale(
            settings, span, near + low * (far - near), near + high_ * (far - near)
        )
    return Paper(*box, scales)


# --------------------------------------------------------------------------------------- axes


def _grids(canvas: Canvas, paper: Paper) -> None:
    for name, scale in paper.scales.items():
        settings = scale.settings
        if settings.get("showgrid") and settings.get("visible", True):
            colour = colour_of(settings.get("gridcolor") or "#eeeeee")
            for at, _ in scale.ticks():
                _across(canvas, paper, name, scale, at, colour)
        if settings.get("zeroline"):
            low, high = sorted(scale.span)
            if low <= 0 <= high:
                colour = colour_of(settings.get("zerolinecolor") or "#444444")
                _across(canvas, paper, name, scale, scale.one(0.0), colour)


def _across(canvas: Canvas, paper: Paper, name: str, scale: Scale, at: float, colour: Any) -> None:
    """A line over the plotting area at one place of an axis."""
    if name[0] == "x":
        tops = _other_ends(paper, scale)
        canvas.line(np.array([at, at]), np.array(tops), colour, 1)
    else:
        canvas.line(np.array([paper.left, paper.right]), np.array([at, at]), colour, 1)


def _other_ends(paper: Paper, scale: Scale) -> tuple[float, float]:
    other = paper.scales.get(scale.settings.get("anchor") or "y")
    return (other.near, other.far) if other else (paper.bottom, paper.top)


def _x_axis(canvas: Canvas, paper: Paper, scale: Scale) -> None:
    settings, (bottom, _) = scale.settings, _other_ends(paper, scale)
    line = colour_of(settings.get("linecolor") or "#444444")
    if settings.get("showline"):
        canvas.line(np.array([scale.near, scale.far]), np.array([bottom, bottom]), line, 1)
    font = settings.get("tickfont") or {}
    size, colour = font.get("size", 12), colour_of(font.get("color", "#212529"))
    outside = settings.get("ticks") == "outside"
    long = settings.get("ticklen", TICK) if outside else 0.0
    turned = settings.get("tickangle") in (-90, 270)
    lowest = 0.0
    for at, text in scale.ticks():
        if outside:
            canvas.line(np.array([at, at]), np.array([bottom, bottom + long]), line, 1)
        wide, high = canvas.box_of(text, size)
        y = bottom + long + GAP
        if turned:
            canvas.text(at, y, text, size, colour, across=1.0, down=0.5, turn=90)
        else:
            canvas.text(at, y - 0.15 * size, text, size, colour, across=0.5, down=0.0, align=0.5)
        lowest = max(lowest, wide if turned else high)
    _x_title(canvas, scale, bottom + long + GAP + lowest)


def _x_title(canvas: Canvas, scale: Scale, below: float) -> None:
    text, standoff = title_of(scale.settings)
    if text:
        font = scale.settings["title"].get("font") or {}
        size, colour = font.get("size", 12), colour_of(font.get("color", "#212529"))
        middle = (scale.near + scale.far) / 2
        canvas.text(
            middle, below + standoff / 2, text, size, colour, across=0.5, down=0.0, align=0.5
        )


def _y_axis(canvas: Canvas, paper: Paper, scale: Scale) -> None:
    settings = scale.settings
    line = colour_of(settings.get("linecolor") or "#444444")
    if settings.get("showline"):
        canvas.line(np.array([paper.left] * 2), np.array([scale.near, scale.far]), line, 1)
    font = settings.get("tickfont") or {}
    size, colour = font.get("size", 12), colour_of(font.get("color", "#212529"))
    widest = 0.0
    for at, text in scale.ticks():
        canvas.text(paper.left - GAP - 1, at, text, size, colour, across=1.0, align=1.0)
        widest = max(widest, canvas.box_of(text, size)[0])
    text, standoff = title_of(settings)
    if text:
        font = settings["title"].get("font") or {}
        high = 1.3 * font.get("size", 12)
        x = paper.left - GAP - 1 - widest - standoff - high / 2
        canvas.text(
            x,
            (scale.near + scale.far) / 2,
            text,
            font.get("size", 12),
            colour_of(font.get("color", "#212529")),
            across=0.5,
            turn=90,
        )


# ------------------------------------------------------------------------------------- shapes


def _shape(canvas: Canvas, paper: Paper, shape: dict[str, Any]) -> None:
    x0, x1 = (_x_of(paper, shape, shape[end]) for end in ("x0", "x1"))
    y0, y1 = (_y_of(paper, shape, shape[end]) for end in ("y0", "y1"))
    line = shape.get("line") or {}
    width = line.get("width", 2)
    edge = colour_of(line["color"]) if line.get("color") else (0, 0, 0, 0)
    if shape["type"] == "line":
        dash = traces.dashes(line.get("dash"), width)
        canvas.line(np.array([x0, x1]), np.array([y0, y1]), edge, width, dash)
    elif shape["type"] == "rect":
        box = [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
        fill = colour_of(shape["fillcolor"]) if shape.get("fillcolor") else (0, 0, 0, 0)
        canvas.area(box, fill, edge, width if line.get("color") else 0)
    else:
        raise ValueError(f"a shape of the type {shape['type']!r} cannot be drawn")


def _x_of(paper: Paper, one: dict[str, Any], value: float) -> float:
    if one.get("xsizemode") == "pixel":
        return _x_of(paper, {**one, "xsizemode": ""}, one.get("xanchor", 0)) + value
    ref = one.get("xref") or "x"
    if ref == "paper":
        return paper.left + value * (paper.right - paper.left)
    return paper.scales[ref].one(value)


def _y_of(paper: Paper, one: dict[str, Any], value: float) -> float:
    if one.get("ysizemode") == "pixel":
        return _y_of(paper, {**one, "ysizemode": ""}, one.get("yanchor", 0)) - value
    ref = one.get("yref") or "y"
    if ref == "paper":
        return paper.bottom - value * (paper.bottom - paper.top)
    return paper.scales[ref].one(value)


# -------------------------------------------------------------------------------- annotations

SHARES = {"left": 0.0, "center": 0.5, "right": 1.0, "top": 0.0, "middle": 0.5, "bottom": 1.0}


def _note(canvas: Canvas, paper: Paper, note: dict[str, Any]) -> None:
    font, text = note.get("font") or {}, note.get("text") or ""
    if note.get("showarrow") is not False:
        raise ValueError("an annotation with an arrow cannot be drawn")
    size, colour = font.get("size", 12), colour_of(font.get("color", "#212529"))
    x = _x_of(paper, note, note["x"]) + note.get("xshift", 0)
    y = _y_of(paper, note, note["y"]) - note.get("yshift", 0)
    across = SHARES[_anchor(note, "x", ("left", "center", "right"))]
    down = SHARES[_anchor(note, "y", ("bottom", "middle", "top"))]
    align = SHARES[note.get("align") or "center"]
    if note.get("bgcolor"):
        wide, high = canvas.box_of(text, size)
        left, top = x - across * wide, y - down * high
        box = [(left, top), (left + wide, top), (left + wide, top + high), (left, top + high)]
        canvas.area([*box, box[0]], colour_of(note["bgcolor"]))
    canvas.text(x, y, text, size, colour, across=across, down=down, align=align)


def _anchor(note: dict[str, Any], along: str, thirds: tuple[str, str, str]) -> str:
    """Its own anchor; else the nearest side of the paper, or the middle on an axis."""
    own = note.get(f"{along}anchor")
    if own and own != "auto":
        return own
    if note.get(f"{along}ref") != "paper":
        return thirds[1]
    return thirds[min(int(note[along] * 3), 2)] if 0 <= note[along] <= 1 else thirds[1]
