"""What lifelines, an independent library, makes of the numbers of an answer, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator

from analysis.results import second_opinion as checked
from analysis.results.groups import short_labels
from analysis.results.second_opinion import Check, SecondOpinion
from wording.numbers import NOT_REACHED, significant

LIBRARY = "lifelines"
# The numbers that are named where they agree: what is compared beside them goes with them.
TOGETHER = {
    checked.PATIENTS: ("numbers of patients", (checked.PATIENTS, checked.EVENTS, checked.AT_RISK)),
    checked.CURVE: ("survival curves", (checked.CURVE, checked.MILESTONE)),
    checked.MEDIAN: ("medians", (checked.MEDIAN,)),
    checked.LOG_RANK_P: ("log-rank p", (checked.LOG_RANK_P, checked.LOG_RANK)),
    checked.HAZARD_RATIO: (
        "hazard ratio", (checked.HAZARD_RATIO, checked.LOWER, checked.UPPER),
    ),
    checked.RMST_DIFFERENCE: ("restricted means", (checked.RMST_DIFFERENCE, checked.RMST)),
}  # fmt: skip
ONE_BY_ONE = {
    checked.PATIENTS: "number of patients",
    checked.EVENTS: "patients with the event",
    checked.AT_RISK: "patients at risk",
    checked.CURVE: "share without the event at one time of the curve",
    checked.MILESTONE: "share without the event at the milestone",
    checked.MEDIAN: "median",
    checked.LOG_RANK: "log-rank χ²",
    checked.LOG_RANK_P: "log-rank p",
    checked.HAZARD_RATIO: "hazard ratio",
    checked.LOWER: "lower limit of the hazard ratio",
    checked.UPPER: "upper limit of the hazard ratio",
    checked.RMST: "restricted mean",
    checked.RMST_DIFFERENCE: "difference in restricted mean",
}
WHY = {
    checked.FIRTH: "it is Firth’s, which {library} does not have",
    checked.STRATA: "{library} has no test within strata",
    checked.NEVER_TOGETHER: "some groups are never at risk at the same time",
    checked.NO_FIT: "{library} could not compute it",
}
WITH_CURVES = "survival curves, numbers of patients and medians"
DIGITS = range(3, 17)  # significant ones, until two numbers do not look alike
SMALLEST_PLAIN = 1e-6  # smaller ones are written with an exponent
WAIT = "Do not use it before this is explained."


def describe_recomputation(found: SecondOpinion) -> str:
    """ "Recomputed with lifelines 0.30.3: same numbers of patients, medians and hazard ratio."."""
    return " ".join([f"Recomputed with {_name(found)}: {_say_same(found)}.", *_say_rest(found)])


def describe_differences(found: SecondOpinion) -> str:
    """Every number that differs, with both its values; "" where none does."""
    if not found.differing:
        return ""
    each = "; ".join(
        f"{_name_number(one, found)} {here} here, {there} there"
        for one in found.differing
        for here, there in [_tell_apart(one.ours, one.theirs)]
    )
    return f"{found.label}: {_name(found)} gives another number: {each}. {WAIT}"


def describe_check(found: SecondOpinion) -> str:
    """The same for the methods of a file, with what differs."""
    return " ".join(filter(None, [describe_recomputation(found), describe_differences(found)]))


def _name(found: SecondOpinion) -> str:
    return f"{LIBRARY} {found.version}"


def _say_same(found: SecondOpinion) -> str:
    names = [_plural(number, found) for number in TOGETHER if _agrees(number, found)]
    return f"same {_list(names)}" if names else "no number could be compared"


def _agrees(number: str, found: SecondOpinion) -> bool:
    """Whether all that goes with a number was compared and is the same without a remark."""
    those = [one for one in found.checks if one.number in TOGETHER[number][1]]
    return bool(those) and all(one.agrees for one in those)


def _plural(number: str, found: SecondOpinion) -> str:
    several = sum(one.number == number for one in found.checks) > 1
    return TOGETHER[number][0] + ("s" if number == checked.HAZARD_RATIO and several else "")


def _say_rest(found: SecondOpinion) -> Iterator[str]:
    """What differs by a known rule, and what was not compared and why."""
    flat = [one for one in found.checks if one.convention == checked.FLAT_MEDIAN]
    if flat:
        yield _describe_flat(flat, found)
    reasons = [
        f"{_name_left_out(one.number)} ({WHY[one.why].format(library=LIBRARY)})"
        for one in found.left_out
        if one.why in WHY
    ]
    if reasons:
        yield f"Not compared: {'; '.join(reasons)}."


def _name_left_out(number: str) -> str:
    return WITH_CURVES if number == checked.CURVE else TOGETHER[number][0]


def _describe_flat(flat: list[Check], found: SecondOpinion) -> str:
    each = "; ".join(
        f"{here} here, {there} there ({short_labels(found.cuts)[one.group or 0]})"
        for one in flat
        for here, there in [_tell_apart(one.ours, one.theirs)]
    )
    return (
        "Where a curve is flat at 50 %, the median is the middle of that part, as in R; "
        f"{LIBRARY} names one end: {each}."
    )


def _name_number(one: Check, found: SecondOpinion) -> str:
    """ "median above", "hazard ratio"; of several groups "hazard ratio, >30.0"."""
    name, two = ONE_BY_ONE[one.number], len(found.cuts) == 1
    against = one.number in TOGETHER[checked.HAZARD_RATIO][1]
    if one.group is None or (two and against):
        return name
    return f"{name}{' ' if two else ', '}{short_labels(found.cuts)[one.group]}"


def _tell_apart(ours: float, theirs: float) -> tuple[str, str]:
    """Both in as many digits as it takes to see that they are not the same."""
    pairs = ((_write(ours, digits), _write(theirs, digits)) for digits in DIGITS)
    return next((pair for pair in pairs if pair[0] != pair[1]), (repr(ours), repr(theirs)))


def _write(value: float, digits: int) -> str:
    if math.isnan(value):
        return NOT_REACHED
    plain = value == 0 or abs(value) >= SMALLEST_PLAIN
    return significant(value, digits) if plain else f"{value:.{digits}g}"


def _list(names: list[str]) -> str:
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last
