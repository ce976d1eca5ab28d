"""Slides opened in another program: LibreOffice draws every line, at its place.

Skipped where LibreOffice or poppler is not installed; `make test` installs them where it may.
"""

from __future__ import annotations

import re
import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Inches

from exports.pptx.km.slide import export_several
from exports.pptx.slides import deck
from figures.curves import time_ticks
from scripts.office import as_pdf, as_picture, find_office
from tests.exports.example_exports import IMAIL2, export

pytestmark = pytest.mark.skipif(
    find_office() is None or shutil.which("pdftoppm") is None,
    reason="LibreOffice or pdftoppm (poppler-utils) is not installed",
)
DPI = 96  # a pixel of the picture is one of the screen
NEAR = 40  # of 255: how far a colour may be from its own
QUESTIONS = (
    IMAIL2,
    "cohort=gbsg2&marker=PGR",
    "cohort=actg175&marker=CD4&visit=week20&cut=300,400,500",
)


@pytest.fixture(scope="module", params=QUESTIONS, ids=lambda query: query[7:13])
def opened(request, tmp_path_factory):
    """The answer, the slide as it was made, its picture and its PDF."""
    folder = tmp_path_factory.mktemp("office")
    found = export(request.param, corrected=False)
    file = folder / "slide.pptx"
    file.write_bytes(deck(export_several(found)[:1]))
    pdf = as_pdf(file, folder)
    assert as_picture(pdf, folder / "slide.png", DPI)
    picture = np.asarray(Image.open(folder / "slide.png").convert("RGB"), int)
    return found, Presentation(str(file)).slides[0], picture, pdf


def plot_of(frame):
    """The inner plotting area in pixels: left, top, width, height."""
    manual = frame.chart._chartSpace.chart.plotArea.find(qn("c:layout"))[0]
    share = {one.tag.rpartition("}")[2]: one.get("val") for one in manual}
    x, y, w, h = (float(share[name]) for name in "xywh")
    box = (frame.left + x * frame.width, frame.top + y * frame.height, w * frame.width,
           h * frame.height)  # fmt: skip
    return [one * DPI / Inches(1) for one in box]


def test_every_series_is_drawn_where_its_numbers_say(opened):
    """Near a good part of each series' points stands its colour, dashed ones included."""
    _, slide, picture, _ = opened
    (frame,) = (shape for shape in slide.shapes if shape.has_chart)
    left, top, wide, high = plot_of(frame)
    end = frame.chart.category_axis.maximum_scale
    for series in frame.chart.plots[0].series:
        if series.name.endswith(", censored"):
            colour = series.marker.format.line.color.rgb
        else:
            colour = series.format.line.color.rgb
        x = [float(one.text) for one in series._element.find(qn("c:xVal")).iter(qn("c:v"))]
        at = left + np.array(x) / end * wide
        up = top + (1 - np.array(list(series.values)) / 100) * high
        assert share_near(picture, at, up, np.array(colour, int)) > 0.25, series.name


def share_near(picture, x, y, colour) -> float:
    """The share of points with a pixel of about that colour on or beside them."""
    hits = 0
    for column, row in zip(x.round().astype(int), y.round().astype(int), strict=True):
        part = picture[max(row - 3, 0) : row + 4, max(column - 3, 0) : column + 4]
        hits += bool((np.abs(part - colour).max(axis=2) <= NEAR).any())
    return hits / len(x)


def test_the_numbers_at_risk_stand_within_a_pixel_of_their_ticks(opened):
    found, slide, _, pdf = opened
    one = found.endpoints[0]
    (frame,) = (shape for shape in slide.shapes if shape.has_chart)
    left, _, wide, _ = plot_of(frame)
    ticks = time_ticks(float(one.km.curves["time"].max()), found.result.time_unit)
    text = subprocess.run(
        ["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, text=True, check=True
    ).stdout
    words = [
        (name, (float(x0) + float(x1)) / 2 * DPI / 72, float(y0))
        for x0, y0, x1, name in re.findall(
            r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="[\d.]+">([^<]*)<', text
        )
    ]  # fmt: skip
    rows: dict[float, list[tuple[float, str]]] = {}
    for name, x, y in words:
        rows.setdefault(round(y), []).append((x, name))
    heads = [f"{tick:g}" for tick in ticks]
    # Twice: the ticks' own labels, and the head of the table.
    there = [sorted(row)[-len(ticks) :] for row in rows.values()]
    there = [row for row in there if [name for _, name in row] == heads]
    assert len(there) == 2
    for row in there:
        for (x, _), tick in zip(row, ticks, strict=True):
            assert abs(x - (left + wide * tick / ticks[-1])) < 1
