"""The views, in the order of the navigation. A new view is one module and one line here."""

from components.views import cutoff, overview, survival, trends, trial
from components.views.view import Part, View

VIEWS: tuple[View, ...] = (
    overview.VIEW,
    survival.VIEW,
    cutoff.VIEW,
    trends.VIEW,
    trial.VIEW,
)


def at(path: str) -> View | None:
    """The view at a path of the address, if there is one."""
    return {view.path: view for view in VIEWS}.get(path)


def page_name(view: View | None, cohort: str) -> str:
    """What a page is made for: as long as that stays, the page stays."""
    return f"{view.name}/{cohort}" if view else "missing"


def named(name: str) -> View:
    """The view of that name; KeyError where there is none."""
    return {view.name: view for view in VIEWS}[name]


__all__ = ["VIEWS", "Part", "View", "at", "named", "page_name"]
