"""Exposure to a drug with and without another: the same patients at two visits.

Ratios are geometric means of the patients' own ratios, the interval is Student's on the log
scale, and the test is the exact Wilcoxon signed-rank test of the log ratios.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np
import pandas as pd
from scipy.stats import t

from analysis.cohort.measure import Samples, has_logarithm
from analysis.cohort.strata import find_strata
from analysis.stats.errors import NotEnoughData
from analysis.stats.multiplicity import holm
from analysis.stats.trend import FEWEST_PAIRS, wilcoxon_signed_rank
from data.cohort import Cohort, Exposure

FEWEST_INTERVAL = 3  # pairs


@dataclass(frozen=True, eq=False)
class ExposureComparison:
    """One exposure: `pairs` is patient level before after, a row a patient with both values.

    `ratio` and its interval are after against before; `p` and `p_holm` (over all exposures of the
    study) are NaN under 6 pairs, the interval under 3.
    """

    marker: str
    label: str
    unit: str
    before: str  # "C1D10, without IL-2"
    after: str
    pairs: pd.DataFrame
    aside: int  # pairs with a value that has no logarithm or lies below the detection limit
    middle: tuple[float, float] = (math.nan, math.nan)  # geometric means of both visits
    ratio: float = math.nan
    lower: float = math.nan
    upper: float = math.nan
    p: float = math.nan
    p_holm: float = math.nan
    exact: bool = True
    why: str = ""  # why there is no p or no interval

    @property
    def n(self) -> int:
        """Patients with both values."""
        return len(self.pairs)


def compare_exposures(cohort: Cohort) -> tuple[ExposureComparison, ...]:
    """The comparisons that the study file asks for."""
    found = [_compare(cohort, one) for one in cohort.study.exposures]
    adjusted = holm([one.p for one in found])
    return tuple(replace(one, p_holm=float(p)) for one, p in zip(found, adjusted, strict=True))


def _compare(cohort: Cohort, one: Exposure) -> ExposureComparison:
    pairs, aside = _pairs(cohort, one)
    described = cohort.markers.set_index("marker").loc[one.marker]
    logs = np.log(pairs["after"].to_numpy(float) / pairs["before"].to_numpy(float))
    means = [np.exp(np.log(pairs[side]).mean()) for side in ("before", "after")]
    middle = (float(means[0]), float(means[1]))
    return ExposureComparison(
        one.marker,
        label=described["label"] or one.marker,
        unit=described["unit"] or "",
        before=", ".join(filter(None, (one.baseline, one.at_baseline))),
        after=", ".join(filter(None, (one.visit, one.at_visit))),
        pairs=pairs,
        aside=aside,
        middle=middle,
        **_compare_logs(logs),
    )


def _pairs(cohort: Cohort, one: Exposure) -> tuple[pd.DataFrame, int]:
    place = pd.Series(np.arange(cohort.n), index=cohort.subjects["subject"].to_numpy())
    rows = cohort.measurements[cohort.measurements["marker"].eq(one.marker)]
    rows = rows[rows["value"].notna()]
    sides = [
        rows[rows["visit"].eq(visit)].set_index("subject")[["value", "below_limit"]]
        for visit in (one.baseline, one.visit)
    ]
    both = sides[0].join(sides[1], how="inner", lsuffix="_before", rsuffix="_after")
    usable = _usable(both, "before") & _usable(both, "after")
    kept = both[usable & both.index.isin(place.index)]
    level = find_strata(cohort).of
    pairs = pd.DataFrame(
        {
            "patient": place.reindex(kept.index).to_numpy(int),
            "level": level.reindex(kept.index).fillna(-1).to_numpy(int),
            "before": kept["value_before"].to_numpy(float),
            "after": kept["value_after"].to_numpy(float),
        }
    )
    return pairs.sort_values("patient", ignore_index=True), int((~usable).sum())


def _usable(both: pd.DataFrame, side: str) -> np.ndarray:
    values, low = (both[f"{name}_{side}"] for name in ("value", "below_limit"))
    return has_logarithm(Samples(values.to_numpy(float), low.to_numpy(bool)))


class _Numbers(TypedDict, total=False):
    """What the pairs can carry; what they cannot stays as `ExposureComparison` has it."""

    ratio: float
    lower: float
    upper: float
    p: float
    exact: bool
    why: str


def _compare_logs(logs: np.ndarray) -> _Numbers:
    n = logs.size
    if n == 0:
        return {"why": "No patient has both values."}
    ratio, lower, upper = geometric_mean_ratio(logs)
    found: _Numbers = {"ratio": ratio, "lower": lower, "upper": upper}
    if n < FEWEST_INTERVAL:
        return {**found, "why": f"Fewer than {FEWEST_INTERVAL} pairs: no interval and no p."}
    if n < FEWEST_PAIRS:
        few = f"Fewer than {FEWEST_PAIRS} pairs cannot reach p < .05: no p is given."
        return {**found, "why": few}
    try:
        test = wilcoxon_signed_rank(logs)
    except NotEnoughData as reason:
        return {**found, "why": str(reason)}
    return {**found, "p": test.p, "exact": test.exact}


def geometric_mean_ratio(
    logs: np.ndarray, *, conf_level: float = 0.95
) -> tuple[float, float, float]:
    """exp of the mean of `logs` (natural logarithms of ratios, shape (n,)) and Student's interval.

    The interval is NaN for fewer than three ratios.
    """
    mean, n = float(np.mean(logs)), logs.size
    if n < FEWEST_INTERVAL:
        return math.exp(mean), math.nan, math.nan
    half = float(t.ppf((1 + conf_level) / 2, n - 1)) * float(np.std(logs, ddof=1)) / math.sqrt(n)
    return math.exp(mean), math.exp(mean - half), math.exp(mean + half)
