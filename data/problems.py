"""Collecting problems and warnings, so that all of them come at once."""

from __future__ import annotations

import pandas as pd

from data.cohort import Problem

MAX_LISTED = 1_000  # rows listed for one rule; the rest is counted
MAX_SHOWN = 80  # characters of a cell repeated in a message


class DataProblems(ValueError):
    """Data that cannot be used; `problems` lists everything that is wrong with them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = list(problems)

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems]
        return lines[0] if len(lines) == 1 else "\n".join([f"{len(lines)} problems:", *lines])


def refuse(message: str, *, table: str = "", value: str = "") -> DataProblems:
    """The exception for one problem that concerns no cell."""
    return DataProblems([Problem(table, "", None, value, message)])


class Log:
    """Problems and warnings found so far."""

    def __init__(self, problems: list[Problem] | None = None) -> None:
        self.problems = list(problems or [])
        self.warnings: list[Problem] = []
        # Rows that could not even be cut into cells: what else they say means nothing.
        self._broken = {(p.table, p.row) for p in self.problems if p.row is not None}

    def problem(
        self, table: str, column: str, cells: pd.Series | None, message: str, about: str = ""
    ) -> None:
        """Add one problem for every cell (a series by row), or one for the column."""
        self.problems += self._listed(table, column, cells, message, about)

    def warning(
        self, table: str, column: str, cells: pd.Series | None, message: str, about: str = ""
    ) -> None:
        """Add one warning for every cell (a series by row), or one for the column."""
        self.warnings += self._listed(table, column, cells, message, about)

    def lacks(self, table: str, column: str) -> bool:
        """Whether the column is missing: what follows from that is not worth a complaint."""
        return any((p.table, p.column, p.row) == (table, column, None) for p in self.problems)

    def rows(self, table: str, column: str) -> set[int | None]:
        """The rows of a column that are known to be wrong."""
        return {p.row for p in self.problems if (p.table, p.column) == (table, column)}

    def _listed(self, table, column, cells, message, about) -> list[Problem]:
        if cells is None:
            return [Problem(table, column, None, "", message, about=about)]
        found = [
            Problem(table, column, int(row), shorten(value), _fill(message, shorten(value)))
            for row, value in cells.head(MAX_LISTED).items()
            if (table, row) not in self._broken
        ]
        more = len(cells) - MAX_LISTED
        if more > 0:
            found.append(Problem(table, column, None, "", f"… and {more:,} more rows like these"))
        return found


def shorten(value: object) -> str:
    """A cell as a message repeats it: short."""
    text = str(value)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def _fill(message: str, value: str) -> str:
    # Not str.format: a message may repeat text of the file, braces and all.
    return message.replace("{value!r}", repr(value)).replace("{value}", value)
