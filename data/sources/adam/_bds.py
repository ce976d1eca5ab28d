"""ADaM measurements (ADLB*, ADTR, ADPP and other BDS): values by visit, baseline by ABLFL."""

from __future__ import annotations

import pandas as pd

from data.sources.cells import dates, units, visits
from data.sources.draft import Draft
from data.sources.formats.raw_table import RawTable
from data.sources.tidy.measurements import StatedBaseline, put_visits

COLUMNS = {
    "subject": "USUBJID",
    "visit": "AVISIT",
    "day": "ADY",
    "marker": "PARAMCD",
    "value": "AVAL",
}
# Rows that repeat others: summaries and values carried forward. CALCULATION is a value of its own.
DERIVED = {
    "MINIMUM", "MAXIMUM", "LOV", "LOCF", "BOCF", "WOCF", "AVERAGE", "MEAN", "MEDIAN", "ENDPOINT",
    "INTERP", "ML", "LAST", "FIRST", "WORST", "BEST", "PHANTOM", "SUM",
}  # fmt: skip
NOT_VISIT_NUMBER = 9_000
_MOST_AT_ONE = 0.8


def add(draft: Draft, raws: list[RawTable], mapping: dict) -> None:
    """The measurements of all tables, their visits in the order of AVISITN, and the markers."""
    parts = [(raw, part) for raw in raws if len(part := _rows(draft, raw))]
    if not parts:
        draft.complain(
            "", "no table of measurements (ADLB and the like) is there: markers are needed"
        )
        return
    parts = _one_spelling(parts)
    for raw, part in parts:
        keep = ["subject", "visit", "day", "marker", "value", "below_limit"]
        draft.add("measurements", part[keep], raw, COLUMNS)
    whole = pd.concat([part for _, part in parts], ignore_index=True)
    _markers(draft, parts)
    numbers = pd.to_numeric(whole["number"], errors="coerce").groupby(whole["visit"])
    known = {str(v): float(n) for v, n in numbers.min().dropna().items()}
    if (numbers.nunique() > 1).any() and whole["day"].ne("").any():
        # Two tables number their visits differently: then only the days order them.
        known = pd.to_numeric(whole["day"]).groupby(whole["visit"]).median().dropna().to_dict()
    flagged = whole.loc[whole["flag"], "visit"].value_counts()
    baseline, why = mapping.get("baseline"), "you stated_units so"
    if baseline is None and len(flagged):
        baseline, why = flagged.index[0], "it is flagged (ABLFL)"
    stated = StatedBaseline(baseline, why, mapping.get("visit_days"))
    put_visits(draft, whole, numbers=known, stated=stated, first_day=1)


def _one_spelling(
    parts: list[tuple[RawTable, pd.DataFrame]],
) -> list[tuple[RawTable, pd.DataFrame]]:
    """BASELINE in one table and Baseline in another are one visit: the more usual spelling."""
    whole = pd.concat([part["visit"] for _, part in parts])
    usual = whole.value_counts().index
    known: dict[str, str] = {}
    for visit in usual:
        known.setdefault(visit.casefold(), visit)
    return [
        (raw, part.assign(visit=part["visit"].map(lambda v: known[v.casefold()])))
        for raw, part in parts
    ]


def _rows(draft: Draft, raw: RawTable) -> pd.DataFrame:
    """One row a patient, parameter and visit, after all that is none is set aside and counted."""
    _set_aside(raw)
    rows = raw.frame
    blank = pd.Series("", rows.index)
    get = lambda *names: next((rows[n] for n in names if n in rows.columns), blank)  # noqa: E731
    part = pd.DataFrame(
        {
            "subject": rows["USUBJID"],
            "visit": get("AVISIT").str.strip(),
            "number": get("AVISITN"),
            "day": _days(raw),
            "marker": rows["PARAMCD"],
            "value": rows["AVAL"],
            "below_limit": get("AVALC")
            .str.strip()
            .str.startswith("<")
            .map({True: "1", False: "0"}),
            "label": get("PARAM"),
            "unit": get("AVALU"),
            "low": get("A1LO", "ANRLO"),
            "high": get("A1HI", "ANRHI"),
            "flag": get("ABLFL").eq("Y"),
            "chosen": get("ANL01FL").eq("Y"),
            "dtype": get("DTYPE").ne(""),
        }
    )
    part = _baseline(raw, part)
    return _one_each(raw, part)


def _set_aside(raw: RawTable) -> None:
    """Rows that are no measurement at a visit, each kind counted."""
    flag = raw.frame["ABLFL"].eq("Y") if "ABLFL" in raw.frame.columns else False
    if "DTYPE" in raw.frame.columns:
        raw.drop(raw.frame["DTYPE"].str.strip().str.upper().isin(DERIVED), "derived rows (DTYPE)")
    raw.drop(raw.frame["AVAL"].str.strip().isin(["", "."]), "without a value (AVAL)")
    if "AVISIT" not in raw.frame.columns:
        return
    flag = (
        raw.frame["ABLFL"].eq("Y")
        if "ABLFL" in raw.frame.columns
        else pd.Series(False, raw.frame.index)
    )
    visit = raw.frame["AVISIT"].str.strip()
    raw.drop(visit.eq("") & ~flag, "without an analysis visit (AVISIT)")
    flag, visit = flag[raw.frame.index], visit[raw.frame.index]
    none = visit.map(lambda text: visits.NO_VISIT.search(text) is not None)
    if "AVISITN" in raw.frame.columns:
        none |= pd.to_numeric(raw.frame["AVISITN"], errors="coerce").ge(NOT_VISIT_NUMBER)
    raw.drop(
        none & ~flag, "at no planned visit (unscheduled, minimum, maximum, last, end of treatment)"
    )


def _days(raw: RawTable) -> pd.Series:
    """Days since time zero: ADY has no day 0, so day 1 is 0 and day -1 stays -1."""
    rows = raw.frame
    if "ADY" in rows.columns:
        day = dates.from_study_day(rows["ADY"])
    elif {"ADT", "TRTSDT"} <= set(rows.columns):
        day = dates.between(rows["TRTSDT"], rows["ADT"])
        _say_undated(raw, day.isna() & rows["ADT"].ne(""))
    else:
        return pd.Series("", rows.index)
    return day.map(lambda d: "" if d != d else f"{d:g}")


def _say_undated(raw: RawTable, undated: pd.Series) -> None:
    if undated.any():
        message = f"{int(undated.sum()):,} samples have no day: ADT and TRTSDT must both be "
        row = int(undated.index[undated][0])
        raw.warn(
            message + "complete dates such as 2024-05-31", "ADT", row, raw.frame.at[row, "ADT"]
        )


def _baseline(raw: RawTable, part: pd.DataFrame) -> pd.DataFrame:
    """The flagged value is the baseline, wherever it stands; other values of that visit are not."""
    flagged = part[part["flag"]]
    if flagged.empty:
        return part
    counts = flagged["visit"].value_counts(normalize=True)
    named = counts.index[0] != "" and counts.iloc[0] >= _MOST_AT_ONE
    visit = counts.index[0] if named else "Baseline"
    number = flagged.loc[flagged["visit"].eq(visit), "number"]
    number = number.iloc[0] if len(number) else "0"
    part = part.assign(
        visit=part["visit"].where(~part["flag"], visit),
        number=part["number"].where(~part["flag"], number),
    )
    key = part["subject"] + "\0" + part["marker"]
    has = key.isin(key[part["flag"]])
    other = part["visit"].eq(visit) & ~part["flag"] & has
    _drop(raw, part, other, "before the baseline value that is flagged (ABLFL)")
    return part[~other]


def _drop(raw: RawTable, part: pd.DataFrame, rows: pd.Series, reason: str) -> None:
    raw.drop(raw.frame.index.to_series().isin(part.index[rows]), reason)


def _one_each(raw: RawTable, part: pd.DataFrame) -> pd.DataFrame:
    """Of several rows at one visit: the flagged for analysis, the observed, once if equal."""
    key = ["subject", "visit", "marker"]
    for column, value, reason in (
        ("chosen", True, "not flagged for the analysis where another is (ANL01FL)"),
        ("dtype", False, "calculated where an observed value is there (DTYPE)"),
    ):
        twice = part.duplicated(key, keep=False)
        good = part[column].eq(value)
        better = (good & twice).groupby([part[k] for k in key]).transform("any")
        worse = twice & better & ~good
        _drop(raw, part, worse, reason)
        part = part[~worse]
    same = part.duplicated([*key, "value"])
    _drop(raw, part, same, "equal to another row of the same patient, visit and parameter")
    return part[~same]


def _markers(draft: Draft, parts: list[tuple[RawTable, pd.DataFrame]]) -> None:
    """A line a marker: label and unit from PARAM or AVALU, reference range where it is one."""
    lines: dict[str, dict] = {}
    for raw, part in parts:
        for code, rows in part.groupby("marker", sort=False):
            line = _marker(draft, raw, str(code), rows)
            known = lines.setdefault(str(code), line)
            if known["unit"] != line["unit"]:
                message = (
                    f"{code} stands in {known['unit']!r} and in {line['unit']!r}: use one unit"
                )
                draft.complain(raw.source, message, "PARAMCD", int(rows.index[0]))
    frame = pd.DataFrame(list(lines.values()), dtype=object)
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    draft.add("markers", frame, None)


def _marker(draft: Draft, raw: RawTable, code: str, rows: pd.DataFrame) -> dict:
    label, unit = units.name_and_unit(str(rows["label"].iloc[0]))
    stated_units = [text for text in rows["unit"].unique() if text]
    if len(stated_units) > 1:
        message = f"{code} stands in {stated_units[0]!r} and in {stated_units[1]!r}: use one unit"
        draft.complain(
            raw.source, message, "AVALU", int(rows.index[rows["unit"].eq(stated_units[1])][0])
        )
    labels = {units.name_and_unit(text)[1] for text in rows["label"].unique()}
    if not stated_units and len(labels) > 1:
        message = f"{code} has several units in PARAM ({', '.join(sorted(labels))}): use one unit"
        draft.complain(raw.source, message, "PARAM", int(rows.index[0]))
    low, high = rows["low"].unique(), rows["high"].unique()
    one = len(low) == 1 and len(high) == 1
    return {
        "marker": code,
        "label": label,
        "unit": stated_units[0] if stated_units else unit,
        "reference_low": low[0] if one else "",
        "reference_high": high[0] if one else "",
    }
