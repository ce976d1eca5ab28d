"""The slide of DLT rates: a column chart whose numbers are those of the Trial page."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml.ns import qn

from analysis.cohort.completion import complete_question
from analysis.question import parse_query
from analysis.results.trial.conduct import summarise_trial
from analysis.stats.estimates import clopper_pearson
from data.cohort import Conduct
from data.sources import builtin
from exports.figure_exports.trial import dlts
from exports.pptx.slides import deck
from exports.provenance import Provenance
from figures.trial.dlt_rates import rates_figure
from wording.results.trial import rates_sentence

COUNTS = [(0, 3), (0, 6), (2, 6), (2, 2)]  # IMAIL-2: DLTs of evaluable patients by level


def made(cohort):
    question = complete_question(parse_query("cohort=imail2"), cohort).question
    found = summarise_trial(cohort, question)
    about = Provenance(question=question, cohort=cohort, page="https://cutline.example/trial",
                  day="2026-11-22")  # fmt: skip
    figure = rates_figure(found.path, synthetic=found.synthetic)
    return found, dlts(found, figure, rates_sentence(found.path), about)


def chart_of(figure_export):
    (slide,) = Presentation(io.BytesIO(deck([figure_export]))).slides
    (shape,) = [shape for shape in slide.shapes if shape.has_chart]
    return slide, shape.chart


def lengths(series, side):
    literal = series._element.find(f"{qn('c:errBars')}/{qn(f'c:{side}')}/{qn('c:numLit')}")
    found = {int(pt.get("idx")): float(pt.find(qn("c:v")).text)
             for pt in literal.findall(qn("c:pt"))}  # fmt: skip
    return [found.get(i) for i in range(int(literal.find(qn("c:ptCount")).get("val")))]


def test_columns_and_error_bars_are_the_rates_and_their_exact_intervals():
    _, figure_export = made(builtin.load("imail2"))
    slide, chart = chart_of(figure_export)
    assert chart.chart_type == XL_CHART_TYPE.COLUMN_CLUSTERED
    (series,) = chart.plots[0].series
    rates = [100 * dlts / n for dlts, n in COUNTS]
    assert list(series.values) == pytest.approx(rates)
    limits = [[100 * one for one in clopper_pearson(*pair)] for pair in COUNTS]
    assert lengths(series, "plus") == pytest.approx(
        [high - rate for rate, (_, high) in zip(rates, limits, strict=True)])  # fmt: skip
    assert lengths(series, "minus") == pytest.approx(
        [rate - low for rate, (low, _) in zip(rates, limits, strict=True)], abs=1e-6)  # fmt: skip
    names = list(chart.plots[0].categories)
    assert "(4.3–77.7 %)" in names[2]
    assert "(MTD)" in names[1]
    notes = slide.notes_slide.notes_text_frame.text
    assert "ignore the 3+3 stopping" in notes
    assert "Synthetic" in notes


def test_the_picture_has_the_same_numbers():
    found, figure_export = made(builtin.load("imail2"))
    bars, intervals = figure_export.figure.data
    assert list(bars.y) == pytest.approx([100 * dlts / n for dlts, n in COUNTS])
    top = [y + up for y, up in zip(intervals.y, intervals.error_y.array, strict=True)]
    assert top == pytest.approx((100 * found.path.rates["upper"]).tolist())


def test_a_level_in_which_nobody_is_evaluable_has_no_column():
    cohort = builtin.load("imail2")
    events = cohort.events
    subjects = cohort.subjects
    first = subjects.loc[subjects["dose"] == 3, "subject"]
    gone = events["kind"].isin(["dose", "dlt"]) & events["subject"].isin(first)
    study = replace(cohort.study, conduct=Conduct(rows="entry"))
    _, figure_export = made(replace(cohort, events=events[~gone], study=study))
    _, chart = chart_of(figure_export)
    (series,) = chart.plots[0].series
    assert series.values[0] is None
    assert lengths(series, "plus")[0] is None
    assert "nobody evaluable" in next(iter(chart.plots[0].categories))
    assert list(figure_export.figure.data[0].x) == [1, 2, 3]
    assert "the MTD is the study's" in " ".join(figure_export.caption)
