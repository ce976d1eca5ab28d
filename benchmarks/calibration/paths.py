"""What somebody sees who takes one way through a trial, with the p's of the screen and without.

Every p comes from the functions that the pages use, and every decision from their headline rule
(:func:`analysis.reported_p.choose_reported_p`); only the number of permutations is smaller.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from analysis.reported_p import choose_reported_p
from analysis.stats import cutoff
from analysis.stats.cutoff import find_cuts
from analysis.stats.cutoff.each_cut import compute_w, compute_z, find_best
from analysis.stats.cutoff.one_cut import uses_logrank
from analysis.stats.errors import NotEnoughData
from analysis.stats.inputs import ALPHA
from analysis.stats.logrank import logrank
from analysis.stats.permutation import permutation_logrank
from benchmarks.calibration.trials import Effect, Trial, true_cut

# 480 x .05 / 12 is a whole number: a valid p of (b + 1) / 480 can be .05 exactly, after 12
# questions too, so that no path seems careful only because its p's are coarse.
PERMUTATIONS = 479
RESAMPLES = 200

HONEST = (
    "locked cut",
    "best cut",
    "median, then best",
    "every cut",
    "best cut, OS",
    "best of PFS and OS",
    "everything",
    "one after another",
)
NAIVE = (
    "naive median",
    "naive best cut",
    "naive best of PFS and OS",
    "naive everything",
)
MAXSTAT = ("maxstat, best cut", "maxstat, best cut, OS")  # its p never below that of the cut, too
POWER = (
    "locked, true cut",
    "locked, median",
    "best cut",
    "best cut by Z",
    "best cut, one of 12",
    "naive best cut",
)
NULL = (*HONEST, *NAIVE, *MAXSTAT)
RATIOS = ("HR, Cox", "HR, Firth", "HR, corrected")


@dataclass(frozen=True, eq=False)
class Question:
    """One marker and one endpoint, searched; arrays have an entry per admissible cut."""

    order: cutoff.Order
    arrays: tuple[np.ndarray, np.ndarray, np.ndarray]  # time, event, marker
    p_searched: np.ndarray
    best: list[int]  # the place of the best cut; none where there is nothing to search
    seed: int
    permutations: int
    strata: np.ndarray | None = None  # patients are compared within these
    _known: dict[float, float] = field(default_factory=dict, repr=False)

    @property
    def median(self) -> float:
        """The cut that the program shows first."""
        return float(find_cuts(self.arrays[2]).median())

    def rejected(self, places: Iterable[int], looks: int = 1) -> bool:
        """Whether p_all is .05 or less at any of these (exploratory) cuts."""
        # No headline is below its corrected p, so the p of the cut need not be known elsewhere.
        still = [i for i in places if looks * self.p_searched[i] <= ALPHA]
        still.sort(key=lambda i: self.p_searched[i])
        return any(self._p_all(i, looks) <= ALPHA for i in still)

    def locked(self, cut: float) -> bool:
        """Whether the headline of a cut that was fixed beforehand is .05 or less."""
        row = pd.Series({"cut": cut, "p_searched": np.nan, "hr_corrected": np.nan})
        p = self.p_cut(cut)
        return choose_reported_p(p, row, best_cut=np.nan, looks=1, source="locked").p <= ALPHA

    def p_cut(self, cut: float) -> float:
        """The p of this cut alone; 1 where its sides cannot be compared.

        The pages draw on where a p is small, up to a million times. Here the first draws decide:
        theirs is a valid p, too, and whether it is .05 or less does not change.
        """
        if cut not in self._known:
            time, event, marker = self.arrays
            one = time, event, marker > cut
            try:
                self._known[cut] = self._test(one)
            except NotEnoughData:
                self._known[cut] = 1.0
        return self._known[cut]

    def _test(self, one: tuple[np.ndarray, np.ndarray, np.ndarray]) -> float:
        if uses_logrank(*one, strata=self.strata):
            return logrank(*one, strata=self.strata).p
        options = {"permutations": self.permutations, "seed": self.seed, "strata": self.strata}
        return permutation_logrank(*one, **options).p

    def naive(self) -> float:
        """The smallest log-rank p of all cuts."""
        chi2 = cutoff.scan(self.order) if self.best else np.empty(0)
        return float(chdtrc(1, np.max(chi2, where=np.isfinite(chi2), initial=0.0)))

    def _p_all(self, place: int, looks: int) -> float:
        cut, p_searched = float(self.order.cuts[place]), float(self.p_searched[place])
        row = pd.Series({"cut": cut, "p_searched": p_searched, "hr_corrected": np.nan})
        best_cut = float(self.order.cuts[self.best[0]])
        return choose_reported_p(self.p_cut(cut), row, best_cut=best_cut, looks=looks).p_all


def ask(
    time, event, marker, seed: int, permutations: int = PERMUTATIONS, strata=None
) -> Question | None:
    """The question, searched; None where the program says in words that it cannot be.

    p's up to .05 are those of all permutations; a larger one is only known to be above .05.
    """
    try:
        order = cutoff.order(time, event, marker, strata=strata)
    except NotEnoughData:
        return None
    p_searched = np.empty(0)
    if not order.why:
        options = {"permutations": permutations, "seed": seed, "enough": _enough(permutations)}
        p_searched = cutoff.null_at_risk(order, **options)
    best = [] if order.why else [_best(order)]
    return Question(order, (time, event, marker), p_searched, best, seed, permutations, strata)


def null_trial(trial: Trial, seed: int, permutations: int = PERMUTATIONS) -> np.ndarray:
    """Events, and what each path of NULL finds; shape (1 + paths,), 0 or 1."""
    asked = [
        ask(*endpoint, marker, seed, permutations)
        for marker in trial.markers
        for endpoint in trial.endpoints
    ]
    honest = [*_one_question(asked[0]), *_several(asked)]
    others = [*_without_care(asked), *(_maxstat(one) for one in asked[: len(MAXSTAT)])]
    return np.array([trial.pfs[1].sum(), *honest, *others], dtype=float)


def power_trial(
    trial: Trial, effect: Effect, seed: int, permutations: int = PERMUTATIONS
) -> np.ndarray:
    """Events, and whether each path of POWER finds the effect on PFS; 0 or 1."""
    marker = trial.markers[0]
    asked = ask(*trial.pfs, marker, seed, permutations)
    found = [False] * len(POWER)
    if asked:
        found = [
            asked.locked(true_cut(marker, effect.share)),
            asked.locked(asked.median),
            asked.rejected(asked.best),
            _maxstat(asked),
            asked.rejected(asked.best, looks=len(trial.markers) * len(trial.endpoints)),
            asked.naive() <= ALPHA,
        ]
    return np.array([trial.pfs[1].sum(), *found], dtype=float)


def ratios(trial: Trial, seed: int, resamples: int = RESAMPLES) -> np.ndarray:
    """How far from 1 the hazard ratio at the best cut seems: RATIOS, each as HR or 1/HR >= 1."""
    time, event, marker = *trial.pfs, trial.markers[0]
    try:
        found = cutoff.stability(time, event, marker, resamples=resamples, seed=seed)
    except NotEnoughData:
        return np.full(len(RATIOS), np.nan)
    order = cutoff.order(time, event, marker)
    cox = cutoff.answer(order, order.cuts[_best(order)]).hr
    cox = np.inf if np.isnan(cox) else cox  # separated: other programs print "4e8"
    return np.exp(np.abs(np.log([cox, found.hr_apparent, found.hr_corrected])))


def _one_question(asked: Question | None) -> list[bool]:
    if asked is None:
        return [False] * 4
    places = range(asked.p_searched.size)
    low = np.count_nonzero(asked.arrays[2] <= asked.median)
    at_median = [i for i in places if asked.order.n_low[i] == low]
    return [
        asked.locked(asked.median),
        asked.rejected(asked.best),
        asked.rejected([*at_median, *asked.best]),
        asked.rejected(places),
    ]


def _several(asked: list[Question | None]) -> list[bool]:
    os, both = asked[1:2], asked[:2]

    def any_of(questions, looks) -> bool:
        pairs = zip(questions, looks, strict=True)
        return any(one is not None and one.rejected(one.best, k) for one, k in pairs)

    return [
        any_of(os, [1]),
        any_of(both, [len(both)] * len(both)),
        any_of(asked, [len(asked)] * len(asked)),
        any_of(asked, range(1, len(asked) + 1)),  # p_all as it stood when each was looked at
    ]


def _without_care(asked: list[Question | None]) -> list[bool]:
    median = 1.0
    if asked[0] is not None:
        median = cutoff.answer(asked[0].order, asked[0].median).p
    least = [one.naive() if one is not None else 1.0 for one in asked]
    return [p <= ALPHA for p in (median, least[0], min(least[:2]), min(least))]


def _maxstat(asked: Question | None) -> bool:
    """Whether the best cut would be found with the p that permutes whole patients."""
    if asked is None or not asked.best:
        return False
    p = cutoff.null(asked.order, permutations=asked.permutations, seed=asked.seed)[1]
    best = [find_best(compute_z(asked.order))]  # maxstat's, not always that of W
    return replace(asked, p_searched=p, best=best).rejected(best)


def _enough(permutations: int) -> int:
    """So many draws beyond the best cut take every p above .05, whatever the other draws say."""
    return math.floor(ALPHA * (permutations + 1)) + 1


def _best(order: cutoff.Order) -> int:
    """The admissible cut with the largest |W|, which is the one that the search names."""
    return find_best(compute_w(order, compute_z(order)))
