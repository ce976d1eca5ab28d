"""Which p is the headline, and what is left of it after the search and after all looks.

Fixed beforehand (declared by the study, or locked before any outcome of the marker was drawn): the
p of this cut. Everything else is exploratory, the median included: the p corrected for the search.
Either is multiplied by the number of questions looked at (Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from analysis.stats.inputs import ALPHA

WithinCase = Literal["also", "only_within", "explained", "too_few", "neither"]

SEVERAL = "The search is for one cut-off: several cut-offs have no corrected p"
OUTSIDE = "This cut leaves too few patients on one side for the search: it has no corrected p"


@dataclass(frozen=True)
class ReportedP:
    """The two p's of one endpoint at one cut, and which of them is the larger print.

    `source` says how the cut was fixed beforehand ("" = exploratory); `p_adjusted` is the p
    corrected for the search (p_searched of analysis.stats.cutoff, never below `p_cut`); it is NaN,
    and `why` says the reason, where there is no p corrected for the search; `best` marks the cut
    that the search itself would choose: elsewhere p_adjusted reads "at most". `only_split` marks a
    marker with two values: nothing is searched, and p_adjusted is p_cut. `looks` is
    the ledger's k, `fixed_in_all` the number of cut-offs that were fixed beforehand in this cohort.
    """

    p_cut: float
    p_adjusted: float = math.nan
    best: bool = False
    hr_corrected: float = math.nan
    looks: int = 1
    source: str = ""
    fixed_in_all: int = 1
    why: str = ""
    pending: bool = False  # the search is still being computed
    only_split: bool = False

    @property
    def fixed(self) -> bool:
        """Whether the question was fixed beforehand."""
        return bool(self.source)

    @property
    def p(self) -> float:
        """The headline p; NaN where the cut has none."""
        return self.p_cut if self.fixed else self.p_adjusted

    @property
    def p_all(self) -> float:
        """The headline p after all questions looked at here."""
        return min(1.0, self.looks * self.p)

    @property
    def associated(self) -> bool:
        """Whether a sentence may say "associated"."""
        together = min(1.0, self.fixed_in_all * self.p_cut)  # to fix many is a search, too
        return self.p_all <= ALPHA or (self.fixed and together <= ALPHA)


def choose_reported_p(
    p_cut: float, row: Mapping | None, *, best_cut: float, looks: int, source: str = ""
) -> ReportedP:
    """The headline of a cut from its row of the profile (None: the search does not come here).

    `row` has cut, p_searched and hr_corrected.
    """
    if row is None:
        return ReportedP(p_cut, looks=looks, source=source, why=OUTSIDE)
    return ReportedP(
        p_cut,
        p_adjusted=correct_for_search(row["p_searched"], p_cut),
        best=bool(row["cut"] == best_cut),
        hr_corrected=float(row["hr_corrected"]),
        looks=looks,
        source=source,
    )


def report_only_split(p_cut: float, *, looks: int, source: str = "") -> ReportedP:
    """The headline of a marker with two values: the p of its one split."""
    return ReportedP(
        p_cut,
        p_adjusted=p_cut,
        best=True,
        looks=looks,
        source=source,
        only_split=True,
    )


def correct_for_search(p_searched: float, p_cut: float) -> float:
    """The p corrected for the search as it is shown: never below that of the cut alone."""
    return max(float(p_searched), float(p_cut))


def judge_within(p: float, p_crude: float, hr: float, hr_crude: float) -> WithinCase:
    """What a comparison within dose levels (or arms) says of the one of all patients together.

    "explained": the log hazard ratio within is less than half of the crude one, or turns round;
    "too_few": it holds, or cannot be estimated, and its p does not show it.
    """
    if p <= ALPHA:
        return "also" if p_crude <= ALPHA else "only_within"
    if not p_crude <= ALPHA:
        return "neither"
    share = math.log(hr) / math.log(hr_crude) if hr > 0 and hr_crude not in (0, 1) else math.nan
    return "explained" if share < 1 / 2 else "too_few"
