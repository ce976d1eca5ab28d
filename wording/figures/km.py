"""The words of a Kaplan-Meier figure: above the plot, under it, and in one sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from analysis.results.survival import (
    ComparedEndpoint,
    ComparedSides,
    EstimatedEndpoint,
    SeveralGroups,
    SurvivalResult,
)
from wording.numbers import beside_interval, duration, interval
from wording.results import phrases
from wording.results.reported_p import (
    name_corrected,
    write_after_all,
    write_corrected_hr,
    write_reported,
)

UNITS = {"months": "mo", "days": "d"}  # what a phone has room for


class HeaderLine(NamedTuple):
    """A line above the plot: what is printed bold (None: nothing is), and what follows."""

    strong: str | None = None
    rest: str = ""

    @property
    def text(self) -> str:
        """The words without their print."""
        return f"{self.strong or ''}{self.rest}"


def describe_comparison(endpoint: ComparedEndpoint) -> list[HeaderLine]:
    """What compares the groups, the headline first."""
    if isinstance(endpoint, SeveralGroups):
        return [
            HeaderLine(rest=phrases.full_test(endpoint)),
            HeaderLine(rest=phrases.AGAINST_LOWEST),
        ]
    return _fixed(endpoint) if phrases.source(endpoint) else _exploratory(endpoint)


def _exploratory(endpoint: ComparedSides) -> list[HeaderLine]:
    reported = endpoint.reported_p
    only = reported is not None and reported.only_split
    return [
        HeaderLine(write_reported(reported) if reported else None),
        HeaderLine(rest=write_after_all(reported) if reported else ""),
        HeaderLine(rest=f"{phrases.full_test(endpoint)} for this cut"),
        HeaderLine(write_corrected_hr(reported) if reported else None),
        HeaderLine(rest=phrases.effect(endpoint) + ("" if only else ", not corrected")),
        HeaderLine(rest=f"HR: {phrases.AGAINST}"),
    ]


def _fixed(endpoint: ComparedSides) -> list[HeaderLine]:
    reported = endpoint.reported_p
    return [
        HeaderLine(phrases.test(endpoint), ", fixed beforehand"),
        HeaderLine(rest=write_after_all(reported) if reported else ""),
        HeaderLine(rest=name_corrected(reported) if reported else ""),
        HeaderLine(phrases.effect(endpoint)),
        HeaderLine(rest=f"HR: {phrases.AGAINST}"),
        HeaderLine(),
    ]


def describe_group(
    row: Mapping[str, float], number: int, answer: SurvivalResult, endpoint: ComparedEndpoint
) -> list[str]:
    """Events, median and, of several cut-offs, the hazard ratio of a group."""
    events = phrases.events_of(row)
    median = f"median {_median(row, UNITS[answer.time_unit])}"
    if isinstance(endpoint, SeveralGroups):
        return [f"{events}, {_effect(endpoint, number)}", median]
    return [f"{events}, {median}"]


def _median(row: Mapping[str, float], unit: str) -> str:
    """ "1.6 mo (1.0–3.7)", "not reached (12.1 or later)"."""
    value = duration(row["median"]) + ("" if math.isnan(row["median"]) else f" {unit}")
    lower, upper = row["lower"], row["upper"]
    if math.isnan(lower) and math.isnan(upper):
        return value
    if math.isnan(upper):
        return f"{value} ({duration(lower)} or later)"
    return f"{value} ({interval(lower, upper, duration)})"


def _effect(endpoint: SeveralGroups, number: int) -> str:
    if not number:
        return phrases.effect_of(endpoint, 0)
    effect = endpoint.effects[number - 1]
    return f"HR {beside_interval(effect.hr, effect.lower, effect.upper)}"


def describe_figure(answer: SurvivalResult, endpoint: EstimatedEndpoint) -> str:
    """The figure in one sentence, for those who do not see it."""
    rows = endpoint.by_group
    sides = "; ".join(
        f"{label}: {phrases.events_of(rows[number])}, "
        f"median {phrases.median(rows[number], answer.time_unit)}"
        for number, label in phrases.side_labels(answer).items()
    )
    return (
        f"Kaplan-Meier curves of {endpoint.label.lower()}. {sides}. "
        f"{phrases.comparison(answer, endpoint)}; {phrases.full_test(endpoint)}"
        f"{_and_corrected(endpoint)}. {phrases.caveat(endpoint)}."
    )


def _and_corrected(endpoint: EstimatedEndpoint) -> str:
    reported = endpoint.reported_p
    if reported is None or endpoint.several:
        return ""
    corrected = f", {write_corrected_hr(reported)}" if write_corrected_hr(reported) else ""
    p = name_corrected(reported) if reported.fixed else write_reported(reported)
    return f" for this cut, {p}{corrected}"
