"""A patient's page: course, markers against the cohort, side of the split, place on the curves."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from analysis.question import choices as question_choices
from analysis.question import shorten
from analysis.registry import MARKER_STANDING, PATIENT_PROFILES, SURVIVAL
from analysis.results.groups import labels
from analysis.results.patient_profile import MarkerStanding, PatientProfiles
from analysis.results.survival import SurvivalResult
from components import notes, pages
from components.attributes import Attributes
from components.cards import make_scrollable, table, unfold
from components.views.survival.page import draw_counts, draw_curve
from components.views.view import MOST_BESIDE, Chart, Panel, RenderContext, View
from data.cohort import Cohort
from figures.patient.marker_panels import panels_figure
from figures.patient.timeline import span_of, timeline_figure, timeline_words
from wording.numbers import duration, significant
from wording.pages.patients import (
    COVERED,
    NO_DAYS,
    NO_MARKER,
    NO_OUTCOME,
    NOT_ASKED_ABOUT,
    NOT_LEAVING,
    describe_absence,
    describe_marker_panels,
    describe_no_side,
    describe_panels_key,
    describe_place,
    describe_side,
    describe_timeline,
)
from wording.results.flow import describe_reason

PLACES = tuple(map(str, range(MOST_BESIDE)))


def layout(view: View, cohort: Cohort) -> list[Component]:
    """Who it is, up to four patients side by side, where they stand, and the notes."""
    people = [
        html.Section(
            [
                view.slot("who", i),
                view.slot("stands", i),
                view.slot("course", i),
                view.slot("course-table", i),
                make_scrollable(
                    html.Div(view.slot("markers", i), className="wide-figure"), "Markers"
                ),
                view.slot("values", i),
            ],
            className="card person",
        )
        for i in PLACES
    ]
    endpoints = question_choices.endpoint_choices(cohort)
    curves = [
        html.Section(
            [
                html.H2(label),
                html.Div(
                    view.slot("curve", code),
                    className="curve-place",
                    **Attributes({"data-of": code}),
                ),
                view.slot("counts", code),
            ],
            className="card km",
        )
        for code, label in endpoints.items()
    ]
    return [
        view.slot("way"),
        html.Div(people, className="persons"),
        html.Div(curves, className=f"two of-{len(endpoints)}"),
        html.P(NOT_LEAVING, className="note"),
        notes.section(),
    ]


def _who(context: RenderContext) -> str:
    """The subject that this place shows; "" where it stays empty."""
    at = int(context.of or 0)
    return context.beside[at] if at < len(context.beside) else ""


# ---------------------------------------------------------------------------------------- head


def draw_way(result: PatientProfiles, context: RenderContext) -> Component:
    """The way to the neighbours and to all patients; the browser knows the order of the list."""
    before, after = result.next_to(context.patient) if context.patient else ("", "")
    links = [
        _step("← Previous", before, context, "p"),
        _step("Next →", after, context, "n"),
        html.A("All patients", href=f"/patients?{context.question.query()}", className="all-link"),
    ]
    hint = html.Span(["Keys: ", html.Kbd("n"), " next, ", html.Kbd("p"), " previous, ",
                      html.Kbd("s"), " select, ", html.Kbd("Esc"), " clear the selection"],
                     className="note")  # fmt: skip
    return html.Nav([*links, hint], className="way", **Attributes({"aria-label": "Patients"}))


def _step(text: str, subject: str, context: RenderContext, key: str) -> Component:
    if not subject:
        return html.Span(text, className="way-step pale", **Attributes({"data-key": key}))
    return html.A(
        text, href=context.link(subject), className="way-step", **Attributes({"data-key": key})
    )


def draw_who(result: PatientProfiles, context: RenderContext) -> Component | None:
    """Name, level and baseline of one patient."""
    subject = _who(context)
    if not subject:
        return None
    facts = [
        html.Div([html.Dt(fact.name), html.Dd(shorten(fact.value) or "not recorded")])
        for fact in result.facts_of(subject)
    ]
    name = html.Bdi(shorten(subject), title=shorten(subject))
    head = html.H2(name if subject == context.patient else html.A(name, href=context.link(subject)))
    return html.Div([head, html.Dl(facts, className="person-facts")])


def draw_stands(result: MarkerStanding, context: RenderContext) -> Component | None:
    """Value and side of the split of one patient."""
    subject = _who(context)
    if not subject:
        return None
    return html.P(stands_words(result, subject), className="stands")


def stands_words(result: MarkerStanding, subject: str) -> str:
    """ "HLA-DR+ NK cells at C1D15: 31.2 %, above 24.0 %"; why there is no value otherwise."""
    row, sample = result.of(subject), result.sample
    what = f"{sample.label} at {sample.visit_label}"
    if row["group"] < 0:
        return describe_no_side(what, row)
    value = f"{significant(row['value'])} {sample.unit}".rstrip()
    if not result.cuts:
        return f"{what}: {value}."
    side = labels(result.cuts, sample.unit)[int(row["group"])]
    return describe_side(what, value, side)


# -------------------------------------------------------------------------------------- course


def draw_course(result: PatientProfiles, context: RenderContext) -> Chart | None:
    """The timeline of one patient; several share one time axis."""
    subject = _who(context)
    if not subject:
        return None
    span = span_of(result, context.beside)
    figure = timeline_figure(result, subject, span=span, dark=context.dark)
    if figure is None:
        return None
    marks = timeline_words(result, subject)
    lanes = ", ".join(dict.fromkeys(lane for lane, _ in marks))
    return Chart(figure, describe_timeline(subject, lanes))


def draw_course_table(result: PatientProfiles, context: RenderContext) -> list[Component] | None:
    """The same as text, and what this cohort does not record."""
    subject = _who(context)
    if not subject:
        return None
    rows = timeline_words(result, subject)
    frame = pd.DataFrame(rows, columns=["What", "When"]).astype(str)
    made: list[Component] = [html.P(COVERED, className="note")] if result.covered else []
    if not result.has_events:
        text = NO_DAYS
        made.append(html.P(text, className="note"))
    if len(frame):
        made.append(unfold("Show as table", table(frame, caption=f"Course of {shorten(subject)}")))
    return made


# ------------------------------------------------------------------------------------- markers


def draw_markers(result: PatientProfiles, context: RenderContext) -> Chart | None:
    """Every marker over time against the cohort's band."""
    subject = _who(context)
    if not subject:
        return None
    columns = 3 if len(context.beside) == 1 else 2
    figure = panels_figure(
        result, subject, context.question, beside=context.beside, columns=columns, dark=context.dark
    )
    if figure is None:
        return None
    several = len(result.levels.labels) > 1
    same = f" and of the same {result.levels.word}" if several else ""
    what = f"10 to 90 % range and median of all patients{same}"
    return Chart(figure, describe_marker_panels(subject, what))


def draw_values(result: PatientProfiles, context: RenderContext) -> list[Component] | None:
    """How the panels are read, and all values as text."""
    subject = _who(context)
    if not subject:
        return None
    same = (
        f", green those of the same {result.levels.word}" if len(result.levels.labels) > 1 else ""
    )
    note = describe_panels_key(same)
    rows = result.measurements_of(subject)
    if rows.empty:
        return [html.P(NO_MARKER, className="note")]
    wide = rows.assign(text=[_value(row) for row in rows.itertuples()])
    wide = wide.pivot_table(index="marker", columns="visit", values="text", aggfunc="first")
    visits = [code for code in result.visits["visit"] if code in wide.columns]
    frame = wide.reindex(columns=visits).fillna("–").reset_index()
    frame["marker"] = frame["marker"].map(result.names)
    frame = frame.rename(columns={"marker": "Marker"})
    fold = unfold("Show as table", table(frame, caption=f"Markers of {shorten(subject)}"))
    return [html.P(note, className="note"), fold]


def _value(row: Any) -> str:
    return f"{'<' if row.below_limit else ''}{row.value:.4g}"


# ---------------------------------------------------------------------------------------- view


def draw_page_curve(answer: SurvivalResult, context: RenderContext) -> Chart | None:
    """One endpoint's curves with the patients of this page marked."""
    chart = draw_curve(answer, context)
    if chart is None:
        return None
    return Chart(
        chart.figure, f"{chart.sentence} {' '.join(marked_words(answer, context))}".strip()
    )


def marked_words(answer: SurvivalResult, context: RenderContext) -> list[str]:
    """What the marks on one endpoint's curves say."""
    one = answer.estimate(context.of)
    if one is None:
        return []
    rows = one.rows.set_index("subject")
    return [
        describe_place(subject, rows, answer, one)
        for subject in context.marked
        if subject in rows.index
    ]


def draw_page_counts(answer: SurvivalResult, context: RenderContext) -> list[Component] | None:
    """The marked patients in words, and the numbers under the curves."""
    one = answer.estimate(context.of)
    said = [html.P(text) for text in marked_words(answer, context)]
    if one is not None:
        outside = [s for s in context.beside if s not in set(one.rows["subject"])]
        said += [html.P(describe_absence(s, aside_of(one, s)))
                 for s in outside]  # fmt: skip
    marked, counts = html.Div(said, className="marked"), draw_counts(answer, context)
    return [marked] if counts is None else [marked, counts]


def aside_of(one: Any, subject: str) -> str:
    """Why a patient is in none of the groups."""
    for _, reason, who in one.flow.aside:
        if subject in who:
            return describe_reason(reason, one.flow)
    return NO_OUTCOME


def words(result: PatientProfiles, context: RenderContext) -> list[str]:
    """Who this is, in a sentence or two."""
    if not context.patient:
        return [NOT_ASKED_ABOUT]
    first = result.facts_of(context.patient)[:4]
    facts = [f"{fact.name.lower()} {shorten(fact.value)}" for fact in first if fact.value]
    about = f" ({', '.join(facts)})" if facts else ""
    lead = f"Patient {shorten(context.patient)}{about}."
    others = [shorten(one) for one in context.beside[1:]]
    beside = [f"Beside: {', '.join(others)}."] if others else []
    return [lead, *beside, *_outcome_words(result, context)]


def _outcome_words(result: PatientProfiles, context: RenderContext) -> list[str]:
    if result.covered:
        return [COVERED]
    return [
        f"{row.endpoint}: {'event' if row.event else 'censored'} at {duration(row.time)} "
        f"{result.time_unit}."
        for row in result.outcomes_of(context.patient).itertuples()
    ]


VIEW = View(
    info=pages.PATIENT,
    panels=(
        Panel("way", PATIENT_PROFILES, draw_way, first=True),
        Panel("who", PATIENT_PROFILES, draw_who, first=True),
        Panel("stands", MARKER_STANDING, draw_stands),
        Panel("course", PATIENT_PROFILES, draw_course, chart=True, first=True),
        Panel("course-table", PATIENT_PROFILES, draw_course_table),
        Panel("markers", PATIENT_PROFILES, draw_markers, chart=True, first=True),
        Panel("values", PATIENT_PROFILES, draw_values),
        Panel("curve", SURVIVAL, draw_page_curve, chart=True),
        Panel("counts", SURVIVAL, draw_page_counts),
    ),
    summary=PATIENT_PROFILES,
    words=words,
    layout=layout,
)
