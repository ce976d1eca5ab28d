"""The rules between rows and between tables; problems and warnings go to the log."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from data.cohort import TIME_UNIT, Study
from data.problems import Log
from data.schema import SINGLE_ARM, SINGLE_ARM_LABEL, SUSPICIOUS_MONTHS, TABLES

Frames = dict[str, pd.DataFrame]


def keys(frames: Frames, raw: Mapping[str, pd.DataFrame], log: Log) -> None:
    """Tables that describe one thing a line must not describe it twice."""
    for name in ("subjects", "markers", "visits"):
        column = TABLES[name].key[0]
        if name in raw and column in raw[name].columns:
            codes = frames[name][column]
            twice = codes[codes.duplicated() & codes.ne("")]
            if len(twice):
                message = f"the {column} {{value!r}} stands twice; keep one row"
                log.problem(name, column, twice, message)


def references(frames: Frames, log: Log) -> None:
    """Subjects, markers and visits that other tables name must exist."""
    for name in ("outcomes", "measurements", "events"):
        _refer(frames, name, "subject", "subjects", log)
    _refer(frames, "measurements", "marker", "markers", log)
    if not frames["visits"].empty:
        _refer(frames, "measurements", "visit", "visits", log)


def _refer(frames: Frames, name: str, column: str, home: str, log: Log) -> None:
    if log.lacks(home, column):
        return
    codes = frames[name][column]
    unknown = codes[~codes.isin(frames[home][column]) & codes.ne("")]
    if len(unknown):
        message = f"the {column} {{value!r}} is not in the table {home!r}; add it there, or mend it"
        log.problem(name, column, unknown, message)


def subjects(frames: Frames, log: Log) -> None:
    """Every subject has an outcome, and an arm has one label."""
    rows = frames["subjects"]
    missing = rows["subject"][~rows["subject"].isin(frames["outcomes"]["subject"])]
    if len(missing) and not log.lacks("outcomes", "subject"):
        message = "{value!r} has no outcome in 'outcomes'; add one, or take the row out"
        log.problem("subjects", "subject", missing, message)
    label = rows["arm"].replace(SINGLE_ARM, SINGLE_ARM_LABEL)
    rows["arm_label"] = rows["arm_label"].where(rows["arm_label"].ne(""), label)
    labels = rows.groupby("arm")["arm_label"].transform("first")
    other = rows["arm_label"][rows["arm_label"].ne(labels)]
    if len(other):
        log.problem("subjects", "arm_label", other, "{value!r} is a second label of the same arm")


def events(frames: Frames, log: Log) -> None:
    """What has an end does not end before it starts."""
    rows = frames["events"]
    early = rows["end_day"][rows["end_day"] < rows["start_day"]]
    if len(early):
        message = "ends (day {value}) before it starts; mend one of the two"
        log.problem("events", "end_day", early, message)
    unplaced = rows["kind"][rows["start_day"].isna()]
    if len(unplaced) and not log.lacks("events", "start_day"):
        message = "an event ({value}) without a day; fill it in, or take it out"
        log.problem("events", "start_day", unplaced, message)


def outcomes(rows: pd.DataFrame, study: Study, log: Log) -> pd.DataFrame:
    """The usable outcomes: one a subject and endpoint, with a time."""
    uncoded = rows["subject"][rows["event"].isna() & rows["time"].notna()]
    uncoded = uncoded[~uncoded.index.isin(log.rows("outcomes", "event"))]
    if len(uncoded) and not log.lacks("outcomes", "event"):
        message = "{value!r} has a time but no event code; fill it in, or empty the time"
        log.problem("outcomes", "event", uncoded, message)
    rows = _without_copies(rows, "outcomes", ["time", "event"], log)
    untimed = rows["time"].isna()
    untold = untimed & ~rows.index.isin(log.rows("outcomes", "time"))
    if untold.any():
        message = "the outcome of {value!r} has no time and is set aside"
        log.warning("outcomes", "time", rows["subject"][untold], message)
    return rows[~untimed]


def measurements(frames: Frames, formulas: dict, log: Log) -> pd.DataFrame:
    """The usable measurements: one a subject, visit and marker, with a value."""
    rows = frames["measurements"]
    computed = rows["marker"][rows["marker"].isin(list(formulas))]
    if len(computed):
        message = "{value!r} comes from its formula and must not stand among the measurements"
        log.problem("measurements", "marker", computed, message)
    rows = rows.assign(below_limit=rows["below_limit"].astype(bool))
    rows = _without_copies(rows, "measurements", ["day", "value", "below_limit"], log)
    empty = rows["value"].isna()
    if empty.any():
        message = f"{int(empty.sum())} measurements without a value are left out"
        log.warning("measurements", "value", None, message)
    return _at_limit(rows[~empty], frames["markers"], log)


def _without_copies(rows: pd.DataFrame, name: str, values: list[str], log: Log) -> pd.DataFrame:
    """Rows that say the same twice, once; rows of one key that disagree are problems."""
    key = list(TABLES[name].key)
    repeated = rows.duplicated(key) & rows[key].ne("").all(axis=1)
    if not repeated.any():
        return rows
    same = repeated & rows.duplicated([*key, *values])
    what = rows[key].agg(" ".join, axis=1)
    if same.any():
        log.warning(name, "", what[same], "{value!r} stands twice with equal values; kept once")
    if (repeated & ~same).any():
        message = "{value!r} stands twice with different values; keep the right one"
        log.problem(name, values[-1 if name == "outcomes" else 1], what[repeated & ~same], message)
    return rows[~repeated]


def _at_limit(rows: pd.DataFrame, markers: pd.DataFrame, log: Log) -> pd.DataFrame:
    """Values below a marker's detection limit lie at the limit: they are all one tie."""
    limit = rows["marker"].map(markers.drop_duplicates("marker").set_index("marker")["lower_limit"])
    low = (rows["below_limit"] & limit.notna()) | (rows["value"] < limit)
    moved = low & rows["value"].ne(limit)
    if moved.any():
        message = f"{int(moved.sum())} values below the detection limit are set to the limit"
        log.warning("measurements", "value", None, message)
    value = rows["value"].where(~low, limit)
    return rows.assign(value=value, below_limit=rows["below_limit"] | low)


def suspicions(frames: Frames, study: Study, log: Log) -> None:
    """What is usable but looks wrong."""
    rows = frames["outcomes"]
    zero = rows["subject"][rows["time"].eq(0)]
    if len(zero):
        log.warning("outcomes", "time", zero, "the time of {value!r} is 0; kept")
    for endpoint, times in rows.groupby("endpoint")["time"]:
        if study.time_unit == "months" and times.median() > SUSPICIOUS_MONTHS:
            message = f"{endpoint}: a median of {times.median():g} months looks like days"
            message += '; if they are, say time_unit = "days" in the study file'
            log.warning("outcomes", "time", None, message, about=TIME_UNIT)
    _sampled_after_death(frames, study, log)
    _unmeasured(frames, log)


def _unmeasured(frames: Frames, log: Log) -> None:
    """A marker that every patient lacks is listed, and no page can show it."""
    markers = frames["markers"]
    measured = markers["marker"].isin(frames["measurements"]["marker"])
    blank = markers["marker"][~measured & markers["formula"].eq("")]
    if len(blank):
        log.warning("markers", "marker", blank, "{value!r} has no value and cannot be asked for")


def _sampled_after_death(frames: Frames, study: Study, log: Log) -> None:
    death = _death_days(frames, study)
    last = frames["measurements"].groupby("subject")["day"].max()
    # A day of slack: times in months are rounded to about a third of a day.
    late = (last - death).dropna()
    late = late[late > 1].index
    rows = frames["subjects"]["subject"]
    rows = rows[rows.isin(late)]
    if len(rows):
        log.warning("subjects", "subject", rows, "{value!r} has a sample after death")


def _death_days(frames: Frames, study: Study) -> pd.Series:
    """The day of death by subject, from endpoints whose event is death and from the events."""
    fatal = [e.code for e in study.endpoints if e.event.strip().lower() == "death"]
    rows = frames["outcomes"]
    died = rows[rows["endpoint"].isin(fatal) & rows["event"]]
    days = study.day_of(died.set_index("subject")["time"])
    deaths = frames["events"].query("kind == 'death'").set_index("subject")["start_day"]
    return pd.concat([days, deaths]).groupby(level=0).min()
