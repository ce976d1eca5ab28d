"""The profile's figure draws the profile, at the places where its cuts divide."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from analysis.axis import Axis
from analysis.cohort.completion import complete_question
from analysis.results.continuous import analyse_continuous
from analysis.results.cutoff import search_cutoffs
from data.cohort import Cut
from data.sources import builtin
from figures.cutoff.profile import MOST_HOVERS, cutoff_figure, marks_of, steps_of
from figures.cutoff.resamples import resamples_figure
from figures.cutoff.spline import continuous_figure
from figures.style import palette

QUESTIONS = {
    "imail2": {"marker": "HLADR_NK_PCT", "visit": "C1D15", "endpoint": "OS"},
    "gbsg2": {"marker": "PGR"},
    "actg175": {"marker": "CD8", "visit": "week20"},
}


@cache
def found(name):
    study = builtin.load(name)
    return search_cutoffs(study, complete_question(QUESTIONS[name], study).question)


def trace(figure, name):
    return next(one for one in figure.data if one.name == name)


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_steps_are_the_profile_at_every_cut(name):
    result = found(name)
    scale = Axis.of(result.value, result.scale)
    start, end = steps_of(result, scale)
    assert (start[1:] == end[:-1]).all()  # without gaps
    assert (start < end).all()
    at = scale.position(result.profile["shown"].to_numpy())
    assert ((start <= at) & (at <= end)).all()
    figure = cutoff_figure(result, None)
    ratios, scores = trace(figure, "hazard ratio"), trace(figure, "W")
    np.testing.assert_array_equal(scores.y, np.repeat(result.profile["w"], 2))
    np.testing.assert_allclose(ratios.y, np.repeat(result.profile["hr"], 2))
    np.testing.assert_array_equal(ratios.x, np.column_stack([start, end]).ravel())


@pytest.mark.parametrize("name", QUESTIONS)
def test_tails_and_levels(name):
    result = found(name)
    shapes = cutoff_figure(result, None).layout.shapes
    tails = [one for one in shapes if one.type == "rect" and one.yref == "paper"]
    start, end = steps_of(result, Axis.of(result.value, result.scale))
    assert [(one.x0, one.x1) for one in tails] == [(0, start[0]), (end[-1], 1)]
    levels = {one.y0 for one in shapes if one.type == "line" and one.yref == "y2"}
    assert levels == {0, 1.96, -1.96, result.critical, -result.critical}
    band = next(one for one in shapes if one.type == "rect" and one.yref == "y2")
    assert (band.y0, band.y1) == (-result.critical, result.critical)


def test_the_marks_are_named_and_one_where_two_are_the_same():
    result, colours = found("imail2"), palette(False)
    best = float(result.best["shown"])
    assert [mark.value for mark in marks_of(result, 20.0, colours)] == [20.0, best]
    (one,) = marks_of(result, best, colours)
    assert "this cut-off, the best: 24.0" in one.text
    assert [mark.text for mark in marks_of(result, None, colours)] == ["best: 24.0"]


def test_a_published_cut_stands_by_its_source():
    own = Cut("HLADR_NK_PCT", "C1D15", "value", 30.0, "A paper of 2013", endpoint="OS")
    far = replace(own, cut=500.0, source="elsewhere")
    rule = replace(own, cut="median", source="a rule")
    result = replace(found("imail2"), published=(own, far, rule))
    texts = [one.text for one in cutoff_figure(result, 20.0).layout.annotations]
    assert "A paper of 2013: 30.0" in texts
    assert not any("elsewhere" in text or "a rule" in text for text in texts)


def test_a_mark_is_drawn_where_the_slider_stands():
    result = found("imail2")
    scale = Axis.of(result.value, result.scale)
    lines = [s for s in cutoff_figure(result, 20.0).layout.shapes if s.yref == "paper"]
    places = [one.x0 for one in lines if one.type == "line"]
    assert places == [scale.position(20.0), scale.position(result.best["shown"])]


def test_hovering_says_every_number_of_a_cut():
    result = found("imail2")
    texts = cutoff_figure(result, None).data[-1].text
    assert len(texts) == len(result.profile)
    best = next(text for text in texts if "cut-off 24.0" in text)
    assert "7 of 8 with event" in best
    assert "9 of 9 with event" in best
    assert "p for this cut" in best
    assert "corrected for the search = " in best
    others = [text for text in texts if text != best]
    assert all("at most" in text or "> .99" in text for text in others)


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_band_and_the_p_are_of_one_null(name):
    """Outside the band p is .05 or less, but where that of the cut alone is larger."""
    result = found(name)
    outside = result.profile["w"].abs() > result.critical
    assert (outside == (result.profile["p_searched"] <= 0.05)).all()
    other = result.profile.assign(p_adjusted=0.123, p_permutation=0.123)
    same = cutoff_figure(replace(result, profile=other), 20.0)
    assert same == cutoff_figure(result, 20.0)  # the p of maxstat is not drawn


def test_a_long_profile_keeps_its_hover_short():
    for name in QUESTIONS:
        result = found(name)
        figure = cutoff_figure(result, None)
        assert len(figure.data[-1].text) == min(len(result.profile), MOST_HOVERS)


def test_what_is_not_estimable_is_a_gap():
    result = found("imail2")
    rows = result.profile.copy()
    rows.loc[3, ["hr", "lower", "upper"]] = np.nan
    rows.loc[5, ["lower", "upper"]] = [0.0, np.inf]
    figure = cutoff_figure(replace(result, profile=rows), 20.0)
    assert np.isnan(np.array(trace(figure, "hazard ratio").y, float)[6:8]).all()
    ribbon = np.array(trace(figure, "95 % interval").y, float)
    assert np.isnan(ribbon).sum() == 2  # one after each of the two pieces
    low, high = 10 ** np.array(figure.layout.yaxis.range)
    known = ribbon[~np.isnan(ribbon)]
    assert known.min() >= low * (1 - 1e-9)
    assert known.max() <= high * (1 + 1e-9)
    assert "nan" not in figure.to_json().lower()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", QUESTIONS)
def test_the_bars_are_all_resamples_on_the_same_axis(name, dark):
    result = found(name)
    figure, profile = resamples_figure(result, dark=dark), cutoff_figure(result, None, dark=dark)
    assert sum(figure.data[0].y) == pytest.approx(100)
    assert figure.layout.xaxis.tickvals == profile.layout.xaxis.tickvals
    assert figure.layout.margin.l == profile.layout.margin.l
    assert figure.layout.margin.r == profile.layout.margin.r
    stamped = [one.text for one in figure.layout.annotations if "Synthetic" in one.text]
    assert bool(stamped) == bool(result.synthetic)


def test_the_spline_passes_through_1_at_the_median():
    study = builtin.load("gbsg2")
    result = analyse_continuous(study, complete_question({"marker": "PGR"}, study).question)
    figure = continuous_figure(result)
    x, y = (np.array(getattr(trace(figure, "spline"), axis)) for axis in "xy")
    scale = Axis.of(result.values, result.scale)
    here = np.isclose(x, scale.position(result.result.spline.reference))
    assert y[here] == pytest.approx(1)
    straight = np.array(trace(figure, "linear").y)
    assert straight[here] == pytest.approx(1)
    assert (np.diff(straight) <= 0).all()
