"""A column of times of a tidy table: in plain numbers, in one unit for the whole study."""

from __future__ import annotations

import pandas as pd

from data.cohort import TIME_UNIT
from data.schema import DAYS_IN
from data.sources.cells import units
from data.sources.draft import Draft
from data.sources.formats.raw_table import RawTable
from data.sources.tidy import roles

FROM_USER = "you said so"
CODED = 9_000  # 9999 and the like stand for a missing time and must not decide the unit


def read_times(draft: Draft, raw: RawTable, name: str, mapping: dict) -> pd.Series:
    """A column of times as plain text in the study's unit; the unit is stated or guessed."""
    found = roles.plain_numbers(raw, name)
    for cell, why in found.unclear.items():
        draft.complain(raw.source, f"{cell!r} {why}", name, _row(raw, name, cell), cell)
    stated_by_user = mapping.get("time_unit") if mapping.get("time_unit") in DAYS_IN else None
    stated = stated_by_user or units.time_unit_of(name)
    stated = (
        stated
        or units.time_unit_of(raw.units.get(name, ""))
        or units.time_unit_of(raw.labels.get(name, ""))
    )
    values = pd.to_numeric(found.text, errors="coerce")
    unit = units.guess_time_unit(values[values < CODED], stated)
    if stated_by_user:
        unit = units.TimeUnit(unit.unit, FROM_USER, True)
    target = units.BECOMES[unit.unit]
    factor = DAYS_IN[unit.unit] / DAYS_IN[target]
    draft.file_unit = unit.unit if draft.file_unit in ("", unit.unit) else "several"
    _one_unit(draft, raw, name, target, unit)
    if why := units.like_dates(values):
        draft.complain(raw.source, why, name)
    if doubt := units.implausible(values[values < CODED], unit.unit):
        draft.warn(raw.source, doubt, name, about=TIME_UNIT)
    if not unit.sure:
        message = f"times taken as {unit.unit}: {unit.reason}"
        draft.warn(raw.source, message, name, about=TIME_UNIT)
    if factor == 1:
        return found.text
    draft.warn(
        raw.source, f"times in {unit.unit} are turned into {target} (times {factor:g})", name
    )
    scaled = (values * factor).round(9)
    return found.text.where(scaled.isna(), scaled.map(lambda v: repr(float(v)) if v == v else ""))


def _row(raw: RawTable, name: str, cell: str) -> int:
    return int(raw.frame.index[raw.frame[name].eq(cell)][0])


def _one_unit(draft: Draft, raw: RawTable, name: str, target: str, unit: units.TimeUnit) -> None:
    if draft.time_unit and draft.time_unit != target:
        message = f"is in {target}, other times are in {draft.time_unit}: use one unit for all"
        draft.complain(raw.source, message, name)
    draft.time_unit = draft.time_unit or target
    draft.time_unit_reason = draft.time_unit_reason or f"{name}: {unit.reason}"
    draft.study["time_unit"] = draft.time_unit
