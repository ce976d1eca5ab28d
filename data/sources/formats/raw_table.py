"""What every reader gives: a table of text that knows where each of its rows stood."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from data.cohort import Problem


class Unreadable(Exception):
    """A file or table that cannot be read at all; says in one sentence why and what to do."""

    def __init__(self, message: str, row: int | None = None) -> None:
        super().__init__(message)
        self.row = row


@dataclass(frozen=True)
class RowsSetAside:
    """Rows that were read and not used, and why."""

    rows: int
    reason: str


@dataclass
class RawTable:
    """One table as text. The index of `frame` is named "row": as a spreadsheet shows it."""

    name: str  # "ADSL": the file's or sheet's name without suffix
    source: str  # as messages name it: "trial.xlsx, sheet Data"
    form: str  # "CSV", "Excel", "XPT v5", …
    frame: pd.DataFrame
    labels: dict[str, str] = field(default_factory=dict)  # what the file says of a column
    units: dict[str, str] = field(default_factory=dict)  # from a units row under the header
    decimal_comma: bool | None = None  # None: the table does not give it away
    decimals_checked: bool = False  # whether all of the table was looked at for that
    unread: tuple[str, ...] = ()  # columns that nothing here needs, left in the file
    known_roles: dict[str, tuple] = field(
        default_factory=dict
    )  # role, reason, marker: by convention
    aside: list[RowsSetAside] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def warn(self, message: str, column: str = "", row: int | None = None, value: str = "") -> None:
        """Note something suspicious that does not keep the table from being used."""
        self.warnings.append(Problem(self.source, column, row, value, message))

    def complain(self, message: str, column: str = "", row: int | None = None, value="") -> None:
        """Note something that keeps the table from being used."""
        self.problems.append(Problem(self.source, column, row, value, message))

    @property
    def rows_read(self) -> int:
        """Rows under the header that are not blank."""
        return len(self.frame) + sum(aside.rows for aside in self.aside)

    def drop(self, rows: pd.Series, reason: str) -> None:
        """Set rows (a boolean series over the frame) aside, counted."""
        if rows.any():
            self.aside.append(RowsSetAside(int(rows.sum()), reason))
            self.frame = self.frame[~rows]


def number_text(value: float) -> str:
    """A number from a binary file as the shortest text that reads back the same."""
    if value != value:
        return ""
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(float(value))
