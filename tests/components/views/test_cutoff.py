"""Whatever a cohort holds, the cut-off page shows numbers or sentences, never a NaN."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.cohort.completion import complete_question
from analysis.ledger import Entry, Ledger, Lock, Look
from analysis.question import choices as question_choices
from analysis.registry import CUTOFF_SEARCH
from analysis.reported_p import correct_for_search
from analysis.stats.errors import NotEnoughData
from components.server_html import to_html
from components.views.cutoff import page as cutoff
from components.views.view import Chart, RenderContext
from data.cohort import Cut
from data.sources import builtin
from tests.hand_made_cohorts import STUDY, cohort
from wording.numbers import p_text

CELL = st.one_of(st.integers(0, 6).map(float), st.just(math.nan))
TIME = st.integers(0, 8).map(lambda t: t / 2)
HLADR = {"marker": "HLADR_NK_PCT", "visit": "C1D15", "endpoint": "OS"}


def results(study, question):
    """What each analysis of the page gives; None where it says that there is not enough data."""
    found = {}
    for panel in cutoff.VIEW.panels:
        if panel.analysis.name not in found:
            read = question.reading(panel.analysis.reads)
            try:
                found[panel.analysis.name] = panel.analysis.run(study, read)
            except NotEnoughData:
                found[panel.analysis.name] = None
    return found


def page(study, question, context=None):
    """Every part of the page as text, by name."""
    found, context = results(study, question), context or RenderContext(question)
    texts = {}
    for panel in cutoff.VIEW.panels:
        result = found[panel.analysis.name]
        shown = None if result is None else panel.draw(result, context)
        if isinstance(shown, Chart):
            labels = " ".join(note.text for note in shown.figure.layout.annotations)
            texts[panel.name] = f"{shown.sentence} {labels}"
        else:
            texts[panel.name] = to_html(shown)
    result = found[CUTOFF_SEARCH.name]
    texts["summary"] = "" if result is None else " ".join(cutoff.VIEW.words(result, context))
    return texts


def of(name, **texts):
    study = builtin.load(name)
    return study, complete_question(texts, study).question


@st.composite
def studies(draw):
    n = draw(st.integers(1, 14))
    column = lambda cell: draw(st.lists(cell, min_size=n, max_size=n))  # noqa: E731
    return cohort(
        column(CELL), column(TIME), column(TIME),
        pfs_event=column(st.integers(0, 1)), os_event=column(st.integers(0, 1)),
        before=column(CELL), below=column(st.booleans()),
    )  # fmt: skip


ASKED = st.fixed_dictionaries(
    {"marker": st.just("M"), "visit": st.sampled_from(["D-7", "C1D15"])},
    optional={
        "endpoint": st.sampled_from(["PFS", "OS"]),
        "measure": st.sampled_from(["value", "change", "fold"]),
        "cut": st.sampled_from(["0", "1.5", "3", "99"]),
    },
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(studies(), ASKED)
def test_numbers_or_sentences(study, texts):
    if study.measurements.empty or "M" not in set(study.measurements["marker"]):
        return
    shown = " ".join(page(study, complete_question(texts, study).question).values())
    assert not re.search(r"\b(nan|NaN|inf|None)\b", shown)


@pytest.mark.parametrize("name", ["imail2", "imail2-null", "gbsg2", "actg175"])
def test_every_marker_of_a_built_in_cohort_has_a_page(name):
    study = builtin.load(name)
    for marker in question_choices.marker_choices(study):
        visit = next(iter(question_choices.visit_choices(study, marker)))
        shown = page(study, complete_question({"marker": marker, "visit": visit}, study).question)
        assert not re.search(r"\b(nan|NaN|inf|None)\b", " ".join(shown.values()))
        assert shown["summary"]


def test_the_same_numbers_stand_in_card_sentence_and_figure():
    study, question = of("imail2", **HLADR, cut="20")
    result = results(study, question)[CUTOFF_SEARCH.name]
    shown = page(study, question)
    for row in (result.best, result.row(20.0)):
        hr = f"{row['hr']:.2f} (95 % CI {row['lower']:.2f}–{row['upper']:.2f})"
        assert hr in shown["numbers"]
        assert hr in shown["summary"]
        p = p_text(correct_for_search(row["p_searched"], row["p_cut"]))
        assert f"{p}</b>" in shown["numbers"]
        assert f"{p}." in shown["summary"]
    check = shown["numbers"].partition("p of maxstat, as a check")[2].partition("</tr>")[0]
    assert f">{p_text(result.search.p_adjusted)}</td>" in check
    assert "at most" in shown["numbers"]
    assert "not corrected for the search" in shown["numbers"]
    assert "Look at the best cut" in shown["numbers"]
    assert "cut=24" in shown["numbers"]
    assert f"{result.stability.hr_corrected:.2f} corrected for the optimism" in shown["reading"]
    assert "8 of 17" in shown["summary"]


def test_where_the_current_cut_is_the_best_it_stands_once():
    study, question = of("imail2", **HLADR, cut="24")
    shown = page(study, question)
    assert "This cut-off, the best" in shown["numbers"]
    assert "Look at the best cut" not in shown["numbers"]
    assert "is the best." in shown["summary"]


def test_a_cut_where_the_search_does_not_come_has_no_corrected_p():
    study, question = of("imail2", **HLADR, cut="52")
    shown = page(study, question)
    assert "no p corrected for the search" in shown["remarks"]
    assert "no p corrected for the search" in shown["numbers"]
    assert "lies where the search does not come" in shown["summary"]
    assert "the p for this cut is" in shown["fragility"]


def test_several_cuts_get_the_profile_and_a_sentence():
    study, question = of("imail2", **HLADR)
    shown = page(study, question.changed(cut=(20.0, 30.0)))
    assert "The search is for one cut-off" in shown["remarks"]
    assert "The search is for one cut-off" in shown["summary"]
    assert "Hazard ratio and W" in shown["profile"]
    assert "This cut-off" not in shown["numbers"]
    assert shown["fragility"] == ""


def test_a_published_cut_has_a_column_of_its_own():
    own = Cut("M", "C1D15", "value", 3.0, "A paper of 2013")
    times = [1.0, 2, 3, 4, 5, 6, 7, 8]
    study = cohort(times, times, times, study=replace(STUDY, published_cuts=(own,)))
    question = complete_question(
        {"marker": "M", "visit": "C1D15", "endpoint": "OS"}, study
    ).question
    shown = page(study, question)
    assert "A paper of 2013" in shown["numbers"]
    assert "A paper of 2013: 3" in shown["profile"]


def test_a_locked_cut_is_said_and_keeps_its_print():
    study, question = of("imail2", **HLADR, cut="20")
    lock = Lock(1, "2026-11-22T09:30:00", "me", "A. Smith", "protocol", "HLADR_NK_PCT", "C1D15",
                "value", question.baseline, 20.0)  # fmt: skip
    shown = page(study, question, RenderContext(question, ledger=Ledger(locks=(lock,))))
    assert "fixed beforehand" in shown["numbers"]


def test_the_questions_looked_at_are_counted():
    study, question = of("imail2", **HLADR, cut="24")
    look = Look("CD4", "C1D15", "value", "C1D1", "start", "OS")
    entries = tuple(Entry(look, i, "2026-11-22T09:30:00") for i in range(7))
    shown = page(study, question, RenderContext(question, ledger=Ledger(entries=entries)))
    assert "(7 questions)" in shown["numbers"]


def test_no_search_is_a_sentence_and_no_card():
    study = cohort([1.0, 2, 3], [1.0, 2, 3], [1.0, 2, 3])
    shown = page(study, complete_question({"marker": "M", "visit": "C1D15"}, study).question)
    assert "no search" in shown["summary"]
    for name in ("profile", "reading", "resamples", "numbers"):
        assert shown[name] == ""


def test_the_table_holds_the_best_cut_and_is_not_endless():
    study, question = of("actg175", marker="CD8", visit="week20")
    shown = page(study, question)["reading"]
    assert "(best)" in shown
    assert shown.count("<tr>") <= cutoff.MOST_ROWS + 3
    assert "cut-offs, and the best" in shown


def test_fragile_patients_are_named():
    study, question = of("imail2", **HLADR, cut="24")
    shown = page(study, question)["fragility"]
    assert "IMAIL2-017 (28.4)" in re.sub("<[^>]+>", "", shown)
    assert "would take it above .05" in shown
    assert "No assay error is known" in shown


def test_a_spline_from_30_events_and_a_reason_below():
    study, question = of("imail2", **HLADR)
    assert "too few for a curve" in page(study, question)["effect"]
    study, question = of("gbsg2", marker="PGR")
    shown = page(study, question)
    assert "per doubling (zeros counted as 0.50" in shown["effect"]
    assert "Restricted cubic spline with 4 knots" in shown["effect"]
    assert "compared with the median value" in shown["spline"]


def test_the_search_does_not_read_the_cut():
    assert "cut" not in CUTOFF_SEARCH.reads
    assert np.all(["cut" not in panel.analysis.reads for panel in cutoff.VIEW.panels
                   if panel.analysis.name != "fragility"])  # fmt: skip
