"""Whatever a cohort holds, the survival page shows numbers or sentences, never a NaN."""

import math
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.cohort.completion import complete_question
from analysis.question import parse_query
from analysis.results.baseline import compare_baseline, compare_within_strata
from analysis.results.second_opinion import compare_with_lifelines
from analysis.results.survival import NotEstimable, analyse_survival
from analysis.stats.errors import NotEnoughData
from components import ids
from components.server_html import to_html
from components.views import VIEWS
from components.views.survival import page as survival
from components.views.view import Chart, RenderContext
from data.sources import builtin
from figures.cutoff.dots import dots_figure
from tests.hand_made_cohorts import cohort
from wording.results.summaries import survival_summary

CELL = st.one_of(st.integers(0, 6).map(float), st.just(math.nan))
TIME = st.one_of(
    st.integers(0, 8).map(lambda t: t / 2), st.floats(0, 40).map(lambda t: round(t, 2))
)


@st.composite
def studies(draw):
    n = draw(st.integers(1, 12))
    column = lambda cell: draw(st.lists(cell, min_size=n, max_size=n))  # noqa: E731
    return cohort(
        column(CELL), column(TIME), column(TIME),
        pfs_event=column(st.integers(0, 1)), os_event=column(st.integers(0, 1)),
        before=column(CELL), days=column(st.sampled_from([13, 14, 15])),
        below=column(st.booleans()),
    )  # fmt: skip


QUESTIONS = st.fixed_dictionaries(
    {"marker": st.just("M"), "visit": st.sampled_from(["D-7", "C1D15"])},
    optional={
        "endpoint": st.sampled_from(["PFS", "OS"]),
        "measure": st.sampled_from(["value", "change", "fold"]),
        "clock": st.sampled_from(["start", "landmark"]),
        "cut": st.sampled_from(["0", "1.5", "3", "99", "1.5,3", "0,1,4", "1,99"]),
    },
)


def drawn(study, question):
    """Everything that the page shows for a question, as text."""
    found, beside = analyse_survival(study, question), compare_baseline(study, question)
    tested = compare_within_strata(study, question)
    texts = [*survival_summary(found)]
    for panel in survival.VIEW.panels:
        if panel.name == ids.LATER:
            texts.append(recomputed(found, question))
            continue
        other = {survival.BASELINE: beside, survival.STRATIFIED: tested}
        result = other.get(panel.analysis, found)
        for endpoint in found.endpoints:
            shown = panel.draw(result, RenderContext(question, of=endpoint.code))
            chart = isinstance(shown, Chart)
            texts.append(_words(shown) if chart else to_html(shown) if shown else "")
    return found, texts


def recomputed(found, question):
    """The line from lifelines, where the asked endpoint has an answer."""
    one = found.asked_endpoint
    if isinstance(one, NotEstimable):
        return ""
    opinion = compare_with_lifelines(one, found.cuts)
    assert opinion.differing == ()
    return to_html(survival.draw_second_opinion(opinion, RenderContext(question)))


def _words(chart: Chart) -> str:
    return chart.sentence + " ".join(note.text for note in chart.figure.layout.annotations)


def test_a_milestone_at_100_percent_has_no_interval_of_width_0():
    times = [1.0, 3, 4, 5, 3, 4, 5, 6]
    study = cohort([1, 1, 1, 1, 2, 2, 2, 2], times, times, pfs_event=[0, 1, 1, 1, 1, 1, 1, 1])
    asked = "marker=M&visit=C1D15&measure=value&cut=1&clock=start&endpoint=PFS"
    _, shown = drawn(study, complete_question(parse_query(asked), study).question)
    assert "100 % (40–100 %)" in " ".join(shown)  # above: nobody censored by the milestone, 2
    assert "100 % (interval not estimable)" in " ".join(shown)  # below: one censored at 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(studies(), QUESTIONS)
def test_numbers_or_sentences(study, texts):
    if study.measurements.empty or "M" not in set(study.measurements["marker"]):
        return
    question = complete_question(texts, study).question
    try:
        found, shown = drawn(study, question)
    except NotEnoughData:
        return
    everything = " ".join(shown)
    assert not re.search(r"\b(nan|NaN|inf|None)\b(?! of)", everything)
    for one in found.endpoints:
        assert sum(one.flow.groups) == one.flow.observed
        assert isinstance(one, NotEstimable) != hasattr(one, "km")


@pytest.mark.parametrize("name", ["imail2", "imail2-null", "actg175", "gbsg2"])
def test_every_marker_and_visit_of_a_built_in_cohort_has_an_answer(name):
    from analysis.cohort.analysis_set import select_sample
    from analysis.question import choices as question_choices

    study = builtin.load(name)
    for marker in question_choices.marker_choices(study):
        for visit in question_choices.visit_choices(study, marker):
            question = complete_question({"marker": marker, "visit": visit}, study).question
            try:
                found = analyse_survival(study, question)
            except NotEnoughData:
                with pytest.raises(NotEnoughData):
                    compare_baseline(study, question)
                continue
            assert "nan" not in " ".join(survival_summary(found)).lower()
            assert dots_figure(select_sample(study, question), question.cut).data


def test_the_same_numbers_stand_in_figure_table_and_sentence():
    study = builtin.load("imail2")
    question = complete_question({}, study).question
    found, _ = drawn(study, question)
    one = found.endpoint("PFS")
    hr = f"{one.effect.hr:.2f}"
    p = f".{round(one.p_cut.p * 100):02d}"
    summary = " ".join(survival_summary(found))
    numbers = to_html(survival.draw_numbers(found, RenderContext(question)))
    figure = _words(survival.draw_curve(found, RenderContext(question, of="PFS")))
    for text in (summary, numbers, figure):
        assert hr in text
        assert p in text


@pytest.mark.parametrize(
    ("name", "query"),
    [("imail2", "marker=HLADR_NK_PCT&visit=C1D15&cut=15,24,35"), ("gbsg2", "marker=PGR&cut=5,100"),
     ("actg175", "marker=CD8&visit=week20&cut=600,900,1200")],
)  # fmt: skip
def test_several_cut_offs_have_a_line_for_every_group_and_no_headline(name, query):
    study = builtin.load(name)
    question = complete_question(parse_query(query), study).question
    found, shown = drawn(study, question)
    everything, groups = " ".join(shown), len(question.cut) + 1
    numbers = to_html(survival.draw_numbers(found, RenderContext(question)))
    assert not re.search(r"\bnan\b|None\b(?! of)", everything)
    for look in ("high", "low", "third", "fourth")[:groups]:
        assert f'class="key {look}"' in numbers
    assert numbers.count("1 (reference)") == len(found.endpoints)
    assert f">p of {groups} groups" in numbers
    assert "for one cut-off only" in numbers
    assert "p for this cut" not in everything
    assert "have no corrected p: the search is for one cut-off" in numbers
    flow = to_html(survival.draw_flow(found, RenderContext(question)))
    counts = found.endpoints[0].flow.groups
    assert " / ".join(map(str, counts[::-1])) in flow
    table = to_html(survival.draw_sides(compare_baseline(study, question), RenderContext(question)))
    assert table.count('<th scope="col">') == groups


def test_views_have_names_paths_and_titles_of_their_own():
    for field in ("name", "path", "title"):
        assert len({getattr(view, field) for view in VIEWS}) == len(VIEWS) >= 2
    for view in VIEWS:
        assert len({panel.name for panel in view.panels}) == len(view.panels)
