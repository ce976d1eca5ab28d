"""The words of the Survival page and of two questions side by side."""

from __future__ import annotations

from typing import Any

from analysis.question import MEASURE_NAMES
from analysis.results.survival import SurvivalResult
from wording.results.flow import describe_window

CAUTION = (
    "Neither is tested against the other: that one p is small and the other is not does not show "
    "that they differ."
)

OTHER_UNIT = "Time is counted in {}: the axes are not the same."


def describe_subgroup(answer: SurvivalResult) -> str:
    return f"Only patients with {answer.subgroup}."


TWO_QUESTIONS = "Two questions side by side."

SAME_TWICE = "Two questions side by side: it is the same one twice."


def describe_difference(listed: Any) -> str:
    return f"Two questions side by side. They differ in {listed}."


ONE_CUT_ONLY = "for one cut-off only"

NOT_CORRECTED = "; not corrected for the search"

NOT_NEEDED = "not needed: fixed beforehand"

ONLY_SPLIT = "not needed: the marker has two values"

CORRECTED_HR = "Hazard ratio, corrected for optimism"

TREND = "trend over the groups in their order:"

HR_OF_GROUPS = "Hazard ratio, each group against the lowest"

DETECTABLE = "What it could have been planned to show"

BY_ARM = "Does it depend on the arm?"

CORRECTED_P = "p corrected for the search"

AFTER_ALL = "After all questions looked at here"

LOG_RANK = "Log-rank p, as a check"

TOO_NARROW = "; with so few patients the interval is too narrow"

MILESTONE = "Without the event (95 % CI)"

RECOMPUTED = "Recomputed by another program"

HAZARDS = "Proportional hazards?"

NO_BASELINE = "The data say nothing else about the patients at baseline."


def warn_of_regression(answer: SurvivalResult) -> str:
    return (
        f"A {MEASURE_NAMES[answer.measure]} also depends on where it started (regression to "
        "the mean): look at the value itself, too."
    )


SMALL_GROUP = (
    "One group has fewer than a tenth of the patients, or fewer than two: its curve says little."
)

SMALL_SIDE = (
    "One side has fewer than a tenth of the patients, or fewer than two: a search for "
    "a cut-off would not come here."
)


def warn_of_unknown_day(visit: Any) -> str:
    return (
        f"The day of {visit} is not known. If the sample was taken after treatment began, "
        "patients with an early event could not be sampled, and the curves flatter the marker."
    )


def describe_landmark(answer: SurvivalResult) -> str:
    flow = answer.asked_endpoint.flow
    return (
        f"Time counts from {answer.visit} (landmark, day {flow.scheduled:g}), for patients still "
        f"followed and sampled then. {describe_window(flow.window)}"
    )


def describe_immortal_time(answer: SurvivalResult) -> str:
    flow = answer.asked_endpoint.flow
    return (
        f"Patients had to reach {answer.visit} (day {flow.scheduled:g}) to be sampled, so nobody "
        f"can have the event before. {describe_window(flow.window)}"
    )


BOTH_CLOCKS = (
    " HR and log-rank are the same on both clocks; medians, restricted means and milestones "
    "are not."
)

STILL_ON_STUDY = (
    " If progression ended sampling, overall survival too holds only for those who were "
    "still on study."
)

SIDES_TITLE = "Who is on which side"

FLOW_TITLE = "Who is in, and who is not"

DIVIDED_AT = "from the highest group to the lowest, divided at"

ABOVE_OR_BELOW = "above / at or below"

BASELINE_CAPTION = "Baseline by side of the cut-off"

THIS_CUT_ONLY = " Of this cut-off; not corrected for the search."

MISSING = (
    "There is no {} question: choose “Compare with…” beside a question of the menu “Saved”, or "
    "write both into the address (/compare?a=…&b=…)."
)
