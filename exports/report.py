"""The basket as one page of HTML, to be read, printed, or printed into a PDF.

Whole in itself: figures are pictures inside it, no script runs and nothing is fetched.
"""

from __future__ import annotations

import base64
from html import escape

from exports.drawing.frames import SLIDE
from exports.images import image
from exports.pptx.deck import LOOKS, Figure, looks

STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 Inter, "Segoe UI", Roboto, Arial, sans-serif; color: #212529; margin: 0 auto;
  max-width: 62em; padding: 24px; background: #fff; }
h1 { font-size: 24px; } h2 { font-size: 14px; margin: 0 0 8px; color: #495057; }
section { border-top: 1px solid #dfe3e8; padding: 20px 0; }
img { display: block; width: 100%; height: auto; }
.stamp { color: #8a3b00; font-weight: 600; } .small, td, th { font-size: 13px; }
.small { color: #495057; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; vertical-align: top;
  padding: 5px 12px 5px 0; border-bottom: 1px solid #dfe3e8; }
.how { background: #e7f1f8; border-radius: 8px; padding: 8px 14px; }
@page { margin: 12mm; }
@media print { .how { display: none; } body { padding: 0; max-width: none; font-size: 9.5pt; }
  .small, td, th { font-size: 8pt; } p { margin: 0 0 5pt; }
  section { break-before: page; border: 0; padding: 0; }
  section:first-of-type { break-before: auto; } img, tr, .stamp { break-inside: avoid; } }
"""
HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Report of {n} · {day} · Cutline</title>
<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">
<style>{style}</style></head><body><main>
<h1>Report of {n}</h1><p class="small">{day} · Cutline</p>
<p class="how">To keep it, print this page, and choose “Save as PDF” there. <a href="/basket">Back
to the basket</a></p>
"""
TAIL = """<section><h2>Questions asked</h2><table><thead><tr><th scope="col">Figure</th>
<th scope="col">Question</th><th scope="col">Cut-off and both p’s, or the answer</th>
<th scope="col">Looks</th></tr></thead><tbody>{rows}</tbody></table><p class="small">{looks}</p>
</section></main></body></html>
"""


def head(n: int, day: str) -> str:
    """The beginning of a report of `n` figures."""
    return HEAD.format(n=f"{n} figure{'' if n == 1 else 's'}", day=escape(day), style=STYLE)


def section(number: int, one: Figure) -> str:
    """One figure: its name, the picture, its caption and methods; or why there is none."""
    title = f"<h2>{number}. <bdi>{escape(one.name)}</bdi></h2>"
    if one.figure_export is None:
        return f"<section>{title}<p>No figure: {escape(one.why)}</p>{_address(one)}</section>"
    figure_export = one.figure_export
    picture = base64.b64encode(image(figure_export, "svg", SLIDE)).decode("ascii")
    stamps = " ".join(f"{text.rstrip('.')}." for text in figure_export.marks)
    parts = [
        title,
        f'<img alt="{escape(figure_export.description, quote=True)}" '
        f'src="data:image/svg+xml;base64,{picture}">',
        f'<p class="stamp">{escape(stamps)}</p>' if stamps else "",
        *(f"<p>{escape(text)}</p>" for text in figure_export.caption),
        *(f'<p class="small">{escape(text)}</p>' for text in figure_export.methods),
    ]
    return f"<section>{''.join(parts)}</section>"


def _address(one: Figure) -> str:
    return f'<p class="small">{escape(one.about)} {escape(one.address)}</p>'


def tail(figures: list[Figure]) -> str:
    """The table of all questions, and the end."""
    rows = "".join(
        f"<tr><td>{i}</td><td>{escape(one.about)}</td><td>{escape(one.said)}</td>"
        f"<td>{looks(one)}</td></tr>"
        for i, one in enumerate(figures, 1)
    )
    return TAIL.format(rows=rows, looks=escape(LOOKS))
