"""Measurements of tidy tables, long and wide, with their visits, markers and limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from data.schema import SINGLE_VISIT
from data.sources.cells import dates, units, visits
from data.sources.draft import Draft
from data.sources.formats.raw_table import RawTable
from data.sources.tidy import roles
from data.sources.tidy.roles import Role
from data.sources.understood import VisitFound
from data.validation import schedule

UNCLEAR_LISTED = 1_000
_STUDY_DAY = re.compile(r"ady|[a-z]{2}dy", re.I)


@dataclass(frozen=True)
class StatedBaseline:
    """What somebody said of the visits: the baseline with the reason, and days by visit."""

    baseline: str | None = None
    reason: str = ""
    days: Mapping[str, float] | None = None


class Measured:
    """Collects the measurements of all tables, then orders visits and describes markers."""

    def __init__(self, draft: Draft, mapping: dict) -> None:
        self.draft = draft
        self.stated = StatedBaseline(
            mapping.get("baseline"), "you said so", mapping.get("visit_days")
        )
        self.units: dict[str, str] = {}
        self.labels: dict[str, str] = {}  # the path of a gate
        self.frames: list[pd.DataFrame] = []

    def add(self, raw: RawTable, found: dict[str, Role]) -> None:
        """The measurements of one table, if it holds any."""
        kinds = {role.role: name for name, role in found.items()}
        if "value" in kinds and "marker" in kinds:
            self._long(raw, kinds)
        else:
            for name, role in found.items():
                if role.role == "marker_column":
                    self._wide(raw, kinds, name, role)

    def _long(self, raw: RawTable, kinds: dict[str, str]) -> None:
        columns: dict[str, str] = {
            role: kinds[role]
            for role in ("subject", "visit", "day", "marker", "value", "below_limit")
            if role in kinds
        }
        frame = pd.DataFrame({role: raw.frame[name] for role, name in columns.items()})
        if "unit" in kinds:
            self._long_units(raw, kinds)
        pure = frame["marker"].map(lambda text: units.name_and_unit(text)[0])
        pairs = map(units.name_and_unit, frame["marker"].unique())
        self.units |= {marker: unit for marker, unit in pairs if unit}
        self._put(raw, frame.assign(marker=pure), columns)

    def _long_units(self, raw: RawTable, kinds: dict[str, str]) -> None:
        """One unit for a marker; two of them would mix numbers that cannot be compared."""
        pairs = raw.frame[[kinds["marker"], kinds["unit"]]]
        pairs = pairs[pairs[kinds["unit"]].ne("")].drop_duplicates()
        for marker, rows in pairs.groupby(kinds["marker"]):
            names = list(rows[kinds["unit"]])
            self.units[marker] = names[0]
            if len(names) > 1:
                message = f"{marker} stands in {names[0]!r} and in {names[1]!r}: use one unit"
                self.draft.complain(
                    raw.source, message, kinds["unit"], int(rows.index[1]), names[1]
                )

    def _wide(self, raw: RawTable, kinds: dict[str, str], name: str, role: Role) -> None:
        columns = {r: kinds[r] for r in ("subject", "visit", "day") if r in kinds} | {"value": name}
        if role.visit:
            columns.pop("visit", None)
            columns.pop("day", None)
        frame = pd.DataFrame({key: raw.frame[column] for key, column in columns.items()})
        if role.visit:
            frame["visit"] = role.visit
        marker = role.of or name
        if name in raw.known_roles:
            self.labels[marker] = name
        unit = units.name_and_unit(name)[1] or raw.units.get(name, "")
        if unit and self.units.setdefault(marker, unit) != unit:
            message = f"{marker} stands in {self.units[marker]!r} and in {unit!r}: use one unit"
            self.draft.complain(raw.source, message, name)
        self._put(raw, frame.assign(marker=marker), columns)

    def _put(self, raw: RawTable, frame: pd.DataFrame, columns: Mapping[str, str]) -> None:
        """Values in plain form; what is below or above a limit is marked, and said."""
        name = columns["value"]
        found = roles.plain_numbers(raw, name)
        for cell, why in list(found.unclear.items())[:UNCLEAR_LISTED]:
            row = int(raw.frame.index[raw.frame[name].eq(cell)][0])
            self.draft.complain(raw.source, f"{cell!r} {why}", name, row, cell)
        value = found.text.mask(found.text.isin(list(found.unclear)), "")
        frame = frame.assign(value=value)
        if "day" in columns:
            frame["day"] = self._days(raw, columns["day"])
        if found.below.any():
            said = frame["below_limit"] if "below_limit" in frame else pd.Series("", frame.index)
            frame["below_limit"] = said.where(~found.below, "1")
            n = int(found.below.sum())
            self.draft.warn(
                raw.source, f"{n:,} values such as <0.5 are kept at the limit and marked", name
            )
        if found.above.any():
            n = int(found.above.sum())
            self.draft.warn(raw.source, f"{n:,} values such as >3000 are kept at that number", name)
        if found.percent and not units.name_and_unit(name)[1]:
            for marker in frame["marker"].unique():
                self.units.setdefault(marker, "%")
        if found.grouped:
            self.draft.warn(raw.source, "thousands separators were taken off", name)
        blank = frame["value"].eq("")
        frame = frame[~blank & frame["subject"].ne("") | frame["subject"].eq("") & ~blank]
        self.draft.add("measurements", frame, raw, columns)
        self.frames.append(frame)

    def _days(self, raw: RawTable, name: str) -> pd.Series:
        """The days of a column, from 0; ADY and its like (LBDY) are CDISC's and have no day 0."""
        text = roles.plain_numbers(raw, name).text
        if not _STUDY_DAY.fullmatch(name.strip()) or text.eq("0").any():
            return text
        day = dates.from_study_day(text)
        self.draft.warn(raw.source, f"{name} has no day 0: its day 1 is the first day, 0", name)
        return text.where(day.isna(), day.map("{:g}".format))

    def finish(self) -> None:
        """Visits and markers of all tables together."""
        frames = [frame for frame in self.frames if len(frame)]
        if not frames:
            self.draft.complain(
                "", "no column of marker values was found: say which they are", key="markers"
            )
            return
        whole = pd.concat(frames, ignore_index=True)
        if "visit" not in whole:
            whole["visit"] = SINGLE_VISIT
        whole["visit"] = (
            whole["visit"].fillna("").replace("", SINGLE_VISIT)
            if "visit" in whole
            else SINGLE_VISIT
        )
        for part in self.draft.parts["measurements"]:
            if "visit" in part:
                part["visit"] = part["visit"].replace("", SINGLE_VISIT)
            else:
                part["visit"] = SINGLE_VISIT
        self._markers(whole)
        put_visits(self.draft, whole, stated=self.stated)

    def _markers(self, whole: pd.DataFrame) -> None:
        codes = list(whole["marker"].unique())
        lines = pd.DataFrame(
            {
                "marker": codes,
                "label": [self.labels.get(code, "") for code in codes],
                "unit": [self.units.get(code, "") for code in codes],
            }
        )
        lines.index = pd.RangeIndex(2, len(lines) + 2)
        self.draft.add("markers", lines, None)


def put_visits(
    draft: Draft,
    rows: pd.DataFrame,
    *,
    numbers: dict[str, float] | None = None,
    stated: StatedBaseline = StatedBaseline(),
    first_day: int = 0,
) -> None:
    """A line for each visit: in order, with its day where known, one of them the baseline.

    `rows`: visit and, where the file has them, subject and day. A visit's day is what its name
    says, else the median day of its samples; `stated` stands above both. `first_day`: what names
    such as "Day 15" give to the first day.
    """
    seen = list(dict.fromkeys(rows["visit"]))
    measured, named = schedule.median_days(rows), schedule.days_of(seen, first=first_day)
    ordered, why = visits.order(seen, numbers, measured)
    days = {v: named.get(v, measured.get(v)) for v in seen}
    said = {v: float(day) for v, day in (stated.days or {}).items() if v in days}
    days |= said
    if stated.baseline in seen:
        chosen, reason = stated.baseline, stated.reason
    else:
        chosen, reason = visits.baseline(ordered, days)
    for visit in {stated.baseline, *(stated.days or {})} - {*seen, None}:
        draft.complain("mapping", f"there is no visit {visit!r}")
    counts = rows["visit"].value_counts()
    for visit in ordered:
        because = f"order {why}" + (f"; baseline: {reason}" if visit == chosen else "")
        draft.visits.append(
            VisitFound(visit, visit, days[visit], visit == chosen, int(counts[visit]), because)
        )
    lines = pd.DataFrame(
        {
            "visit": ordered,
            "label": "",
            "day": ["" if days[v] is None else f"{days[v]:g}" for v in ordered],
            "order": [str(at) for at in range(len(ordered))],
            "is_baseline": [str(int(v == chosen)) for v in ordered],
        }
    )
    lines.index = pd.RangeIndex(2, len(lines) + 2)
    draft.add("visits", lines, None)
    if ordered == [SINGLE_VISIT]:
        return
    for visit in [v for v in days if v not in said]:
        how = schedule.explain_day(days[visit], named.get(visit), measured.get(visit))
        draft.warn("visits", f"the day of {visit!r} is {how}", "day")
