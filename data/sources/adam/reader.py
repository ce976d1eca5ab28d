"""CDISC ADaM: ADSL, ADTTE, laboratory and other measurements, adverse events, response.

`CNSR` is read here, once: 0 = event, above 0 = censored. No CDISC name goes any further.
Source: CDISC ADaM Implementation Guide 1.3, and its BDS for Time-to-Event Analyses 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from data.sources.adam import _bds as bds
from data.sources.adam import _events as events
from data.sources.adam import _tte as tte
from data.sources.cells import arms
from data.sources.cells.event_coding import normal
from data.sources.draft import Draft
from data.sources.formats.raw_table import RawTable
from data.sources.mapping import check

KEYS = ("arm", "time_unit", "event_is", "baseline", "visit_days")
_FAILED = re.compile(
    r"screen(ing)? ?fail\w*|scrnfail|not (assigned|treated|randomi[sz]ed)|notassgn|nottrt", re.I
)
# What ADSL knows of a patient at baseline, and what it is called here.
COVARIATES = {
    "AGE": "age", "AGEGR1": "age_group", "SEX": "sex", "RACE": "race", "ETHNIC": "ethnicity",
    "COUNTRY": "country", "REGION1": "region", "ECOGBL": "ecog", "BMIBL": "bmi",
    "WEIGHTBL": "weight_kg", "HEIGHTBL": "height_cm", "STRAT1": "stratum_1", "STRAT2": "stratum_2",
}  # fmt: skip
ARMS = ("TRT01P", "TRTP", "ARM", "ACTARM", "TRT01A", "TRTA")


def follows(raws: list[RawTable]) -> bool:
    """Whether one of the tables is an ADTTE, or is named and keyed like ADaM."""
    for raw in raws:
        names = {name.upper() for name in raw.frame.columns}
        if {"USUBJID", "PARAMCD", "CNSR"} <= names or {"USUBJID", "PARAMCD", "AVAL"} <= names:
            return True
    return any(raw.name.upper() == "ADSL" for raw in raws)


def understand(raws: list[RawTable], name: str, mapping: Mapping | None) -> Draft:
    """The package as a draft of a cohort."""
    draft = Draft(name, "ADaM")
    mapping = check(draft, mapping, KEYS)
    for raw in raws:
        raw.frame = raw.frame.set_axis([str(c).upper() for c in raw.frame.columns], axis=1)
        raw.labels = {column.upper(): label for column, label in raw.labels.items()}
    kinds = {id(raw): kind_of(raw) for raw in raws}
    of = {kind: [raw for raw in raws if kinds[id(raw)] == kind] for kind in set(kinds.values())}
    gone = _subjects(draft, of, mapping)
    for raw in raws:
        if kinds[id(raw)] not in ("ADSL", ""):
            raw.drop(raw.frame["USUBJID"].isin(gone), "of patients who are set aside")
    tte.add(draft, of.get("ADTTE", []), mapping)
    bds.add(draft, of.get("BDS", []), mapping)
    events.add(draft, of.get("ADAE", []), of.get("ADRS", []))
    for raw in raws:
        _note_seen(draft, raw, kinds[id(raw)])
    draft.mapping = {key: mapping[key] for key in KEYS if key in mapping}
    if draft.file_unit:  # empty where parameters differ: each stays what the file says of it
        draft.mapping.setdefault("time_unit", draft.file_unit)
    return draft


def kind_of(raw: RawTable) -> str:
    """What a table is by its columns: names differ from house to house. Empty: not used."""
    names, name = set(raw.frame.columns), raw.name.upper()
    if "USUBJID" not in names:
        return ""
    if {"PARAMCD", "AVAL", "CNSR"} <= names:
        return "ADTTE"
    if name.startswith("ADRS") or ({"PARAMCD", "AVALC", "RSTESTCD"} <= names):
        return "ADRS"
    if {"PARAMCD", "AVAL"} <= names:
        return "BDS"
    if "AEDECOD" in names or "AETERM" in names:
        return "ADAE"
    if name.startswith("ADSL") or ("PARAMCD" not in names and raw.frame["USUBJID"].is_unique):
        return "ADSL"
    return ""


ROLES = {
    "AVISITN": "order of the visits", "ADT": "date", "STARTDT": "date of time zero",
    "AVALU": "unit", "PARAM": "label and unit", "DTYPE": "derivation", "ANL01FL": "analysis flag",
    "USUBJID": "subject", "CNSR": "cnsr", "AVISIT": "visit", "ADY": "day", "ABLFL": "baseline flag",
    "AEDECOD": "adverse event", "AETERM": "adverse event", "ASTDY": "first day",
    "AESTDY": "first day", "AENDY": "last day", "AEENDY": "last day", "AETOXGR": "grade",
    "ATOXGR": "grade", "AETOXGRN": "grade", "ATOXGRN": "grade",
    "TRT01P": "planned arm", "TRT01A": "actual arm", "TRT01PN": "order of the arms",
}  # fmt: skip


def _note_seen(draft: Draft, raw: RawTable, kind: str) -> None:
    roles = {name: (role, "ADaM") for name, role in ROLES.items()}
    endpoint, value = ("endpoint", "time") if kind == "ADTTE" else ("marker", "value")
    roles |= {"PARAMCD": (endpoint, "ADaM"), "AVAL": (value, "ADaM")}
    if kind == "ADSL":
        roles |= {name: ("covariate", f"kept as {ours}") for name, ours in COVARIATES.items()}
    draft.add_table(raw, roles if kind else {}, None if kind else 0)
    if not kind and not raw.problems:
        draft.warn(raw.source, "is no table that is used here")


# ------------------------------------------------------------------------------------ subjects


def _subjects(draft: Draft, of: dict[str, list[RawTable]], mapping: dict) -> set[str]:
    """One row a patient, from ADSL or else from ADTTE; the patients who are set aside."""
    homes = of.get("ADSL") or of.get("ADTTE") or []
    if not homes:
        draft.complain("", "neither ADSL nor ADTTE is there: patients and outcomes are needed")
        return set()
    raw = homes[0]
    rows = raw.frame
    gone = _screen_failures(raw)
    rows = raw.frame if of.get("ADSL") else raw.frame[~raw.frame["USUBJID"].duplicated()]
    frame = pd.DataFrame({"subject": rows["USUBJID"]})
    columns = {"subject": "USUBJID"}
    arm = mapping.get("arm") or next((name for name in ARMS if name in rows.columns), None)
    if arm is not None and arm not in rows.columns:
        draft.complain(raw.source, f"arm: there is no column {arm!r}", arm)
        arm = None
    if arm is not None:
        columns["arm"] = arm
        frame = _arms(draft, raw, frame.assign(arm=rows[arm]), arm)
        _planned_or_actual(draft, raw, arm)
    for theirs, ours in COVARIATES.items():
        if theirs in rows.columns and rows[theirs].ne("").any():
            frame[ours], columns[ours] = rows[theirs], theirs
    draft.add("subjects", frame, raw, columns)
    return gone


def _screen_failures(raw: RawTable) -> set[str]:
    """Set aside who was never treated: by the arm's name, or by having none."""
    rows = raw.frame
    failed = pd.Series(False, rows.index)
    for name in ("ARM", "ACTARM", "TRT01P", "TRT01A", "ARMCD", "ARMNRS"):
        if name in rows.columns:
            failed |= rows[name].map(lambda cell: _FAILED.fullmatch(cell.strip()) is not None)
    if {"TRT01P", "SAFFL"} <= set(rows.columns):
        failed |= rows["TRT01P"].eq("") & rows["SAFFL"].ne("Y")
    gone = set(rows.loc[failed, "USUBJID"])
    raw.drop(failed, "screen failures and patients who were never treated")
    return gone


def _arms(draft: Draft, raw: RawTable, frame: pd.DataFrame, arm: str) -> pd.DataFrame:
    """Arms in the order of their numbers (TRT01PN), never of the alphabet."""
    number = arm + "N"
    if number in raw.frame.columns:
        pairs = pd.DataFrame(
            {"label": frame["arm"], "n": raw.frame.loc[frame.index, number].map(normal)}
        )
        pairs = pairs.drop_duplicates()
        if pairs["label"].is_unique and pairs["n"].is_unique and pairs["n"].ne("").all():
            codes = dict(zip(pairs["label"], pairs["n"], strict=True))
            ordered = frame.assign(arm_label=frame["arm"], arm=frame["arm"].map(codes))
            doses = arms.doses_of(list(pairs["label"]))
            if doses:
                draft.study["dose_unit"] = doses[1]
                return ordered.assign(dose=ordered["arm_label"].map(doses[0]))
            return ordered
        draft.warn(
            raw.source, f"{number} does not number the arms of {arm} one by one; not used", number
        )
    return arms.complete(draft, raw, frame, arm)


def _planned_or_actual(draft: Draft, raw: RawTable, arm: str) -> None:
    other = {"TRT01P": "TRT01A", "TRT01A": "TRT01P", "ARM": "ACTARM", "ACTARM": "ARM"}.get(arm)
    if other in raw.frame.columns:
        n = int((raw.frame[arm].ne(raw.frame[other]) & raw.frame[other].ne("")).sum())
        if n:
            which = "planned" if arm in ("TRT01P", "ARM") else "actual"
            message = f"{n} patients have another arm in {other}; the {which} arm ({arm}) is used"
            draft.warn(raw.source, message, arm)
