"""The lanes of the trial page: their order, their key, and the two figures."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from analysis.cohort.strata import Strata
from analysis.question.display_options import OPTIONS, change_option, choose_option
from analysis.results.trial.conduct import Trial
from analysis.results.trial.swimmer import MOST, SwimmerLanes
from components.cards import tint
from components.option_links import choices
from components.views.view import Chart, RenderContext
from figures.level_colours import colours_of
from figures.style import palette
from figures.trial.swimmer import (
    drug_styles,
    followup_figure,
    level_sign,
    symbol_of,
    treatment_figure,
)
from wording.listing import list_items
from wording.pages.trial import NO_ENTRY, STILL_FOLLOWED, describe_level_order, describe_sample
from wording.results.trial import followup_sentence, treatment_sentence

PATH = "/trial"
GLYPHS = {"diamond-tall": "◆", "x": "✖", "square": "■", "star": "★"}
THICK = ("thinnest", "middle", "thickest")


def draw_order(found: Trial, context: RenderContext) -> list[Component]:
    """The order of the patients, and how many of them are drawn."""
    lanes = found.lanes
    order = lanes.order(choose_option(context.question, "order"))
    asked = change_option(context.question, "order", order)
    switch = []
    if len(lanes.orders) > 1:
        label, word = "Order of patients", lanes.levels.word
        switch = [choices(asked, PATH, "order", label, lanes.orders, level=word)]
    return [*switch, *(html.P(text, className="note") for text in _notes(lanes, order))]


def _notes(lanes: SwimmerLanes, order: str) -> list[str]:
    notes = []
    if "entry" not in lanes.orders:
        notes.append(NO_ENTRY)
    n = len(lanes.patients)
    if n > MOST:
        ordered = "by time" if order == "time" else describe_level_order(lanes) if (
            order == "dose" and "entry" not in lanes.orders
        ) else f"by {OPTIONS['order'][order].lower()}"  # fmt: skip
        notes.append(describe_sample(n, ordered))
    return notes


def draw_key(found: Trial, context: RenderContext) -> Component:
    """What colours, thickness and signs stand for."""
    lanes = found.lanes
    return html.Ul(
        [*_levels(lanes.levels, lanes), *_drugs(lanes), *_signs(lanes)],
        className="lane-key",
    )


def _levels(levels: Strata, lanes: SwimmerLanes) -> list[Component]:
    light, dark = (
        colours_of(len(levels.labels), levels.ordered, palette(dark)) for dark in (False, True)
    )
    return [
        html.Li(
            [
                html.Span(className="swatch tinted", style=tint(*both)),
                label if levels.ordered or len(levels.labels) == 1
                else f"{level_sign(lanes, i)} {label}",
            ]
        )
        for i, (label, *both) in enumerate(zip(levels.labels, light, dark, strict=True))
    ]  # fmt: skip


def _drugs(lanes: SwimmerLanes) -> list[Component]:
    styles = drug_styles(lanes) if len(lanes.doses) else []
    return [
        html.Li([html.Span(className="bar-key", style={"height": f"{width}px"}), label])
        for label, (width, _) in styles
    ]


def _signs(lanes: SwimmerLanes) -> list[Component]:
    kinds = list(lanes.marks["label"].drop_duplicates())
    signs = [f"{GLYPHS.get(symbol_of(kind, i), '●')} {kind}" for i, kind in enumerate(kinds)]
    if lanes.patients["ongoing"].any():
        signs.append(STILL_FOLLOWED)
    codes = set(lanes.assessments["label"].astype(str).str.upper())
    if codes & {"SD", "PD", "PR", "CR"}:
        assessed = (("CR", "★"), ("PR", "▲"), ("SD", "●"), ("PD", "◆"))
        words = list_items(f"{glyph} {code}" for code, glyph in assessed if code in codes)
        signs.append(f"assessments: {words}")
    return [html.Li(sign) for sign in signs]


def draw_treatment(found: Trial, context: RenderContext) -> Chart | None:
    """Courses and assessments, or nothing where neither is in the data."""
    lanes = found.lanes
    if lanes.doses.empty and lanes.assessments.empty:
        return None
    order = choose_option(context.question, "order")
    figure = treatment_figure(
        lanes, order, found.subjects, synthetic=found.synthetic, dark=context.dark,
        numbered=context.leaves,
    )  # fmt: skip
    return Chart(figure, treatment_sentence(lanes, len(lanes.shown(order))))


def draw_followup(found: Trial, context: RenderContext) -> Chart | None:
    """Follow-up, or nothing where nobody's is known."""
    lanes = found.lanes
    if not lanes.patients["last"].notna().any():
        return None
    order = choose_option(context.question, "order")
    figure = followup_figure(
        lanes, order, found.subjects, synthetic=found.synthetic, dark=context.dark,
        numbered=context.leaves,
    )  # fmt: skip
    return Chart(figure, followup_sentence(lanes, len(lanes.shown(order))))
