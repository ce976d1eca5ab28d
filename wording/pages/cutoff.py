"""The words of the Cut-off page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.results.continuous import ContinuousResult
from analysis.results.fragility import FragilityResult
from wording.numbers import p_named, p_spaced, significant


def describe_linear_effect(
    ratio_words: Any, per: str, result: Any, estimator: Mapping[str, str], found: ContinuousResult
) -> str:
    return (
        f"HR {ratio_words} {per}, {p_named('p', result.p)} "
        f"({estimator[result.estimator]}; {found.n} patients, {found.events} events; "
        "not corrected for the questions looked at)."
    )


WITHOUT_A_CUT = (
    "It uses every value and needs no cut-off, so nothing is searched. A split keeps "
    "only the side: at the median of a bell-shaped marker with a linear effect it has "
    "about 64 % of the information, as if a third of the patients were thrown away."
)


def describe_doubling(result: Any, found: ContinuousResult) -> str:
    return f"per doubling (zeros counted as {significant(result.floor, 2)} {found.unit})"


def describe_spline_figure(found: ContinuousResult, spline: Any, parts: Any) -> str:
    return (
        f"Hazard ratio of {found.label.lower()} against {found.marker}, compared with the median "
        f"value, {significant(spline.reference)} {found.unit}: {'; '.join(parts)}."
    )


def describe_spline(spline: Any, found: ContinuousResult, bent: Any) -> str:
    return (
        f"Restricted cubic spline with {len(spline.knots)} knots (solid, 95 % band) against the "
        f"median, {significant(spline.reference)} {found.unit}".rstrip()
        + f"; dashed: the linear effect. {p_named('p', spline.overall.p)} for any effect, "
        f"{p_named('p', spline.nonlinear.p)} for a departure from a straight line: "
        + ("a straight line does not tell it all." if bent else "a straight line may do.")
    )


AGAINST_MEDIAN = "HR against the median"

OUTSIDE = (
    "The search does not come here: fewer than a tenth of the patients, or fewer than two, lie on "
    "one side. So this cut-off has no p corrected for the search."
)

NUMBERS_CAPTION = "The numbers of the cut-offs"

THIS_IS_BEST = "This cut-off, the best"

LOOK_AT_BEST = "Look at the best cut"


def add_not_corrected(note: Any) -> str:
    return f"{note}; not corrected for the search"


NOT_NEEDED = "not needed: fixed beforehand"

CORRECTED_HR = "Hazard ratio, corrected for optimism"

NOT_CORRECTED = ", not corrected for the search"

CORRECTED_P = "p corrected for the search"

AFTER_ALL = "After all questions looked at here"

MAXSTAT = "p of maxstat, as a check"

LAUSEN = "Lausen-Schumacher p, as a check"

FRAGILITY_TITLE = "What hangs on single patients"

CONTINUOUS_TITLE = "The marker without a cut-off"

HOW_TO_READ = (
    "W: how far the groups separate, in standard errors, corrected for the skewness of small "
    "groups. The largest |W| is the best cut-off. The tinted band is what a search "
    "finds in a marker without meaning. "
    "Grey: not searched, too few patients on one side. A click goes to the cut-off under it."
)

RESAMPLES_TITLE = "Over resamples of the patients"


def describe_thinning(every: Any, rows: Any) -> str:
    return f"Every {every}th of {len(rows)} cut-offs, and the best."


ONE_CHANGE = "a single change of side"

NOT_COMPARABLE = "At this cut-off the sides cannot be compared."


def describe_uncorrected_p(here: Any, result: Any, test: Any) -> str:
    return f"At {here} the p for this cut, uncorrected, is {p_spaced(result.p)} ({test}). "


def describe_no_move(lead: Any, across: Any) -> str:
    return f"{lead}No patient’s change of side, alone, would take it {across}."


ONE_WHOSE = "There is 1 patient whose"


def count_whose(moves: Any) -> str:
    return f"There are {len(moves)} patients each of whose"


ABOVE_OR_BELOW = "Above / at or below"

VALUE_OFF = "a value may be off by 10 % of itself"

CHANGE_OFF = "both values behind a change may be off by 10 % of themselves"

FOLD_OFF = "both values behind a fold change may be off by 10 % of themselves"


def assume_error(how: Any) -> str:
    return f"No assay error is known for these markers; if {how}, "


NOBODY_NEAR = "nobody lies near enough to the cut-off to be on the other side."


def count_near(near: Any, found: FragilityResult) -> str:
    return f"{len(near)} of {found.n} patients could be on the other side"


def describe_near(assumed: Any, count: Any, above: int, near: Any) -> str:
    return f"{assumed}{count} ({above} now above, {len(near) - above} at or below)"


def describe_nothing_detectable(found: FragilityResult) -> str:
    return f"{found.events} events at the current split could not be planned to show any HR."


def describe_detectable(found: FragilityResult, hr: Any) -> str:
    return (
        f"{found.events} events at the current split could have been planned to show an HR "
        f"below {1 / hr:.2f} or above {hr:.1f}."
    )


PLANNED = "what could be planned"
