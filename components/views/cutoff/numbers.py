"""The numbers of the cut-off page: current, best and published cut-offs side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd
from dash import html
from dash.development.base_component import Component

from analysis.reported_p import ReportedP
from analysis.results.cutoff import AskedSearch, CutoffSearchResult, NoSearch, SearchedCutoffs
from components.cards import explained_text, make_scrollable, question_mark
from components.ledger_table import draw_looks
from components.views.view import RenderContext
from wording.numbers import cut_text, p_text, ratio
from wording.pages.cutoff import (
    AFTER_ALL,
    CORRECTED_HR,
    CORRECTED_P,
    LAUSEN,
    LOOK_AT_BEST,
    MAXSTAT,
    NOT_CORRECTED,
    NOT_NEEDED,
    NUMBERS_CAPTION,
    OUTSIDE,
    THIS_IS_BEST,
    add_not_corrected,
)
from wording.results import cutoff, phrases
from wording.results.reported_p import write_corrected, write_with_count

ESTIMATOR = {"cox": "Cox", "firth": "Firth"}


def sentence(text: Any, label: str, topic: str, className: str = "") -> Component:
    """A sentence with the "?" of what it speaks of behind it."""
    return html.Div([text, " ", question_mark(label, topic)], className=f"line {className}".strip())


class CutNumbers(NamedTuple):
    """What the search says of one cut-off: its row of the profile, and its p's."""

    row: pd.Series
    found: ReportedP
    best: bool


class Column(NamedTuple):
    """One cut-off of the table; `numbers` is None where the search does not come."""

    title: str
    cut: float
    numbers: CutNumbers | None


def draw_numbers(searched: CutoffSearchResult, context: RenderContext) -> Component | None:
    """Every number of the current, the best and a published cut-off, each with its "?"."""
    if isinstance(searched, NoSearch):
        return None
    columns = columns_of(searched, context)
    head = html.Tr([html.Td(), *(_head(searched, column, context) for column in columns)])
    rows = [_row(searched, columns, make) for make in ROWS]
    body = html.Table([html.Thead(head), html.Tbody(rows)], className="table numbers cut-numbers")
    return html.Div([make_scrollable(body, NUMBERS_CAPTION), draw_looks(context)])


def columns_of(searched: SearchedCutoffs, context: RenderContext) -> list[Column]:
    """The cut-offs side by side; the best stands alone where it is the current one."""
    looks, cuts, best = context.ledger.count, context.question.cut, searched.best
    columns = []
    if len(cuts) == 1:
        source = source_of(searched, context)
        columns.append(_column(searched, "This cut-off", cuts[0], looks, source))
    if not any(column.numbers and column.numbers.best for column in columns):
        columns.append(_column(searched, "The best", float(best["shown"]), looks))
    for one in searched.published:
        if not isinstance(one.cut, str):
            columns.append(_column(searched, one.source, float(one.cut), looks))
    return columns


def source_of(searched: AskedSearch, context: RenderContext) -> str:
    """How the current cut-off was fixed beforehand; "" for an exploratory one."""
    cuts = context.question.cut
    if len(cuts) == 1 and cuts[0] in searched.declared:
        return searched.declared[cuts[0]]
    lock = context.ledger.fixed_by(context.question)
    return lock.source if lock else ""


def _column(
    searched: SearchedCutoffs, title: str, cut: float, looks: int, source: str = ""
) -> Column:
    row = searched.row(cut)
    if row is None:
        return Column(title, cut, None)
    best = row["n_low"] == searched.best["n_low"]
    if best and title == "This cut-off":
        title = THIS_IS_BEST
    found = cutoff.headline_at(searched, row, looks, source)
    return Column(title, cut, CutNumbers(row, found, bool(best)))


def _head(searched: AskedSearch, column: Column, context: RenderContext) -> Component:
    value = f"{cut_text(column.cut)} {searched.unit}".rstrip()
    link = f"/survival?{context.question.changed(cut=(column.cut,)).query()}"
    name = LOOK_AT_BEST if column.title == "The best" else "See its curves"
    parts = [html.Div(column.title), html.Div(value, className="cut-value")]
    return html.Th([*parts, html.A(name, href=link)], scope="col")


def _row(searched: SearchedCutoffs, columns: list[Column], make: Callable) -> Component:
    label, topic, cell = make(searched)
    return html.Tr(
        [
            html.Th(explained_text(label, topic), scope="row"),
            *(html.Td(cell(column), className="figures") for column in columns),
        ]
    )


def _where(write: Callable[[CutNumbers], Any]) -> Callable[[Column], Any]:
    """A cell for cut-offs that the search comes to; the others have none."""
    return lambda column: "–" if column.numbers is None else write(column.numbers)


def _events(searched: SearchedCutoffs) -> tuple[str, str, Any]:
    def cell(column: Column) -> Any:
        if column.numbers is None:
            return html.Span(OUTSIDE, className="note")
        row = column.numbers.row
        return [
            html.Div(
                [
                    html.Span(className=f"key {side}"),
                    html.Span(said, className="sr-only"),
                    f"{row[f'events_{side}']:.0f} of {row[f'n_{side}']:.0f} with event",
                ]
            )
            for side, said in (("high", "above: "), ("low", "at or below: "))
        ]

    return "Patients with event", "events", cell


def _hazard_ratio(searched: SearchedCutoffs) -> tuple[str, str, Any]:
    note = f", {ESTIMATOR[searched.estimator]}"

    def cell(here: CutNumbers) -> Any:
        fixed = here.found.fixed
        text = note if fixed else add_not_corrected(note)
        return [html.Span(cutoff.ratio_words(here.row), className="" if fixed else "pale"),
                html.Span(text, className="note")]  # fmt: skip

    return f"Hazard ratio, {phrases.AGAINST}", "hr", _where(cell)


def _corrected_ratio(searched: SearchedCutoffs) -> tuple[str, str, Any]:
    def cell(here: CutNumbers) -> Any:
        if here.found.fixed:
            return html.Span(NOT_NEEDED, className="note")
        return [ratio(here.row["hr_corrected"]), html.Span(", Firth", className="note")]

    return CORRECTED_HR, "hr_corrected", _where(cell)


def _p_cut(searched: SearchedCutoffs) -> tuple[str, str, Any]:
    def cell(here: CutNumbers) -> Any:
        number = p_text(here.found.p_cut)
        if here.found.fixed:
            return [html.B(number), html.Span(", fixed beforehand", className="note")]
        return [html.Span(number, className="pale"),
                html.Span(NOT_CORRECTED, className="note")]  # fmt: skip

    return "p for this cut", "p_cut", _where(cell)


def _p_adjusted(searched: SearchedCutoffs) -> tuple[str, str, Any]:
    def cell(here: CutNumbers) -> Any:
        text = write_corrected(here.found)
        return text if here.found.fixed else html.B(text)

    return CORRECTED_P, "p_adjusted", _where(cell)


def _p_all(searched: SearchedCutoffs) -> tuple[str, str, Any]:
    return (
        AFTER_ALL,
        "p_all",
        _where(lambda here: write_with_count(here.found)),
    )


def _maxstat(searched: SearchedCutoffs) -> tuple[str, str, Any]:
    return (
        MAXSTAT,
        "maxstat",
        _where(lambda here: p_text(searched.search.p_adjusted) if here.best else "–"),
    )


def _lausen(searched: SearchedCutoffs) -> tuple[str, str, Any]:
    return (
        LAUSEN,
        "lausen",
        _where(lambda here: p_text(searched.search.p_lausen) if here.best else "–"),
    )


ROWS = (
    _events, _hazard_ratio, _corrected_ratio, _p_cut, _p_adjusted, _p_all, _maxstat, _lausen,
)  # fmt: skip
