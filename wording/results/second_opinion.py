"""What lifelines, an independent library, makes of the numbers of an answer, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator

from analysis.results import second_opinion as checked
from analysis.results.groups import short_labels
from analysis.results.second_opinion import Check, SecondOpinion
from wording.listing import list_items
from wording.numbers import NOT_ESTIMABLE, NOT_REACHED, significant

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
    checked.PERMUTED: "{library} has no permutation test",
    checked.FIRTH: "it is Firth’s, which {library} does not have",
    checked.STRATA: "{library} has no test within strata",
    checked.NEVER_TOGETHER: "some groups are never at risk at the same time",
    checked.NO_FIT: "{library} could not compute it",
}
COUNTS = TOGETHER[checked.PATIENTS][1]
ONLY_HERE = {  # what is left out by another name than what agrees
    checked.CURVE: "survival curves, numbers of patients and medians",
    checked.P_CUT: "p for this cut",
    checked.P_GROUPS: "p of all groups",
    checked.P_CORRECTED: "p corrected for the search",
}
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
        for here, there in [_tell_apart(one)]
    )
    gives = "gives another number" if len(found.differing) == 1 else "gives other numbers"
    return f"{found.label}: {_name(found)} {gives}: {each}. {WAIT}"


def describe_check(found: SecondOpinion) -> str:
    """The same for the methods of a file, with what differs."""
    return " ".join(filter(None, [describe_recomputation(found), describe_differences(found)]))


def _name(found: SecondOpinion) -> str:
    return f"{LIBRARY} {found.version}"


def _say_same(found: SecondOpinion) -> str:
    names = [_plural(number, found) for number in TOGETHER if _agrees(number, found)]
    return f"same {list_items(names)}" if names else "no number could be compared"


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
    reasons: dict[str, list[str]] = {}
    for one in found.left_out:
        if one.why in WHY:
            reasons.setdefault(one.why, []).append(_name_left_out(one.number))
    each = [f"{list_items(names)} ({WHY[why].format(library=LIBRARY)})"
            for why, names in reasons.items()]  # fmt: skip
    if each:
        yield f"Not compared: {'; '.join(each)}."


def _name_left_out(number: str) -> str:
    return ONLY_HERE.get(number) or TOGETHER[number][0]


def _describe_flat(flat: list[Check], found: SecondOpinion) -> str:
    each = "; ".join(
        f"{here} here, {there} there ({short_labels(found.cuts)[one.group or 0]})"
        for one in flat
        for here, there in [_tell_apart(one)]
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


def _tell_apart(one: Check) -> tuple[str, str]:
    """Both in as many digits as it takes to see that they are not the same."""
    both = one.ours, one.theirs
    if one.number in COUNTS and all(float(value).is_integer() for value in both):
        return f"{both[0]:.0f}", f"{both[1]:.0f}"
    missing = NOT_REACHED if one.number == checked.MEDIAN else NOT_ESTIMABLE
    pairs = (tuple(_write(value, digits, missing) for value in both) for digits in DIGITS)
    here, there = next((pair for pair in pairs if pair[0] != pair[1]), map(repr, both))
    return here, there


def _write(value: float, digits: int, missing: str) -> str:
    if math.isnan(value):
        return missing
    plain = value == 0 or abs(value) >= SMALLEST_PLAIN
    return significant(value, digits) if plain else f"{value:.{digits}g}"
