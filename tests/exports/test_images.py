"""Pictures say what the answer says: read back from the drawing itself, in every frame."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from lxml import etree
from PIL import Image

from exports.drawing import plot, traces
from exports.drawing._shapes import marks
from exports.drawing.canvas import Canvas, colour_of
from exports.drawing.frames import FRAMES, SLIDE, Unfit, check_size, dpi_of, frame_of
from exports.drawing.text import lines_of, plain, show_plainly, width, wrapped
from exports.images import draw, image
from exports.pptx.km.slide import export_several
from figures.curves import time_ticks
from figures.style import LIGHT
from tests.exports.example_exports import IMAIL2, export
from tests.hand_made_cohorts import STUDY, cohort

SVG = "{http://www.w3.org/2000/svg}"
POINTS = re.compile(r"[ML] (-?[\d.]+) (-?[\d.]+)")


@pytest.fixture(scope="module")
def found():
    return export(IMAIL2)


@pytest.fixture(scope="module")
def figure_export(found):
    return export_several(found)[1]


def texts_of(svg: bytes):
    """Text, x and y of every text of a drawing."""
    tree = etree.fromstring(svg)
    return [(node.text, float(node.get("x")), float(node.get("y")), node)
            for node in tree.iter(f"{SVG}text")]  # fmt: skip


def line_of(svg: bytes, colour: str) -> np.ndarray:
    """The points of the longest line of that colour."""
    tree = etree.fromstring(svg)
    lines = [node.get("d") for node in tree.iter(f"{SVG}path")
             if f"stroke: {colour.lower()}" in (node.get("style") or "")]  # fmt: skip
    return np.array(POINTS.findall(max(lines, key=len)), float)


def row_of(svg: bytes, wanted: list[str], scale: float) -> list[float]:
    """The middles of the texts of the first row that says this, from the left."""
    rows: dict[float, list[tuple[float, str]]] = {}
    for text, x, y, node in texts_of(svg):
        size = float(re.search(r"([\d.]+)px", node.get("style"))[1])
        middle = x + width(text, round(size / scale, 3), False) * scale / 2
        rows.setdefault(round(y, 1), []).append((middle, text))
    for _, row in sorted(rows.items()):
        if [text for _, text in sorted(row)] == wanted:
            return [x for x, _ in sorted(row)]
    raise AssertionError(f"no row {wanted}")


@pytest.mark.parametrize("frame", FRAMES.values(), ids=list(FRAMES))
def test_the_curve_in_the_picture_is_the_answers(found, figure_export, frame):
    """Points of the solid curve, turned back into months and percent by the ticks beside it."""
    one, svg = found.endpoints[1], image(figure_export, "svg", frame)
    canvas = draw(figure_export, frame)
    assert canvas.wide * frame.scale == pytest.approx(frame.wide)
    ticks = time_ticks(float(one.km.curves["time"].max()), "months")
    heads = row_of(svg, [f"{tick:g}" for tick in ticks], frame.scale)
    first, last = heads[0], heads[-1]
    (low, high) = (next(y for text, x, y, _ in texts_of(svg) if text == name and x < first)
                   for name in ("25", "75"))  # fmt: skip
    zero, full = low + (low - high) / 2, high - (low - high) / 2
    half = 0.36 * 12 * frame.scale  # from the middle of a number to its base
    zero, full = zero - half, full - half
    line = line_of(svg, LIGHT.groups[0])
    curve = one.km.curves[one.km.curves["group"] == 1]
    x = np.interp(line[:, 0], [first, last], [ticks[0], ticks[-1]])
    y = np.interp(-line[:, 1], [-zero, -full], [0, 100])
    falls = curve.loc[curve["n_event"] > 0, ["time", "survival"]]
    solid = falls[falls["time"] <= x.max() + 0.2]
    for time, survival in solid.to_numpy()[:-1]:
        near = np.hypot((x - time) / ticks[-1], (y - 100 * survival) / 100)
        assert near.min() < 0.012, (time, survival)


@pytest.mark.parametrize("frame", FRAMES.values(), ids=list(FRAMES))
def test_the_table_stands_under_its_ticks(found, figure_export, frame):
    one, svg = found.endpoints[1], image(figure_export, "svg", frame)
    ticks = time_ticks(float(one.km.curves["time"].max()), "months")
    heads = row_of(svg, [f"{tick:g}" for tick in ticks], frame.scale)
    counts = one.km.at_risk(ticks)
    for number in (1, 0):
        rows = counts[counts["group"] == number]
        for column, key in (("n_risk", "At risk"), ("n_censor", "Censored"), ("n_event", "Events")):
            wanted = [f"{n:.0f}" for n in rows[column]]
            named = [key, *wanted] if number else wanted
            row = row_of(svg, named, frame.scale)[-len(ticks):]  # fmt: skip
            assert np.abs(np.array(row) - heads).max() < 0.5


def test_type_and_colour_are_what_the_journal_wants(figure_export):
    for code in ("nature-89", "nature-183", "lancet-75", "jco-175"):
        frame, svg = FRAMES[code], image(figure_export, "svg", FRAMES[code])
        for _, _, _, node in texts_of(svg):
            style = node.get("style")
            size = float(re.search(r"([\d.]+)px", style)[1])
            assert frame.least - 0.01 <= size <= frame.most + 0.01
            assert "fill" not in style or "fill: #000000" in style
        assert LIGHT.grid.lower() not in svg.decode().lower()


def test_stamps_title_and_sentence_stand_where_they_must(figure_export):
    slide = " ".join(text for text, *_ in texts_of(image(figure_export, "svg", SLIDE)))
    for word in (figure_export.title, *figure_export.marks, figure_export.source):
        assert word.rstrip(".") in slide
    journal = " ".join(text for text, *_ in texts_of(image(figure_export, "svg", FRAMES["jco-85"])))
    assert figure_export.title not in journal
    for word in ("Exploratory cut-off", "Synthetic data", "p corrected for the search",
                 "for this cut"):  # fmt: skip
        assert word in journal


def test_a_figure_of_some_patients_says_so_on_every_paper():
    some = export_several(export(f"{IMAIL2}&where=dose=6,9", corrected=False))[0]
    for code in ("slide", "nature-89", "lancet-154"):
        svg = " ".join(text for text, *_ in texts_of(image(some, "svg", FRAMES[code])))
        assert "Only patients with dose 6 or 9 MIU/day" in svg, code


def test_pdf_has_its_fonts_embedded_and_no_date(figure_export):
    content = image(figure_export, "pdf", SLIDE)
    assert content.startswith(b"%PDF")
    assert b"/FontFile2" in content
    assert b"/CreationDate" not in content
    assert image(figure_export, "pdf", SLIDE) == content


@pytest.mark.parametrize("dpi", [150, 300])
def test_a_png_has_the_size_that_was_asked_for(figure_export, dpi):
    with Image.open(io.BytesIO(image(figure_export, "png", FRAMES["nature-89"], dpi))) as picture:
        assert abs(picture.width - 89 / 25.4 * dpi) <= 1
        assert picture.info["dpi"][0] == pytest.approx(dpi, abs=0.1)


@pytest.mark.parametrize(
    "label",
    ["<b>&amp;</b><script>alert(1)</script>", "=1+1", "long " * 400, "\u202eabc\x00\x07",
     "مؤشر حيوي", "$\\frac{1}{0}$ {%} \\", "標識 🧬"],
)  # fmt: skip
def test_hostile_names_are_text_in_every_picture(label):
    study = replace(STUDY, title=label, endpoints=tuple(
        replace(one, label=label) for one in STUDY.endpoints))  # fmt: skip
    one = cohort([1.0, 2, 3, 4, 5, 6], [1.0, 2, 3, 4, 5, 6], [2.0, 3, 4, 5, 6, 7], study=study)
    figure_export = export_several(export("marker=M&visit=C1D15&cut=3", one, corrected=False))[0]
    for kind in ("svg", "pdf", "png"):
        content = image(figure_export, kind, SLIDE)
        if kind == "svg":
            tree = etree.fromstring(content)
            assert not list(tree.iter(f"{SVG}script"))
            assert not [node for node in tree.iter() if any(
                name.startswith("on") or "href" in name for name in node.attrib
                if not node.get(name, "").startswith("#"))]  # fmt: skip
            said = "".join(text for text, *_ in texts_of(content))
            clean = show_plainly("".join(c for c in label if c.isprintable()))
            assert clean[:12].strip() in said


def test_words_are_escaped_measured_and_cut():
    assert [run.text for run in lines_of("a &lt;b&gt; <b>c</b>")[0]] == ["a <b> ", "c"]
    assert plain("<b>x</b><br>y <span style='color:#123456'>z</span>") == "x y z"
    assert unescape("&amp;") == "&"
    assert width("aa", 10, False) == pytest.approx(2 * width("a", 10, False), rel=0.02)
    assert width("a ", 10, False) > width("a", 10, False)
    lines = wrapped("word " * 30 + "x" * 300, 10, 100)
    assert all(width(line, 10, False) <= 100 for line in lines)
    assert "".join(lines).replace(" ", "") == "word" * 30 + "x" * 300


def test_what_the_drawing_does_not_know_it_refuses():
    canvas = Canvas(100, 100, 1.0)
    with pytest.raises(ValueError, match="pie"):
        traces.draw(canvas, {"type": "pie"}, *scales())
    bad = {"type": "scatter", "x": [1], "y": [1], "mode": "markers", "marker": {"symbol": "hash"}}
    with pytest.raises(ValueError, match="hash"):
        traces.draw(canvas, bad, *scales())
    with pytest.raises(ValueError, match="red"):
        colour_of("red")
    assert "circle" in marks()


def scales():
    layout = {"xaxis": {"range": [0, 2]}, "yaxis": {"range": [0, 2]}}
    return plot.paper_of(layout, [], 0, 0, 100, 100).pair({})


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: frame_of("x"), "no frame"),
        (lambda: frame_of("free", ""), "whole number"),
        (lambda: frame_of("free", "39"), "from 40 to 400"),
        (lambda: dpi_of("72"), "150, 300, 600 or 1000"),
        (lambda: check_size(960, 540, 1000), "million pixels"),
    ],
)
def test_limits_are_said_in_words(ask, said):
    with pytest.raises(Unfit, match=said):
        ask()
