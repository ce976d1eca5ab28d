"""The overview page: the study in one look, and the way to its questions."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from analysis.question import choices as question_choices
from analysis.registry import OVERVIEW
from analysis.results.overview import EndpointOverview, Overview
from components import pages
from components.attributes import Attributes
from components.cards import add_question_mark, card, make_scrollable, unfold
from components.views.chart_export import export_chart
from components.views.view import Chart, Panel, RenderContext, View
from data.cohort import Cohort
from exports.figure_export import FigureExport
from exports.figure_exports import trial
from exports.provenance import Provenance
from figures.km.all_patients import overall_figure
from wording.numbers import duration
from wording.pages.overview import (
    FINDINGS_TITLE,
    NO_OUTCOME,
    NO_PAGE,
    count_remarks,
    describe_all_patients,
)
from wording.results.phrases import followup, median_interval
from wording.results.summaries import overview_summary


def draw_findings(result: Overview, context: RenderContext) -> Component:
    """What was published, or is worth asking, with one click to the question."""
    items = [html.Li(_finding(finding.text, finding.link)) for finding in result.findings]
    return card(html.Ol(items, className="findings"), title=FINDINGS_TITLE)


def _finding(text: str, link: str | None) -> list[Component | str]:
    if link:
        return [html.A([text, html.Span(" →", **Attributes({"aria-hidden": "true"}))], href=link)]
    return [html.Span(text), html.Span(NO_PAGE, className="later")]


def draw_study(result: Overview, context: RenderContext) -> Component:
    """What the study is, and what is known of its data."""
    notes = [html.P(text) for text in (result.citation, *result.notes)]
    warned = [unfold(count_remarks(result),
                     html.Ul([html.Li(text) for text in result.warnings]))] if (
        result.warnings) else []  # fmt: skip
    return card(*notes, *warned, title=result.title, className="study")


def draw_levels(result: Overview, context: RenderContext) -> Component:
    """Patients by dose level or arm, as bars with their numbers."""
    most = max(int(result.levels["n"].max()), 1)
    bars = [
        html.Div(
            [
                html.Span(row.label, className="bar-label"),
                html.Span(
                    html.Span(className="bar-fill", style={"width": f"{100 * row.n / most:.1f}%"}),
                    className="bar",
                ),
                html.B(str(row.n)),
            ],
            className="bar-row",
        )
        for row in result.levels.itertuples()
    ]
    mtd = [html.P(f"Maximum tolerated dose: {result.mtd}", className="note")] if result.mtd else []
    return card(*bars, *mtd, title=f"{result.levels_title} ({result.n} in all)")


def layout(view: View, cohort: Cohort) -> list[Component]:
    """Questions beside the dose levels, then endpoints, samples and the study."""
    endpoints = question_choices.endpoint_choices(cohort)
    cards = [
        html.Section(
            [
                html.H2(f"{label}, all patients"),
                view.slot("facts", code),
                view.slot("curve", code),
                view.files("curve", code),
            ],
            className="card",
        )
        for code, label in endpoints.items()
    ]
    curves = html.Div(cards, className=f"two of-{len(endpoints)} wide")
    first, last = ("findings", "levels"), ("samples", "study")
    return [*map(view.slot, first), curves, *map(view.slot, last)]


def draw_facts(result: Overview, context: RenderContext) -> Component:
    """Events, median and follow-up of one endpoint."""
    one, unit = result.endpoint(context.of), result.time_unit
    if one is None:
        return html.P(NO_OUTCOME)
    facts = (
        (f"{one.events} of {one.n}", one.event_words, "events"),
        (duration(one.median), f"median, {unit}{_around(one)}", "median"),
        (followup(one.followup, one.n - one.events), f"median follow-up, {unit}", "followup"),
    )
    rows = [
        html.Div([html.Dt(add_question_mark(text, topic)), html.Dd(number)])
        for number, text, topic in facts
    ]
    return html.Dl(rows, className="facts")


def draw_curve(result: Overview, context: RenderContext) -> Chart | None:
    """One endpoint over all patients."""
    one = result.endpoint(context.of)
    if one is None:
        return None
    spoken = describe_all_patients(one)
    figure = overall_figure(
        one, result.time_unit, synthetic=bool(result.synthetic), dark=context.dark
    )
    return Chart(figure, spoken)


def name_curve(result: Overview, context: RenderContext) -> str:
    """The name of one endpoint's curve."""
    one = result.endpoint(context.of)
    return trial.overall_title(one) if one else context.of


def export_curve(
    result: Overview, context: RenderContext, chart: Chart, about: Provenance
) -> FigureExport:
    """One endpoint's curve on its way out."""
    one = result.endpoint(context.of)
    assert one is not None  # as there is a chart of it
    return trial.overall(one, result.time_unit, chart.figure, chart.sentence, about)


def _around(one: EndpointOverview) -> str:
    around = median_interval({"lower": one.lower, "upper": one.upper})
    return f" (95 % CI {around})" if around else ""


def draw_samples(result: Overview, context: RenderContext) -> Component:
    """How many patients have a value, by marker and visit."""
    visits = list(result.samples.columns)
    head = html.Tr([html.Th("Marker", scope="col"), *(_visit(result, visit) for visit in visits)])
    body = [
        html.Tr([html.Th(result.marker_labels[marker], scope="row"),
                 *(_count(int(n), result.n) for n in counts)])
        for marker, counts in zip(result.samples.index, result.samples.to_numpy(), strict=True)
    ]  # fmt: skip
    matrix = html.Table([html.Thead(head), html.Tbody(body)], className="table samples")
    return card(make_scrollable(matrix, "Samples"), title=f"Patients with a value, of {result.n}")


def _visit(result: Overview, visit: str) -> Component:
    return html.Th(visit, scope="col", title=result.visit_labels.get(visit, visit))


def _count(n: int, of: int) -> Component:
    share = n / of if of else 0
    return html.Td(str(n) if n else "·", style={"--share": f"{share:.2f}"}, className="count")


VIEW = View(
    info=pages.OVERVIEW,
    panels=(
        Panel("findings", OVERVIEW, draw_findings),
        Panel("levels", OVERVIEW, draw_levels),
        Panel("facts", OVERVIEW, draw_facts),
        Panel(
            "curve",
            OVERVIEW,
            draw_curve,
            chart=True,
            figure_export=export_chart(draw_curve, export_curve),
            name_figure=name_curve,
        ),
        Panel("samples", OVERVIEW, draw_samples),
        Panel("study", OVERVIEW, draw_study),
    ),
    summary=OVERVIEW,
    words=lambda found, context: overview_summary(found),
    layout=layout,
)
