"""What hangs on single patients, and what the current split could have been planned to show."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd
from dash import html
from dash.development.base_component import Component

from analysis.results.fragility import FragilityResult
from analysis.stats.inputs import ALPHA
from components.cards import make_scrollable, unfold
from components.views.cutoff.numbers import ESTIMATOR, sentence
from components.views.view import RenderContext
from wording.numbers import beside_interval, cut_text, p_text, significant
from wording.pages.cutoff import (
    ABOVE_OR_BELOW,
    CHANGE_OFF,
    FOLD_OFF,
    NOBODY_NEAR,
    NOT_COMPARABLE,
    ONE_CHANGE,
    ONE_WHOSE,
    PLANNED,
    VALUE_OFF,
    assume_error,
    count_near,
    count_whose,
    describe_detectable,
    describe_near,
    describe_no_move,
    describe_nothing_detectable,
    describe_uncorrected_p,
)

LARGEST_PLANNED = 20  # hazard ratios beyond are nothing that anyone plans for
MOST_NAMES = 12  # of patients in a sentence or a cell


def draw_fragility(found: FragilityResult, context: RenderContext) -> Component:
    """Who changes side at the next cuts, within the assay's variation, and whose move matters."""
    result = found.result
    return html.Div(
        [
            sentence(_crossing(found), ONE_CHANGE, "fragility"),
            *_list_patients(result.crossing),
            _neighbours(found),
            sentence(_assay(found), "assay variation", "assay"),
            *_list_patients(result.near),
            _describe_plan(found),
        ],
        className="words",
    )


def _crossing(found: FragilityResult) -> list[Component | str]:
    result, moves = found.result, found.result.crossing
    if math.isnan(result.p):
        return [NOT_COMPARABLE]
    test = "permutation p" if found.permuted else "log-rank p"
    here = _cut(found, result.cut)
    lead = describe_uncorrected_p(here, result, test)
    across = "above .05" if result.p <= ALPHA else "to .05 or below"
    if moves.empty:
        return [describe_no_move(lead, across)]
    whose = ONE_WHOSE if len(moves) == 1 else (
        count_whose(moves)
    )  # fmt: skip
    return [f"{lead}{whose} change of side, alone, would take it {across}", *_people(moves)]


def _people(rows: pd.DataFrame) -> list[Component | str]:
    """The end of a sentence about these patients: ": P01 (20.0), P02 (21.0).", if they are few."""
    if not 0 < len(rows) <= MOST_NAMES:
        return ["."]
    return [": ", *_name_patients(rows), "."]


def _list_patients(rows: pd.DataFrame) -> list[Component]:
    """More patients than a sentence can hold, to be unfolded."""
    if len(rows) <= MOST_NAMES:
        return []
    return [
        unfold(f"Show the {len(rows)} patients", html.P(_name_patients(rows), className="note"))
    ]


def _name_patients(rows: pd.DataFrame) -> list[Component | str]:
    names = [f"{name} ({significant(value)})"
             for name, value in zip(rows["name"], rows["value"], strict=True)]  # fmt: skip
    return _apart(names)


def _apart(names: Iterable[str]) -> list[Component | str]:
    """Names with commas between, none of them broken over two lines."""
    parts: list[Component | str] = [
        part for name in names for part in (", ", html.Span(name, className="who"))
    ]
    return parts[1:]


def _cut(found: FragilityResult, cut: float) -> str:
    return f"{cut_text(cut)} {found.unit}".rstrip()


PLACES = {-2: "two values lower", -1: "one value lower", 0: "this cut-off",
          1: "one value higher", 2: "two values higher"}  # fmt: skip


def _neighbours(found: FragilityResult) -> Component:
    rows = [
        html.Tr(
            [
                html.Th([html.Span(cut_text(row.cut)),
                         html.Div(PLACES[row.place], className="note")], scope="row"),
                html.Td(f"{row.n_high} / {row.n_low}"),
                html.Td(_describe_move(row.moved)),
                html.Td(p_text(row.p)),
                html.Td(beside_interval(row.hr, row.lower, row.upper),
                        className="pale"),
            ],
            className="here" if row.place == 0 else "",
        )
        for row in found.result.neighbours.itertuples()
    ]  # fmt: skip
    names = ("Cut-off", ABOVE_OR_BELOW, "Who changes side", "p for this cut",
             f"HR (95 % CI), {ESTIMATOR[found.estimator]}")  # fmt: skip
    head = html.Tr([html.Th(name, scope="col") for name in names])
    body = html.Table([html.Thead(head), html.Tbody(rows)], className="table neighbours")
    return make_scrollable(body, "The neighbouring cut-offs")


def _describe_move(names: tuple[str, ...]) -> list[Component | str]:
    more = len(names) - MOST_NAMES
    return [*_apart(names[:MOST_NAMES]), *([f" and {more} more"] if more > 0 else [])]


def _assay(found: FragilityResult) -> list[Component | str]:
    near = found.result.near
    how = {
        "value": VALUE_OFF,
        "change": CHANGE_OFF,
        "fold": FOLD_OFF,
    }[found.measure]
    assumed = assume_error(how)
    if near.empty:
        return [assumed + NOBODY_NEAR]
    above = int(near["high"].sum())
    count = count_near(near, found)
    return [describe_near(assumed, count, above, near),
            *_people(near)]  # fmt: skip


def _describe_plan(found: FragilityResult) -> Component:
    """The smallest hazard ratio that the current split could have been planned to show."""
    hr = found.detectable
    if math.isnan(hr) or hr > LARGEST_PLANNED:
        text = describe_nothing_detectable(found)
    else:
        text = describe_detectable(found, hr)
    return sentence(text, PLANNED, "detectable", "note")
