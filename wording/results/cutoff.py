"""The search over every cut-off in sentences, for the page and for screen readers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.question import MEASURE_NAMES
from analysis.reported_p import ReportedP, choose_reported_p
from analysis.results.cutoff import AskedSearch, CutoffSearchResult, NoSearch, SearchedCutoffs
from analysis.stats.cutoff import shortest_decimals
from analysis.stats.inputs import ALPHA
from wording.numbers import beside, cut_text, interval, p_named, ratio, says_the_same, with_interval
from wording.results.reported_p import name_corrected, write_after_all

SEVERAL = (
    "The search is for one cut-off: the profile stands here without the cut-offs of this question. "
    "Choose one cut-off to see its numbers beside those of the best."
)


def cutoff_summary(
    searched: CutoffSearchResult, cut: tuple[float, ...] = (), looks: int = 1, source: str = ""
) -> list[str]:
    """The search in plain text: the best cut-off first, then the current one.

    `cut` are the question's cut-offs, `looks` the number of questions looked at in this cohort,
    `source` says how the current cut-off was fixed beforehand ("" = exploratory).
    """
    if isinstance(searched, NoSearch):
        return [f"{subject(searched)}: {searched.why}"]
    best = searched.best
    found = headline_at(searched, best, looks)
    if source:
        return [
            f"{subject(searched)}: {' '.join(_current(searched, cut, looks, source))}",
            f"Were it searched, the best of {len(searched.profile)} cut-offs would be "
            f"{cut_words(searched, best)}, {_both_p(found)}.",
            f"{range_words(searched)}",
        ]
    return [
        f"{subject(searched)}: the best of {len(searched.profile)} cut-offs is "
        f"{cut_words(searched, best)}, {_numbers(best)}, {_both_p(found)}.",
        f"{verdict(found)}",
        *_current(searched, cut, looks, source),
        f"{range_words(searched)}",
    ]


def subject(searched: AskedSearch) -> str:
    """ "Overall survival by HLA-DR+ NK cells at C1D15 (after one course), 17 patients, 16 …"."""
    visit = searched.visit
    if not says_the_same(visit, searched.visit_label):
        visit += f" ({beside(visit, searched.visit_label)})"
    marker, when = searched.marker, f"at {visit}"
    if searched.measure != "value":
        marker = f"the {MEASURE_NAMES[searched.measure]} of {marker}"
        when = f"from {searched.baseline} to {visit}"
    return (
        f"{searched.label} by {marker} {when}, {searched.n} patients, "
        f"{searched.events} with {searched.event_words}"
    )


def headline_at(
    searched: SearchedCutoffs, row: pd.Series, looks: int, source: str = ""
) -> ReportedP:
    """Both p's of a row of the profile."""
    best = float(searched.best["cut"])
    return choose_reported_p(
        float(row["p_cut"]), row, best_cut=best, looks=max(looks, 1), source=source
    )


def cut_words(searched: AskedSearch, row: pd.Series) -> str:
    """ "24.0 % of NK"."""
    return f"{cut_text(row['shown'])} {searched.unit}".rstrip()


def ratio_words(row: pd.Series) -> str:
    """ "0.18 (95 % CI 0.04–0.59)"."""
    return with_interval(row["hr"], row["lower"], row["upper"])


def verdict(found: ReportedP) -> str:
    """What is left of the best cut-off after the search, and after all looks."""
    if found.p_adjusted > ALPHA:
        return "Corrected for the search, this does not show an association."
    if found.p_all > ALPHA:
        return (
            f"It holds against the search over cut-offs, not against all {found.looks} questions "
            f"looked at here ({write_after_all(found)})."
        )
    return f"It holds against the search, and {write_after_all(found)}."


def range_words(searched: SearchedCutoffs) -> str:
    """Where the best cut-off falls in resamples, and what is left of its hazard ratio."""
    stability = searched.stability
    low, high = (cut_text(place(searched, end)) for end in stability.interval)
    without = (
        f" ({stability.without:,} of them had no admissible cut-off)" if stability.without else ""
    )
    return (
        f"Range of the best cut-off over {resamples(searched):,} resamples of the patients"
        f"{without}: {low} to {high} (2.5–97.5 %)."
    )


def optimism_words(searched: SearchedCutoffs) -> str:
    """The hazard ratio of the best cut-off, as it looks and less the optimism of a search."""
    apparent, corrected = searched.stability.hr_apparent, searched.stability.hr_corrected
    if math.isnan(apparent) or math.isnan(corrected):
        return "The hazard ratio of the best cut-off is not estimable."
    return (
        f"HR at the best cut-off: {ratio(apparent)} as it looks, {ratio(corrected)} corrected for "
        "the optimism of having chosen it (both Firth’s estimate)."
    )


def resamples(searched: SearchedCutoffs) -> int:
    """How many resamples were drawn."""
    return int(searched.stability.cuts.size) + _uncounted(searched)


def _uncounted(searched: SearchedCutoffs) -> int:
    """Resamples without a cut-off, where they are not in the array as NaN."""
    held = int(np.isnan(searched.stability.cuts).sum())
    return int(searched.stability.without) - held


def place(searched: AskedSearch, cut: float) -> float:
    """The shortest decimal that divides the patients as `cut` does."""
    at = int(np.searchsorted(searched.value, cut, side="right"))
    if not 0 < at < searched.n:
        return cut
    return float(shortest_decimals(searched.value[at - 1 : at], searched.value[at : at + 1])[0])


def profile_sentence(searched: SearchedCutoffs, cut: float | None) -> str:
    """The figure in words, for those who do not see it."""
    rows, best = searched.profile, searched.best
    ratios = rows["hr"].dropna()
    span = interval(ratios.min(), ratios.max()) if len(ratios) else "not estimable"
    here = None if cut is None else searched.row(cut)
    current = (
        ""
        if cut is None or here is None
        else f" At the current cut-off, {cut_text(cut)}, W {here['w']:.2f}."
    )
    return (
        f"Hazard ratio and W of {len(rows)} cut-offs of {searched.marker} from "
        f"{cut_text(rows['shown'].iloc[0])} to {cut_text(rows['shown'].iloc[-1])} "
        f"{searched.unit}".rstrip()
        + f", {searched.label.lower()}. Hazard ratios {span}; "
        f"W from {rows['w'].min():.2f} to {rows['w'].max():.2f}, best cut-off "
        f"{cut_text(best['shown'])}; corrected for the search, p is .05 at |W| "
        f"{searched.critical:.2f}.{current}"
    )


def _numbers(row: pd.Series, *, fixed: bool = False) -> str:
    corrected = f"{ratio(row['hr_corrected'])} corrected for optimism"
    n = int(row["n_low"] + row["n_high"])
    return (
        f"{row['n_high']:.0f} of {n} patients above ({row['events_high']:.0f} with event), "
        f"{row['n_low']:.0f} at or below ({row['events_low']:.0f} with event), "
        f"HR {ratio_words(row)}" + ("" if fixed else f", not corrected ({corrected})")
    )


def _both_p(found: ReportedP) -> str:
    return f"{p_named('p for this cut', found.p_cut)}, {name_corrected(found)}"


def _current(
    searched: SearchedCutoffs, cut: tuple[float, ...], looks: int, source: str
) -> list[str]:
    if not cut:
        return []
    if len(cut) > 1:
        return [SEVERAL]
    row = searched.row(cut[0])
    text = f"{cut_text(cut[0])} {searched.unit}".rstrip()
    if row is None:
        fixed = f" It was fixed beforehand: {source}." if source else ""
        return [f"The current cut-off, {text}, lies where the search does not come.{fixed}"]
    if source:
        found = headline_at(searched, row, looks, source)
        return [
            f"the cut-off {text} was fixed beforehand ({source}). {_numbers(row, fixed=True)}, "
            f"{p_named('p for this cut', found.p_cut)}; {write_after_all(found)} "
            f"({name_corrected(found)})."
        ]
    if row["n_low"] == searched.best["n_low"]:
        return [f"The current cut-off, {text}, is the best."]
    found = headline_at(searched, row, looks, source)
    return [f"At the current cut-off, {text}: {_numbers(row)}, {_both_p(found)}."]
