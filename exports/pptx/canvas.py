"""A canvas that is a slide: lines, areas and text as PowerPoint's own shapes, in pixels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_CONNECTOR
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from exports.drawing import text as texts
from exports.drawing.canvas import NONE, Colour, Point

INCH = 914_400  # EMU
ALIGNED = {0.0: PP_ALIGN.LEFT, 0.5: PP_ALIGN.CENTER, 1.0: PP_ALIGN.RIGHT}
SLACK = 1.08  # a text's box is a little wider than it is here: other programs measure otherwise


class SlideCanvas:
    """A place on a slide, `left` and `top` in inches; a pixel is `scale` points."""

    def __init__(self, slide: Any, left: float, top: float, scale: float) -> None:
        self.slide, self.left, self.top, self.scale = slide, left, top, scale
        self.into: Any = slide.shapes
        self.named = ""

    def group(self, name: str) -> Any:
        """What follows goes into a group of that name; the group."""
        shape = self.slide.shapes.add_group_shape()
        shape.name = name
        self.into = shape.shapes
        return shape

    def emu(self, x: float, y: float) -> tuple[Emu, Emu]:
        """A place in pixels as PowerPoint counts."""
        return (
            Emu(round(self.left * INCH + x * self.scale * INCH / 72)),
            Emu(round(self.top * INCH + y * self.scale * INCH / 72)),
        )

    def clip(self, box: Any) -> None:
        """Shapes cannot be clipped; those that come here lie inside."""

    def line(
        self,
        x: np.ndarray,
        y: np.ndarray,
        colour: Colour,
        width: float,
        dash: tuple[float, ...] = (),
    ) -> None:
        """A straight line between the first two points."""
        begin, end = self.emu(float(x[0]), float(y[0])), self.emu(float(x[-1]), float(y[-1]))
        shape = self.into.add_connector(MSO_CONNECTOR.STRAIGHT, *begin, *end)
        unshadowed(shape)
        shape.line.color.rgb = rgb(colour)
        shape.line.width = Pt(max(width * self.scale, 0.5))
        if dash:
            shape.line.dash_style = 4 if dash[0] >= 5 else 3  # dash, or dots

    def area(
        self, outline: list[Point], fill: Colour, edge: Colour = NONE, width: float = 0.0
    ) -> None:
        """A filled outline as a freeform."""
        places = np.array([self.left, self.top]) + np.array(outline, float) * self.scale / 72
        shape = _freeform(self.into, np.rint(places * INCH).astype(int))
        unshadowed(shape)
        if self.named:
            shape.name = self.named
        if fill[3] > 0:
            shape.fill.solid()
            shape.fill.fore_color.rgb = rgb(fill)
            see_through(shape.fill._xPr.find(qn("a:solidFill")), fill[3])
        else:
            shape.fill.background()
        if width and edge[3] > 0:
            shape.line.color.rgb, shape.line.width = rgb(edge), Pt(width * self.scale)
        else:
            shape.line.fill.background()

    def text(
        self,
        x: float,
        y: float,
        marked: str,
        size: float,
        colour: Colour,
        *,
        across: float = 0.0,
        down: float = 0.5,
        align: float = 0.0,
        turn: float = 0.0,
    ) -> None:
        """Text in a box of its own; what `exports.drawing.canvas.Canvas.text` says."""
        wide, high = self.box_of(marked, size)
        if not wide:
            return
        roomy = wide * SLACK + 2
        dx, dy = (0.5 - across) * wide, (0.5 - down) * high
        if turn:
            dx, dy = dy, -dx  # 90 degrees against the clock
        left, top = self.emu(x + dx - roomy / 2, y + dy - high / 2)
        wide_, high_ = (round(one * self.scale * INCH / 72) for one in (roomy, high))
        shape = self.into.add_textbox(left, top, wide_, high_)
        shape.rotation = -turn
        frame = shape.text_frame
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.word_wrap, frame.vertical_anchor = False, MSO_ANCHOR.MIDDLE
        aligned = ALIGNED[across if "<br>" not in marked else align]
        _fill(frame, texts.lines_of(marked), size * self.scale, colour, aligned)

    def box_of(self, marked: str, size: float) -> tuple[float, float]:
        """Width and height of a text with marks, in pixels."""
        lines = texts.lines_of(marked)
        return max(texts.line_width(one, size) for one in lines), texts.LINE * size * len(lines)


def _fill(
    frame: Any, lines: Iterable[list[texts.Run]], size: float, colour: Colour, aligned: Any
) -> None:
    for i, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        paragraph.alignment = aligned
        for one in line:
            run = paragraph.add_run()
            run.text = one.text
            run.font.size, run.font.bold = Pt(round(size, 1)), one.bold
            run.font.color.rgb = (
                RGBColor.from_string(one.colour[1:].upper()) if one.colour else rgb(colour)
            )


def _freeform(into: Any, points: np.ndarray) -> Any:
    """A closed freeform: the library makes its box and the outline is written here, for its own
    way takes time with the square of the number of points."""
    low, high = np.min(points, axis=0), np.max(points, axis=0)
    corners = [(low[0], low[1]), (high[0], low[1]), (high[0], high[1])]
    builder = into.build_freeform(*map(int, corners[0]), scale=1.0)
    builder.add_line_segments([tuple(map(int, one)) for one in corners[1:]], close=True)
    shape = builder.convert_to_shape()
    path = next(shape._element.iter(qn("a:path")))
    for step in list(path):
        path.remove(step)
    for i, (x, y) in enumerate((points - low).tolist()):
        step = etree.SubElement(path, qn("a:lnTo" if i else "a:moveTo"))
        etree.SubElement(step, qn("a:pt"), x=str(x), y=str(y))
    etree.SubElement(path, qn("a:close"))
    return shape


def unshadowed(shape: Any) -> None:
    """Without the theme's style, which has a shadow in many a theme."""
    style = shape._element.find(qn("p:style"))
    if style is not None:
        shape._element.remove(style)


def rgb(colour: Colour) -> RGBColor:
    """A colour without its opacity."""
    return RGBColor(*(round(255 * part) for part in colour[:3]))


def see_through(fill: Any, opacity: float) -> None:
    """Give a colour its opacity, which the library has no word for."""
    if opacity < 1:
        alpha = etree.SubElement(fill[0], qn("a:alpha"))
        alpha.set("val", str(round(opacity * 100_000)))
