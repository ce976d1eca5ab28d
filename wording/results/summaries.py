"""The answer in sentences, for the page and for screen readers."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.question import MEASURE_NAMES
from analysis.results.overview import Overview
from analysis.results.survival import (
    EndpointResult,
    EstimatedEndpoint,
    NotEstimable,
    SeveralGroups,
    SurvivalResult,
    TwoGroups,
)
from wording.numbers import NOT_REACHED, beside, duration, says_the_same
from wording.results import phrases
from wording.results.survival import describe_interaction, list_cuts


def survival_summary(answer: SurvivalResult) -> list[str]:
    """The answer in plain text: the endpoint that was asked for first."""
    first = answer.asked_endpoint
    rest = [one for one in answer.endpoints if one.code != answer.asked]
    name = "cut-offs" if answer.several else "cut-off"
    asked, *compared = endpoint_sentences(answer, first)
    lead = f"{marker_words(answer)}, {name} {list_cuts(answer)}. {asked}"
    others = (" ".join(endpoint_sentences(answer, one)) for one in rest)
    shown = [one for one in (first, *rest) if not isinstance(one, NotEstimable)]
    said = dict.fromkeys(phrases.verdict(one) for one in shown)
    caveats = dict.fromkeys(phrases.caveat(one) for one in shown)
    closing = (f"{text.removesuffix('.')}." for text in (*said, *caveats) if text)
    return [lead, *compared, *others, *closing]


def answer_sentences(answer: SurvivalResult, one: EndpointResult) -> list[str]:
    """One endpoint's answer in plain text, as if the study had no other."""
    return survival_summary(replace(answer, endpoints=(one,), asked=one.code))


def pair_sentence(answer: SurvivalResult, one: EndpointResult) -> str:
    """One endpoint in one sentence beside another question's: groups in the figure, p's here."""
    what = f"{one.label} by {marker_words(answer, short=True)}, cut-off {list_cuts(answer)}"
    if isinstance(one, NotEstimable):
        return f"{what}: {one.why}"
    if isinstance(one, SeveralGroups):
        effect = phrases.comparison(answer, one)
    else:
        effect = phrases.both_ratios(one)
    return f"{what}: {phrases.both_p(one)}; {effect}."


def overview_summary(overview: Overview) -> list[str]:
    """The study in a sentence of plain text."""
    events = ", ".join(
        f"{one.events} of {one.n} with {one.event_words} ({one.code})" for one in overview.endpoints
    )
    return [f"{overview.title}: {overview.n} {_patients(overview.n)}; {events}."]


def _patients(n: int) -> str:
    return "patient" if n == 1 else "patients"


def marker_words(answer: SurvivalResult, *, short: bool = False, within: bool = False) -> str:
    """ "HLA-DR+ NK cells at C1D15 (after one course)", "Fold change of … from C1D10 to C1D15".

    `short` leaves out what the visit's label adds, for titles; `within` a sentence "fold change"
    has no capital.
    """
    label = answer.visit_label
    visit = answer.visit
    if not short and not says_the_same(visit, label):
        visit += f" ({beside(visit, label)})"
    if answer.measure == "value":
        return f"{answer.marker} at {visit}"
    measure = MEASURE_NAMES[answer.measure]
    measure = measure if within else measure.capitalize()
    return f"{measure} of {answer.marker} from {answer.baseline} to {visit}"


def endpoint_sentences(answer: SurvivalResult, one: EndpointResult) -> list[str]:
    """One endpoint's groups and what compares them, or why there is no answer."""
    match one:
        case NotEstimable():
            return [f"{one.label}: {one.why}"]
        case SeveralGroups():
            return _groups(answer, one)
        case TwoGroups():
            return [_sides(answer, one)]


def _sides(answer: SurvivalResult, one: TwoGroups) -> str:
    high, low = one.by_group[1], one.by_group[0]
    return (
        f"{one.label}: median {_median(high, answer)} in the {_side(high, one)} above "
        f"({phrases.events_of(high)}), {_median(low, answer)} in the {int(low['n'])} at or below "
        f"({phrases.events_of(low)}); {phrases.both_p(one)}; "
        f"{phrases.both_ratios(one)}{_by_arm(one)}."
    )


def _groups(answer: SurvivalResult, one: SeveralGroups) -> list[str]:
    """Every group, highest first; then, apart because it is no headline, what compares them."""
    rows = one.groups.set_index("group")
    groups = ", ".join(
        f"{_median(rows.loc[number], answer)} in the {_share(rows.loc[number], one, i)} "
        f"{name if number else f'with {name}'} "
        f"({phrases.events_of(rows.loc[number])})"
        for i, (number, name) in enumerate(phrases.side_labels(answer).items())
    )
    compared = f"{phrases.comparison(answer, one)}; {phrases.test(one)}{_by_arm(one)}."
    return [f"{one.label}: median {groups}.", compared[:1].upper() + compared[1:]]


def _share(row: pd.Series, one: SeveralGroups, i: int) -> str:
    return str(int(row["n"])) if i else _side(row, one)


def _by_arm(one: EstimatedEndpoint) -> str:
    """The interaction, where arms are compared: what must be known before one HR for all."""
    return (
        f"; interaction with the arm {describe_interaction(one)}"
        if describe_interaction(one)
        else ""
    )


def _side(row: pd.Series, one: EstimatedEndpoint) -> str:
    return f"{int(row['n'])} of {one.n} patients"


def _median(row: pd.Series, answer: SurvivalResult) -> str:
    text = duration(row["median"])
    return text if text == NOT_REACHED else f"{text} {answer.time_unit}"
