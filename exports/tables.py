"""The numbers of a figure as CSV and XLSX, safe to open in a spreadsheet.

Text that a spreadsheet would run as a formula is neutralised (CWE-1236); real numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import xlsxwriter

from analysis.cohort.analysis_set import derive_analysis_set, select_sample
from analysis.results.survival import EstimatedEndpoint, SeveralGroups, SurvivalResult
from analysis.stats.cutoff import assign_groups
from data.schema import FORMULA
from exports.provenance import SurvivalExport, safe_text
from figures.curves import coarse, from_start
from figures.km.figure import data_rows
from wording.captions import caption, methods
from wording.files.kinds import HR_CORRECTED_LABEL, P_SEARCH_LABEL, name_reported_p
from wording.results import phrases

LONGEST_CELL = 32_767  # characters: a spreadsheet's own limit
CURVE = ("time", "n_risk", "n_event", "n_censor", "survival", "lower", "upper")


def rows_text(export: SurvivalExport) -> str:
    """What the scripts start from: time, event, marker and group of each patient, without ids."""
    (endpoint,) = export.endpoints
    return as_csv(patient_rows(export, endpoint))


def as_xlsx(title: str, frames: Mapping[str, pd.DataFrame]) -> bytes:
    """A workbook with a sheet for each frame, by its name."""
    out = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, settings) as book:
        book.set_properties({"title": safe_text(title)[:250], "author": "Cutline"})
        bold = book.add_format({"bold": True})
        for name, frame in frames.items():
            _write(book.add_worksheet(name), frame, bold)
    return out.getvalue()


def curves(result: SurvivalResult, endpoint: EstimatedEndpoint) -> pd.DataFrame:
    """What is plotted: group, time in the study's unit, counts, survival and limits as shares.

    The first row of each group is time 0; limits are missing where survival has none.
    """
    sizes = endpoint.groups.set_index("group")["n"]
    parts = dict(tuple(endpoint.km.curves.groupby("group", sort=False)))
    return pd.concat(
        [
            from_start(parts[number], int(sizes[number]))[list(CURVE)].assign(group=label)
            for number, label in phrases.side_labels(result).items()
        ],
        ignore_index=True,
    )[["group", *CURVE]]


def patient_rows(export: SurvivalExport, endpoint: EstimatedEndpoint) -> pd.DataFrame:
    """Time, event, marker and group of the patients in the comparison.

    Sorted by their values, so that not even the order of a file says who is who.
    """
    question = export.question.changed(endpoint=endpoint.code)
    rows = derive_analysis_set(export.cohort, select_sample(export.cohort, question), question).rows
    found = pd.DataFrame(
        {
            "time": rows["time"].to_numpy(float),
            "event": rows["event"].to_numpy(int),
            "marker": rows["value"].to_numpy(float),
            "group": assign_groups(rows["value"].to_numpy(float), question.cut),
        }
    )
    return _coarse(export, found).sort_values(["time", "event", "marker"], ignore_index=True)


def _coarse(export: SurvivalExport, frame: pd.DataFrame) -> pd.DataFrame:
    """Times rounded where that was asked for; counts and estimates are those of the exact ones."""
    if not export.rounded:
        return frame
    return frame.assign(time=coarse(frame["time"], export.result.time_unit))


def comparison(endpoint: EstimatedEndpoint) -> pd.DataFrame:
    """The numbers that compare the groups: name and value, NaN for what is not estimable."""
    rows: list[tuple[str, Any]] = [
        ("log-rank chi-square", endpoint.logrank.statistic),
        ("log-rank p", endpoint.logrank.p),
    ]
    if isinstance(endpoint, SeveralGroups):
        rows += [(f"{endpoint.p_groups.name} p, of all groups", endpoint.p_groups.p),
                 ("test for trend p", endpoint.trend.p)]  # fmt: skip
    else:
        rows.append((f"{endpoint.p_cut.name} p, for this cut", endpoint.p_cut.p))
    for number, effect in enumerate(endpoint.effects, 1):
        of = f"group {number} against group 0, " if endpoint.several else ""
        rows += [(f"{of}hazard ratio ({effect.estimator})", effect.hr),
                 (f"{of}95 % lower limit", effect.lower),
                 (f"{of}95 % upper limit", effect.upper)]  # fmt: skip
    found = endpoint.reported_p
    if found is not None and not endpoint.several:
        rows += [(P_SEARCH_LABEL,
                  found.p_adjusted),
                 (HR_CORRECTED_LABEL, found.hr_corrected),
                 (name_reported_p(found), found.p_all)]  # fmt: skip
    return pd.DataFrame(rows, columns=["name", "value"])


def as_csv(frame: pd.DataFrame) -> str:
    """A frame as CSV by RFC 4180, a missing number as an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(frame.columns)
    writer.writerows([_plain(cell) for cell in row] for row in _cells(frame))
    return out.getvalue()


def neutral(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe before what could begin a formula."""
    text = text if not text.startswith(FORMULA) else f"'{text}"
    return safe_text(text).replace("\n", " ")[:LONGEST_CELL]


# ------------------------------------------------------------------------------------ writing


def sheets(export: SurvivalExport, shown: list[EstimatedEndpoint]) -> dict[str, pd.DataFrame]:
    """What the workbook of these endpoints holds, by the name of the sheet."""
    result = export.result
    labels = phrases.side_labels(result)
    made = {
        "Curves": [_coarse(export, curves(result, endpoint)) for endpoint in shown],
        "At risk": [_labelled(data_rows(endpoint, result), labels) for endpoint in shown],
        "Groups": [_labelled(endpoint.groups, labels) for endpoint in shown],
        "Comparison": [comparison(endpoint) for endpoint in shown],
    }
    joined = {
        name: pd.concat([_with_names(*pair) for pair in zip(frames, shown, strict=True)])
        for name, frames in made.items()
    }
    words = [
        (endpoint.code, line)
        for endpoint in shown
        for line in (*caption(export, endpoint), *methods(export, endpoint))
    ]
    return {**joined, "Words": pd.DataFrame(words, columns=["endpoint", "text"])}


def _with_names(frame: pd.DataFrame, endpoint: EstimatedEndpoint) -> pd.DataFrame:
    return frame.assign(endpoint=endpoint.code)[["endpoint", *frame.columns]]


def _labelled(frame: pd.DataFrame, labels: Mapping[int, str]) -> pd.DataFrame:
    return frame.assign(group=frame["group"].map(labels))


def _cells(frame: pd.DataFrame) -> Iterable[tuple[Any, ...]]:
    return frame.astype(object).itertuples(index=False, name=None)


def _plain(cell: Any) -> Any:
    """A cell of a CSV file: numbers with all their digits."""
    if isinstance(cell, str):
        return neutral(cell)
    return "" if math.isnan(cell) else repr(cell)


def _write(sheet: Any, frame: pd.DataFrame, bold: Any) -> None:
    for j, name in enumerate(frame.columns):
        sheet.write_string(0, j, str(name), bold)
        sheet.set_column(j, j, 70 if name == "text" else 16)
    sheet.freeze_panes(1, 0)
    for i, row in enumerate(_cells(frame), 1):
        for j, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(i, j, neutral(cell))
            elif math.isfinite(cell):  # what is not estimable stays empty
                sheet.write_number(i, j, cell)
