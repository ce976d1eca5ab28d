"""What somebody adds to files of any form: of markers, of visits, and markers made of others.

These parts of a mapping name no columns, so that they mean the same for a tidy table, an ADaM
package and Cutline's own tables; they are laid over what a reader has understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from data.formula import Formula, FormulaError
from data.problems import shorten
from data.schema import MARKERS, TABLES
from data.sources.draft import Draft
from data.sources.mapping import WORDS, check
from data.sources.tidy import measurements

KEYS = ("describe", "derived", "visit_order", "opens_with", "baseline", "visit_days")
LAID_OVER = ("describe", "derived", "visit_order", "opens_with")  # the readers know the others


def split_facts(mapping: Any) -> tuple[Any, dict]:
    """A mapping without these parts, as a reader takes it, and these parts."""
    if not isinstance(mapping, Mapping):
        return mapping, {}
    rest = {key: value for key, value in mapping.items() if key not in LAID_OVER}
    return rest or None, {key: mapping[key] for key in KEYS if key in mapping}


def only(mapping: object) -> bool:
    """Whether a mapping says nothing of columns."""
    return not mapping or (isinstance(mapping, Mapping) and set(mapping) <= set(KEYS))


def apply(draft: Draft, given: Mapping) -> None:
    """Lay them over the draft; what does not fit is a problem of the mapping."""
    facts = check(draft, {key: given[key] for key in LAID_OVER if key in given}, LAID_OVER)
    if draft.own_rows:
        facts |= check(draft, {k: given[k] for k in KEYS[4:] if k in given}, KEYS)
    if facts.get("describe") or facts.get("derived"):
        _markers(draft, facts)
    if {"visit_order", "baseline", "visit_days"} & set(facts):
        _visits(draft, facts)
    visits = [found.visit for found in draft.visits]
    if (opening := facts.get("opens_with")) is not None:
        if visits and opening not in visits:
            draft.complain("mapping", f"opens_with: there is no visit {shorten(opening)!r}")
        else:
            draft.study["opens_with"] = opening
    draft.mapping |= facts


# ------------------------------------------------------------------------------------ markers


def _markers(draft: Draft, facts: dict) -> None:
    """A line for each marker, described, and one for each that is made of others."""
    lines = _describe(draft)
    known = set(lines["marker"])
    for at, one in enumerate(facts.get("derived", ()), start=1):
        code = one["marker"]
        if why := _unusable(code, one["formula"], known):
            draft.complain("mapping", f"derived marker {at} ({shorten(code)}): {why}")
            continue
        known.add(code)
        line = {"marker": code, "formula": one["formula"]} | {
            key: one[key] for key in (*WORDS, "scale") if key in one
        }
        lines.loc[_next(lines)] = {name: line.get(name, "") for name in lines.columns}
    for marker, said in facts.get("describe", {}).items():
        here = lines["marker"].eq(marker)
        if not here.any():
            draft.complain("mapping", f"describe: there is no marker {shorten(marker)!r}")
        for key, value in said.items():
            lines.loc[here, key] = _text(value)
        _ordered_range(draft, marker, said)
    draft.parts["markers"] = [lines]


def _describe(draft: Draft) -> pd.DataFrame:
    """The lines of the markers so far, with every column; one for each that has none."""
    names = MARKERS.names()
    parts = draft.parts["markers"]
    lines = pd.concat(parts) if parts else pd.DataFrame(columns=names, dtype=object)
    others = [name for name in lines.columns if name not in names]
    lines = lines.reindex(columns=[*names, *others]).fillna("").astype(object)
    measured_ = [part["marker"] for part in draft.parts["measurements"] if "marker" in part]
    codes = pd.concat(measured_).unique() if measured_ else []
    for code in codes:
        if code not in set(lines["marker"]):
            lines.loc[_next(lines)] = {
                name: code if name == "marker" else "" for name in lines.columns
            }
    lines.index.name = "row"
    return lines


def _next(lines: pd.DataFrame) -> int:
    return int(max(lines.index, default=1)) + 1


def _unusable(code: str, formula: str, known: set[str]) -> str:
    """Why a derived marker cannot be made, or nothing."""
    if code in known:
        return "there is a marker of that name already; choose another name"
    try:
        unknown = [name for name in Formula(formula).names if name not in known]
    except FormulaError as error:
        return f"the formula cannot be used: {error}"
    return f"there is no marker {shorten(unknown[0])!r}" if unknown else ""


def _ordered_range(draft: Draft, marker: str, said: Mapping) -> None:
    low, high = said.get("reference_low"), said.get("reference_high")
    if low is not None and high is not None and low >= high:
        message = (
            f"{shorten(marker)}: the reference range ends ({high:g}) before it begins ({low:g})"
        )
        draft.complain("mapping", message)


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else repr(float(value))


# ------------------------------------------------------------------------------------ visits


def _visits(draft: Draft, facts: dict) -> None:
    """The visits in the order that is said; for Cutline's own tables the baseline and days too."""
    if draft.own_rows:
        _own_visits(draft, facts)
    said = list(facts.get("visit_order", ()))
    if not said or not draft.parts["visits"]:
        return
    lines = pd.concat(draft.parts["visits"])
    here = list(lines["visit"])
    for visit in said:
        if visit not in here:
            draft.complain("mapping", f"visit_order: there is no visit {shorten(visit)!r}")
    whole = list(dict.fromkeys([*(v for v in said if v in here), *here]))
    place = {visit: str(at) for at, visit in enumerate(whole)}
    draft.parts["visits"] = [lines.assign(order=lines["visit"].map(place))]
    draft.visits.sort(key=lambda found: whole.index(found.visit))


def _own_visits(draft: Draft, facts: dict) -> None:
    """What Cutline's own tables say of their visits, or could have said."""
    if not draft.parts["visits"]:
        _make_visits(draft, facts)
        return
    lines = pd.concat(draft.parts["visits"])
    here = set(lines["visit"])
    days, baseline = facts.get("visit_days", {}), facts.get("baseline")
    for visit in {baseline, *days} - {*here, None}:
        draft.complain("mapping", f"there is no visit {shorten(visit)!r}")
    if days:
        old = lines["day"] if "day" in lines else pd.Series("", lines.index)
        as_text = {visit: repr(float(day)) for visit, day in days.items()}
        lines["day"] = lines["visit"].map(as_text).fillna(old)
    if baseline in here:
        lines["is_baseline"] = lines["visit"].eq(baseline).map({True: "1", False: "0"})
    draft.parts["visits"] = [lines]
    _say_again(draft, lines)


def _make_visits(draft: Draft, facts: dict) -> None:
    names = TABLES["measurements"].names()
    rows = [part.reindex(columns=names) for part in draft.parts["measurements"]]
    if rows and "visit" in draft.parts["measurements"][0]:
        stated = measurements.StatedBaseline(
            facts.get("baseline"), "you said so", facts.get("visit_days")
        )
        measurements.put_visits(draft, pd.concat(rows).fillna(""), stated=stated)


def _say_again(draft: Draft, lines: pd.DataFrame) -> None:
    """The visits as they are listed for whoever looks, after a change."""
    now = lines.drop_duplicates("visit").set_index("visit")
    days = pd.to_numeric(now["day"], errors="coerce") if "day" in now else {}
    marked = now.get("is_baseline", pd.Series("0", now.index)).eq("1")
    draft.visits = [
        replace(
            one,
            day=None if pd.isna(days.get(one.visit)) else float(days[one.visit]),
            is_baseline=bool(marked[one.visit]),
        )
        for one in draft.visits
    ]
