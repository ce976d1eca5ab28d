"""The words of the kinds of file and of their tables."""

from __future__ import annotations

from typing import Any

NO_SCRIPT = (
    "There is no script of this figure: its numbers are in CSV and Excel. The curves of the "
    "Survival page, the profile of the Cut-off page and the patients by dose on the Trends page "
    "have scripts in R and Python."
)

ROWS_LABEL = "Rows for the scripts (no ids)"

P_SEARCH_LABEL = "p corrected for the search (upper limit away from the best cut-off)"

HR_CORRECTED_LABEL = "hazard ratio corrected for optimism"


def name_reported_p(found: Any) -> str:
    return f"headline p after all {found.looks} questions"
