"""Sizes of lesions over time: the change from baseline of each patient, and the best of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.cohort import Cohort

GROWTH, SHRINKAGE = 20.0, -30.0  # percent: where RECIST 1.1 speaks of progression and response


@dataclass(frozen=True, eq=False)
class Lesions:
    """`series`: patient week change (percent, baseline first); `best`: patient change, the
    smallest change after baseline. `why` is set, and the frames are empty, where there are none.
    A patient is named by the row of the cohort's subjects."""

    series: pd.DataFrame
    best: pd.DataFrame
    why: str = ""
    remark: str = ""


NONE = (
    pd.DataFrame(columns=["patient", "week", "change"]),
    pd.DataFrame(columns=["patient", "change"]),
)


def measure_lesions(cohort: Cohort) -> Lesions:
    """The sizes that the assessments carry, as change from baseline in percent."""
    conduct = cohort.study.conduct
    rows = cohort.events[cohort.events["kind"].eq("assessment") & cohort.events["value"].notna()]
    place = pd.Series(np.arange(cohort.n), index=cohort.subjects["subject"].to_numpy())
    rows = rows.assign(patient=rows["subject"].map(place)).dropna(subset=["patient"])
    if rows.empty:
        return Lesions(*NONE, why=conduct.lesions_note or "No sizes of lesions are in the data.")
    rows = rows.astype({"patient": int}).sort_values(["patient", "start_day"], kind="stable")
    if conduct.lesions == "percent":
        return _found(_from_percent(rows), 0)
    if (rows["value"] < 0).any():
        return Lesions(
            *NONE,
            why="Some sizes of lesions are negative. If they are changes in percent, the study "
            'file must say so: lesions = "percent" under [conduct].',
        )
    return _found(*_from_sums(rows))


def _from_percent(rows: pd.DataFrame) -> pd.DataFrame:
    start = pd.DataFrame({"patient": rows["patient"].unique(), "week": 0.0, "change": 0.0})
    later = rows[rows["start_day"] > 0]
    found = pd.DataFrame(
        {"patient": later["patient"], "week": later["start_day"] / 7, "change": later["value"]}
    )
    return pd.concat([start[start["patient"].isin(found["patient"])], found])


def _from_sums(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Changes from the last sum of diameters at or before day 0; how many patients lack one."""
    before = rows[rows["start_day"] <= 0].groupby("patient")[["start_day", "value"]].last()
    before = before[before["value"] > 0]
    usable = rows[rows["patient"].isin(before.index)]
    first = before.loc[usable["patient"]].to_numpy()
    usable = usable[usable["start_day"].to_numpy() >= first[:, 0]]
    base = usable["patient"].map(before["value"])
    found = pd.DataFrame(
        {
            "patient": usable["patient"],
            "week": usable["start_day"] / 7,
            "change": 100 * (usable["value"] / base - 1),
        }
    )
    return found, rows["patient"].nunique() - found.loc[found["week"] > 0, "patient"].nunique()


def _found(series: pd.DataFrame, lacking: int) -> Lesions:
    later = series[series["week"] > 0]
    series = series[series["patient"].isin(later["patient"])]
    if later.empty:
        return Lesions(
            *NONE,
            why="No patient has sizes of lesions both at the start (day 0 or before) and later.",
        )
    best = later.groupby("patient", as_index=False)["change"].min()
    remark = f"{lacking} patients lack a size at the start or a later one." if lacking else ""
    return Lesions(
        series.sort_values(["patient", "week"], kind="stable").reset_index(drop=True),
        best.sort_values("change", ascending=False, kind="stable").reset_index(drop=True),
        remark=remark,
    )
