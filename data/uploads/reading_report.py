"""What a reading found, as plain JSON and back: it crosses from the process that reads files."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, is_dataclass

from data.cohort import Cohort, Problem
from data.sources.formats.raw_table import Aside
from data.sources.understood import (
    ColumnFound,
    EventFound,
    MarkerFound,
    TableFound,
    Understood,
    VisitFound,
)

MOST = 5_000  # problems, and warnings, that are carried; the rest is counted
_LEFT = {"raw", "study", "trace", "problems", "warnings"}


@dataclass(frozen=True)
class Report:
    """What was understood, everything that is wrong, and how much there is of it if it opens."""

    understood: Understood
    problems: tuple[Problem, ...]  # of reading and of checking; none where it opens
    warnings: tuple[Problem, ...]
    patients: int = 0
    outcomes: int = 0
    measurements: int = 0


def plain(found: Understood, cohort: Cohort | None, problems: Iterable[Problem]) -> dict:
    """The report as JSON has it; frames stay where they are."""
    warnings = found.warnings if cohort is None else cohort.warnings
    return {
        "understood": {k: _plain(v) for k, v in vars(found).items() if k not in _LEFT},
        "problems": _list(list(problems)),
        "warnings": _list(list(warnings)),
        "patients": cohort.n if cohort else 0,
        "outcomes": len(cohort.outcomes) if cohort else 0,
        "measurements": len(cohort.measurements) if cohort else 0,
    }


def report(given: dict) -> Report:
    """The report that was written as JSON."""
    said = dict(given["understood"])
    problems = tuple(Problem(**one) for one in given["problems"])
    warnings = tuple(Problem(**one) for one in given["warnings"])
    found = Understood(
        **{
            **said,
            "tables": tuple(map(_table, said["tables"])),
            "events": tuple(map(_event, said["events"])),
            "visits": tuple(VisitFound(**one) for one in said["visits"]),
            "markers": tuple(MarkerFound(**one) for one in said["markers"]),
        },
        problems=problems,
        warnings=warnings,
    )
    counts = {name: int(given[name]) for name in ("patients", "outcomes", "measurements")}
    return Report(found, problems, warnings, **counts)


def report_refusal(name: str, sentence: str) -> dict:
    """The report of files that could not be read at all, as JSON has it."""
    found = Understood(name, "nothing that can be read", {})
    return plain(found, None, [Problem("", "", None, "", sentence)])


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(asdict(one) if is_dataclass(one) else one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    # JSON has no word for what is not finite.
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _list(found: list[Problem]) -> list[dict]:
    listed = [asdict(one) for one in found[:MOST]]
    if len(found) > MOST:
        more = f"… and {len(found) - MOST:,} more"
        listed.append(asdict(Problem("", "", None, "", more)))
    return listed


def _table(one: dict) -> TableFound:
    aside = tuple(Aside(**each) for each in one["aside"])
    columns = tuple(
        ColumnFound(**{**each, "examples": tuple(each["examples"])}) for each in one["columns"]
    )
    return TableFound(**{**one, "aside": aside, "columns": columns})


def _event(one: dict) -> EventFound:
    return EventFound(**{**one, "codes": tuple(tuple(code) for code in one["codes"])})
