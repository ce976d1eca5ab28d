"""What a view is: a layout and its parts; a part is one analysis and one drawing.

A new view is one module here with a `VIEW`, and one line in `components.views.VIEWS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from analysis.ledger import Ledger
from analysis.question import Question, write_field
from analysis.registry import Analysis
from analysis.results.preview import preview_key
from components import basket, downloads, ids
from components.attributes import Attributes
from components.pages import Page
from data.cohort import Cohort
from exports.figure_export import FigureExport
from exports.provenance import Provenance

GRAPH: dcc.Graph.Config = {
    "displayModeBar": False,
    "responsive": True,
    "showTips": False,
    "doubleClick": False,
}


FILES = "-files"  # what ends the name of a chart's Download menu
NOTHING = Ledger()
MOST_BESIDE = 4  # patients side by side


@dataclass(frozen=True)
class RenderContext:
    """What a drawing may know besides the result: the question, the theme, which one of several
    equal places it fills (an endpoint's code), what was looked at so far, whose page it is and
    which patients are selected (subject ids), and where a subject's page is (`link`).

    On a page about several questions also the `study` of this one, and `until` where the axes of
    all figures end (0: each at its own; NaN: units of time differ)."""

    question: Question
    dark: bool = False
    of: str = ""
    ledger: Ledger = NOTHING
    patient: str = ""
    study: str = ""
    until: float = 0.0
    selected: tuple[str, ...] = ()
    link: Callable[[str], str] = lambda subject: ""
    leaves: bool = False  # the figure leaves the program: it numbers its patients

    @property
    def covered(self) -> bool:
        """Whether nothing that tells an outcome may be drawn: the question is asked blind."""
        return self.ledger.covers(self.question)

    @property
    def marked(self) -> tuple[str, ...]:
        """The patients that figures mark: the one of this page first, then the selected ones."""
        return tuple(dict.fromkeys(filter(None, (self.patient, *self.selected))))

    @property
    def beside(self) -> tuple[str, ...]:
        """The patients that stand side by side on a patient's page."""
        return self.marked[:MOST_BESIDE]


@dataclass(frozen=True)
class Chart:
    """A figure with the sentence that says what it shows to those who cannot see it."""

    figure: go.Figure
    sentence: str


@dataclass(frozen=True)
class Prefilled:
    """What a place of a page holds at once: html text, or a figure with its box and sentence."""

    text: str = ""
    figure: go.Figure | None = None
    style: Mapping[str, Any] | None = None
    label: str = ""


def drag_stamp(context: RenderContext, of: str = "") -> dict[str, str]:
    """What a figure was drawn of: by this a drag knows whether it still has to draw over it."""
    return {
        "of": of,
        "cut": write_field(context.question.cut),
        "key": preview_key(context.question),
    }


@dataclass(frozen=True)
class Panel:
    """One place of a view. `draw` gives plain html, or a `Chart` (None: nothing to show) where
    `chart` is set. `first`: a chart that is asked for and drawn before the page's others, html that
    comes with the page itself. `explains_absence`: html that says why there is no answer, where the
    summary has several to say. `figure_export` makes what a chart's files are made from (None:
    nothing to show), `name_figure` its name in words; `joined_places` gives the places whose charts
    one file may hold together. The part that is called `ids.LATER` is asked for by itself when the
    others stand: it takes time that they must not wait for."""

    name: str
    analysis: Analysis
    draw: Callable[[Any, RenderContext], Any]
    chart: bool = False
    first: bool = False
    explains_absence: bool = False
    figure_export: Callable[[Any, RenderContext, Provenance], FigureExport | None] | None = None
    joined_places: Callable[[Any], tuple[str, ...]] | None = None
    name_figure: Callable[[Any, RenderContext], str] | None = None


def menu_of(view: str, chart: Panel) -> Panel:
    """The Download menu of a chart, as a part of its view."""

    def draw(found: Any, context: RenderContext) -> Component:
        several = chart.joined_places(found) if chart.joined_places else ()
        place = (view, chart.name, context.of, context.question.query())
        name = chart.name_figure(found, context) if chart.name_figure else chart.name
        buttons = [basket.add(*place, name), downloads.menu(*place, name, several)]
        return html.Div(buttons, className="leaving")

    return Panel(f"{chart.name}{FILES}", chart.analysis, draw)


@dataclass(frozen=True)
class View:
    """A page: its address, its parts in reading order, and the sentences that sum it up."""

    info: Page
    panels: tuple[Panel, ...]
    summary: Analysis
    words: Callable[[Any, RenderContext], list[str]]  # sentences, the answer first
    figure_words: Callable[[Any], Any] | None = None  # what these say, to hold a drag against
    layout: Callable[..., list[Component]] | None = None  # (view, cohort), of several also names
    # What comes before the words of several questions, where `of` says which one a place is about.
    intro: Callable[[list[Question]], str] | None = None
    # What the places of its page hold at once.
    prefill: Callable[[Panel, str], Prefilled | None] | None = None

    @property
    def name(self) -> str:
        """The page's name."""
        return self.info.name

    @property
    def path(self) -> str:
        """Where the page is."""
        return self.info.path

    @property
    def title(self) -> str:
        """What the page is called."""
        return self.info.title

    @property
    def has_controls(self) -> bool:
        """Whether the question's controls stand beside it."""
        return self.info.has_controls

    @property
    def is_comparison(self) -> bool:
        """Whether it is about several questions."""
        return self.info.is_comparison

    def page(self, cohort: Cohort, names: Mapping[str, str] | None = None) -> Component:
        """The view's layout for a cohort, with an empty place for every part.

        `names`: where the page is about several questions, the name of each by its key.
        """
        if self.layout is None:
            made = [self.slot(panel.name) for panel in self.panels]
        elif self.is_comparison:
            made = self.layout(self, cohort, names or {})
        else:
            made = self.layout(self, cohort)
        return html.Div(made, className=f"parts view-{self.name}")

    def panel(self, name: str) -> Panel | None:
        """The part of that name, if there is one."""
        chart = {panel.name: panel for panel in self.panels}.get(name.removesuffix(FILES))
        if chart is None or not name.endswith(FILES):
            return chart
        return menu_of(self.name, chart) if chart.figure_export else None

    def slot(self, name: str, of: str = "") -> Component:
        """The empty place of a part."""
        panel = self._own_panel(name)
        return slot(self.name, panel, of, self.prefill(panel, of) if self.prefill else None)

    def files(self, name: str, of: str = "") -> Component:
        """The empty place of a chart's Download menu, to stand right after the chart."""
        return slot(self.name, self._own_panel(f"{name}{FILES}"), of)

    def _own_panel(self, name: str) -> Panel:
        """A part that the view has; KeyError for another name."""
        panel = self.panel(name)
        if panel is None:
            raise KeyError(name)
        return panel


def slot(view: str, panel: Panel, of: str = "", held: Prefilled | None = None) -> Component:
    """Where a part is drawn: dimmed, not emptied, while a new answer is on its way."""
    held = held or Prefilled()
    if not panel.chart:
        text: Attributes = {"data-html": held.text} if held.text else {}
        place = ids.part(view, panel.name, of)
        return html.Div(id=place, className=f"part part-{panel.name}", **text)
    drawn = {"figure": held.figure, "style": held.style} if held.figure is not None else {}
    label: Attributes = {"aria-label": held.label} if held.label else {}
    return html.Div(
        dcc.Graph(id=ids.chart(view, panel.name, of), config=GRAPH, className="graph", **drawn),
        id=ids.frame(view, panel.name, of),
        className=f"figure figure-{panel.name}",
        role="figure",
        hidden=held.figure is None,
        **Attributes({"data-of": of, **label}),
    )
