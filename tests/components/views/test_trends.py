"""Whatever a cohort holds, the trends page shows numbers or sentences, never a NaN."""

import math
import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.cohort.completion import complete_question
from analysis.question import Question, parse_query
from analysis.question import choices as question_choices
from analysis.stats.errors import NotEnoughData
from components.server_html import to_html
from components.views.trends import page as trends
from components.views.view import Chart, RenderContext
from data.sources import builtin
from tests.hand_made_cohorts import cohort
from wording.results.trends import trends_summary

CELL = st.one_of(st.integers(0, 6).map(float), st.just(math.nan))
NOTHING = re.compile(r"\b(nan|NaN|inf|None)\b(?! of)")


@st.composite
def studies(draw):
    n = draw(st.integers(1, 12))
    column = lambda cell: draw(st.lists(cell, min_size=n, max_size=n))  # noqa: E731
    study = cohort(
        column(CELL), [1.0] * n, [1.0] * n, before=column(CELL), below=column(st.booleans()),
        days=column(st.sampled_from([13, 14, 15])),
    )  # fmt: skip
    study.markers["scale"] = draw(st.sampled_from(["linear", "log", "rank"]))
    study.markers["lower_limit"] = draw(st.sampled_from([np.nan, 0.5, 2.0]))
    if draw(st.booleans()):
        study.subjects["dose"] = np.nan
    return study


QUESTIONS = st.fixed_dictionaries(
    {"marker": st.just("M")},
    optional={
        "visit": st.sampled_from(["D-7", "C1D15"]),
        "measure": st.sampled_from(["value", "change", "fold"]),
        "cut": st.sampled_from(["0", "1.5", "99", "1.5,3"]),
        "by": st.just("split"), "axis": st.sampled_from(["scheduled", "day"]),
        "middle": st.just("mean"), "test": st.just("within"),
        "sort": st.sampled_from(["effect", "p"]),
    },
)  # fmt: skip


def drawn(study, question):
    """Everything that the page shows, as text; parts without data leave a sentence."""
    texts = []
    for panel in trends.VIEW.panels:
        try:
            found = panel.analysis.run(study, question.reading(panel.analysis.reads))
        except NotEnoughData as reason:
            texts.append(str(reason))
            continue
        for of in ("0", "1", "99", "x") if panel.name == "panel" else ("",):
            shown = panel.draw(found, RenderContext(question, of=of))
            if isinstance(shown, Chart):
                notes = " ".join(note.text for note in shown.figure.layout.annotations)
                hover = " ".join(t for trace in shown.figure.data for t in (trace.text or ()))
                texts.append(f"{shown.sentence} {notes} {hover}")
                assert shown.figure.layout.height
            elif shown is not None:
                texts.append(to_html(shown))
    return texts


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(studies(), QUESTIONS)
def test_numbers_or_sentences(study, texts):
    if study.measurements.empty:
        return
    question = complete_question(texts, study).question
    shown = drawn(study, question)
    assert not NOTHING.search(" ".join(shown)), NOTHING.search(" ".join(shown))


@pytest.mark.parametrize("name", ["imail2", "imail2-null", "actg175", "gbsg2"])
@pytest.mark.parametrize("measure", ["value", "change", "fold"])
def test_every_marker_of_a_built_in_cohort(name, measure):
    study = builtin.load(name)
    for marker in list(question_choices.marker_choices(study))[::4]:
        question = complete_question(
            {"marker": marker, "measure": measure, "panel": "all"}, study
        ).question
        assert not NOTHING.search(" ".join(drawn(study, question)))


def test_rows_lead_to_their_question_among_panels_that_show_it():
    study = builtin.load("imail2")
    fold = "marker=CD4&visit=C1D15&measure=fold&baseline=C1D10&panel=counts"
    question = complete_question(parse_query(fold), study).question
    found = trends.TREND_TESTS.run(study, question.reading(trends.TREND_TESTS.reads))
    text = to_html(trends.draw_table(found, RenderContext(question)))
    assert re.search(r"marker=TREG_PCT&amp;visit=C1D15[^\"]*panel=treg", text)
    assert re.search(r"sort=p\"", text)
    assert 'class="here"' in text


def test_sentence_and_page_say_the_same_p():
    study = builtin.load("imail2")
    question = complete_question(
        parse_query("marker=CD8&visit=C1D15&measure=fold&baseline=C1D10"), study
    ).question
    found = trends.DOSE_RESPONSE.run(study, question.reading(trends.DOSE_RESPONSE.reads))
    summary = " ".join(trends_summary(found))
    page = to_html(trends.draw_tests(found, RenderContext(question)))
    for text in ("exact Wilcoxon signed-rank p < .001", "Holm p = .005"):
        assert text in summary
        assert text in page.replace("&lt;", "<")
    assert "not significant" not in summary + page


def test_a_question_reads_no_outcome():
    for panel in trends.VIEW.panels:
        assert panel.analysis.reveals is None
        assert not {"endpoint", "clock"} & set(panel.analysis.reads)
    assert Question().options == ()


def test_the_key_has_the_colours_of_the_figures_on_light_and_on_dark_pages():
    study = builtin.load("imail2")
    question = complete_question(parse_query("marker=CD8&visit=C1D15"), study).question
    found = trends.TRENDS.run(study, question)
    key = to_html(trends.draw_choices(found, RenderContext(question)))
    for name, dark in (("--tint", False), ("--tint-dark", True)):
        figure = trends.draw_panel(found, RenderContext(question, dark=dark, of="0")).figure
        tints = re.findall(rf"{name}: ?([^;\"]+)", key)
        assert len(tints) == len(found.levels.labels)
        drawn = {trace.line.color for trace in figure.data}
        assert drawn >= set(tints)
