"""The folder of a built-in cohort as text frames: CSV files and the study file, nothing guessed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from data.cohort import Problem
from data.schema import TABLES
from data.sources import grid, own, text
from data.sources.draft import Draft
from data.sources.files import File
from data.sources.raw import Raw


def read_folder(folder: Path) -> tuple[dict[str, pd.DataFrame], dict, list[Problem]]:
    """The text frames of the files that are there, the study file as a dict, and problems."""
    raws = [_read(folder / f"{name}.csv") for name in TABLES if (folder / f"{name}.csv").exists()]
    draft = own.understand(raws, folder.name) if raws else Draft(folder.name, "")
    study = folder / "study.toml"
    if study.exists():
        own.add_study(draft, File(study.name, study.read_bytes()))
    found = draft.understood()
    return dict(found.raw), dict(found.study), list(found.problems)


def _read(path: Path) -> Raw:
    words, _ = text.decode(path.read_bytes())
    rows, delimiter = text.cut(words)
    return grid.table(rows, name=path.stem, source=path.name, form="CSV", delimiter=delimiter)
