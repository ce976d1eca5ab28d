"""The views, in the order of the navigation. A new view is one module and one line here."""

from __future__ import annotations

from typing import Any

from components.pages import page_at
from components.views import basket, data, overview
from components.views.cutoff import page as cutoff
from components.views.patients import patient_list, patient_profile
from components.views.survival import compare
from components.views.survival import page as survival
from components.views.trends import page as trends
from components.views.trial import page as trial
from components.views.view import Panel, View

VIEWS: tuple[View, ...] = (
    overview.VIEW,
    survival.VIEW,
    cutoff.VIEW,
    trends.VIEW,
    trial.VIEW,
    patient_list.VIEW,
    data.VIEW,
)
ASIDE: tuple[View, ...] = (compare.VIEW, basket.VIEW)  # not in the navigation
PAGES: tuple[View, ...] = (
    *VIEWS,
    *ASIDE,
    patient_profile.VIEW,
)  # also those without a link of their own


def view_at(path: str) -> View | None:
    """The view at a path of the address, if there is one; who a patient is, is not asked here."""
    page = page_at(path)
    return find_view(page.name) if page else None


def describe_pages() -> dict[str, dict[str, Any]]:
    """By path, what a page about one question is; those of patients under one path."""
    return {
        view.path: {
            "name": view.name,
            "title": view.title,
            "asks": view.has_controls,
            "follows": view.info.live_preview,
        }
        for view in PAGES
        if not view.is_comparison
    }


def page_name(view: View | None, cohort: str) -> str:
    """What a page is made for: as long as that stays, the page stays."""
    return f"{view.name}/{cohort}" if view else "missing"


def find_view(name: str) -> View:
    """The view of that name; KeyError where there is none."""
    return {view.name: view for view in PAGES}[name]


__all__ = [
    "PAGES",
    "VIEWS",
    "Panel",
    "View",
    "describe_pages",
    "find_view",
    "page_name",
    "view_at",
]
