"""ADaM adverse events (ADAE) and response assessments (ADRS) as events of a patient."""

from __future__ import annotations

import pandas as pd

from data.sources.cells import dates
from data.sources.draft import Draft
from data.sources.formats.raw_table import RawTable

OVERALL = ("OVR", "OVRLRESP", "OVRLRSP", "OVRRESP", "TRGRESP")


def add(draft: Draft, adverse: list[RawTable], response: list[RawTable]) -> None:
    """The events of all tables; what has no day is set aside and counted."""
    for raw in adverse:
        _adverse(draft, raw)
    for raw in response:
        _response(draft, raw)


def _text(days: pd.Series) -> pd.Series:
    return days.map(lambda d: f"{d:g}" if d == d else "")


def _adverse(draft: Draft, raw: RawTable) -> None:
    start = next((n for n in ("ASTDY", "AESTDY") if n in raw.frame.columns), None)
    if start is None:
        draft.warn(raw.source, "has no day of onset (ASTDY); adverse events are not used")
        raw.drop(pd.Series(True, raw.frame.index), "without a day of onset")
        return
    raw.drop(pd.to_numeric(raw.frame[start], errors="coerce").isna(), "without a day of onset")
    rows = raw.frame
    begin = dates.from_study_day(rows[start])
    end_name = next((n for n in ("AENDY", "AEENDY") if n in rows.columns), None)
    end = dates.from_study_day(rows[end_name]) if end_name else pd.Series(float("nan"), rows.index)
    early = end < begin
    if early.any():
        message = f"{int(early.sum())} events end before they start; their end is left out"
        draft.warn(raw.source, message, end_name or "", int(rows.index[early][0]))
    grade = next(
        (n for n in ("ATOXGR", "AETOXGR", "ATOXGRN", "AETOXGRN") if n in rows.columns), None
    )
    term = "AEDECOD" if "AEDECOD" in rows.columns else "AETERM"
    frame = pd.DataFrame(
        {
            "subject": rows["USUBJID"],
            "kind": "ae",
            "label": rows[term],
            "start_day": _text(begin),
            "end_day": _text(end.where(~early)),
            "grade": rows[grade].str.extract(r"(\d)")[0].fillna("") if grade else "",
        }
    )
    columns = {"subject": "USUBJID", "label": term, "start_day": start, "end_day": end_name or ""}
    draft.add("events", frame, raw, columns | ({"grade": grade} if grade else {}))


def _response(draft: Draft, raw: RawTable) -> None:
    """The overall response at each assessment; best responses and flags are derived from it."""
    overall = raw.frame["PARAMCD"].str.upper().isin(OVERALL)
    day = _response_day(raw.frame)
    usable = overall & day.notna() & raw.frame.get("AVALC", pd.Series("", raw.frame.index)).ne("")
    raw.drop(~usable, "no overall response with a day (derived parameters)")
    rows = raw.frame
    if rows.empty:
        draft.warn(raw.source, "holds no overall response by visit (OVR with ADY); not used")
        return
    frame = pd.DataFrame(
        {
            "subject": rows["USUBJID"],
            "kind": "assessment",
            "label": rows["AVALC"],
            "start_day": _text(day[rows.index]),
        }
    )
    draft.add("events", frame, raw, {"subject": "USUBJID", "label": "AVALC", "start_day": "ADY"})


def _response_day(rows: pd.DataFrame) -> pd.Series:
    if "ADY" in rows.columns:
        return dates.from_study_day(rows["ADY"])
    if {"ADT", "TRTSDT"} <= set(rows.columns):
        return dates.between(rows["TRTSDT"], rows["ADT"])
    return pd.Series(float("nan"), rows.index)
