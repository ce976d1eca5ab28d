"""REDCap exports: events and repeats become visits; forms' own columns are left out."""

from __future__ import annotations

import re

import pandas as pd

from data.sources.formats.raw_table import RawTable

EVENT, INSTANCE, INSTRUMENT = (
    "redcap_event_name",
    "redcap_repeat_instance",
    "redcap_repeat_instrument",
)
_ARM = re.compile(r"_arm_(\d+)[a-z]?$")
_FORM = re.compile(r".*_(complete|timestamp)$|redcap_(survey_identifier|data_access_group)")
_BOX = re.compile(r".+___.+")


def follows(raws: list[RawTable]) -> bool:
    """Whether a table is an export of REDCap."""
    return any({EVENT, INSTANCE, INSTRUMENT} & set(raw.frame.columns) for raw in raws)


def unfold(raws: list[RawTable]) -> list[RawTable]:
    """The same tables with visits in words, and roles for what is REDCap's own."""
    for raw in raws:
        _unfold(raw)
    return raws


def _unfold(raw: RawTable) -> None:
    columns = list(raw.frame.columns)
    if "record_id" in columns:
        raw.known_roles["record_id"] = ("subject", "REDCap's record")
    for name in columns:
        if _FORM.fullmatch(name):
            raw.known_roles[name] = ("ignore", "REDCap's own column of a form")
        elif _BOX.fullmatch(name):
            raw.known_roles[name] = ("covariate", "a checkbox of REDCap")
    blank = pd.Series("", raw.frame.index)
    instance = raw.frame.get(INSTANCE, blank).str.strip()
    later = ~instance.isin(["", "1"])
    if EVENT in columns:
        event = raw.frame[EVENT].str.strip()
        _several_arms(raw, event)
        visit = event.str.replace(_ARM, "", regex=True).str.replace("_", " ")
        raw.frame = raw.frame.assign(**{EVENT: visit.where(~later, visit + " #" + instance)})
        raw.known_roles[EVENT] = ("visit", "REDCap's event")
    elif later.any():
        form = raw.frame.get(INSTRUMENT, blank).str.replace("_", " ")
        visit = (form + " #" + instance).where(instance.ne(""), "")
        raw.frame = raw.frame.assign(**{INSTANCE: visit})
        raw.known_roles[INSTANCE] = ("visit", "REDCap's repeats")
    for name in (INSTANCE, INSTRUMENT):
        if name in columns:
            raw.known_roles.setdefault(name, ("ignore", "REDCap's own column"))


def _several_arms(raw: RawTable, event: pd.Series) -> None:
    """An arm of REDCap is a schedule, and often the arm of the trial: said, and not used."""
    arms = sorted({match[1] for text in event.unique() if (match := _ARM.search(text))})
    if len(arms) > 1:
        message = f"REDCap has {len(arms)} arms in its event names; they are not taken as treatment"
        raw.warn(message, EVENT)
