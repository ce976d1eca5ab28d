"""Where cohorts come from: files and built-in data sets, to raw text frames, to a `Cohort`."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path

from data.cohort import Cohort
from data.sources import tables
from data.validate import refuse, validate

__all__ = ["read_cohort"]


def read_cohort(path: str | PathLike, *, mapping: Mapping | None = None) -> Cohort:
    """The cohort in a folder of tidy CSV files; raises `DataProblems`.

    The folder holds subjects.csv, outcomes.csv and measurements.csv, and may hold events.csv,
    markers.csv, visits.csv and study.toml.
    """
    folder = Path(path)
    if mapping is not None:
        raise refuse("this version reads a folder of tidy CSV files; it maps no columns yet")
    if not folder.exists():
        raise refuse(f"there is no folder {str(folder)!r}", value=str(folder))
    if not folder.is_dir():
        message = f"{str(folder)!r} is a single file; this version reads a folder of CSV files"
        raise refuse(message, value=str(folder))
    raw, study, problems = tables.read_folder(folder)
    return validate(raw, study, name=folder.resolve().name, problems=problems)
