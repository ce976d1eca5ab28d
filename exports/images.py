"""A figure as SVG, PDF or PNG, from one drawing: title, sentence, figure, stamps and source.

Made on the server from the figure that the screen shows; no browser takes part, so that nothing
comes back from one that would have to be trusted.
"""

from __future__ import annotations

from dataclasses import dataclass

from exports.drawing import plot
from exports.drawing.canvas import Canvas, colour_of, lock
from exports.drawing.fitted import fit, unstamp
from exports.drawing.frames import SLIDE, Frame, check_size
from exports.drawing.sheet import sheet_of
from exports.drawing.text import LINE, wrapped
from exports.figure_export import FigureExport
from exports.provenance import safe_text
from figures.style import LIGHT

PAD = 9.0  # pixels around everything
SLIDE_PAD = 27.0, 14.0  # left and right, above and below, on a slide
TITLE, SENTENCE, SMALL = 28, 14, 12  # points on a slide
KINDS = ("svg", "pdf", "png")


@dataclass(frozen=True)
class Words:
    """Lines of text in one look; `size` in pixels."""

    lines: list[str]
    size: float
    colour: str
    bold: bool = False
    after: float = 0.0  # pixels under it

    @property
    def high(self) -> float:
        """Height in pixels."""
        return len(self.lines) * self.size * LINE + (self.after if self.lines else 0)


def image(figure_export: FigureExport, kind: str, frame: Frame = SLIDE, dpi: int = 300) -> bytes:
    """The figure as a file; Unfit says it would be too large."""
    with lock:
        canvas = draw(figure_export, frame)
        if kind == "png":
            check_size(canvas.wide * frame.scale, canvas.high * frame.scale, dpi)
        words = " ".join([figure_export.description, *figure_export.marks, figure_export.source])
        about = {"title": safe_text(figure_export.title), "words": safe_text(words)}
        return canvas.saved(kind, about, dpi)


def draw(figure_export: FigureExport, frame: Frame) -> Canvas:
    """The figure on its paper."""
    wide, (side, pad) = frame.pixels, SLIDE_PAD if frame.slide else (PAD, PAD)
    room = wide - 2 * side
    head, foot = _head(figure_export, frame, room), _foot(figure_export, frame, room)
    words = sum(one.high for one in (*head, *foot))
    sheet = sheet_of(figure_export.wide_figure if frame.slide else figure_export.figure)
    if not figure_export.carries_stamps:
        unstamp(sheet)
    most = frame.high / frame.scale - 2 * pad - words
    high = fit(sheet, frame, most)
    whole = frame.high / frame.scale if frame.slide else 2 * pad + words + high
    canvas = Canvas(wide, whole, frame.scale)
    top = _write(canvas, head, side, pad)
    plot.draw(canvas, sheet, side, top, room, high)
    _write(canvas, foot, side, whole - pad - sum(one.high for one in foot))
    return canvas


def _head(figure_export: FigureExport, frame: Frame, room: float) -> list[Words]:
    """Title and sentence; a journal has them in the caption."""
    if frame.bare:
        return []
    sizes = (TITLE, SENTENCE) if frame.slide else (1.25 * frame.type, frame.type)
    title, sentence = (one / frame.scale for one in sizes)
    return [
        Words(
            _cut(wrapped(figure_export.title, title, room, bold=True), 2),
            title,
            LIGHT.text,
            True,
            4,
        ),
        Words(
            _cut(wrapped(figure_export.sentence, sentence, room), 6), sentence, LIGHT.text, False, 8
        ),
    ]


def _foot(figure_export: FigureExport, frame: Frame, room: float) -> list[Words]:
    """What must stand with the figure where it does not say so itself, and where it comes from."""
    size = (SMALL if frame.slide else frame.least) / frame.scale
    found = []
    stamps = [] if figure_export.carries_stamps and not frame.slide else figure_export.marks
    if stamps:
        text = " ".join(f"{one.rstrip('.')}." for one in stamps)
        colour = "#000000" if frame.bare else LIGHT.stamp
        found.append(Words(wrapped(text, size, room, bold=True), size, colour, True, 2))
    if frame.bare and figure_export.subgroup:  # elsewhere the source says it
        found.append(Words(wrapped(f"{figure_export.subgroup}.", size, room), size, "#000000"))
    if not frame.bare:
        found.append(Words(wrapped(figure_export.source, size, room), size, LIGHT.muted))
    return found


def _cut(lines: list[str], most: int) -> list[str]:
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1].rstrip()} …"]


def _write(canvas: Canvas, words: list[Words], left: float, top: float) -> float:
    """The words from `top` on; where the room below them begins."""
    for one in words:
        for i, line in enumerate(one.lines):
            text = f"<b>{_escaped(line)}</b>" if one.bold else _escaped(line)
            y = top + (i + 0.5) * one.size * LINE
            canvas.text(left, y, text, one.size, colour_of(one.colour))
        top += one.high
    return top


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
