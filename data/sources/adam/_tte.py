"""ADTTE: times, censoring and the unit of time, by endpoint."""

from __future__ import annotations

from typing import Any

import pandas as pd

from data.cohort import TIME_UNIT
from data.schema import DAYS_IN, KNOWN_ENDPOINTS
from data.sources.adam import _first_day as first_day
from data.sources.cells import dates, event_coding, units
from data.sources.draft import Draft
from data.sources.formats.raw_table import RawTable
from data.sources.understood import EventFound

COLUMNS = {"subject": "USUBJID", "endpoint": "PARAMCD", "time": "AVAL", "event": "CNSR"}
MOST_EVENTS = 3  # descriptions of an event that are listed as what counts


def add(draft: Draft, raws: list[RawTable], mapping: dict) -> None:
    """The outcomes of every ADTTE, all in one unit of time."""
    parts: list[tuple[RawTable, pd.DataFrame, units.TimeUnit]] = []
    for raw in raws:
        _no_times(draft, raw)
        for _, rows in raw.frame.groupby("PARAMCD", sort=False):
            rows = _analysed_rows(raw, rows)
            parts.append((raw, rows, _unit(draft, raw, rows, mapping)))
    if not parts:
        draft.complain("", "no ADTTE with times and CNSR is there: outcomes are needed")
        return
    found = {units.BECOMES[unit.unit] for _, _, unit in parts}
    target = "days" if "days" in found else "months"
    draft.time_unit, draft.time_unit_reason = target, parts[0][2].reason
    draft.study["time_unit"] = target
    draft.file_unit = parts[0][2].unit if len({unit.unit for _, _, unit in parts}) == 1 else ""
    for raw, rows, unit in parts:
        _outcome(draft, raw, rows, unit.unit, target, event_coding.describe(mapping, _param(rows)))
    first_day.add(draft, [(raw, rows, unit.unit) for raw, rows, unit in parts])
    draft.study["endpoints"] = [_describe(rows) for _, rows, _ in parts]
    draft.study["endpoints"] = list({e["code"]: e for e in draft.study["endpoints"]}.values())


def _no_times(draft: Draft, raw: RawTable) -> None:
    """A PARAMCD without any CNSR is no time to an event (a count, say)."""
    empty = raw.frame.groupby("PARAMCD")["CNSR"].transform(lambda c: not c.str.strip().ne("").any())
    if len(raw.frame) and empty.astype(bool).any():
        names = ", ".join(raw.frame.loc[empty.astype(bool), "PARAMCD"].unique())
        draft.warn(
            raw.source, f"{names}: no row has a CNSR, so it is no time to an event", "PARAMCD"
        )
        raw.drop(empty.astype(bool), "of parameters without CNSR, which are no times to an event")


def _analysed_rows(raw: RawTable, rows: pd.DataFrame) -> pd.DataFrame:
    """Where a patient has several rows of an endpoint, those flagged for the analysis."""
    twice = rows["USUBJID"].duplicated(keep=False)
    if twice.any() and "ANL01FL" in rows.columns and rows.loc[twice, "ANL01FL"].eq("Y").any():
        other = twice & rows["ANL01FL"].ne("Y")
        raw.drop(
            raw.frame.index.to_series().isin(rows.index[other]),
            "not flagged for the analysis (ANL01FL)",
        )
        return rows[~other]
    return rows


def _unit(draft: Draft, raw: RawTable, rows: pd.DataFrame, mapping: dict) -> units.TimeUnit:
    """The unit of AVAL: said by the user, AVALU or PARAM, told by the dates, or guessed by size."""
    values = pd.to_numeric(rows["AVAL"], errors="coerce")
    if mapping.get("time_unit") in DAYS_IN:
        return units.TimeUnit(mapping["time_unit"], "you said so", True)
    stated = _read_stated(rows)
    by_dates = _by_dates(rows, values)
    param = rows["PARAMCD"].iloc[0]
    if stated and by_dates and stated != by_dates:
        message = f"{param} is labelled as {stated}, but its dates say {by_dates}: which is right?"
        draft.complain(raw.source, message, "AVAL", int(rows.index[0]), key="time_unit")
    if stated:
        return units.TimeUnit(stated, f"{param}: the file says so", True)
    if by_dates:
        return units.TimeUnit(by_dates, f"{param}: ADT minus STARTDT says so", True)
    guess = units.guess_time_unit(values, None)
    message = f"{param}: times taken as {guess.unit}: {guess.reason}"
    draft.warn(raw.source, message, "AVAL", about=TIME_UNIT)
    return guess


def _read_stated(rows: pd.DataFrame) -> str | None:
    for name in ("AVALU", "PARAM"):
        if name in rows.columns:
            text = str(rows[name].iloc[0])
            if name == "PARAM":
                text = units.name_and_unit(text)[1]
            if unit := units.time_unit_of(text):
                return unit
    return None


def _by_dates(rows: pd.DataFrame, values: pd.Series) -> str | None:
    """The unit in which AVAL is the time from STARTDT to ADT, for nine patients of ten."""
    if not {"STARTDT", "ADT"} <= set(rows.columns):
        return None
    days = dates.between(rows["STARTDT"], rows["ADT"]).where(lambda d: d >= 0)
    for unit, length in DAYS_IN.items():
        for first in (1, 0):  # ADaM counts the first day; some do not
            off = ((days + first) / length - values).abs()
            usable = off.dropna()
            if len(usable) >= 3 and (usable <= max(0.01, 0.6 / length)).mean() >= 0.9:
                return unit
    return None


def _param(rows: pd.DataFrame) -> str:
    return str(rows["PARAMCD"].iloc[0])


def _outcome(
    draft: Draft, raw: RawTable, rows: pd.DataFrame, unit: str, target: str, event_is: Any
) -> None:
    param = _param(rows)
    read = event_coding.read(rows["CNSR"], name="CNSR", cnsr=True, event_is=event_is)
    if read.problem:
        draft.complain(raw.source, f"{param}: {read.problem}", "CNSR", key="event_is")
    draft.events.append(EventFound(param, "CNSR", raw.source, read.codes, read.words, read.sure))
    time = rows["AVAL"]
    factor = DAYS_IN[unit] / DAYS_IN[target]
    values = pd.to_numeric(time, errors="coerce")
    if factor != 1:
        scaled = (values * factor).round(9)
        time = time.where(scaled.isna(), scaled.map(lambda v: repr(float(v)) if v == v else ""))
        draft.warn(raw.source, f"{param}: times in {unit} are turned into {target}", "AVAL")
    if doubt := units.implausible(values, unit):
        draft.warn(raw.source, f"{param}: {doubt}", "AVAL", about=TIME_UNIT)
    frame = pd.DataFrame(
        {
            "subject": rows["USUBJID"],
            "endpoint": param,
            "time": time,
            "event": read.apply(rows["CNSR"]),
        }
    )
    draft.add("outcomes", frame, raw, COLUMNS)


def _describe(rows: pd.DataFrame) -> dict:
    """What an endpoint is called and what counts as its event, in the file's words."""
    code = str(rows["PARAMCD"].iloc[0])
    label, event = KNOWN_ENDPOINTS.get(code, (code, "event"))
    if "PARAM" in rows.columns and rows["PARAM"].iloc[0]:
        label = units.name_and_unit(str(rows["PARAM"].iloc[0]))[0]
    if "EVNTDESC" in rows.columns:
        happened = rows.loc[rows["CNSR"].str.strip().isin(["0", "0.0"]), "EVNTDESC"]
        words = [word.lower() for word in happened.unique() if word]
        if 0 < len(words) <= MOST_EVENTS:
            event = " or ".join(sorted(words))
    return {"code": code, "label": label, "event": event}
