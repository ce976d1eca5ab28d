"""The basket's page: what was put aside, in the order of its slides. No outcome is shown here."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from analysis.registry import STUDY_TITLE
from components import ids, pages
from components.views.view import View
from data.cohort import Cohort
from wording.pages.basket import WORDS


def layout(view: View, cohort: Cohort) -> list[Component]:
    """One list, which `callbacks.basket` fills."""
    rows = html.Div(id=ids.basket_list("page"), className="part basket-list")
    return [html.Section([html.H2("Figures"), rows], className="card")]


VIEW = View(
    info=pages.BASKET,
    panels=(),
    summary=STUDY_TITLE,
    words=lambda found, context: list(WORDS),
    layout=layout,
)
