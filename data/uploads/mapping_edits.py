"""One edit of the mapping of uploaded files: what a column, a code, a visit or a marker is.

The mapping of an import is complete, so that anything in it can be edited; but only what its owner
edited is given to the next import (`collect_edits`): a guess that nobody looked at stays a guess,
with its doubts. Whether the files then open, that import says.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

from data.formula import FormulaError, quote
from data.schema import DAYS_IN, MAX_CODE_LENGTH
from data.sources.tidy.reader import SINGLE
from data.sources.understood import ColumnFound, Understood

NUMBERS = ("lower_limit", "reference_low", "reference_high")
SIGNS = {"/": "to", "*": "times", "-": "minus", "+": "plus"}
OUTCOME = ("time", "event", "cnsr")
LISTS = {"covariate": "covariates", "ignore": "ignore"}
_NUMBER = re.compile(r"-?(\d+([.,]\d*)?|[.,]\d+)")


class EditRefused(ValueError):
    """Why nothing was edited, in words."""


def edit(found: Understood, mapping: Mapping, field: list, value: Any) -> dict:
    """The mapping after an edit; `field` names what: a kind, and what it is of.

    Raises `EditRefused` for a value that cannot be, or something that is not there.
    """
    kind, *of = field
    edited = copy.deepcopy(dict(mapping))
    apply = _EDITS.get(kind)
    if apply is None:
        raise EditRefused("That cannot be changed here.")
    try:
        apply(found, edited, of, value)
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        if isinstance(error, EditRefused):
            raise
        raise EditRefused("That cannot be changed to this.") from error
    return edited


def collect_edits(given: Mapping | None, before: Mapping, after: Mapping) -> dict:
    """What was given so far, with what an edit made otherwise in the whole mapping."""
    kept = {key: value for key, value in (given or {}).items() if key in after}
    return kept | {key: value for key, value in after.items() if value != before.get(key)}


# ------------------------------------------------------------------------------------ columns


def _role(found: Understood, edited: dict, of: list, value: Any) -> None:
    """Another role for a column: "subject", "time:OS", "marker_column", "ignore" …"""
    table, name = of
    column = _column(found, table, name)
    role, _, endpoint = str(value).partition(":")
    if role not in (*SINGLE, *OUTCOME, *LISTS, "marker_column"):
        raise EditRefused("There is no such role.")
    was = next((one for one in edited.get("markers", ()) if _name(one) == name), None)
    _forget(found, edited, table, name)
    if role in SINGLE:
        _give(found, edited, role, table, name)
    elif role in OUTCOME:
        edited[role] = {**_by_endpoint(edited.get(role)), endpoint: name}
        other = {"event": "cnsr", "cnsr": "event"}.get(role)
        _drop_endpoint(edited, other, endpoint)
    elif role == "marker_column":
        edited.setdefault("markers", []).append(was or {"column": column.name})
    else:
        edited.setdefault(LISTS[role], []).append(name)


def _column(found: Understood, table: str, name: str) -> ColumnFound:
    for one in found.tables:
        for column in one.columns if one.name == table else ():
            if column.name == name:
                return column
    raise EditRefused("There is no such column.")


def _name(one: object) -> str:
    return one["column"] if isinstance(one, Mapping) else str(one)


def _forget(found: Understood, edited: dict, table: str, name: str) -> None:
    """Take a column out of every role that it has."""
    for role in SINGLE:
        by_table = _by_table(found, edited.get(role))
        if by_table.get(table) == name:
            del by_table[table]
            edited[role] = by_table
            if not by_table:
                del edited[role]
    for role in OUTCOME:
        kept = {key: one for key, one in _by_endpoint(edited.get(role)).items() if one != name}
        edited[role] = kept
        if not kept:
            del edited[role]
    for key in ("markers", "covariates", "ignore"):
        if key in edited:
            edited[key] = [one for one in edited[key] if _name(one) != name]


def _give(found: Understood, edited: dict, role: str, table: str, name: str) -> None:
    """A role that one column of a table has: the one that had it becomes a characteristic."""
    by_table = _by_table(found, edited.get(role))
    if before := by_table.get(table):
        edited.setdefault("covariates", []).append(before)
    edited[role] = {**by_table, table: name}


def _by_table(found: Understood, value: Any) -> dict[str, str]:
    if isinstance(value, Mapping):
        return dict(value)
    tables = [t.name for t in found.tables for c in t.columns if c.name == value]
    return dict.fromkeys(tables, value) if value else {}


def _by_endpoint(value: Any) -> dict[str, str]:
    return dict(value) if isinstance(value, Mapping) else {"": value} if value else {}


def _drop_endpoint(edited: dict, role: str | None, endpoint: str) -> None:
    """An endpoint has an event or a CNSR, not both."""
    if role in edited:
        edited[role] = {k: v for k, v in _by_endpoint(edited[role]).items() if k != endpoint}
        if not edited[role]:
            del edited[role]


def _wide(key: str) -> Callable:
    def apply(found: Understood, edited: dict, of: list, value: Any) -> None:
        (name,) = of
        lines = [
            {"column": _name(one), **(one if isinstance(one, Mapping) else {})}
            for one in edited.get("markers", ())
        ]
        (line,) = [one for one in lines if one["column"] == name]
        line[key] = _code(value, empty=key == "visit")
        edited["markers"] = lines

    return apply


def _code(value: Any, *, empty: bool = False) -> str:
    text = " ".join(str(value).split())
    if not text and not empty:
        raise EditRefused("The name is empty.")
    if len(text) > MAX_CODE_LENGTH:
        raise EditRefused(f"The name is longer than {MAX_CODE_LENGTH} characters.")
    return text


# ------------------------------------------------------------------------------------ outcomes


def _event(found: Understood, edited: dict, of: list, value: Any) -> None:
    """The codes that mean an event of an endpoint."""
    (endpoint,) = of
    (codes,) = [
        {code for code, _, _ in one.codes} for one in found.events if one.endpoint == endpoint
    ]
    if not isinstance(value, list) or not set(map(str, value)) <= codes:
        raise EditRefused("There is no such code.")
    if not value:
        raise EditRefused("One code at least must mean the event.")
    said = edited.get("event_is")
    if said is not None and not isinstance(said, Mapping):
        said = {one.endpoint: said for one in found.events}
    edited["event_is"] = {**(said or {}), endpoint: list(map(str, value))}


def _text_of(key: str, choices: Callable[[Understood], set[str]]) -> Callable:
    def apply(found: Understood, edited: dict, of: list, value: Any) -> None:
        if value not in choices(found):
            raise EditRefused("There is no such choice.")
        edited[key] = value

    return apply


def _arm(found: Understood, edited: dict, of: list, value: Any) -> None:
    if not any(column.name == value for table in found.tables for column in table.columns):
        raise EditRefused("There is no such column.")
    edited["arm"] = value


# ------------------------------------------------------------------------------------ visits


def _visits(found: Understood) -> set[str]:
    return {visit.visit for visit in found.visits}


def _day(found: Understood, edited: dict, of: list, value: Any) -> None:
    (visit,) = of
    if visit not in _visits(found):
        raise EditRefused("There is no such visit.")
    days = dict(edited.get("visit_days") or {})
    number = _number(value)
    days[visit] = number
    if number is None:
        del days[visit]
    edited["visit_days"] = days


def _move(step: int) -> Callable:
    def apply(found: Understood, edited: dict, of: list, value: Any) -> None:
        order = [visit.visit for visit in found.visits]
        at = order.index(of[0])
        to = min(max(at + step, 0), len(order) - 1)
        order.insert(to, order.pop(at))
        edited["visit_order"] = order

    return apply


def _number(value: Any) -> float | None:
    """A number as it is typed, with a point or a comma; None for nothing."""
    text = str(value).strip().replace("−", "-")
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or len(text) > 20:
        raise EditRefused(f"“{text[:40]}” is not a number.")
    return float(text.replace(",", "."))


# ------------------------------------------------------------------------------------ markers


def _describe(found: Understood, edited: dict, of: list, value: Any) -> None:
    marker, key = of
    if marker not in {one.marker for one in found.markers}:
        raise EditRefused("There is no such marker.")
    said = dict(edited.get("describe") or {})
    line = dict(said.get(marker) or {})
    line[key] = _number(value) if key in NUMBERS else " ".join(str(value).split())[:200]
    edited["describe"] = {**said, marker: line}


def _derive(found: Understood, edited: dict, of: list, value: Any) -> None:
    """A marker made of two others: a ratio, a product, a difference or a sum."""
    known = [one.marker for one in found.markers]
    first, second, sign = value["first"], value["second"], value["sign"]
    if first not in known or second not in known or sign not in SIGNS:
        raise EditRefused("Choose two markers and how they are put together.")
    try:
        formula = f"{quote(first)} {sign} {quote(second)}"
    except FormulaError as error:
        raise EditRefused(f"{error}.") from None
    name = _code(value.get("marker") or f"{first} {SIGNS[sign]} {second}")
    if name in known:
        raise EditRefused(f"There is a marker “{name}” already; choose another name.")
    unit = " ".join(str(value.get("unit") or "").split())[:200]
    one = {"marker": name, "formula": formula, "unit": unit}
    edited["derived"] = [*edited.get("derived", ()), one]


def _underive(found: Understood, edited: dict, of: list, value: Any) -> None:
    edited["derived"] = [one for one in edited.get("derived", ()) if one["marker"] != of[0]]
    edited["describe"] = {k: v for k, v in (edited.get("describe") or {}).items() if k != of[0]}


_EDITS: dict[str, Callable] = {
    "role": _role,
    "marker": _wide("marker"),
    "at": _wide("visit"),
    "event": _event,
    "time_unit": _text_of("time_unit", lambda found: set(DAYS_IN)),
    "arm": _arm,
    "baseline": _text_of("baseline", _visits),
    "opens_with": _text_of("opens_with", _visits),
    "day": _day,
    "earlier": _move(-1),
    "later": _move(1),
    "describe": _describe,
    "derive": _derive,
    "underive": _underive,
}
