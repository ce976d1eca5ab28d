"""The tables and sentences of the trial page."""

from __future__ import annotations

import math

import pandas as pd
from dash import html
from dash.development.base_component import Component

from analysis.question.display_options import choose_option
from analysis.results.trial.adverse_events import GRADES, UNGRADED, AdverseEvents, patients_with
from analysis.results.trial.conduct import Trial
from analysis.results.trial.escalation import Escalation, NoEscalation
from analysis.results.trial.exposure import ExposureComparison
from analysis.results.trial.swimmer import RESPONSES
from components.attributes import Attributes
from components.cards import add_question_mark, card, make_scrollable, table, unfold
from components.views.view import RenderContext
from wording.listing import list_items
from wording.numbers import duration, p_text, significant
from wording.pages.trial import (
    BEST_CHANGE,
    BY_LEVEL,
    BY_WORST_GRADE,
    CROSSES,
    DLT_CAPTION,
    EXPOSURE_CAPTION,
    IN_THIS_ORDER,
    LAST_TREATMENT,
    NO_DOSING,
    NO_EXPOSURES,
    NO_FOLLOWUP,
    NO_MTD,
    RATES_LABEL,
    STEPS_CAPTION,
    WORST_GRADE,
    describe_exposures_aside,
    describe_recist_lines,
)
from wording.results.escalation import (
    CAVEAT,
    CAVEAT_OTHER,
    compare_mtd,
    describe_rule,
    list_remarks,
    rate_words,
    write_decision,
    write_mtd,
)
from wording.results.trial import count, ratio_words, response_words, test_words

NONE = "–"


def notes(*texts: str) -> list[Component]:
    """Remarks beneath a figure or a table; empty ones are left out."""
    return [html.P(text, className="note") for text in texts if text]


# ---------------------------------------------------------------------------------- escalation


def draw_rates(found: Trial, context: RenderContext) -> list[Component]:
    """Dose-limiting toxicities per level with exact intervals, or why there was no escalation."""
    path = found.path
    if isinstance(path, NoEscalation):
        return [html.P(path.why)]
    if not path.recorded:
        return [_count_treated(path), *notes(*list_remarks(path), found.notes.escalation_note)]
    caveat = CAVEAT if path.rule else CAVEAT_OTHER
    rates = html.Div(add_question_mark(RATES_LABEL, "dlt_rate"))
    return [rates, _rates(path), *notes(caveat, *list_remarks(path), found.notes.escalation_note)]


def _count_treated(path: Escalation) -> Component:
    frame = pd.DataFrame(
        {"Dose level": path.rates["label"], "Patients": path.rates["n"].astype(str)}
    )
    return table(frame, caption=BY_LEVEL)


def _rates(path: Escalation) -> Component:
    heads = ("Dose level", "DLT / evaluable", "Rate (95 % interval)", "Kind")
    mtd: list[Component | str] = [" ", html.B("MTD")]
    body = [
        html.Tr(
            [
                html.Th([row["label"], *mtd] if row["mtd"] else [row["label"]], scope="row"),
                html.Td(f"{row['dlts']} / {row['evaluable']}"),
                html.Td(rate_words(row)),
                html.Td(list_items(_counts(row["kinds"])) if row["kinds"] else NONE),
            ],
            className="is-mtd" if row["mtd"] else None,
        )
        for _, row in path.rates.iloc[::-1].iterrows()
    ]  # fmt: skip
    head = html.Tr([html.Th(one, scope="col") for one in heads])
    whole = html.Table(
        [html.Caption(DLT_CAPTION, className="sr-only"),
         html.Thead(head), html.Tbody(body)],
        className="table rates",
    )  # fmt: skip
    return make_scrollable(whole, DLT_CAPTION)


def _counts(kinds: tuple[str, ...]) -> list[str]:
    counts = pd.Series(kinds).str.lower().value_counts(sort=False)
    return [f"{kind} {number}" if number > 1 else str(kind) for kind, number in counts.items()]


def draw_steps(found: Trial, context: RenderContext) -> list[Component]:
    """The rule in words, what it says of these counts, and the path as a list."""
    path = found.path
    if isinstance(path, NoEscalation):
        return []
    mtd = f"Maximum tolerated dose: {write_mtd(path)}" if path.mtd else NO_MTD
    said: list[Component] = [html.Div(add_question_mark(mtd, "mtd"), className="lead-number")]
    said += [html.P(compare_mtd(path))] if compare_mtd(path) else []
    if path.recorded:
        said += notes(CROSSES)
    if path.steps:
        said.append(unfold("Show as table", _steps_table(path)))
    return [*said, *notes(describe_rule(path))]


def _steps_table(path: Escalation) -> Component:
    def places(step) -> str:
        return f"{step.first}–{step.last}" if step.last > step.first else str(step.first)

    frame = pd.DataFrame(
        {
            "Patients": [places(step) for step in path.steps],
            "Dose level": [path.levels.labels[step.level] for step in path.steps],
            "With DLT": [f"{step.dlts} of {step.evaluable}" for step in path.steps],
            "Level so far": [f"{step.so_far[0]} of {step.so_far[1]}" for step in path.steps],
            "Then": [write_decision(step) or NONE for step in path.steps],
        }
    )
    return table(frame, caption=STEPS_CAPTION)


# --------------------------------------------------------------------------------------- lanes


def draw_lanes_table(found: Trial, context: RenderContext) -> list[Component]:
    """The lanes as a table, and what is not in the data."""
    lanes = found.lanes
    rows = lanes.shown(choose_option(context.question, "order"))
    absent = [] if len(lanes.doses) else [NO_DOSING]
    if not lanes.patients["last"].notna().any():
        absent.append(NO_FOLLOWUP)
    first = {kind: lanes.marks[lanes.marks["label"].eq(kind)].groupby("patient")["time"].min()
             for kind in lanes.marks["label"].drop_duplicates()}  # fmt: skip
    courses = _courses(lanes.doses).reindex(rows.index)
    frame = pd.DataFrame(
        {"Patient": rows["subject"], lanes.levels.word.capitalize(): rows["label"]}
    )
    if len(lanes.doses):
        frame[LAST_TREATMENT] = courses.map(_number)
    if len(lanes.assessments):
        frame["Best response"] = rows["response"].replace("", "not known")
    for kind, times in first.items():
        frame[f"{kind[:1].upper()}{kind[1:].replace('_', ' ')} ({lanes.unit})"] = times.reindex(
            rows.index
        ).map(_number)
    frame[f"Followed ({lanes.unit})"] = rows["last"].map(_number)
    shown = unfold("Show as table", table(frame, caption=IN_THIS_ORDER))
    return [*notes(*absent), shown, *notes(found.notes.treatment_note)]


def _courses(doses: pd.DataFrame) -> pd.Series:
    return doses.groupby("patient")["end"].max()


def _number(value: float) -> str:
    return NONE if math.isnan(value) else duration(value)


# ------------------------------------------------------------------------------------ response


def draw_responses(found: Trial, context: RenderContext) -> list[Component]:
    """The best responses, and why there are no sizes of lesions."""
    said = found.responses
    words = html.P(said.why) if said.why else html.Div(
        add_question_mark(response_words(said), "best_response")
    )  # fmt: skip
    parts: list[Component] = [words]
    if not said.why:
        each = list_items(f"{RESPONSES[code]} ({code}) {number}" for code, number in said.counts)
        parts += notes(f"{each[:1].upper()}{each[1:]}; {count(said.n, 'patient')}.")
    return [*parts, *notes(found.lesions.why, found.lesions.remark)]


def draw_changes(found: Trial, context: RenderContext) -> list[Component]:
    """The best changes as a table."""
    if found.lesions.why:
        return []
    rows, who = found.lesions.best, found.lanes.patients
    frame = pd.DataFrame(
        {
            "Patient": who["subject"].loc[rows["patient"]].to_numpy(),
            found.lanes.levels.word.capitalize(): who["label"].loc[rows["patient"]].to_numpy(),
            "Best change": [f"{one:+.0f} %".replace("-", "−") for one in rows["change"]],
        }
    )
    marks = (describe_recist_lines()).replace("-", "−")
    return [
        *notes(marks),
        unfold("Show as table", table(frame, caption=BEST_CHANGE)),
    ]


# --------------------------------------------------------------------------------- adverse events


def draw_adverse(found: Trial, context: RenderContext) -> Component:
    """Patients by worst grade, per kind and level, as bars with their numbers."""
    adverse = found.adverse
    title = f"Adverse events: patients by worst grade and {adverse.levels.word}"
    if adverse.why:
        return card(html.P(adverse.why), title=title, className="adverse")
    return card(
        _grade_key(adverse),
        _adverse_table(adverse),
        *notes(adverse.remark, found.notes.adverse_note),
        title=title,
        className="adverse",
    )


def _grade_key(adverse: AdverseEvents) -> Component:
    seen = sorted(adverse.counts["grade"].unique())
    keys = [
        html.Li([html.Span(className=f"swatch grade-{grade}"), _grade_name(int(grade))])
        for grade in seen
    ]
    mark = html.Li(add_question_mark(WORST_GRADE, "worst_grade"))
    return html.Ul([*keys, mark], className="lane-key")


def _grade_name(grade: int) -> str:
    return "grade not given" if grade == UNGRADED else f"grade {grade}"


def _adverse_table(adverse: AdverseEvents) -> Component:
    levels = range(len(adverse.levels.labels))
    head = html.Tr(
        [
            html.Th("Event", scope="col"),
            *(
                html.Th(f"{adverse.levels.labels[i]} (n = {adverse.denominators[i]})", scope="col")
                for i in levels
            ),
        ]
    )
    body = [
        html.Tr([html.Th(kind, scope="row"), *(_cell(adverse, kind, i) for i in levels)])
        for kind in adverse.kinds
    ]
    caption = html.Caption(BY_WORST_GRADE, className="sr-only")
    whole = html.Table(
        [caption, html.Thead(head), html.Tbody(body)], className="table adverse-table"
    )
    return make_scrollable(whole, BY_WORST_GRADE)


def _cell(adverse: AdverseEvents, kind: str, level: int) -> Component:
    grades, n = adverse.grades(kind, level), adverse.denominators[level]
    if not grades:
        return html.Td(f"0 / {n}", className="pale")
    limited = adverse.limited(kind, level)
    ordered = [grade for grade in (UNGRADED, *GRADES) if grade in grades]
    split = ", ".join(f"G{grade} {grades[grade]}" if grade else f"no grade {grades[grade]}"
                      for grade in ordered)  # fmt: skip
    bar = html.Span(
        [
            html.Span(
                className=f"grade grade-{grade}", style={"width": f"{100 * grades[grade] / n:.1f}%"}
            )
            for grade in ordered
        ],
        className="grades",
        **Attributes({"aria-hidden": "true"}),
    )
    words = [html.B(f"{patients_with(grades)} / {n}"), html.Span(f" {split}", className="split")]
    if limited:
        words.append(html.Span(f" DLT {limited}", className="dlt"))
    return html.Td([html.Div(words), bar])


# ------------------------------------------------------------------------------------ exposure


def draw_compared(found: Trial, context: RenderContext) -> list[Component]:
    """One exposure's ratio and test, beneath its figure."""
    one = {one.marker: one for one in found.exposures}.get(context.of)
    if one is None:
        return []
    if not one.n:
        return [html.H3(one.label), html.P(one.why)]
    return [
        html.H3(one.label),
        html.P([html.B(f"Ratio {ratio_words(one)}")]),
        *notes(test_words(one)),
    ]


def draw_exposures(found: Trial, context: RenderContext) -> list[Component]:
    """All exposures in one table, or why there are none."""
    rows = found.exposures
    if not rows:
        return [html.P(NO_EXPOSURES)]
    aside = sum(one.aside for one in rows)
    set_aside = describe_exposures_aside(aside)
    return [
        html.Div(
            [
                add_question_mark("Geometric mean ratio", "exposure_ratio"),
                add_question_mark("Exact signed-rank p", "signed_rank"),
            ],
            className="note marks-row",
        ),
        unfold("Show as table", _exposure_table(rows)),
        *notes(set_aside if aside else "", found.notes.exposure_note),
    ]


def _exposure_table(rows: tuple[ExposureComparison, ...]) -> Component:
    frame = pd.DataFrame(
        {
            "Exposure": [", ".join(filter(None, (one.label, one.unit))) for one in rows],
            "From": [_mean(one, 0) for one in rows],
            "To": [_mean(one, 1) for one in rows],
            "Pairs": [str(one.n) for one in rows],
            "Geometric mean ratio": [ratio_words(one) if one.n else NONE for one in rows],
            "p": [NONE if math.isnan(one.p) else p_text(one.p) for one in rows],
            "p (Holm)": [NONE if math.isnan(one.p_holm) else p_text(one.p_holm) for one in rows],
        }
    )
    return table(frame, caption=EXPOSURE_CAPTION)


def _mean(one: ExposureComparison, side: int) -> str:
    visit = (one.before, one.after)[side]
    return f"{significant(one.middle[side])} ({visit})" if one.n else NONE
