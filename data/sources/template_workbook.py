"""Our own template, filled in: its sheet Dictionary says what each column of Data is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from data.problems import shorten
from data.sources.cells import numerals
from data.sources.formats.raw_table import RawTable, RowsSetAside, Unreadable
from data.template import DATA, DICTIONARY, EXAMPLE, ROLES

CONVENTION = "Cutline's template"
BECAUSE = "the sheet Dictionary says so"
_OURS = {"patient": "subject", "characteristic": "covariate", "leave out": "ignore",
         "marker": "marker_column"}  # fmt: skip
_NUMBERS = {"Detection limit": "lower_limit", "Reference low": "reference_low",
            "Reference high": "reference_high"}  # fmt: skip


def follows(raws: list[RawTable]) -> bool:
    """Whether one of the sheets is our Dictionary."""
    return any(_is_dictionary(raw) for raw in raws)


def _is_dictionary(raw: RawTable) -> bool:
    return raw.name == DICTIONARY and {"Role", "Column"} <= set(raw.frame.columns)


def unfold(raws: list[RawTable], mapping: Any) -> tuple[list[RawTable], Any, list[RawTable]]:
    """The tables of data with their columns told, the mapping, and the sheets that are none.

    Raises `Unreadable` where nothing is filled in.
    """
    dictionary = next(raw for raw in raws if _is_dictionary(raw))
    beside = [raw for raw in raws if raw is dictionary or raw.name == EXAMPLE]
    tables = [raw for raw in raws if raw not in beside]
    said = _Dictionary(dictionary, tables)
    for raw in beside:
        raw.aside.append(RowsSetAside(len(raw.frame), f"the template's sheet {raw.name}"))
        raw.frame = raw.frame.iloc[:0]
    if not any(len(raw.frame) for raw in tables):
        raise Unreadable(f"the sheet {DATA} has no rows yet: fill it in as {EXAMPLE} shows")
    if mapping is None or isinstance(mapping, Mapping):
        mapping = {**said.mapping, **(mapping or {})}
    return tables, mapping, beside


class _Dictionary:
    """What the Dictionary says, line by line."""

    def __init__(self, dictionary: RawTable, tables: list[RawTable]) -> None:
        self.raw, self.tables = dictionary, tables
        self.mapping: dict = {}
        self.units: set[str] = set()
        for row, line in dictionary.frame.iterrows():
            self._line(int(row), {str(key): str(cell).strip() for key, cell in line.items()})
        if len(self.units) == 1:
            self.mapping["time_unit"] = self.units.pop()

    def _line(self, row: int, line: dict[str, str]) -> None:
        role, name = line["Role"].lower(), line["Column"]
        if role not in ROLES or not name:
            known = ", ".join(ROLES)
            message = f"{shorten(line['Role'])!r} is no role; known: {known}"
            self.raw.complain(message if name else "names no column", "Role", row, line["Role"])
        elif role == "name of a visit":
            self._visit(row, name, line)
        elif role == "derived marker":
            self._derived(row, name, line)
        else:
            self._column(row, role, name, line)

    def _column(self, row: int, role: str, name: str, line: dict[str, str]) -> None:
        here = [raw for raw in self.tables if name in raw.frame.columns]
        of = line.get("Of", "")
        for raw in here:
            raw.known_roles[name] = (
                _OURS.get(role, role),
                BECAUSE,
                of or (name if role == "marker" else ""),
            )
        if not here:
            self.raw.warn(
                f"no sheet has a column {shorten(name)!r}; the line is not used", "Column", row
            )
        elif role == "marker":
            self._described(row, of or name, line)
        elif role == "time" and line.get("Unit"):
            self.units.add(line["Unit"].lower())
        elif role == "event" and of and line.get("Event is"):
            self.mapping.setdefault("event_is", {})[of] = line["Event is"]

    def _described(self, row: int, marker: str, line: dict[str, str]) -> None:
        facts: dict = {"label": line.get("Label") or marker}
        if line.get("Unit"):
            facts["unit"] = line["Unit"]
        if line.get("Scale"):
            facts["scale"] = line["Scale"].lower()
        for column, key in _NUMBERS.items():
            number = self._number(row, column, line)
            if number is not None:
                facts[key] = number
        self.mapping.setdefault("describe", {})[marker] = facts

    def _derived(self, row: int, name: str, line: dict[str, str]) -> None:
        if not line.get("Formula"):
            self.raw.complain("a derived marker needs a formula, such as CD4 / CD8", "Formula", row)
            return
        one = {"marker": name, "formula": line["Formula"]}
        one |= {key.lower(): line[key] for key in ("Label", "Unit") if line.get(key)}
        if line.get("Scale"):
            one["scale"] = line["Scale"].lower()
        self.mapping.setdefault("derived", []).append(one)
        if any(line.get(column) for column in _NUMBERS):
            self._described(row, name, line)

    def _visit(self, row: int, name: str, line: dict[str, str]) -> None:
        if not any(raw.frame[c].eq(name).any() for raw in self.tables for c in raw.frame.columns):
            return  # a visit that nobody has come to yet
        self.mapping.setdefault("visit_order", []).append(name)
        if line.get("Baseline", "").lower() in ("yes", "y", "1", "x", "true"):
            self.mapping["baseline"] = name
        day = self._number(row, "Day", line)
        if day is not None:
            self.mapping.setdefault("visit_days", {})[name] = day

    def _number(self, row: int, column: str, line: dict[str, str]) -> float | None:
        text = line.get(column, "")
        found = numerals.numbers(pd.Series([text]), None, False)
        value = pd.to_numeric(found.text, errors="coerce").iloc[0]
        if value != value and text:
            self.raw.complain(f"{shorten(text)!r} is not a number", column, row, text)
        return None if value != value else float(value)
