"""One colour per level: doses on an ordered ramp of one hue, arms in the colours of groups."""

from __future__ import annotations

from figures.style import DARK, Palette

# The ramp of lines on the card: its weakest colour is 3 : 1 there, too, which that of areas is not.
LINES, LINES_DARK = ("#5f9ec9", "#052f4e"), ("#3f7ba5", "#d6ebf9")


def colours_of(count: int, ordered: bool, colours: Palette) -> list[str]:
    """Colours of `count` levels, the weakest dose first; arms beyond the fourth begin anew."""
    if not ordered:
        return [colours.groups[i % len(colours.groups)] for i in range(count)]
    if count == 1:
        return [colours.ramp[1]]
    ramp = LINES_DARK if colours is DARK else LINES
    return [_between(*ramp, i / (count - 1)) for i in range(count)]


def _between(first: str, last: str, share: float) -> str:
    """A colour on the way from one to the other."""
    ends = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in (first, last)]
    mixed = [round(a + (b - a) * share) for a, b in zip(*ends, strict=True)]
    return "#" + "".join(f"{part:02x}" for part in mixed)
