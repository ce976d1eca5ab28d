"""Native slides of any figure: what the chart holds is what the figure draws."""

from __future__ import annotations

import io

import numpy as np
import plotly.graph_objects as go
import pytest
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Inches

from exports.figure_exports.common import make_export
from exports.pptx.figure import NEAREST
from exports.pptx.slides import add, blank, deck
from exports.provenance import Provenance
from figures.style import LIGHT, axis, base_layout, mark_synthetic
from tests.exports.example_exports import IMAIL2, export

GAP = np.nan


def made(*traces: dict, notes: tuple = (), **axes) -> object:
    """The figure_export of a figure of these traces over 0 to 10 and 0 to 100."""
    layout = base_layout(LIGHT, height=300, margin={"l": 60, "r": 10, "t": 10, "b": 50})
    layout["xaxis"] = axis(LIGHT, range=[0, 10], tickvals=[0, 5, 10], ticks="outside")
    layout["yaxis"] = axis(LIGHT, range=[0, 100], tickvals=[0, 50, 100]) | axes
    layout["annotations"] = list(notes)
    found = export(IMAIL2, corrected=False)
    about = Provenance(**{name: getattr(found, name) for name in
                     ("question", "cohort", "page", "day", "looks")})  # fmt: skip
    figure = go.Figure([{"type": "scatter", **one} for one in traces], layout)
    return make_export(
        about, figure, "Said.", dict, what="x", title="A title", sentence="A sentence."
    )


def charts(figure_export):
    (slide,) = Presentation(io.BytesIO(deck([figure_export]))).slides
    return slide, [shape for shape in slide.shapes if shape.has_chart]


def cells(series, kind):
    cache = series._element.find(f"{qn(kind)}/{qn('c:numRef')}/{qn('c:numCache')}")
    found = {int(pt.get("idx")): float(pt.find(qn("c:v")).text) for pt in cache.findall(qn("c:pt"))}
    return [found.get(i) for i in range(int(cache.find(qn("c:ptCount")).get("val")))]


LINE = {"mode": "lines", "line": {"color": LIGHT.groups[0], "width": 2}, "name": "line"}


def test_a_line_breaks_where_the_figure_breaks_it_and_has_no_blank_x():
    x, y = [0.0, 1, GAP, GAP, 4, 5, GAP], [10.0, 20, GAP, GAP, 40, 50, GAP]
    _, (shape,) = charts(made({**LINE, "x": x, "y": y}))
    (series,) = shape.chart.plots[0].series
    assert cells(series, "c:xVal") == [0, 1, 1, 4, 5]
    assert cells(series, "c:yVal") == [10, 20, None, 40, 50]


def test_the_series_with_the_most_points_comes_first_and_the_rest_keep_their_order():
    short = {**LINE, "x": [0, 1], "y": [1, 2]}
    long = {**LINE, "x": list(range(9)), "y": list(range(9)), "name": "long"}
    _, (shape,) = charts(made({**short, "name": "a"}, {**short, "name": "b"}, long))
    assert [one.name for one in shape.chart.plots[0].series] == ["long", "a", "b"]


def test_the_chart_lies_where_the_figure_has_its_axes():
    slide, (shape,) = charts(made({**LINE, "x": [0, 10], "y": [0, 100]}))
    chart = shape.chart
    assert (chart.category_axis.minimum_scale, chart.category_axis.maximum_scale) == (0, 10)
    assert (chart.value_axis.minimum_scale, chart.value_axis.maximum_scale) == (0, 100)
    manual = chart._chartSpace.chart.plotArea.find(qn("c:layout"))[0]
    share = {one.tag.rpartition("}")[2]: one.get("val") for one in manual}
    left = shape.left + float(share["x"]) * shape.width
    wide = float(share["w"]) * shape.width
    (words,) = (one for one in slide.shapes if one.name == "Axes and words")
    placed = {one.text_frame.text: one.left + one.width / 2 for one in words.shapes
              if one.has_text_frame}  # fmt: skip
    for tick in (0, 5, 10):
        assert abs(placed[f"{tick}"] - (left + wide * tick / 10)) < Inches(1) / 96 or tick == 0


def test_marks_texts_bands_and_intervals_are_all_there():
    marks = {"mode": "markers+text", "x": [1, 2], "y": [10, 20], "text": ["one", "two"],
             "marker": {"symbol": ["circle", "diamond-tall"], "size": 9,
                        "color": LIGHT.groups[1]}, "name": "marks",
             "error_y": {"array": [5, 0], "arrayminus": [5, 0], "color": LIGHT.text,
                         "thickness": 1}}  # fmt: skip
    band = {"mode": "lines", "x": [0, 5, 5, 0], "y": [0, 0, 9, 9], "fill": "toself",
            "fillcolor": "rgba(0,114,178,0.17)", "line": {"width": 0}, "name": "band"}  # fmt: skip
    slide, (shape,) = charts(made(band, marks))
    names = [one.name for one in shape.chart.plots[0].series]
    assert names == ["marks, 95 % interval", "marks", "marks"]
    interval = shape.chart.plots[0].series[0]
    assert cells(interval, "c:yVal") == [5, 15]
    ground = next(one for one in slide.shapes if one.name == "Ground")
    assert [one.name for one in ground.shapes if one.name == "band"] == ["band"]
    words = next(one for one in slide.shapes if one.name == "Axes and words")
    said = [one.text_frame.text for one in words.shapes if one.has_text_frame]
    assert {"one", "two"} <= set(said)
    assert NEAREST in slide.notes_slide.notes_text_frame.text


@pytest.mark.parametrize("colours", [LIGHT.groups[0], [LIGHT.groups[0], LIGHT.groups[1]]])
def test_bars_stand_at_their_places(colours):
    bars = {"type": "bar", "x": [1.5, 7.0], "y": [30, -20], "width": 0.5,
            "marker": {"color": colours}, "name": "bars"}  # fmt: skip
    _, (shape,) = charts(made(bars, range=[-50, 50]))
    points = [(x, y) for one in shape.chart.plots[0].series
              for x, y in zip(cells(one, "c:xVal"), cells(one, "c:yVal"), strict=True)
              if y is not None]  # fmt: skip
    assert points == [(1.5, 0), (1.5, 30), (7.0, 0), (7.0, -20)]


def test_a_figure_can_be_added_to_any_presentation():
    slides = blank("Deck", "2026-11-22", synthetic=True)
    one = made({**LINE, "x": [0, 1], "y": [0, 1]}, notes=(mark_synthetic(LIGHT),))
    for _ in range(2):
        slide = add(slides, one)
    assert len(slides.slides) == 2
    said = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    assert sum("Synthetic data" in text for text in said) == 1  # in the footer, and once only
