"""A figure's export: one figure with everything that a file of it must say.

Slides, images, tables and captions of every figure are made from it, so that there is one way for
all. It holds no subject id: figures that leave number their patients (`RenderContext.leaves`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from wording.results.phrases import SYNTHETIC

Box = tuple[float, float, float, float]  # left, top, width, height in inches


@dataclass(frozen=True, eq=False)
class FigureExport:
    """One figure, its words and its numbers.

    `make_figure` draws it for white paper, when `figure` is asked for and not before: not every
    file has the figure in it. `sentence` is the answer; `stamps` are what must stand beside the
    figure wherever it goes (how a cut-off was set, with both p's); `description` tells it to those
    who do not see it; `source` is study, data and day. `tables` makes the plotted numbers, by the
    name of the sheet. `native` draws the figure on a slide in PowerPoint's own form into a box, and
    returns what must be said of it in the notes ("" = nothing). `widen` makes of the figure the
    one for paper that is wider than high, where it has a form for that.
    """

    code: str  # the endpoint; "" where the figure is of none
    stem_of: Callable[[Iterable[str]], str]  # a file's name without its ending, of these endpoints
    make_figure: Callable[[], go.Figure] = field(repr=False)
    title: str
    sentence: str
    description: str
    source: str
    day: str
    caption: tuple[str, ...]
    write_methods: Callable[[], Iterable[str]] = field(repr=False)
    tables: Callable[[], dict[str, pd.DataFrame]]
    native: Callable[[Any, FigureExport, Box], str] = field(repr=False)
    stamps: tuple[str, ...] = ()
    subgroup: str = ""  # in words, where it is not all patients
    synthetic: bool = False
    scripts: Mapping[str, Callable[[], str]] = field(default_factory=dict)  # by kind of file
    follows_cut: bool = False  # whether it depends on the cut-off
    carries_stamps: bool = False  # whether the figure itself has its stamps on it
    widen: Callable[[go.Figure], go.Figure] | None = field(default=None, repr=False)

    @cached_property
    def figure(self) -> go.Figure:
        """The figure, drawn once."""
        return self.make_figure()

    @cached_property
    def methods(self) -> tuple[str, ...]:
        """The methods in paragraphs, written when a file has them in it: they recompute numbers."""
        return tuple(self.write_methods())

    @property
    def wide_figure(self) -> go.Figure:
        """The figure for paper that is wider than high."""
        return self.widen(self.figure) if self.widen else self.figure

    @property
    def stem(self) -> str:
        """The name of a file of this figure alone, without its ending."""
        return self.stem_of([self.code])

    @property
    def marks(self) -> list[str]:
        """What must be said wherever the figure goes: whether the data are real, and the stamps."""
        return [*([SYNTHETIC] if self.synthetic else []), *self.stamps]

    @property
    def notes(self) -> list[str]:
        """Caption and methods, as a slide's notes and a text file have them."""
        return [*self.caption, "", *self.methods]
