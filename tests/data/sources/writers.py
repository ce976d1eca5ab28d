"""Tables written in every format that is read: text, Excel, SAS transport, Dataset-JSON."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat

Tables = dict[str, pd.DataFrame]


def as_csv(tables: Tables, folder: Path) -> Path:
    """A folder of CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


def as_german(tables: Tables, folder: Path) -> Path:
    """Semicolons, decimal commas, UTF-16, Windows line ends."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        frame.to_csv(
            folder / f"{name}.txt", index=False, sep=";", decimal=",", encoding="utf-16",
            lineterminator="\r\n",
        )  # fmt: skip
    return folder


def as_excel(tables: Tables, folder: Path) -> Path:
    """One workbook with a sheet for each table."""
    folder.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook(write_only=True)
    for name, frame in tables.items():
        sheet = book.create_sheet(name)
        sheet.append(list(frame.columns))
        for row in frame.itertuples(index=False, name=None):
            sheet.append(
                [None if cell != cell or cell == "" else _cell(sheet, cell) for cell in row]
            )
    book.save(folder / "book.xlsx")
    return folder


def _cell(sheet, value):
    """Text that begins with = is text, not a formula."""
    if not isinstance(value, str):
        return value
    cell = openpyxl.cell.WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell


def as_zip(tables: Tables, folder: Path) -> Path:
    """A zip of CSV files, named as the folder is."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    path = folder.with_name(folder.name + ".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, frame in tables.items():
            archive.writestr(f"in/{name}.csv", frame.to_csv(index=False))
    return path


def as_json(tables: Tables, folder: Path) -> Path:
    """Dataset-JSON 1.1; numbers of a `decimal` are strings, missing is null."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        (folder / f"{name.lower()}.json").write_text(
            json.dumps(dataset(name, frame)), encoding="utf-8"
        )
    return folder


def dataset(name: str, frame: pd.DataFrame) -> dict:
    """One table as a Dataset-JSON 1.1 object."""
    columns = [
        {"itemOID": f"IT.{c}", "name": c, "label": c,
         "dataType": "string" if frame[c].dtype == object else "decimal"}
        for c in frame.columns
    ]  # fmt: skip
    rows = [[_json(cell) for cell in row] for row in frame.itertuples(index=False, name=None)]
    return {"datasetJSONVersion": "1.1.0", "itemGroupOID": f"IG.{name}", "records": len(rows),
            "name": name, "label": name, "columns": columns, "rows": rows}  # fmt: skip


def _json(cell):
    if cell is None or cell != cell:
        return None
    return cell if isinstance(cell, str) else repr(float(cell))


def as_ndjson(tables: Tables, folder: Path) -> Path:
    """Dataset-JSON in lines."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        whole = dataset(name, frame)
        lines = [{k: v for k, v in whole.items() if k != "rows"}, *whole["rows"]]
        text = "\n".join(json.dumps(line) for line in lines)
        (folder / f"{name.lower()}.ndjson").write_text(text, encoding="utf-8")
    return folder


def as_xpt(tables: Tables, folder: Path, version: int = 5) -> Path:
    """SAS transport files; dates (columns that end in DT) as days since 1960 with a format."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        frame = frame.copy()
        formats = {}
        for column in frame.columns:
            if column.endswith("DT") and frame[column].dtype == object:
                days = pd.to_datetime(frame[column], errors="coerce") - pd.Timestamp("1960-01-01")
                frame[column] = days.dt.days.astype(float)
                formats[column] = "DATE9."
            elif frame[column].dtype != object:
                frame[column] = frame[column].astype(float)
        pyreadstat.write_xport(
            frame, str(folder / f"{name.lower()}.xpt"), table_name=name.upper()[:8],
            file_format_version=version, variable_format=formats or None,
        )  # fmt: skip
    return folder


def as_xpt8(tables: Tables, folder: Path) -> Path:
    """SAS transport files, version 8."""
    return as_xpt(tables, folder, 8)
