"""Which markers are drawn together: groups that a cohort has, found by unit, label and formula."""

from __future__ import annotations

import re

from analysis.question import Question
from analysis.question.display_options import OPTIONS, choose_option
from data.cohort import Cohort

MOST = 24  # panels of one group: beyond, a page is no longer read

_COUNT = re.compile(r"(cells?|count|10\^?9|×10|10⁹)?\s*(/|per )\s*(µl|μl|ul|mm3|mm³|l|ml)\b", re.I)
_CELLS = re.compile(r"cell|lymph|\bcd\d+|leuko|leuco", re.I)
_TREG = re.compile(r"treg|regulatory t|foxp3", re.I)
_NK = re.compile(r"(^|[^a-z])nk([^a-z]|$)|natural killer", re.I)
_RATIO = re.compile(r"\bratio\b|^\S+:\S+$", re.I)


def find_marker_groups(cohort: Cohort) -> dict[str, tuple[str, ...]]:
    """The markers of each group that has any, by the group's code; "all" holds every marker."""
    measured = set(cohort.measurements["marker"].unique())
    found: dict[str, list[str]] = {code: [] for code in OPTIONS["panel"]}
    for row in cohort.markers.itertuples():
        if row.marker in measured:
            for code in (*_codes(row), "all"):
                found[code].append(row.marker)
    return {code: tuple(markers) for code, markers in found.items() if markers}


def choose_marker_group(groups: dict[str, tuple[str, ...]], question: Question) -> str:
    """The group that the address chooses; where it chooses none, that of the question's marker."""
    wanted = choose_option(question, "panel")
    return wanted if wanted in groups else find_group_of_marker(groups, question.marker)


def find_group_of_marker(groups: dict[str, tuple[str, ...]], marker: str) -> str:
    """The first group that shows a marker."""
    return next((code for code, markers in groups.items() if marker in markers[:MOST]), "all")


def _codes(row) -> list[str]:
    """The groups of a marker; a total of NK cells is a count and belongs to the NK cells, too."""
    label, code, unit, formula = map(_text, (row.label, row.marker, row.unit, row.formula))
    said = f"{label} {code.replace('_', ' ')}"
    special = [name for name, pattern in (("treg", _TREG), ("nk", _NK)) if pattern.search(said)]
    if _RATIO.search(label) or ("/" in formula and not unit):
        return [*special, "ratio"]
    count = _COUNT.search(unit) and (_CELLS.search(f"{said} {unit}"))
    return [*(["counts"] if count and not formula else []), *special]


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
