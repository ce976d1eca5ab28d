"""A patient's page and the list, whatever a cohort holds: text stays text, gaps stay words."""

import math
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.cohort.completion import complete_question
from analysis.ledger import Ledger
from analysis.results.patient_list import list_outcomes, list_patients
from analysis.stats.errors import NotEnoughData
from components.server_html import to_html
from components.views import view_at
from components.views.patients import patient_list, patient_profile
from components.views.view import Chart, RenderContext
from data.sources import builtin
from figures.km.figure import km_figure
from figures.km.patients import people_at, subjects_of
from figures.patient.marker_panels import panels_figure
from tests.hand_made_cohorts import cohort

ODD = ["<script>x</script>", "=cmd|' /C calc'!A1", "\u202egnp.exe", "x" * 300, "__proto__",
       '"><img onerror=1>', "constructor", "{{7*7}}"]  # fmt: skip


def odd():
    """A cohort whose subjects are called by all that went wrong elsewhere."""
    study = cohort([1, 2, 3, 4, 5, 6, 7, 8], list(range(1, 9)), list(range(2, 10)))
    names = dict(zip(study.subjects["subject"], ODD, strict=True))
    frames = {
        name: getattr(study, name).assign(subject=getattr(study, name)["subject"].map(names))
        for name in ("subjects", "outcomes", "measurements")
    }
    return type(study)(**{**vars(study), **frames, "id": ""})


def page(study, question, subject, **context) -> dict[str, str]:
    """Every part of a patient's page as text; a figure with all its texts."""
    found = {}
    for panel in patient_profile.VIEW.panels:
        of = question.endpoint if panel.name in ("curve", "counts") else "0"
        here = RenderContext(
            question, of=of, patient=subject, link=lambda one: "/patients/x", **context
        )
        try:
            shown = panel.draw(
                panel.analysis.run(study, question.reading(panel.analysis.reads)), here
            )
        except NotEnoughData:
            continue
        found[panel.name] = _text(shown)
    persons = patient_profile.PATIENT_PROFILES.run(study, question)
    found["summary"] = " ".join(
        patient_profile.words(persons, RenderContext(question, patient=subject, **context))
    )
    return found


def _text(shown) -> str:
    if not isinstance(shown, Chart):
        return to_html(shown)
    return f"{shown.sentence} {shown.figure.to_json()}"


@pytest.mark.parametrize("subject", ODD)
def test_any_id_is_text(subject: str) -> None:
    study = odd()
    question = complete_question({"visit": "C1D15"}, study).question
    for name, text in page(study, question, subject).items():
        html = text if name not in ("curve", "course", "markers", "summary") else ""
        assert "<script" not in html
        assert "<img" not in html
        assert "\u202e" not in html
        assert "x" * 60 not in html
    figure = patient_profile.draw_page_curve(
        patient_profile.SURVIVAL.run(study, question),
        RenderContext(question, of="PFS", patient=subject),
    ).figure
    marked = next(trace for trace in figure.data if trace.meta == "chosen")
    assert "<script" not in marked.text[0]
    assert "\u202e" not in marked.text[0]


def test_the_list_holds_any_id_as_text() -> None:
    study = odd()
    question = complete_question({"visit": "C1D15"}, study).question
    of = dict(zip(ODD, "abcdefgh", strict=True))
    rows = patient_list.rows(list_patients(study, question), list_outcomes(study, question), of)
    assert [row["id"] for row in rows] == list("abcdefgh")
    assert all(len(row["subject"]) <= 40 and row["subject"].isprintable() for row in rows)
    assert rows[4]["subject"] == "__proto__"


@pytest.mark.parametrize("name", ["imail2", "imail2-null", "actg175", "gbsg2"])
def test_every_cohort_shows_what_it_has_and_says_what_not(name: str) -> None:
    study = builtin.load(name)
    question = complete_question({}, study).question
    subject = study.subjects["subject"].iloc[3]
    texts = page(study, question, subject)
    assert subject in texts["who"]
    for text in texts.values():
        assert not re.search(r"\bNaN\b|\bnan\b", re.sub(r'"[xy]":\[[^]]*\]', "", text))
    if study.events.empty:
        assert "records no treatment" in texts["course-table"]
    if study.study.synthetic:
        assert "Synthetic data" in texts["course"]
        assert "Synthetic data" in texts["markers"]


def test_asked_blind_nothing_tells_an_outcome() -> None:
    study = builtin.load("imail2")
    question = complete_question({"blind": "yes"}, study).question
    analysis = patient_profile.PATIENT_PROFILES
    persons = analysis.cover(analysis.run(study, question))
    for subject in study.subjects["subject"]:
        context = RenderContext(question, of="0", patient=subject, ledger=Ledger())
        for draw in (
            patient_profile.draw_course,
            patient_profile.draw_course_table,
            patient_profile.draw_who,
        ):
            text = _text(draw(persons, context)).lower()
            for word in ("death", "progress", "assessment", "outcome of", "last contact"):
                assert word not in text
        assert "event at" not in " ".join(patient_profile.words(persons, context))


@pytest.mark.parametrize("name", ["imail2", "actg175", "gbsg2"])
def test_every_patient_of_the_curves_stands_behind_one_mark(name: str) -> None:
    study = builtin.load(name)
    question = complete_question({}, study).question
    answer = patient_profile.SURVIVAL.run(study, question)
    for one in answer.endpoints:
        figure = km_figure(answer, one)
        assert figure.layout.meta["subjects"] == subjects_of(one)
        behind = {"solid": [], "tail": [], "marks": []}
        for trace in figure.data:
            kind = str(trace.meta).split()[0]
            if kind in behind:
                behind[kind] += [i for who in trace.customdata for i in who]
        events = set(one.rows.index[one.rows["event"]])
        assert events <= set(behind["solid"]) | set(behind["tail"])
        assert set(one.rows.index[~one.rows["event"]]) == set(behind["marks"])


def test_a_step_stands_for_those_with_the_event_then() -> None:
    study = cohort(
        [1, 2, 3, 4, 5, 6], [3, 5, 5, 4, 6, 6], [9, 9, 9, 9, 9, 9], pfs_event=[1, 1, 0, 1, 1, 1]
    )
    question = complete_question({"visit": "C1D15", "clock": "start", "cut": "3"}, study).question
    answer = patient_profile.SURVIVAL.run(study, question)
    one = answer.endpoint("PFS")
    from figures.km.figure import groups_of
    from figures.style import LIGHT

    low = next(group for group in groups_of(answer, one, LIGHT) if group.number == 0)
    events, censored = people_at(one.rows, low.curve, low.number)
    assert dict(zip(low.curve["time"], events, strict=True)) == {0.0: [], 3.0: [0], 5.0: [1]}
    assert dict(zip(low.curve["time"], censored, strict=True)) == {0.0: [], 3.0: [], 5.0: [2]}


def test_the_path_of_a_patient_is_a_page_and_the_list_another() -> None:
    assert view_at("/patients") is patient_list.VIEW
    assert view_at("/patients/" + "0" * 20) is patient_profile.VIEW
    assert view_at("/patients/") is None


CELL = st.one_of(st.integers(0, 6).map(float), st.just(math.nan))


@settings(max_examples=25, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
@given(st.lists(CELL, min_size=1, max_size=9), st.data())
def test_any_values_make_a_page(values: list[float], data: st.DataObject) -> None:
    n = len(values)
    times = data.draw(st.lists(st.integers(0, 8).map(float), min_size=n, max_size=n))
    study = cohort(values, times, times)
    question = complete_question(
        {"visit": "C1D15"} if any(v == v for v in values) else {}, study
    ).question
    texts = page(study, question, "P01")
    assert "P01" in texts["who"]
    for name in ("who", "stands", "course-table", "values", "counts", "summary"):
        assert "nan" not in texts.get(name, "").lower()


def test_patients_beside_each_other_have_the_same_axes():
    study = builtin.load("imail2")
    question = complete_question({"marker": "HLADR_NK_PCT", "visit": "C1D15"}, study).question
    persons = patient_profile.PATIENT_PROFILES.run(study, question)
    some = tuple(study.subjects["subject"])[:4]

    def axes(subject, beside):
        layout = panels_figure(persons, subject, question, beside=beside).layout.to_plotly_json()
        return {name: layout[name]["range"] for name in layout if name[1:5] == "axis"}

    together = [axes(one, some) for one in some]
    assert all(one == together[0] for one in together[1:])
    assert len({str(axes(one, ())) for one in some}) > 1  # alone each has its own
