"""Any figure as a native slide: its traces as charts, everything else as shapes and text.

The chart's inner plotting area lies exactly where the figure has it; axes, labels and areas stand
around it as shapes, because a chart knows neither ticks at chosen places nor an axis by rank.
What LibreOffice needs is said in `slidechart`.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import unescape
from typing import Any

import numpy as np
from lxml import etree
from pptx.chart.data import XyChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE
from pptx.oxml.ns import qn
from pptx.util import Pt

from exports.drawing import plot, traces
from exports.drawing.axes import Scale
from exports.drawing.canvas import colour_of
from exports.drawing.fitted import fit, unstamp
from exports.drawing.frames import SLIDE
from exports.drawing.plot import Paper
from exports.drawing.sheet import sheet_of
from exports.figure_export import Box, FigureExport
from exports.pptx.canvas import SlideCanvas, rgb, see_through
from exports.pptx.km.chart import bare, longest_first, place_plot
from exports.pptx.text import name_shape
from exports.provenance import safe_text
from figures.style import LIGHT
from wording.files.deck import NEAREST

ROOM = 91_440  # EMU: a tenth of an inch
THIN = 0.9  # how wide lines are on a slide, against the screen
UNKNOWN = {"arrow-right", "triangle-right", "triangle-down", "diamond-tall", "line-ew", "x"}

MOST_SERIES = 90  # of a chart: beyond, nobody would edit it
SYMBOLS = {
    "circle": XL_MARKER_STYLE.CIRCLE, "circle-open": XL_MARKER_STYLE.CIRCLE,
    "square": XL_MARKER_STYLE.SQUARE, "square-open": XL_MARKER_STYLE.SQUARE,
    "diamond": XL_MARKER_STYLE.DIAMOND, "diamond-tall": XL_MARKER_STYLE.DIAMOND,
    "cross": XL_MARKER_STYLE.PLUS, "x": XL_MARKER_STYLE.X, "x-thin": XL_MARKER_STYLE.X,
    "star": XL_MARKER_STYLE.STAR, "triangle-up": XL_MARKER_STYLE.TRIANGLE,
    "triangle-down": XL_MARKER_STYLE.TRIANGLE, "triangle-right": XL_MARKER_STYLE.TRIANGLE,
    "arrow-right": XL_MARKER_STYLE.TRIANGLE, "line-ew": XL_MARKER_STYLE.DASH,
}  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """One series of a chart: its points and its look; sizes in pixels, 0 for none."""

    name: str
    x: np.ndarray
    y: np.ndarray
    line: str = ""
    width: float = 0.0
    dash: tuple[float, ...] = ()
    symbol: str = ""
    size: float = 0.0
    fill: str = ""
    edge: str = ""
    edge_width: float = 0.0
    opacity: float = 1.0
    bar: bool = False  # a line that is a bar: as wide as it is, and cut off straight


def native(slide: Any, figure_export: FigureExport, box: Box) -> str:
    """Draw the exported figure into the box; what PowerPoint has only something near to."""
    left, top, wide, high = box
    scale = SLIDE.scale
    sheet = sheet_of(figure_export.figure)
    unstamp(sheet)
    tall = fit(sheet, SLIDE, high * 72 / scale)
    scale *= min(1.0, high * 72 / scale / tall)
    canvas = SlideCanvas(slide, left, top, scale)
    canvas.group("Ground")

    def charts(_: Any, data: list[dict[str, Any]], paper: Paper) -> None:
        _areas(canvas, data, paper)
        canvas.into = slide.shapes
        _charts(canvas, data, paper, figure_export.description)
        canvas.group("Axes and words")
        for trace in data:
            if trace["type"] == "scatter" and "text" in (trace.get("mode") or ""):
                x, y = paper.pair(trace)
                words = {**trace, "mode": "text", "fill": "none", "error_y": None}
                traces.draw(canvas, words, x, y)

    plot.draw(canvas, sheet, 0, 0, wide * 72 / scale, tall, charts)
    _drop_empty_groups(slide)
    markers = [trace.get("marker") or {} for trace in sheet.data]
    symbols = {str(one) for marker in markers for one in np.ravel(marker.get("symbol", ""))}
    return NEAREST if symbols & UNKNOWN else ""


def _drop_empty_groups(slide: Any) -> None:
    for shape in list(slide.shapes):
        if shape.shape_type == 6 and not len(shape.shapes):
            shape._element.getparent().remove(shape._element)


def _areas(canvas: SlideCanvas, data: list[dict[str, Any]], paper: Paper) -> None:
    """Filled outlines lie behind the chart: a scatter chart cannot fill."""
    for trace in data:
        if trace.get("fill") == "toself":
            canvas.named = safe_text(unescape(trace.get("name") or "band"))
            x, y = paper.pair(trace)
            traces.draw(canvas, {**trace, "mode": "none"}, x, y)
            canvas.named = ""


def _charts(canvas: SlideCanvas, data: list[dict[str, Any]], paper: Paper, said: str) -> None:
    """A chart for every pair of axes that has something to draw."""
    pairs = dict.fromkeys((one.get("xaxis", "x"), one.get("yaxis", "y")) for one in data)
    for number, (x, y) in enumerate(pairs, 1):
        mine = [one for one in data
                if (one.get("xaxis", "x"), one.get("yaxis", "y")) == (x, y)]  # fmt: skip
        scales = paper.scales[x], paper.scales[y]
        pieces = [piece for one in mine for piece in (
            bars_of(one, scales[0]) if one["type"] == "bar" else pieces_of(one))]  # fmt: skip
        if pieces:
            shape = _xy_chart(canvas, pieces[:MOST_SERIES], _frame(canvas, *scales), *scales)
            name_shape(shape, "Chart" if number == 1 else f"Chart {number}", said)


def bars_of(trace: dict[str, Any], x: Scale) -> list[Piece]:
    """Bars as lines as thick as they are wide, from 0 up, at their places; a series a colour.

    A column chart would put them at equal distances, wherever they belong.
    """
    at, height = traces.numbers(trace["x"]), traces.numbers(trace["y"])
    wide = float(np.ravel(trace.get("width", 0.8))[0])
    colours = np.asarray(trace["marker"]["color"], object)
    each = np.broadcast_to(colours, at.shape)
    name = safe_text(unescape(trace.get("name") or "values"))
    found = []
    for colour in dict.fromkeys(each.tolist()):
        mine = each == colour
        ends = np.column_stack([np.zeros(mine.sum()), height[mine], np.full(mine.sum(), np.nan)])
        pixels = abs(x.one(wide) - x.one(0.0))
        found.append(Piece(name, np.repeat(at[mine], 3), ends.ravel(), colour, pixels, bar=True))
    return found


def pieces_of(trace: dict[str, Any]) -> list[Piece]:
    """The series of one trace: its line, its marks by look, its intervals; a gap ends a series
    of marks nowhere, and a line where the trace breaks it."""
    x, y = traces.numbers(trace["x"]), traces.numbers(trace["y"])
    name = safe_text(unescape(trace.get("name") or "values"))
    mode, line = trace.get("mode") or "lines", trace.get("line") or {}
    found = []
    if trace.get("error_y"):
        found += _intervals(trace, name, x, y)
    if "lines" in mode and line.get("width", 2) > 0 and line.get("color"):
        width = line.get("width", 2)
        route = traces.step(x, y, line.get("shape") or "linear")
        found.append(Piece(name, *route, line["color"], width,
                           traces.dashes(line.get("dash"), width)))  # fmt: skip
    if "markers" in mode:
        for look, where in traces.looks(trace, x.size):
            symbol, size, fill, edge, width, opacity = look
            known = where[np.isfinite(x[where]) & np.isfinite(y[where])]
            if known.size and colour_of(fill or "#000000")[3] > 0:
                found.append(Piece(
                    name, x[known], y[known], symbol=symbol, size=size, fill=fill or "",
                    edge=edge, edge_width=width, opacity=opacity,
                ))  # fmt: skip
    return found


def _intervals(trace: dict[str, Any], name: str, x: np.ndarray, y: np.ndarray) -> list[Piece]:
    bars = trace["error_y"]
    up, down = traces.numbers(bars["array"]), traces.numbers(bars["arrayminus"])
    known = np.flatnonzero(np.isfinite(y) & ((up > 0) | (down > 0)))
    if not known.size:
        return []
    across = np.repeat(x[known], 3)
    ends = np.column_stack([y[known] - down[known], y[known] + up[known],
                            np.full(known.size, np.nan)]).ravel()  # fmt: skip
    return [Piece(f"{name}, 95 % interval", across, ends, bars["color"], bars["thickness"])]


# -------------------------------------------------------------------------------------- charts


def _frame(canvas: SlideCanvas, x: Scale, y: Scale) -> tuple[int, int, int, int]:
    """The plotting area with some room around it: LibreOffice moves one that fills its frame."""
    left, top = canvas.emu(x.near, min(y.near, y.far))
    right, bottom = canvas.emu(x.far, max(y.near, y.far))
    return left - ROOM, top - ROOM, right - left + 2 * ROOM, bottom - top + 2 * ROOM


def _xy_chart(canvas: SlideCanvas, pieces: list[Piece], frame: tuple[int, ...], x: Scale,
              y: Scale) -> Any:  # fmt: skip
    pieces = longest_first(pieces)
    data = XyChartData()
    gaps = []
    for piece in pieces:
        series = data.add_series(piece.name)
        across, up, gap = _joined(piece)
        gaps.append(gap)
        for one, other in zip(across, up, strict=True):
            series.add_data_point(one, other)
    shape = canvas.slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, *frame, data)
    chart = shape.chart
    for series, piece, gap in zip(chart.plots[0].series, pieces, gaps, strict=True):
        _dress(series, piece, canvas.scale)
        _break(series, gap)
    _hide_axes(chart, (chart.category_axis, x), (chart.value_axis, y))
    side, above = ROOM / frame[2], ROOM / frame[3]
    place_plot(chart, (side, above, 1 - 2 * side, 1 - 2 * above))
    return shape


def _joined(piece: Piece) -> tuple[list[float], list[float], list[int]]:
    """Points without blanks at the ends; a gap has the x before it, its y is taken out later: a
    blank x makes LibreOffice count the points instead."""
    known = np.isfinite(piece.x) & np.isfinite(piece.y)
    inside = np.flatnonzero(known)
    if not inside.size:
        return [0.0], [0.0], [0]
    span = np.arange(inside[0], inside[-1] + 1)
    # Several gaps in a row are one.
    span = span[known[span] | np.r_[True, known[span][:-1]]]
    before = np.maximum.accumulate(np.where(known[span], np.arange(span.size), 0))
    across, up = piece.x[span][before], piece.y[span][before]
    return across.tolist(), up.tolist(), np.flatnonzero(~known[span]).tolist()


def _break(series: Any, gap: list[int]) -> None:
    """Take the y out of the gaps, in what is drawn."""
    cache = series._element.find(f"{qn('c:yVal')}/{qn('c:numRef')}/{qn('c:numCache')}")
    for point in cache.findall(qn("c:pt")):
        if int(point.get("idx")) in set(gap):
            cache.remove(point)


def _dress(series: Any, piece: Piece, scale: float) -> None:
    series.smooth = False
    if piece.line:
        colour = colour_of(piece.line)
        series.marker.style = XL_MARKER_STYLE.NONE
        series.format.line.color.rgb = rgb(colour)
        see_through(series.format.line.fill._xPr.find(qn("a:solidFill")), colour[3])
        series.format.line.width = Pt(max(piece.width * scale * (1 if piece.bar else THIN), 0.5))
        series.format.line._get_or_add_ln().set("cap", "flat")
        if piece.dash:
            series.format.line.dash_style = _dash(piece.dash, piece.width)
        return
    series.format.line.fill.background()
    marker = series.marker
    marker.style = SYMBOLS[piece.symbol]
    marker.size = int(min(max(round(piece.size * scale * 0.8), 2), 72))
    colour = colour_of(piece.fill or piece.edge, piece.opacity)
    if "open" in piece.symbol:
        marker.format.fill.background()
    else:
        marker.format.fill.solid()
        marker.format.fill.fore_color.rgb = rgb(colour)
        see_through(marker.format.fill._xPr.find(qn("a:solidFill")), colour[3])
    edge = colour_of(piece.edge) if piece.edge and piece.edge_width else colour
    marker.format.line.color.rgb = rgb(edge)
    marker.format.line.width = Pt(max(piece.edge_width * scale * 0.75, 0.75))


def _dash(dash: tuple[float, ...], width: float) -> int:
    """PowerPoint's nearest: dash-dot, dots or dashes."""
    if len(dash) > 2:
        return 5
    return 3 if dash[0] <= 1.5 * max(width, 3) * 0.8 else 4


def _hide_axes(chart: Any, *axes: tuple[Any, Scale]) -> None:
    """The chart fills its frame and shows its series only: the axes stand around it."""
    chart.has_legend = chart.has_title = False
    chart.font.size, chart.font.color.rgb = Pt(12), rgb(colour_of(LIGHT.text))
    for axis, scale in axes:
        axis.has_major_gridlines = axis.has_minor_gridlines = False
        axis.visible = False
        low, high = scale.span
        if scale.log:
            _logarithmic(axis)
            low, high = 10**low, 10**high
        axis.minimum_scale, axis.maximum_scale = min(low, high), max(low, high)
        axis.reverse_order = low > high
    bare(chart)


def _logarithmic(axis: Any) -> None:
    scaling = axis._element.find(qn("c:scaling"))
    base = etree.Element(qn("c:logBase"))
    base.set("val", "10")
    scaling.insert(0, base)
