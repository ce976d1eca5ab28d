"""The search over every cut, which several pages and every corrected p stand on."""

from __future__ import annotations

from analysis.results.cutoff import READS, Searched, searched
from components.views.view import Analysis


def drawn(found: Searched) -> tuple[str, ...]:
    """The endpoint that a search shows."""
    return () if found.why else (found.code,)


SEARCHED = Analysis("searched", searched, READS, drawn)
