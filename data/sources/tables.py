"""A folder of tidy CSV files as text frames; what cannot be read is a problem, never a guess."""

from __future__ import annotations

import csv
import io
import tomllib
from collections import Counter
from pathlib import Path

import pandas as pd

from data.cohort import Problem
from data.problems import MAX_LISTED, shown
from data.schema import TABLES

MAX_BYTES = 20_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 1_000


class Unreadable(Exception):
    """A file that cannot be read at all; says why in one sentence."""

    def __init__(self, message: str, row: int | None = None) -> None:
        super().__init__(message)
        self.row = row


def read_folder(folder: Path) -> tuple[dict[str, pd.DataFrame], dict, list[Problem]]:
    """The text frames of the files that are there, the study file as a dict, and problems."""
    raw: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name in TABLES:
        path = folder / f"{name}.csv"
        if path.exists():
            frame, found = read_csv(path, name)
            problems += found
            if frame is not None:
                raw[name] = frame
    study, found = read_toml(folder / "study.toml")
    return raw, study, problems + found


def read_csv(path: Path, table: str) -> tuple[pd.DataFrame | None, list[Problem]]:
    """One CSV file as text, its index the row in a spreadsheet; ragged rows are problems."""
    try:
        header, rows = _records(_text(path))
    except Unreadable as error:
        return None, [Problem(table, "", error.row, path.name, str(error))]
    problems = [Problem(table, "", 1, "", message) for message in _header_problems(header)]
    if problems:
        return None, problems
    width = len(header)
    ragged = [(number, cells) for number, cells in rows if len(cells) != width]
    problems = [_ragged(table, number, cells, width) for number, cells in ragged[:MAX_LISTED]]
    # Cut or filled up, so that a broken row's subject is still known to the other checks.
    cells = [(row + [""] * width)[:width] for _, row in rows]
    index = pd.Index([number for number, _ in rows], name="row", dtype="int64")
    return pd.DataFrame(cells, columns=header, index=index, dtype=object), problems


def read_toml(path: Path) -> tuple[dict, list[Problem]]:
    """The study file as a dict; empty where there is none."""
    if not path.exists():
        return {}, []
    try:
        return tomllib.loads(_text(path)), []
    except Unreadable as error:
        message = str(error)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        message = f"no valid TOML: {error}"
    return {}, [Problem("study", "", None, path.name, message)]


def _text(path: Path) -> str:
    """The file's text; UTF-8 with or without a byte-order mark."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from error
    if len(content) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES // 1_000_000} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable('not UTF-8; save it as "CSV UTF-8"', line) from error
    if not text.strip():
        raise Unreadable("the file is empty")
    if "\0" in text:
        raise Unreadable("holds NUL characters, so it is no text file")
    return text


def _records(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, and every row that is not blank with its number (the header is row 1)."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                rows.append((number, cells))
            if len(rows) > MAX_ROWS + 1:
                raise Unreadable(f"more than {MAX_ROWS:,} rows")
    except csv.Error as error:
        message = f"cannot be cut into cells ({error}); is a quotation mark not closed?"
        raise Unreadable(message, number + 1) from error
    first, header = rows[0]
    if first != 1:
        raise Unreadable("the first row is blank; it must hold the column names", 1)
    return [name.strip() for name in header], rows[1:]


def _header_problems(header: list[str]) -> list[str]:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        return ["the columns must be separated by commas"]
    if len(header) > MAX_COLUMNS:
        return [f"more than {MAX_COLUMNS:,} columns"]
    messages = [f"column {n} has no name" for n, name in enumerate(header, start=1) if not name]
    twice = [name for name, count in Counter(header).items() if count > 1 and name]
    return messages + [f"the column {shown(name)!r} stands twice" for name in twice]


def _ragged(table: str, number: int, cells: list[str], width: int) -> Problem:
    difference = len(cells) - width
    cell = "cell" if abs(difference) == 1 else "cells"
    what = "too many" if difference > 0 else "too few"
    message = f"{abs(difference)} {cell} {what} ({len(cells)} for {width} columns)"
    return Problem(table, "", number, shown(",".join(cells)), message)
