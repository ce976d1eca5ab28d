"""The mapping as somebody gives it: only what has the right form is used."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from data.problems import shorten
from data.schema import SCALES
from data.sources.draft import Draft

COLUMN = {"subject", "endpoint", "visit", "day", "marker", "value", "arm", "dose", "unit"}
COLUMN |= {"below_limit", "time", "event", "cnsr"}
LISTS = {"markers", "covariates", "ignore"}
# What may be said of a marker, as a line of `markers` holds it.
WORDS, NUMBERS = ("label", "unit"), ("lower_limit", "reference_low", "reference_high")
LONGEST = 200  # characters of a label or unit


def check(draft: Draft, mapping: object, keys: Iterable[str]) -> dict:
    """The usable part of a mapping; every other part is a problem that says why."""
    if mapping is None:
        return {}
    if not isinstance(mapping, Mapping):
        draft.complain("mapping", "must be names by role, such as {'subject': 'Patient'}")
        return {}
    keys, good = list(keys), {}
    for key, value in mapping.items():
        if key not in keys:
            draft.complain("mapping", f"unknown role {shorten(key)!r}; known: {', '.join(keys)}")
        elif not _sound(key, value):
            draft.complain("mapping", f"{key}: {shorten(value)!r} is not what {key} holds")
        else:
            good[key] = value
    return good


def _sound(key: str, value: object) -> bool:
    if key in COLUMN:
        return _text(value) or _texts_by_name(value)
    if key in LISTS:
        return isinstance(value, (list, tuple)) and all(_one(key, item) for item in value)
    if key == "describe":
        return _description(value)
    if key == "derived":
        return _check_derived(value)
    if key == "visit_order":
        return isinstance(value, (list, tuple)) and all(map(_text, value))
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


def _description(value: object) -> bool:
    """Whether it says of each marker only what a line of `markers` holds."""
    return isinstance(value, Mapping) and all(
        isinstance(marker, str) and isinstance(said, Mapping) and _sound_line(said)
        for marker, said in value.items()
    )


def _sound_line(said: Mapping) -> bool:
    for key, value in said.items():
        if key in WORDS:
            good = isinstance(value, str) and len(value) <= LONGEST
        elif key in NUMBERS:
            good = value is None or _finite(value)
        else:
            good = key == "scale" and value in SCALES
        if not good:
            return False
    return True


def _check_derived(value: object) -> bool:
    """Whether it is a list of markers with their formulas."""
    return isinstance(value, (list, tuple)) and all(
        isinstance(one, Mapping)
        and set(one) <= {"marker", "formula", "label", "unit", "scale"}
        and all(isinstance(text, str) for text in one.values())
        and bool(one.get("marker"))
        and bool(one.get("formula"))
        and one.get("scale", "linear") in SCALES
        for one in value
    )


def _finite(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
