"""A figure made to fit paper: its height, its type and its colours; never its numbers."""

from __future__ import annotations

from typing import Any

from exports.drawing.frames import Frame
from exports.drawing.sheet import Sheet
from figures.style import SYNTHETIC_MARK

BAR = 5.0  # pixels: a line as thick as that is a bar
LOWEST = 60.0  # pixels of a plot that is made lower
BLACK = "#000000"


def fit(sheet: Sheet, frame: Frame, most: float) -> float:
    """Change the sheet to fit the frame, at most `most` pixels high if its plots can be made
    lower; its height."""
    layout, data = sheet.layout, sheet.data
    high = float(layout["height"])
    if high > most or frame.slide:  # a slide is filled
        high, share = _lower(layout, high, most)
        _thinner(data, share)
    layout["height"] = high
    least, largest = frame.least / frame.scale, frame.most / frame.scale
    for font in _fonts(layout, data):
        font["size"] = min(max(font.get("size", 12), least), largest)
        if frame.bare:
            font["color"] = BLACK
    if frame.bare:
        _without_grid(layout)
        _black_marks(layout)
    return high


def unstamp(sheet: Sheet) -> None:
    """Drop the figure's own "Synthetic data", where the paper says it below."""
    notes = sheet.layout.get("annotations") or ()
    sheet.layout["annotations"] = [one for one in notes if one.get("name") != SYNTHETIC_MARK]


def _thinner(data: list[dict[str, Any]], share: float) -> None:
    """Bars drawn as lines shrink with their lanes, so that neighbours do not touch."""
    for one in data:
        line = one.get("line") or {}
        if share < 1 and line.get("width", 0) >= BAR:
            one["line"] = {**line, "width": line["width"] * share}


def _lower(layout: dict[str, Any], high: float, wanted: float) -> tuple[float, float]:
    """Change the height of the plots; tables under them and the gaps keep theirs. The new height,
    and how high the plots are now, as a share of before."""
    margin = layout.get("margin") or {}
    inner = high - margin.get("t", 0) - margin.get("b", 0)
    names = [n for n in layout if n.startswith("yaxis")]
    spans = sorted((tuple(layout[n].get("domain") or (0.0, 1.0)), n) for n in names)
    visible = [n for n in names if layout[n].get("visible", True)]
    total = sum((end - start) * inner for (start, end), n in spans if n in visible)
    change = max(wanted - high, LOWEST * len(visible) - total)
    at, before = 0.0, 0.0
    places = {}
    for (start, end), name in spans:
        tall = (end - start) * inner
        at += (start - before) * inner
        grown = tall * (1 + change / total) if name in visible else tall
        places[name] = (at, at + grown)
        at, before = at + grown, end
    whole = inner + change
    for name, (low, top) in places.items():
        layout[name]["domain"] = [max(low / whole, 0.0), min(top / whole, 1.0)]
    return high + change, 1 + change / total


def _fonts(layout: dict[str, Any], data: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every font of the figure, to be changed in place."""
    found = [note.setdefault("font", {}) for note in layout.get("annotations") or ()]
    for name in layout:
        if name.startswith(("xaxis", "yaxis")):
            found.append(layout[name].setdefault("tickfont", {}))
            title = layout[name].get("title")
            found += [title.setdefault("font", {})] if title else []
    return found + [
        one.setdefault("textfont", {}) for one in data if "text" in (one.get("mode") or "")
    ]


def _without_grid(layout: dict[str, Any]) -> None:
    for name in layout:
        if name.startswith(("xaxis", "yaxis")) and layout[name].get("showgrid"):
            # A journal wants no grid; the axis itself takes its place.
            layout[name].update(showgrid=False, showline=True)


def _black_marks(layout: dict[str, Any]) -> None:
    """No coloured words: a colour within a text is dropped, but for keys, which are no words."""
    for note in layout.get("annotations") or ():
        text = note.get("text") or ""
        if "<span style='color:" in text and not _is_key(text):
            before, _, rest = text.partition("<span style='color:")
            note["text"] = before + rest.partition(">")[2].replace("</span>", "", 1)


def _is_key(text: str) -> bool:
    inside = text.partition(">")[2].partition("<")[0]
    return bool(inside) and not any(char.isalnum() for char in inside)
