"""The search over every cut, which several pages and every corrected p stand on."""

from __future__ import annotations

from analysis.results.cutoff import READS, CutoffSearchResult, search_cutoffs
from components.views.view import Analysis


def drawn_endpoints(found: CutoffSearchResult) -> tuple[str, ...]:
    """The endpoint that a search shows."""
    return () if found.why else (found.code,)


CUTOFF_SEARCH = Analysis("searched", search_cutoffs, READS, drawn_endpoints)
