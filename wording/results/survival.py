"""The parts of a survival result in words: cut-offs, groups, hazards, interaction."""

from __future__ import annotations

import math

from analysis.results.groups import Hazards, label_columns
from analysis.results.survival import EstimatedGroups, SurvivalResult
from analysis.stats.inputs import ALPHA
from wording.listing import list_items
from wording.numbers import cut_text, p_named

PH_EVENTS = 30  # below, a test for non-proportional hazards can hardly see any


def list_cuts(answer: SurvivalResult) -> str:
    """ "21.0 % of NK", "20.1 and 30.0 % of NK", "10.0, 20.1 and 30.0 % of NK"."""
    return f"{list_items(map(cut_text, answer.cuts))} {answer.unit}".rstrip()


def describe_sizes(sizes: list[int], cut: tuple[float, ...], scale: str) -> str:
    """ "Of all samples: 8 above, 9 at or below"; `sizes` highest group first."""
    named = zip(sizes, label_columns(cut), strict=True)
    written = "{1}: {0}" if len(cut) > 1 else "{0} {1}"
    counts = "Of all samples: " + ", ".join(written.format(*one) for one in named)
    counts += ". The buttons start again from one cut-off" if len(cut) > 1 else ""
    return counts + (". Dots stand by rank" if scale == "rank" else "")


def describe_hazards(hazards: Hazards) -> str:
    """What the check of proportional hazards means for the hazard ratio."""
    if math.isnan(hazards.p):
        return "cannot be checked here"
    if hazards.p <= ALPHA:
        return "it seems to change over time: read it as an average, and look at the curves"
    if hazards.events < PH_EVENTS:
        return f"{hazards.events} events cannot show non-proportionality"
    return "no sign that the hazard ratio changes over time"


def describe_interaction(endpoint: EstimatedGroups) -> str:
    """ "p = .91" of arm by side, or why it was not tested; "" without arms."""
    test = endpoint.interaction
    return endpoint.interaction_why if test is None else p_named("p", test.p)
