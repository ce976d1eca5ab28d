"""The patients of tidy tables: one row each, joined from every table that says who they are."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

from data.sources.cells import arms
from data.sources.draft import Draft
from data.sources.formats.raw_table import RawTable
from data.sources.tidy import roles
from data.sources.tidy.roles import Role, column_of, subject_column

# Letters of other scripts that look like Latin ones, in small: Cyrillic, then Greek.
_TWINS = str.maketrans("аеіјкмнорстухѕԁԝвьαβεζηικμνορτυχ", "aeijkmhopctyxsdwbbabezhikmnoptyx")


def add(draft: Draft, used: list[tuple[RawTable, dict[str, Role]]]) -> None:
    """One row a patient, with what all tables say of them; the fullest table comes first."""
    for raw, found in used:
        _without_blanks(draft, raw, subject_column(found))
    home = [(raw, found) for raw, found in used if _describes(raw, found)] or used[:1]
    frames = [(raw, found, _patients(draft, raw, found)) for raw, found in home]
    frames.sort(key=lambda one: -len(one[2].columns))
    ids: set[str] = set()
    for at, (raw, found, frame) in enumerate(frames):
        columns = {name: name for name in frame.columns}
        columns |= {r: column_of(found, r) or r for r in ("subject", "arm", "dose")}
        new = frame[~frame["subject"].isin(ids)]
        for other_raw, other_found, other in frames[at + 1 :]:
            new = _join(draft, new, other, other_raw, other_found)
        ids |= set(frame["subject"])
        draft.add("subjects", new, raw, columns)
    _similar(draft, used, ids)


def _without_blanks(draft: Draft, raw: RawTable, column: str) -> None:
    """The same patient in two files, once with a blank behind the id, is one patient."""
    bare = raw.frame[column].str.strip()
    n = int(bare.ne(raw.frame[column]).sum())
    if n:
        raw.frame = raw.frame.assign(**{column: bare})
        draft.warn(raw.source, f"blanks around {n:,} values were taken off", column)


def _join(draft: Draft, frame, other, raw: RawTable, found: dict[str, Role]) -> pd.DataFrame:
    """The patients with what another table says of them; two tables must not disagree."""
    lookup = other.drop_duplicates("subject").set_index("subject")
    frame = frame.copy()
    for name in lookup.columns:
        said = frame["subject"].map(lookup[name]).fillna("")
        if name not in frame.columns:
            frame[name] = said
            continue
        differ = frame[name].ne("") & said.ne("") & frame[name].ne(said)
        if differ.any() and name != "arm_label":
            who = frame.loc[differ, "subject"].iloc[0]
            column = column_of(found, name) or name
            row = int(other.index[other["subject"].eq(who)][0])
            message = f"{name} of {who!r} is not the same in another table"
            note = draft.complain if name in ("arm", "dose") else draft.warn
            note(raw.source, message, column, row)
        frame[name] = frame[name].where(frame[name].ne(""), said)
    return frame


def _describes(raw: RawTable, found: dict[str, Role]) -> bool:
    """Whether a table says who the patients are: outcomes, arms or one row for each."""
    kinds = {role.role for role in found.values()}
    return bool(kinds & {"time", "arm", "dose"}) or (
        raw.frame[subject_column(found)].is_unique and "value" not in kinds
    )


def _patients(draft: Draft, raw: RawTable, found: dict[str, Role]) -> pd.DataFrame:
    subject = subject_column(found)
    rows = raw.frame
    repeated = not rows[subject].is_unique
    several = repeated and bool(
        {"visit", "endpoint", "marker", "day"} & {r.role for r in found.values()}
    )
    told = [name for name, role in found.items() if role.role in ("arm", "dose", "covariate")]
    frame = pd.DataFrame({"subject": rows[subject]})
    for name in told:
        key = found[name].role if found[name].role != "covariate" else name
        if key in ("subject", "arm_label") or (key in frame.columns):
            continue
        cells = _settle(draft, raw, rows, subject, name, key) if several else rows[name]
        if cells is not None:
            frame[key] = _maybe_numbers(draft, raw, name, cells, found[name].role == "dose")
    if several:
        frame = frame[~frame["subject"].duplicated()]
    elif repeated:
        frame = frame[~frame.duplicated()]
    return arms.complete(draft, raw, frame, column_of(found, "arm"))


def _settle(
    draft: Draft, raw: RawTable, rows, subject: str, name: str, key: str
) -> pd.Series | None:
    """A patient's one value of a column that stands on several rows (blank on some of them)."""
    filled = rows[rows[name].ne("")]
    counts = filled.groupby(subject)[name].nunique()
    changing = counts[counts > 1]
    if len(changing):
        if key in ("arm", "dose"):
            first = filled[filled[subject].eq(changing.index[0])].index[-1]
            message = f"{changing.index[0]!r} has more than one {key} in {name}"
            draft.complain(raw.source, message, name, int(first))
        else:
            draft.warn(
                raw.source, "differs within a patient, so it is no baseline value; left out", name
            )
        return None
    return rows[subject].map(filled.drop_duplicates(subject).set_index(subject)[name]).fillna("")


def _maybe_numbers(
    draft: Draft, raw: RawTable, name: str, cells: pd.Series, must: bool
) -> pd.Series:
    """Covariates that are numbers, in plain form; text stays text."""
    found = roles.plain_numbers(raw, name)
    known = dict(zip(raw.frame[name], found.text, strict=True))
    plain = cells.map(lambda cell: known.get(cell, cell))
    limited = found.below.any() or found.above.any()
    if must:
        return plain.str.replace(r"^([\d.]+)\s*[a-zµμ].*$", r"\1", regex=True, flags=re.I)
    return cells if limited or found.unclear else plain


def _similar(draft: Draft, used: list, ids: set[str]) -> None:
    """Ids that differ from another only in case, blanks, marks or leading zeros."""
    keys: dict[str, set[str]] = {}
    for one in ids:
        keys.setdefault(_key(one), set()).add(one)
    for raw, found in used:
        name = subject_column(found)
        cells = raw.frame[name]
        for one in cells.unique():
            alike = sorted(keys.get(_key(one), set()) - {one})
            if one and alike and (one not in ids or one > alike[0]):
                row = int(cells.index[cells.eq(one)][0])
                message = f"{one!r} looks like {alike[0]!r}: one patient must be written one way"
                (draft.complain if one not in ids else draft.warn)(raw.source, message, name, row)


def _key(text: str) -> str:
    folded = unicodedata.normalize("NFKC", str(text)).casefold().translate(_TWINS)
    bare = re.sub(r"[\s_\-./\u200b-\u200f]+", "", folded)
    return bare.lstrip("0") or "0"
