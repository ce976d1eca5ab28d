"""The levels that patients are compared by: ordered doses, or arms where arms are no doses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.cohort_cache import remember
from data.cohort import Cohort


@dataclass(frozen=True, eq=False)
class Strata:
    """`labels` and `counts` by level, doses ascending or arms in the order of their codes.

    `ordered`: the levels are doses and `doses` holds their numbers (else it is empty); `word` is
    "dose level" or "arm"; `of` gives each subject's level (0, 1, …) by subject id, without those
    whose level is not known.
    """

    word: str
    ordered: bool
    labels: tuple[str, ...]
    doses: tuple[float, ...]
    counts: tuple[int, ...]
    of: pd.Series


def find_strata(cohort: Cohort) -> Strata:
    """The cohort's dose levels, or its arms; one level where there is neither."""
    subjects, unit = cohort.subjects.set_index("subject"), cohort.study.dose_unit
    ordered = bool(subjects["dose"].notna().any())
    column = subjects["dose"] if ordered else subjects["arm_label"]
    order = sorted(column.dropna().unique()) if ordered else order_arms(cohort.subjects)
    place = column.dropna().map({level: i for i, level in enumerate(order)}).astype(int)
    counts = np.bincount(place, minlength=len(order))
    return Strata(
        word="dose level" if ordered else "arm",
        ordered=ordered,
        labels=tuple(f"{one:g} {unit}".rstrip() if ordered else str(one) for one in order),
        doses=tuple(map(float, order)) if ordered else (),
        counts=tuple(map(int, counts)),
        of=place,
    )


def find_strata_column(cohort: Cohort) -> str:
    """The column to stratify by: "dose", else "arm", where it has several values; else ""."""
    several = (name for name in ("dose", "arm") if cohort.subjects[name].nunique() > 1)
    return next(several, "")


def find_arms(cohort: Cohort) -> pd.Series | None:
    """Arm by subject, where there are several that are no doses."""
    return remember(cohort, ("arms",), lambda: _arms(cohort))


def _arms(cohort: Cohort) -> pd.Series | None:
    if find_strata_column(cohort) != "arm":
        return None
    return cohort.subjects.set_index("subject")["arm"].astype(str)


def order_arms(subjects: pd.DataFrame) -> list[str]:
    """Arm labels in the order of the arm codes, numbers before text; never by their alphabet."""
    arms = subjects[["arm", "arm_label"]].dropna().drop_duplicates()
    numbers = pd.to_numeric(arms["arm"], errors="coerce")
    ordered = arms.assign(number=numbers).sort_values(["number", "arm"])
    return list(ordered["arm_label"].drop_duplicates())
