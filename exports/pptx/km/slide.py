"""The body of a Kaplan-Meier slide: native chart, native table, the numbers beside them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_CONNECTOR
from pptx.util import Inches, Pt

from analysis.results.survival import AskedEndpoint, EstimatedEndpoint, SurvivalResult
from exports.drawing.canvas import colour_of
from exports.figure_export import Box, FigureExport
from exports.pptx.canvas import SlideCanvas, unshadowed
from exports.pptx.km._table import add_table, columns_of, table_height
from exports.pptx.km.chart import add_chart, line_dash
from exports.pptx.text import BODY, SENTENCE, SMALL, Line, lines_of, name_shape, write
from exports.provenance import SurvivalExport, stem
from exports.scripts import SCRIPTED
from exports.tables import sheets
from figures.curves import band_points, time_ticks
from figures.km.curve_names import names
from figures.km.figure import groups_of, km_figure
from figures.km.group import Group
from figures.km.wide_layout import words_aside
from figures.style import BAND, LIGHT
from wording.captions import caption, methods
from wording.figures.km import (
    HeaderLine,
    describe_comparison,
    describe_figure,
    describe_group,
)
from wording.files.deck import RISK_TABLE
from wording.results import phrases
from wording.results.summaries import endpoint_sentences, marker_words

CHART_WIDE = 8.75
ASIDE = 9.55  # where the numbers beside the chart begin
AXIS_ROOM = 0.76  # under the plot, for the ticks' labels and the axis' title
Y_ROOM = 1.0  # beside the plot, for the same


def export_several(export: SurvivalExport) -> list[FigureExport]:
    """An export for every endpoint of the export."""
    return [export_curve(export, endpoint) for endpoint in export.endpoints]


def title(result: SurvivalResult, endpoint: AskedEndpoint) -> str:
    """What the figure of one endpoint is called."""
    return f"{endpoint.label} by {marker_words(result, short=True, within=True)}"


def export_curve(export: SurvivalExport, endpoint: EstimatedEndpoint) -> FigureExport:
    """The Kaplan-Meier figure of one endpoint."""
    result = export.result
    both = [] if endpoint.several else [phrases.both_p(endpoint)]
    return FigureExport(
        code=endpoint.code,
        stem_of=lambda codes: stem(export, codes),
        make_figure=lambda: km_figure(result, endpoint, rounded=export.rounded),
        title=title(result, endpoint),
        sentence=endpoint_sentences(result, endpoint)[-1],  # of several groups what compares them
        description=describe_figure(result, endpoint),
        source=export.source,
        day=export.day,
        caption=tuple(caption(export, endpoint)),
        write_methods=lambda: methods(export, endpoint),
        tables=lambda: sheets(export, [endpoint]),
        stamps=(*phrases.caveat_lines(endpoint), *both),
        subgroup=export.patients,
        synthetic=bool(result.synthetic),
        scripts=SCRIPTED["survival", "curve"](replace(export, endpoints=(endpoint,))),
        follows_cut=True,
        carries_stamps=True,
        widen=words_aside,
        native=partial(_body, export, endpoint),
    )


def _body(
    export: SurvivalExport,
    endpoint: EstimatedEndpoint,
    slide: Any,
    figure_export: FigureExport,
    box: Box,
) -> str:
    left, top, right = box[0], box[1], box[0] + box[2]
    ticks = time_ticks(endpoint.km.longest, export.result.time_unit)
    groups = groups_of(export.result, endpoint, LIGHT, rounded=export.rounded)
    columns = columns_of(endpoint, groups, ticks, left, CHART_WIDE)
    table_top = top + box[3] - table_height(columns)
    plot = (columns.first, top + 0.1, columns.last - columns.first, table_top - AXIS_ROOM - top)
    # Titles of axes stand at the edge of the frame: it must not be wider than they need.
    edge = columns.first - Y_ROOM
    frame = (edge, top, columns.last + columns.width / 2 - edge, table_top - 0.02 - top)
    _bands(slide, groups, ticks[-1], plot)
    chart = add_chart(slide, export.result, endpoint, groups, ticks, frame, plot)
    name_shape(chart, f"Kaplan-Meier curves, {endpoint.code}", figure_export.description)
    _named_curves(slide, groups, ticks[-1], plot)
    table = add_table(slide, columns, export.result.time_unit, table_top)
    name_shape(table, f"Numbers at risk, {endpoint.code}", RISK_TABLE)
    for i, group in enumerate(groups):
        _key(slide, group, left, left + 0.3, table_top + columns.head + (i + 0.5) * columns.row)
    _numbers(slide, export, endpoint, groups, top, right)
    return ""


def _bands(slide: Any, groups: list[Group], end: float, plot: Box) -> None:
    """The bands as shapes behind the chart, which cannot fill; their limits are its series."""
    canvas = SlideCanvas(slide, plot[0], plot[1], 1.0)  # a pixel is a point here
    for group in reversed(groups):
        x, y = band_points(group.curve)
        across, down = x / end * plot[2] * 72, (1 - y / 100) * plot[3] * 72
        canvas.named = f"Band of {group.short}"
        outline = list(zip(across.tolist(), down.tolist(), strict=True))
        canvas.area([*outline, outline[0]], colour_of(group.colour, BAND))


def _numbers(
    slide: Any,
    export: SurvivalExport,
    endpoint: EstimatedEndpoint,
    groups: list[Group],
    top: float,
    right: float,
) -> None:
    """What compares the groups, then each group's name and numbers, beside the chart."""
    compared = [line for line in describe_comparison(endpoint) if line != HeaderLine()]
    lines = [_marked(line, BODY if i else SENTENCE) for i, line in enumerate(compared)]
    wide = right - ASIDE
    high = _high(lines, wide)
    write(slide, (ASIDE, top, wide, high + 0.1), lines)
    here = top + high + 0.25
    for group in groups:
        _key(slide, group, ASIDE, ASIDE + 0.4, here + 0.13)
        texts: list[Line] = [(group.label, BODY, LIGHT.text, True)]
        numbers = describe_group(group.row, group.number, export.result, endpoint)
        texts += [(line, SMALL, LIGHT.muted, False) for line in numbers]
        room = wide - 0.5
        high = _high(texts, room)
        write(slide, (ASIDE + 0.5, here, room, high), texts)
        here += high + 0.15


def _high(lines: list[Line], wide: float) -> float:
    """The height of lines of text in inches."""
    return sum(
        lines_of(text, wide, size, bold=bold) * size * 1.2 / 72 for text, size, _, bold in lines
    )


def _named_curves(slide: Any, groups: list[Group], end: float, plot: Box) -> None:
    """The names beside the curves, at the places that the screen finds for them."""
    left, top, wide, high = plot
    for name in names(groups, end, LIGHT):
        room, tall = 0.095 * len(name["text"]) + 0.1, 0.26
        x, y = left + wide * name["x"] / end, top + high * (1 - name["y"] / 100)
        x = x + 0.04 if name["xanchor"] == "left" else x - 0.04 - room
        y = y - tall if name["yanchor"] == "bottom" else y
        write(slide, (x, y, room, tall), [(name["text"], SMALL, LIGHT.text, False)], wrap=False)


def _key(slide: Any, group: Group, left: float, right: float, y: float) -> None:
    """A short piece of a group's line."""
    ends = map(Inches, (left, y, right, y))
    line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends)
    line.name = f"Key of {group.short}"
    unshadowed(line)
    line.line.color.rgb = RGBColor.from_string(group.colour[1:])
    line.line.width, line.line.dash_style = Pt(2.25), line_dash(group)


def _marked(line: HeaderLine, size: int) -> Line:
    """A line of the figure's words: bold where these are."""
    if line.strong is None:
        return line.text, SMALL, LIGHT.muted, False
    return line.text, size, LIGHT.text, True
