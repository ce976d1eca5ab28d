"""Text with the few marks that figures use (<b>, <br>, a colour), and how wide it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any

from exports.drawing import ink

# The first of these that is there; they are equally wide, so that what was measured with one fits
# with the other. The rest lend single letters that the first does not have.
FAMILIES = ("Arial", "Liberation Sans", "Helvetica")
LENDERS = ("DejaVu Sans", "Noto Sans CJK SC", "Noto Sans Arabic", "Arial Unicode MS", "Segoe UI")
TAG = re.compile(r"(</?b>|<br>|<span style='color:#[0-9a-fA-F]{6}'>|</span>)")
FINE = 10  # text is measured that many times larger: hinting would round it
LINE = 1.3  # of the type's size: from one line to the next
MISSING = "\u25a1"


@dataclass(frozen=True)
class Run:
    """A piece of a line in one look; no colour of its own: that of the whole text."""

    text: str
    bold: bool = False
    colour: str = ""


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """The fonts that text is drawn with, as they are installed; DejaVu comes with matplotlib."""
    there = set(ink.fontManager.get_font_names())
    first = [name for name in FAMILIES if name in there][:1]
    return (*first, *(name for name in LENDERS if name in there))


@lru_cache(maxsize=512)
def font(size: float, bold: bool) -> Any:
    """The font of a size in points."""
    return ink.FontProperties(
        family=list(families()), size=size, weight="bold" if bold else "normal"
    )


def lines_of(marked: str) -> list[list[Run]]:
    """The runs of every line of a text with marks; what is no mark is text."""
    lines: list[list[Run]] = [[]]
    bold, colours = False, [""]
    for part in TAG.split(marked):
        if part in ("<b>", "</b>"):
            bold = part == "<b>"
        elif part == "<br>":
            lines.append([])
        elif part == "</span>":
            colours = colours[:-1] or [""]
        elif part.startswith("<span style='color:"):
            colours.append(part[19:26])
        elif part:
            lines[-1].append(Run(show_plainly(unescape(part)), bold, colours[-1]))
    return lines


def plain(marked: str) -> str:
    """The text without its marks, in one line."""
    return " ".join("".join(run.text for run in line) for line in lines_of(marked))


@lru_cache(maxsize=4096)
def width(text: str, size: float, bold: bool) -> float:
    """How wide a text is, in the unit of `size`."""
    return (_ink(f"|{text}|", size, bold) - _ink("||", size, bold)) / FINE if text else 0.0


def _ink(text: str, size: float, bold: bool) -> float:
    """From the first to the last ink: between bars that is where the text moves the pen to."""
    return _renderer().get_text_width_height_descent(
        text, font(round(size * FINE, 3), bold), ismath=False
    )[0]


def line_width(line: list[Run], size: float) -> float:
    """How wide a line of runs is."""
    return sum(width(run.text, size, run.bold) for run in line)


def wrapped(text: str, size: float, wide: float, *, bold: bool = False) -> list[str]:
    """Plain text in lines not wider than `wide`; a word that is wider is cut."""
    lines, line = [], ""
    for word in show_plainly(text).split():
        for piece in _pieces(word, size, wide, bold):
            longer = f"{line} {piece}".strip()
            if line and width(longer, size, bold) > wide:
                lines.append(line)
                longer = piece
            line = longer
    return [*lines, line] if line else lines


def _pieces(word: str, size: float, wide: float, bold: bool) -> list[str]:
    found = []
    while width(word, size, bold) > wide and len(word) > 1:
        most = max(1, int(len(word) * wide / width(word, size, bold)))
        found.append(word[:most])
        word = word[most:]
    return [*found, word]


def show_plainly(text: str) -> str:
    """Text that can be drawn: no control or direction marks, a box for letters of no font."""
    known = _known()
    return "".join(
        char if ord(char) in known else MISSING
        for char in text
        if char.isprintable() or char == "\u00a0"
    )


@lru_cache(maxsize=1)
def _known() -> frozenset[int]:
    """The letters that the installed fonts have between them."""
    found: set[int] = set()
    for bold in (False, True):
        each: set[int] = set()
        for name in families():
            path = ink.fontManager.findfont(
                ink.FontProperties(family=name, weight="bold" if bold else "normal")
            )
            each |= set(ink.get_font(path).get_charmap())
        found = found & each if found else each
    return frozenset(found)


@lru_cache(maxsize=1)
def _renderer() -> Any:
    return ink.RendererAgg(1, 1, 72)
