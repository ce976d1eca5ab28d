"""The study file (`study.toml`): a dict of plain values to a `Study`, or every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields

from data.cohort import Caution, Conduct, Cut, Endpoint, Exposure, Finding, Study
from data.problems import Log
from data.schema import CONDUCT, KNOWN_ENDPOINTS, MAX_CODE_LENGTH, TIME_UNITS

TABLE = "study"
_NESTED = {
    "endpoints": Endpoint,
    "findings": Finding,
    "cautions": Caution,
    "declared_cuts": Cut,
    "published_cuts": Cut,
    "exposures": Exposure,
}
_ACCEPTED = {
    "str": (str,),
    "str | None": (str,),
    "float": (int, float),
    "float | None": (int, float),
    "float | str": (int, float, str),
}


def read_study(raw: Mapping, log: Log, *, name: str = "") -> Study:
    """A study from the parsed TOML; `name` where the file gives none."""
    raw = {"name": name or "cohort", "title": name or "Cohort"} | dict(raw)
    values = _scalars(Study, raw, "", log, skip=frozenset({*_NESTED, "notes", "conduct"}))
    for key, kind in _NESTED.items():
        values[key] = _items(kind, raw.get(key, []), key, log)
    values["notes"] = _notes(raw.get("notes", []), log)
    values["conduct"] = _conduct(raw.get("conduct", {}), log)
    study = Study(**({"name": "", "title": ""} | values))
    _check(study, log)
    return study


def _scalars(kind: type, raw: Mapping, place: str, log: Log, *, skip: frozenset = frozenset()):
    """The plain fields of one dataclass; unknown keys, wrong types and gaps are problems."""
    known = {field.name: field for field in fields(kind) if field.name not in skip}
    values = {}
    for key, value in raw.items():
        if key in skip:
            continue
        if key not in known:
            log.problem(TABLE, place + key, None, f"unknown key {key!r}")
        elif isinstance(value, bool) or not isinstance(value, _ACCEPTED[str(known[key].type)]):
            log.problem(TABLE, place + key, None, f"{value!r} is not what {key!r} holds")
        else:
            values[key] = float(value) if isinstance(value, int) else value
    for key, field in known.items():
        if field.default is MISSING and key not in raw:
            log.problem(TABLE, place + key, None, f"{key!r} is missing")
    return values


def _items(kind: type, raw: object, key: str, log: Log) -> tuple:
    """The dataclasses of one array of tables; broken ones are reported and left out."""
    if not isinstance(raw, list) or not all(isinstance(item, Mapping) for item in raw):
        log.problem(TABLE, key, None, f"{key!r} must be an array of tables: [[{key}]]")
        return ()
    found = []
    for number, item in enumerate(raw, start=1):
        before = len(log.problems)
        values = _scalars(kind, item, f"{key}[{number}].", log)
        if len(log.problems) == before:
            found.append(kind(**values))
    return tuple(found)


def _notes(raw: object, log: Log) -> tuple[str, ...]:
    if isinstance(raw, list) and all(isinstance(note, str) for note in raw):
        return tuple(raw)
    log.problem(TABLE, "notes", None, "'notes' must be a list of texts")
    return ()


def _conduct(raw: object, log: Log) -> Conduct:
    if not isinstance(raw, Mapping):
        log.problem(TABLE, "conduct", None, "'conduct' must be a table: [conduct]")
        return Conduct()
    values = _scalars(Conduct, raw, "conduct.", log)
    for key, known in CONDUCT.items():
        if values.get(key, "") not in ("", *known):
            message = f"{values[key]!r} is not known; possible: {', '.join(known)}"
            log.problem(TABLE, f"conduct.{key}", None, message)
    return Conduct(**values)


def _check(study: Study, log: Log) -> None:
    if not study.name.strip() or len(study.name) > MAX_CODE_LENGTH or not study.name.isprintable():
        log.problem(TABLE, "name", None, "the name must be one line of 1 to 100 characters")
    if study.time_unit not in TIME_UNITS:
        log.problem(TABLE, "time_unit", None, f"{study.time_unit!r} is neither months nor days")
    if study.first_day not in (0, 1):
        log.problem(TABLE, "first_day", None, f"the first day is 0 or 1, not {study.first_day:g}")
    for number, finding in enumerate(study.findings, start=1):
        link = finding.link
        # Only paths of our own pages: a study file must not send people elsewhere.
        if link is not None and (not link.startswith("/") or link.startswith(("//", "/\\"))):
            message = f"{link!r} is no path of this program"
            log.problem(TABLE, f"findings[{number}].link", None, message)


def check_references(study: Study, known: Mapping[str, set[str]], log: Log) -> None:
    """Markers, visits and endpoints that the study names must exist in the data."""
    if study.opens_with is not None and study.opens_with not in known["visit"]:
        log.problem(TABLE, "opens_with", None, f"unknown visit {study.opens_with!r}")
    for key in ("cautions", "declared_cuts", "published_cuts", "exposures"):
        for number, item in enumerate(getattr(study, key), start=1):
            for name, code in _codes(item):
                if code not in known["visit" if name == "baseline" else name]:
                    log.problem(TABLE, f"{key}[{number}].{name}", None, f"unknown {name} {code!r}")


def _codes(item: Caution | Cut | Exposure) -> list[tuple[str, str]]:
    """The codes that a caution, a cut or an exposure names, by field."""
    named = [
        (name, getattr(item, name, None)) for name in ("marker", "visit", "baseline", "endpoint")
    ]
    return [(name, code) for name, code in named if code is not None]


def endpoints_of(study: Study, codes: list[str], log: Log) -> tuple[Endpoint, ...]:
    """The declared endpoints, and a default for each that only the outcomes name."""
    declared = {endpoint.code for endpoint in study.endpoints}
    for code in sorted(declared - set(codes)):
        log.problem(TABLE, "endpoints", None, f"no outcome has the declared endpoint {code!r}")
    more = [code for code in codes if code not in declared]
    return study.endpoints + tuple(
        Endpoint(code, *KNOWN_ENDPOINTS.get(code, (code, "event"))) for code in more
    )
