"""The marks of scatter traces, as outlines that reach from -1 to 1 at most, and how large."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from exports.drawing import ink


@dataclass(frozen=True)
class Mark:
    """`size`: how much larger than its size Plotly draws it; `open`: without a filling."""

    path: Any
    size: float = 1.0
    open: bool = False
    thin: bool = False  # lines only: the colour is that of the marker's line


def _polygon(*points: tuple[float, float]) -> Any:
    return ink.Path([*points, points[0]], closed=True)


def _star() -> Any:
    turns = np.pi / 2 + np.arange(10) * np.pi / 5
    radius = np.where(np.arange(10) % 2 == 0, 1.0, 0.382)
    points = np.column_stack([radius * np.cos(turns), radius * np.sin(turns)])
    return _polygon(*map(tuple, points))


def _cross(turn: float, arm: float = 0.4) -> Any:
    points = np.array(
        [
            (arm, 1),
            (arm, arm),
            (1, arm),
            (1, -arm),
            (arm, -arm),
            (arm, -1),
            (-arm, -1),
            (-arm, -arm),
            (-1, -arm),
            (-1, arm),
            (-arm, arm),
            (-arm, 1),
        ]
    )
    cos, sin = np.cos(turn), np.sin(turn)
    points = points @ np.array([[cos, sin], [-sin, cos]])
    return _polygon(*map(tuple, points / np.abs(points).max()))


@cache
def marks() -> dict[str, Mark]:
    """Every mark that figures use, by Plotly's name."""
    circle = ink.Path.unit_circle()
    square = _polygon((-1, -1), (1, -1), (1, 1), (-1, 1))
    diamond = _polygon((0, 1), (1, 0), (0, -1), (-1, 0))
    x_lines = ink.Path([(-1, -1), (1, 1), (-1, 1), (1, -1)], [1, 2, 1, 2])
    return {
        "circle": Mark(circle),
        "circle-open": Mark(circle, open=True),
        "square": Mark(square),
        "square-open": Mark(square, open=True),
        "diamond": Mark(diamond, 1.3),
        "diamond-tall": Mark(_polygon((0, 1), (0.5, 0), (0, -1), (-0.5, 0)), 1.4),
        "cross": Mark(_cross(0.0), 1.2),
        "x": Mark(_cross(np.pi / 4), 1.2),
        "star": Mark(_star(), 1.4),
        "triangle-up": Mark(_polygon((-1, -0.55), (1, -0.55), (0, 1)), 1.15),
        "triangle-down": Mark(_polygon((-1, 0.55), (1, 0.55), (0, -1)), 1.15),
        "triangle-right": Mark(_polygon((-0.55, -1), (-0.55, 1), (1, 0)), 1.15),
        "arrow-right": Mark(_polygon((-1, 0.5), (0, 0), (-1, -0.5)), 2.0),
        "x-thin": Mark(x_lines, thin=True),
        "line-ew": Mark(ink.Path([(-1, 0), (1, 0)]), 1.4, thin=True),
    }
