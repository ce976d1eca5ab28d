"""Colours, dashes and type of every figure, light and dark.

Groups differ by dash and label as well as by colour; the light colours are Okabe and Ito's,
each at least 3 : 1 on white, the dark ones at least 3 : 1 on the dark card.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plotly.io

from wording.results.phrases import SYNTHETIC

FONT = "Inter, Segoe UI, Roboto, Helvetica Neue, Liberation Sans, Arial, sans-serif"
DASHES = ("solid", "dash", "dot", "dashdot")
SYNTHETIC_MARK = "synthetic"  # the name of the annotation that says so
BAND = 0.17  # opacity of a confidence band
TAIL = 0.38  # opacity of a curve where too few are at risk

_AXIS = {
    "automargin": True, "gridcolor": "white", "linecolor": "white", "ticks": "",
    "title": {"standoff": 15}, "zerolinecolor": "white", "zerolinewidth": 2,
}  # fmt: skip
# Plotly's own template is 7 kB in every figure, and every drawing reads all of it: this is the part
# of it that these figures use.
plotly.io.templates["cutline"] = {
    "layout": {
        "autotypenumbers": "strict",
        "hoverlabel": {"align": "left"},
        "xaxis": _AXIS,
        "yaxis": _AXIS,
    },
}
plotly.io.templates.default = "cutline"


@dataclass(frozen=True)
class Palette:
    """The colours of one theme."""

    groups: tuple[str, str, str, str]
    text: str
    muted: str
    grid: str
    axis: str
    stamp: str
    paper: str
    ramp: tuple[str, str]  # weak to strong, for ordered amounts; each end at least 3 : 1


LIGHT = Palette(
    groups=("#0072B2", "#D55E00", "#009E73", "#CC79A7"),
    text="#212529",
    muted="#5c636a",
    grid="#e9ecef",
    axis="#868e96",
    stamp="#8a3b00",
    paper="#ffffff",
    ramp=("#5797cc", "#0a3a66"),
)
DARK = Palette(
    groups=("#56B4E9", "#E69F00", "#2fc08f", "#F0E442"),
    text="#e9ecef",
    muted="#adb5bd",
    grid="#343a40",
    axis="#868e96",
    stamp="#ffc078",
    paper="#1f2328",
    ramp=("#3d78a6", "#d6ebfa"),
)


def palette(dark: bool) -> Palette:
    """The colours of the theme."""
    return DARK if dark else LIGHT


def base_layout(colours: Palette, *, height: int, margin: dict[str, int]) -> dict[str, Any]:
    """What all figures share: type, transparent ground, no legend, no dragging."""
    return {
        "height": height,
        "margin": {"pad": 0, **margin},
        "font": {"family": FONT, "size": 12, "color": colours.text},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": colours.paper,
            "bordercolor": colours.axis,
            "font": {"color": colours.text, "family": FONT},
        },
    }


def axis(colours: Palette, **settings: Any) -> dict[str, Any]:
    """A plain axis: thin line, ticks outside, no zoom."""
    title = {"font": {"color": colours.muted, "size": 12}, **settings.pop("title", {})}
    return {
        "fixedrange": True,
        "zeroline": False,
        "showgrid": False,
        "linecolor": colours.axis,
        "tickcolor": colours.axis,
        "tickfont": {"color": colours.muted, "size": 12},
        "title": title,
        **settings,
    }


def faded(colour: str, alpha: float) -> str:
    """A #rrggbb colour with an opacity."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def mark_synthetic(colours: Palette, **place: Any) -> dict[str, Any]:
    """The stamp of a figure whose data are synthetic, in its lower right corner but for `place`.

    It has a name, by which paper that says it elsewhere finds it.
    """
    where = {"x": 1, "y": 0, "xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "top"}
    font = {"size": 11, "color": colours.stamp}
    return {
        "name": SYNTHETIC_MARK, "text": f"<b>{SYNTHETIC}</b>", "showarrow": False, "font": font,
        **where, **place,
    }  # fmt: skip
