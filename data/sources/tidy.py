"""Tidy tables, wide and long, one or several, to the cohort's tables, by a guessed mapping."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from data.sources import arms, coding, roles, units
from data.sources.draft import Draft
from data.sources.measured import Measured
from data.sources.raw import Raw
from data.sources.roles import Role
from data.sources.times import TOLD, read_times
from data.sources.understood import EventFound

KEYS = (
    "subject", "time", "event", "cnsr", "endpoint", "visit", "day", "marker", "value", "markers",
    "arm", "dose", "covariates", "ignore", "unit", "below_limit", "event_is", "time_unit",
    "baseline", "visit_days",
)  # fmt: skip
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


def understand(raws: list[Raw], name: str, mapping: Mapping | None, convention: str) -> Draft:
    """The tables as a draft of a cohort; every column has a role and a reason for it."""
    draft = Draft(name, convention)
    mapping = dict(mapping or {})
    _check_mapping(draft, raws, mapping)
    guessed = [(raw, _roles(raw, mapping)) for raw in raws]
    if not any(role.role in ("marker_column", "value") for _, f in guessed for role in f.values()):
        guessed = [(raw, roles.promoted(found)) for raw, found in guessed]
    used = [(raw, found) for raw, found in guessed if _useful(raw, found)]
    measured = Measured(draft, mapping)
    for raw, found in guessed:
        draft.saw(raw, {name: (r.role, r.because) for name, r in found.items()},
                  None if _useful(raw, found) else 0)  # fmt: skip
        left_out = [n for n, role in found.items() if role.because.startswith("looks like")]
        for name_ in left_out:
            draft.warn(raw.source, found[name_].because, name_)
        if not _useful(raw, found) and not raw.problems:
            draft.warn(raw.source, "no column names the patient; this table is not used")
    if not used:
        draft.complain("", "no column names the patient: say which one does (subject)")
    ids = _subjects(draft, used)
    outcomes = [_outcomes(draft, raw, found, mapping) for raw, found in used]
    if used and not any(outcomes):
        message = "no column of times and none of events was found: say which they are"
        draft.complain(used[0][0].source if len(used) == 1 else "", message)
    for raw, found in used:
        measured.add(raw, found, ids)
    measured.finish()
    _mapping_of(draft, used, mapping)
    return draft


def _check_mapping(draft: Draft, raws: list[Raw], mapping: dict) -> None:
    """A mapping that names what is not there is a problem, not a silent guess."""
    columns = {name for raw in raws for name in raw.frame.columns}
    for key, value in mapping.items():
        if key not in KEYS:
            draft.complain("mapping", f"unknown role {key!r}; known: {', '.join(KEYS)}")
        elif key not in ("event_is", "time_unit", "baseline", "visit_days"):
            for name in _named(value):
                if name not in columns and not any(raw.problems for raw in raws):
                    draft.complain("mapping", f"{key}: there is no column {name!r}", column=name)
    unit = mapping.get("time_unit")
    if unit is not None and unit not in units.TIME_UNITS:
        known = ", ".join(units.TIME_UNITS)
        draft.complain("mapping", f"time_unit: {unit!r} is none of {known}")


def _named(value: object) -> list[str]:
    """The columns that a mapping's value names: a name, a list, or names by endpoint or table."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return (
            [value["column"]]
            if "column" in value
            else [n for v in value.values() for n in _named(v)]
        )
    return [name for one in value or () for name in _named(one)]


def _roles(raw: Raw, mapping: dict) -> dict[str, Role]:
    """The roles of a table's columns: what the mapping says first, then what they look like."""
    found = roles.guess(raw)
    told: dict[str, Role] = {}
    for key in SINGLE:
        value = mapping.get(key)
        value = value.get(raw.name) if isinstance(value, Mapping) else value
        if value in found:
            told[value] = Role(key, TOLD)
    for key in ("time", "event", "cnsr"):
        value = mapping.get(key)
        by_endpoint = value if isinstance(value, Mapping) else {_of(found, value): value}
        told |= {n: Role(key, TOLD, of) for of, n in by_endpoint.items() if n in found}
    for one in mapping.get("markers") or ():
        name, marker, visit = _marker_told(one)
        if name in found:
            told[name] = Role("marker_column", TOLD, marker, visit)
    for key, role in (("covariates", "covariate"), ("ignore", "ignore")):
        told |= {n: Role(role, TOLD) for n in _named(mapping.get(key) or ()) if n in found}
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


def _useful(raw: Raw, found: dict[str, Role]) -> bool:
    return any(role.role == "subject" for role in found.values()) and not raw.frame.empty


def column_of(found: dict[str, Role], role: str) -> str | None:
    """The column of that role."""
    return next((name for name, one in found.items() if one.role == role), None)


# ------------------------------------------------------------------------------------ subjects


def _subjects(draft: Draft, used: list[tuple[Raw, dict[str, Role]]]) -> set[str]:
    """One row a patient, with arm, dose and what was known of them; the ids that were found."""
    home = [(raw, found) for raw, found in used if _describes(raw, found)]
    home = home or used[:1]
    ids: set[str] = set()
    for raw, found in home:
        frame = _patients(draft, raw, found, ids)
        columns = {name: name for name in frame.columns} | {"subject": column_of(found, "subject")}
        for role in ("arm", "dose"):
            columns[role] = column_of(found, role) or role
        ids |= set(frame["subject"])
        draft.add("subjects", frame, raw, columns)
    _similar(draft, used, ids)
    return ids


def _describes(raw: Raw, found: dict[str, Role]) -> bool:
    """Whether a table says who the patients are: outcomes, arms or one row for each."""
    kinds = {role.role for role in found.values()}
    return bool(kinds & {"time", "arm", "dose"}) or (
        raw.frame[column_of(found, "subject")].is_unique and "value" not in kinds
    )


def _patients(draft: Draft, raw: Raw, found: dict[str, Role], known: set[str]) -> pd.DataFrame:
    subject = column_of(found, "subject")
    rows = raw.frame
    repeated = not rows[subject].is_unique
    several = repeated and bool(
        {"visit", "endpoint", "marker", "day"} & {r.role for r in found.values()}
    )
    told = [name for name, role in found.items() if role.role in ("arm", "dose", "covariate")]
    frame = pd.DataFrame({"subject": rows[subject]})
    for name in told:
        key = found[name].role if found[name].role != "covariate" else name
        if key in ("subject", "arm_label") or (key in frame.columns):
            continue
        cells = _settled(draft, raw, rows, subject, name, key) if several else rows[name]
        if cells is not None:
            frame[key] = _maybe_numbers(draft, raw, name, cells, found[name].role == "dose")
    if several:
        frame = frame[~frame["subject"].duplicated()]
    elif repeated:
        frame = frame[~frame.duplicated()]
    frame = frame[~frame["subject"].isin(known)]
    return arms.complete(draft, raw, frame, column_of(found, "arm"))


def _settled(draft: Draft, raw: Raw, rows, subject: str, name: str, key: str) -> pd.Series | None:
    """A patient's one value of a column that stands on several rows (blank on some of them)."""
    filled = rows[rows[name].ne("")]
    counts = filled.groupby(subject)[name].nunique()
    changing = counts[counts > 1]
    if len(changing):
        if key in ("arm", "dose"):
            first = filled[filled[subject].eq(changing.index[0])].index[-1]
            message = f"{changing.index[0]!r} has more than one {key} in {name}"
            draft.complain(raw.source, message, name, int(first))
        else:
            draft.warn(
                raw.source, "differs within a patient, so it is no baseline value; left out", name
            )
        return None
    return rows[subject].map(filled.drop_duplicates(subject).set_index(subject)[name]).fillna("")


def _maybe_numbers(draft: Draft, raw: Raw, name: str, cells: pd.Series, must: bool) -> pd.Series:
    """Covariates that are numbers, in plain form; text stays text."""
    found = roles.plain_numbers(raw, name)
    known = dict(zip(raw.frame[name], found.text, strict=True))
    plain = cells.map(lambda cell: known.get(cell, cell))
    limited = found.below.any() or found.above.any()
    if must:
        return plain.str.replace(r"^([\d.]+)\s*[a-zµμ].*$", r"\1", regex=True, flags=re.I)
    return cells if limited or found.unclear else plain


def _similar(draft: Draft, used: list, ids: set[str]) -> None:
    """Ids that differ from another only in case, blanks, marks or leading zeros."""
    keys: dict[str, set[str]] = {}
    for one in ids:
        keys.setdefault(_key(one), set()).add(one)
    for raw, found in used:
        name = column_of(found, "subject")
        cells = raw.frame[name]
        for one in cells.unique():
            alike = sorted(keys.get(_key(one), set()) - {one})
            if one and alike and (one not in ids or one > alike[0]):
                row = int(cells.index[cells.eq(one)][0])
                message = f"{one!r} looks like {alike[0]!r}: one patient must be written one way"
                (draft.complain if one not in ids else draft.warn)(raw.source, message, name, row)


def _key(text: str) -> str:
    import unicodedata

    folded = unicodedata.normalize("NFKC", str(text)).casefold()
    bare = re.sub(r"[\s_\-./\u200b-\u200f]+", "", folded)
    return bare.lstrip("0") or "0"


# ------------------------------------------------------------------------------------ outcomes


def _outcomes(draft: Draft, raw: Raw, found: dict[str, Role], mapping: dict) -> bool:
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
            draft.complain(raw.source, message, time)
            continue
        _outcome(draft, raw, found, (of, time, flag), mapping)
        done = True
    return done


def _outcome(draft: Draft, raw: Raw, found: dict[str, Role], which: tuple, mapping: dict) -> None:
    of, time, flag = which
    stacked = column_of(found, "endpoint")
    code = of or ("OS" if roles.DEATH.match(roles.plain(flag)) else "EVENT")
    endpoint = raw.frame[stacked] if stacked else pd.Series(code, raw.frame.index, dtype=object)
    numbers = read_times(draft, raw, time, mapping)
    read = coding.read(
        raw.frame[flag], name=flag, label=raw.labels.get(flag, ""),
        cnsr=found[flag].role == "cnsr", event_is=_event_is(mapping, code),
    )  # fmt: skip
    if read.problem:
        draft.complain(raw.source, read.problem, flag)
    elif not read.sure:
        draft.warn(raw.source, read.words, flag)
    event = read.apply(raw.frame[flag]) if not read.problem else pd.Series("", raw.frame.index)
    rows = pd.DataFrame({"subject": raw.frame[column_of(found, "subject")], "endpoint": endpoint,
                         "time": numbers, "event": event})  # fmt: skip
    if read.problem:
        rows["event"] = "0"  # one problem says it; it must not come again for each row
    repeated = rows.duplicated() & (rows["subject"].duplicated())
    if column_of(found, "visit") or column_of(found, "marker"):
        rows = rows[~repeated & ~(rows["time"].eq("") & rows["event"].eq(""))]
    draft.events += _events(raw, read, rows, flag)
    columns = {
        "subject": column_of(found, "subject"),
        "time": time,
        "event": flag,
        "endpoint": stacked or time,
    }
    draft.add("outcomes", rows, raw, columns)
    _endpoint_labels(draft, endpoint, flag)


def _events(raw: Raw, read: coding.Coding, rows: pd.DataFrame, flag: str) -> list[EventFound]:
    """The coding of each endpoint, counted over the rows that are used."""
    found = []
    for endpoint, part in rows.groupby("endpoint", sort=False):
        own = read.counted(raw.frame.loc[part.index, flag])
        found.append(EventFound(str(endpoint), flag, raw.source, own.codes, own.words, read.sure))
    return found


def _event_is(mapping: dict, endpoint: str) -> object:
    said = mapping.get("event_is")
    return said.get(endpoint) if isinstance(said, Mapping) else said


def _endpoint_labels(draft: Draft, endpoint: pd.Series, flag: str) -> None:
    if "EVENT" in set(endpoint):
        word = roles.plain(flag)
        draft.study.setdefault("endpoints", []).append(
            {"code": "EVENT", "label": f"Time to event ({flag})", "event": word or "event"}
        )


def _mapping_of(draft: Draft, used: list[tuple[Raw, dict[str, Role]]], mapping: dict) -> None:
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
    if draft.file_unit:
        whole["time_unit"] = draft.file_unit
    draft.mapping = whole
