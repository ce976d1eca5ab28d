"""The trends page: every marker of a group over the visits, the response by dose, and all tests."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from analysis.cohort.marker_groups import MOST, choose_marker_group, find_marker_groups
from analysis.question.display_options import choose_option
from analysis.registry import DOSE_MODELS, DOSE_RESPONSE, TREND_TESTS, TRENDS
from analysis.results import trends
from analysis.results.dose_response import DoseResponse
from analysis.results.trends import Trends
from components import pages
from components.attributes import Attributes
from components.cards import tint
from components.option_links import choices
from components.views.chart_export import export_chart
from components.views.trends._numbers import draw_courses, draw_models, draw_table, draw_tests
from components.views.view import Chart, Panel, RenderContext, View
from data.cohort import Cohort
from exports.figure_export import FigureExport
from exports.figure_exports import trends as trendplates
from exports.provenance import Provenance
from figures.style import palette
from figures.trends.dose_response import MOST_DOTS, dose_figure
from figures.trends.marks import MOST_LINES, shorts, tints_of
from figures.trends.panel import trend_figure
from wording.pages.trends import (
    BY_PATIENT,
    EVERY_MARKER,
    NO_ORDER,
    ONE_DOT,
    ONE_LEVEL,
    ONE_VISIT,
    THIN_LINES,
    describe_aside,
    describe_bands,
    describe_below_limit,
    describe_first_markers,
    describe_no_baseline,
    describe_other_colours,
    describe_share_detected,
    describe_ungrouped,
)
from wording.results.trend_phrases import panel_sentence
from wording.results.trends import trends_summary

PATH = "/trends"
CSS = {"solid": "solid", "dash": "dashed", "dot": "dotted", "dashdot": "double"}


def layout(view: View, cohort: Cohort) -> list[Component]:
    """Choices and key, a panel per marker, the response by dose, then every test."""
    most = max((min(len(one), MOST) for one in find_marker_groups(cohort).values()), default=0)
    panels = [
        html.Div(
            [view.slot("panel", str(i)), view.files("panel", str(i))], className="card panel-card"
        )
        for i in range(most)
    ]
    response = html.Section(
        [html.H2(BY_PATIENT), view.slot("response"),
         view.files("response"), view.slot("tests"),
         view.slot("models")],
        className="card trend-card",
    )  # fmt: skip
    every = html.Section([html.H2(EVERY_MARKER), view.slot("table")], className="card trend-card")
    grid = html.Div(panels, className="panels")
    return [view.slot("choices"), html.Div([grid, view.slot("courses")]), response, every]


# ------------------------------------------------------------------------------------- panels


def drawn_endpoints(found: Trends, context: RenderContext) -> list[trends.Panel]:
    """The panels of the group that is chosen, in the order of the markers."""
    markers = found.groups.get(choose_marker_group(found.groups, context.question), ())
    return [found.panels[marker] for marker in markers[:MOST]]


def draw_panel(found: Trends, context: RenderContext) -> Chart | None:
    """One marker over the visits; the place's number says which."""
    panel, asked = _panel(found, context), context.question
    if panel is None:
        return None
    by, middle = choose_option(asked, "by"), choose_option(asked, "middle")
    figure = trend_figure(
        found, panel, by=by, axis_by=choose_option(asked, "axis"), middle=middle, dark=context.dark
    )
    said = panel_sentence(
        panel.series, found.grouping(by), found.summaries(panel, by), middle, asked.visit
    )
    return Chart(figure, said)


def _panel(found: Trends, context: RenderContext) -> trends.Panel | None:
    panels = [one for one in drawn_endpoints(found, context) if one.series.codes]
    at = int(context.of) if context.of.isdecimal() and len(context.of) < 4 else len(panels)
    return panels[at] if at < len(panels) else None


def name_panel(found: Trends, context: RenderContext) -> str:
    """The name of one marker's panel."""
    one = _panel(found, context)
    return trendplates.panel_title(found, one, choose_option(context.question, "by")) if one else ""


def export_panel(
    found: Trends, context: RenderContext, chart: Chart, about: Provenance
) -> FigureExport:
    """One marker's panel on its way out."""
    by, one = choose_option(context.question, "by"), _panel(found, context)
    assert one is not None  # as there is a chart of it
    return trendplates.panel(found, one, by, chart.figure, chart.sentence, about)


def export_response(
    found: DoseResponse, context: RenderContext, chart: Chart, about: Provenance
) -> FigureExport:
    """The response by dose on its way out."""
    return trendplates.response(found, chart.figure, chart.sentence, about)


def draw_choices(found: Trends, context: RenderContext) -> list[Component]:
    """What can be chosen here, the key of the groups, and what must be known of the panels."""
    asked = context.question
    group = choose_marker_group(found.groups, asked)
    # The links mark what is shown, which is another group where the cohort has not the chosen one.
    shown = asked.changed(options=(*((k, v) for k, v in asked.options if k != "panel"),
                                   ("panel", group)))  # fmt: skip
    rows = [choices(shown, PATH, "panel", "Markers", found.groups)]
    if found.visits > 1:
        axes = ("visit", "scheduled", "day") if found.days_known else ("visit", "scheduled")
        rows.append(choices(asked, PATH, "axis", "Across", axes))
    rows.append(choices(asked, PATH, "by", "Colours", level=found.levels.word))
    rows.append(choices(asked, PATH, "middle", "Middle"))
    remarks = [html.P(text, className="remark") for text in _remarks(found, context)]
    return [html.Div(rows, className="trend-choices"), _key(found, context), *remarks]


def _key(found: Trends, context: RenderContext) -> Component:
    """The groups with their colours, dashes and numbers of patients."""
    grouping = found.grouping(choose_option(context.question, "by"))
    tints, dashes = tints_of(grouping, palette(False))
    darks, _ = tints_of(grouping, palette(True))
    items = [
        html.Li(
            [
                html.Span(className=f"key tinted {CSS[dashes[i]]}", style=tint(*both)),
                html.Span(f"{short}: {name}" if short not in name else name),
                html.Span(f" ({int((grouping.of == i).sum())})", className="note"),
            ]
        )
        for i, (name, short, *both) in enumerate(
            zip(grouping.labels, shorts(grouping), tints, darks, strict=True)
        )
    ]
    return html.Ul(
        items, className="trend-key", **Attributes({"aria-label": f"Colours: {grouping.word}"})
    )


def _remarks(found: Trends, context: RenderContext) -> list[str]:
    by, said = choose_option(context.question, "by"), []
    grouping = found.grouping(by)
    if by == "split" and found.sides.why:
        said.append(describe_other_colours(found))
    if found.visits < 2:
        said.append(ONE_VISIT)
    if len(grouping.labels) < 2:
        said.append(ONE_LEVEL)
    elif not found.levels.ordered and by != "split":
        said.append(NO_ORDER)
    if grouping.unknown:
        who = "1 patient is" if grouping.unknown == 1 else f"{grouping.unknown} patients are"
        said.append(describe_ungrouped(who))
    if len(found.subjects) > MOST_LINES:
        said.append(describe_bands(found))
    else:
        said.append(THIN_LINES)
    said += [_unusual(one) for one in drawn_endpoints(found, context)]
    group = found.groups.get(choose_marker_group(found.groups, context.question), ())
    if len(group) > MOST:
        said.append(describe_first_markers(group))
    return [text for text in said if text]


def _unusual(panel: trends.Panel) -> str:
    """What is special about a marker: nothing to draw, mostly below the limit, values set aside."""
    series, aside = panel.series, sum(panel.series.aside)
    if not series.codes:
        return describe_no_baseline(series)
    if series.detected:
        return describe_share_detected(series)  # fmt: skip
    if aside:
        what = "fold changes" if series.measure == "fold" else "values"
        return describe_aside(series, aside, what)
    low = int(series.low.sum())
    return describe_below_limit(series, low) if low else ""


# ----------------------------------------------------------------------------------- response


def draw_response(found: DoseResponse, context: RenderContext) -> Chart:
    """One dot a patient, by dose level or arm."""
    figure = dose_figure(found, by=choose_option(context.question, "by"), dark=context.dark)
    dots = "" if len(found.subjects) > MOST_DOTS else ONE_DOT
    said = " ".join(trends_summary(found))
    return Chart(figure, f"{found.label} by {found.levels.word}{dots}. {said}")


VIEW = View(
    info=pages.TRENDS,
    panels=(
        Panel("choices", TRENDS, draw_choices),
        Panel(
            "panel",
            TRENDS,
            draw_panel,
            chart=True,
            figure_export=export_chart(draw_panel, export_panel),
            name_figure=name_panel,
        ),
        Panel("courses", TRENDS, draw_courses),
        Panel(
            "response",
            DOSE_RESPONSE,
            draw_response,
            chart=True,
            figure_export=export_chart(draw_response, export_response),
            name_figure=lambda found, context: trendplates.response_title(found),
        ),
        Panel("tests", DOSE_RESPONSE, draw_tests),
        Panel("models", DOSE_MODELS, draw_models),
        Panel("table", TREND_TESTS, draw_table),
    ),
    summary=DOSE_RESPONSE,
    words=lambda found, context: trends_summary(found),
    layout=layout,
)
