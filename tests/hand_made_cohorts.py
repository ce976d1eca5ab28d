"""Small cohorts made by hand, so that every count in a test can be checked on paper."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from data.cohort import Cohort, Cut, Endpoint, Study

STUDY = Study(
    name="hand",
    title="A trial made by hand",
    time_unit="months",
    time_zero="the first dose",
    dose_unit="mg",
    endpoints=(
        Endpoint("PFS", "Progression-free survival", "progression or death", milestone=2),
        Endpoint("OS", "Overall survival", "death"),
    ),
)
DAY_15 = 14 / 30.4375  # the landmark of C1D15 in months


def cohort(
    values: list[float],
    pfs: list[float],
    os: list[float],
    *,
    pfs_event: list[int] | None = None,
    os_event: list[int] | None = None,
    before: list[float] | None = None,
    days: list[float] | None = None,
    below: list[bool] | None = None,
    study: Study = STUDY,
) -> Cohort:
    """One marker M at D-7 (`before`) and C1D15 (`values`); NaN means no sample."""
    n = len(values)
    who = [f"P{i + 1:02d}" for i in range(n)]
    return Cohort(
        subjects=pd.DataFrame(
            {
                "subject": who,
                "arm": ["A"] * n,
                "arm_label": ["A"] * n,
                "dose": [3.0 if i % 2 else 6.0 for i in range(n)],
                "age": np.arange(n) + 40.0,
            }
        ),
        outcomes=pd.concat(
            [_outcomes(who, "PFS", pfs, pfs_event), _outcomes(who, "OS", os, os_event)],
            ignore_index=True,
        ),
        measurements=pd.concat(
            [
                _samples(who, "D-7", [-7] * n, before or [1.0] * n, [False] * n),
                _samples(who, "C1D15", days or [14] * n, values, below or [False] * n),
            ],
            ignore_index=True,
        ),
        events=pd.DataFrame(
            columns=["subject", "kind", "label", "start_day", "end_day", "grade", "value"]
        ),
        markers=pd.DataFrame(
            {
                "marker": ["M"], "label": ["Marker"], "unit": ["U/L"], "formula": [""],
                "lower_limit": [np.nan], "reference_low": [np.nan], "reference_high": [np.nan],
                "scale": ["linear"],
            }
        ),
        visits=pd.DataFrame(
            {
                "visit": ["D-7", "C1D15"], "label": ["D-7", "C1D15, after one course"],
                "day": [-7.0, 14.0], "order": [0, 1], "is_baseline": [True, False],
            }
        ),
        study=study,
    )  # fmt: skip


def declared(cut: float | str, endpoint: str | None = None) -> Study:
    """The study with a cut-off that was fixed beforehand."""
    own = Cut("M", "C1D15", "value", cut, "the protocol", endpoint=endpoint)
    return replace(STUDY, declared_cuts=(own,))


def _outcomes(
    who: list[str], endpoint: str, time: list[float], event: list[int] | None
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "subject": who,
            "endpoint": endpoint,
            "time": np.asarray(time, float),
            "event": np.asarray(event or [1] * len(who), bool),
        }
    )


def _samples(
    who: list[str], visit: str, day: list[float], value: list[float], below: list[bool]
) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "subject": who, "visit": visit, "day": np.asarray(day, float), "marker": "M",
            "value": np.asarray(value, float), "below_limit": below,
        }
    )  # fmt: skip
    return rows[rows["value"].notna()]
