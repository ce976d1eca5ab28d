"""The numbers of the trends page: courses as a table, the tests in words, every marker x visit."""

from __future__ import annotations

import math

import pandas as pd
from dash import html
from dash.development.base_component import Component

from analysis.cohort.marker_groups import MOST, choose_marker_group, find_group_of_marker
from analysis.question import Question
from analysis.question.display_options import OPTIONS, change_option, choose_option
from analysis.results.dose_response import DoseResponse, Models
from analysis.results.trend_tests import TrendTests
from analysis.results.trends import Trends
from components.attributes import Attributes
from components.cards import add_question_mark, make_scrollable, table, unfold
from components.option_links import choices
from components.views.view import RenderContext
from wording.pages.trends import (
    EVERY_MARKER,
    MIXED_MODEL,
    NO_TEST,
    NOT_MEASURED,
    PANELS_CAPTION,
    PERMUTED,
    RANK_CORRELATION,
    RHO,
    SINCE_BASELINE,
    SINCE_BASELINE_ALL,
    count_tests,
    describe_shown_change,
)
from wording.results.trend_phrases import (
    around,
    around_first,
    middles,
    number,
    p_cell,
    response_axis,
    slope_words,
    what_is_drawn,
    with_holm,
)

PATH = "/trends"
HELP = {"Jonckheere": "jonckheere", "Kruskal": "kruskal", "Wilcoxon": "wilcoxon"}


def draw_courses(found: Trends, context: RenderContext) -> Component | None:
    """Every number of the panels: group and visit, n, the middle with its interval."""
    by, middle = choose_option(context.question, "by"), choose_option(context.question, "middle")
    names = found.grouping(by).labels
    rows = []
    for marker in found.groups.get(choose_marker_group(found.groups, context.question), ())[:MOST]:
        panel = found.panels[marker]
        what = f"{panel.series.label}, {what_is_drawn(panel.series)}".rstrip(", ")
        for name, one in zip(names, found.summaries(panel, by), strict=True):
            value, low, high = middles(one, panel.series, middle)
            for v, visit in enumerate(panel.series.codes):
                if one.n[v]:
                    said = around(float(value[v]), float(low[v]), float(high[v]))
                    rows.append((what, name, visit, str(one.n[v]), str(one.low[v]), said))
                    what = what or ""
    if not rows:
        return None
    word = found.grouping(by).word
    heads = ["Marker", word.capitalize(), "Visit", "n", "Below limit", middle.capitalize()]
    frame = pd.DataFrame(rows, columns=heads)
    return unfold("Show as table", table(frame, caption=PANELS_CAPTION))


def draw_tests(found: DoseResponse, context: RenderContext) -> list[Component]:
    """The tests of the question's marker, each with its name, its p's and its "?"."""
    change = found.measure != "value" and not found.asked
    shown = f"{response_axis(found)}.{describe_shown_change(found) if change else ''}"
    lines: list[Component] = [html.P(f"{found.label}: {shown}", className="note")]
    if found.within is not None:
        said = with_holm(found.within.name, found.within.p, found.within_holm)
        lines.append(_line(SINCE_BASELINE_ALL, "wilcoxon", said))
    elif found.within_why:
        lines.append(_line(SINCE_BASELINE, "wilcoxon", found.within_why))
    levels = len(found.levels.labels) > 1
    topic = "jonckheere" if found.levels.ordered else "kruskal"
    if found.across is not None:
        said = with_holm(found.across.name, found.across.p, found.across_holm)
        lines.append(_line(f"Across {found.levels.word}s", topic, said))
    elif levels:
        lines.append(_line(f"Across {found.levels.word}s", topic, found.across_why))
    if found.rho is not None:
        said = around(found.rho.value, found.rho.lower, found.rho.upper)
        lines.append(_line(RANK_CORRELATION, "spearman", said))
    return [*lines, unfold("Show as table", _by_level(found))]


def draw_models(found: Models, context: RenderContext) -> Component | None:
    """ANCOVA and mixed model: what a unit of dose does to the value at the visit."""
    if found.ancova is None or found.mixed is None:
        return None
    lines = [
        _line(f"{found.visit} by dose, given {found.baseline}", "ancova",
              slope_words(found.ancova, found.dose_unit)),
        _line(MIXED_MODEL, "mixed", slope_words(found.mixed, found.dose_unit)),
    ]  # fmt: skip
    return html.Div(lines, className="trend-models")


def _line(name: str, topic: str, said: str) -> Component:
    return html.Div([add_question_mark(name, topic), html.Span(f" {said}")], className="adjusted")


def _by_level(found: DoseResponse) -> Component:
    rows = [
        (name, str(int(one.n[0])), str(int(one.low[0])), *(
            "–" if math.isnan(one.n[0]) or not one.n[0] else text for text in (
                around_first(one.median, one.median_low, one.median_high),
                around_first(one.mean, one.mean_low, one.mean_high),
            )
        ))
        for name, one in zip(found.levels.labels, found.by_level, strict=True)
    ]  # fmt: skip
    mean = "Geometric mean" if found.log else "Mean"
    heads = [found.levels.word.capitalize(), "n", "Below limit", "Median", mean]
    frame = pd.DataFrame(rows, columns=heads)
    return table(frame, caption=f"{found.label}, {response_axis(found)}")


# -------------------------------------------------------------------------------------- table


def draw_table(found: TrendTests, context: RenderContext) -> list[Component]:
    """Every marker at every visit: effect, p, both adjusted p's, a link to the question."""
    asked = context.question
    inside = choose_option(asked, "test") == "within" and not found.within.empty
    rows = found.within if inside else found.across
    tests, permuted = int(rows["p"].notna().sum()), found.permuted and not inside
    head = []
    if not found.within.empty:
        head.append(choices(asked, PATH, "test", "Tested"))
    said = (
        count_tests(tests) + (PERMUTED if permuted else "")
        if tests
        else NO_TEST + (next(iter(rows["why"]), "") or NOT_MEASURED)
    )
    head.append(html.P(said, className="remark"))
    if rows.empty:
        return head
    body = [_row(row, found, asked, inside) for row in _sort(rows, asked).itertuples()]
    heads = html.Thead(html.Tr(_heads(found, asked, inside)))
    matrix = html.Table([heads, html.Tbody(body)], className="table every-test")
    return [
        *head,
        html.Div(make_scrollable(matrix, EVERY_MARKER), className="tall"),
    ]


def _sort(rows: pd.DataFrame, asked: Question) -> pd.DataFrame:
    key = choose_option(asked, "sort")
    if key == "p":
        return rows.sort_values("p", kind="stable", na_position="last")
    if key == "effect":
        folds = asked.measure == "fold" and choose_option(asked, "test") == "within"
        size = rows["effect"].map(lambda e: abs(math.log(e)) if folds and e > 0 else abs(e))
        return rows.loc[size.sort_values(ascending=False, kind="stable", na_position="last").index]
    return rows


def _heads(found: TrendTests, asked: Question, inside: bool) -> list[Component]:
    effect = "Median change" if inside else (
        RHO if found.ordered else "ε², share between arms"
    )  # fmt: skip
    test = "wilcoxon" if inside else "jonckheere" if found.ordered else "kruskal"
    topic = "middle" if inside else "spearman" if found.ordered else "epsilon"
    return [
        _sorting("Marker", "marker", asked),
        html.Th("Visit", scope="col"),
        html.Th("n", scope="col"),
        _sorting(effect, "effect", asked, topic),
        _sorting("p", "p", asked, test),
        html.Th(add_question_mark("Holm", "holm"), scope="col"),
        html.Th(add_question_mark("BH", "bh"), scope="col"),
        html.Th("Test", scope="col"),
    ]


def _sorting(label: str, code: str, asked: Question, topic: str = "") -> Component:
    """A column's head that sorts by it."""
    here = choose_option(asked, "sort") == code
    order = "descending" if code == "effect" else "ascending"
    arrow = " ↓" if here and code == "effect" else " ↑" if here else ""
    link = html.A(
        [label, html.Span(arrow, **Attributes({"aria-hidden": "true"}))],
        href=f"{PATH}?{change_option(asked, 'sort', code).query()}",
        title=f"Sort by {OPTIONS['sort'][code]}",
    )
    head = html.Span([link, add_question_mark("", topic)]) if topic else link
    sorts: Attributes = {"aria-sort": order} if here else {}
    return html.Th(head, scope="col", **sorts)


def _row(row, found: TrendTests, asked: Question, inside: bool) -> Component:
    here = (row.marker, row.visit) == (asked.marker, asked.visit)
    effect = "–" if math.isnan(row.effect) else number(row.effect)
    unit = row.unit if inside else ""
    interval = "" if math.isnan(row.lower) else f" ({number(row.lower)} to {number(row.upper)})"
    cells = [row.visit, str(row.n), f"{effect} {unit}".rstrip() + interval, p_cell(row.p),
             p_cell(row.holm), p_cell(row.bh), row.test.partition(" (")[0] or row.why]  # fmt: skip
    name = f"{row.label}, {row.unit}" if row.unit and asked.measure != "fold" else row.label
    link = html.A(name, href=f"{PATH}?{_question(row, found, asked).query()}")
    head = html.Th(link, scope="row")
    return html.Tr([head, *map(html.Td, cells)], className="here" if here else None)


def _question(row, found: TrendTests, asked: Question) -> Question:
    """The question of a row, its cut anew, with panels among which its marker is."""
    if (row.marker, row.visit) != (asked.marker, asked.visit):
        asked = asked.changed(marker=row.marker, visit=row.visit, cut=(), clock="")
    if row.marker in found.groups.get(choose_marker_group(found.groups, asked), ()):
        return asked
    return change_option(asked, "panel", find_group_of_marker(found.groups, row.marker))
