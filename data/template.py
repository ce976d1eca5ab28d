"""The workbook that we offer to be filled in, empty or with a cohort in it: `template.xlsx`.

Three sheets: Data (a row for each patient and visit), Dictionary (what each column and visit is)
and Example. `data.sources.template_workbook` reads it back without a question.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from data.cohort import Cohort
from data.schema import SCALES
from data.storage.cohort_tables import as_text, list_measured

DATA, DICTIONARY, EXAMPLE = "Data", "Dictionary", "Example"
# The first one of a line says what its column (or visit, or marker made of others) is.
ROLES = ("patient", "arm", "dose", "characteristic", "time", "event", "visit", "day", "marker",
         "leave out", "name of a visit", "derived marker")  # fmt: skip
HEAD = ("Role", "Column", "Of", "Unit", "Label", "Detection limit", "Reference low",
        "Reference high", "Scale", "Formula", "Day", "Baseline", "Event is")  # fmt: skip
HELP = {
    "Role": "What the column of the sheet Data is; or a visit, or a marker made of others.",
    "Column": "Its name, exactly as in the first row of Data.",
    "Of": "The endpoint of a time or event; the code of a marker.",
    "Unit": "Of a time: days, weeks, months or years. Of a marker: its unit.",
    "Detection limit": "Values below it are set to it and marked.",
    "Scale": "linear, log or rank: how its axis is drawn.",
    "Formula": "Of a derived marker: + - * / and codes of markers, such as CD4 / CD8.",
    "Day": "Of a visit: days since time zero; treatment start is 0.",
    "Baseline": "yes at the visit that changes are counted from.",
    "Event is": "The word or number in the column that means an event; any other is censored.",
}
EVENT, CENSORED = "event", "censored"


@dataclass(frozen=True)
class Sheet:
    """Rows under a head; numbers are numbers, everything else is text."""

    head: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def empty_template() -> bytes:
    """The workbook with nothing in Data, and three made-up patients in Example."""
    example = Sheet(_HEAD_OF_EXAMPLE, _EXAMPLE)
    return _book(Sheet(_HEAD_OF_EXAMPLE, ()), Sheet(HEAD, _DICTIONARY), example)


def fill_template(cohort: Cohort) -> bytes:
    """The workbook with a cohort in it."""
    return _book(*sheets(cohort), None)


def sheets(cohort: Cohort) -> tuple[Sheet, Sheet]:
    """Data and Dictionary of a cohort."""
    columns = _Columns()
    one_each = [*_of_patients(cohort, columns), *_of_outcomes(cohort, columns)]
    rows = list_measured(cohort)
    codes = list(dict.fromkeys(rows["marker"]))
    visit, day = columns.named("Visit", "visit"), columns.named("Day", "day")
    named = {code: columns.named(code, "marker", code) for code in codes}
    head = (*(name for name, _ in one_each), visit, day, *named.values())
    body = tuple(_rows(cohort, one_each, rows, codes))
    return Sheet(head, body), Sheet(HEAD, tuple(_dictionary(cohort, columns)))


class _Columns:
    """Names of columns, no two of them alike, with their roles."""

    def __init__(self) -> None:
        self.roles: dict[str, tuple[str, str]] = {}

    def named(self, wanted: str, role: str, of: str = "") -> str:
        taken = {name.casefold() for name in self.roles}
        name, number = wanted, 2
        while name.casefold() in taken:
            name, number = f"{wanted} {number}", number + 1
        self.roles[name] = (role, of)
        return name


Column = tuple[str, dict[str, object]]  # its name, and its value by subject


def _of_patients(cohort: Cohort, columns: _Columns) -> list[Column]:
    people = cohort.subjects.set_index("subject")
    found: list[Column] = [(columns.named("Patient", "patient"), {s: s for s in people.index})]
    labels = people[["arm", "arm_label"]].drop_duplicates()
    arm = "arm_label" if labels["arm_label"].is_unique and labels["arm"].is_unique else "arm"
    found.append((columns.named("Arm", "arm"), people[arm].to_dict()))
    if people["dose"].notna().any():
        found.append((columns.named("Dose", "dose"), people["dose"].to_dict()))
    for name in people.columns.drop(["arm", "arm_label", "dose"]):
        found.append((columns.named(name, "characteristic"), people[name].to_dict()))
    return found


def _of_outcomes(cohort: Cohort, columns: _Columns) -> list[Column]:
    found: list[Column] = []
    for endpoint in cohort.study.endpoints:
        rows = cohort.outcomes[cohort.outcomes["endpoint"].eq(endpoint.code)]
        rows = rows.set_index("subject")
        words = rows["event"].map({True: EVENT, False: CENSORED})
        unit = cohort.study.time_unit
        name = columns.named(f"{endpoint.code} ({unit})", "time", endpoint.code)
        found.append((name, rows["time"].to_dict()))
        name = columns.named(f"{endpoint.code} status", "event", endpoint.code)
        found.append((name, words.to_dict()))
    return found


def _rows(cohort: Cohort, one_each: list[Column], rows: pd.DataFrame, codes: list[str]):
    """A row for each patient and visit; what is said once of a patient stands on the first."""
    order = {visit: at for at, visit in enumerate(cohort.visits["visit"])}
    cells = {
        key: _cell(value, below)
        for *key_, value, below in rows[
            ["subject", "visit", "marker", "value", "below_limit"]
        ].itertuples(index=False, name=None)
        for key in [tuple(key_)]
    }
    days = rows.groupby(["subject", "visit"])["day"].max().to_dict()
    came = {s: sorted(set(v), key=order.__getitem__) for s, v in rows.groupby("subject")["visit"]}
    for subject in cohort.subjects["subject"]:
        said = [values.get(subject) for _, values in one_each]
        for at, visit in enumerate(came.get(subject, [None])):
            known = said if at == 0 else [subject, *[None] * (len(said) - 1)]
            taken = [cells.get((subject, visit, code)) for code in codes]
            yield (*known, visit, days.get((subject, visit)), *taken)


def _cell(value: float, below: bool) -> object:
    return f"<{as_text(value)}" if below else value


def _dictionary(cohort: Cohort, columns: _Columns):
    lines = cohort.markers.set_index("marker")
    for name, (role, of) in columns.roles.items():
        line: dict[str, object] = {"Role": role, "Column": name, "Of": of}
        if role == "time":
            line["Unit"] = cohort.study.time_unit
        if role == "event":
            line["Event is"] = EVENT
        if role == "marker":
            line |= _describe(lines.loc[of])
        yield tuple(line.get(key, "") for key in HEAD)
    for code, one in lines[lines["formula"].fillna("").ne("")].iterrows():
        line = {"Role": "derived marker", "Column": code, "Formula": one["formula"]}
        yield tuple((line | _describe(one)).get(key, "") for key in HEAD)
    for one in cohort.visits.to_dict("records"):
        line = {
            "Role": "name of a visit",
            "Column": one["visit"],
            "Day": one["day"],
            "Baseline": "yes" if one["is_baseline"] else "",
        }
        yield tuple(line.get(key, "") for key in HEAD)


def _describe(line: pd.Series) -> dict[str, object]:
    return {
        "Unit": line["unit"],
        "Label": line["label"],
        "Detection limit": line["lower_limit"],
        "Reference low": line["reference_low"],
        "Reference high": line["reference_high"],
        "Scale": line["scale"],
    }


# ------------------------------------------------------------------------------------ the file

_BOLD = Font(bold=True)
_SHADE = PatternFill("solid", fgColor="FFE7F1F8")


def _book(data: Sheet, dictionary: Sheet, example: Sheet | None) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    _sheet(book, DATA, data)
    sheet = _sheet(book, DICTIONARY, dictionary, HELP)
    for choices, cells in ((ROLES, "A2:A500"), (SCALES, "I2:I500"), (("yes",), "L2:L500")):
        rule = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True)
        rule.add(cells)
        sheet.data_validations.append(rule)
    if example is not None:
        _sheet(book, EXAMPLE, example)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(
    book: openpyxl.Workbook, title: str, content: Sheet, notes: dict[str, str] | None = None
):
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    for at, name in enumerate(content.head):
        letter = openpyxl.utils.get_column_letter(at + 1)
        sheet.column_dimensions[letter].width = max(11, min(len(name) + 3, 40))
    sheet.append([_head(sheet, name, (notes or {}).get(name, "")) for name in content.head])
    for row in content.rows:
        sheet.append([_write(sheet, value) for value in row])
    return sheet


def _head(sheet, name: str, note: str) -> WriteOnlyCell:
    cell = text_cell(sheet, name)
    cell.font, cell.fill = _BOLD, _SHADE
    if note:
        cell.comment = Comment(note, "Cutline")
    return cell


def _write(sheet, value: Any) -> object:
    if value is None or value != value or value == "":
        return None
    return text_cell(sheet, value) if isinstance(value, str) else float(value)


def text_cell(sheet, text: str) -> WriteOnlyCell:
    """Text that stays text: what begins with = is no formula."""
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


_HEAD_OF_EXAMPLE = (
    "Patient", "Arm", "Dose", "Age", "PFS (months)", "PFS status", "OS (months)", "OS status",
    "Visit", "Day", "CD4", "CD8",
)  # fmt: skip
_EXAMPLE = (
    ("P-001", "Low", 3, 61, 4.5, EVENT, 11.2, EVENT, "baseline", -3, 512, 301),
    ("P-001", None, None, None, None, None, None, None, "week 4", 28, 640, 322),
    ("P-002", "Low", 3, 54, 12.1, CENSORED, 12.1, CENSORED, "baseline", -1, "<20", 410),
    ("P-002", None, None, None, None, None, None, None, "week 4", 27, 233, None),
    ("P-003", "High", 9, 70, 7.0, EVENT, 15.0, CENSORED, "baseline", -7, 380, 295),
)


def _lines(*given: dict[str, object]) -> tuple[tuple[object, ...], ...]:
    return tuple(tuple(line.get(key, "") for key in HEAD) for line in given)


_DICTIONARY = _lines(
    {"Role": "patient", "Column": "Patient"},
    {"Role": "arm", "Column": "Arm"},
    {"Role": "dose", "Column": "Dose"},
    {"Role": "characteristic", "Column": "Age"},
    {"Role": "time", "Column": "PFS (months)", "Of": "PFS", "Unit": "months"},
    {"Role": "event", "Column": "PFS status", "Of": "PFS", "Event is": EVENT},
    {"Role": "time", "Column": "OS (months)", "Of": "OS", "Unit": "months"},
    {"Role": "event", "Column": "OS status", "Of": "OS", "Event is": EVENT},
    {"Role": "visit", "Column": "Visit"},
    {"Role": "day", "Column": "Day"},
    {"Role": "marker", "Column": "CD4", "Of": "CD4", "Unit": "cells/µL", "Label": "CD4+ T cells",
     "Detection limit": 20, "Reference low": 410, "Reference high": 1590, "Scale": "linear"},
    {"Role": "marker", "Column": "CD8", "Of": "CD8", "Unit": "cells/µL", "Label": "CD8+ T cells",
     "Reference low": 190, "Reference high": 1140, "Scale": "linear"},
    {"Role": "derived marker", "Column": "CD4_CD8", "Formula": "CD4 / CD8", "Label": "CD4:CD8"},
    {"Role": "name of a visit", "Column": "baseline", "Day": 0, "Baseline": "yes"},
    {"Role": "name of a visit", "Column": "week 4", "Day": 28},
)  # fmt: skip
