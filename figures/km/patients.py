"""Who a Kaplan-Meier figure is made of: patients behind steps and censor marks, and chosen ones."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from analysis.question import shorten
from analysis.results.survival import EstimatedEndpoint
from figures.km.group import Group
from figures.style import Palette
from wording.numbers import duration

MOST_NAMED = 6  # chosen patients whose name stands beside the mark


def subjects_of(endpoint: EstimatedEndpoint) -> list[str]:
    """The patients of the curves; marks name their places in this list."""
    return endpoint.rows["subject"].tolist()


def people_at(
    rows: pd.DataFrame, curve: pd.DataFrame, number: int
) -> tuple[list[list[int]], list[list[int]]]:
    """For each row of a group's curve the patients with the event then, and those censored.

    `rows` has a row per patient: group time event; places are those in it.
    """
    times = curve["time"].to_numpy(float)
    events: list[list[int]] = [[] for _ in times]
    censored: list[list[int]] = [[] for _ in times]
    inside = np.flatnonzero(rows["group"].to_numpy() == number)
    at = nearest(times, rows["time"].to_numpy(float)[inside])
    for place, row, event in zip(
        inside.tolist(), at.tolist(), rows["event"].to_numpy()[inside], strict=True
    ):
        (events if event else censored)[row].append(place)
    return events, censored


def of_steps(events: list[list[int]], censored: list[list[int]]) -> list[list[int]]:
    """Who each doubled point of a curve stands for: those with the event then; where nobody has
    it, those censored then."""
    who = [here or gone for here, gone in zip(events, censored, strict=True)]
    return [one for one in who for _ in (0, 1)][1:]


def nearest(times: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The place of the nearest of the ascending times, which hold ties but for rounding.

    Two rows at time 0 are the curve's start and what happened then: the later one is meant.
    """
    right = np.clip(np.searchsorted(times, wanted, side="right"), 1, len(times) - 1)
    left = right - 1
    return np.where(np.abs(times[right] - wanted) < np.abs(wanted - times[left]), right, left)


def chosen_trace(
    endpoint: EstimatedEndpoint,
    groups: list[Group],
    chosen: tuple[str, ...],
    unit: str,
    colours: Palette,
) -> list[dict[str, Any]]:
    """A ringed mark for every chosen patient, on its group's curve at its time."""
    place = {subject: i for i, subject in enumerate(subjects_of(endpoint))}
    known = [subject for subject in chosen if subject in place]
    if not known:
        return []
    rows = endpoint.rows.iloc[[place[subject] for subject in known]]
    curves = {group.number: group.curve for group in groups}
    levels = [_level(curves[row.group], row.time) for row in rows.itertuples()]
    names = [escape(shorten(subject), quote=False) for subject in known]
    said = [
        f"{name}: {'event' if row.event else 'censored'} at {duration(row.time)} {unit}"
        for name, row in zip(names, rows.itertuples(), strict=True)
    ]
    few = len(known) <= MOST_NAMED
    return [
        {
            "type": "scatter",
            "uid": "chosen",
            "meta": "chosen",
            "name": "chosen patients",
            "x": rows["time"].to_numpy(float),
            "y": levels,
            "mode": "markers+text",
            "marker": {
                "symbol": "circle-open",
                "size": 13,
                "color": colours.text,
                "line": {"width": 2.2, "color": colours.text},
            },
            "text": [f"<b>{name}</b>" for name in names] if few else [""] * len(names),
            "textposition": [
                _side(row.time, endpoint, i) for i, row in enumerate(rows.itertuples())
            ],
            "textfont": {"size": 12, "color": colours.text},
            "cliponaxis": False,
            "customdata": [[place[subject]] for subject in known],
            "hovertext": said,
            "hovertemplate": "%{hovertext}<extra></extra>",
        }
    ]


def _side(time: float, endpoint: EstimatedEndpoint, i: int) -> str:
    """Names stand inside the plot, and not two at the same corner."""
    late = time > 0.7 * float(endpoint.rows["time"].max())
    return ("top left", "bottom left")[i % 2] if late else ("top right", "bottom right")[i % 2]


def _level(curve: Any, time: float) -> float:
    times = curve["time"].to_numpy(float)
    return float(curve["survival"].to_numpy(float)[nearest(times, np.array([time]))[0]]) * 100
