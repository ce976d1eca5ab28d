"""The marker without a cut-off: its linear effect, and the spline from 30 events on."""

from __future__ import annotations

import math

import pandas as pd
from dash import html
from dash.development.base_component import Component

from analysis.results.continuous import ContinuousResult
from analysis.stats.inputs import ALPHA
from components.cards import table, unfold
from components.views.cutoff.numbers import ESTIMATOR, sentence
from components.views.view import Chart, RenderContext
from figures.cutoff.spline import continuous_figure
from wording.numbers import interval, p_named, ratio, significant, with_interval

ROWS = 12  # of the curve as a table


def draw_effect(found: ContinuousResult, context: RenderContext) -> Component:
    """The linear effect, and what cutting a marker throws away."""
    result = found.result
    ratio_words = with_interval(result.hr, result.lower, result.upper)
    return html.Div(
        [
            sentence(
                f"HR {ratio_words} {_per(found)}, {p_named('p', result.p)} "
                f"({ESTIMATOR[result.estimator]}; {found.n} patients, {found.events} events; "
                "not corrected for the questions looked at).",
                "the linear effect",
                "continuous",
            ),
            html.P(
                "It uses every value and needs no cut-off, so nothing is searched. A split keeps "
                "only the side: at the median of a bell-shaped marker with a linear effect it has "
                "about 64 % of the information, as if a third of the patients were thrown away."
            ),
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
    return f"per doubling (zeros counted as {significant(result.floor, 2)} {found.unit})"


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
    sentence = (
        f"Hazard ratio of {found.label.lower()} against {found.marker}, compared with the median "
        f"value, {significant(spline.reference)} {found.unit}: {'; '.join(parts)}."
    )
    return Chart(continuous_figure(found, dark=context.dark), sentence)


def _spline_words(found: ContinuousResult) -> list[Component]:
    """The spline's two tests, or why there is no spline."""
    spline = found.result.spline
    if spline is None:
        return [html.P(found.result.why, className="note")]
    bent = spline.nonlinear.p <= ALPHA
    text = (
        f"Restricted cubic spline with {len(spline.knots)} knots (solid, 95 % band) against the "
        f"median, {significant(spline.reference)} {found.unit}".rstrip()
        + f"; dashed: the linear effect. {p_named('p', spline.overall.p)} for any effect, "
        f"{p_named('p', spline.nonlinear.p)} for a departure from a straight line: "
        + ("a straight line does not tell it all." if bent else "a straight line may do.")
    )
    return [sentence(text, "the spline", "spline"), unfold("Show as table", _table(found))]


def _table(found: ContinuousResult) -> Component:
    curve = found.result.spline.curve
    rows = curve.iloc[[round(i * (len(curve) - 1) / (ROWS - 1)) for i in range(ROWS)]]
    frame = pd.DataFrame(
        {
            f"{found.marker}, {found.unit}".removesuffix(", "): rows["value"].map(significant),
            "HR against the median": rows["hr"].map(ratio),
            "95 % CI": [interval(row.lower, row.upper) for row in rows.itertuples()],
        }
    )
    return table(frame, caption=f"Spline of {found.marker}, {found.label.lower()}")
