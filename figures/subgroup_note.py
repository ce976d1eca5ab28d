"""What stands under every figure of a question about some of the patients."""

from __future__ import annotations

import textwrap
from html import escape

import plotly.graph_objects as go

from figures.style import palette

LINE = 15  # pixels
WIDEST = 60  # characters of a line: what fits under a figure on a phone


def add_note(figure: go.Figure, text: str, *, dark: bool = False) -> go.Figure:
    """The figure with the population in words under everything else, and the room for it."""
    lines = textwrap.wrap(text, WIDEST)
    more, bottom = LINE * len(lines) + 3, figure.layout.margin.b or 0
    figure.layout.margin.b = bottom + more
    figure.layout.height = (figure.layout.height or 0) + more
    figure.add_annotation(
        text="<br>".join(escape(line, quote=False) for line in lines),
        name="population",
        x=0,
        y=0,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="top",
        xshift=-(figure.layout.margin.l or 0) + 8,
        yshift=-bottom,
        showarrow=False,
        align="left",
        font={"size": 11, "color": palette(dark).stamp},
    )
    return figure
