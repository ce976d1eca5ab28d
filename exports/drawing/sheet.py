"""A Plotly figure taken apart once: each copy of it costs as much as drawing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go


@dataclass(frozen=True)
class Sheet:
    """Traces and layout as plain dictionaries that belong to nobody else."""

    data: list[dict[str, Any]]
    layout: dict[str, Any]


def sheet_of(figure: go.Figure) -> Sheet:
    """A copy of the figure's traces and layout."""
    return Sheet([one.to_plotly_json() for one in figure.data], figure.layout.to_plotly_json())
