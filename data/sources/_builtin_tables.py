"""The folder of a built-in cohort as text frames: CSV files and the study file, nothing guessed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from data.cohort import Problem
from data.schema import TABLES
from data.sources import cutline_tables
from data.sources.draft import Draft
from data.sources.formats import delimited_text, grid
from data.sources.formats.files import File
from data.sources.formats.raw_table import RawTable


def read_folder(folder: Path) -> tuple[dict[str, pd.DataFrame], dict, list[Problem]]:
    """The text frames of the files that are there, the study file as a dict, and problems."""
    raws = [_read(folder / f"{name}.csv") for name in TABLES if (folder / f"{name}.csv").exists()]
    draft = cutline_tables.understand(raws, folder.name) if raws else Draft(folder.name, "")
    study = folder / "study.toml"
    if study.exists():
        cutline_tables.add_study(draft, File(study.name, study.read_bytes()))
    found = draft.understood()
    return dict(found.raw), dict(found.study), list(found.problems)


def _read(path: Path) -> RawTable:
    words, _ = delimited_text.decode(path.read_bytes())
    rows, delimiter = delimited_text.cut(words)
    return grid.table(rows, name=path.stem, source=path.name, form="CSV", delimiter=delimiter)
