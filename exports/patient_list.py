"""The list of patients as a table, with the notes: the only files that name patients.

They are made when somebody asks for them on the list's own page; no other export holds an id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.question import subgroup
from analysis.results.patient_list import PatientList, PatientOutcomes
from exports.provenance import Provenance, stem
from exports.tables import as_csv, as_xlsx
from wording.files.patient_list import ALL_PATIENTS, HISTORY, NAMES
from wording.results.phrases import SYNTHETIC

NOTES = ("Patient", "When (UTC)", "Name", "Review state", "Note")


def patients(
    found: PatientList, known: PatientOutcomes | None, last: Mapping[str, str]
) -> pd.DataFrame:
    """A row per patient in the list's order; `last` is the review state by subject.

    Without `known`, because a question is asked blind, no outcome stands in it.
    """
    rows, level = found.rows, found.levels.word.capitalize()
    table = {"Patient": rows["subject"], level: rows["level"]}
    table |= {name: rows[name] for name in found.covariates}
    table |= {f"{found.marker}, {found.unit}".rstrip(", "): rows["value"], "Side": rows["side"]}
    if known is not None:
        table |= _outcomes(known)
    table |= {head: rows[name] for name, head in (("missing", "Missing samples"), ("dlt", "DLT"))
              if name in rows}  # fmt: skip
    table["Review state"] = rows["subject"].map(last).fillna("")
    frame = pd.DataFrame({name: cells.to_numpy() for name, cells in table.items()})
    return _mark(frame, found.synthetic)


def _outcomes(known: PatientOutcomes) -> dict[str, pd.Series]:
    made = {}
    for code in known.endpoints:
        made[f"{code}, {known.time_unit}"] = known.rows[code]
        made[f"{code} event (1 = yes)"] = known.rows[f"{code} event"].astype("Float64")
    if known.responses:
        made["Best response"] = known.rows["response"]
    return made


def _mark(frame: pd.DataFrame, synthetic: str) -> pd.DataFrame:
    return frame.assign(Data="synthetic") if synthetic else frame


def notes(written: Sequence[tuple[str, ...]], synthetic: str) -> pd.DataFrame:
    """Every note in the order in which they were written, one row each, as `NOTES`."""
    return _mark(pd.DataFrame(written, columns=list(NOTES)), synthetic)


def csv_text(table: pd.DataFrame) -> str:
    """The patients as CSV."""
    return as_csv(_plain(table))


def workbook(table: pd.DataFrame, noted: pd.DataFrame, provenance: Provenance) -> bytes:
    """Patients, notes, and the words without which nobody knows later what this was."""
    said = subgroup.describe(provenance.question.where, provenance.cohort)
    synthetic = provenance.cohort.study.synthetic
    lines = [
        *([f"{SYNTHETIC}. {synthetic}"] if synthetic else []),
        NAMES,
        provenance.source,
        f"Patients with {said}" if said else ALL_PATIENTS,
        f"Question: {provenance.address()}",
        HISTORY,
    ]
    sheets = {"Patients": table, "Notes": noted, "Words": pd.DataFrame({"text": lines})}
    return as_xlsx(
        f"{provenance.study}: patients", {name: _plain(one) for name, one in sheets.items()}
    )


def file_name(provenance: Provenance, ending: str) -> str:
    """ "imail2_patients_2026-11-22.xlsx" """
    return f"{stem(provenance, ['patients'], split=False)}.{ending}"


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Text and numbers only: what is missing is NaN, yes and no are 1 and 0."""
    return frame.map(_cell)


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if value is None or value is pd.NA or pd.isna(value):
        return float("nan")
    number = float(value)
    return int(number) if number.is_integer() else number
