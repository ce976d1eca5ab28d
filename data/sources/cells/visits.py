"""Visits in their order: by number, by day, by name, or as they first appear."""

from __future__ import annotations

import re

from data.validation.schedule import CYCLE, UNIT, day_of

_NUMBERED = re.compile(r"(?:visit|v|t|timepoint|time)\s*[_ .-]?(\d+)", re.I)
BASELINE = {
    "baseline", "bl", "base", "pre", "predose", "pre-dose", "screening", "scr", "screen", "day 0",
    "d0", "d1", "c1d1", "t0", "v0", "pretreatment", "pre-treatment", "visit 0",
}  # fmt: skip
_BEFORE = ("screen", "scr", "run-in", "pre")
_LAST = ("end of", "eot", "eos", "early term", "follow", "fu", "post", "relapse", "progression")
# What stands among visits and is none.
NO_VISIT = re.compile(
    r"unscheduled|\becg\b|post[- ]?baseline (minimum|maximum|last)|"
    r"^(minimum|maximum|last|min|max|average|endpoint|lov|retrieval|end of treatment|"
    r"early termination)\b",
    re.I,
)


def is_known(token: str) -> bool:
    """Whether a word at the end of a column's name is clearly a visit."""
    text = token.strip().lower()
    return (
        text in BASELINE | {"post", "eot", "screening"}
        or CYCLE.fullmatch(text) is not None
        or UNIT.fullmatch(text) is not None
        or _NUMBERED.fullmatch(text) is not None
    )


def _place(visit: str, first_seen: int) -> tuple:
    """Where a visit comes by its name: before treatment, baseline, by course and day, last."""
    text = visit.strip().lower()
    if text.startswith(_BEFORE):
        return (0, 0.0, first_seen)
    if match := CYCLE.fullmatch(text):
        return (2, float(match[1]) * 1_000 + float(match[2]), first_seen)
    if (day := day_of(text)) is not None:
        return (2 if day > 0 else 1, day, first_seen)
    if match := _NUMBERED.fullmatch(text):
        return (2, float(match[1]), first_seen)
    if text.startswith(_LAST):
        return (4, 0.0, first_seen)
    return (1, -0.5, first_seen) if text in BASELINE else (3, 0.0, first_seen)


def order(
    seen: list[str], numbers: dict[str, float] | None = None, days: dict[str, float] | None = None
) -> tuple[list[str], str]:
    """The visits in order, and why: their numbers in the file, their days, or their names."""
    numbers, days = numbers or {}, days or {}
    if seen and all(visit in numbers for visit in seen):
        return sorted(seen, key=lambda v: (numbers[v], seen.index(v))), "by their numbers"
    by_name = {visit: _place(visit, at) for at, visit in enumerate(seen)}
    if any(place[0] != 3 for place in by_name.values()):
        return sorted(seen, key=by_name.__getitem__), "by their names"
    if seen and all(days.get(visit) is not None for visit in seen):
        return sorted(seen, key=lambda v: (days[v], seen.index(v))), "by the days of their samples"
    return list(seen), "as they first appear"


def baseline(ordered: list[str], days: dict[str, float | None]) -> tuple[str, str]:
    """The baseline among ordered visits, and why."""
    for words in ({"baseline", "bl", "base"}, BASELINE):
        for visit in ordered:
            if visit.strip().lower() in words:
                return visit, "by its name"
    known = {visit: day for visit, day in days.items() if day is not None}
    before = [visit for visit in ordered if visit in known and known[visit] <= 0]
    if before:
        return before[-1], "the last one not after time zero"
    return ordered[0], "the first one"
