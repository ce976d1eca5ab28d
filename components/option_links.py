"""Choices of how a page is drawn, as links: kept in the address, in history and by keyboard."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

from analysis.question import Question
from analysis.question.display_options import OPTIONS, change_option, choose_option
from components.attributes import Attributes, mark_current


def choices(
    question: Question,
    path: str,
    name: str,
    label: str,
    codes: Iterable[str] | None = None,
    *,
    level: str = "",
) -> Component:
    """One option as a row of links, the chosen one marked; `codes`: only these, if given.

    `level` is the cohort's word for its levels, where a link names them.
    """
    here = choose_option(question, name)
    links = [
        html.A(
            OPTIONS[name][code].format(Level=level.capitalize()),
            href=f"{path}?{change_option(question, name, code).query()}",
            **mark_current(code == here),
        )
        for code in (OPTIONS[name] if codes is None else codes)
    ]
    return html.Nav(
        [html.Span(label, className="choices-label"), *links],
        className="choices",
        **Attributes({"aria-label": label, "data-option": name}),
    )
