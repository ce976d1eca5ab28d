"""A cohort's tables in the making: text rows that remember where they stood."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from data.cohort import Problem
from data.schema import TABLES
from data.sources.cells import plausible
from data.sources.formats.raw_table import RawTable
from data.sources.understood import (
    Chunk,
    ColumnFound,
    EventFound,
    MarkerFound,
    TableFound,
    Trace,
    Understood,
    VisitFound,
)

EXAMPLES = 4
FACTS = ("formula", "lower_limit", "reference_low", "reference_high")


class Draft:
    """Collects rows, facts, problems and warnings of one reading, then gives `Understood`."""

    def __init__(self, name: str, convention: str) -> None:
        self.name, self.convention = name, convention
        self.parts: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
        self.trace = Trace()
        self.own_rows = False  # the tables are ours: rows stay as the files have them
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.tables: list[TableFound] = []
        self.events: list[EventFound] = []
        self.visits: list[VisitFound] = []
        self.study: dict = {}
        self.mapping: dict = {}
        self.time_unit = self.time_unit_reason = self.file_unit = ""

    def warn(
        self, source: str, message: str, column: str = "", row: int | None = None, about: str = ""
    ) -> None:
        self.warnings.append(Problem(source, column, row, "", message, about=about))

    def complain(
        self, source: str, message: str, column: str = "", row: int | None = None,
        value: str = "", key: str = "",
    ) -> None:  # fmt: skip
        self.problems.append(Problem(source, column, row, value, message, key))

    def add(
        self,
        table: str,
        frame: pd.DataFrame,
        raw: RawTable | None,
        columns: Mapping[str, str] | None = None,
    ) -> None:
        """Rows for a table, indexed by their rows in the file; `columns`: their names there."""
        if self.own_rows:
            self.parts[table].append(frame)
        if self.own_rows or frame.empty:
            return
        source = raw.source if raw is not None else table
        start = sum(len(part) for part in self.parts[table]) + 2
        chunk = Chunk(start, source, frame.index.to_numpy(), columns or {})
        self.trace.chunks.setdefault(table, []).append(chunk)
        self.parts[table].append(frame)

    def add_table(
        self,
        raw: RawTable,
        roles: dict[str, tuple[str, str]],
        used: int | None = None,
        identifiers: Collection[str] = (),
    ) -> None:
        """Note a table with the role of each column, and its own problems and warnings;
        `identifiers`: the columns that name persons."""
        columns = tuple(
            self._column(raw, name, *roles.get(name, ("ignore", "not needed")), name in identifiers)
            for name in raw.frame.columns
        ) + tuple(ColumnFound(name, "ignore", "not needed; not read") for name in raw.unread)
        rows = len(raw.frame) if used is None else used
        self.tables.append(
            TableFound(
                raw.name, raw.source, raw.form, raw.rows_read, rows, tuple(raw.aside), columns
            )
        )
        self.problems += raw.problems
        self.warnings += raw.warnings

    def _column(
        self, raw: RawTable, name: str, role: str, because: str, identifier: bool
    ) -> ColumnFound:
        cells = raw.frame[name]
        filled = cells[cells.ne("")]
        examples = tuple(str(cell)[:40] for cell in filled.unique()[:EXAMPLES])
        return ColumnFound(
            name, role, because, raw.labels.get(name, ""), len(filled), examples, identifier
        )

    def understood(self) -> Understood:
        """All of it, as the value that is shown and opened."""
        raw = {}
        for name, parts in self.parts.items():
            if self.own_rows and parts:
                raw[name] = parts[0].fillna("").astype(object)
            elif parts:
                whole = pd.concat(parts, ignore_index=True).fillna("")
                whole.index = pd.RangeIndex(2, len(whole) + 2, name="row")
                raw[name] = whole.astype(object)
        self._doubt(raw)
        return Understood(
            name=self.name,
            convention=self.convention,
            mapping=self.mapping,
            tables=tuple(self.tables),
            events=tuple(self.events),
            time_unit=self.time_unit,
            time_unit_reason=self.time_unit_reason,
            visits=tuple(self.visits),
            markers=self._markers(raw),
            problems=tuple(dict.fromkeys(self.problems)),
            warnings=tuple(dict.fromkeys(self.warnings)),
            raw=raw,
            study=self.study,
            trace=self.trace,
        )

    def _doubt(self, raw: dict[str, pd.DataFrame]) -> None:
        """Warn of markers whose values hardly fit their unit."""
        if not {"marker", "value"} <= set(raw.get("measurements", pd.DataFrame()).columns):
            return
        rows = raw["measurements"]
        values = pd.to_numeric(rows["value"], errors="coerce")
        told = {found.marker: found.unit for found in self._markers(raw)}
        for marker, of in values.groupby(rows["marker"]):
            words = plausible.doubts(str(marker), told.get(str(marker), ""), of)
            words += self._jumps(str(marker), of, rows.loc[of.index]) if not words else []
            for word in words:
                self.warn("measurements", word, "value")

    def _jumps(self, marker: str, values: pd.Series, rows: pd.DataFrame) -> list[str]:
        """One marker in two units, by visit or by table (the same, times 100, in two sheets)."""
        chunks = self.trace.chunks.get("measurements", [])
        at = np.searchsorted([chunk.start for chunk in chunks], rows.index, side="right") - 1
        sources = pd.Series([chunks[i].source for i in at] if chunks else "", rows.index)
        visits = rows["visit"] if "visit" in rows else pd.Series("", rows.index)
        for where, groups in (("in", sources), ("at", visits)):
            if found := plausible.jump(values, groups):
                low, high, ratio = found
                return [
                    f"{marker}: values {where} {high} are about {ratio:.0f} times those "
                    f"{where} {low}: are there two units?"
                ]
        return []

    def _markers(self, raw: dict[str, pd.DataFrame]) -> tuple[MarkerFound, ...]:
        if "measurements" not in raw:
            return ()
        counts = raw["measurements"]["marker"].value_counts()
        said = raw.get("markers", pd.DataFrame(columns=["marker"]))
        lines = {line["marker"]: line for line in said.to_dict("records")}
        made = [code for code, line in lines.items() if line.get("formula")]
        return tuple(
            _marker(str(code), int(counts.get(code, 0)), lines.get(code, {}))
            for code in dict.fromkeys([*counts.index, *made])
        )


def _marker(code: str, values: int, line: dict) -> MarkerFound:
    rest = {name: str(line.get(name, "")) for name in FACTS}
    scale = str(line.get("scale", "")) or "linear"
    return MarkerFound(
        code,
        str(line.get("label", "")) or code,
        str(line.get("unit", "")),
        values,
        **rest,
        scale=scale,
    )
