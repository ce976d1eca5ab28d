"""The question that everything hangs on, and its form as an address.

*Does `endpoint` differ between patients of `cohort` whose `measure` of `marker` at `visit`
lies above `cut` and the others, counted from `clock`?*
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from analysis.stats.rounding import write_number

MEASURE_NAMES = {"value": "value", "change": "change", "fold": "fold change"}  # in a sentence
MEASURES = tuple(MEASURE_NAMES)
CLOCKS = ("start", "landmark")
BLIND = "yes"
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
LARGEST = 1e15
MOST_CUTS = 3  # four groups: more curves than that cannot be told apart
LONGEST_ADDRESS = 2_000  # characters; ours are under 200


@dataclass(frozen=True)
class Question:
    """Strings and numbers only: an address, a cache key and the header of every export.

    `baseline` is the visit that change and fold change start from; `cut` holds the cut-offs
    in the marker's unit, ascending; a field is empty where an analysis does not read it. `where`
    is the population (`analysis.question.subgroup`; "" = all), which every analysis reads. `blind`
    is "yes" where the outcome is covered until the cut-off is locked; `options` are (name, code)
    of how a page is drawn (`analysis.question.display_options`). No analysis reads these two.
    """

    cohort: str = ""
    endpoint: str = ""
    marker: str = ""
    visit: str = ""
    measure: str = ""
    baseline: str = ""
    cut: tuple[float, ...] = ()
    clock: str = ""
    where: str = ""
    blind: str = ""
    options: tuple[tuple[str, str], ...] = ()

    def reading(self, names: Iterable[str]) -> Question:
        """The same question with every other field empty: what one analysis may look at.

        Whom the question is about is always among it: no analysis may take a part for the whole.
        """
        return Question(**{name: getattr(self, name) for name in {*names, "cohort", "where"}})

    def changed(self, **values: Any) -> Question:
        """A copy with some fields replaced."""
        return replace(self, **values)

    def query(self) -> str:
        """The query of the address, without "?": the same question always gives the same text."""
        texts = {name: write_field(getattr(self, name)) for name in FIELDS}
        if self.measure == "value":
            texts.pop("baseline")
        texts.update(self.options)
        return urlencode({name: text for name, text in texts.items() if text}, safe=",")


FIELDS = tuple(field.name for field in fields(Question) if field.name != "options")
OPTION_NAMES = ("panel", "axis", "by", "middle", "test", "sort", "order")
SPLIT_FIELDS = ("marker", "visit", "measure", "baseline", "cut")


def write_field(value: str | tuple[float, ...]) -> str:
    """A field as it stands in the address."""
    return value if isinstance(value, str) else ",".join(map(write_number, value))


def parse_query(query: str) -> dict[str, str]:
    """The fields that a query names, as text; of repeated ones the first, unknown ones left out."""
    pairs = parse_qsl(query[:LONGEST_ADDRESS].removeprefix("?"), keep_blank_values=True)
    found: dict[str, str] = {}
    for name, text in pairs:
        if name.lower() in (*FIELDS, *OPTION_NAMES):
            found.setdefault(name.lower(), text.strip())
    return found


def parse_number(text: str) -> float:
    """A finite number from text; ValueError in words where it is none."""
    if text.strip().lower().lstrip("+-") in ("nan", "inf", "infinity"):
        raise ValueError(f"“{shorten(text)}” is not a finite number")
    if not NUMBER.fullmatch(text.strip()):
        raise ValueError(f"“{shorten(text)}” is not a number")
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"“{shorten(text)}” is not a finite number")
    if abs(value) > LARGEST:
        raise ValueError(f"“{shorten(text)}” is larger than any marker")
    return value + 0.0  # -0 is 0


def parse_cuts(text: str) -> tuple[float, ...]:
    """One to three cut-offs from "20.1" or "20, 10", ascending; ValueError in words otherwise."""
    values = [parse_number(part) for part in text.split(",")]
    if len(values) > MOST_CUTS:
        raise ValueError(f"at most {MOST_CUTS} cut-offs can be answered, not {len(values)}")
    if len(set(values)) < len(values):
        raise ValueError("two of the cut-offs are equal")
    # Whoever writes two cut-offs writes the smaller one first, or a space: this is 24.5.
    if DECIMAL_COMMA.fullmatch(text) and values != sorted(values):
        raise ValueError(
            f"“{shorten(text)}” is not clear: a decimal is written with a point "
            f"({text.replace(',', '.')}), several cut-offs from the lowest on ({_listed(values)})"
        )
    return tuple(sorted(values))


def _listed(values: Iterable[float]) -> str:
    return ", ".join(map(write_number, sorted(values)))


def shorten(text: str) -> str:
    """Foreign text fit for a sentence: no control or direction marks, at most 40 characters."""
    clean = "".join(char if char.isprintable() else "?" for char in text)
    return clean if len(clean) <= 40 else clean[:39] + "…"
