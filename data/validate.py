"""Raw text frames to a `Cohort`, or every problem at once by table, column and row.

Files come here as text, column by column (`data.validation.convert`);
this module knows what must hold
between rows and between tables. What is usable but suspicious goes to `Cohort.warnings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from data.cohort import TABLE, Cohort, Problem, Study
from data.problems import DataProblems, Log, refuse
from data.schema import TABLES
from data.study import check_references, endpoints_of, read_study
from data.validation import checks
from data.validation.convert import read_table
from data.validation.defaults import complete_markers, complete_visits
from data.validation.derive import append_derived, read_formulas

__all__ = ["DataProblems", "refuse", "validate"]

Raw = Mapping[str, pd.DataFrame]


def validate(
    raw: Raw, study: Mapping | Study, *, name: str = "", problems: list[Problem] | None = None
) -> Cohort:
    """The cohort of these text frames; `problems` are those found while reading them.

    Rows count from 2 (the header is row 1) unless the index is named "row" and says them.
    """
    log = Log(problems)
    study = study if isinstance(study, Study) else read_study(study, log, name=name)
    frames = _convert(raw, study, log)
    if frames is None:
        raise DataProblems(log.problems)
    checks.keys(frames, raw, log)
    checks.references(frames, log)
    checks.subjects(frames, log)
    checks.events(frames, log)
    formulas = read_formulas(frames["markers"], log)
    frames["outcomes"] = checks.outcomes(frames["outcomes"], study, log)
    frames["measurements"] = checks.measurements(frames, formulas, log)
    frames["visits"] = complete_visits(frames["visits"], frames["measurements"], log)
    study = replace(study, endpoints=_endpoints(study, frames, log))
    check_references(study, _known_rows(frames, study), log)
    if log.problems:
        raise DataProblems(log.problems)
    return _cohort(frames, formulas, study, log)


def _endpoints(study: Study, frames: dict, log: Log):
    return endpoints_of(study, list(frames["outcomes"]["endpoint"].unique()), log)


def _convert(raw: Raw, study: Study, log: Log) -> dict[str, pd.DataFrame] | None:
    """Every table typed; None where a required one is missing or has no rows."""
    frames, complete = {}, True
    for table in TABLES.values():
        given = raw.get(table.name)
        if table.required and (given is None or given.empty):
            complete = False
            if not any(p.table == table.name for p in log.problems):
                what = "is missing" if given is None else "has no rows"
                message = f"the table {table.name!r} {what}"
                log.problem(table.name, "", None, message, about=TABLE)
            continue
        if given is None:
            given = pd.DataFrame({name: [] for name in table.names()}, dtype=object)
        frames[table.name] = read_table(given, table, study.time_unit, log)
    if not complete:
        return None
    frames["markers"] = complete_markers(frames["markers"], frames["measurements"])
    return frames


def _known_rows(frames: dict[str, pd.DataFrame], study: Study) -> dict[str, set[str]]:
    return {
        "marker": set(frames["markers"]["marker"]),
        "visit": set(frames["visits"]["visit"]),
        "endpoint": {endpoint.code for endpoint in study.endpoints},
    }


def _cohort(frames: dict, formulas: dict, study: Study, log: Log) -> Cohort:
    """The finished cohort: days filled in, derived markers appended, suspicions noted."""
    days = frames["visits"].set_index("visit")["day"]
    measured = frames["measurements"]
    measured["day"] = measured["day"].fillna(measured["visit"].map(days))
    frames["measurements"] = append_derived(measured, formulas, log)
    frames["outcomes"]["event"] = frames["outcomes"]["event"].astype(bool)
    checks.suspicions(frames, study, log)
    finished = {name: frame.reset_index(drop=True) for name, frame in frames.items()}
    return Cohort(**finished, study=study, warnings=tuple(log.warnings))
