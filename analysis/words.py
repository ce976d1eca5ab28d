"""The phrases that figures, tables and sentences share, so that one number reads one way."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from analysis.answer import Answer, EndpointAnswer
from analysis.format import duration, interval, p_named, ratio
from analysis.results import PermutationTest

AGAINST = "above against at or below"


def side_labels(answer: Answer) -> dict[int, str]:
    """ "above 21.0 % of NK" (1, the high side) and "21.0 % of NK or below" (0)."""
    return {1: f"above {answer.cut_words}", 0: f"{answer.cut_words} or below"}


def effect_value(endpoint: EndpointAnswer) -> str:
    """ "HR 0.25", "HR not estimable"."""
    return f"HR {ratio(endpoint.effect.hr)}"


def effect_interval(endpoint: EndpointAnswer) -> str:
    """ "95 % CI 0.08–0.84", or "" where there is none."""
    effect = endpoint.effect
    if math.isnan(effect.hr):
        return ""
    return f"95 % CI {interval(effect.lower, effect.upper)}"


def effect(endpoint: EndpointAnswer) -> str:
    """ "HR 0.25 (95 % CI 0.08–0.84)"."""
    around = effect_interval(endpoint)
    return effect_value(endpoint) + (f" ({around})" if around else "")


def test(endpoint: EndpointAnswer) -> str:
    """ "exact p = .02": the p for this cut, by the kind of its test."""
    return p_named(f"{kind(endpoint)} p", endpoint.p_cut.p)


def kind(endpoint: EndpointAnswer) -> str:
    """ "exact", "permutation" or "log-rank"."""
    if isinstance(endpoint.p_cut, PermutationTest):
        return "exact" if endpoint.p_cut.exact else "permutation"
    return "log-rank"


def events_of(row: pd.Series) -> str:
    """ "7 of 8 with event"."""
    return f"{int(row['events'])} of {int(row['n'])} with event"


def median(row: pd.Series, unit: str) -> str:
    """ "1.6 months (95 % CI 1.0–3.7)", "not reached (95 % CI 12.1 to not reached)"."""
    value = duration(row["median"]) + ("" if math.isnan(row["median"]) else f" {unit}")
    around = median_interval(row)
    return f"{value} (95 % CI {around})" if around else value


def median_interval(row: Mapping[str, float]) -> str:
    """ "1.0–3.7", "12.1 to not reached", or "" where neither end was reached."""
    if math.isnan(row["lower"]) and math.isnan(row["upper"]):
        return ""
    return interval(row["lower"], row["upper"], duration)


def followup(median: float, censored: int) -> str:
    """The median follow-up; where nobody was censored, that is said instead."""
    return duration(median) if censored else "nobody censored"


def caveat(endpoint: EndpointAnswer) -> str:
    """What must be read with every p and HR: how the cut-off was set."""
    if endpoint.fixed:
        return f"Cut-off fixed beforehand: {endpoint.fixed}"
    return "Exploratory cut-off: p and HR not corrected for the search"


def full_test(endpoint: EndpointAnswer) -> str:
    """ "exact permutation log-rank p = .02": the p for this cut, by its test's whole name."""
    return p_named(f"{endpoint.p_cut.name} p", endpoint.p_cut.p)
