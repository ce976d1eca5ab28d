"""The pages as plain values: what an address, a title and a service need to know of each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A page's name, path and title; whether the question's controls stand beside it, whether its
    figures follow the line while it is dragged, and whether it is about several questions."""

    name: str
    path: str
    title: str
    has_controls: bool = False
    live_preview: bool = False
    is_comparison: bool = False


OVERVIEW = Page("overview", "/", "Overview")
SURVIVAL = Page("survival", "/survival", "Survival", has_controls=True, live_preview=True)
CUTOFF = Page("cutoff", "/cutoff", "Cut-off", has_controls=True)
TRENDS = Page("trends", "/trends", "Trends", has_controls=True)
TRIAL = Page("trial", "/trial", "Trial")
PATIENTS = Page("patients", "/patients", "Patients", has_controls=True)
DATA = Page("data", "/data", "Data")
COMPARE = Page("compare", "/compare", "Two questions", is_comparison=True)
BASKET = Page("basket", "/basket", "Basket")
PATIENT = Page("patient", "/patients/", "Patient", has_controls=True)  # an id follows its path

NAVIGATION = (OVERVIEW, SURVIVAL, CUTOFF, TRENDS, TRIAL, PATIENTS, DATA)
ASIDE = (COMPARE, BASKET)  # with an address, not in the navigation
PAGES = (*NAVIGATION, *ASIDE, PATIENT)
PATHS = frozenset(page.path for page in (*NAVIGATION, *ASIDE))
COMPARE_PATH = COMPARE.path
PATIENT_PATH = PATIENT.path


def page_at(path: str) -> Page | None:
    """The page at a path of the address, if there is one; who a patient is, is not asked here."""
    if path.startswith(PATIENT_PATH) and path != PATIENT_PATH:
        return PATIENT
    return {page.path: page for page in (*NAVIGATION, *ASIDE)}.get(path)
