"""Cutline's own form: subjects, outcomes, measurements and so on, as files or sheets."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from data.cohort import Problem
from data.schema import TABLES
from data.sources.draft import Draft
from data.sources.formats.delimited_text import decode
from data.sources.formats.files import File
from data.sources.formats.raw_table import RawTable, Unreadable
from data.sources.tidy import roles
from data.sources.understood import EventFound, VisitFound
from data.storage.cohort_tables import unquote

LARGEST = 1_000_000  # bytes of a study file


def follows(names: Iterable[str]) -> bool:
    """Whether the tables are named as ours are; two of the three that are needed suffice."""
    return len({n.lower() for n in names} & {"subjects", "outcomes", "measurements"}) >= 2


def name_tables(problem: Problem) -> Problem:
    """The problem of a file that could not be read, under its table's name."""
    table = problem.table.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower()
    return replace(problem, table=table) if table in TABLES else problem


def understand(raws: list[RawTable], name: str) -> Draft:
    """The tables as they stand: nothing is guessed, so problems name our tables."""
    draft = Draft(name, "Cutline's own tables")
    draft.own_rows = True
    for raw in raws:
        table = raw.name.lower()
        if table not in TABLES:
            draft.add_table(raw, {}, 0)
            draft.warn(raw.source, "is none of Cutline's tables; not used")
            continue
        raw.problems = [replace(problem, table=table) for problem in raw.problems]
        raw.warnings = [replace(problem, table=table) for problem in raw.warnings]
        if draft.parts[table]:
            draft.complain(table, f"there are two tables {table!r}; hand over one")
        elif len(raw.frame.columns):
            raw.frame = raw.frame.map(unquote).rename(columns=unquote)
            _plain(draft, raw, table)
            draft.add(table, raw.frame, None)
        draft.add_table(raw, {column: (column, "its name") for column in raw.frame.columns})
    _facts(draft)
    return draft


def _plain(draft: Draft, raw: RawTable, table: str) -> None:
    """Numbers in plain form: decimal commas, thousands, `<0.5`; what is no number stays."""
    numeric = {c.name for c in TABLES[table].columns if c.kind in ("number", "time", "whole")}
    for name in set(raw.frame.columns) - set(TABLES[table].names()):
        if TABLES[table].covariates and raw.form != "CSV":
            raw.frame = raw.frame.assign(**{name: roles.covariate_text(raw, name)})
    for name in [name for name in raw.frame.columns if name in numeric]:
        cells = raw.frame[name]
        found = roles.plain_numbers(raw, name)
        raw.frame = raw.frame.assign(**{name: found.text})
        for cell, why in found.unclear.items():
            row = int(cells.index[cells.eq(cell)][0])
            draft.complain(table, f"{cell!r} {why}", name, row, cell)
        if name == "value" and found.below.any():
            said = raw.frame.get("below_limit", pd.Series("", raw.frame.index))
            raw.frame = raw.frame.assign(below_limit=said.where(~found.below, "1"))
            draft.warn(table, "values such as <0.5 are kept at the limit and marked", name)
        if found.grouped:
            draft.warn(table, "thousands separators were taken off", name)


def _facts(draft: Draft) -> None:
    """Event coding and visits, for whoever looks at what was understood."""
    for frame in draft.parts["outcomes"]:
        if {"endpoint", "event"} <= set(frame.columns):
            for endpoint, rows in frame.groupby("endpoint"):
                counts = rows["event"].str.strip().value_counts().sort_index(ascending=False)
                meaning = {"1": "event", "0": "censored", "1.0": "event", "0.0": "censored"}
                codes = tuple((c, meaning.get(c, "unknown"), int(n)) for c, n in counts.items())
                said = ", ".join(f"{c} = {m}: {n:,}" for c, m, n in codes)
                words = f"{said}, because this form has it so"
                draft.events.append(EventFound(endpoint, "event", "outcomes", codes, words, True))
    for frame in draft.parts["visits"]:
        for line in frame.to_dict("records"):
            day = line.get("day", "")
            number = float(day) if day.lstrip("-").replace(".", "", 1).isdigit() else None
            baseline = line.get("is_baseline") in ("1", "true", "TRUE")
            label = line.get("label") or line.get("visit", "")
            found = VisitFound(line.get("visit", ""), label, number, baseline, 0, "as described")
            draft.visits.append(found)


def add_study(draft: Draft, file: File) -> None:
    """The study file's words; they stand above what was guessed."""
    try:
        if len(file.content) > LARGEST:
            raise Unreadable("is too large for a study file")
        text, encoding = decode(file.content)
        if encoding not in ("utf-8", "utf-16"):
            raise Unreadable("is not UTF-8; save it as UTF-8")
        draft.study |= tomllib.loads(text)
        draft.time_unit = str(draft.study.get("time_unit", draft.time_unit))
    except Unreadable as error:
        draft.problems.append(Problem("study", "", error.row, file.name, str(error)))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        draft.problems.append(Problem("study", "", None, file.name, f"no valid TOML: {error}"))
