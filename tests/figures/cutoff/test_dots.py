"""The dot plot shows every patient once, on the slider's own axis."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.axis import Axis
from analysis.cohort.analysis_set import select_sample
from analysis.cohort.completion import complete_question
from analysis.question import parse_query
from analysis.results.preview import merge_places
from analysis.stats.cutoff import assign_groups
from components.controls.question import cut_props, step_cut
from data.sources import builtin
from figures.cutoff.dots import dots_figure, stack


def sampled(name, query=""):
    study = builtin.load(name)
    question = complete_question(parse_query(query), study).question
    return study, question, select_sample(study, question)


@pytest.mark.parametrize("name", ["imail2", "gbsg2", "actg175"])
def test_one_dot_one_patient_by_side(name):
    _, question, sample = sampled(name)
    high, low = dots_figure(sample, question.cut).data
    assert len(high.x) == (sample.values > question.cut[0]).sum()
    assert len(high.x) + len(low.x) == len(sample.values)


@pytest.mark.parametrize("name", ["imail2", "gbsg2", "actg175"])
def test_dots_are_coloured_by_group(name):
    _, question, sample = sampled(name)
    cut = tuple(np.unique(np.quantile(sample.values, [0.25, 0.5, 0.75])))
    figure = dots_figure(sample, cut)
    groups = assign_groups(sample.values, cut)
    sizes = [(groups == number).sum() for number in (3, 2, 1, 0)]
    assert [len(trace.x) for trace in figure.data] == sizes
    assert len({trace.marker.color for trace in figure.data}) == 4
    assert len(figure.layout.shapes) == 3
    assert not dots_figure(sample, question.cut).layout.shapes


def test_the_controls_of_several_cut_offs_say_what_to_do():
    _, question, sample = sampled("imail2")
    shown = cut_props(sample, question.changed(cut=(20.1, 30.0)))
    one = cut_props(sample, question.changed(cut=(20.1,)))
    assert shown["cut"]["value"] == "20.1,30"
    assert shown["cut-slider"]["disabled"]
    assert not one["cut-slider"]["disabled"]
    assert shown["cut-slider"]["value"] == one["cut-slider"]["value"]
    assert "several cut-offs: type them in the box" in shown["cut-slider"]["thumbLabel"]
    counts = "above 30.0: 7, above 20.1 to 30.0: 2, 20.1 or below: 8"
    assert counts in shown["cut-count"]["children"]


@pytest.mark.parametrize("name", ["imail2", "gbsg2", "actg175"])
def test_the_slider_stands_at_the_place_of_its_cut(name):
    _, question, sample = sampled(name)
    places = merge_places(sample)
    for i in (0, len(places.cut) // 2, len(places.cut) - 1):
        cut = (float(places.cut[i]),)
        slider = cut_props(sample, question.changed(cut=cut))["cut-slider"]
        assert slider["value"] == pytest.approx(places.at[i])
        said = slider["attributes"]["thumb"]
        assert float(said["aria-valuenow"]) == cut[0]
        assert float(said["aria-valuemin"]) <= cut[0] <= float(said["aria-valuemax"])


def test_an_axis_by_rank_says_so():
    by_rank = sampled("actg175", "marker=CD4_CD8&visit=week20&measure=change")
    for _, question, sample in (by_rank, sampled("imail2")):
        said = "by rank" in cut_props(sample, question)["cut-count"]["children"]
        assert said == (sample.scale == "rank")
    assert by_rank[2].scale == "rank"


def test_a_step_crosses_exactly_one_observed_value():
    _, question, sample = sampled("imail2")
    above = (sample.values > question.cut[0]).sum()
    up = step_cut(sample, question.cut[0], 1)
    assert (sample.values > up).sum() == above - 1
    assert step_cut(sample, up, -1) == question.cut[0]


def test_steps_stop_at_the_ends():
    _, _, sample = sampled("imail2")
    for cut, step, above in ((1e6, 1, 1), (1e6, -1, 2), (-5, -1, 16), (-5, 1, 16)):
        assert (sample.values > step_cut(sample, cut, step)).sum() == above


@given(
    st.lists(st.floats(0, 1e5).map(lambda x: round(x, 3)), min_size=2, max_size=60).filter(
        lambda v: len(set(v)) > 1
    ),
    st.sampled_from(["linear", "log", "rank"]),
)
def test_the_axis_is_monotone_and_inside_0_to_1(values, scale):
    values = np.array(values)
    axis = Axis.of(values, scale if (values >= 0).all() and (values > 0).any() else "rank")
    at = axis.position(np.unique(values))
    assert (np.diff(at) >= 0).all()
    assert at.min() >= 0
    assert at.max() <= 1
    assert all(0 <= place <= 1 for place, _ in axis.ticks())


def test_dots_that_would_overlap_are_stacked():
    column, height = stack(np.array([0.5, 0.5, 0.5, 0.9]))
    assert column[0] == column[2] != column[3]
    assert height[0] == 0 < height[1] < height[2]
