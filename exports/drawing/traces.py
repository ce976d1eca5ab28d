"""The traces of a figure: lines, areas, marks, text and bars."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from exports.drawing._shapes import marks
from exports.drawing.axes import Scale
from exports.drawing.canvas import NONE, Canvas, Colour, colour_of

BEYOND = 1e5  # pixels: farther away nothing is drawn
POSITIONS = {"top": 1.0, "middle": 0.5, "bottom": 0.0, "left": 1.0, "center": 0.5, "right": 0.0}


def draw(canvas: Canvas, trace: dict[str, Any], x: Scale, y: Scale) -> None:
    """One trace; ValueError for a kind that no figure has had so far."""
    box = (min(x.near, x.far), min(y.near, y.far), max(x.near, x.far), max(y.near, y.far))
    canvas.clip(None if trace.get("cliponaxis") is False else box)
    if trace["type"] == "bar":
        _bars(canvas, trace, x, y)
    elif trace["type"] == "scatter":
        _scatter(canvas, trace, x, y)
    else:
        raise ValueError(f"a trace of the type {trace['type']!r} cannot be drawn")
    canvas.clip(None)


def numbers(values: Any) -> np.ndarray:
    """Data as numbers, NaN where there is none."""
    if values is None:
        return np.array([])
    if isinstance(values, np.ndarray) and values.dtype.kind in "iuf":
        return values.astype(float)
    return np.array([np.nan if one is None else float(one) for one in values], float)


def dashes(name: str | None, width: float) -> tuple[float, ...]:
    """A dash as Plotly draws it, in pixels; its own names, or "6px,3px"."""
    unit = max(width, 3)
    known = {"dot": (1, 1), "dash": (3, 3), "longdash": (5, 5), "dashdot": (3, 1, 1, 1)}
    if not name or name == "solid":
        return ()
    if name in known:
        return tuple(unit * one for one in known[name])
    return tuple(float(one.strip().removesuffix("px")) for one in name.split(","))


def _scatter(canvas: Canvas, trace: dict[str, Any], x: Scale, y: Scale) -> None:
    across, up = x.place(numbers(trace["x"])), y.place(numbers(trace["y"]))
    across, up = np.clip(across, -BEYOND, BEYOND), np.clip(up, -BEYOND, BEYOND)
    mode = trace.get("mode") or "lines"
    line = trace.get("line") or {}
    if trace.get("fill") == "toself":
        _areas(canvas, across, up, colour_of(trace["fillcolor"]))
    elif trace.get("fill") not in (None, "none"):
        raise ValueError(f"a filling {trace['fill']!r} cannot be drawn")
    if trace.get("error_y"):
        _errors(canvas, trace, across, y)
    if "lines" in mode and line.get("width", 2) > 0 and line.get("color"):
        route = step(across, up, line.get("shape") or "linear")
        width = line.get("width", 2)
        canvas.line(*route, colour_of(line["color"]), width, dashes(line.get("dash"), width))
    if "markers" in mode:
        _marks(canvas, trace, across, up)
    if "text" in mode:
        _texts(canvas, trace, across, up)


def step(x: np.ndarray, y: np.ndarray, shape: str) -> tuple[np.ndarray, np.ndarray]:
    """The points of a line in Plotly's shape: straight, or first across and then up ("hv")."""
    if shape == "linear":
        return x, y
    if shape != "hv":
        raise ValueError(f"a line of the shape {shape!r} cannot be drawn")
    return np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]


def _areas(canvas: Canvas, x: np.ndarray, y: np.ndarray, fill: Colour) -> None:
    """Every outline between two gaps, filled."""
    known = np.isfinite(x) & np.isfinite(y)
    for run in np.split(np.arange(x.size), np.flatnonzero(np.diff(known)) + 1):
        if run.size > 2 and known[run[0]]:
            outline = list(zip(x[run].tolist(), y[run].tolist(), strict=True))
            canvas.area([*outline, outline[0]], fill)


def _errors(canvas: Canvas, trace: dict[str, Any], x: np.ndarray, y: Scale) -> None:
    bars = trace["error_y"]
    at, up, down = (numbers(one) for one in (trace["y"], bars["array"], bars["arrayminus"]))
    colour, width, half = colour_of(bars["color"]), bars["thickness"], bars.get("width", 4)
    for here, value, above, below in zip(x, at, up, down, strict=True):
        if np.isfinite(value) and (above or below):
            high, low = y.one(value + above), y.one(value - below)
            canvas.line(np.array([here, here]), np.array([low, high]), colour, width)
            for end in (low, high):
                canvas.line(
                    np.array([here - half, here + half]), np.array([end, end]), colour, width
                )


def _marks(canvas: Canvas, trace: dict[str, Any], x: np.ndarray, y: np.ndarray) -> None:
    """Marks of one look together: a look is symbol, size and colours."""
    for look, where in looks(trace, x.size):
        symbol, size, colour, edge, width, opacity = look
        mark = marks().get(symbol)
        if mark is None:
            raise ValueError(f"a mark {symbol!r} cannot be drawn")
        fill = colour_of(colour or edge or "#212529", opacity)
        if mark.open or mark.thin:
            edge_colour = colour_of(edge, opacity) if mark.thin and edge else fill
            fill, width = NONE, width or 1.5
        else:
            edge_colour = colour_of(edge, opacity) if edge else NONE
            width = width if edge else 0.0
        if fill[3] > 0 or edge_colour[3] > 0:
            spans = size * mark.size
            canvas.marks(x[where], y[where], mark.path, spans, fill, edge_colour, width)


def looks(trace: dict[str, Any], n: int) -> Iterator[tuple[tuple, np.ndarray]]:
    """Each look of the marks (symbol size colour edge edge-width opacity) and where it stands."""
    marker = trace.get("marker") or {}
    line = marker.get("line") or {}
    own = (trace.get("line") or {}).get("color", "")
    parts = [
        marker.get("symbol", "circle"),
        marker.get("size", 6),
        marker.get("color", own),
        line.get("color", ""),
        line.get("width", 0),
        marker.get("opacity", 1.0),
    ]
    if not any(isinstance(one, list | tuple | np.ndarray) for one in parts):
        yield tuple(parts), np.arange(n)
        return
    columns = [
        list(one) if isinstance(one, list | tuple | np.ndarray) else [one] * n for one in parts
    ]
    places: dict[tuple, list[int]] = {}
    for i, look in enumerate(zip(*columns, strict=True)):
        places.setdefault(look, []).append(i)
    for look, where in places.items():
        yield look, np.array(where)


def _texts(canvas: Canvas, trace: dict[str, Any], x: np.ndarray, y: np.ndarray) -> None:
    font = trace.get("textfont") or {}
    colours = font.get("color", "#212529")
    each = list(colours) if isinstance(colours, list | tuple | np.ndarray) else [colours] * x.size
    positions = trace.get("textposition") or "middle center"
    placed = [positions] * x.size if isinstance(positions, str) else list(positions)
    texts = trace["text"] if not isinstance(trace["text"], str) else [trace["text"]] * x.size
    for i, text in enumerate(texts):
        if text and np.isfinite(x[i]) and np.isfinite(y[i]):
            down, across = (POSITIONS[part] for part in placed[i].split())
            canvas.text(
                x[i],
                y[i],
                str(text),
                font.get("size", 12),
                colour_of(each[i]),
                across=across,
                down=down,
            )


def _bars(canvas: Canvas, trace: dict[str, Any], x: Scale, y: Scale) -> None:
    at, height = numbers(trace["x"]), numbers(trace["y"])
    known = trace.get("width")
    wide = (
        np.broadcast_to(numbers([known] if np.ndim(known) == 0 else known), at.shape)
        if (known is not None)
        else np.full(at.shape, 0.8)
    )
    marker = trace.get("marker") or {}
    line = marker.get("line") or {}
    colours = marker["color"]
    fills = [colours] * at.size if isinstance(colours, str) else list(colours)
    edge = colour_of(line["color"]) if line.get("color") else NONE
    for here, up, half, fill in zip(at, height, wide / 2, fills, strict=True):
        if np.isfinite(up):
            left, right = x.one(here - half), x.one(here + half)
            top, bottom = y.one(up), y.one(0.0)
            box = [(left, bottom), (left, top), (right, top), (right, bottom), (left, bottom)]
            canvas.area(box, colour_of(fill), edge, line.get("width", 0))
