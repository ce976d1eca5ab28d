"""Tidy tables, wide and long, one or several, to the cohort's tables, by a guessed mapping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from data.problems import shorten
from data.schema import DAYS_IN
from data.sources.cells import event_coding, units
from data.sources.draft import Draft
from data.sources.formats.raw_table import RawTable
from data.sources.mapping import check
from data.sources.tidy import _subjects as subjects
from data.sources.tidy import roles
from data.sources.tidy._times import FROM_USER, read_times
from data.sources.tidy.measurements import Measured
from data.sources.tidy.roles import Role, column_of
from data.sources.understood import EventFound

KEYS = (
    "subject", "time", "event", "cnsr", "endpoint", "visit", "day", "marker", "value", "markers",
    "arm", "dose", "covariates", "ignore", "unit", "below_limit", "event_is", "time_unit",
    "baseline", "visit_days",
)  # fmt: skip
ROW = "patient (number of the row)"
SINGLE = (
    "subject",
    "endpoint",
    "visit",
    "day",
    "marker",
    "value",
    "arm",
    "dose",
    "unit",
    "below_limit",
)


def understand(raws: list[RawTable], name: str, mapping: Mapping | None, convention: str) -> Draft:
    """The tables as a draft of a cohort; every column has a role and a reason for it."""
    draft = Draft(name, convention)
    mapping = check(draft, mapping, KEYS)
    _check_columns(draft, raws, mapping)
    guessed = [(raw, _roles(raw, mapping)) for raw in raws]
    if len(guessed) == 1 and _one_row_each(*guessed[0]):
        guessed = [_row_numbers(raws[0], mapping)]
    if not any(role.role in ("marker_column", "value") for _, f in guessed for role in f.values()):
        guessed = [(raw, roles.promote(found)) for raw, found in guessed]
    used = [(raw, found) for raw, found in guessed if _useful(raw, found)]
    measured = Measured(draft, mapping)
    for raw, found in guessed:
        left_out = [n for n, role in found.items() if role.content == "identifier"]
        draft.add_table(
            raw,
            {name: (r.role, r.reason) for name, r in found.items()},
            None if _useful(raw, found) else 0,
            left_out,
        )
        for name_ in left_out:
            draft.warn(raw.source, found[name_].reason, name_)
        blank = [repr(shorten(n)) for n, role in found.items() if role.content == "nothing"]
        if blank:
            draft.warn(raw.source, f"columns without any value are left out: {', '.join(blank)}")
        if not _useful(raw, found) and not raw.problems:
            draft.warn(raw.source, "no column names the patient; this table is not used")
    if not used:
        draft.complain("", "no column names the patient: say which one does", key="subject")
    else:
        subjects.add(draft, used)
        _counting_process(draft, used)
    outcomes = [_outcomes(draft, raw, found, mapping) for raw, found in used]
    timed = any(role.role == "time" for _, found in used for role in found.values())
    if used and not any(outcomes) and not timed:
        message = "no column of times and none of events was found: say which they are"
        draft.complain(used[0][0].source if len(used) == 1 else "", message)
    for raw, found in used:
        measured.add(raw, found)
    measured.finish()
    _mapping_of(draft, used, mapping)
    return draft


def _one_row_each(raw: RawTable, found: dict[str, Role]) -> bool:
    """A table of outcomes that names no patient and has nothing that would repeat one."""
    kinds = {role.role for role in found.values()}
    several = kinds & {"subject", "visit", "day", "marker", "value", "endpoint"}
    return (
        not several and "time" in kinds and bool(kinds & {"event", "cnsr"}) and len(raw.frame) > 0
    )


def _row_numbers(raw: RawTable, mapping: dict) -> tuple[RawTable, dict[str, Role]]:
    """The table with its rows numbered as they stand, each taken as one patient."""
    numbers = [str(n) for n in range(1, len(raw.frame) + 1)]
    raw.frame = raw.frame.assign(**{ROW: numbers})
    raw.known_roles[ROW] = ("subject", "no column names the patient: each row is taken as one")
    raw.warn("no column names the patient: each row is taken as one, numbered as they stand")
    return raw, _roles(raw, mapping)


def _counting_process(draft: Draft, used: list[tuple[RawTable, dict[str, Role]]]) -> None:
    """Rows of (start, stop] are another kind of table: half of it must not be read as times."""
    for raw, _ in used:
        names = {roles.plain(name): name for name in raw.frame.columns}
        for start, stop in (("start", "stop"), ("tstart", "tstop"), ("start", "end")):
            if start in names and stop in names:
                message = f"rows of {start} and {stop} are not read: give one time a patient"
                draft.complain(raw.source, message, names[stop])


def _check_columns(draft: Draft, raws: list[RawTable], mapping: dict) -> None:
    """A mapping that names what is not there is a problem, not a silent guess."""
    columns = {name for raw in raws for name in raw.frame.columns} | {ROW}
    for key, value in mapping.items():
        if key in ("event_is", "time_unit", "baseline", "visit_days"):
            continue
        for name in _name(value):
            if name not in columns and not any(raw.problems for raw in raws):
                draft.complain("mapping", f"{key}: there is no column {name!r}", column=name)
    unit = mapping.get("time_unit")
    if unit is not None and unit not in DAYS_IN:
        known = ", ".join(DAYS_IN)
        draft.complain("mapping", f"time_unit: {unit!r} is none of {known}")


def _name(value: Any) -> list[str]:
    """The columns that a mapping's value names: a name, a list, or names by endpoint or table."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return (
            [value["column"]]
            if "column" in value
            else [n for v in value.values() for n in _name(v)]
        )
    return [name for one in value or () for name in _name(one)]


def _roles(raw: RawTable, mapping: dict) -> dict[str, Role]:
    """The roles of a table's columns: what the mapping says first, then what they look like."""
    found = roles.guess(raw)
    told: dict[str, Role] = {}
    for key in SINGLE:
        value = mapping.get(key)
        value = value.get(raw.name) if isinstance(value, Mapping) else value
        if value in found:
            told[value] = Role(key, FROM_USER)
    for key in ("time", "event", "cnsr"):
        value = mapping.get(key)
        by_endpoint = value if isinstance(value, Mapping) else {_of(found, value): value}
        told |= {n: Role(key, FROM_USER, of) for of, n in by_endpoint.items() if n in found}
    for one in mapping.get("markers") or ():
        name, marker, visit = _marker_told(one)
        if name in found:
            told[name] = Role("marker_column", FROM_USER, marker, visit)
    for key, role in (("covariates", "covariate"), ("ignore", "ignore")):
        told |= {n: Role(role, FROM_USER) for n in _name(mapping.get(key) or ()) if n in found}
    return _without_rivals(found, told, mapping)


def _of(found: dict[str, Role], name: object) -> str:
    return found[name].of if name in found and found[name].role in ("time", "event", "cnsr") else ""


def _marker_told(one: object) -> tuple[str, str, str]:
    if isinstance(one, Mapping):
        name = one.get("column", "")
        return name, one.get("marker") or units.name_and_unit(name)[0], one.get("visit", "")
    return str(one), units.name_and_unit(str(one))[0], ""


def _without_rivals(
    found: dict[str, Role], told: dict[str, Role], mapping: dict
) -> dict[str, Role]:
    """A role that was told is not also guessed for another column."""
    taken = {role.role for role in told.values()}
    outcome = taken & {"time", "event", "cnsr"}
    for name, role in found.items():
        rival = role.role in taken & set(SINGLE) or (
            outcome and role.role in ("event", "cnsr", "time")
        )
        if role.role in ("time",) and "time" not in taken:
            rival = False
        if role.role in ("event", "cnsr") and not taken & {"event", "cnsr"}:
            rival = False
        if role.role == "marker_column" and "markers" in mapping:
            rival = True
        if rival and name not in told:
            found[name] = Role("covariate", "another column was chosen")
    return found | told


def _useful(raw: RawTable, found: dict[str, Role]) -> bool:
    return any(role.role == "subject" for role in found.values()) and not raw.frame.empty


# ------------------------------------------------------------------------------------ outcomes


def _outcomes(draft: Draft, raw: RawTable, found: dict[str, Role], mapping: dict) -> bool:
    """The outcomes of one table: a column of times each, or endpoints stacked in rows."""
    times = {role.of: name for name, role in found.items() if role.role == "time"}
    flags = {role.of: name for name, role in found.items() if role.role in ("event", "cnsr")}
    if len(times) == 1 and len(flags) == 1:
        flags = {next(iter(times)): next(iter(flags.values()))}
    done = False
    for of, time in times.items():
        flag = flags.get(of)
        if flag is None:
            message = f"{time} is a time, but no column says whether it ended with the event"
            message += _perhaps(raw, found)
            draft.complain(raw.source, message, time, key="event")
            continue
        _outcome(draft, raw, found, (of, time, flag), mapping)
        done = True
    return done


def _perhaps(raw: RawTable, found: dict[str, Role]) -> str:
    """The columns that look as if they could say it, for the message."""
    names = [n for n, r in found.items() if r.role in ("covariate", "marker_column")]
    two = [n for n in names if len(set(raw.frame[n]) - {"", "NA"}) == 2]
    return f": is it {' or '.join(map(repr, two[:4]))}?" if two else ""


def _outcome(
    draft: Draft, raw: RawTable, found: dict[str, Role], which: tuple, mapping: dict
) -> None:
    of, time, flag = which
    stacked = column_of(found, "endpoint")
    code = of or ("OS" if roles.DEATH.match(roles.plain(flag)) else "EVENT")
    endpoint = raw.frame[stacked] if stacked else pd.Series(code, raw.frame.index, dtype=object)
    numbers = read_times(draft, raw, time, mapping)
    told = _tell_apart(draft, raw, endpoint, flag, mapping) if stacked else {}
    others = ~endpoint.isin(list(told))
    read = event_coding.read(
        raw.frame.loc[others, flag],
        name=flag,
        label=raw.labels.get(flag, ""),
        cnsr=found[flag].role == "cnsr",
        event_is=event_coding.describe(mapping, code),
    )
    if read.problem:
        draft.complain(raw.source, read.problem, flag, key="event_is")
    elif not read.sure:
        draft.warn(raw.source, read.words, flag)
    # One problem says it; it must not come again for each row.
    event = pd.Series("0", raw.frame.index, dtype=object)
    if not read.problem:
        event[others] = read.apply(raw.frame.loc[others, flag])
    for one, own in told.items():
        event[endpoint.eq(one)] = own.apply(raw.frame.loc[endpoint.eq(one), flag])
    rows = pd.DataFrame(
        {
            "subject": raw.frame[column_of(found, "subject")],
            "endpoint": endpoint,
            "time": numbers,
            "event": event,
        }
    )
    repeated = rows.duplicated() & (rows["subject"].duplicated())
    if column_of(found, "visit") or column_of(found, "marker"):
        rows = rows[~repeated & ~(rows["time"].eq("") & rows["event"].eq(""))]
    draft.events += _events(raw, read, told, rows, flag)
    columns = {
        "subject": column_of(found, "subject"),
        "time": time,
        "event": flag,
        "endpoint": stacked or time,
    }
    draft.add("outcomes", rows, raw, columns)
    _endpoint_labels(draft, endpoint, flag)


def _tell_apart(
    draft: Draft, raw: RawTable, endpoint: pd.Series, flag: str, mapping: dict
) -> dict[str, event_coding.Coding]:
    """Of endpoints stacked in one column, the coding of each that was said by its name."""
    given, found = mapping.get("event_is"), {}
    codes_of = given if isinstance(given, Mapping) else {}
    for one in endpoint.unique():
        if one in codes_of:
            cells = raw.frame.loc[endpoint.eq(one), flag]
            found[one] = event_coding.read(cells, name=flag, event_is=codes_of[one])
            if found[one].problem:
                draft.complain(raw.source, f"{one}: {found[one].problem}", flag, key="event_is")
    return found


def _events(
    raw: RawTable, read: event_coding.Coding, told: dict, rows: pd.DataFrame, flag: str
) -> list[EventFound]:
    """The coding of each endpoint, counted over the rows that are used."""
    found = []
    for endpoint, part in rows.groupby("endpoint", sort=False):
        of = told.get(endpoint, read)
        own = of.counted(raw.frame.loc[part.index, flag])
        found.append(EventFound(str(endpoint), flag, raw.source, own.codes, own.words, of.sure))
    return found


def _endpoint_labels(draft: Draft, endpoint: pd.Series, flag: str) -> None:
    if "EVENT" in set(endpoint):
        word = roles.plain(flag)
        draft.study.setdefault("endpoints", []).append(
            {"code": "EVENT", "label": f"Time to event ({flag})", "event": word or "event"}
        )


def _mapping_of(draft: Draft, used: list[tuple[RawTable, dict[str, Role]]], mapping: dict) -> None:
    """The mapping that was used, complete, in the form in which it is given."""
    whole: dict = {}
    for raw, found in used:
        for name, role in found.items():
            if role.role in SINGLE:
                whole.setdefault(role.role, {})[raw.name] = name
            elif role.role in ("time", "event", "cnsr"):
                whole.setdefault(role.role, {})[role.of] = name
            elif role.role == "marker_column":
                one = {"column": name, "marker": role.of, "visit": role.visit}
                whole.setdefault("markers", []).append(one)
            else:
                key = "ignore" if role.role == "ignore" else "covariates"
                whole.setdefault(key, []).append(name)
    for key in SINGLE:
        names = set(whole.get(key, {}).values())
        if len(names) == 1:
            whole[key] = names.pop()
    whole |= {key: mapping[key] for key in ("event_is", "baseline", "visit_days") if key in mapping}
    if draft.file_unit in DAYS_IN:  # several units: each stays what its column says
        whole["time_unit"] = draft.file_unit
    draft.mapping = whole
