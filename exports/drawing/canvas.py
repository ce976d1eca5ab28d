"""The paper: lines, areas, marks and text in pixels from the top left, as SVG, PDF or PNG.

Drawn by matplotlib's vector and raster back ends from the same pieces. Text stays text in SVG and
is embedded as TrueType in PDF. matplotlib keeps fonts for one drawing at a time, hence the lock.
"""

from __future__ import annotations

import io
import re
import threading
from typing import Any

import numpy as np

from exports.drawing import ink
from exports.drawing import text as texts

Point = tuple[float, float]
Colour = tuple[float, float, float, float]
NONE: Colour = (0, 0, 0, 0)
CANVASES = {"svg": "FigureCanvasSVG", "pdf": "FigureCanvasPdf", "png": "FigureCanvasAgg"}
DOCTYPE = re.compile(r"<!DOCTYPE[^>]*>\s*")  # names a file on another host
SVG_FONTS = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif"
RGBA = re.compile(r"rgba?\(([^)]*)\)")
lock = threading.Lock()


def colour_of(text: str, opacity: float = 1.0) -> Colour:
    """A colour as Plotly writes it (#rrggbb, rgba(r,g,b,a)); ValueError for any other."""
    found = RGBA.fullmatch(text.replace(" ", ""))
    if found:
        red, green, blue, *alpha = map(float, found[1].split(","))
        return red / 255, green / 255, blue / 255, (alpha[0] if alpha else 1.0) * opacity
    if not re.fullmatch("#[0-9a-fA-F]{6}", text):
        raise ValueError(f"{text!r} is no colour that can be drawn")
    red, green, blue = (int(text[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue, opacity


class Canvas:
    """Paper of `wide` by `high` pixels, each `scale` points large."""

    def __init__(self, wide: float, high: float, scale: float) -> None:
        self.wide, self.high, self.scale = wide, high, scale
        self.figure = ink.Figure(figsize=(wide * scale / 72, high * scale / 72), facecolor="white")
        flip = ink.Affine2D().scale(scale / 72, -scale / 72).translate(0, high * scale / 72)
        self._place = flip + self.figure.dpi_scale_trans
        self._clip: Any = None
        self._pieces = 0

    def clip(self, box: tuple[float, float, float, float] | None) -> None:
        """What follows is drawn inside this box only (left, top, right, bottom); None: anywhere."""
        self._clip = None
        if box is not None:
            left, top, right, bottom = box
            self._clip = ink.Rectangle(
                (left, top), right - left, bottom - top, transform=self._place, visible=False
            )
            self._clip.set_figure(self.figure)

    def line(
        self,
        x: np.ndarray,
        y: np.ndarray,
        colour: Colour,
        width: float,
        dash: tuple[float, ...] = (),
    ) -> None:
        """A line through points; NaN breaks it. Width and dashes in pixels."""
        # matplotlib counts dashes in widths of the line.
        style: Any = (0, [one / width for one in dash]) if dash else "-"
        self._add(
            ink.Line2D(
                x,
                y,
                color=colour,
                linewidth=width * self.scale,
                linestyle=style,
                solid_capstyle="butt",
                dash_capstyle="butt",
                solid_joinstyle="miter",
                transform=self._place,
            )
        )

    def area(
        self, outline: list[Point], fill: Colour, edge: Colour = NONE, width: float = 0.0
    ) -> None:
        """A filled outline."""
        self._add(
            ink.PathPatch(
                ink.Path(outline, closed=False),
                facecolor=fill,
                edgecolor=edge if width else "none",
                linewidth=width * self.scale,
                transform=self._place,
                joinstyle="miter",
            )
        )

    def marks(
        self,
        x: np.ndarray,
        y: np.ndarray,
        shape: Any,
        size: float,
        fill: Colour,
        edge: Colour,
        width: float,
    ) -> None:
        """The same mark at many points; `size` is what it spans, in pixels."""
        self._add(
            ink.Line2D(
                x,
                y,
                linestyle="none",
                marker=shape,
                markersize=size * self.scale,
                markerfacecolor=fill,
                markeredgecolor=edge if width else "none",
                markeredgewidth=width * self.scale,
                transform=self._place,
            )
        )

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
        """Text with marks; `across` and `down` are the share of its box left of and above the
        point, `align` that of a short line's room left of it, `turn` degrees against the clock."""
        lines = texts.lines_of(marked)
        step = texts.LINE * size
        wide = max(texts.line_width(line, size) for line in lines)
        turned = ink.Affine2D().rotate_deg(-turn)
        for i, line in enumerate(lines):
            left = -across * wide + align * (wide - texts.line_width(line, size))
            base = -down * step * len(lines) + step * i + (step + 0.72 * size) / 2
            for run in line:
                dx, dy = turned.transform((left, base))
                self._run(x + dx, y + dy, run, size, colour, turn)
                left += texts.width(run.text, size, run.bold)

    def box_of(self, marked: str, size: float) -> tuple[float, float]:
        """Width and height of a text with marks."""
        lines = texts.lines_of(marked)
        return max(texts.line_width(one, size) for one in lines), texts.LINE * size * len(lines)

    def saved(self, kind: str, about: dict[str, str], dpi: int = 300) -> bytes:
        """The paper as a file; `about` are title and description. No dates, no names of people."""
        out = io.BytesIO()
        metadata = _metadata(kind, about)
        getattr(ink, CANVASES[kind])(self.figure)
        quick = {"pil_kwargs": {"compress_level": 3}} if kind == "png" else {}
        self.figure.savefig(
            out, format=kind, dpi=dpi if kind == "png" else 72, metadata=metadata, **quick
        )
        content = out.getvalue()
        return _plain_svg(content) if kind == "svg" else content

    def _run(
        self, x: float, y: float, run: texts.Run, size: float, colour: Colour, turn: float
    ) -> None:
        if not run.text.strip():
            return
        self._add(
            ink.Text(
                x,
                y,
                run.text,
                color=colour_of(run.colour) if run.colour else colour,
                fontproperties=texts.font(round(size * self.scale, 3), run.bold),
                ha="left",
                va="baseline",
                rotation=turn,
                rotation_mode="anchor",
                parse_math=False,
                transform=self._place,
            )
        )

    def _add(self, piece: Any) -> None:
        self._pieces += 1
        piece.set_zorder(self._pieces)  # what comes later lies on top, whatever it is
        self.figure.add_artist(piece, clip=False)
        if self._clip is not None and not isinstance(piece, ink.Text):
            piece.set_clip_path(self._clip)


def _metadata(kind: str, about: dict[str, str]) -> dict[str, Any]:
    title, words = about["title"], about["words"]
    if kind == "pdf":
        return {
            "Title": title,
            "Subject": words,
            "Creator": "Cutline",
            "Producer": "Cutline",
            "CreationDate": None,
        }
    if kind == "svg":
        return {"Title": title, "Description": words, "Creator": "Cutline", "Date": None}
    return {"Title": title, "Description": words, "Software": "Cutline"}


def _plain_svg(content: bytes) -> bytes:
    """Text in fonts that every program has: widths were measured with one as wide as Arial."""
    text = DOCTYPE.sub("", content.decode("utf-8"), count=1)
    names = ", ".join(f"'{name}'" for name in texts.families())
    return text.replace(names, SVG_FONTS).encode("utf-8")
