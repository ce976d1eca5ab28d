"""A small valid cohort as text, to be spoilt one cell at a time."""

from __future__ import annotations

import copy
from pathlib import Path

import pandas as pd
import pytest

ROWS = {
    "subjects": [
        ["subject", "arm", "arm_label", "dose", "age", "centre"],
        ["001", "A", "Low", "3", "61", "01"],
        ["002", "A", "Low", "3", "", "02"],
        ["NA", "B", "High", "6", "47.5", "02"],
    ],
    "outcomes": [
        ["subject", "endpoint", "time", "event"],
        ["001", "OS", "4.5", "1"],
        ["002", "OS", "7", "0"],
        ["NA", "OS", "2.25", "1"],
    ],
    "measurements": [
        ["subject", "visit", "day", "marker", "value", "below_limit"],
        ["001", "C1D1", "0", "CD4", "400", "0"],
        ["001", "C1D1", "0", "CD8", "200", "0"],
        ["002", "C1D1", "0", "CD4", "300", "0"],
        ["002", "C1D15", "15", "CD4", "350", "0"],
        ["NA", "C1D15", "", "CD4", "100.5", "0"],
        ["NA", "C1D15", "", "CD8", "0", "0"],
    ],
    "events": [
        ["subject", "kind", "label", "start_day", "end_day", "grade", "value"],
        ["001", "dose", "IL-2", "0", "4", "", "3"],
        ["NA", "ae", "Fever", "2", "", "2", ""],
    ],
    "markers": [
        ["marker", "label", "unit", "formula", "lower_limit", "scale"],
        ["CD4", "CD4+ T cells", "cells/µL", "", "50", "log"],
        ["CD8", "", "cells/µL", "", "", ""],
        ["CD4_CD8", "CD4:CD8 ratio", "", "CD4 / CD8", "", "log"],
    ],
    "visits": [
        ["visit", "label", "day", "order", "is_baseline"],
        ["C1D1", "Start", "0", "0", "1"],
        ["C1D15", "After one course", "14", "1", "0"],
    ],
}


@pytest.fixture
def rows() -> dict[str, list[list[str]]]:
    """Header and rows of every table of the small cohort; a copy to change."""
    return copy.deepcopy(ROWS)


@pytest.fixture
def frames():
    """Rows as text frames, as a source gives them to `validate`."""

    def build(rows: dict) -> dict[str, pd.DataFrame]:
        return {
            name: pd.DataFrame(cells[1:], columns=cells[0], dtype=object)
            for name, cells in rows.items()
        }

    return build


@pytest.fixture
def folder(tmp_path: Path):
    """Rows written as a folder of CSV files."""

    def write(rows: dict) -> Path:
        for name, cells in rows.items():
            text = "".join(",".join(line) + "\n" for line in cells)
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return tmp_path

    return write
