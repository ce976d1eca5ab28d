"""Every value of a cohort as one block: marker by patient by visit, in the measure asked.

The trends look at all markers and visits at once, so the long table is laid out once. A value is
a change or a fold from the baseline visit as it is for the cut-off (`analysis.cohort.measure`), but
for the day: a late sample is still one of its visit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.cohort.measure import Samples, measure_samples, unit_of
from data.cohort import Cohort


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
        now = Samples(self.values[m], self.low[m], bool(_text(about["formula"])))
        detected = bool(now.low.sum() * 2 > now.known.sum())
        shown, failed = _in_measure(now, measure, self._start(baseline), detected)
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
            unit=unit_of(measure, _text(about["unit"])),
            measure=measure,
            baseline="" if measure == "value" else baseline,
            codes=codes,
            labels=tuple(str(self.visit_labels[code]) for code in codes),
            scheduled=self.scheduled[at],
            values=shown[:, at],
            low=(now.low & now.usable)[:, at],
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
    now: Samples, measure: str, start: int, rare: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Values of shape (patients, visits) in the measure, and which could not be had."""
    if measure == "value":
        detected = np.where(now.usable, (~now.low).astype(float), np.nan)
        return detected if rare else measure_samples(measure, now), now.part_low
    if start < 0 or rare:
        return np.full(now.values.shape, np.nan), now.known & rare
    before = now.at(start)
    shown = measure_samples(measure, now, before)
    if measure == "change":
        return shown, now.known & (now.part_low | before.part_low)
    return shown, now.known & before.known & np.isnan(shown)


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
