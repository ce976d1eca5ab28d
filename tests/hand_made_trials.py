"""Small trials with doses and dated events, made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from data.cohort import Cohort, Study
from tests.hand_made_cohorts import STUDY, cohort

COLUMNS = ["subject", "kind", "label", "start_day", "end_day", "grade", "value"]


def event(
    subject: str, kind: str, label: str, start: float, end: float = np.nan, *,
    grade: float = np.nan, value: float = np.nan,
) -> list:  # fmt: skip
    """One row of events."""
    return [subject, kind, label, float(start), float(end), float(grade), float(value)]


def trial_of(doses: list[float], events: list[list], *, study: Study = STUDY) -> Cohort:
    """Patients P01, P02, … at these doses, with these events; followed for 1, 2, … months."""
    n = len(doses)
    made = cohort([1.0] * n, [1.0 + i for i in range(n)], [2.0 + i for i in range(n)], study=study)
    frame = pd.DataFrame(events, columns=COLUMNS)
    numbers = dict.fromkeys(("start_day", "end_day", "grade", "value"), float)
    return replace(
        made,
        subjects=made.subjects.assign(dose=np.asarray(doses, float)),
        events=frame.astype(numbers),
        id="",
    )
