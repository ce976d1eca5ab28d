"""What the files of a figure cost on the server, the answer being known: CPU time of the process,
which other work on the machine changes least."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from exports.drawing.frames import FRAMES
from exports.figure_export import FigureExport
from exports.file_kinds import KINDS, Wish
from exports.pptx import deck, slides
from exports.pptx.km.slide import export_several
from tests.exports.example_exports import export

REPEATS = 15
DECK = 20  # figures of a full basket
SLIDE, JOURNAL = Wish(), Wish(frame=FRAMES["nature-89"], dpi=300)
# Kind of file, how it is wished for, and the aim in ms for its median (0: none was set).
FILES = (
    ("pptx", SLIDE, 300), ("svg", SLIDE, 300), ("png", SLIDE, 300), ("png", JOURNAL, 300),
    ("pdf", JOURNAL, 1_000), ("xlsx", SLIDE, 0), ("csv", SLIDE, 0), ("zip", SLIDE, 0),
)  # fmt: skip
HEADS = ("slide", "SVG", "PNG, slide", "PNG, 89 mm", "PDF", "XLSX", "CSV", "zip")
CASES = (
    ("imail2, n = 17", "cohort=imail2&marker=HLADR_NK_PCT&visit=C1D15&cut=20.1"),
    ("gbsg2, n = 686", "cohort=gbsg2&marker=PGR"),
    ("actg175, n = 2115", "cohort=actg175&marker=CD4&visit=week20"),
    ("actg175, four groups", "cohort=actg175&marker=CD4&visit=week20&cut=300,400,500"),
)


def table() -> str:
    """Every kind of file of one Kaplan-Meier figure for each case, as Markdown."""
    aims = [f"{head} ({aim})" if aim else head for head, (_, _, aim) in
            zip(HEADS, FILES, strict=True)]  # fmt: skip
    lines = [f"| one figure, CPU ms: median / p95 (aim) | {' | '.join(aims)} |",
             "|---" * (len(FILES) + 1) + "|"]  # fmt: skip
    for name, query in CASES:
        one = export_several(export(query, corrected=False))[0]
        cells = [_cell(_times(partial(_make, kind, wish), one)) for kind, wish, _ in FILES]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + f"\n\n{_basket()}\n"


def _make(kind: str, wish: Wish, figure_export: FigureExport) -> str | bytes:
    return KINDS[kind].make([figure_export], wish)


def _basket() -> str:
    """The deck of a full basket: each case's figure again and again, exports made anew."""
    exports = [export(query, corrected=False) for _, query in CASES]
    began = time.process_time()
    figures = [
        deck.Figure(name=f"Figure {i}", about="A question", address="/", study="Study", looks=1,
                    figure_export=export_several(exports[i % len(exports)])[0])
        for i in range(DECK)
    ]  # fmt: skip
    made = deck.start_deck(figures, "2026-11-22")
    for _ in deck.fill_deck(made, figures):
        pass
    slides.save(made)
    return f"A deck of {DECK} figures: {time.process_time() - began:.1f} s of CPU (aim 5)."


def _cell(taken: list[float]) -> str:
    return f"{statistics.median(taken):.0f} / {np.percentile(taken, 95):.0f}"


def _times(make: Callable[[FigureExport], object], figure_export: FigureExport) -> list[float]:
    make(figure_export)
    taken = []
    for _ in range(REPEATS):
        began = time.process_time()
        make(figure_export)
        taken.append((time.process_time() - began) * 1000)
    return taken


if __name__ == "__main__":
    print(table())
