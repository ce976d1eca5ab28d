"""Adverse events by kind and dose level: patients by the worst grade that they had."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.cohort.strata import Strata, find_strata
from data.cohort import Cohort

GRADES = (1, 2, 3, 4, 5)
UNGRADED = 0  # a grade that is missing or 0
ANY = "Any adverse event"


@dataclass(frozen=True, eq=False)
class AdverseEvents:
    """`counts`: kind level grade n (patients whose worst grade that is; "Any adverse event" is a
    kind, too). `kinds`: the kinds, the most frequent first. `limiting`: kind level n.
    `why` is set where there are no adverse events."""

    counts: pd.DataFrame
    limiting: pd.DataFrame
    kinds: tuple[str, ...]
    levels: Strata
    denominators: tuple[int, ...]
    why: str = ""
    remark: str = ""

    def grades(self, kind: str, level: int) -> dict[int, int]:
        """Patients by worst grade, of one kind at one level."""
        rows = self.counts[self.counts["kind"].eq(kind) & self.counts["level"].eq(level)]
        return dict(zip(rows["grade"].astype(int), rows["n"].astype(int), strict=True))

    def limited(self, kind: str, level: int) -> int:
        """Patients in whom this kind limited the dose at this level."""
        rows = self.limiting[self.limiting["kind"].eq(kind) & self.limiting["level"].eq(level)]
        return int(rows["n"].sum())


def count_adverse_events(cohort: Cohort) -> AdverseEvents:
    """Adverse events per level, with everybody at the level as denominator."""
    levels, events = find_strata(cohort), cohort.events
    rows = events[events["kind"].isin(["ae", "dlt"])]
    rows = rows.assign(level=rows["subject"].map(levels.of), kind_of=_kinds(rows["label"]))
    unplaced = rows.loc[rows["level"].isna(), "subject"].nunique()
    rows = rows.dropna(subset=["level"]).astype({"level": int})
    why = "" if len(rows) else "No adverse events are in the data, which may mean not recorded."
    counts = _worst(rows)
    return AdverseEvents(
        counts=counts,
        limiting=_limiting(rows),
        kinds=_by_frequency(counts),
        levels=levels,
        denominators=levels.counts,
        why=why,
        remark=f"{unplaced} patients with events have no known level." if unplaced else "",
    )


def _kinds(labels: pd.Series) -> pd.Series:
    """Labels that differ in case or blanks only are one kind, written as it was first."""
    clean = labels.fillna("").astype(str).str.split().str.join(" ").replace("", "not named")
    return clean.groupby(clean.str.casefold()).transform("first")


def _worst(rows: pd.DataFrame) -> pd.DataFrame:
    graded = rows.assign(grade=rows["grade"].astype(float).fillna(UNGRADED).round().astype(int))
    both = pd.concat([graded.assign(kind_of=ANY), graded])
    worst = both.groupby(["kind_of", "level", "subject"], sort=False)["grade"].max()
    counts = worst.reset_index().groupby(["kind_of", "level", "grade"]).size()
    return counts.rename("n").reset_index().rename(columns={"kind_of": "kind"})


def _limiting(rows: pd.DataFrame) -> pd.DataFrame:
    limiting = rows[rows["kind"].eq("dlt")]
    both = pd.concat([limiting.assign(kind_of=ANY), limiting])
    counts = both.groupby(["kind_of", "level"])["subject"].nunique()
    return counts.rename("n").reset_index().rename(columns={"kind_of": "kind"})


def _by_frequency(counts: pd.DataFrame) -> tuple[str, ...]:
    """Any first, then by the number of patients; ties by the share of high grades, then name."""
    weight = counts["n"] * (1 + counts["grade"] * 1e-3)
    total = weight.groupby(counts["kind"]).sum()
    total = (
        total.drop(ANY, errors="ignore").sort_index().sort_values(ascending=False, kind="stable")
    )
    return (ANY, *total.index) if len(counts) else ()


def patients_with(grades: dict[int, int]) -> int:
    """Patients with the event in any grade."""
    return int(np.sum(list(grades.values()))) if grades else 0
