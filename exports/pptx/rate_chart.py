"""Rates by dose level as PowerPoint's own column chart, its intervals as the chart's error bars."""

from __future__ import annotations

from typing import Any

import numpy as np
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_MARK
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from analysis.results.trial.escalation import Escalation
from exports.drawing.canvas import colour_of
from exports.figure_export import Box, FigureExport
from exports.pptx.canvas import rgb
from exports.pptx.km.chart import bare, mixed
from exports.pptx.text import name_shape
from exports.provenance import safe_text
from figures.style import LIGHT
from figures.trial.dlt_rates import PALE, level_lines
from wording.figures.trial import DLT_AXIS

AXIS, NAMES = 16, 14  # points
GAP = 80  # between columns, in percent of their width


def draw(path: Escalation, slide: Any, figure_export: FigureExport, box: Box) -> str:
    """The chart into the box; a level in which nobody is evaluable has no column."""
    rates = path.rates
    percent, low, high = (rates[one].to_numpy(float) * 100 for one in ("rate", "lower", "upper"))
    data = CategoryChartData(number_format="0.0")
    data.categories = [safe_text("\n".join(lines)) for lines in level_lines(path)]
    data.add_series(DLT_AXIS, [_number(one) for one in percent])
    shape = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *map(Inches, box), data)
    name_shape(shape, "DLT rates", figure_export.description)
    chart = shape.chart
    chart.has_legend = chart.has_title = False
    chart.font.size, chart.font.color.rgb = Pt(AXIS), rgb(colour_of(LIGHT.text))
    chart.plots[0].gap_width = GAP
    (series,) = chart.plots[0].series
    series.format.fill.solid()
    series.format.fill.fore_color.rgb = rgb(colour_of(mixed(LIGHT.groups[0], PALE)))
    _axes(chart)
    _intervals(series, high - percent, percent - low)
    bare(chart)
    return ""


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)


def _axes(chart: Any) -> None:
    across, up = chart.category_axis, chart.value_axis
    across.tick_labels.font.size = Pt(NAMES)
    across.major_tick_mark = XL_TICK_MARK.NONE
    up.minimum_scale, up.maximum_scale, up.major_unit = 0, 100, 25
    up.major_gridlines.format.line.color.rgb = rgb(colour_of(LIGHT.grid))
    up.has_title = True
    up.axis_title.text_frame.text = DLT_AXIS
    run = up.axis_title.text_frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold = Pt(AXIS), False
    for axis in (across, up):
        axis.format.line.color.rgb = rgb(colour_of(LIGHT.axis))


def _intervals(series: Any, above: np.ndarray, below: np.ndarray) -> None:
    """Error bars with their own length up and down, which the library has no word for."""
    bars = etree.Element(qn("c:errBars"))
    for name, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "0")):
        etree.SubElement(bars, qn(f"c:{name}")).set("val", value)
    for name, lengths in (("plus", above), ("minus", below)):
        literal = etree.SubElement(etree.SubElement(bars, qn(f"c:{name}")), qn("c:numLit"))
        etree.SubElement(literal, qn("c:formatCode")).text = "General"
        etree.SubElement(literal, qn("c:ptCount")).set("val", str(lengths.size))
        for i in np.flatnonzero(np.isfinite(lengths)).tolist():
            point = etree.SubElement(literal, qn("c:pt"))
            point.set("idx", str(i))
            etree.SubElement(point, qn("c:v")).text = repr(round(float(lengths[i]), 6))
    line = etree.SubElement(etree.SubElement(bars, qn("c:spPr")), qn("a:ln"))
    line.set("w", str(Pt(1.5)))
    fill = etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:srgbClr"))
    fill.set("val", str(rgb(colour_of(LIGHT.text))))
    series._element.find(qn("c:cat")).addprevious(bars)
