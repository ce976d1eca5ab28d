"""The paper that a figure leaves on: how large it is, and how large its type may be.

A figure is laid out in pixels, its text mostly 12 of them high. On paper that text gets the size
that the frame asks for; so a frame fixes how many pixels its width has, and the figure is laid out
anew in them, as on a screen of that width.
"""

from __future__ import annotations

from dataclasses import dataclass

from wording.refusals import refuse_dpi, refuse_frame, refuse_pixels, refuse_width

BODY = 12  # pixels: the type of axes and tables on the screen
POINTS_PER_MM = 72 / 25.4
DPI = (150, 300, 600, 1000)
NARROWEST, WIDEST = 40, 400  # mm of a width of one's own
MOST_PIXELS = 50_000_000  # of a PNG


class Unfit(Exception):
    """Why there is no picture of that size or resolution, in words."""


@dataclass(frozen=True)
class Frame:
    """One form of paper; lengths in points.

    `type` is the size of axes and tables, `least` and `most` what smaller and larger text is
    brought to. `high` is fixed for a slide, elsewhere the most that is allowed. `bare`: as
    journals want it, without grid, coloured text, title and sentence, which stand in the caption.
    """

    label: str
    wide: float
    high: float
    type: float
    least: float
    most: float
    bare: bool = True
    slide: bool = False

    @property
    def scale(self) -> float:
        """Points of a pixel."""
        return self.type / BODY

    @property
    def pixels(self) -> float:
        """Width in pixels of the layout."""
        return self.wide / self.scale


def _journal(label: str, mm: float, most_high: float, type_: float, least: float, most: float):
    wide, high = mm * POINTS_PER_MM, most_high * POINTS_PER_MM
    return Frame(f"{label}, {mm:g} mm", wide, high, type_, least, most)


def _page(label: str, mm: float) -> Frame:
    return _journal(label, mm, 230, 8, 8, 10)


SLIDE = Frame("Slide, 13.333 × 7.5 in", 960, 540, 16, 12, 28, bare=False, slide=True)

# The code in the address: the frame.
FRAMES = {
    "slide": SLIDE,
    "nature-89": _journal("Nature, one column", 89, 170, 6.3, 5, 7),
    "nature-183": _journal("Nature, two columns", 183, 170, 6.3, 5, 7),
    "lancet-75": _page("Lancet, one column", 75),
    "lancet-154": _page("Lancet, two columns", 154),
    "jco-85": _page("JCO, one column", 85),
    "jco-175": _page("JCO, two columns", 175),
    "nejm-88": _page("NEJM, one column", 88),
    "nejm-180": _page("NEJM, two columns", 180),
    "art-90": _page("Line art, one column", 90),
    "art-190": _page("Line art, two columns", 190),
}
FREE = "free"


def frame_of(code: str, mm: str = "") -> Frame:
    """The frame of an address; "free" takes its width in millimetres. Unfit says why not."""
    if code != FREE:
        if code not in FRAMES:
            raise Unfit(refuse_frame(FRAMES))
        return FRAMES[code]
    if not mm.isdecimal() or not NARROWEST <= int(mm) <= WIDEST:
        raise Unfit(refuse_width(NARROWEST, WIDEST))
    wide = int(mm) * POINTS_PER_MM
    return Frame(f"{mm} mm", wide, 400 * POINTS_PER_MM, 9, 7.5, 14, bare=False)


def dpi_of(text: str) -> int:
    """The resolution of an address; Unfit says why not."""
    if text not in map(str, DPI):
        raise Unfit(refuse_dpi(DPI))
    return int(text)


def check_size(wide: float, high: float, dpi: int) -> None:
    """Unfit where a PNG of that many points would be too large."""
    if wide * high * (dpi / 72) ** 2 > MOST_PIXELS:
        raise Unfit(refuse_pixels(dpi, MOST_PIXELS))
