"""The drawings that stand among the question's controls; a view without an address."""

from __future__ import annotations

from analysis.cohort.analysis_set import MarkerSample, select_sample
from analysis.question import Question
from analysis.stats.cutoff import find_cuts
from components.views.view import Analysis, Chart, Panel, RenderContext, drag_stamp
from data.cohort import Cohort
from figures.cutoff.dots import dots_figure


def divisible(cohort: Cohort, question: Question) -> MarkerSample:
    """The question's sample; NotEnoughData where it cannot be divided at all."""
    sample = select_sample(cohort, question)
    find_cuts(sample.values)
    return sample


SAMPLE = Analysis("sample", divisible, ("cohort", "marker", "visit", "measure", "baseline"))


def draw_dots(sample: MarkerSample, scene: RenderContext) -> Chart:
    """The marker's values, one dot a patient."""
    n = len(sample.values)
    sentence = f"{sample.label} at {sample.visit_label}: values of {n} patients, with the cut-off."
    figure = dots_figure(sample, scene.question.cut, dark=scene.dark, chosen=scene.marked)
    figure.layout.meta = {**(figure.layout.meta or {}), **drag_stamp(scene)}
    return Chart(figure, sentence)


NAME = "controls"
DOTS = Panel("dots", SAMPLE, draw_dots, chart=True)
PARTS = {DOTS.name: DOTS}
