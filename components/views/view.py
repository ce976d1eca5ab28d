"""What a view is: a layout and its parts; a part is one analysis and one drawing.

A new view is one module here with a `VIEW`, and one line in `components.views.VIEWS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from analysis.question import Question
from components import ids
from data.cohort import Cohort


@dataclass(frozen=True)
class Analysis:
    """A named computation and the question fields it reads: together they are its cache key."""

    name: str
    run: Callable[[Cohort, Question], Any]
    reads: tuple[str, ...]


@dataclass(frozen=True)
class Scene:
    """What a drawing may know besides the result: the question (for links) and the theme."""

    question: Question
    dark: bool


@dataclass(frozen=True)
class Part:
    """One place of a view: what is computed for it and how that is drawn."""

    name: str
    analysis: Analysis
    draw: Callable[[Any, Scene], Component | list[Component]]


@dataclass(frozen=True)
class View:
    """A page: its address, its parts in reading order, and the sentence that sums it up."""

    name: str
    path: str
    title: str
    parts: tuple[Part, ...]
    summary: Analysis
    words: Callable[[Any], list[str]]  # sentences, the answer first
    asks: bool  # whether the question's controls stand beside it
    layout: Callable[[View], Component] | None = None

    def part(self, name: str) -> Part:
        """The part of that name; KeyError where there is none."""
        return {part.name: part for part in self.parts}[name]

    def page(self) -> Component:
        """The view's layout with an empty place for every part."""
        if self.layout:
            return self.layout(self)
        return html.Div(
            [slot(self.name, part.name) for part in self.parts], className=f"parts view-{self.name}"
        )


def slot(view: str, name: str) -> Component:
    """The place where a part is drawn: dimmed, not emptied, while a new answer is on its way."""
    return dcc.Loading(
        html.Div(id=ids.part(view, name), className=f"part part-{name}"),
        delay_show=150,
        overlay_style={"visibility": "visible", "opacity": 0.55},
        custom_spinner=html.Div(className="pulse"),
        parent_className=f"slot slot-{name}",
    )
