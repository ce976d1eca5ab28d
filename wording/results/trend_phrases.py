"""The phrases of the trends that figure, table and sentence share."""

from __future__ import annotations

import math

import numpy as np

from analysis.cohort.marker_array import MarkerSeries
from analysis.cohort.measure import NO_CHANGE
from analysis.question import MEASURE_NAMES
from analysis.results.dose_response import DoseResponse
from analysis.results.trends import Grouping, Summary
from analysis.stats.trend.models import Slope
from wording.numbers import p_named, p_text, significant, whole_percent


def middles(
    summary: Summary, series: MarkerSeries, middle: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Median or mean and the ends of its interval; of a marker that is only detected or not, the
    share with a value above the limit, in percent."""
    if series.detected:
        none = np.full(summary.mean.shape, np.nan)
        return summary.mean * 100, none, none
    if middle == "mean":
        return summary.mean, summary.mean_low, summary.mean_high
    return summary.median, summary.median_low, summary.median_high


def words_of(series: MarkerSeries, middle: str) -> str:
    """ "median", "mean", "geometric mean"."""
    return "geometric mean" if middle == "mean" and series.log else middle


def number(value: float) -> str:
    """Three significant digits, counts without decimals; a true minus, a dash for nothing."""
    if math.isnan(value):
        return "–"
    text = f"{value:.0f}" if abs(value) >= 100 else significant(float(value), 3)
    return text.replace("-", "−")


def what_is_drawn(series: MarkerSeries) -> str:
    """ "cells/µL", "fold change from C1D10", "change from D-21, % of CD4+"."""
    if series.detected:
        return "share of patients with a value above the limit"
    if series.measure == "value":
        return series.unit
    unit = f", {series.unit}" if series.measure == "change" and series.unit else ""
    return f"{MEASURE_NAMES[series.measure]} from {series.baseline}{unit}"


def response_axis(found: DoseResponse) -> str:
    """ "fold change from C1D10 to C1D15", "cells/µL at baseline"."""
    if found.detected:
        return f"above the detection limit (1) or not (0) at {found.visit}"
    if found.measure == "value":
        return f"{found.unit} at {found.visit}".strip()
    unit = f", {found.unit}" if found.measure == "change" and found.unit else ""
    return f"{MEASURE_NAMES[found.measure]} from {found.baseline} to {found.visit}{unit}"


def test_words(found: DoseResponse) -> str:
    """ "Jonckheere-Terpstra p = .001": the test across levels, without its particulars."""
    if found.across is None:
        return ""
    return p_named(f"{found.across.name.partition(' (')[0]} p", found.across.p)


def with_holm(name: str, p: float, holm: float, over: str = "") -> str:
    """ "exact Wilcoxon signed-rank p < .001 (Holm p = .002)"; `over` says over how many tests."""
    adjusted = "" if math.isnan(holm) else f" ({p_named('Holm p', holm)}{over})"
    return f"{p_named(f'{name} p', p)}{adjusted}"


def around(value: float, low: float, high: float, unit: str = "") -> str:
    """ "0.55 × (95 % CI 0.41 to 0.70)"; without an interval where there is none."""
    text = f"{number(value)} {unit}".rstrip()
    return text if math.isnan(low) else f"{text} (95 % CI {number(low)} to {number(high)})"


def around_first(value: np.ndarray, low: np.ndarray, high: np.ndarray, unit: str = "") -> str:
    """The same of the first, or only, place of what is known by place."""
    return around(float(value[0]), float(low[0]), float(high[0]), unit)


def describe_change(found: DoseResponse) -> str:
    """ "fell in 16 of 16 patients, median fold change 0.55 ×", of the change of all patients."""
    known = found.values[~np.isnan(found.values)]
    none = NO_CHANGE[found.measure]
    fell, rose = int((known < none).sum()), int((known > none).sum())
    word, many = ("rose", rose) if rose >= fell else ("fell", fell)
    if not many:
        return f"stayed the same in all {known.size} patients"
    middle = around_first(found.all.median, found.all.median_low, found.all.median_high, found.unit)
    median = f"median {MEASURE_NAMES[found.measure]} {middle}"
    return f"{word} in {many} of {_patients(known.size)}, {median}"


def by_level(found: DoseResponse) -> str:
    """ "0.80 × at 3 MIU/day (n = 3), 0.60 × at 6 MIU/day (n = 6)"."""
    link = "at" if found.levels.ordered else "with"
    said = []
    for name, one in zip(found.levels.labels, found.by_level, strict=True):
        if not one.n[0]:
            said.append(f"nobody {link} {name}")
            continue
        middle = f"{whole_percent(one.mean[0])} %" if found.detected else (
            f"{number(float(one.median[0]))} {found.unit}".rstrip()
        )  # fmt: skip
        said.append(f"{middle} {link} {name} (n = {int(one.n[0])})")
    return ", ".join(said)


def slope_words(found: Slope, unit: str) -> str:
    """ "factor 0.93 per MIU/day (95 % CI 0.89 to 0.97), permuted ANCOVA p = .002, n = 16"."""
    if found.why:
        return f"{found.why} (n = {found.n})."
    p = "no p below 30 patients: its Wald test errs then" if math.isnan(found.p) else (
        p_named(f"{found.name} p", found.p)
    )  # fmt: skip
    per = f" per {unit}" if unit else " per unit of dose"
    factor = f"factor {found.factor:.3g}{per} (95 % CI {found.lower:.3g} to {found.upper:.3g})"
    return f"{factor}; {p}; n = {found.n}."


def panel_sentence(
    series: MarkerSeries, grouping: Grouping, summaries: tuple[Summary, ...], middle: str,
                   visit: str) -> str:  # fmt: skip
    """What a panel shows, for those who cannot see it."""
    at = series.codes.index(visit) if visit in series.codes else len(series.codes) - 1
    word = "share detected" if series.detected else words_of(series, middle)
    said = []
    for name, one in zip(grouping.labels, summaries, strict=True):
        value = float(middles(one, series, middle)[0][at])
        unit = "%" if series.detected else series.unit
        text = "none" if math.isnan(value) else f"{number(value)} {unit}".rstrip()
        said.append(f"{name} {text} (n = {int(one.n[at])})")
    groups = f", by {grouping.word}: {'; '.join(said)}" if said else ""
    spread = (
        f"{series.codes[0]} to {series.codes[-1]}" if len(series.codes) > 1 else series.codes[0]
    )
    return (
        f"{series.label}, {what_is_drawn(series) or 'value'}, {spread}. {word.capitalize()} at "
        + (f"{series.codes[at]}{groups}.")
    )


def p_cell(p: float) -> str:
    """A p in a table; a dash where there is none."""
    return "–" if math.isnan(p) else p_text(p)


def _patients(n: int) -> str:
    return f"{n} patient" if n == 1 else f"{n} patients"
