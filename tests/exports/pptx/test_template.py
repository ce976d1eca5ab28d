"""A user's own template: used where it fits, refused in words where it does not."""

from __future__ import annotations

import io
import zipfile

import pytest
from pptx import Presentation
from pptx.util import Inches

from exports.pptx import template as slidetemplate
from exports.pptx.km.slide import export_several
from exports.pptx.slides import deck
from exports.pptx.template import BadTemplate, open_template
from tests.exports.example_exports import IMAIL2, export


def own(width: float = 13.333, height: float = 7.5, *, slides: int = 1) -> bytes:
    """A template with slides of its own."""
    made = Presentation()
    made.slide_width, made.slide_height = Inches(width), Inches(height)
    for _ in range(slides):
        made.slides.add_slide(made.slide_layouts[0]).shapes.title.text = "CONFIDENTIAL"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def changed(content: bytes, change) -> bytes:
    """The package with every part passed through `change(name, part)`, which gives both."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    return out.getvalue()


@pytest.fixture(scope="module")
def figure_export():
    return export_several(export(IMAIL2, corrected=False))[0]


def test_a_deck_in_it_has_its_layouts_and_none_of_its_slides(figure_export):
    made = deck([figure_export], own(slides=3))
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        assert not [name for name in packed.namelist() if b"CONFIDENTIAL" in packed.read(name)]
    (slide,) = Presentation(io.BytesIO(made)).slides
    assert slide.slide_layout.name == "Title Only"
    assert any(shape.has_chart for shape in slide.shapes)
    assert Presentation(io.BytesIO(made)).core_properties.author == "Cutline"


def test_a_potx_is_one_too(figure_export):
    def as_template(name, part):
        return name, part.replace(slidetemplate.PRESENTATION, slidetemplate.TEMPLATE) if (
            name == "[Content_Types].xml") else part  # fmt: skip

    template = changed(own(), as_template)
    with pytest.raises(ValueError, match="not a PowerPoint file"):
        Presentation(io.BytesIO(template))
    assert len(Presentation(io.BytesIO(deck([figure_export], template))).slides) == 1


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", 8) as packed:
        packed.writestr("[Content_Types].xml", b"x")
        packed.writestr("ppt/media/image1.png", b"\0" * 30_000_000)
    return out.getvalue()


def with_part(name: str, part: bytes = b"x") -> bytes:
    out = io.BytesIO(own())
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr(name, part)
    return out.getvalue()


def many() -> bytes:
    out = io.BytesIO(own())
    with zipfile.ZipFile(out, "a") as packed:
        for i in range(slidetemplate.MEMBERS):
            packed.writestr(f"ppt/media/{i}.png", b"")
    return out.getvalue()


def workbook() -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet()
    return out.getvalue()


def broken() -> bytes:
    return changed(own(), lambda name, part: (name, part[:50] if "slideMaster1.xml" in name and
                                              "rels" not in name else part))  # fmt: skip


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: b"", "no PowerPoint template"),
        (lambda: b"%PDF-1.7 no zip at all", "no PowerPoint template"),
        (lambda: own()[:5_000], "no PowerPoint template"),
        (workbook, "no .pptx or .potx"),
        (bomb, "packed far too densely"),
        (many, "more than a template can need"),
        (lambda: with_part("ppt/vbaProject.bin"), "macros"),
        (lambda: with_part("ppt/embeddings/oleObject1.bin"), "embedded programs"),
        (lambda: own(10, 7.5), "10.00 × 7.50 inches"),
        (broken, "could not be read"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(make, said):
    with pytest.raises(BadTemplate, match=said):
        open_template(make())


def test_a_template_without_a_title_is_refused():
    made = Presentation(io.BytesIO(own()))
    slidetemplate._without_slides(made)
    for layout in list(made.slide_layouts):
        if layout.name != "Blank":
            made.slide_layouts.remove(layout)
    out = io.BytesIO()
    made.save(out)
    with pytest.raises(BadTemplate, match="no layout with a title"):
        open_template(out.getvalue())
