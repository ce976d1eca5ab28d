"""Exports of the trends page: a marker over the visits, and the response by dose."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.results.dose_response import DoseResponse
from analysis.results.trends import Grouping, Panel, Summary, Trends
from exports.figure_export import FigureExport
from exports.figure_exports.common import make_export, without_ids
from exports.provenance import Provenance
from exports.scripts import SCRIPTED
from figures.trends.marks import MOST_LINES, shorts
from wording.files.figures import (
    HOW_BANDS,
    HOW_LINES,
    NOT_TESTED,
    describe_groups,
    describe_response,
)
from wording.results.trend_phrases import what_is_drawn
from wording.results.trends import trends_summary

COLUMNS = ("n", "low", "median", "median_low", "median_high", "mean", "mean_low", "mean_high",
           "tenth", "ninetieth")  # fmt: skip


def panel_title(found: Trends, one: Panel, by: str) -> str:
    """What the panel of one marker is called."""
    return f"{one.series.label} over the visits by {found.grouping(by).word}"


def response_title(found: DoseResponse) -> str:
    """What the response by dose is called."""
    return f"{found.label} by {found.levels.word}"


def _key(grouping: Grouping) -> str:
    """What short names in the figure stand for, where they do not say it: a slide has no key."""
    pairs = zip(shorts(grouping), grouping.labels, strict=True)
    named = "; ".join(f"{short}: {name}" for short, name in pairs if short not in name)
    return f" {named}." if named else ""


def panel(found: Trends, one: Panel, by: str, figure: go.Figure, said: str,
          provenance: Provenance) -> FigureExport:  # fmt: skip
    """One marker over the visits."""
    series, grouping = one.series, found.grouping(by)
    single = len(found.subjects) <= MOST_LINES and not series.detected

    def tables() -> dict[str, pd.DataFrame]:
        made = {"By visit": _summaries(found, one, by)}
        return {**made, "Patients": _courses(found, one, by)} if single else made

    return make_export(
        provenance, figure, said, tables,
        what=f"trend-{series.marker}-by-{grouping.word}", split=grouping is found.sides,
        title=panel_title(found, one, by),
        sentence=f"{said}{_key(grouping)}",
        how=(what_is_drawn(series), _lines(single)),
        stamps=(NOT_TESTED,) if grouping is found.sides else (),
    )  # fmt: skip


def _lines(single: bool) -> str:
    lines = HOW_LINES if single else (
        HOW_BANDS)  # fmt: skip
    return describe_groups(lines)


def response(
    found: DoseResponse, figure: go.Figure, said: str, provenance: Provenance
) -> FigureExport:
    """One dot a patient, by dose level or arm."""
    key = "" if found.levels.ordered else _key(found.levels)  # doses stand in full
    return make_export(
        provenance, figure, said, lambda: {"Patients": _values(found), "Levels": _levels(found)},
        what=f"by-{found.levels.word}", split=True,
        title=response_title(found),
        sentence=f"{' '.join(trends_summary(found))}{key}",
        how=(describe_response(found),),
        scripts=SCRIPTED["trends", "response"](found),
    )  # fmt: skip


def _summaries(found: Trends, one: Panel, by: str) -> pd.DataFrame:
    grouping, series = found.grouping(by), one.series
    parts = [
        _summary(each).assign(group=name, visit=series.codes, scheduled_day=series.scheduled)
        for name, each in zip(grouping.labels, found.summaries(one, by), strict=True)
    ]
    frame = pd.concat(parts, ignore_index=True).rename(columns={"low": "n_below_limit"})
    first = ["group", "visit", "scheduled_day"]
    return frame[[*first, *(name for name in frame.columns if name not in first)]]


def _summary(one: Summary) -> pd.DataFrame:
    return pd.DataFrame({name: np.asarray(getattr(one, name), float) for name in COLUMNS})


def _courses(found: Trends, one: Panel, by: str) -> pd.DataFrame:
    """The single lines: numbered by their first values, never in the order of the cohort."""
    series, grouping = one.series, found.grouping(by)
    order = np.lexsort(series.values.T[::-1])
    rows = [
        (number, grouping.labels[grouping.of[i]] if grouping.of[i] >= 0 else "", code,
         float(series.values[i, v]), int(series.low[i, v]))
        for number, i in enumerate(order, 1)
        for v, code in enumerate(series.codes)
        if not np.isnan(series.values[i, v])
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["line", "group", "visit", "value", "below_limit"])


def _values(found: DoseResponse) -> pd.DataFrame:
    known = np.flatnonzero(~np.isnan(found.values) & (found.levels.of >= 0))
    frame = pd.DataFrame({
        "level": found.levels.of[known],
        "group": [found.levels.labels[found.levels.of[i]] for i in known],
        "value": found.values[known],
    })  # fmt: skip
    return without_ids(frame, "level", "value")[["group", "value"]]


def _levels(found: DoseResponse) -> pd.DataFrame:
    parts = [_summary(one).assign(group=name) for name, one in
             zip(found.levels.labels, found.by_level, strict=True)]  # fmt: skip
    frame = pd.concat(parts, ignore_index=True)
    return frame[["group", "n", "median", "median_low", "median_high"]]
