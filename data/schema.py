"""The columns, types and rules of a cohort's frames, declared once.

`data.validate` reads the rules, nobody repeats them. A column's `kind` says how its text is read:

code    an identifier: never empty, one line, kept exactly as written ("001", "NA")
text    words; may be empty
number  a finite number, or missing (NaN)
time    a survival time in the study's unit: a number >= 0, or missing
event   0 or 1
flag    0 or 1 (true or false); empty is 0
whole   a whole number
"""

from __future__ import annotations

from dataclasses import dataclass

EVENT_KINDS = (
    "dose",
    "ae",
    "dlt",
    "assessment",
    "progression",
    "death",
    "last_contact",
    "missing_sample",
)
SCALES = ("linear", "log", "rank")
TIME_UNITS = ("months", "days")  # of a study's times
# Units that a file may have, in days; a month is the twelfth of a year.
DAYS_IN = {"days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}
CONDUCT = {"rows": ("entry",), "escalation": ("3+3",), "lesions": ("sum", "percent")}

SINGLE_ARM, SINGLE_ARM_LABEL = "all", "All patients"
SINGLE_VISIT = "baseline"


@dataclass(frozen=True)
class Column:
    """One column: how its text is read and which values it may hold."""

    name: str
    kind: str
    required: bool = False  # the file must have it
    default: str = ""  # the text of an absent column
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Table:
    """One frame: its columns, the columns that name a row, and what may be absent."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()  # no two rows agree in all of these
    required: bool = False  # the file must be there and hold a row
    covariates: bool = False  # columns besides the declared ones are kept

    def names(self) -> list[str]:
        """Names of the declared columns."""
        return [column.name for column in self.columns]


SUBJECTS = Table(
    "subjects",
    (
        Column("subject", "code", required=True),
        Column("arm", "code", default=SINGLE_ARM),
        Column("arm_label", "text"),
        Column("dose", "number", low=0),
    ),
    key=("subject",),
    required=True,
    covariates=True,
)
OUTCOMES = Table(
    "outcomes",
    (
        Column("subject", "code", required=True),
        Column("endpoint", "code", required=True),
        Column("time", "time", required=True),
        Column("event", "event", required=True),
    ),
    key=("subject", "endpoint"),
    required=True,
)
MEASUREMENTS = Table(
    "measurements",
    (
        Column("subject", "code", required=True),
        Column("visit", "code", default=SINGLE_VISIT),
        Column("day", "number"),
        Column("marker", "code", required=True),
        Column("value", "number", required=True),
        Column("below_limit", "flag"),
    ),
    key=("subject", "visit", "marker"),
    required=True,
)
EVENTS = Table(
    "events",
    (
        Column("subject", "code", required=True),
        Column("kind", "code", required=True, choices=EVENT_KINDS),
        Column("label", "text"),
        Column("start_day", "number", required=True),
        Column("end_day", "number"),
        Column("grade", "number", low=0, high=5),
        Column("value", "number"),
    ),
)
MARKERS = Table(
    "markers",
    (
        Column("marker", "code", required=True),
        Column("label", "text"),
        Column("unit", "text"),
        Column("formula", "text"),
        Column("lower_limit", "number"),
        Column("reference_low", "number"),
        Column("reference_high", "number"),
        Column("scale", "text", default="linear", choices=SCALES),
    ),
    key=("marker",),
)
VISITS = Table(
    "visits",
    (
        Column("visit", "code", required=True),
        Column("label", "text"),
        Column("day", "number"),
        Column("order", "whole"),
        Column("is_baseline", "flag"),
    ),
    key=("visit",),
)

TABLES = {
    table.name: table for table in (SUBJECTS, OUTCOMES, MEASUREMENTS, EVENTS, MARKERS, VISITS)
}

# What the usual endpoints are called where the study file does not say: label, event in words.
KNOWN_ENDPOINTS = {
    "PFS": ("Progression-free survival", "progression or death"),
    "OS": ("Overall survival", "death"),
    "RFS": ("Recurrence-free survival", "recurrence or death"),
    "EFS": ("Event-free survival", "event or death"),
    "DFS": ("Disease-free survival", "recurrence or death"),
    "TTP": ("Time to progression", "progression"),
}

# A cell that begins so is a formula to some spreadsheet; the wide forms are to some as well.
FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")
# Cells that mean "no value" in a column of numbers (compared without case).
NO_VALUE = frozenset(
    {"", ".", "-", "--", "?", "na", "n/a", "n.a.", "nd", "n.d.", "qns", "not done", "none"}
    | {"unknown", "missing", "<missing>", "null", "#n/a", "#ref!", "#value!", "#div/0!"}
    | {"nan", "#num!", "#name?", "#null!", "#n/v", "not available", "[not available]"}
)

MAX_CODE_LENGTH = 100
MAX_TIME = 36_525  # a hundred years in days: beyond is a slip or a code for "missing"
SUSPICIOUS_MONTHS = 240  # 20 years: a median beyond that is likely one of days
