"""Where cohorts come from: files and built-in data sets, to raw text frames, to a `Cohort`.

    found = understand("trial.xlsx")      # what was understood; nothing more is read afterwards
    found.mapping                         # the guessed roles; change them and ask again
    cohort = found.cohort()               # or DataProblems with everything that is wrong

`read_cohort(path)` is the last line of these three.
"""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path

from data.cohort import Cohort
from data.limits import LIMITS, Limits
from data.sources.understood import Understood

__all__ = ["read_cohort", "understand"]


def read_cohort(path: str | PathLike, *, mapping: Mapping | None = None) -> Cohort:
    """The cohort in a file, a zip or a folder; raises `DataProblems` with every problem.

    Reads CSV, TSV and text, Excel (.xlsx), SAS transport (v5, v8) and sas7bdat, Dataset-JSON 1.1:
    tidy tables, ADaM, REDCap, cBioPortal, cytometry tables, or Cutline's own folder of tables.
    `mapping` names columns by role where the guess is wrong; docs/data.md has all of its keys.
    """
    return understand(path, mapping=mapping).cohort()


def understand(
    path: str | PathLike, *, mapping: Mapping | None = None, limits: Limits = LIMITS
) -> Understood:
    """What a file, zip or folder holds: tables, roles, event coding, visits, and every problem.

    Never raises for anything that a file may hold: what cannot be read stands among `problems`.
    """
    from data.sources import conventions  # the readers are heavy; builtin cohorts need none

    return conventions.understand(Path(path), mapping, limits)
