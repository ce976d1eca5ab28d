"""The cut-off page: every cut at once, what a search is worth, and what hangs on a few patients."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from analysis.registry import CONTINUOUS, CUTOFF_SEARCH, FRAGILITY
from analysis.reported_p import correct_for_search
from analysis.results.continuous import ContinuousResult
from analysis.results.cutoff import CutoffSearchResult, NoSearch, SearchedCutoffs
from components import pages
from components.cards import table, unfold
from components.views.chart_export import export_chart
from components.views.cutoff._effect import draw_effect, draw_spline
from components.views.cutoff._patients import draw_fragility
from components.views.cutoff.numbers import OUTSIDE, draw_numbers, sentence, source_of
from components.views.view import Chart, Panel, RenderContext, View
from data.cohort import Cohort
from exports.figure_export import FigureExport
from exports.figure_exports import cutoff as cutoffplates
from exports.provenance import Provenance
from figures.cutoff.profile import cutoff_figure
from figures.cutoff.resamples import resamples_figure
from wording.numbers import beside_interval, cut_text, p_text
from wording.pages.cutoff import (
    CONTINUOUS_TITLE,
    FRAGILITY_TITLE,
    HOW_TO_READ,
    RESAMPLES_TITLE,
    describe_thinning,
)
from wording.results import cutoff

MOST_ROWS = 60  # of the profile as a table


def layout(view: View, cohort: Cohort) -> list[Component]:
    """The profile over the resamples on one axis, the numbers, single patients, the marker."""
    every = _card("Every cut-off", view, "profile", "profile-files", "reading", "resamples",
                  "resamples-files")  # fmt: skip
    numbers = _card("The numbers", view, "numbers")
    patients = _card(FRAGILITY_TITLE, view, "fragility")
    effect = _card(CONTINUOUS_TITLE, view, "effect", "spline", "spline-files")
    return [view.slot("remarks"), every, numbers, patients, effect]


def _card(title: str, view: View, *names: str) -> Component:
    return html.Section([html.H2(title), *map(view.slot, names)], className="card cut-card")


def _one_cut(context: RenderContext) -> float | None:
    """The question's cut-off, where there is just one."""
    return context.question.cut[0] if len(context.question.cut) == 1 else None


# ------------------------------------------------------------------------------------- search


def draw_remarks(searched: CutoffSearchResult, context: RenderContext) -> list[Component]:
    """What must be known before the page is read."""
    cut = _one_cut(context)
    texts = [] if cut is not None else [cutoff.SEVERAL]
    if cut is not None and isinstance(searched, SearchedCutoffs) and searched.row(cut) is None:
        texts = [OUTSIDE]
    return [html.P(text, className="remark") for text in texts]


def draw_profile(searched: CutoffSearchResult, context: RenderContext) -> Chart | None:
    """Hazard ratio and W against the cut."""
    if isinstance(searched, NoSearch):
        return None
    cut = _one_cut(context)
    figure = cutoff_figure(searched, cut, dark=context.dark)
    return Chart(figure, cutoff.profile_sentence(searched, cut))


def draw_reading(searched: CutoffSearchResult, context: RenderContext) -> Component | None:
    """How the figures are read: the profile and its table above, the resamples below."""
    if isinstance(searched, NoSearch):
        return None
    note = HOW_TO_READ
    return html.Div(
        [
            sentence(note, "the profile", "profile", "note"),
            unfold("Show as table", _profile_table(searched)),
            html.H3(RESAMPLES_TITLE),
            sentence(cutoff.range_words(searched), "the range", "resamples"),
            sentence(cutoff.optimism_words(searched), "optimism", "hr_corrected"),
        ]
    )


def _profile_table(searched: SearchedCutoffs) -> Component:
    rows = searched.profile
    every = math.ceil(len(rows) / MOST_ROWS)
    best = float(searched.best["cut"])
    kept = rows[(rows.index % every == 0) | (rows["cut"] == best)]
    frame = pd.DataFrame(
        [
            (
                cut_text(row.shown) + (" (best)" if row.cut == best else ""),
                f"{row.events_high} of {row.n_high}",
                f"{row.events_low} of {row.n_low}",
                beside_interval(row.hr, row.lower, row.upper),
                f"{row.w:.2f}",
                p_text(row.p_cut),
                p_text(correct_for_search(row.p_searched, row.p_cut)),
            )
            for row in kept.itertuples()
        ],
        columns=["Cut-off", "Above", "At or below", "HR (95 % CI)", "W", "p for this cut",
                 "p corrected"],
    )  # fmt: skip
    shown = html.P(
        describe_thinning(every, rows), className="note"
    ) if every > 1 else ""  # fmt: skip
    caption = f"Every cut-off of {searched.marker}, {searched.label.lower()}"
    return html.Div([table(frame, caption=caption), shown])


def draw_resamples(searched: CutoffSearchResult, context: RenderContext) -> Chart | None:
    """Where the best cut-off falls in resamples."""
    if isinstance(searched, NoSearch):
        return None
    figure = resamples_figure(searched, dark=context.dark)
    return Chart(figure, "Histogram. " + cutoff.range_words(searched))


# -------------------------------------------------------------------------------------- exports


def name_figure(title: Callable[[Any], str]) -> Callable[[Any, RenderContext], str]:
    """The name of a figure that is of the whole page."""
    return lambda found, context: title(found)


def export_profile(
    found: SearchedCutoffs, context: RenderContext, chart: Chart, about: Provenance
) -> FigureExport:
    """The profile on its way out."""
    source = source_of(found, context)
    return cutoffplates.profile(found, chart.figure, chart.sentence, about, source)


def export_resamples(
    found: SearchedCutoffs, context: RenderContext, chart: Chart, about: Provenance
) -> FigureExport:
    """The resamples on their way out."""
    source = source_of(found, context)
    return cutoffplates.resamples(found, chart.figure, chart.sentence, about, source)


def export_spline(
    found: ContinuousResult, context: RenderContext, chart: Chart, about: Provenance
) -> FigureExport:
    """The spline on its way out."""
    return cutoffplates.spline(found, chart.figure, chart.sentence, about)


# ---------------------------------------------------------------------------------------- view


def say(found: CutoffSearchResult, context: RenderContext) -> list[str]:
    """The page in sentences."""
    return cutoff.cutoff_summary(
        found, context.question.cut, max(context.ledger.count, 1), source_of(found, context)
    )


VIEW = View(
    info=pages.CUTOFF,
    panels=(
        Panel("remarks", CUTOFF_SEARCH, draw_remarks),
        Panel(
            "profile",
            CUTOFF_SEARCH,
            draw_profile,
            chart=True,
            figure_export=export_chart(draw_profile, export_profile),
            name_figure=name_figure(cutoffplates.profile_title),
        ),
        Panel("reading", CUTOFF_SEARCH, draw_reading),
        Panel(
            "resamples",
            CUTOFF_SEARCH,
            draw_resamples,
            chart=True,
            figure_export=export_chart(draw_resamples, export_resamples),
            name_figure=name_figure(cutoffplates.resamples_title),
        ),
        Panel("numbers", CUTOFF_SEARCH, draw_numbers),
        Panel("fragility", FRAGILITY, draw_fragility),
        Panel("effect", CONTINUOUS, draw_effect),
        Panel(
            "spline",
            CONTINUOUS,
            draw_spline,
            chart=True,
            figure_export=export_chart(draw_spline, export_spline),
            name_figure=name_figure(cutoffplates.spline_title),
        ),
    ),
    summary=CUTOFF_SEARCH,
    words=say,
    layout=layout,
)
