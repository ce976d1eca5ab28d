"""The marks of scatter traces, as outlines that reach from -1 to 1 at most, and how large."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.path import Path


@dataclass(frozen=True)
class Mark:
    """`size`: how much larger than its size Plotly draws it; `open`: without a filling."""

    path: Path
    size: float = 1.0
    open: bool = False
    thin: bool = False  # lines only: the colour is that of the marker's line


def _polygon(*points: tuple[float, float]) -> Path:
    return Path([*points, points[0]], closed=True)


def _star() -> Path:
    turns = np.pi / 2 + np.arange(10) * np.pi / 5
    radius = np.where(np.arange(10) % 2 == 0, 1.0, 0.382)
    points = np.column_stack([radius * np.cos(turns), radius * np.sin(turns)])
    return _polygon(*map(tuple, points))


def _cross(turn: float, arm: float = 0.4) -> Path:
    points = np.array([
        (arm, 1), (arm, arm), (1, arm), (1, -arm), (arm, -arm), (arm, -1),
        (-arm, -1), (-arm, -arm), (-1, -arm), (-1, arm), (-arm, arm), (-arm, 1),
    ])  # fmt: skip
    cos, sin = np.cos(turn), np.sin(turn)
    points = points @ np.array([[cos, sin], [-sin, cos]])
    return _polygon(*map(tuple, points / np.abs(points).max()))


_CIRCLE = Path.unit_circle()
_SQUARE = _polygon((-1, -1), (1, -1), (1, 1), (-1, 1))
_DIAMOND = _polygon((0, 1), (1, 0), (0, -1), (-1, 0))
_X_LINES = Path([(-1, -1), (1, 1), (-1, 1), (1, -1)], [1, 2, 1, 2])

MARKS = {
    "circle": Mark(_CIRCLE),
    "circle-open": Mark(_CIRCLE, open=True),
    "square": Mark(_SQUARE),
    "square-open": Mark(_SQUARE, open=True),
    "diamond": Mark(_DIAMOND, 1.3),
    "diamond-tall": Mark(_polygon((0, 1), (0.5, 0), (0, -1), (-0.5, 0)), 1.4),
    "cross": Mark(_cross(0.0), 1.2),
    "x": Mark(_cross(np.pi / 4), 1.2),
    "star": Mark(_star(), 1.4),
    "triangle-up": Mark(_polygon((-1, -0.55), (1, -0.55), (0, 1)), 1.15),
    "triangle-down": Mark(_polygon((-1, 0.55), (1, 0.55), (0, -1)), 1.15),
    "triangle-right": Mark(_polygon((-0.55, -1), (-0.55, 1), (1, 0)), 1.15),
    "arrow-right": Mark(_polygon((-1, 0.5), (0, 0), (-1, -0.5)), 2.0),
    "x-thin": Mark(_X_LINES, thin=True),
    "line-ew": Mark(Path([(-1, 0), (1, 0)]), 1.4, thin=True),
}
