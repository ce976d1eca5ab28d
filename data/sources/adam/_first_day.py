"""What ADTTE gives to the first day: 1 as ADaM has it (ADT - STARTDT + 1), or 0.

Days of samples, visits and events are counted from 0 here, whatever the file does (`_bds._days`);
times stay as the file has them, so that medians agree with it. So the study has to say how times
count the first day (`Study.first_day`), for a landmark to be the same day for both.
"""

from __future__ import annotations

import pandas as pd

from data.schema import DAYS_IN
from data.sources.cells import dates
from data.sources.draft import Draft
from data.sources.formats.raw_table import RawTable

ADAM = 1.0  # ADaM Implementation Guide 1.3: the day of the start is day 1, there is no day 0
MOST_OFF = 0.5  # days by which the usual count may be off, for its rounding


def add(draft: Draft, parts: list[tuple[RawTable, pd.DataFrame, str]]) -> None:
    """Note the first day of all endpoints' times: (table, rows, unit of AVAL) of each."""
    told = {str(rows["PARAMCD"].iloc[0]): _read(rows, unit) for _, rows, unit in parts}
    known = {first for first in told.values() if first is not None}
    draft.study["first_day"] = max(known, default=ADAM)
    source = parts[0][0].source
    for raw, rows, _ in parts:
        _compare_starts(draft, raw, rows)
    if len(known) > 1:
        zero = ", ".join(param for param, first in told.items() if first == 0)
        message = f"{zero}: the first day is 0, but 1 for other times; a landmark counts it as 1"
        draft.warn(source, message, "AVAL")
    elif known == {0.0}:
        draft.warn(source, "times count the first day as 0 (ADT minus STARTDT says so)", "AVAL")
    elif not known:
        message = "times are taken to count the first day as 1, as ADaM does, and so do landmarks"
        draft.warn(source, message, "AVAL")


def _read(rows: pd.DataFrame, unit: str) -> float | None:
    """What the first day is by the dates, or by ADY, which ADaM counts from 1; None: not told."""
    days = pd.to_numeric(rows["AVAL"], errors="coerce") * DAYS_IN[unit]
    found = None
    if {"STARTDT", "ADT"} <= set(rows.columns):
        found = _nearest(days - dates.between(rows["STARTDT"], rows["ADT"]))
    if found is None and "ADY" in rows.columns:
        day = pd.to_numeric(rows["ADY"], errors="coerce")
        found = _nearest((days - day + 1)[day > 0])
    return found


def _compare_starts(draft: Draft, raw: RawTable, rows: pd.DataFrame) -> None:
    """Say where times start on another day than treatment, from which samples count (ADY)."""
    if not {"STARTDT", "TRTSDT"} <= set(rows.columns):
        return
    apart = dates.between(rows["STARTDT"], rows["TRTSDT"])
    if n := int(apart.fillna(0).ne(0).sum()):
        param, most = rows["PARAMCD"].iloc[0], float(apart.abs().max())
        message = (
            f"{param}: times of {n} patients start up to {most:g} days from the first treatment, "
            "from which samples count: a landmark is off by as much for them"
        )
        draft.warn(raw.source, message, "STARTDT")


def _nearest(over: pd.Series) -> float | None:
    """0 or 1, whichever the times are over the days between two dates; None where neither."""
    over = over.dropna()
    middle = float(over.median()) if len(over) else float("nan")
    return next((first for first in (1.0, 0.0) if abs(middle - first) < MOST_OFF), None)
