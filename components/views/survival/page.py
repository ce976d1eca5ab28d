"""The survival page: PFS and OS side by side from one split of the patients."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from analysis.question import choices as question_choices
from analysis.registry import BASELINE, SECOND_OPINION, STRATIFIED, SURVIVAL
from analysis.results import groups
from analysis.results.baseline import (
    BaselineTable,
    StratifiedTest,
    StratifiedTests,
)
from analysis.results.survival import (
    AskedEndpoint,
    EstimatedEndpoint,
    NotEstimable,
    SurvivalResult,
)
from components import ids, pages
from components.attributes import Attributes
from components.cards import add_question_mark, card, table, table_of, unfold
from components.views.survival._numbers import draw_numbers, draw_second_opinion
from components.views.view import Chart, Panel, RenderContext, View, drag_stamp
from data.cohort import Cohort
from exports.figure_export import FigureExport
from exports.pptx.km import slide as km_slide
from exports.provenance import Provenance, SurvivalExport
from figures.km.figure import COUNTED, km_figure, ticks_of
from figures.preview import figure_words
from wording.figures.km import describe_figure
from wording.pages.survival import (
    ABOVE_OR_BELOW,
    BASELINE_CAPTION,
    BOTH_CLOCKS,
    DIVIDED_AT,
    FLOW_TITLE,
    NO_BASELINE,
    SIDES_TITLE,
    SMALL_GROUP,
    SMALL_SIDE,
    STILL_ON_STUDY,
    THIS_CUT_ONLY,
    describe_immortal_time,
    describe_landmark,
    warn_of_regression,
    warn_of_unknown_day,
)
from wording.results import phrases
from wording.results.baseline import STRATA, describe_within, write_table
from wording.results.flow import describe_reason, describe_ties
from wording.results.summaries import survival_summary
from wording.results.survival import list_cuts

# ------------------------------------------------------------------------------------ remarks


def draw_remarks(answer: SurvivalResult, context: RenderContext) -> list[Component]:
    """What must be known before the numbers are read."""
    remarks = _clock_remarks(answer)
    if answer.measure != "value":
        remarks.append(warn_of_regression(answer))
    if ties := describe_ties(*answer.asked_endpoint.flow.tied_folds):
        remarks.append(ties)
    if not answer.admissible:
        remarks.append(SMALL_GROUP if answer.several else SMALL_SIDE)
    return [
        *(html.P(text, className="remark") for text in remarks),
        *(html.P(text, className="caution") for text in answer.cautions),
    ]


def _clock_remarks(answer: SurvivalResult) -> list[str]:
    visit = answer.visit
    if not answer.day_known:
        return [warn_of_unknown_day(visit)]
    if not answer.landmark > 0:
        return []
    landmark = answer.clock == "landmark"
    text = describe_landmark(answer) if landmark else describe_immortal_time(answer)
    text += BOTH_CLOCKS
    codes = [one.code for one in answer.endpoints]
    if "OS" in codes and len(codes) > 1:
        text += STILL_ON_STUDY
    return [text]


# ------------------------------------------------------------------------------------- curves


def layout(view: View, cohort: Cohort) -> list[Component]:
    """Remarks, a card of curves per endpoint, then the numbers and who they come from."""
    endpoints = question_choices.endpoint_choices(cohort)
    cards = [
        html.Section(
            [
                html.H2(label),
                html.Div(
                    view.slot("curve", code),
                    className="curve-place",
                    **Attributes({"data-of": code}),
                ),
                view.slot("counts", code),
                view.files("curve", code),
            ],
            className="card km",
        )
        for code, label in endpoints.items()
    ]
    curves = html.Div(cards, className=f"two of-{len(endpoints)}")
    patients = html.Section(
        [html.H2(SIDES_TITLE), view.slot("sides"), view.slot("within")],
        className="card sides-card",
    )
    rest = [view.slot("numbers"), view.slot(ids.LATER), view.slot("flow"), patients]
    return [view.slot("remarks"), curves, *rest]


def draw_curve(answer: SurvivalResult, context: RenderContext) -> Chart | None:
    """The curves of one endpoint."""
    one = answer.estimate(context.of)
    if one is None:
        return None
    figure = km_figure(answer, one, dark=context.dark, chosen=context.marked)
    figure.layout.meta = {**figure.layout.meta, **drag_stamp(context, one.code)}
    return Chart(figure, describe_figure(answer, one))


def name_curve(answer: SurvivalResult, context: RenderContext) -> str:
    """The name of one endpoint's figure."""
    one = answer.endpoint(context.of)
    return km_slide.title(answer, one) if one else context.of


def draw_counts(answer: SurvivalResult, context: RenderContext) -> Component | None:
    """The numbers under one endpoint's curves as a table, or why there are no curves."""
    one = answer.endpoint(context.of)
    if one is None:
        return None
    if isinstance(one, NotEstimable):
        return html.P(one.why)
    return unfold("Show as table", _counts(answer, one))


def _counts(answer: SurvivalResult, one: EstimatedEndpoint) -> Component:
    labels = phrases.side_labels(answer)
    head = ("Group", answer.time_unit.capitalize(), "At risk", "Censored", "Events")
    shown = one.km.at_risk(ticks_of(one, answer))
    columns = [shown[name].tolist() for name in COUNTED]
    rows = [
        (labels[group], f"{time:g}", *map(str, counts))
        for group, time, *counts in zip(*columns, strict=True)
    ]
    return table_of(head, rows, caption=f"Numbers under the curves, {one.label.lower()}")


def export_curve(
    answer: SurvivalResult, context: RenderContext, about: Provenance
) -> FigureExport | None:
    """One endpoint's figure on its way out; it draws its own, where a file has one in it."""
    endpoint = answer.estimate(context.of)
    if endpoint is None:
        return None
    export = SurvivalExport(**vars(about), result=answer, endpoints=answer.estimated)
    return km_slide.export_curve(export, endpoint)


# --------------------------------------------------------------------------------------- flow


def draw_flow(answer: SurvivalResult, context: RenderContext) -> Component:
    """Who is in and who is not, step by step."""
    strips = [_strip(answer, one) for one in answer.endpoints]
    if len({strip_key(one) for one in answer.endpoints}) == 1:
        strips = [strips[0].children[1]]  # one strip for all, without an endpoint's name
    return card(*strips, title=FLOW_TITLE)


def strip_key(one: AskedEndpoint) -> tuple:
    """Endpoints with equal counts need one strip only."""
    return one.flow.groups, one.flow.aside


def _strip(answer: SurvivalResult, one: AskedEndpoint) -> Component:
    flow = one.flow
    among = f"with {answer.subgroup}" if answer.subgroup else "in the cohort"
    steps: list[tuple[str, str, list[Component]]] = [(str(flow.started), among, [])]
    steps.append(
        (str(flow.sampled), f"with a usable sample at {answer.visit}", _aside(flow, "sample"))
    )
    if answer.landmark > 0 or flow.count("clock"):
        steps.append(
            (str(flow.observed), f"followed from {answer.visit} on", _aside(flow, "clock"))
        )
    counts = " / ".join(map(str, reversed(flow.groups)))
    sides = DIVIDED_AT if answer.several else (
        ABOVE_OR_BELOW)  # fmt: skip
    steps.append((counts, f"{sides} {list_cuts(answer)}", []))
    strip = html.Ol(
        [_step(*step) for step in steps], className="flow", **Attributes({"aria-label": one.label})
    )
    return html.Div([html.H3(one.label), strip], className="strip-of")


def _aside(flow: Any, at: str) -> list[Component]:
    rows: list[Component] = [
        html.Span(
            f"{len(who)} {describe_reason(reason, flow)}",
            title=", ".join(who[:40]) + (" …" if len(who) > 40 else ""),
            className="aside",
        )
        for step, reason, who in flow.aside
        if step == at
    ]
    return rows or [html.Span("none set aside", className="aside")]


def _step(number: str, meaning: str, aside: list[Component]) -> Component:
    return html.Li([html.B(number), html.Span(meaning), *aside])


# -------------------------------------------------------------------------------------- sides


def draw_sides(result: BaselineTable, context: RenderContext) -> Component:
    """Baseline by side."""
    if not result.rows:
        return html.P(NO_BASELINE, className="empty")
    names = [name[:1].upper() + name[1:] for name in groups.label_columns(result.cuts)]
    heads = [f"{name} ({n})" for name, n in zip(names, result.counts, strict=True)]
    frame = write_table(result).set_axis(["", *heads], axis=1)
    return table(frame, caption=BASELINE_CAPTION, className="sides")


def draw_within(result: StratifiedTests, context: RenderContext) -> list[Component]:
    """The tests that take dose or arm into account."""
    return [_test(result, one) for one in result.tests]


def _test(result: StratifiedTests, one: StratifiedTest) -> Component:
    within = add_question_mark(f"Within {STRATA[result.column]}s", "stratified")
    note = html.Span(THIS_CUT_ONLY, className="note")
    said = f": {describe_within(one, result.column)}"
    return html.Div([html.B(f"{one.label}: "), within, said, note], className="adjusted")


VIEW = View(
    info=pages.SURVIVAL,
    panels=(
        Panel("remarks", SURVIVAL, draw_remarks),
        Panel(
            "curve",
            SURVIVAL,
            draw_curve,
            chart=True,
            figure_export=export_curve,
            name_figure=name_curve,
            joined_places=lambda found: found.drawn,
        ),
        Panel("counts", SURVIVAL, draw_counts),
        Panel("numbers", SURVIVAL, draw_numbers),
        Panel(ids.LATER, SECOND_OPINION, draw_second_opinion),
        Panel("flow", SURVIVAL, draw_flow),
        Panel("sides", BASELINE, draw_sides),
        Panel("within", STRATIFIED, draw_within),
    ),
    summary=SURVIVAL,
    words=lambda found, context: survival_summary(found),
    figure_words=figure_words,
    layout=layout,
)
