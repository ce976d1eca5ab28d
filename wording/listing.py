"""Several things in one sentence: one rule for all of them."""

from __future__ import annotations

from collections.abc import Iterable


def list_items(parts: Iterable[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    *before, last = parts
    return f"{', '.join(before)} and {last}" if before else last
