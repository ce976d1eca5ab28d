"""One patient's markers over time, a small panel each, against the cohort's band.

Band and thin line: 10-90 % and median of all patients, and of the same level where it has enough.
Every panel shares the time axis; the reference range is a pale ground, the cut-off a dashed line.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.question import Question, shorten
from analysis.results.patient_profile import ALL, PatientProfiles
from analysis.stats.rounding import nice_step
from figures.style import Palette, axis, base_layout, faded, mark_synthetic, palette
from wording.ticks import tick_text

COLUMNS = 3
ROW = 142  # height of a panel with its title and ticks, in pixels
INNER = 96
TOP, FOOT, STAMP = 26, 40, 16
SIDES = {"l": 44, "r": 12}
MOST = 24  # panels: of more markers the first ones, the others are in the table
GAP = 0.075  # between columns


def panels_figure(
    persons: PatientProfiles,
    subject: str,
    question: Question,
    *,
    beside: tuple[str, ...] = (),
    columns: int = COLUMNS,
    dark: bool = False,
) -> go.Figure | None:
    """Every marker of the cohort; None where it has none. The question's marker comes first.

    `beside`: the patients that stand next to this one, whose panels have the same axes.
    """
    codes = marker_order(persons, question)[:MOST]
    if not codes:
        return None
    colours = palette(dark)
    columns = min(columns, len(codes))
    layout = _base(len(codes), columns, bool(persons.synthetic), colours)
    sheet = _sheet(persons, subject, beside, question, (columns, len(codes)), colours)
    traces: list[dict[str, Any]] = []
    for i, code in enumerate(codes):
        panel = _Panel(sheet, code, i)
        traces += panel.traces()
        panel.place(layout)
    return go.Figure(traces, layout)


def marker_order(persons: PatientProfiles, question: Question) -> list[str]:
    """The markers that were measured, the question's first."""
    return sorted(persons.names, key=lambda code: code != question.marker)


@dataclass(frozen=True, eq=False)
class _Sheet:
    """What all panels of one patient share; `drawn` are the values of all that stand together."""

    persons: PatientProfiles
    subject: str
    drawn: tuple[pd.DataFrame, ...]
    day: pd.Series  # of each visit
    span: tuple[float, float]  # of the days
    question: Question
    columns: int
    rows: int
    colours: Palette


def _sheet(
    persons: PatientProfiles,
    subject: str,
    beside: tuple[str, ...],
    question: Question,
    size: tuple[int, int],
    colours: Palette,
) -> _Sheet:
    together = dict.fromkeys((subject, *beside))
    drawn = tuple(persons.measurements_of(one) for one in together)
    day = persons.visits.set_index("visit")["day"].astype(float)
    columns, panels = size
    span, rows = _span(persons, drawn, day), math.ceil(panels / columns)
    return _Sheet(persons, subject, drawn, day, span, question, columns, rows, colours)


class _Panel:
    """One marker: where it stands, its scale and its traces."""

    def __init__(self, sheet: _Sheet, code: str, i: int) -> None:
        self.sheet, self.code = sheet, code
        self.persons, self.colours = sheet.persons, sheet.colours
        self.row = self.persons.markers.loc[code]
        drawn = [rows[rows["marker"] == code] for rows in sheet.drawn]
        self.own = drawn[0]
        bands = self.persons.bands[self.persons.bands["marker"] == code]
        self.all = bands[bands["level"] == ALL]
        level, several = self.persons.level_of(sheet.subject), len(self.persons.levels.labels) > 1
        self.same = bands[bands["level"] == level] if several else bands[:0]
        self.suffix = "" if i == 0 else str(i + 1)
        self.at = divmod(i, sheet.columns)
        one_cut = sheet.question.marker == code and sheet.question.measure == "value"
        self.cuts = sheet.question.cut if one_cut else ()
        known = [rows["value"].to_numpy(float) for rows in drawn]
        band = self.all[["low", "middle", "high"]].to_numpy(float).ravel()
        every = np.concatenate([band, *known, self.cuts])
        every = every[~np.isnan(every)]
        self.log = self.row["scale"] == "log" and len(every) > 0 and bool((every > 0).all())
        self.known = every if len(every) else np.array([0.0, 1.0])

    def _x(self, visits: pd.Series) -> np.ndarray:
        """The scheduled day; the visit's place where the cohort knows no days."""
        days = visits.map(self.sheet.day)
        order = visits.map({code: i for i, code in enumerate(self.persons.visits["visit"])})
        return days.to_numpy(float) if days.notna().all() else order.to_numpy(float)

    def traces(self) -> list[dict[str, Any]]:
        grey = faded(self.colours.axis, 0.20)
        made = [*self._band(self.all, grey, self.colours.muted, "all patients")]
        if len(self.same):
            tint = self.colours.groups[2]
            made += self._band(self.same, faded(tint, 0.18), tint, "same level")
        return [*made, *self._patient()]

    def _band(self, rows: pd.DataFrame, fill: str, line: str, name: str) -> list[dict[str, Any]]:
        known = rows[rows["low"].notna()]
        x, made = self._x(known["visit"]), []
        if len(known) == 1:  # one visit: a bar, for an area needs two
            wide = self._width()
            x = np.array([x[0] - wide, x[0] + wide])
            known = pd.concat([known, known])
        if len(known):
            made.append(
                {
                    "x": np.concatenate([x, x[::-1]]),
                    "mode": "lines",
                    "line": {"width": 0},
                    "y": np.concatenate([known["low"], known["high"][::-1]]),
                    "fill": "toself",
                    "fillcolor": fill,
                    "hoverinfo": "skip",
                    "name": f"10–90 %, {name}",
                }
            )
        middle = rows[rows["middle"].notna()]
        if len(middle):
            x, y = self._x(middle["visit"]), middle["middle"].to_numpy(float)
            if len(middle) == 1:
                x, y = np.array([x[0] - self._width(), x[0] + self._width()]), np.repeat(y, 2)
            made.append(
                {
                    "x": x,
                    "y": y,
                    "mode": "lines",
                    "line": {"width": 1.2, "color": line, "dash": "2px,2px"},
                    "hoverinfo": "skip",
                    "name": f"median, {name}",
                }
            )
        return [self._on(one) for one in made]

    def _width(self) -> float:
        return 3.0

    def _patient(self) -> list[dict[str, Any]]:
        if self.own.empty:
            return []
        x = self.own["day"].to_numpy(float)
        x = np.where(np.isnan(x), self._x(self.own["visit"]), x)
        unit = self.row["unit"] if isinstance(self.row["unit"], str) else ""
        below = self.own["below_limit"].to_numpy(bool)
        texts = [
            f"{escape(str(row.visit), quote=False)}: {'below ' if row.below_limit else ''}"
            f"{row.value:.4g} {escape(unit, quote=False)}"
            for row in self.own.itertuples()
        ]
        return [
            self._on(
                {
                    "x": x,
                    "y": self.own["value"].to_numpy(float),
                    "mode": "lines+markers",
                    "text": texts,
                    "line": {"color": self.colours.text, "width": 1.6},
                    "marker": {
                        "size": 6,
                        "color": self.colours.text,
                        "symbol": ["circle-open" if low else "circle" for low in below],
                    },
                    "hovertemplate": "%{text}<extra></extra>",
                    "name": self.code,
                    "connectgaps": False,
                }
            )
        ]

    def _on(self, trace: dict[str, Any]) -> dict[str, Any]:
        return {"type": "scatter", **trace, "xaxis": f"x{self.suffix}", "yaxis": f"y{self.suffix}"}

    def place(self, layout: dict[str, Any]) -> None:
        """Axes, title, reference range and cut-off of this panel."""
        row, column = self.at
        height = ROW * self.sheet.rows
        top = 1 - row * ROW / height
        wide = (1 - GAP * (self.sheet.columns - 1)) / self.sheet.columns
        left = column * (wide + GAP)
        low, high = self.sheet.span
        room = 0.05 * (high - low) or 10
        layout[f"xaxis{self.suffix}"] = axis(
            self.colours,
            domain=[left, left + wide],
            anchor=f"y{self.suffix}",
            range=[low - room, high + room],
            ticks="outside",
            showline=True,
            nticks=5,
            tickfont={"size": 10, "color": self.colours.muted},
        )
        layout[f"yaxis{self.suffix}"] = self._y_axis(top, height)
        layout["annotations"].append(self._title(left, top))
        layout["shapes"] += self._shapes()

    def _y_axis(self, top: float, height: int) -> dict[str, Any]:
        low, high = float(self.known.min()), float(self.known.max())
        if self.log:
            ends = [math.log10(low) - 0.08, math.log10(high) + 0.08]
            ticks = _log_ticks(*ends)
        else:
            span = high - low or abs(high) or 1.0
            ends = [min(low - 0.08 * span, 0 if low >= 0 else math.inf), high + 0.08 * span]
            step = nice_step(ends[1] - ends[0], 3)
            ticks = [step * k for k in range(math.ceil(ends[0] / step), int(ends[1] / step) + 1)]
        return axis(
            self.colours,
            domain=[top - INNER / height, top],
            anchor=f"x{self.suffix}",
            range=ends,
            type="log" if self.log else "linear",
            tickvals=ticks,
            ticktext=[tick_text(one) for one in ticks],
            showgrid=True,
            gridcolor=self.colours.grid,
            tickfont={"size": 10, "color": self.colours.muted},
        )

    def _title(self, left: float, top: float) -> dict[str, Any]:
        name = self.persons.names[self.code]
        return {
            "text": f"<b>{escape(shorten(name), quote=False)}</b>",
            "x": left,
            "y": top,
            "xref": "paper",
            "yref": "paper",
            "xanchor": "left",
            "yanchor": "bottom",
            "yshift": 3,
            "showarrow": False,
            "font": {"size": 11, "color": self.colours.text},
        }

    def _shapes(self) -> list[dict[str, Any]]:
        x, y = f"x{self.suffix} domain", f"y{self.suffix}"
        made = [
            {
                "type": "line",
                "xref": x,
                "yref": y,
                "x0": 0,
                "x1": 1,
                "y0": edge,
                "y1": edge,
                "line": {"color": self.colours.groups[2], "width": 1, "dash": "1px,3px"},
            }
            for edge in (self.row["reference_low"], self.row["reference_high"])
            if edge == edge and edge is not None and (edge > 0 or not self.log)
        ]
        made += [
            {
                "type": "line",
                "xref": x,
                "yref": y,
                "x0": 0,
                "x1": 1,
                "y0": cut,
                "y1": cut,
                "line": {"color": self.colours.groups[1], "width": 1.5, "dash": "6px,3px"},
            }
            for cut in self.cuts
            if cut > 0 or not self.log
        ]
        return made


def _span(
    persons: PatientProfiles, drawn: tuple[pd.DataFrame, ...], day: pd.Series
) -> tuple[float, float]:
    """The days of all panels: where the cohort has a median, or a patient drawn has a value."""
    known = persons.bands[persons.bands["middle"].notna() & (persons.bands["level"] == ALL)]
    days = (
        pd.concat([known["visit"].map(day), *(rows["day"] for rows in drawn)])
        .astype(float)
        .dropna()
    )
    return (float(days.min()), float(days.max())) if len(days) else (0.0, 1.0)


def _log_ticks(low: float, high: float) -> list[float]:
    every = [m * 10.0**k for k in range(math.floor(low), math.ceil(high) + 1) for m in (1, 2, 5)]
    inside = [one for one in every if low <= math.log10(one) <= high]
    tens = [one for one in inside if round(math.log10(one), 9) % 1 == 0]
    return tens if len(tens) >= 2 else inside


def _base(n: int, columns: int, synthetic: bool, colours: Palette) -> dict[str, Any]:
    rows = math.ceil(n / columns)
    foot = (STAMP if synthetic else 0) + 4
    layout = base_layout(
        colours, height=TOP + ROW * rows + foot, margin={**SIDES, "t": TOP, "b": foot}
    )
    layout["shapes"], layout["annotations"] = [], []
    if synthetic:
        layout["annotations"].append(mark_synthetic(colours, yshift=-2))
    return layout
