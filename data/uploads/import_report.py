"""What was understood of files, as JSON and back: it crosses from the import worker."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, TypeVar

from data.cohort import Cohort, Problem
from data.sources.formats.raw_table import RowsSetAside
from data.sources.understood import (
    ColumnFound,
    EventFound,
    MarkerFound,
    TableFound,
    Understood,
    VisitFound,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")
MOST = 5_000  # problems, and warnings, that are carried; the rest is counted
_LEFT = {"raw", "study", "trace", "problems", "warnings"}
# Reports that are stored keep these words of theirs, whatever the fields are called here.
_STORED = {
    ColumnFound: {"reason": "because"},
    VisitFound: {"reason": "because"},
    Understood: {"time_unit_reason": "time_unit_because"},
}


@dataclass(frozen=True)
class ImportReport:
    """What was understood, everything that is wrong, and how much there is of it if it opens."""

    understood: Understood
    problems: tuple[Problem, ...]  # of reading and of checking; none where it opens
    warnings: tuple[Problem, ...]
    patients: int = 0
    outcomes: int = 0
    measurements: int = 0


def to_json(found: Understood, cohort: Cohort | None, problems: Iterable[Problem]) -> dict:
    """The report as JSON has it; frames stay where they are."""
    warnings = found.warnings if cohort is None else cohort.warnings
    return {
        "understood": _plain_fields(found),
        "problems": _list(list(problems)),
        "warnings": _list(list(warnings)),
        "patients": cohort.n if cohort else 0,
        "outcomes": len(cohort.outcomes) if cohort else 0,
        "measurements": len(cohort.measurements) if cohort else 0,
    }


def from_json(given: dict) -> ImportReport:
    """The report that was written as JSON."""
    problems = tuple(Problem(**one) for one in given["problems"])
    warnings = tuple(Problem(**one) for one in given["warnings"])
    stored = given["understood"]
    found = _restore(
        Understood,
        stored,
        tables=tuple(map(_table, stored["tables"])),
        events=tuple(map(_event, stored["events"])),
        visits=tuple(_restore(VisitFound, one) for one in stored["visits"]),
        markers=tuple(MarkerFound(**one) for one in stored["markers"]),
        problems=problems,
        warnings=warnings,
    )
    counts = {name: int(given[name]) for name in ("patients", "outcomes", "measurements")}
    return ImportReport(found, problems, warnings, **counts)


def report_refusal(name: str, sentence: str) -> dict:
    """The report of files that could not be read at all, as JSON has it."""
    found = Understood(name, "nothing that can be read", {})
    return to_json(found, None, [Problem("", "", None, "", sentence)])


def _plain_fields(value: DataclassInstance) -> dict:
    """The fields of a value, by the words of the stored report."""
    words = _STORED.get(type(value), {})
    return {
        words.get(field.name, field.name): _plain(getattr(value, field.name))
        for field in fields(value)
        if field.name not in _LEFT
    }


def _restore(kind: type[T], stored: dict, **parts: object) -> T:
    """The value of that kind as it was stored, with these parts of it made already."""
    names = {word: name for name, word in _STORED.get(kind, {}).items()}
    return kind(**{names.get(word, word): each for word, each in stored.items()} | parts)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return _plain_fields(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
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
    aside = tuple(RowsSetAside(**each) for each in one["aside"])
    columns = tuple(
        _restore(ColumnFound, each, examples=tuple(each["examples"])) for each in one["columns"]
    )
    return TableFound(**{**one, "aside": aside, "columns": columns})


def _event(one: dict) -> EventFound:
    return EventFound(**{**one, "codes": tuple(tuple(code) for code in one["codes"])})
