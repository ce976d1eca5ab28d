"""Which convention a set of tables follows, and the reader that knows it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from data.cohort import Problem
from data.limits import Limits
from data.sources import cutline_tables, facts, template_workbook
from data.sources.draft import Draft
from data.sources.formats import detect, files
from data.sources.formats.raw_table import RawTable, Unreadable
from data.sources.tidy import reader
from data.sources.understood import Understood

NOTHING = "no table was found in {name!r}: hand over CSV, Excel (.xlsx), XPT or Dataset-JSON files"


def understand(path: Path, mapping: Mapping | None, limits: Limits) -> Understood:
    """Read everything under the path once, and say what it is."""
    name = _name(path)
    try:
        found, problems = files.gather(path, limits)
    except Unreadable as error:
        return _refused(name, [Problem(path.name, "", error.row, str(path), str(error))])
    study, found = _study_file(found)
    raws: list[RawTable] = []
    for file in found:
        tables, broken = detect.tables_of(file, limits)
        raws += tables
        problems = problems + broken
    if sum(raw.frame.size for raw in raws) > limits.cells:
        message = f"more than {limits.cells:,} cells together; hand over those that are needed"
        return _refused(name, [Problem(path.name, "", None, "", message)])
    if not raws and not problems:
        problems = [Problem("", "", None, str(path), NOTHING.format(name=path.name))]
    if not raws:
        own_form = cutline_tables.follows(file.stem for file in found)
        return _refused(
            name, [cutline_tables.name_tables(p) for p in problems] if own_form else problems
        )
    stems = [file.stem for file in found] + [raw.name for raw in raws]
    beside: list[RawTable] = []
    if by_template := template_workbook.follows(raws):
        try:
            raws, mapping, beside = template_workbook.unfold(raws, mapping)
        except Unreadable as error:
            return _refused(name, [*problems, Problem(path.name, "", None, "", str(error))])
    rest, said = facts.split_facts(mapping)
    if cutline_tables.follows(stems) and facts.only(mapping):
        draft = cutline_tables.understand(raws, name)
        problems = [cutline_tables.name_tables(problem) for problem in problems]
    else:
        draft = draft_of(raws, name, rest)
    if by_template:
        draft.convention = template_workbook.CONVENTION
    for raw in beside:
        draft.add_table(raw, {}, 0)
    draft.problems = problems + draft.problems
    if study is not None:
        cutline_tables.add_study(draft, study)
    facts.apply(draft, said)
    return draft.understood()


def draft_of(raws: list[RawTable], name: str, mapping: Mapping | None) -> Draft:
    """The tables read by the convention that they follow."""
    from data.sources import cytometry as flow
    from data.sources import redcap
    from data.sources.adam import reader as adam

    if adam.follows(raws):
        return adam.understand(raws, name, mapping)
    convention = "tidy table" if len(raws) == 1 else "tidy tables"
    if redcap.follows(raws):
        raws, convention = redcap.unfold(raws), "REDCap export"
    elif flow.follows(raws):
        raws, convention = flow.unfold(raws), "cytometry table"
    elif any("OS_STATUS" in raw.frame.columns for raw in raws):
        convention = "cBioPortal clinical data"
    return reader.understand(raws, name, mapping, convention)


def _name(path: Path) -> str:
    """A cohort's name: the folder's, or the file's without its suffix; one line, not too long."""
    text = path.resolve().stem if path.is_file() else path.resolve().name
    clean = "".join(c if c.isprintable() else " " for c in text).strip()
    return clean[:100] or "cohort"


def _refused(name: str, problems: list[Problem]) -> Understood:
    return Understood(name, "nothing that can be read", {}, problems=tuple(problems))


def _study_file(found: list[files.File]) -> tuple[files.File | None, list[files.File]]:
    """The study file apart from the tables; other TOML is none of the data."""
    study = [file for file in found if file.name.rsplit("/", 1)[-1].lower() == "study.toml"]
    rest = [file for file in found if not file.name.lower().endswith(".toml")]
    return (study[0] if study else None), rest
