"""Every place of the line says what the answer at that cut-off says."""

import math

import numpy as np
import pytest

from analysis.cohort.analysis_set import derive_analysis_set, select_sample
from analysis.cohort.completion import complete_question
from analysis.question import parse_query
from analysis.results import preview
from analysis.results.survival import analyse_survival
from data.sources import builtin
from tests.hand_made_cohorts import cohort

QUESTIONS = [
    ("imail2", "marker=HLADR_NK_PCT&visit=C1D15"),
    ("imail2", "marker=HLADR_NK_PCT&visit=C1D15&clock=start"),
    ("imail2-null", "marker=CD4_CD8&visit=C1D10"),
    ("gbsg2", "marker=PGR"),
]


def found(name, query):
    study = builtin.load(name)
    question = complete_question(parse_query(query), study).question
    return study, question, preview.preview_cuts(study, question)


def every(places, most=25):
    """Places spread over the line, its ends among them."""
    return sorted({round(i) for i in np.linspace(0, len(places.cut) - 1, most)})


@pytest.mark.parametrize(("name", "query"), QUESTIONS)
def test_the_numbers_of_a_place_are_those_of_the_answer_there(name, query):
    study, question, moving = found(name, query)
    for i in every(moving.places):
        exact = analyse_survival(study, question.changed(cut=(float(moving.places.cut[i]),)))
        for one in moving.endpoints:
            there, here = exact.endpoint(one.of.code), one.at(i)
            assert here.effect.estimator == there.effect.estimator
            for field in ("hr", "lower", "upper"):
                assert getattr(here.effect, field) == pytest.approx(
                    getattr(there.effect, field), rel=1e-7, nan_ok=True
                )
            assert here.p_cut.p == pytest.approx(there.p_cut.p, rel=1e-9)
            assert (here.p_cut.name, here.p_cut.exact) == (there.p_cut.name, there.p_cut.exact)
            rows = there.groups.set_index("group")
            for side, row in one.sides(i).items():
                for field, value in row.items():
                    assert value == pytest.approx(rows.loc[side, field], rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(("name", "query"), QUESTIONS)
def test_the_patients_are_those_of_the_endpoint(name, query):
    study, question, moving = found(name, query)
    sample = select_sample(study, question)
    values = np.sort(sample.values)
    places = moving.places
    assert (places.n_low == [(values <= cut).sum() for cut in places.cut]).all()
    assert (np.diff(places.at) > 0).all()
    for one in moving.endpoints:
        rows = derive_analysis_set(study, sample, question.changed(endpoint=one.of.code)).rows
        rows = rows.sort_values("value", kind="stable")
        for i in every(places):
            low = rows["value"].to_numpy() <= places.cut[i]
            assert one.n_low[i] == low.sum()
            # Whoever ties in the marker may stand in any order, on the same side.
            side = np.arange(one.time.size) < one.n_low[i]
            assert sorted(one.time[side]) == pytest.approx(sorted(rows["time"].to_numpy()[low]))
            assert one.event[side].sum() == rows["event"].to_numpy()[low].sum()


def test_places_that_leave_an_endpoint_too_few_are_not_estimable_or_exact():
    values = [float(i) for i in range(1, 13)]
    # Six leave before the landmark, all with low values: what is left begins at 7.
    times = [0.1] * 6 + [float(i) for i in range(3, 9)]
    study = cohort(values, times, times)
    question = complete_question({"visit": "C1D15"}, study).question
    moving = preview.preview_cuts(study, question)
    one = moving.endpoints[0]
    assert one.n_low[0] == 0
    assert math.isnan(one.at(0).effect.hr)
    last = len(moving.places.cut) - 1
    exact = analyse_survival(study, question.changed(cut=(float(moving.places.cut[last]),)))
    assert one.at(last).effect.hr == pytest.approx(exact.endpoint("PFS").effect.hr, rel=1e-7)


def test_an_endpoint_without_events_is_left_out():
    values = [float(i) for i in range(10)]
    times = [float(i + 2) for i in range(10)]
    study = cohort(values, times, times, os_event=[0] * 10)
    moving = preview.preview_cuts(study, complete_question({"visit": "C1D15"}, study).question)
    assert [one.of.code for one in moving.endpoints] == ["PFS"]
