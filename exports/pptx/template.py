"""A user's own template: checked before it is opened, and refused in words.

A .pptx or .potx is a zip of XML. Sizes are looked at before anything is unpacked; macros, embedded
programs and links to other places are refused. Its slides are left out, its layouts are used.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

from pptx import Presentation
from pptx.util import Inches

from wording.files.template import (
    HOLDS_MACROS,
    NO_PPTX,
    NO_TEMPLATE,
    NO_TITLE_LAYOUT,
    NOT_READ,
    PACKED_TOO_DENSELY,
    UNPACKS_TOO_LARGE,
    refuse_large,
    refuse_size,
)

LARGEST = 20_000_000  # bytes of the file
UNPACKED = 100_000_000
RATIO = 200  # of one part: more is made to fill a memory
MEMBERS = 2_000
WIDTH, HEIGHT, OFF = 13.333, 7.5, 0.02  # inches
TEMPLATE = b"presentationml.template.main+xml"
PRESENTATION = b"presentationml.presentation.main+xml"
MACROS = ("vbaproject", "activex", "oleobject")


class BadTemplate(Exception):
    """Why a template cannot be used, and what to do."""


def open_template(content: bytes) -> Any:
    """The presentation of a template, without its slides; BadTemplate says why there is none."""
    plain = _check_all(content)
    try:
        slides = Presentation(io.BytesIO(plain))
        wide, high = slides.slide_width, slides.slide_height
        if wide is None or high is None:
            raise BadTemplate(NOT_READ)
        size = wide / Inches(1), high / Inches(1)
        title_only(slides)
    except BadTemplate:
        raise
    except Exception:  # whatever a broken file makes the library say
        raise BadTemplate(NOT_READ) from None
    if abs(size[0] - WIDTH) > OFF or abs(size[1] - HEIGHT) > OFF:
        raise BadTemplate(refuse_size(size))
    _without_slides(slides)
    return slides


def title_only(slides: Any) -> Any:
    """The layout with a title and the fewest other places to fill; BadTemplate without one."""
    fitting = [one for one in slides.slide_layouts if _places(one, (1, 3))]
    if not fitting:
        raise BadTemplate(NO_TITLE_LAYOUT)
    return min(fitting, key=_to_fill)


def _places(layout: Any, kinds: tuple[int, ...]) -> int:
    return sum(one.placeholder_format.type in kinds for one in layout.placeholders)


def _to_fill(layout: Any) -> int:
    """Places that stay empty; date, footer and number are not to be filled."""
    return len(layout.placeholders) - _places(layout, (13, 15, 16))


def _check_all(content: bytes) -> bytes:
    """The package with a presentation's content type, all limits kept."""
    if len(content) > LARGEST:
        raise BadTemplate(refuse_large(LARGEST))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
            _check(members)
            types = packed.read("[Content_Types].xml")
            if TEMPLATE in types:
                return _as_presentation(packed, members, types)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError, OSError):
        raise BadTemplate(NO_TEMPLATE) from None
    if PRESENTATION not in types:
        raise BadTemplate(NO_PPTX)
    return content


def _check(members: list[zipfile.ZipInfo]) -> None:
    """Sizes as the zip announces them, and names, before anything is unpacked."""
    if len(members) > MEMBERS or sum(one.file_size for one in members) > UNPACKED:
        raise BadTemplate(UNPACKS_TOO_LARGE)
    for one in members:
        if one.file_size > RATIO * max(one.compress_size, 1_000):
            raise BadTemplate(PACKED_TOO_DENSELY)
        name = one.filename.lower()
        foreign = "embeddings/" in name and not name.endswith((".xlsx", "/"))
        if foreign or any(word in name for word in MACROS):
            raise BadTemplate(HOLDS_MACROS)


def _as_presentation(packed: zipfile.ZipFile, members: list[zipfile.ZipInfo],
                     types: bytes) -> bytes:  # fmt: skip
    """A .potx is a .pptx but for the name of its kind."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for one in members:
            content = packed.read(one)
            if one.filename == "[Content_Types].xml":
                content = types.replace(TEMPLATE, PRESENTATION)
            made.writestr(one.filename, content)
    return out.getvalue()


def _without_slides(slides: Any) -> None:
    """A deck of its own: the template's slides, with what they hold, stay at home."""
    listed = slides.slides._sldIdLst
    for one in list(listed):
        slides.part.drop_rel(one.rId)
        listed.remove(one)
