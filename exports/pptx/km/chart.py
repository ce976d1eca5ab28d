"""A Kaplan-Meier figure as a native XY scatter chart: doubled points make true steps.

What LibreOffice needs: it takes every number from the caches in the chart's XML, and where a single
x is blank it numbers that series' points 1, 2, 3 … instead (its InternalDataProvider). So no
series here has a blank x. And it loses every series that stands before the one with the most points
(seen in 7.4; its table of data grows with each series): so that one comes first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from lxml import etree
from pptx.chart.data import XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from analysis.results.survival import EstimatedEndpoint, SurvivalResult
from exports.drawing.text import width
from exports.figure_export import Box
from exports.provenance import safe_text
from figures.curves import steps
from figures.km.figure import MANY_MARKS, last_well_known
from figures.km.group import Group
from figures.style import LIGHT, TAIL

AXIS = 16  # points
CURVE, BAND = 2.25, 0.75  # points
PALE = 0.45  # how much of the colour is left in a band's limits
DASHES = {
    "solid": MSO_LINE.SOLID,
    "dash": MSO_LINE.DASH,
    "dot": MSO_LINE.ROUND_DOT,
    "dashdot": MSO_LINE.DASH_DOT,
}
DIGITS = 6  # of a percentage: more are noise of the arithmetic


@dataclass(frozen=True)
class Line:
    """One series: its points and its look; `width` 0 means marks without a line."""

    name: str
    x: np.ndarray
    y: np.ndarray
    colour: str
    width: float
    group: Group


def lines_of(groups: list[Group]) -> list[Line]:
    """Every series of the chart, bands first and the highest group last, so that it lies on top."""
    backwards = groups[::-1]
    return [
        *(line for group in backwards for line in _limits(group)),
        *(line for group in backwards for line in _curve(group)),
        *(line for group in backwards for line in _marks(group)),
    ]


def longest_first(lines: list[Any]) -> list[Any]:
    """The series with the most points before all others, which keep their order."""
    longest = max(lines, key=lambda line: line.x.size)
    return [longest, *(line for line in lines if line is not longest)]


def add_chart(
    slide: Any,
    result: SurvivalResult,
    endpoint: EstimatedEndpoint,
    groups: list[Group],
    ticks: list[float],
    frame: Box,
    plot: Box,
) -> Any:
    """The chart in `frame`, its plotting area exactly in `plot`; the shape that holds it."""
    lines = longest_first(lines_of(groups))
    data = XyChartData()
    for line in lines:
        series = data.add_series(safe_text(line.name))
        for x, y in zip(line.x.tolist(), line.y.tolist(), strict=True):
            series.add_data_point(x, y)
    shape = slide.shapes.add_chart(
        XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, *map(Inches, frame), data
    )
    chart = shape.chart
    chart.has_legend = chart.has_title = False
    chart.font.size, chart.font.color.rgb = Pt(AXIS), _rgb(LIGHT.text)
    for series, line in zip(chart.plots[0].series, lines, strict=True):
        _dress(series, line)
    unit = result.time_unit.capitalize()
    _axis(chart.category_axis, f"{unit} from {endpoint.origin}", ticks[-1], ticks[1])
    _axis(chart.value_axis, f"{endpoint.label}, %", 100, 25)
    chart.value_axis.has_major_gridlines = True
    chart.value_axis.major_gridlines.format.line.color.rgb = _rgb(LIGHT.grid)
    _upright(chart.value_axis)
    across = (plot[0] + plot[2] / 2 - frame[0]) / frame[2]
    wide = width(f"{unit} from {endpoint.origin}", AXIS, False) / 72 / frame[2]
    _place_title(chart.category_axis, across - wide / 2, 1 - 0.31 / frame[3])
    place_plot(
        chart,
        (
            (plot[0] - frame[0]) / frame[2],
            (plot[1] - frame[1]) / frame[3],
            plot[2] / frame[2],
            plot[3] / frame[3],
        ),
    )
    bare(chart)
    return shape


def line_dash(group: Group) -> Any:
    """The dash of a group's curve, as PowerPoint calls it."""
    return DASHES[group.dash]


# ------------------------------------------------------------------------------------- series


def _curve(group: Group) -> Iterator[Line]:
    """The curve, and as a paler series its tail, where few are at risk."""
    rows = _at_steps(group.curve)
    x, y = steps(rows["time"], (rows["survival"] * 100).round(DIGITS))
    solid = last_well_known(group)
    # The point at which the line turns pale belongs to both; it may lie between two steps.
    level = y[x <= solid][-1]
    head = np.append(x[x <= solid], solid), np.append(y[x <= solid], level)
    tail = np.append(solid, x[x > solid]), np.append(level, y[x > solid])
    yield Line(group.label, *head, group.colour, CURVE, group)
    if tail[0].size > 1:
        colour = mixed(group.colour, TAIL)
        yield Line(f"{group.label}, few at risk", *tail, colour, CURVE, group)


def _limits(group: Group) -> Iterator[Line]:
    """The two limits of the band as thin lines: a scatter chart cannot fill."""
    rows = _at_steps(group.curve)
    known = rows[["lower", "upper"]].notna().all(axis=1).to_numpy()
    end = len(known) if known.all() else int(np.argmin(known)) + 1
    part = rows.iloc[:end].ffill()  # to where survival reaches 0: there it has no limits
    for column in ("lower", "upper"):
        x, y = steps(part["time"], (part[column] * 100).round(DIGITS))
        colour = mixed(group.colour, PALE)
        yield Line(f"{group.label}, 95 % {column} limit", x, y, colour, BAND, group)


def _marks(group: Group) -> Iterator[Line]:
    """The times of censored patients, on the curve."""
    rows = group.curve[group.curve["n_censor"] > 0]
    if len(rows):
        x, y = rows["time"].to_numpy(float), (rows["survival"] * 100).round(DIGITS).to_numpy()
        yield Line(f"{group.label}, censored", x, y, group.colour, 0, group)


def _at_steps(curve: pd.DataFrame) -> pd.DataFrame:
    """The rows at which the curve steps, its start and its end: the others lie on the line."""
    keep = (curve["n_event"] > 0).to_numpy(copy=True)  # cached frames give read-only views
    keep[[0, -1]] = True
    return curve[keep]


# --------------------------------------------------------------------------------------- look


def _dress(series: Any, line: Line) -> None:
    series.smooth = False
    if line.width:
        series.marker.style = XL_MARKER_STYLE.NONE
        series.format.line.color.rgb = _rgb(line.colour)
        series.format.line.width = Pt(line.width)
        series.format.line.dash_style = line_dash(line.group)
        return
    series.format.line.fill.background()
    series.marker.style = XL_MARKER_STYLE.PLUS
    series.marker.size = 5 if line.x.size > MANY_MARKS else 8
    series.marker.format.line.color.rgb = _rgb(line.colour)
    series.marker.format.line.width = Pt(0.75 if line.x.size > MANY_MARKS else 1.5)
    series.marker.format.fill.solid()  # some programs fill a plus instead of drawing it
    series.marker.format.fill.fore_color.rgb = _rgb(line.colour)


def _axis(axis: Any, title: str, end: float, step: float) -> None:
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = 0, end, step
    axis.has_major_gridlines = axis.has_minor_gridlines = False
    axis.major_tick_mark, axis.minor_tick_mark = XL_TICK_MARK.OUTSIDE, XL_TICK_MARK.NONE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.tick_labels.font.size = Pt(AXIS)
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "General", False
    axis.format.line.color.rgb = _rgb(LIGHT.axis)
    axis.has_title = True
    frame = axis.axis_title.text_frame
    frame.text = safe_text(title)
    frame.paragraphs[0].runs[0].font.size = Pt(AXIS)
    frame.paragraphs[0].runs[0].font.bold = False


def place_plot(chart: Any, shares: Box) -> None:
    """Fix the inner plotting area, in shares of the chart's frame (left top width height)."""
    area = chart._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    layout = etree.Element(qn("c:layout"))
    area.insert(0, layout)
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    settings = [("layoutTarget", "inner"), ("xMode", "edge"), ("yMode", "edge")]
    settings += [(name, f"{share:.6f}") for name, share in zip("xywh", shares, strict=True)]
    for name, value in settings:
        etree.SubElement(manual, qn(f"c:{name}")).set("val", value)


def _place_title(axis: Any, left: float, top: float) -> None:
    """Where an axis' title begins, in shares of the chart's frame; programs differ otherwise."""
    title = axis.axis_title._element
    layout = title.find(qn("c:layout"))
    if layout is None:
        layout = etree.Element(qn("c:layout"))
        title.find(qn("c:tx")).addnext(layout)
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    for name, value in (
        ("xMode", "edge"),
        ("yMode", "edge"),
        ("x", f"{left:.6f}"),
        ("y", f"{top:.6f}"),
    ):
        etree.SubElement(manual, qn(f"c:{name}")).set("val", value)


def _upright(axis: Any) -> None:
    """The title along the axis, said as PowerPoint says it."""
    body = axis.axis_title.text_frame._txBody.find(qn("a:bodyPr"))
    body.set("rot", "-5400000")
    body.set("vert", "horz")


def bare(chart: Any) -> None:
    """No frame, no ground, no round corners: where nothing is said, programs differ."""
    space = chart._chartSpace
    round_ = etree.Element(qn("c:roundedCorners"))
    round_.set("val", "0")
    space.chart.addprevious(round_)
    for parent, before in ((space.chart.plotArea, None), (space, space.find(qn("c:txPr")))):
        look = etree.Element(qn("c:spPr"))
        etree.SubElement(look, qn("a:noFill"))
        etree.SubElement(etree.SubElement(look, qn("a:ln")), qn("a:noFill"))
        parent.append(look) if before is None else before.addprevious(look)


def mixed(colour: str, share: float) -> str:
    """The colour on white, `share` of it: without transparency, which some programs drop."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * share):02x}" for part in parts)


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour[1:].upper())
