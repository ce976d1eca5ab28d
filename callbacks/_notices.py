"""The sentences above a page: the answer, and whom the page is about."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from analysis.question import shorten as fit
from components.views.view import RenderContext, View
from wording.pages.shell import ASK_ALL


def draw_notices(view: View | None, context: RenderContext, population: str) -> list[Component]:
    """Whom the page is about: the population (in words, "" for all), the chosen patients, and the
    way back to all."""
    if view is None or view.is_comparison:  # there each place says it
        return []
    asked, made = context.question, []
    if population:
        back = f"{_home(view, context)}?{asked.changed(where='').query()}"
        made.append(_line("population", [population, " "], ASK_ALL, back))
    if context.selected:
        links = [html.A(html.Bdi(fit(one)), href=context.link(one)) for one in context.selected]
        parts = [part for link in links for part in (", ", link)][1:]
        clear = f"{_home(view, context)}?{asked.query()}&sel="
        made.append(_line("chosen", ["Chosen: ", *parts, ". "], "Clear the selection", clear))
    return made


def _home(view: View, context: RenderContext) -> str:
    """The path of this page."""
    return (
        context.link(context.patient).partition("?")[0]
        if context.patient
        else view.path.rstrip("/") or "/"
    )


def _line(name: str, parts: list, text: str, href: str) -> Component:
    return html.Span([*parts, html.A(text, href=href)], className=f"about {name}")


def draw_summary(sentences: list[str]) -> list[Component]:
    """The answer larger than what follows it; `sentences`, the answer first."""
    lead, *rest = sentences
    return [html.Span(lead, className="lead"), html.Span(" " + " ".join(rest))]
