"""A slide is native and editable, says what the screen says, and holds nobody's id."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from lxml import etree
from pptx import Presentation
from pptx.enum.dml import MSO_FILL
from pptx.oxml.ns import qn
from pptx.util import Inches

from exports.pptx import slides
from exports.pptx.km.slide import export_several
from exports.pptx.slides import deck
from figures.curves import time_ticks
from figures.style import LIGHT
from tests.exports.example_exports import IMAIL2, export
from tests.hand_made_cohorts import STUDY, cohort
from wording.results import phrases
from wording.results.reported_p import write_reported

POINT = Inches(1) / 96  # what the screen calls a pixel
QUESTIONS = (
    IMAIL2,
    "cohort=imail2&marker=HLADR_NK_PCT&visit=C1D15&cut=15,25",
    "cohort=imail2-null&marker=CD4_CD8&visit=C1D15&measure=fold&clock=start",
    "cohort=gbsg2&marker=PGR",
    "cohort=actg175&marker=CD4&visit=week20&cut=300,400,500",
)


@pytest.fixture(scope="module", params=QUESTIONS, ids=lambda query: query[7:40])
def made(request):
    found = export(request.param, corrected=False)
    return found, deck(export_several(found))


def opened(file: bytes):
    return Presentation(io.BytesIO(file))


def parts(file: bytes):
    """Name and content of every part, those of embedded workbooks too."""
    with zipfile.ZipFile(io.BytesIO(file)) as packed:
        for name in packed.namelist():
            content = packed.read(name)
            if name.endswith(".xlsx"):
                yield from ((f"{name}/{inner}", part) for inner, part in parts(content))
            else:
                yield name, content


def one_of(slide, kind):
    (shape,) = (shape for shape in slide.shapes if getattr(shape, kind))
    return shape


def series_of(slide):
    return {one.name: one for one in one_of(slide, "has_chart").chart.plots[0].series}


def x_of(series):
    return [float(cell.text) for cell in series._element.find(qn("c:xVal")).iter(qn("c:v"))]


def texts_of(slide):
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def test_a_slide_per_endpoint_in_16_to_9(made):
    found, file = made
    shown = opened(file)
    assert (shown.slide_width, shown.slide_height) == (Inches(13.333), Inches(7.5))
    titles = [slide.shapes.title.text_frame.text for slide in shown.slides]
    assert len(titles) == len(found.result.drawn)
    assert all(f"{one.label} by" in title or found.result.measure != "value"
               for one, title in zip(found.endpoints, titles, strict=True))  # fmt: skip
    for slide in shown.slides:
        for shape in slide.shapes:
            assert 0 <= shape.left <= shown.slide_width - shape.width
            assert 0 <= shape.top <= shown.slide_height - shape.height


def test_no_part_of_the_file_holds_a_subject_id(made):
    found, file = made
    ids = [one.encode() for one in found.cohort.subjects["subject"].astype(str)]
    for name, content in parts(file):
        assert not [one for one in ids if one in content], name


def test_nothing_of_the_template_is_left_in_the_file(made):
    found, file = made
    names = [name for name, _ in parts(file)]
    assert not [name for name in names if "thumbnail" in name or "printerSettings" in name]
    about = opened(file).core_properties
    assert (about.author, about.last_modified_by) == ("Cutline", "Cutline")
    assert str(about.created.date()) == found.day


def test_the_curves_are_those_of_the_answer(made):
    found, file = made
    for slide, one in zip(opened(file).slides, found.endpoints, strict=True):
        lines = series_of(slide)
        for number, label in phrases.side_labels(found.result).items():
            curve = one.km.curves[one.km.curves["group"] == number]
            head, tail = lines[label], lines.get(f"{label}, few at risk")
            x, y = x_of(head), list(head.values)
            if tail is not None:
                assert (x[-1], y[-1]) == (x_of(tail)[0], next(iter(tail.values)))
                x, y = x + x_of(tail)[1:], y + list(tail.values)[1:]
            assert (x[0], y[0]) == (0, 100)
            assert x[-1] == pytest.approx(curve["time"].max())
            # Steps only: at a given time the curve falls, or at a given height it goes on.
            assert all((a == b) or (c == d)
                       for a, b, c, d in zip(x, x[1:], y, y[1:], strict=False))  # fmt: skip
            at = np.searchsorted(x, curve["time"], side="right") - 1
            shown = np.asarray(y)[at]
            np.testing.assert_allclose(shown, curve["survival"] * 100, atol=1e-6)
            censored = lines.get(f"{label}, censored")
            times = curve.loc[curve["n_censor"] > 0, "time"]
            assert ([] if censored is None else x_of(censored)) == pytest.approx(list(times))


def test_the_chart_is_written_as_powerpoint_writes_it(made):
    """No blanks, no smoothing, no colours by point; each series with its caches and its look."""
    _, file = made
    for slide in opened(file).slides:
        chart = one_of(slide, "has_chart").chart
        plot = chart.plots[0]._element
        assert plot.find(qn("c:scatterStyle")).get("val") == "lineMarker"
        assert plot.find(qn("c:varyColors")).get("val") == "0"
        for series in chart.plots[0].series:
            xml = series._element
            counts = []
            for kind in ("c:xVal", "c:yVal"):
                cache = xml.find(f"{qn(kind)}/{qn('c:numRef')}/{qn('c:numCache')}")
                values = [float(cell.text) for cell in cache.iter(qn("c:v"))]
                assert int(cache.find(qn("c:ptCount")).get("val")) == len(values)
                assert np.isfinite(values).all()
                counts.append(len(values))
            assert counts[0] == counts[1] > 0
            assert xml.find(qn("c:smooth")).get("val") == "0"
            line = series.format.line
            if series.name.endswith(", censored"):
                assert line.fill.type == MSO_FILL.BACKGROUND
            else:
                assert xml.find(f"{qn('c:marker')}/{qn('c:symbol')}").get("val") == "none"
                assert line.color.rgb is not None
                assert line.width.pt >= 0.75
        space = chart._chartSpace
        assert space.find(qn("c:roundedCorners")).get("val") == "0"
        order = [etree.QName(part).localname for part in space]
        known = ("date1904", "roundedCorners", "chart", "spPr", "txPr", "externalData")
        assert order == [name for name in known if name in order]  # the order of the standard
        assert etree.QName(space.chart.plotArea[-1]).localname == "spPr"
        crossing = [one.get("val") for one in chart._chartSpace.iter(qn("c:crosses"))]
        assert crossing == ["autoZero", "autoZero"]


def test_curves_differ_by_dash_and_colour_and_are_wide_enough(made):
    found, file = made
    for slide in opened(file).slides:
        lines = series_of(slide)
        curves = [lines[label].format.line for label in phrases.side_labels(found.result).values()]
        assert len({line.dash_style for line in curves}) == len(curves)
        assert [f"#{line.color.rgb}" for line in curves] == list(LIGHT.groups[: len(curves)])
        assert {line.width.pt for line in curves} == {2.25}


def test_the_table_stands_under_the_ticks(made):
    """Each column is centred within half a pixel of its tick; the header begins at 0."""
    found, file = made
    for slide, one in zip(opened(file).slides, found.endpoints, strict=True):
        frame, shape = one_of(slide, "has_chart"), one_of(slide, "has_table")
        ticks = time_ticks(float(one.km.curves["time"].max()), found.result.time_unit)
        manual = frame.chart._chartSpace.chart.plotArea.find(qn("c:layout"))[0]
        share = {etree.QName(cell).localname: cell.get("val") for cell in manual}
        left = frame.left + float(share["x"]) * frame.width
        wide = float(share["w"]) * frame.width
        edges = shape.left + np.cumsum([column.width for column in shape.table.columns])
        middles = (edges[:-1] + edges[1:]) / 2
        assert frame.chart.category_axis.maximum_scale == ticks[-1]
        for tick, middle in zip(ticks, middles, strict=True):
            assert abs(left + wide * tick / ticks[-1] - middle) < POINT / 2
        heads = [cell.text_frame.text.strip() for cell in shape.table.rows[0].cells]
        assert heads[1:] == [f"{tick:g}" for tick in ticks]


def test_the_table_holds_the_numbers_of_the_answer(made):
    found, file = made
    for slide, one in zip(opened(file).slides, found.endpoints, strict=True):
        table = one_of(slide, "has_table").table
        ticks = time_ticks(float(one.km.curves["time"].max()), found.result.time_unit)
        counts = one.km.at_risk(ticks).set_index("group")
        rows = list(table.rows)[1:]
        for number, row in zip(phrases.side_labels(found.result), rows, strict=True):
            for cell, want in zip(
                list(row.cells)[1:], counts.loc[[number]].itertuples(), strict=True
            ):
                told = [int(one) for one in re.findall(r"\d+", cell.text_frame.text)]
                assert told == [want.n_risk, want.n_censor, want.n_event]


def test_words_type_and_notes(made):
    found, file = made
    for slide, one in zip(opened(file).slides, found.endpoints, strict=True):
        said = " ".join(texts_of(slide))
        assert phrases.caveat(one) in said
        assert ("Synthetic data" in said) == bool(found.result.synthetic)
        assert found.cohort.id in said
        assert "nan" not in said.lower().split()
        assert slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size.pt >= 28
        chart = one_of(slide, "has_chart").chart
        for axis in (chart.category_axis, chart.value_axis):
            assert axis.tick_labels.font.size.pt >= 16
        cells = [cell for row in one_of(slide, "has_table").table.rows for cell in row.cells]
        sizes = [run.font.size.pt for cell in cells
                 for paragraph in cell.text_frame.paragraphs for run in paragraph.runs]  # fmt: skip
        assert min(sizes) >= 12
        notes = slide.notes_slide.notes_text_frame.text
        assert found.link(one) in notes
        assert "Methods." in notes


def test_both_p_stand_on_the_slide_of_an_exploratory_cut():
    found = export()
    for slide, one in zip(opened(deck(export_several(found))).slides, found.endpoints, strict=True):
        said = " ".join(texts_of(slide))
        assert "Exploratory cut-off" in said
        assert (
            said.count(write_reported(one.reported_p)) >= 2
        )  # beside the chart, and in the footer
        assert f"{phrases.test(one)} for this cut" in said


@pytest.mark.parametrize(
    "label", ["<b>&amp;</b>", "=1+1", "long " * 400, "\u202eabc\x00\x07", "مؤشر حيوي"]
)
def test_hostile_names_are_text(label):
    study = replace(STUDY, title=label, endpoints=tuple(
        replace(one, label=label) for one in STUDY.endpoints))  # fmt: skip
    one = cohort([1.0, 2, 3, 4, 5, 6], [1.0, 2, 3, 4, 5, 6], [2.0, 3, 4, 5, 6, 7], study=study)
    found = export("marker=M&visit=C1D15&cut=3", one, corrected=False)
    for slide in opened(deck(export_several(found))).slides:
        title = slide.shapes.title.text_frame.text
        assert len(title) <= slides.LONGEST_TITLE
        assert title.startswith("".join(char for char in label if char.isprintable())[:100])


def test_an_endpoint_without_an_answer_has_no_slide():
    one = cohort([1.0, 2, 3, 4], [1.0, 2, 3, 4], [2.0, 3, 4, 5], os_event=[0, 0, 0, 0])
    found = export("marker=M&visit=C1D15&cut=2", one, corrected=False)
    assert found.result.drawn == ("PFS",)
    assert len(opened(deck(export_several(found))).slides) == 1
