"""Every value of a cohort as one block: marker by patient by visit, in the measure asked.

The trends look at all markers and visits at once, so the long table is laid out once. A value is
a change or a fold from the baseline visit by the same rules as those of the cut-off
(`analysis.cohort.analysis_set`), but for the day: a late sample is still one of its visit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.cohort import Cohort

MEASURES = {"value": "value", "change": "change", "fold": "fold change"}


@dataclass(frozen=True, eq=False)
class MarkerSeries:
    """One marker in one measure: arrays of shape (patients, visits), NaN where there is nothing.

    `codes` and `scheduled` (day, NaN if unknown) are those of its visits in order; of a change or
    fold the first is the visit it starts from, where nobody has changed yet. `low`: below the
    detection limit, `day`: of the sample. `aside` counts values that could not be used, by visit.
    `log`: multiplied rather than added, so analysed as log2; `scale`: of its axis, "log" also where
    there are zeros, which have no logarithm. `detected`: more than half of the
    marker's values lie below the limit, so `values` say 1 (detected) or 0.
    """

    marker: str
    label: str
    unit: str
    measure: str
    baseline: str
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    scheduled: np.ndarray
    values: np.ndarray
    low: np.ndarray
    day: np.ndarray
    aside: tuple[int, ...]
    log: bool
    scale: str
    detected: bool
    limit: float
    reference: tuple[float, float]

    def at(self, visit: str) -> np.ndarray:
        """The values at a visit, shape (patients,); all NaN where it is none of this marker's."""
        if visit not in self.codes:
            return np.full(len(self.values), np.nan)
        return self.values[:, self.codes.index(visit)]


class MarkerArray:
    """The long table of a cohort laid out as arrays of shape (markers, patients, visits)."""

    def __init__(self, cohort: Cohort) -> None:
        visits = cohort.visits.sort_values("order")
        rows = cohort.measurements
        rows = rows[rows["value"].notna()]
        known = set(rows["marker"].unique())
        self.markers = [one for one in cohort.markers["marker"] if one in known]
        self.subjects = tuple(cohort.subjects["subject"])
        self.visits = list(visits["visit"])
        self.visit_labels = dict(zip(visits["visit"], visits["label"], strict=True))
        self.scheduled = visits["day"].to_numpy(float)
        self.about = cohort.markers.set_index("marker")
        shape = (len(self.markers), len(self.subjects), len(self.visits))
        self.values, self.day = np.full(shape, np.nan), np.full(shape, np.nan)
        self.low = np.zeros(shape, bool)
        place = tuple(
            pd.Index(codes).get_indexer(rows[name])
            for name, codes in (
                ("marker", self.markers), ("subject", self.subjects), ("visit", self.visits)
            )
        )  # fmt: skip
        self.values[place] = rows["value"].to_numpy(float)
        self.low[place] = rows["below_limit"].to_numpy(bool)
        self.day[place] = rows["day"].to_numpy(float)

    def series(self, marker: str, measure: str, baseline: str) -> MarkerSeries:
        """One marker in a measure; without visits where there is nothing to change from."""
        m, about = self.markers.index(marker), self.about.loc[marker]
        values, low = self.values[m], self.low[m]
        usable = ~np.isnan(values) & ~(low if _text(about["formula"]) else False)
        detected = bool(low.sum() * 2 > (~np.isnan(values)).sum())
        shown, failed = _in_measure(values, low, usable, measure, self._start(baseline), detected)
        here = ~np.isnan(shown).all(axis=0) | failed.any(axis=0)
        if measure != "value":
            start = self._start(baseline)
            here[: start + 1] = False
            if start >= 0 and here.any():
                here[start] = True
        at = np.flatnonzero(here)
        log = measure == "fold" or (measure == "value" and _text(about["scale"]) == "log")
        log = log and not detected and not (shown[:, at] < 0).any()
        codes = tuple(self.visits[v] for v in at)
        return MarkerSeries(
            marker=marker,
            label=self._label(marker, measure),
            unit="×" if measure == "fold" else _text(about["unit"]),
            measure=measure,
            baseline="" if measure == "value" else baseline,
            codes=codes,
            labels=tuple(str(self.visit_labels[code]) for code in codes),
            scheduled=self.scheduled[at],
            values=shown[:, at],
            low=(low & usable)[:, at],
            day=self.day[m][:, at],
            aside=tuple(int(n) for n in failed.sum(axis=0)[at]),
            log=bool(log and not (shown[:, at] == 0).any()),
            scale="log" if log and (shown[:, at] > 0).any() else "linear",
            detected=detected and measure == "value",
            limit=float(about["lower_limit"]),
            reference=(float(about["reference_low"]), float(about["reference_high"])),
        )

    def _label(self, marker: str, measure: str) -> str:
        """The label; a fold has no unit to tell two markers of one label apart, so it is added."""
        label, unit = str(self.about.loc[marker, "label"]), _text(self.about.loc[marker, "unit"])
        alike = int((self.about.loc[self.markers, "label"] == label).sum()) > 1
        return f"{label} ({unit})" if measure == "fold" and alike and unit else label

    def _start(self, baseline: str) -> int:
        return self.visits.index(baseline) if baseline in self.visits else -1


def _in_measure(
    values: np.ndarray, low: np.ndarray, usable: np.ndarray, measure: str, start: int, rare: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Values of shape (patients, visits) in the measure, and which could not be had."""
    there = ~np.isnan(values)
    tied = _one_tie(values, low)
    if measure == "value":
        shown = np.where(usable, (~low).astype(float) if rare else tied, np.nan)
        return shown, there & ~usable
    if start < 0 or rare:
        return np.full(values.shape, np.nan), there & rare
    before = np.where(usable[:, start], tied[:, start], np.nan)[:, None]
    if measure == "change":
        # Differences of short decimals must tie when they are equal on paper (0.3 - 0.1, 0.2).
        return np.where(usable, np.round(tied - before, 9), np.nan), there & ~usable
    good = usable & ~low & (values > 0) & ~low[:, [start]] & (before > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        fold = _short(np.where(good, tied / before, np.nan))
    return fold, there & there[:, [start]] & ~good


def _one_tie(values: np.ndarray, low: np.ndarray) -> np.ndarray:
    """All values below a limit of one visit are one tie, whatever number stands for each."""
    if not low.any():
        return values
    most = np.where(low, values, -np.inf).max(axis=0)
    return np.where(low, np.broadcast_to(most, values.shape), values)


def _short(values: np.ndarray) -> np.ndarray:
    """Nine significant digits: what is equal on paper is equal."""
    known = ~np.isnan(values) & (values != 0)
    power = np.zeros(values.shape)
    power[known] = 8 - np.floor(np.log10(np.abs(values[known])))
    return np.round(values * 10**power) / 10**power


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
