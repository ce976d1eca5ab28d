"""The words of the Trends page."""

from __future__ import annotations

from typing import Any

from analysis.cohort.marker_groups import MOST
from analysis.question import MEASURE_NAMES
from analysis.results.dose_response import DoseResponse
from analysis.results.trends import Trends

PANELS_CAPTION = "Numbers of the panels"


def describe_shown_change(found: DoseResponse) -> str:
    return f" The question asks for the value; its change from {found.baseline} is shown."


SINCE_BASELINE_ALL = "Since the baseline visit, all patients together"

SINCE_BASELINE = "Since the baseline visit"

RANK_CORRELATION = "Rank correlation with the dose (Spearman's ρ)"

MIXED_MODEL = "Mixed model, dose by visit"


def count_tests(tests: Any) -> str:
    return (
        f"{tests} tests: all markers at all visits of this cohort, whatever is shown above. Holm "
        "and Benjamini-Hochberg adjust for all of them: look at the adjusted p's first."
    )


PERMUTED = (
    " Below 30 patients p is exact where all permutations can be counted, else from 10,000 or more."
)

NO_TEST = "No test is possible here: "

NOT_MEASURED = "nothing was measured."

EVERY_MARKER = "Every marker at every visit"

RHO = "Spearman's ρ with the dose"

BY_PATIENT = "The question's marker by patient"


def describe_other_colours(found: Trends) -> str:
    return f"{found.sides.why} The colours are those of the {found.levels.word}s."


ONE_VISIT = (
    "This cohort was sampled at one visit: there is no course over time, and the panels "
    "show how the groups differ there."
)

ONE_LEVEL = "This cohort has neither several dose levels nor several arms."

NO_ORDER = "The arms are no doses, so they have no order: no ramp of colours, no trend."


def describe_ungrouped(who: Any) -> str:
    return f"{who} in none of these groups (grey)."


def describe_bands(found: Trends) -> str:
    return (
        f"{len(found.subjects):,} patients are too many for single lines: bands hold the "
        "middle 80 % of each group. Bars are 95 % intervals."
    )


THIN_LINES = (
    "Thin lines are patients, thick ones groups; a line breaks where a visit is missing, a "
    "value between two breaks is a dot. "
    "Bars are 95 % intervals: of a median from 6 patients, of a mean from 3."
)


def describe_first_markers(group: Any) -> str:
    return f"The first {MOST} of {len(group)} markers are shown."


def describe_no_baseline(series: Any) -> str:
    return (
        f"{series.label}: nobody has a {MEASURE_NAMES[series.measure]} from {series.baseline} on."
    )


def describe_share_detected(series: Any) -> str:
    return (
        f"{series.label}: more than half of the values lie below the detection limit, so "
        "only whether it was detected is shown."
    )


def describe_aside(series: Any, aside: Any, what: Any) -> str:
    return f"{series.label}: {aside} {what} set aside, with a value below the limit or zero."


def describe_below_limit(series: Any, low: int) -> str:
    return f"{series.label}: {low} values below the detection limit, drawn open at it."


ONE_DOT = ", one dot a patient"
