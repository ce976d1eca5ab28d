"""The reported p in words: its print, what is left of it after all looks, the hazard ratio."""

from __future__ import annotations

import math

from analysis.reported_p import ReportedP
from wording.numbers import is_bounded, p_named, p_text, ratio

CORRECTED = "p corrected for the search"
NO_SEARCH = "no correction needed: the marker has two values"


def write_reported(found: ReportedP) -> str:
    """The p in larger print: "p = .03" where the cut was fixed beforehand, else the corrected p."""
    if found.fixed:
        return p_named("p", found.p_cut)
    if found.only_split:
        return p_named("p of the only split", found.p_cut)
    if found.pending:
        return f"{CORRECTED}: computing …"
    if math.isnan(found.p_adjusted):
        return "no corrected p"
    return name_p(CORRECTED, found.p_adjusted, found.best)


def write_corrected(found: ReportedP) -> str:
    """ ".31", "at most .31", "computing …", or that there is none."""
    if found.pending:
        return "computing …"
    if math.isnan(found.p_adjusted):
        return "none"
    return write_limit(found.p_adjusted, found.best)


def explain_correction(found: ReportedP) -> str:
    """Why there is no p corrected for the search, or why it needs none; "" elsewhere."""
    return f"N{NO_SEARCH[1:]}" if found.only_split else found.why


def name_corrected(found: ReportedP) -> str:
    """The p corrected for the search also of a cut that needs none: "p corrected … = .03"."""
    if found.only_split:
        return NO_SEARCH
    if math.isnan(found.p_adjusted):
        return f"no {CORRECTED}"
    return name_p(CORRECTED, found.p_adjusted, found.best)


def write_after_all(found: ReportedP) -> str:
    """ "p = .31 after all 12 questions looked at here"."""
    if math.isnan(found.p):
        return ""
    questions = "the one question" if found.looks == 1 else f"all {found.looks} questions"
    return f"{_name_p_all(found)} after {questions} looked at here"


def write_with_count(found: ReportedP) -> str:
    """ "p = .31 (12 questions)"."""
    if math.isnan(found.p):
        return ""
    many = "1 question" if found.looks == 1 else f"{found.looks} questions"
    return f"{_name_p_all(found)} ({many})"


def write_corrected_hr(found: ReportedP) -> str:
    """ "HR 0.61 corrected for optimism"."""
    if math.isnan(found.hr_corrected) or found.fixed:
        return ""
    return f"HR {ratio(found.hr_corrected)} corrected for optimism"


def write_limit(p: float, exactly: bool) -> str:
    """ ".03", or "at most .03" where the p is an upper limit."""
    return p_text(p) if exactly or is_bounded(p) else f"at most {p_text(p)}"


def name_p(name: str, p: float, exactly: bool) -> str:
    """ "p = .03", "p at most .03"."""
    if exactly or is_bounded(p):
        return p_named(name, p)
    return f"{name} {write_limit(p, False)}"


def _name_p_all(found: ReportedP) -> str:
    return name_p("p", found.p_all, found.best or found.fixed)
