"""Axes: from data to pixels, and the ticks where a figure leaves them to the drawing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.stats.rounding import nice_step
from exports.drawing.text import plain

TICKS = 6  # where a figure says nothing
ROOM = 0.05  # of the data's extent, on each side


@dataclass(frozen=True)
class Scale:
    """One axis in pixels: `near` is where its range begins (left, bottom), `far` where it ends."""

    settings: dict[str, Any]
    span: tuple[float, float]  # in decades where it is logarithmic
    near: float
    far: float

    @property
    def log(self) -> bool:
        """Whether it is logarithmic."""
        return self.settings.get("type") == "log"

    def place(self, values: Any) -> np.ndarray:
        """Pixels of data; NaN for what has no place."""
        found = (
            np.array([np.nan if one is None else one for one in values], float)
            if isinstance(values, list | tuple)
            else np.asarray(values, float)
        )
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                found = np.log10(found)
            found = np.where(np.isfinite(found), found, np.nan)
        low, high = self.span
        return self.near + (found - low) / (high - low) * (self.far - self.near)

    def one(self, value: float) -> float:
        """Pixels of one value."""
        return float(self.place(np.array([value]))[0])

    def ticks(self) -> list[tuple[float, str]]:
        """Pixels and text of each tick inside the range."""
        known = self.settings.get("tickvals")
        values = list(known) if known is not None else self._own_ticks()
        texts = self.settings.get("ticktext")
        texts = list(map(str, texts)) if texts is not None else [self._text(one) for one in values]
        ends = sorted((self.near, self.far))
        placed = zip(self.place(values).tolist(), texts, strict=True)
        return [(at, text) for at, text in placed if ends[0] - 0.5 <= at <= ends[1] + 0.5]

    def _own_ticks(self) -> list[float]:
        low, high = sorted(self.span)
        step = nice_step(high - low, int(self.settings.get("nticks") or TICKS))
        return [i * step for i in range(math.ceil(low / step - 1e-9), int(high / step + 1e-9) + 1)]

    def _text(self, value: float) -> str:
        text = f"{round(value, 10) + 0.0:g}".replace("-", "\u2212")
        return f"{text}{self.settings.get('ticksuffix') or ''}"


def span_of(settings: dict[str, Any], data: list[np.ndarray], *, bars: bool) -> tuple[float, float]:
    """The range of an axis: its own, or that of the data with a little room."""
    known = settings.get("range")
    if known is not None:
        return float(known[0]), float(known[1])
    values = np.concatenate([*data, np.array([0.0]) if bars else np.array([])])
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    room = ROOM * ((high - low) or 1.0)
    zero = bars or settings.get("rangemode") == "tozero"
    return (0.0 if zero and low >= 0 else low - room), (0.0 if zero and high <= 0 else high + room)


def title_of(settings: dict[str, Any]) -> tuple[str, float]:
    """The axis' name ("" for none) and its distance from the labels in pixels."""
    title = settings.get("title") or {}
    text = title.get("text") or ""
    return (text if plain(text).strip() else ""), float(title.get("standoff") or 6)
