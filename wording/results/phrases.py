"""The phrases that figures, tables and sentences share, so that one number reads one way."""

from __future__ import annotations

import math
from collections.abc import Mapping

from analysis.results import groups
from analysis.results.groups import Effect
from analysis.results.survival import (
    AnsweredEndpoint,
    AskedEndpoint,
    ComparedEndpoint,
    ComparedSides,
    SeveralGroups,
    SurvivalResult,
)
from analysis.stats.estimates import HypothesisTest, PermutationTest
from wording.numbers import duration, interval, p_named, p_text, ratio
from wording.results.reported_p import name_corrected, write_after_all, write_reported

SYNTHETIC = "Synthetic data"  # wherever made-up patients are shown
AGAINST = "above against at or below"
AGAINST_LOWEST = "HR (95 % CI) of each group against the lowest"
COUNTS = {1: "One", 2: "Two", 3: "Three"}


def side_labels(answer: SurvivalResult) -> dict[int, str]:
    """The groups by number, highest first: "above 21.0 % of NK" (1), "21.0 % of NK or below" (0);
    of several cut-offs also "above 21.0 to 30.0 % of NK"."""
    return groups.labels(answer.cuts, answer.unit)


def short_labels(answer: SurvivalResult) -> dict[int, str]:
    """What fits beside a curve: "above", "at or below"; of several ">30.0", "≤21.0"."""
    return groups.short_labels(answer.cuts)


def effect(endpoint: ComparedSides) -> str:
    """ "HR 0.25 (95 % CI 0.08–0.84)"."""
    return _write(endpoint.effect)


def effect_of(endpoint: SeveralGroups, number: int) -> str:
    """Of several groups the hazard ratio of one: "HR 0.25 (95 % CI 0.08–0.84)"."""
    return _write(endpoint.effects[number - 1]) if number else "HR 1 (reference)"


def comparison(answer: SurvivalResult, endpoint: ComparedEndpoint) -> str:
    """ "HR 0.25 (95 % CI 0.08–0.84), above against at or below"; of several groups each HR."""
    if not isinstance(endpoint, SeveralGroups):
        return f"{effect(endpoint)}, {AGAINST}"
    names = side_labels(answer)
    lowest = names.pop(0)
    each = ", ".join(f"{effect_of(endpoint, number)} {name}" for number, name in names.items())
    return f"against {lowest}: {each}"


def _write(effect: Effect) -> str:
    around = "" if math.isnan(effect.hr) else f" (95 % CI {interval(effect.lower, effect.upper)})"
    return f"HR {ratio(effect.hr)}{around}"


def test(endpoint: ComparedEndpoint) -> str:
    """ "exact p = .02": the p for this cut, by the kind of its test; of several cut-offs
    "log-rank p of 3 groups = .02"."""
    if isinstance(endpoint, SeveralGroups):
        return full_test(endpoint)
    return p_named(f"{kind(endpoint)} p", endpoint.p_cut.p)


def kind(endpoint: ComparedSides) -> str:
    """ "exact", "permutation" or "log-rank"."""
    if isinstance(endpoint.p_cut, PermutationTest):
        return "exact" if endpoint.p_cut.exact else "permutation"
    return "log-rank"


def events_of(row: Mapping[str, float]) -> str:
    """ "7 of 8 with event"."""
    return f"{int(row['events'])} of {int(row['n'])} with event"


def median(row: Mapping[str, float], unit: str) -> str:
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


def caveat(endpoint: AnsweredEndpoint) -> str:
    """What must be read with every p and HR: how the cut-off was set."""
    return ". ".join(caveat_lines(endpoint))


def caveat_lines(endpoint: AnsweredEndpoint) -> list[str]:
    """The caveat in pieces that fit under a figure."""
    found = endpoint.reported_p
    if endpoint.several:
        return ["Exploratory cut-offs: p and HR not corrected", no_correction(endpoint)]
    if source(endpoint):
        return [f"Cut-off fixed beforehand: {source(endpoint)}"]
    if found is None or found.pending:
        return ["Exploratory cut-off: p and HR not corrected for the search"]
    if found.only_split:
        return ["The marker has two values: one possible split"]
    if write_after_all(found):
        return ["Exploratory cut-off"]
    return ["Exploratory cut-off without a corrected p"]


def source(endpoint: AnsweredEndpoint) -> str:
    """Who fixed the cut-off beforehand; "" for an exploratory one."""
    return endpoint.reported_p.source if endpoint.reported_p else endpoint.fixed


def both_p(endpoint: ComparedEndpoint) -> str:
    """ "exact p = .006 for this cut, p corrected for the search at most .04"."""
    here, found = f"{test(endpoint)} for this cut", endpoint.reported_p
    if found is None or endpoint.several:
        return here
    if found.fixed:
        return f"{here}, which was fixed beforehand ({name_corrected(found)})"
    if found.only_split:
        return f"{here}, the only one: the marker has two values"
    return f"{write_reported(found)}, {here}"


def both_ratios(endpoint: ComparedSides) -> str:
    """ "HR 0.18 (95 % CI 0.04–0.59), not corrected; 0.31 corrected for optimism"."""
    found = endpoint.reported_p
    if found is None or found.fixed or found.only_split:
        return effect(endpoint)
    if math.isnan(found.hr_corrected):
        return f"{effect(endpoint)}, not corrected"
    return f"{effect(endpoint)}, not corrected; {ratio(found.hr_corrected)} corrected for optimism"


def verdict(endpoint: AnsweredEndpoint) -> str:
    """What is left after all looks, and whether that is an association; "" where unknown."""
    found = endpoint.reported_p
    if found is None or endpoint.several:
        return ""
    if not write_after_all(found):
        return found.why[:1].upper() + found.why[1:]
    shows = "the marker is associated with it" if found.associated else (
        "this does not show an association"
    )  # fmt: skip
    if found.fixed:
        among = found.fixed_in_all
        one_of = f", one of {among} cut-offs fixed beforehand here" if among > 1 else ""
        known = f"{write_reported(found)}, fixed beforehand{one_of}"
        return (
            f"{endpoint.label}: {known}: {shows}. Counted with all else: {write_after_all(found)}"
        )
    return f"{endpoint.label}: {write_after_all(found)}; {shows}"


def write_log_rank(test: HypothesisTest) -> str:
    """ ".03 (χ² 4.71)"; "not estimable" where nothing can be compared."""
    chi2 = "" if math.isnan(test.statistic) else f" (χ² {test.statistic:.2f})"
    return p_text(test.p) + chi2


def no_correction(endpoint: AskedEndpoint) -> str:
    """Why there is no corrected p with several cut-offs."""
    count = COUNTS[len(endpoint.flow.groups) - 1]
    return f"{count} cut-offs have no corrected p: the search is for one cut-off"


def full_test(endpoint: ComparedEndpoint) -> str:
    """ "exact permutation log-rank p = .02": the p for this cut, by its test's whole name; of
    several cut-offs "log-rank p of 3 groups = .02"."""
    if isinstance(endpoint, SeveralGroups):
        return p_named(f"log-rank p of {len(endpoint.flow.groups)} groups", endpoint.p_groups.p)
    return p_named(f"{endpoint.p_cut.name} p", endpoint.p_cut.p)
