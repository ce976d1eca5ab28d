"""The data page: hand files over, see what was understood, open them; the list of one's own."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from analysis.registry import OPEN_COHORT
from analysis.results.overview import CohortCounts
from components import ids, pages
from components.attributes import Attributes
from components.cards import card
from components.server_html import to_html
from components.upload.dropzone import dropzone
from components.views.view import RenderContext, View
from data.cohort import Cohort
from wording.pages.upload import BRING_DATA, describe_open_cohort

LARGEST = "20 MB a file"


def words(counts: CohortCounts, context: RenderContext) -> list[str]:
    """What the pages show now, and what this one is for."""
    return [
        BRING_DATA,
        describe_open_cohort(
            counts.title,
            _count(counts.n, "patient"),
            _count(counts.endpoints, "endpoint"),
            _count(counts.markers, "marker"),
            _count(counts.visits, "visit"),
        ),
    ]


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}" + ("" if n == 1 else "s")


def layout(view: View, cohort: Cohort) -> list[Component]:
    """The zone for files, the place of what was understood, the list."""
    zone = to_html(dropzone(LARGEST))
    return [
        card(html.Div(**Attributes({"data-html": zone})), title="Add files", className="hand-over"),
        html.Div(id=ids.brought("draft"), className="brought-draft"),
        html.Div(id=ids.brought("sets"), className="brought-sets"),
    ]


VIEW = View(
    info=pages.DATA,
    panels=(),
    summary=OPEN_COHORT,
    words=words,
    layout=layout,
)
