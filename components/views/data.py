"""The data page: hand files over, see what was understood, open them; the list of one's own."""

from __future__ import annotations

from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from analysis.question import Question
from components import ids
from components.cards import card
from components.server_html import to_html
from components.upload.dropzone import dropzone
from components.views.view import Analysis, RenderContext, View
from data.cohort import Cohort

LARGEST = "20 MB a file"


@dataclass(frozen=True)
class Here:
    """The cohort that the pages show now."""

    title: str
    n: int
    endpoints: int
    markers: int
    visits: int


def here(cohort: Cohort, question: Question) -> Here:
    """What is open, counted."""
    return Here(
        cohort.study.label,
        cohort.n,
        len(cohort.study.endpoints),
        cohort.measurements["marker"].nunique(),
        len(cohort.visits),
    )


HERE = Analysis("what is open", here, reads=())


def words(found: Here, context: RenderContext) -> list[str]:
    """What the pages show now, and what this one is for."""
    return [
        "Bring your own data: drop a file, check what was understood, open it.",
        f"Shown on the other pages now: {found.title} ({_count(found.n, 'patient')}, "
        f"{_count(found.endpoints, 'endpoint')}, {_count(found.markers, 'marker')} at "
        f"{_count(found.visits, 'visit')}).",
    ]


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}" + ("" if n == 1 else "s")


def layout(view: View, cohort: Cohort) -> list[Component]:
    """The zone for files, the place of what was understood, the list."""
    zone = to_html(dropzone(LARGEST))
    return [
        card(html.Div(**{"data-html": zone}), title="Add files", className="hand-over"),
        html.Div(id=ids.brought("draft"), className="brought-draft"),
        html.Div(id=ids.brought("sets"), className="brought-sets"),
    ]


VIEW = View(
    name="data",
    path="/data",
    title="Data",
    panels=(),
    summary=HERE,
    words=words,
    has_controls=False,
    layout=layout,
)
