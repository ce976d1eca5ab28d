"""Uploaded files, the draft that they make, and the data set that it becomes."""

from __future__ import annotations

from dataclasses import dataclass

from data.cohort import Problem
from data.sources.understood import Understood


@dataclass(frozen=True)
class UploadedFile:
    """A file as it was uploaded."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Draft:
    """Files that were uploaded, and what was understood of them; not opened yet."""

    id: str
    at: str
    files: tuple[UploadedFile, ...]
    given: dict | None  # the mapping that its owner gave
    understood: Understood
    problems: tuple[Problem, ...]  # everything that keeps it from being opened
    warnings: tuple[Problem, ...]
    patients: int
    outcomes: int
    measurements: int
    opens: bool
    of: str = ""  # the data set whose files these are, where it is being changed

    @property
    def mapping(self) -> dict:
        """The whole mapping so far: what was guessed, with what was given."""
        return self.understood.mapping or self.given or {}


@dataclass(frozen=True)
class DataSet:
    """An opened data set in a list; `damaged`: why it cannot be opened any more."""

    code: str
    title: str
    at: str
    files: tuple[UploadedFile, ...] = ()
    size: int = 0
    patients: int = 0
    outcomes: int = 0
    measurements: int = 0
    markers: tuple[str, ...] = ()
    synthetic: str = ""
    damaged: str = ""


@dataclass(frozen=True)
class RemovedDataSet:
    """What became of a data set that is no longer there; `by`: the code that replaced it."""

    at: str
    by: str = ""
