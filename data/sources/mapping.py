"""The mapping as somebody gives it: only what has the right form is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from data.problems import shown
from data.sources.draft import Draft

COLUMN = {"subject", "endpoint", "visit", "day", "marker", "value", "arm", "dose", "unit"}
COLUMN |= {"below_limit", "time", "event", "cnsr"}
LISTS = {"markers", "covariates", "ignore"}


def checked(draft: Draft, mapping: object, keys: Iterable[str]) -> dict:
    """The usable part of a mapping; every other part is a problem that says why."""
    if mapping is None:
        return {}
    if not isinstance(mapping, Mapping):
        draft.complain("mapping", "must be names by role, such as {'subject': 'Patient'}")
        return {}
    keys, good = list(keys), {}
    for key, value in mapping.items():
        if key not in keys:
            draft.complain("mapping", f"unknown role {shown(key)!r}; known: {', '.join(keys)}")
        elif not _sound(key, value):
            draft.complain("mapping", f"{key}: {shown(value)!r} is not what {key} holds")
        else:
            good[key] = value
    return good


def _sound(key: str, value: object) -> bool:
    if key in COLUMN:
        return _text(value) or _texts_by_name(value)
    if key in LISTS:
        return isinstance(value, (list, tuple)) and all(_one(key, item) for item in value)
    if key == "event_is":
        return _codes(value) or (isinstance(value, Mapping) and all(map(_codes, value.values())))
    if key == "visit_days":
        return isinstance(value, Mapping) and all(map(_number, value.values()))
    return _text(value)


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _texts_by_name(value: object) -> bool:
    return isinstance(value, Mapping) and all(map(_text, value.values()))


def _one(key: str, item: object) -> bool:
    if key == "markers" and isinstance(item, Mapping):
        return _text(item.get("column")) and all(isinstance(v, str) for v in item.values())
    return _text(item)


def _codes(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return bool(value) and all(_code(one) for one in value)
    return _code(value)


def _code(value: object) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e6
