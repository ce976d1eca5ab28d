"""The words of the overview."""

from __future__ import annotations

from typing import Any

from analysis.results.overview import Overview

FINDINGS_TITLE = "Questions to this study"

NO_PAGE = "no page for it yet"


def count_remarks(result: Overview) -> str:
    return f"{len(result.warnings)} remarks on the data"


NO_OUTCOME = "No outcome of this endpoint is recorded."


def describe_all_patients(one: Any) -> str:
    return f"Kaplan-Meier curve of {one.label.lower()} of all {one.n} patients."
