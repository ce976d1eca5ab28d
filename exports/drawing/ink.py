"""matplotlib, loaded when the first picture is drawn: loading it takes time at every start."""

from __future__ import annotations

from importlib import import_module
from typing import Any

WHERE = {
    "Affine2D": "transforms",
    "Figure": "figure",
    "FigureCanvasAgg": "backends.backend_agg",
    "FigureCanvasPdf": "backends.backend_pdf",
    "FigureCanvasSVG": "backends.backend_svg",
    "FontProperties": "font_manager",
    "Line2D": "lines",
    "Path": "path",
    "PathPatch": "patches",
    "Rectangle": "patches",
    "RendererAgg": "backends.backend_agg",
    "Text": "text",
    "fontManager": "font_manager",
    "get_font": "font_manager",
}
SETTINGS = {"svg.fonttype": "none", "pdf.fonttype": 42, "svg.hashsalt": "cutline"}


def __getattr__(name: str) -> Any:
    """What is asked for the first time; from then on it is an attribute like any other."""
    if name not in WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import_module("matplotlib").rcParams.update(SETTINGS)
    globals()[name] = found = getattr(import_module(f"matplotlib.{WHERE[name]}"), name)
    return found
