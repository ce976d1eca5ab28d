"""The numbers of the survival page: one table, a column per endpoint, each number with its "?"."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component
from markupsafe import escape

from analysis.results import groups
from analysis.results import survival as answers
from analysis.results.second_opinion import SecondOpinion
from analysis.results.survival import (
    AskedEndpoint,
    EstimatedEndpoint,
    SeveralGroups,
    SurvivalResult,
    TwoGroups,
)
from components.cards import card, explained_text, make_scrollable, question_mark
from components.ledger_table import draw_looks
from components.server_html import Html
from components.views.view import RenderContext
from wording.numbers import (
    duration,
    p_named,
    p_text,
    percent,
    percent_interval,
    ratio,
    with_interval,
)
from wording.pages.survival import (
    AFTER_ALL,
    BY_ARM,
    CORRECTED_HR,
    CORRECTED_P,
    DETECTABLE,
    HAZARDS,
    HR_OF_GROUPS,
    LOG_RANK,
    MILESTONE,
    NOT_CORRECTED,
    NOT_NEEDED,
    ONE_CUT_ONLY,
    ONLY_SPLIT,
    RECOMPUTED,
    TOO_NARROW,
    TREND,
)
from wording.results import phrases
from wording.results.reported_p import explain_correction, write_corrected, write_with_count
from wording.results.second_opinion import describe_differences, describe_recomputation
from wording.results.survival import describe_hazards, describe_interaction

KEYS = ("high", "low", "third", "fourth")  # the looks of the curves, highest group first
LARGEST_PLANNED = 20  # hazard ratios beyond are nothing that anyone plans for


def draw_numbers(answer: SurvivalResult, context: RenderContext) -> Component:
    """Every number of every endpoint in one table, each with its "?"."""
    shown = answer.estimated
    if not shown:
        return html.Div()
    made = ((_by_arm,) if answer.arms else ()) + (SEVERAL if answer.several else ROWS)
    rows = [_row(make, answer, shown) for make in made]
    head = html.Tr([html.Td(), *(html.Th(one.label, scope="col") for one in shown)])
    body = html.Table([html.Thead(head), html.Tbody(rows)], className="table numbers")
    return card(make_scrollable(body, "The numbers"), draw_looks(context), title="The numbers")


def draw_second_opinion(found: SecondOpinion, context: RenderContext) -> list[Component]:
    """What lifelines makes of the asked endpoint's numbers; first what differs, in red."""
    wrong = describe_differences(found)
    said = f"{found.label}. {describe_recomputation(found)}"
    mark = question_mark(RECOMPUTED, "second_opinion")
    return [
        *([html.P(wrong, className="differs", role="alert")] if wrong else []),
        html.Div([said, mark], className="note explained"),
    ]


def _row(make: Any, answer: SurvivalResult, shown: tuple[EstimatedEndpoint, ...]) -> Component:
    label, topic, cell = make(answer)
    return html.Tr(
        [
            html.Th(explained_text(label, topic), scope="row"),
            *(html.Td(cell(one), className="figures") for one in shown),
        ]
    )


def _sides(answer: SurvivalResult, one: EstimatedEndpoint, write: Callable) -> list[Html]:
    """One line a side, high first, each with the key of its curve."""
    return _lines(answer, lambda number: write(one.by_group[number]))


def _lines(answer: SurvivalResult, write: Callable[[int], str]) -> list[Html]:
    """A line for each group's number, highest first; its name is read out, not shown."""
    names = phrases.short_labels(answer) if not answer.several else phrases.side_labels(answer)
    return [
        Html(f'<div><span class="key {key}"></span><span class="sr-only">{escape(name)}: </span>'
             f"{escape(write(number))}</div>")
        for key, (number, name) in zip(KEYS, names.items(), strict=False)
    ]  # fmt: skip


def _events(answer: SurvivalResult) -> tuple[str, str, Any]:
    def cell(one: EstimatedEndpoint) -> list[Html | Component]:
        return [
            *_sides(answer, one, phrases.events_of),
            html.Div(one.event_words, className="note"),
        ]

    return "Patients with event", "events", cell


def _medians(answer: SurvivalResult) -> tuple[str, str, Any]:
    return (
        f"Median, {answer.time_unit} (95 % CI)",
        "median",
        lambda one: _sides(
            answer,
            one,
            lambda row: (
                duration(row["median"])
                + (f" ({around})" if (around := phrases.median_interval(row)) else "")
            ),
        ),
    )


def _hazard_ratio(answer: SurvivalResult) -> tuple[str, str, Any]:
    def cell(one: TwoGroups) -> list[Any]:
        effect = one.effect
        note = {"cox": ", Cox", "firth": ", Firth"}[effect.estimator]
        stands = _not_searched(one)
        note += "" if stands else NOT_CORRECTED
        return [html.Span(with_interval(effect.hr, effect.lower, effect.upper),
                          className="" if stands else "pale"),
                html.Span(note, className="note")]  # fmt: skip

    return f"Hazard ratio, {phrases.AGAINST}", "hr", cell


def _not_searched(one: TwoGroups) -> bool:
    """Whether nothing has to be corrected: the cut was fixed beforehand, or is the only one."""
    return bool(phrases.source(one)) or bool(one.reported_p and one.reported_p.only_split)


def _corrected_ratio(answer: SurvivalResult) -> tuple[str, str, Any]:
    def cell(one: TwoGroups) -> Any:
        found = one.reported_p
        if found is not None and found.fixed:
            return html.Span(NOT_NEEDED, className="note")
        if found is not None and found.only_split:
            return html.Span(ONLY_SPLIT, className="note")
        if found is None or math.isnan(found.hr_corrected):
            return html.Span("computing …" if found and found.pending else "none", className="note")
        return [ratio(found.hr_corrected), html.Span(", Firth", className="note")]

    return CORRECTED_HR, "hr_corrected", cell


def _hazard_ratios(answer: SurvivalResult) -> tuple[str, str, Any]:
    """Of several groups: one model, each group against the lowest."""

    def cell(one: SeveralGroups) -> list[Any]:
        def write(number: int) -> str:
            if not number:
                return "1 (reference)"
            effect = one.effects[number - 1]
            return with_interval(effect.hr, effect.lower, effect.upper)

        note = {"cox": "Cox", "firth": "Firth"}[one.effects[0].estimator]
        return [*_lines(answer, write), html.Div(f"{note}; not corrected", className="note")]

    return HR_OF_GROUPS, "hr_groups", cell


def _p_groups(answer: SurvivalResult) -> tuple[str, str, Any]:
    """Of several groups: the log-rank test of all, and why nothing is corrected."""

    def cell(one: SeveralGroups) -> list[Any]:
        test = one.logrank
        formula = f"log-rank p: {phrases.write_log_rank(test)}, {test.df:g} df"
        return [
            p_text(one.p_groups.p),
            html.Span(f", {one.p_groups.name}", className="note"),
            html.Div(formula, className="note"),
            html.Div(f"{TREND} {p_named('p', one.trend.p)}", className="note"),
            html.Div(phrases.no_correction(one), className="note"),
        ]

    return f"p of {len(answer.cuts) + 1} groups", "logrank_groups", cell


def _rmst_left_out(answer: SurvivalResult) -> tuple[str, str, Any]:
    return f"Difference in restricted mean, {answer.time_unit}", "rmst", _left_out


def _detectable_left_out(answer: SurvivalResult) -> tuple[str, str, Any]:
    return DETECTABLE, "detectable", _left_out


def _left_out(one: AskedEndpoint) -> Component:
    return html.Span(ONE_CUT_ONLY, className="note")


def _by_arm(answer: SurvivalResult) -> tuple[str, str, Any]:
    return BY_ARM, "interaction", describe_interaction


def _p_cut(answer: SurvivalResult) -> tuple[str, str, Any]:
    return (
        "p for this cut",
        "p_cut",
        lambda one: [
            (html.B if phrases.source(one) else html.Span)(p_text(one.p_cut.p)),
            html.Span(f", {one.p_cut.name}", className="note"),
        ],
    )


def _p_adjusted(answer: SurvivalResult) -> tuple[str, str, Any]:
    def cell(one: TwoGroups) -> Any:
        found = one.reported_p
        if found is None:
            return html.Span("none", className="note")
        reason = explain_correction(found)
        why = html.Div(reason, className="note") if reason else ""
        return [(html.Span if found.fixed else html.B)(write_corrected(found)), why]

    return CORRECTED_P, "p_adjusted", cell


def _p_all(answer: SurvivalResult) -> tuple[str, str, Any]:
    return (
        AFTER_ALL,
        "p_all",
        lambda one: write_with_count(one.reported_p) if one.reported_p else "",
    )


def _log_rank(answer: SurvivalResult) -> tuple[str, str, Any]:
    return (
        LOG_RANK,
        "logrank",
        lambda one: (
            phrases.write_log_rank(one.logrank)
            + ("; the same test" if phrases.kind(one) == "log-rank" else "")
        ),
    )


def _rmst(answer: SurvivalResult) -> tuple[str, str, Any]:
    def cell(one: TwoGroups) -> Any:
        if one.rmst is None:
            return html.Span(one.rmst_why, className="note")
        value = with_interval(one.rmst.value, one.rmst.lower, one.rmst.upper, duration)
        few = one.n < answers.RMST_P_FROM
        p = "" if few else f", {p_named('p', one.rmst.p)}"
        note = TOO_NARROW if few else ""
        note += "" if _not_searched(one) else NOT_CORRECTED
        text = f"{value}{p}, to {one.tau:g} {answer.time_unit}"
        return [text, html.Span(note, className="note")]

    return f"Difference in restricted mean, {answer.time_unit}", "rmst", cell


def _milestone(answer: SurvivalResult) -> tuple[str, str, Any]:
    def cell(one: EstimatedEndpoint) -> list[Any]:
        rows = groups.by_number(one.milestone)
        at = float(one.milestone["at"].iloc[0])
        lines = _lines(answer, lambda number: _share(rows[number]))
        place = f"at {at:g} {answer.time_unit} from {one.origin}"
        return [*lines, html.Div(place, className="note")]

    return MILESTONE, "milestone", cell


def _share(row: Mapping[str, float]) -> str:
    return f"{percent(row['survival'])} ({percent_interval(row['lower'], row['upper'])})"


def _followup(answer: SurvivalResult) -> tuple[str, str, Any]:
    return (
        f"Median follow-up, {answer.time_unit}",
        "followup",
        lambda one: _sides(
            answer, one, lambda row: phrases.followup(row["followup"], row["censored"])
        ),
    )


def _hazards(answer: SurvivalResult) -> tuple[str, str, Any]:
    def cell(one: EstimatedEndpoint) -> Any:
        p = one.hazards.p
        text = describe_hazards(one.hazards)
        return text if math.isnan(p) else f"{p_named('p', p)}: {text}"

    return HAZARDS, "hazards", cell


def _detectable(answer: SurvivalResult) -> tuple[str, str, Any]:
    def cell(one: TwoGroups) -> str:
        if math.isnan(one.detectable) or one.detectable > LARGEST_PLANNED:
            return "not estimable"
        return (
            f"{one.events} events at this split: planned for an HR below "
            f"{1 / one.detectable:.2f} or above {one.detectable:.1f}"
        )

    return DETECTABLE, "detectable", cell


ROWS = (
    _p_adjusted, _p_all, _p_cut, _events, _medians, _hazard_ratio, _corrected_ratio, _log_rank,
    _rmst, _milestone, _followup, _hazards,
    _detectable,
)  # fmt: skip
SEVERAL = (
    _events, _medians, _hazard_ratios, _p_groups, _rmst_left_out, _milestone, _followup, _hazards,
    _detectable_left_out,
)  # fmt: skip
