"""What a file of the Kaplan-Meier figure costs on the server, the answer being known."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from exports.export import Export
from exports.slidekm import plates
from exports.slides import deck
from exports.tables import csv_text, workbook
from tests.exports.made import export

REPEATS = 15
GOAL = 300  # ms for one native slide
CASES = (
    ("imail2, n = 17", "cohort=imail2&marker=HLADR_NK_PCT&visit=C1D15&cut=20.1"),
    ("gbsg2, n = 686", "cohort=gbsg2&marker=PGR"),
    ("actg175, n = 2115", "cohort=actg175&marker=CD4&visit=week20"),
    ("actg175, four groups", "cohort=actg175&marker=CD4&visit=week20&cut=300,400,500"),
)


def table() -> str:
    """One slide, one workbook and one CSV for each case, as Markdown."""
    lines = [f"| one file, server | slide, ms (p95; goal {GOAL}) | kB | XLSX, ms | CSV, ms |",
             "|---|---|---|---|---|"]  # fmt: skip
    for name, query in CASES:
        found = export(query, corrected=False)
        one = replace(found, endpoints=found.endpoints[:1])
        slide = _times(_deck, one)
        lines.append(
            f"| {name} | {statistics.median(slide):.0f} ({np.percentile(slide, 95):.0f}) "
            f"| {len(_deck(one)) / 1000:.0f} | {statistics.median(_times(workbook, one)):.0f} "
            f"| {statistics.median(_times(csv_text, one)):.0f} |"
        )
    return "\n".join(lines) + "\n"


def _deck(export: Export) -> bytes:
    return deck(plates(export))


def _times(make: Callable[[Export], object], export: Export) -> list[float]:
    make(export)
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        make(export)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


if __name__ == "__main__":
    print(table())
