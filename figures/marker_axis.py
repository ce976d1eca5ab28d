"""What the figures over a marker's own axis share: that axis, the one of hazard ratios, margins."""

from __future__ import annotations

import math
from typing import Any

from analysis.axis import Axis
from figures.style import Palette, axis, mark_synthetic
from wording.ticks import tick_text

LEFT, RIGHT, FOOT = 58, 14, 46  # margins in pixels: figures under each other are aligned
STAMP = 16  # height of the stamp under the axis
FEWEST_TICKS = 4
# Ticks of a hazard ratio, from coarse to fine: the first that gives four of them is taken.
TICKS = (
    (0.01, 0.1, 1, 10, 100),
    (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100),
    (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10),
    (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.25, 2.5),
)


def marker_axis(
    scale: Axis, name: str, unit: str, colours: Palette, **settings: Any
) -> dict[str, Any]:
    """The marker's axis with its ticks, its name and unit."""
    ticks = scale.ticks()
    by_rank = "by rank" if scale.scale == "rank" else ""
    return axis(
        colours,
        range=[0, 1],
        tickvals=[at for at, _ in ticks],
        ticktext=[tick_text(value) for _, value in ticks],
        ticks="outside",
        tickangle=0,
        showline=True,
        title={"text": ", ".join(filter(None, (name, unit, by_rank))), "standoff": 6},
        **settings,
    )


def ratio_axis(colours: Palette, span: list[float], name: str, **settings: Any) -> dict[str, Any]:
    """A logarithmic axis of hazard ratios over a span in decades."""
    inside = [[t for t in ticks if span[0] <= math.log10(t) <= span[1]] for ticks in TICKS]
    ticks = next((found for found in inside if len(found) >= FEWEST_TICKS), inside[-1])
    return axis(
        colours,
        type="log",
        range=span,
        tickvals=ticks,
        ticktext=[f"{tick:g}" for tick in ticks],
        showgrid=True,
        gridcolor=colours.grid,
        title={"text": name, "standoff": 8},
        **settings,
    )


def foot_of(synthetic: str) -> int:
    """Pixels below the plot: tick labels, the axis's name, and the stamp of synthetic data."""
    return FOOT + (STAMP if synthetic else 0)


def stamp(synthetic: str, colours: Palette) -> list[dict[str, Any]]:
    """ "Synthetic data" under the axis, where it is true."""
    return [mark_synthetic(colours, yshift=-FOOT + 2)] if synthetic else []
