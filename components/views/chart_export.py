"""Figures whose files are made from the chart that the page draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from components.views.view import Chart, RenderContext
from exports.figure_export import FigureExport
from exports.provenance import Provenance


def export_chart(
    draw: Callable[[Any, RenderContext], Chart | None],
    make: Callable[[Any, RenderContext, Chart, Provenance], FigureExport],
) -> Callable[[Any, RenderContext, Provenance], FigureExport | None]:
    """`Panel.figure_export` of a chart that `draw` gives and `make` takes."""

    def export(result: Any, context: RenderContext, provenance: Provenance) -> FigureExport | None:
        chart = draw(result, context)
        return None if chart is None else make(result, context, chart, provenance)

    return export
