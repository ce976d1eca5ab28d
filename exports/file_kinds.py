"""The kinds of file that a figure can leave as: one list for the menu and the address."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from exports import images, tables
from exports.drawing.frames import SLIDE, Frame
from exports.figure_export import FigureExport
from exports.pptx import slides
from wording.files.kinds import NO_SCRIPT, ROWS_LABEL


class NotOfThisFigure(Exception):
    """What a figure cannot give, in words."""


@dataclass(frozen=True)
class Wish:
    """How a file is wanted: the paper and resolution of a picture, the template of slides."""

    frame: Frame = SLIDE
    dpi: int = 150
    template: bytes = b""


@dataclass(frozen=True)
class Kind:
    """A kind of file: what the menu says, how a name ends, its media type, and what makes it.

    `each`: the file is of one figure; the others may also hold those of all endpoints. `script`:
    only of figures that have it.
    """

    label: str
    ending: str
    media: str
    make: Callable[[list[FigureExport], Wish], str | bytes]
    each: bool = False
    what: str = ""  # in the file's name, where two kinds end alike
    script: bool = False


def _deck(figure_exports: list[FigureExport], wish: Wish) -> bytes:
    return slides.deck(figure_exports, wish.template)


def _image(kind: str) -> Callable[[list[FigureExport], Wish], bytes]:
    return lambda figure_exports, wish: images.image(figure_exports[0], kind, wish.frame, wish.dpi)


def _csv(figure_exports: list[FigureExport], wish: Wish) -> str:
    frame = pd.concat(
        [next(iter(one.tables().values())) for one in figure_exports], ignore_index=True
    )
    return tables.as_csv(frame.assign(data="synthetic") if figure_exports[0].synthetic else frame)


def _xlsx(figure_exports: list[FigureExport], wish: Wish) -> bytes:
    made = [one.tables() for one in figure_exports]
    sheets = {name: pd.concat([one[name] for one in made]) for name in made[0]}
    if "Words" not in sheets:
        text = [line for one in figure_exports for line in (*one.caption, *one.methods)]
        sheets["Words"] = pd.DataFrame({"text": text})
    return tables.as_xlsx(figure_exports[0].title, sheets)


def _caption(figure_exports: list[FigureExport], wish: Wish) -> str:
    parts = [[one.title.upper(), "", *one.notes, ""] for one in figure_exports]
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def _script(kind: str) -> Callable[[list[FigureExport], Wish], str]:
    def make(figure_exports: list[FigureExport], wish: Wish) -> str:
        if kind not in figure_exports[0].scripts:
            raise NotOfThisFigure(NO_SCRIPT)
        return figure_exports[0].scripts[kind]()

    return make


def _zip(figure_exports: list[FigureExport], wish: Wish) -> bytes:
    """Every other kind of each figure, in one archive; always the same for the same day."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for figure_export in figure_exports:
            year, month, day = map(int, figure_export.day.split("-"))
            for code, kind in KINDS.items():
                if code == "zip" or (kind.script and code not in figure_export.scripts):
                    continue
                about = zipfile.ZipInfo(
                    f"{name_of([figure_export], kind)}", (year, month, day, 0, 0, 0)
                )
                content = kind.make([figure_export], wish)
                packed.writestr(about, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def name_of(figure_exports: list[FigureExport], kind: Kind) -> str:
    """The whole name of a file of these figures."""
    stem = figure_exports[0].stem_of([one.code for one in figure_exports])
    return f"{stem}_{kind.what}.{kind.ending}" if kind.what else f"{stem}.{kind.ending}"


_OFFICE = "application/vnd.openxmlformats-officedocument"
_CSV, _TEXT = "text/csv; charset=utf-8", "text/plain; charset=utf-8"

# The code in the address: the kind.
KINDS = {
    "pptx": Kind("PowerPoint slide", "pptx", f"{_OFFICE}.presentationml.presentation", _deck),
    "png": Kind("PNG", "png", "image/png", _image("png"), each=True),
    "svg": Kind("SVG", "svg", "image/svg+xml", _image("svg"), each=True),
    "pdf": Kind("PDF", "pdf", "application/pdf", _image("pdf"), each=True),
    "csv": Kind("CSV", "csv", _CSV, _csv),
    "xlsx": Kind("Excel", "xlsx", f"{_OFFICE}.spreadsheetml.sheet", _xlsx),
    "caption": Kind("Caption and methods", "txt", _TEXT, _caption, what="caption"),
    "r": Kind("R script", "R", _TEXT, _script("r"), each=True, script=True),
    "python": Kind("Python script", "py", _TEXT, _script("python"), each=True, script=True),
    "rows": Kind(
        ROWS_LABEL, "csv", _CSV, _script("rows"), each=True, what="rows",
        script=True,
    ),
    "zip": Kind("Everything (zip)", "zip", "application/zip", _zip, what="all"),
}  # fmt: skip
