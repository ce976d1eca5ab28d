"""The panels: every value is drawn once, lines break at gaps, nothing without data is drawn."""

import numpy as np
import plotly.graph_objects as go
import pytest

from analysis.cohort.completion import complete_question
from analysis.question import parse_query
from analysis.results.dose_response import analyse_dose_response
from analysis.results.trends import summarise_trends
from data.sources import builtin
from figures.trends.axes import Values
from figures.trends.dose_response import dose_figure
from figures.trends.panel import trend_figure
from tests.hand_made_cohorts import cohort

CHOICES = {"by": "dose", "axis_by": "visit", "middle": "median"}


def courses(name, query=""):
    study = builtin.load(name)
    return summarise_trends(study, complete_question(parse_query(query), study).question)


def patients(figure):
    return [trace for trace in figure.data if trace.meta == "patients"]


@pytest.mark.parametrize("axis_by", ["visit", "scheduled", "day"])
@pytest.mark.parametrize("by", ["dose", "split"])
def test_every_value_is_drawn_once_and_names_its_patient(axis_by, by):
    found = courses("imail2", "marker=CD4&visit=C1D15")
    panel = found.panels["CD8"]
    figure = trend_figure(found, panel, **{**CHOICES, "by": by, "axis_by": axis_by})
    drawn = [
        (int(i), y) for trace in patients(figure)
        for i, y in zip(trace.customdata, trace.y, strict=True) if np.isfinite(y)
    ]  # fmt: skip
    values = panel.series.values
    assert len(drawn) == np.isfinite(values).sum()
    for i, y in drawn:
        assert np.isclose(10**y, values[i]).any()
    subjects = figure.layout.meta["subjects"]
    for trace in patients(figure):
        for i, text in zip(trace.customdata, trace.text, strict=True):
            assert text == "" or subjects[i] in text


def test_a_line_breaks_at_a_missing_visit():
    found = courses("imail2", "marker=CD4&visit=C1D15")
    panel = found.panels["CD4"]
    gap = np.argwhere(np.isnan(panel.series.values[:, 1]) & np.isfinite(panel.series.values[:, 2]))
    who = int(gap[0][0])
    for trace in patients(trend_figure(found, panel, **CHOICES)):
        own = np.flatnonzero(np.asarray(trace.customdata) == who)
        if own.size:
            assert np.isnan(trace.y[own[1]])
            assert trace.connectgaps is False


def test_below_the_limit_is_drawn_open_at_the_limit():
    study = cohort([1, 2, 8, 9], [1] * 4, [1] * 4, below=[True, False, False, False])
    study.markers["lower_limit"] = 1.5
    found = summarise_trends(study, complete_question({}, study).question)
    figure = trend_figure(found, found.panels["M"], **CHOICES)
    marks = [
        (y, symbol) for trace in patients(figure) if "markers" in trace.mode
        for y, symbol in zip(trace.y, trace.marker.symbol, strict=True) if np.isfinite(y)
    ]  # fmt: skip
    assert [y for y, symbol in marks if symbol == "circle-open"] == [1.5]
    assert any("detection limit" in note.text for note in figure.layout.annotations)


def test_a_value_that_no_line_shows_is_a_dot():
    found = courses("imail2", "marker=CD4&visit=C1D15")
    seen = 0
    for panel in found.panels.values():
        known = np.pad(np.isfinite(panel.series.values), ((0, 0), (1, 1)))
        alone = known[:, 1:-1] & ~known[:, :-2] & ~known[:, 2:]
        for trace in patients(trend_figure(found, panel, **CHOICES)):
            if "markers" not in trace.mode:
                assert not alone[np.unique(trace.customdata)].any()
                continue
            dots = [
                i for i, y, size, symbol in zip(
                    trace.customdata, trace.y, trace.marker.size, trace.marker.symbol, strict=True
                ) if np.isfinite(y) and size and symbol == "circle"
            ]  # fmt: skip
            assert len(dots) == (alone & ~panel.series.low)[np.unique(trace.customdata)].sum()
            seen += len(dots)
    assert seen


def test_many_patients_are_bands_and_doses_are_named():
    found = courses("actg175", "marker=CD4&visit=week20")
    figure = trend_figure(found, found.panels["CD4"], **CHOICES)
    assert not patients(figure)
    assert sum(trace.fill == "toself" for trace in figure.data) == 4
    few = courses("imail2")
    texts = [n.text for n in trend_figure(few, few.panels["CD4"], **CHOICES).layout.annotations]
    assert any("12" in text for text in texts)
    assert any("Synthetic data" in text for text in texts)


@pytest.mark.parametrize("name", ["imail2", "actg175", "gbsg2"])
def test_the_numbers_under_the_axis_are_the_patients_with_a_value(name):
    found = courses(name)
    for panel in found.panels.values():
        figure = trend_figure(found, panel, **CHOICES)
        (counts,) = [trace for trace in figure.data if trace.meta == "counts"]
        go.Figure(figure.to_dict())  # what plotly would refuse is refused here
        total = sum(int(text) for text in counts.text if text != "·")
        placed = panel.series.values[found.levels.of >= 0]
        assert total == np.isfinite(placed).sum()
        assert figure.layout.height > 200


@pytest.mark.parametrize("name", ["imail2", "actg175", "gbsg2"])
@pytest.mark.parametrize("by", ["dose", "split"])
def test_one_dot_one_patient_against_dose(name, by):
    study = builtin.load(name)
    found = analyse_dose_response(study, complete_question({}, study).question)
    figure = dose_figure(found, by=by)
    assert sum(len(trace.x) for trace in patients(figure)) == np.isfinite(found.values).sum()
    everyone = np.concatenate([trace.customdata for trace in patients(figure)])
    assert len(set(everyone)) == len(everyone)


def test_a_logarithmic_axis_has_room_for_zero():
    axis = Values.of(np.array([0.0, 1, 10, 100]), True)
    places, texts = axis.ticks()
    assert texts[0] == "0"
    assert places[0] == axis.place(0.0) < axis.place(1.0)
    assert axis.span[0] < places[0]
