"""What was understood of somebody's files: a value of its own, before a cohort is made of it.

`understand(path)` in `data.sources` gives it, `read_cohort` opens exactly this. The page shows it,
lets its `mapping` be changed and asks again with the changed mapping: there is no second way.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from data.cohort import TABLE, Cohort, Problem
from data.problems import DataProblems
from data.schema import TABLES
from data.sources.formats.raw_table import RowsSetAside
from data.validate import validate


@dataclass(frozen=True)
class ColumnFound:
    """A column of a file and the role that it was given; `identifier`: names a person, left out."""

    name: str
    role: str
    reason: str
    label: str = ""
    filled: int = 0
    examples: tuple[str, ...] = ()
    identifier: bool = False


@dataclass(frozen=True)
class TableFound:
    """A table of a file: rows read are rows used and rows set aside, with the reasons."""

    name: str
    source: str
    form: str
    rows_read: int
    rows_used: int
    aside: tuple[RowsSetAside, ...]
    columns: tuple[ColumnFound, ...]


@dataclass(frozen=True)
class EventFound:
    """The event coding of one endpoint: what each code was taken for, in words and counts."""

    endpoint: str
    column: str
    source: str
    codes: tuple[tuple[str, str, int], ...]  # code, meaning, rows
    words: str
    sure: bool

    @property
    def events(self) -> int:
        """Rows with an event."""
        return sum(rows for _, meaning, rows in self.codes if meaning == "event")


@dataclass(frozen=True)
class VisitFound:
    """A visit: its place, its day since time zero (None: not known), and how that was found."""

    visit: str
    label: str
    day: float | None
    is_baseline: bool
    samples: int
    reason: str


@dataclass(frozen=True)
class MarkerFound:
    """A marker and what is said of it; one that is made of others has a formula and no values."""

    marker: str
    label: str
    unit: str
    values: int
    formula: str = ""
    lower_limit: str = ""
    reference_low: str = ""
    reference_high: str = ""
    scale: str = "linear"


@dataclass(frozen=True, eq=False)
class Chunk:
    """Rows of one of the cohort's tables that came from one table of a file."""

    start: int  # the first one's row in the cohort's table
    source: str
    rows: np.ndarray  # their rows in the file
    columns: Mapping[str, str]  # the columns' names in the file


@dataclass
class Trace:
    """Where each row and column of the cohort's tables stood in the files."""

    chunks: dict[str, list[Chunk]] = field(default_factory=dict)

    def back(self, problem: Problem) -> Problem:
        """The problem as the user's own file shows it."""
        chunks = self.chunks.get(problem.table, [])
        if problem.row is None:
            if len({chunk.source for chunk in chunks}) != 1:
                return problem
            names = {chunk.columns.get(problem.column, problem.column) for chunk in chunks}
            column = names.pop() if len(names) == 1 else problem.column
            return replace(problem, table=chunks[0].source, column=column)
        at = bisect_right([chunk.start for chunk in chunks], problem.row) - 1
        if at < 0 or problem.row - chunks[at].start >= len(chunks[at].rows):
            return problem
        chunk = chunks[at]
        row = int(chunk.rows[problem.row - chunk.start])
        column = chunk.columns.get(problem.column, problem.column)
        return replace(problem, table=chunk.source, column=column, row=row)


@dataclass(frozen=True)
class Understood:
    """Everything that was understood of one file or folder. `mapping` says it all again: given
    to `understand` or `read_cohort`, it leads to the same cohort."""

    name: str
    convention: str  # "tidy table", "ADaM", "REDCap", "cBioPortal", "Cutline's own tables"
    mapping: dict
    tables: tuple[TableFound, ...] = ()
    events: tuple[EventFound, ...] = ()
    time_unit: str = ""
    time_unit_reason: str = ""
    visits: tuple[VisitFound, ...] = ()
    markers: tuple[MarkerFound, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    raw: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    study: Mapping = field(default_factory=dict, repr=False)
    trace: Trace = field(default_factory=Trace, repr=False)

    def cohort(self) -> Cohort:
        """The cohort; raises `DataProblems` with every problem, at its place in the files."""
        given = [p for p in self.problems if p.table in TABLES or p.table == "study"]
        try:
            cohort = validate(self.raw, dict(self.study), name=self.name, problems=given)
        except DataProblems as error:
            raise DataProblems(self._all(error.problems)) from None
        if self.problems:
            raise DataProblems(_once(list(self.problems)))
        warnings = _once([*self.warnings, *map(self.trace.back, cohort.warnings)])
        return replace(cohort, warnings=tuple(warnings))

    def _all(self, found: list[Problem]) -> list[Problem]:
        """Problems of reading and of checking, without what only follows from the former."""
        if self.problems and not self.raw:
            return list(self.problems)
        broken = {(p.table, p.row) for p in self.problems if p.row is not None and not p.column}
        checked = [self.trace.back(problem) for problem in found]
        checked = [p for p in checked if (p.table, p.row) not in broken]
        if self.problems:
            checked = [
                p
                for p in checked
                if p.about != TABLE or p.table not in TABLES or p in self.problems
            ]
        return _once([*self.problems, *checked])

    def lines(self) -> list[str]:
        """What was understood, line by line, for a terminal."""
        lines = [f"{self.name}: {self.convention}"]
        for table in self.tables:
            lines.append(
                f"\n{table.source} ({table.form}): {table.rows_read:,} rows read, "
                f"{table.rows_used:,} used"
            )
            lines += [f"  {aside.rows:,} set aside: {aside.reason}" for aside in table.aside]
            lines += [
                f"  {column.name}: {column.role} ({column.reason})" for column in table.columns
            ]
        lines.append("")
        lines += [
            f"{e.endpoint}: {e.words}" + ("" if e.sure else " – PLEASE CHECK") for e in self.events
        ]
        if self.time_unit:
            lines.append(f"Times in {self.time_unit} ({self.time_unit_reason})")
        for v in self.visits:
            day = "day not known" if v.day is None else f"day {v.day:g}"
            what = ", the baseline" if v.is_baseline else ""
            lines.append(f"Visit {v.label}: {day}{what}; {v.samples:,} values ({v.reason})")
        lines += [
            f"Marker {m.label}{f' ({m.unit})' if m.unit else ''}: {m.values:,} values"
            for m in self.markers
        ]
        return lines


def _once(problems: list[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))
