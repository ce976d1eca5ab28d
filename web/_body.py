"""A callback's body, read strictly: JSON as the standard has it, and small."""

import json
import math
import re
from collections.abc import Iterable
from typing import Any

from services.request.refusals import Refused

DEEPEST = 20
STRING = 8 * 1024
LIST = 1_000
KEYS = 100
KEY = 256
NUMBER = 1e15
FORBIDDEN = frozenset({"__proto__", "constructor", "prototype"})

# A string may end with the text, so that no position is scanned twice.
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)


def read(raw: bytes) -> dict[str, Any]:
    """The body as a dict within all limits, or Refused."""
    _check_depth(raw)
    try:
        body = json.loads(raw.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_once)
    except Refused:
        raise
    except (ValueError, RecursionError):
        raise Refused("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise Refused("The body is not a JSON object.")
    _check(body)
    return body


def _check_depth(raw: bytes) -> None:
    """Refuse deep nesting before the parser, which is recursive, meets it."""
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(raw):
        mark = found.group()
        if mark in (b"[", b"{"):
            depth += 1
            if depth > DEEPEST:
                raise Refused("The body is nested too deeply.")
        elif mark in (b"]", b"}"):
            depth -= 1


def _no_constant(name: str) -> None:
    raise Refused("A number in the body is not finite.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are all different and harmless."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("The body has the same key twice.")
    if len(found) > KEYS:
        raise Refused("An object in the body has too many keys.")
    if not FORBIDDEN.isdisjoint(found) or any(len(key) > KEY for key in found):
        raise Refused("An object in the body has a key that is not allowed.")
    return found


def _check(value: Any) -> None:
    """Every string, number and list under this value within its limit."""
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, int | float):
        if not math.isfinite(value) or abs(value) > NUMBER:
            raise Refused("A number in the body is not finite or too large.")
    elif isinstance(value, list):
        if len(value) > LIST:
            raise Refused("A list in the body is too long.")
        _check_all(value)
    elif isinstance(value, dict):
        _check_all(value.keys())
        _check_all(value.values())


def _check_all(values: Iterable[Any]) -> None:
    for value in values:
        _check(value)


def _check_text(text: str) -> None:
    """Text that can be stored and sent on: no NUL, no half of a surrogate pair."""
    if len(text) > STRING:
        raise Refused("A text in the body is too long.")
    if "\0" in text:
        raise Refused("A text in the body has a character that is not allowed.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("A text in the body has a character that is not allowed.") from None
