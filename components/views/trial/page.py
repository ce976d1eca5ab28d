"""The trial page: escalation, treatment and follow-up, responses, adverse events, exposure."""

from __future__ import annotations

from collections.abc import Callable

from dash import html
from dash.development.base_component import Component

from analysis.question.display_options import choose_option
from analysis.registry import TRIAL
from analysis.results.trial.conduct import Trial
from analysis.results.trial.escalation import NoEscalation
from components import pages
from components.views.chart_export import export_chart
from components.views.trial._swimmer import draw_followup, draw_key, draw_order, draw_treatment
from components.views.trial._tables import (
    draw_adverse,
    draw_changes,
    draw_compared,
    draw_exposures,
    draw_lanes_table,
    draw_rates,
    draw_responses,
    draw_steps,
)
from components.views.view import Chart, Panel, RenderContext, View
from data.cohort import Cohort
from exports.figure_export import FigureExport
from exports.figure_exports import trial
from exports.provenance import Provenance
from figures.trial.dlt_rates import rates_figure
from figures.trial.escalation import escalation_figure
from figures.trial.exposure import exposure_figure
from figures.trial.lesions import spider_figure, waterfall_figure
from wording.pages.trial import EXPOSURE_TITLE, LANES_TITLE, describe_spider, describe_waterfall
from wording.results.trial import (
    escalation_sentence,
    exposure_sentence,
    rates_sentence,
    trial_summary,
)


def layout(view: View, cohort: Cohort) -> list[Component]:
    """Escalation, patients, responses, adverse events, exposure."""
    escalation = _section("Dose escalation", view, ("path", "dlts"), "steps", "rates")
    lanes = html.Section(
        [
            html.H2(LANES_TITLE),
            view.slot("order"),
            view.slot("key"),
            html.Div(_beside(view, "treatment", "followup"), className="two lanes-two"),
            view.slot("lanes"),
        ],
        className="card trial-card",
    )
    responses = html.Section(
        [
            html.H2("Best response"),
            view.slot("responses"),
            html.Div(_beside(view, "waterfall", "spider"), className="two"),
            view.slot("changes"),
        ],
        className="card trial-card",
    )
    return [escalation, lanes, responses, view.slot("adverse"), _exposure(view, cohort)]


def _section(title: str, view: View, charts: tuple[str, ...], *parts: str) -> Component:
    words = html.Div([view.slot(part) for part in parts], className="escalation-words")
    figures = html.Div(_beside(view, *charts))
    inside = html.Div([figures, words], className="escalation")
    return html.Section([html.H2(title), inside], className="card trial-card")


def _beside(view: View, *charts: str) -> list[Component]:
    return [html.Div([view.slot(one), view.files(one)]) for one in charts]


def _exposure(view: View, cohort: Cohort) -> Component:
    panels = [
        html.Div(
            [
                view.slot("exposure", one.marker),
                view.slot("compared", one.marker),
                view.files("exposure", one.marker),
            ],
            className="panel",
        )
        for one in cohort.study.exposures
    ]
    return html.Section(
        [
            html.H2(EXPOSURE_TITLE),
            *([html.Div(panels, className="panels")] if panels else []),
            view.slot("exposures"),
        ],
        className="card trial-card",
    )


def draw_path(found: Trial, context: RenderContext) -> Chart | None:
    """The escalation, patient by patient."""
    path = found.path
    if isinstance(path, NoEscalation) or path.patients.empty:
        return None
    figure = escalation_figure(path, found.subjects, synthetic=found.synthetic, dark=context.dark)
    return Chart(figure, escalation_sentence(path))


def draw_dlts(found: Trial, context: RenderContext) -> Chart | None:
    """The rates of dose-limiting toxicities by dose level."""
    path = found.path
    if isinstance(path, NoEscalation) or not path.recorded:
        return None
    figure = rates_figure(path, synthetic=found.synthetic, dark=context.dark)
    return Chart(figure, rates_sentence(path))


def draw_waterfall(found: Trial, context: RenderContext) -> Chart | None:
    """The best change of lesions of each patient."""
    if found.lesions.why:
        return None
    figure = waterfall_figure(
        found.lesions, found.lanes, synthetic=found.synthetic, dark=context.dark,
        numbered=context.leaves,
    )  # fmt: skip
    best = found.lesions.best["change"]
    return Chart(
        figure,
        describe_waterfall(best),
    )


def draw_spider(found: Trial, context: RenderContext) -> Chart | None:
    """The change of lesions over time."""
    if found.lesions.why:
        return None
    figure = spider_figure(found.lesions, found.lanes, synthetic=found.synthetic, dark=context.dark)
    return Chart(figure, describe_spider(found))


def draw_exposure(found: Trial, context: RenderContext) -> Chart | None:
    """The pairs of one exposure."""
    one = {one.marker: one for one in found.exposures}.get(context.of)
    if one is None or not one.n:
        return None
    figure = exposure_figure(
        one, found.lanes.levels, found.subjects, synthetic=found.synthetic, dark=context.dark
    )
    return Chart(figure, exposure_sentence(one))


# -------------------------------------------------------------------------------------- exports


def leaving(
    make: Callable[..., FigureExport],
) -> Callable[[Trial, RenderContext, Chart, Provenance], FigureExport]:
    """The export of a figure that hangs on nothing but the trial."""
    return lambda found, context, chart, about: make(found, chart.figure, chart.sentence, about)


def name_figure(name: str) -> Callable[[Trial, RenderContext], str]:
    """The name of a figure that hangs on nothing but the trial."""
    return lambda found, context: trial.TITLES[name]


def name_exposure(found: Trial, context: RenderContext) -> str:
    """The name of one exposure's figure."""
    one = {one.marker: one for one in found.exposures}.get(context.of)
    return trial.exposure_title(one) if one else ""


def export_treatment(
    found: Trial, context: RenderContext, chart: Chart, about: Provenance
) -> FigureExport:
    """The lanes of treatment on their way out."""
    order = choose_option(context.question, "order")
    return trial.treatment(found, order, chart.figure, chart.sentence, about)


def export_followup(
    found: Trial, context: RenderContext, chart: Chart, about: Provenance
) -> FigureExport:
    """The lanes of follow-up on their way out."""
    order = choose_option(context.question, "order")
    return trial.followup(found, order, chart.figure, chart.sentence, about)


def export_exposure(
    found: Trial, context: RenderContext, chart: Chart, about: Provenance
) -> FigureExport:
    """One exposure on its way out."""
    one = {one.marker: one for one in found.exposures}[context.of]
    return trial.exposure(found, one, chart.figure, chart.sentence, about)


VIEW = View(
    info=pages.TRIAL,
    panels=(
        Panel(
            "path",
            TRIAL,
            draw_path,
            chart=True,
            figure_export=export_chart(draw_path, leaving(trial.path)),
            name_figure=name_figure("path"),
        ),
        Panel(
            "dlts",
            TRIAL,
            draw_dlts,
            chart=True,
            figure_export=export_chart(draw_dlts, leaving(trial.dlts)),
            name_figure=name_figure("dlts"),
        ),
        Panel("steps", TRIAL, draw_steps),
        Panel("rates", TRIAL, draw_rates),
        Panel("order", TRIAL, draw_order),
        Panel("key", TRIAL, draw_key),
        Panel(
            "treatment",
            TRIAL,
            draw_treatment,
            chart=True,
            figure_export=export_chart(draw_treatment, export_treatment),
            name_figure=name_figure("treatment"),
        ),
        Panel(
            "followup",
            TRIAL,
            draw_followup,
            chart=True,
            figure_export=export_chart(draw_followup, export_followup),
            name_figure=name_figure("followup"),
        ),
        Panel("lanes", TRIAL, draw_lanes_table),
        Panel("responses", TRIAL, draw_responses),
        Panel(
            "waterfall",
            TRIAL,
            draw_waterfall,
            chart=True,
            figure_export=export_chart(draw_waterfall, leaving(trial.waterfall)),
            name_figure=name_figure("waterfall"),
        ),
        Panel(
            "spider",
            TRIAL,
            draw_spider,
            chart=True,
            figure_export=export_chart(draw_spider, leaving(trial.spider)),
            name_figure=name_figure("spider"),
        ),
        Panel("changes", TRIAL, draw_changes),
        Panel("adverse", TRIAL, draw_adverse),
        Panel(
            "exposure",
            TRIAL,
            draw_exposure,
            chart=True,
            figure_export=export_chart(draw_exposure, export_exposure),
            name_figure=name_exposure,
        ),
        Panel("compared", TRIAL, draw_compared),
        Panel("exposures", TRIAL, draw_exposures),
    ),
    summary=TRIAL,
    words=lambda found, context: trial_summary(found),
    layout=layout,
)
