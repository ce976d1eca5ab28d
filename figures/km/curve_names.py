"""Names beside the curves: where there is room, so that nobody needs the colours."""

from __future__ import annotations

from typing import Any

import numpy as np

from figures.curves import level
from figures.km.group import Group
from figures.style import Palette

# What a name covers, in the plot's own measures; its width as on a phone, 240 pixels of curves.
LETTER = 7.5 / 240  # width of a letter, as a share of the time axis
TALL = 0.075  # height of a name, as a share of the axis of survival
GAP = 0.012  # between a name and its own curve
ROOM = 0.03  # nearer than that to another curve a name could be taken for its
ENOUGH = 0.12  # more distance than this from the other curves is no gain
# Of two curves: the shares of the time axis and of survival between which there is room for a name.
BETWEEN = (0.3, 0.8, 0.08, 0.88)
SIZE, SHIFT = 12, 5  # of the letters, and from the curve's end, in pixels
PLACES = np.linspace(0.06, 0.94, 45)  # where a name may begin or end, as shares of the time axis


def names(groups: list[Group], end: float, colours: Palette) -> list[dict[str, Any]]:
    """A name beside each curve that has room for it; `end` is that of the time axis."""
    place = _two if len(groups) == 2 else _several
    return [_name(*one, colours) for one in place(groups, end)]


def _two(groups: list[Group], end: float) -> list[tuple[str, float, float, bool]]:
    """Text, time, level and whether above: where the two curves lie farthest apart."""
    high, low = groups
    times = np.union1d(high.curve["time"], low.curve["time"])
    last = min(high.curve["time"].max(), low.curve["time"].max())
    start, stop, bottom, top = BETWEEN
    times = times[(times <= last) & (times >= start * end) & (times <= stop * end)]
    levels = np.array([level(group.curve, times) for group in groups])
    # Only where there is room: not in the words above the plot, nor in its axes.
    room = (levels.max(axis=0) <= top) & (levels.min(axis=0) >= bottom)
    if not room.any():
        return []
    at = int(np.argmax(np.where(room, np.abs(levels[0] - levels[1]), -1)))
    over = bool(levels[0][at] >= levels[1][at])
    return [
        (group.short, float(times[at]), float(levels[i][at]), above)
        for i, (group, above) in enumerate(zip(groups, (over, not over), strict=True))
    ]


def _several(groups: list[Group], end: float) -> list[tuple[str, float, float, bool]]:
    """For one curve after the other the place that is farthest from all others and all names."""
    found: list[tuple[str, float, float, bool]] = []
    boxes: list[Any] = []
    for group in groups:
        others = [other for other in groups if other is not group]
        best = max(
            (
                _candidate(group, others, boxes, at * end, end, above)
                for at in PLACES
                for above in (True, False)
            ),
            key=lambda one: one[0],
        )
        clear, box, place = best
        if clear >= ROOM:
            boxes.append(box)
            found.append((group.short, *place))
    return found


def _candidate(
    group: Group, others: list[Group], boxes: list, time: float, end: float, above: bool
) -> tuple[float, tuple[float, float, float, float], tuple[float, float, bool]]:
    """How clear a place is (below 0: taken), the box of the name there, and the place."""
    here = float(level(group.curve, np.array([time]))[0])
    wide = LETTER * len(group.short) * end
    left, right = (time, time + wide) if above else (time - wide, time)
    low, high = (here + GAP, here + GAP + TALL) if above else (here - GAP - TALL, here - GAP)
    box, place = (left, right, low, high), (time, here, above)
    outside = left < 0 or right > end or low < 0.02 or high > 1
    if outside or time > group.curve["time"].max() or any(_meet(box, one) for one in boxes):
        return -1.0, box, place
    return min([ENOUGH, *(_distance(box, other) for other in others)]), box, place


def _distance(box: tuple[float, float, float, float], other: Group) -> float:
    """From a box to a curve, on the axis of survival; below 0 where it runs through."""
    left, right, low, high = box
    last = float(other.curve["time"].max())
    if left > last:
        return ENOUGH
    top, bottom = level(other.curve, np.array([left, min(right, last)]))
    return float(max(bottom - high, low - top))


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def _name(text: str, time: float, height: float, above: bool, colours: Palette) -> dict[str, Any]:
    return {
        "name": f"name {text}",
        "text": text,
        "x": time,
        "y": height * 100,
        "xanchor": "left" if above else "right",
        "yanchor": "bottom" if above else "top",
        "xshift": SHIFT if above else -SHIFT,
        "showarrow": False,
        "font": {"size": SIZE, "color": colours.text},
    }
