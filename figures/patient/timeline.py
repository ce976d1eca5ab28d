"""One patient's course on one time axis: treatment, adverse events, assessments, samples, outcome.

Lanes from top to bottom; every mark has its own shape and a text, so colour says nothing alone.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analysis.question import shorten
from analysis.results.patient_profile import PatientProfiles, cell_text
from figures.curves import time_ticks
from figures.style import Palette, axis, base_layout, mark_synthetic, palette
from wording.figures.patient import CENSORED
from wording.numbers import duration

LANE = 25  # height in pixels
TOP, FOOT, STAMP = 8, 44, 16
LEFT, RIGHT = 128, 18
THICK = 9  # of a bar of treatment
LONGEST_LABEL = 19
MOST_AE = 12  # lanes of adverse events: the worst ones, the others are in the table
SAMPLES, ASSESSMENTS, COURSE = "Samples", "Assessments", "Outcome"


@dataclass(frozen=True)
class Lane:
    """A row of the figure: its name and its marks (start end kind text grade)."""

    name: str
    kind: str
    marks: pd.DataFrame


def timeline_figure(
    persons: PatientProfiles,
    subject: str,
    *,
    span: tuple[float, float] | None = None,
    dark: bool = False,
) -> go.Figure | None:
    """The course of one patient, `span` in days; None where nothing is recorded."""
    lanes = lanes_of(persons, subject)
    if not lanes:
        return None
    colours = palette(dark)
    low, high = span or span_of(persons, (subject,))
    layout = _layout(persons, lanes, low, high, colours)
    traces = [trace for i, lane in enumerate(lanes) for trace in _lane(lane, i, persons, colours)]
    return go.Figure(traces, layout)


def span_of(persons: PatientProfiles, subjects: tuple[str, ...]) -> tuple[float, float]:
    """From the first to the last day of anything recorded of these patients."""
    days = [0.0]
    for subject in subjects:
        for lane in lanes_of(persons, subject):
            days += [lane.marks["start"].min(), lane.marks["end"].max()]
    return min(days), max(max(days), 1.0)


def lanes_of(persons: PatientProfiles, subject: str) -> list[Lane]:
    """The lanes that have something, in reading order; times in days."""
    events = persons.events_of(subject)
    rows = _marks(events, persons)
    found = [
        Lane(str(label), "dose", part)
        for label, part in rows[rows["kind"] == "dose"].groupby("label", sort=False)
    ]
    found += _adverse(rows)
    found.append(Lane(ASSESSMENTS, "assessment", rows[rows["kind"] == "assessment"]))
    found.append(Lane(SAMPLES, "sample", _samples(persons, subject, rows)))
    found.append(Lane(COURSE, "course", _course(persons, subject, rows)))
    return [lane for lane in found if len(lane.marks)]


def _marks(events: pd.DataFrame, persons: PatientProfiles) -> pd.DataFrame:
    end = events["end_day"].fillna(events["start_day"])
    rows = events.assign(start=events["start_day"].astype(float), end=end.astype(float))
    texts = [_hover_text(row, persons) for row in rows.itertuples()]
    rows["text"] = pd.Series(texts, index=rows.index, dtype=object)
    return rows[["kind", "label", "start", "end", "grade", "text"]]


def _hover_text(row: Any, persons: PatientProfiles) -> str:
    days = f"day {row.start_day:g}"
    if row.end_day == row.end_day and row.end_day != row.start_day:
        days = f"days {row.start_day:g} to {row.end_day:g}"
    grade = f", grade {row.grade:g}" if row.grade == row.grade else ""
    given = row.kind == "dose" and row.value == row.value
    # The study's unit is that of the dose that was escalated; others come without one.
    level = given and row.value == persons.subjects.at[row.subject, "dose"]
    unit = f" {persons.dose_unit}" if level else ""
    value = f", {cell_text(row.value)}{unit}" if given else ""
    return f"{shorten(str(row.label) or row.kind)}{value}{grade}, {days}"


def _adverse(rows: pd.DataFrame) -> list[Lane]:
    """A lane per adverse event, the worst first; a dose-limiting one says so."""
    rows = rows[rows["kind"].isin(("ae", "dlt"))]
    made = []
    for label, part in rows.groupby("label", sort=False):
        limiting = bool((part["kind"] == "dlt").any())
        part = part.sort_values("kind").drop_duplicates(["start", "end"], keep="first")
        if limiting:
            part = part.assign(text=part["text"] + ", dose-limiting")
        made.append((limiting, float(part["grade"].max()), Lane(str(label), "ae", part)))
    made.sort(key=lambda one: (not one[0], -(one[1] if one[1] == one[1] else 0)))
    return [lane for _, _, lane in made[:MOST_AE]]


def _samples(persons: PatientProfiles, subject: str, rows: pd.DataFrame) -> pd.DataFrame:
    values = persons.measurements_of(subject)
    taken = values.groupby("visit", sort=False)["day"].first().dropna()
    drawn = pd.DataFrame(
        {"kind": "sample", "start": taken.to_numpy(float), "end": taken.to_numpy(float),
         "text": [f"Sample {visit}, day {day:g}" for visit, day in taken.items()]}
    )  # fmt: skip
    missing = rows[rows["kind"] == "missing_sample"]
    missing = missing.assign(text="No sample: " + missing["text"])
    return pd.concat([one for one in (drawn, missing) if len(one)]) if (
        len(drawn) or len(missing)) else drawn  # fmt: skip


def _course(persons: PatientProfiles, subject: str, rows: pd.DataFrame) -> pd.DataFrame:
    """What events say of progression, death and last contact; outcomes where there are none."""
    found = rows[rows["kind"].isin(("progression", "death", "last_contact"))]
    if len(found):
        return found
    outcomes = persons.outcomes_of(subject)
    days = persons.days_of(outcomes["time"].to_numpy(float))
    words = {one.code: one.event for one in persons.endpoints}
    texts = [
        f"{row.endpoint}: {words[row.endpoint] if row.event else CENSORED} "
        f"{'at ' if row.event else ''}{duration(row.time)} {persons.time_unit}"
        for row in outcomes.itertuples()
    ]
    kinds = ["progression" if event else "last_contact" for event in outcomes["event"]]
    return pd.DataFrame({"kind": kinds, "start": days, "end": days, "text": texts})


# ------------------------------------------------------------------------------------ drawing

MARKS = {
    "assessment": ("square-open", 9), "sample": ("circle", 7), "missing_sample": ("x-thin", 8),
    "progression": ("triangle-down", 12), "death": ("cross", 12),
    "last_contact": ("arrow-right", 13), "dose": ("square", 6), "ae": ("diamond", 8),
    "dlt": ("diamond", 10),
}  # fmt: skip


def _lane(lane: Lane, i: int, persons: PatientProfiles, colours: Palette) -> list[dict[str, Any]]:
    marks = lane.marks
    long = marks[marks["end"] > marks["start"]]
    traces = [_bars(long, lane, i, persons, colours)] if len(long) else []
    dots = marks if lane.kind not in ("dose", "ae") else marks[marks["end"] <= marks["start"]]
    if len(dots):
        traces.append(_dots(dots, lane, i, persons, colours))
    said = marks[marks["grade"].notna()] if lane.kind == "ae" and "grade" in marks else marks[:0]
    if lane.kind == "assessment":
        said = marks
    if len(said):
        traces.append(_texts(said, lane, i, persons, colours))
    return traces


def _bars(
    rows: pd.DataFrame, lane: Lane, i: int, persons: PatientProfiles, colours: Palette
) -> dict:
    x, text = [], []
    for row in rows.itertuples():
        x += [row.start * persons.day, row.end * persons.day, None]
        text += [escape(row.text, quote=False)] * 2 + [""]
    colour = colours.groups[0] if lane.kind == "dose" else _grade_colour(rows, colours)
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": [i] * len(x), "text": text,
        "line": {"color": colour, "width": THICK if lane.kind == "dose" else 5},
        "hovertemplate": "%{text}<extra></extra>", "name": shorten(lane.name),
    }  # fmt: skip


def _grade_colour(rows: pd.DataFrame, colours: Palette) -> str:
    worst = rows["grade"].max()
    return colours.groups[1] if worst >= 3 else colours.axis


def _dots(
    rows: pd.DataFrame, lane: Lane, i: int, persons: PatientProfiles, colours: Palette
) -> dict:
    looks = [MARKS[kind] for kind in rows["kind"]]
    missing = [kind == "missing_sample" for kind in rows["kind"]]
    strong = colours.text if lane.kind in ("course", "assessment") else colours.groups[0]
    tint = [colours.muted if gone else strong for gone in missing]
    return {
        "type": "scatter", "mode": "markers", "x": (rows["start"] * persons.day).tolist(),
        "y": [i] * len(rows), "text": [escape(text, quote=False) for text in rows["text"]],
        "marker": {"symbol": [symbol for symbol, _ in looks], "size": [size for _, size in looks],
                   "color": tint, "line": {"width": 1.5, "color": tint}},
        "hovertemplate": "%{text}<extra></extra>", "name": shorten(lane.name), "cliponaxis": False,
    }  # fmt: skip


def _texts(
    rows: pd.DataFrame, lane: Lane, i: int, persons: PatientProfiles, colours: Palette
) -> dict:
    """The grade, or the assessment, right of its mark."""
    texts = [f"{grade:g}" for grade in rows["grade"]] if lane.kind == "ae" else [
        escape(shorten(str(label)), quote=False) for label in rows["label"]]  # fmt: skip
    return {
        "type": "scatter", "mode": "text", "x": (rows["end"] * persons.day).tolist(),
        "y": [i] * len(rows), "text": [f"  {text}" for text in texts],
        "textposition": "middle right", "hoverinfo": "skip", "cliponaxis": False,
        "textfont": {"size": 11, "color": colours.text}, "name": f"{shorten(lane.name)}, words",
    }  # fmt: skip


def _layout(
    persons: PatientProfiles, lanes: list[Lane], low: float, high: float, colours: Palette
) -> dict[str, Any]:
    low, high = low * persons.day, high * persons.day
    room = 0.03 * (high - low)
    foot = FOOT + (STAMP if persons.synthetic else 0)
    layout = base_layout(
        colours, height=TOP + LANE * len(lanes) + foot,
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": foot},
    )  # fmt: skip
    layout["xaxis"] = axis(
        colours, range=[low - room, high + 2.5 * room], ticks="outside", showline=True,
        tickvals=[t for t in time_ticks(high, persons.time_unit) if t <= high + 2 * room],
        showgrid=True, gridcolor=colours.grid,
        title={"text": f"{persons.time_unit.capitalize()} from {persons.time_zero}", "standoff": 6},
    )  # fmt: skip
    names = [
        "<br>".join(textwrap.wrap(escape(_short(lane.name), quote=False), 22)) for lane in lanes
    ]
    layout["yaxis"] = axis(
        colours, range=[len(lanes) - 0.4, -0.6], tickvals=list(range(len(lanes))),
        ticktext=names, showgrid=False,
    )  # fmt: skip
    if low < 0 < high:
        layout["shapes"] = [_zero(colours)]
    if persons.synthetic:
        layout["annotations"] = [mark_synthetic(colours, yshift=-FOOT + 2)]
    return layout


def _short(name: str) -> str:
    name = shorten(name)
    name = name[:1].upper() + name[1:]
    return name if len(name) <= LONGEST_LABEL else name[: LONGEST_LABEL - 1] + "…"


def _zero(colours: Palette) -> dict[str, Any]:
    return {
        "type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
        "line": {"color": colours.axis, "width": 1, "dash": "dot"},
    }  # fmt: skip


def timeline_words(persons: PatientProfiles, subject: str) -> list[tuple[str, str]]:
    """The figure as text: lane and mark, in its order."""
    return [
        (shorten(lane.name), text)
        for lane in lanes_of(persons, subject)
        for text in lane.marks.sort_values("start")["text"]
    ]
