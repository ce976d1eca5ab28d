"""A figure is drawn when a file has it in it, and then once."""

from __future__ import annotations

import pytest

from exports.file_kinds import KINDS, Wish
from exports.pptx.km import slide as km_slide
from tests.exports.example_exports import export


@pytest.fixture
def drawn(monkeypatch):
    """The Kaplan-Meier figures that were drawn, one entry each."""
    calls = []
    km_figure = km_slide.km_figure
    monkeypatch.setattr(
        km_slide, "km_figure", lambda *args, **how: (calls.append(args), km_figure(*args, **how))[1]
    )
    return calls


@pytest.mark.parametrize(
    ("kind", "times"),
    [("pptx", 0), ("csv", 0), ("xlsx", 0), ("r", 0), ("caption", 0), ("svg", 1), ("zip", 1)],
)
def test_a_figure_is_drawn_only_for_a_file_that_has_it_in_it(drawn, kind, times):
    figure_export = km_slide.export_several(export(corrected=False))[0]
    assert KINDS[kind].make([figure_export], Wish())
    assert len(drawn) == times
