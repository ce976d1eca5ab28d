"""The survival page: PFS and OS side by side from one split of the patients."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from analysis import answer as answers
from analysis import asking, words
from analysis.answer import Answer, EndpointAnswer
from analysis.format import duration, p_named, p_text, percent, percent_interval, with_interval
from analysis.sides import READS as SIDES_READS
from analysis.sides import Adjusted, Sides, sides
from components.cards import card, explained, rolled, table, unfold
from components.views.view import Analysis, Chart, Part, Scene, View
from data.cohort import Cohort
from exports.words import survival_summary
from figures.km import accessible_words, data_rows, km_figure

ANSWER = Analysis("answer", answers.answer, answers.READS)
SIDES = Analysis("sides", sides, SIDES_READS)


# ------------------------------------------------------------------------------------ remarks


MEASURE_WORDS = {"change": "change", "fold": "fold change"}


def draw_remarks(answer: Answer, scene: Scene) -> list[Component]:
    """What must be known before the numbers are read."""
    remarks = _clock_remarks(answer)
    if answer.measure != "value":
        remarks.append(
            f"A {MEASURE_WORDS[answer.measure]} also depends on where it started (regression to "
            "the mean): look at the value itself, too."
        )
    if not answer.admissible:
        remarks.append(
            "One side has fewer than a tenth of the patients, or fewer than two: a search for a "
            "cut-off would not come here."
        )
    return [
        *(html.P(text, className="remark") for text in remarks),
        *(html.P(text, className="caution") for text in answer.cautions),
    ]


def _clock_remarks(answer: Answer) -> list[str]:
    visit = answer.visit
    if not answer.day_known:
        return [
            f"The day of {visit} is not known. If the sample was taken after treatment began, "
            "patients with an early event could not be sampled, and the curves flatter the marker."
        ]
    if not answer.landmark > 0:
        return []
    if answer.clock == "landmark":
        text = f"Time counts from {visit} (landmark), for patients still followed and sampled then."
    else:
        text = f"Patients had to reach {visit} to be sampled, so nobody can have the event before."
    text += (
        " HR and log-rank are the same on both clocks; medians, restricted means and milestones "
        "are not."
    )
    codes = [one.code for one in answer.endpoints]
    if "OS" in codes and len(codes) > 1:
        text += (
            " If progression ended sampling, overall survival too holds only for those who were "
            "still on study."
        )
    return [text]


# ------------------------------------------------------------------------------------- curves


def layout(view: View, cohort: Cohort) -> list[Component]:
    """Remarks, a card of curves per endpoint, then the numbers and who they come from."""
    endpoints = asking.endpoints(cohort)
    cards = [
        html.Section(
            [
                html.H2(label),
                html.Div(view.slot("curve", code), className="curve-place", **{"data-of": code}),
                view.slot("counts", code),
            ],
            className="card km",
        )
        for code, label in endpoints.items()
    ]
    curves = html.Div(cards, className=f"two of-{len(endpoints)}")
    rest = [view.slot(name) for name in ("numbers", "flow", "sides")]
    return [view.slot("remarks"), curves, *rest]


def draw_curve(answer: Answer, scene: Scene) -> Chart | None:
    """The curves of one endpoint."""
    one = answer.endpoint(scene.of)
    if one is None or one.why:
        return None
    return Chart(km_figure(answer, one, dark=scene.dark), accessible_words(answer, one))


def draw_counts(answer: Answer, scene: Scene) -> Component | None:
    """The numbers under one endpoint's curves as a table, or why there are no curves."""
    one = answer.endpoint(scene.of)
    if one is None:
        return None
    return html.P(one.why) if one.why else unfold("Show as table", _counts(answer, one))


def _counts(answer: Answer, one: EndpointAnswer) -> Component:
    labels = words.side_labels(answer)
    rows = data_rows(one, answer)
    frame = pd.DataFrame(
        {
            "Group": rows["group"].map(labels),
            answer.time_unit.capitalize(): rows["time"].map("{:g}".format),
            "At risk": rows["n_risk"].astype(str),
            "Censored": rows["n_censor"].astype(str),
            "Events": rows["n_event"].astype(str),
        }
    )
    return table(frame, caption=f"Numbers under the curves, {one.label.lower()}")


# ------------------------------------------------------------------------------------ numbers


def draw_numbers(answer: Answer, scene: Scene) -> Component:
    """Every number of every endpoint in one table, each with its "?"."""
    shown = [one for one in answer.endpoints if not one.why]
    if not shown:
        return html.Div()
    rows = [_row(make, answer, shown) for make in ((_by_arm,) if answer.arms else ()) + ROWS]
    head = html.Tr([html.Th("", scope="col"), *(html.Th(one.label, scope="col") for one in shown)])
    body = html.Table([html.Thead(head), html.Tbody(rows)], className="table numbers")
    return card(rolled(body, "The numbers"), title="The numbers")


def _row(make: Any, answer: Answer, shown: list[EndpointAnswer]) -> Component:
    label, topic, cell = make(answer)
    return html.Tr(
        [
            html.Th(explained(label, topic), scope="row"),
            *(html.Td(cell(one), className="figures") for one in shown),
        ]
    )


def _sides(one: EndpointAnswer, write: Any) -> list[Component]:
    """One line a side, high first, each with the key of its curve."""
    rows = one.groups.set_index("group")
    return [
        html.Div([html.Span(className=f"key {name}"), html.Span(said, className="sr-only"),
                  write(rows.loc[high])])
        for high, name, said in ((1, "high", "above: "), (0, "low", "at or below: "))
    ]  # fmt: skip


def _events(answer: Answer) -> tuple[str, str, Any]:
    def cell(one: EndpointAnswer) -> list[Component]:
        return [*_sides(one, words.events_of), html.Div(one.event_words, className="note")]

    return "Patients with event", "events", cell


def _medians(answer: Answer) -> tuple[str, str, Any]:
    return (
        f"Median, {answer.time_unit} (95 % CI)",
        "median",
        lambda one: _sides(
            one,
            lambda row: (
                duration(row["median"])
                + (f" ({around})" if (around := words.median_interval(row)) else "")
            ),
        ),
    )


def _hazard_ratio(answer: Answer) -> tuple[str, str, Any]:
    def cell(one: EndpointAnswer) -> list[Any]:
        effect = one.effect
        note = {"cox": ", Cox", "firth": ", Firth"}[effect.estimator]
        note += "" if one.fixed else "; not corrected for the search"
        return [html.Span(with_interval(effect.hr, effect.lower, effect.upper),
                          className="" if one.fixed else "pale"),
                html.Span(note, className="note")]  # fmt: skip

    return f"Hazard ratio, {words.AGAINST}", "hr", cell


def _by_arm(answer: Answer) -> tuple[str, str, Any]:
    return "Does it depend on the arm?", "interaction", lambda one: one.interaction


def _p_cut(answer: Answer) -> tuple[str, str, Any]:
    return (
        "p for this cut",
        "p_cut",
        lambda one: [
            html.B(p_text(one.p_cut.p)),
            html.Span(f", {one.p_cut.name}", className="note"),
        ],
    )


def _log_rank(answer: Answer) -> tuple[str, str, Any]:
    return (
        "Log-rank p, as a check",
        "logrank",
        lambda one: (
            f"{p_text(one.logrank.p)} (χ² {one.logrank.statistic:.2f})"
            + ("; the same test" if words.kind(one) == "log-rank" else "")
        ),
    )


def _rmst(answer: Answer) -> tuple[str, str, Any]:
    def cell(one: EndpointAnswer) -> Any:
        if one.rmst is None:
            return html.Span(one.rmst_why, className="note")
        value = with_interval(one.rmst.value, one.rmst.lower, one.rmst.upper, duration)
        few = one.n < answers.RMST_P_FROM
        p = "" if few else f", {p_named('p', one.rmst.p)}"
        note = "; with so few patients the interval is too narrow" if few else ""
        text = f"{value}{p}, to {one.tau:g} {answer.time_unit}"
        return [text, html.Span(note, className="note")]

    return f"Difference in restricted mean, {answer.time_unit}", "rmst", cell


def _milestone(answer: Answer) -> tuple[str, str, Any]:
    def cell(one: EndpointAnswer) -> list[Any]:
        rows = one.milestone.set_index("group")
        at = float(one.milestone["at"].iloc[0])
        lines = [
            html.Div([html.Span(className=f"key {name}"), _share(rows.loc[high])])
            for high, name in ((1, "high"), (0, "low"))
        ]
        place = f"at {at:g} {answer.time_unit} from {one.origin}"
        return [*lines, html.Div(place, className="note")]

    return "Without the event (95 % CI)", "milestone", cell


def _share(row: pd.Series) -> str:
    return f"{percent(row['survival'])} ({percent_interval(row['lower'], row['upper'])})"


def _followup(answer: Answer) -> tuple[str, str, Any]:
    return (
        f"Median follow-up, {answer.time_unit}",
        "followup",
        lambda one: _sides(one, lambda row: words.followup(row["followup"], row["censored"])),
    )


def _hazards(answer: Answer) -> tuple[str, str, Any]:
    def cell(one: EndpointAnswer) -> Any:
        p = one.hazards.p
        text = one.hazards.sentence
        return text if math.isnan(p) else f"{p_named('p', p)}: {text}"

    return "Proportional hazards?", "hazards", cell


def _detectable(answer: Answer) -> tuple[str, str, Any]:
    def cell(one: EndpointAnswer) -> str:
        if math.isnan(one.detectable) or one.detectable > LARGEST_PLANNED:
            return "not estimable"
        return (
            f"{one.events} events at this split: planned for an HR below "
            f"{1 / one.detectable:.2f} or above {one.detectable:.1f}"
        )

    return "What it could have been planned to show", "detectable", cell


LARGEST_PLANNED = 20  # hazard ratios beyond are nothing that anyone plans for

ROWS = (
    _events, _medians, _hazard_ratio, _p_cut, _log_rank, _rmst, _milestone, _followup, _hazards,
    _detectable,
)  # fmt: skip


# --------------------------------------------------------------------------------------- flow


def draw_flow(answer: Answer, scene: Scene) -> Component:
    """Who is in and who is not, step by step."""
    strips = [_strip(answer, one) for one in answer.endpoints]
    if len({strip_key(one) for one in answer.endpoints}) == 1:
        strips = [strips[0].children[1]]  # one strip for all, without an endpoint's name
    return card(*strips, title="Who is in, and who is not")


def strip_key(one: EndpointAnswer) -> tuple:
    """Endpoints with equal counts need one strip only."""
    return one.flow.observed, one.flow.high, one.flow.aside


def _strip(answer: Answer, one: EndpointAnswer) -> Component:
    flow = one.flow
    steps = [(str(flow.started), "in the cohort", [])]
    steps.append(
        (str(flow.sampled), f"with a usable sample at {answer.visit}", _aside(flow, "sample"))
    )
    if answer.landmark > 0 or flow.count("clock"):
        steps.append(
            (str(flow.observed), f"followed from {answer.visit} on", _aside(flow, "clock"))
        )
    steps.append((f"{flow.high} / {flow.low}", f"above / at or below {answer.cut_words}", []))
    strip = html.Ol([_step(*step) for step in steps], className="flow", **{"aria-label": one.label})
    return html.Div([html.H3(one.label), strip], className="strip-of")


def _aside(flow: Any, at: str) -> list[Component]:
    rows = [
        html.Span(
            f"{len(who)} {reason}",
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


def draw_sides(result: Sides, scene: Scene) -> Component:
    """Baseline by side, and the test within dose levels or arms."""
    frame = result.table.rename(
        columns={
            "name": "",
            "high": f"Above ({result.n_high})",
            "low": f"At or below ({result.n_low})",
        }
    )
    tests = [_tests(result, one) for one in result.tests]
    return card(
        table(frame, caption="Baseline by side of the cut-off", className="sides"),
        *tests,
        title="Who is on which side",
    )


def _tests(result: Sides, one: Adjusted) -> Component:
    """The test that takes dose or arm into account."""
    within = explained(f"Tested within {result.strata_words}", "stratified")
    return html.Div([html.B(f"{one.label}: "), within, f" {one.words}"], className="adjusted")


VIEW = View(
    name="survival",
    path="/survival",
    title="Survival",
    parts=(
        Part("remarks", ANSWER, draw_remarks),
        Part("curve", ANSWER, draw_curve, chart=True),
        Part("counts", ANSWER, draw_counts),
        Part("numbers", ANSWER, draw_numbers),
        Part("flow", ANSWER, draw_flow),
        Part("sides", SIDES, draw_sides),
    ),
    summary=ANSWER,
    words=survival_summary,
    asks=True,
    layout=layout,
)
