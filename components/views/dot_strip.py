"""The drawings that stand among the question's controls; a view without an address."""

from __future__ import annotations

from analysis.cohort.analysis_set import MarkerSample
from analysis.registry import SAMPLE
from components.views.view import Chart, Panel, RenderContext, drag_stamp
from figures.cutoff.dots import dots_figure
from wording.pages.controls import describe_dots


def draw_dots(sample: MarkerSample, context: RenderContext) -> Chart:
    """The marker's values, one dot a patient."""
    n = len(sample.values)
    sentence = describe_dots(sample, n)
    figure = dots_figure(sample, context.question.cut, dark=context.dark, chosen=context.marked)
    figure.layout.meta = {**(figure.layout.meta or {}), **drag_stamp(context)}
    return Chart(figure, sentence)


NAME = "controls"
DOTS = Panel("dots", SAMPLE, draw_dots, chart=True)
PANELS = {DOTS.name: DOTS}
