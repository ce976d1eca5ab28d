"""The marker without a cut-off: its linear effect, and the spline from 30 events on."""

from __future__ import annotations

import math

import pandas as pd
from dash import html
from dash.development.base_component import Component

from analysis.results.continuous import ContinuousResult, Spline
from analysis.stats.inputs import ALPHA
from components.cards import table, unfold
from components.views.cutoff.numbers import ESTIMATOR, sentence
from components.views.view import Chart, RenderContext
from figures.cutoff.spline import continuous_figure
from wording.numbers import interval, ratio, significant, with_interval
from wording.pages.cutoff import (
    AGAINST_MEDIAN,
    WITHOUT_A_CUT,
    describe_doubling,
    describe_linear_effect,
    describe_spline,
    describe_spline_figure,
)

ROWS = 12  # of the curve as a table


def draw_effect(found: ContinuousResult, context: RenderContext) -> Component:
    """The linear effect, and what cutting a marker throws away."""
    result = found.result
    ratio_words = with_interval(result.hr, result.lower, result.upper)
    return html.Div(
        [
            sentence(
                describe_linear_effect(ratio_words, _per(found), result, ESTIMATOR, found),
                "the linear effect",
                "continuous",
            ),
            html.P(WITHOUT_A_CUT),
            *_spline_words(found),
        ],
        className="words",
    )


def _per(found: ContinuousResult) -> str:
    result = found.result
    if not result.log:
        return f"per {result.step:g} {found.unit}".rstrip() + " more"
    if math.isnan(result.floor):
        return "per doubling"
    return describe_doubling(result, found)


def draw_spline(found: ContinuousResult, context: RenderContext) -> Chart | None:
    """The spline of the marker, from 30 events on."""
    spline = found.result.spline
    if spline is None:
        return None
    ends = spline.curve.iloc[[0, -1]]
    parts = [
        f"HR {ratio(row.hr)} (95 % CI {interval(row.lower, row.upper)}) at "
        f"{significant(row.value)}" for row in ends.itertuples()
    ]  # fmt: skip
    sentence = describe_spline_figure(found, spline, parts)
    return Chart(continuous_figure(found, dark=context.dark), sentence)


def _spline_words(found: ContinuousResult) -> list[Component]:
    """The spline's two tests, or why there is no spline."""
    spline = found.result.spline
    if spline is None:
        return [html.P(found.result.why, className="note")]
    bent = spline.nonlinear.p <= ALPHA
    text = describe_spline(spline, found, bent)
    return [sentence(text, "the spline", "spline"), unfold("Show as table", _table(found, spline))]


def _table(found: ContinuousResult, spline: Spline) -> Component:
    curve = spline.curve
    rows = curve.iloc[[round(i * (len(curve) - 1) / (ROWS - 1)) for i in range(ROWS)]]
    frame = pd.DataFrame(
        {
            f"{found.marker}, {found.unit}".removesuffix(", "): rows["value"].map(significant),
            AGAINST_MEDIAN: rows["hr"].map(ratio),
            "95 % CI": [interval(row.lower, row.upper) for row in rows.itertuples()],
        }
    )
    return table(frame, caption=f"Spline of {found.marker}, {found.label.lower()}")
