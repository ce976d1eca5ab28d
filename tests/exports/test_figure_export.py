"""A figure is drawn when a file has it in it, and then once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exports import provenance
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


@pytest.fixture
def recomputed(monkeypatch):
    """The endpoints that lifelines computed, one entry each."""
    calls = []
    compare = provenance.compare_with_lifelines

    def count(endpoint, cuts):
        calls.append(endpoint.code)
        return compare(endpoint, cuts)

    monkeypatch.setattr(provenance, "compare_with_lifelines", count)
    monkeypatch.setattr(provenance, "remember", lambda cohort, key, make: make())
    return calls


@pytest.mark.parametrize(
    ("kind", "times"), [("svg", 0), ("png", 0), ("r", 0), ("caption", 1), ("pptx", 1)]
)
def test_lifelines_computes_only_for_a_file_that_has_the_methods_in_it(recomputed, kind, times):
    figure_export = km_slide.export_several(export(corrected=False))[0]
    assert KINDS[kind].make([figure_export], Wish())
    assert recomputed == ["PFS"] * times


def test_the_methods_say_what_lifelines_makes_of_the_numbers():
    found = export(corrected=False)
    (said,) = [text for text in km_slide.export_several(found)[0].methods if "lifelines" in text]
    assert said.startswith("Statistics: ")
    assert "Recomputed with lifelines" in said
    assert "gives another number" not in said


def test_the_methods_name_a_number_that_differs(monkeypatch):
    found = export(corrected=False)
    one = found.endpoints[0]
    wrong = replace(one, logrank=replace(one.logrank, statistic=one.logrank.statistic + 1))
    monkeypatch.setattr(provenance, "remember", lambda cohort, key, make: make())
    text = " ".join(km_slide.export_curve(found, wrong).methods)
    assert "gives another number: log-rank χ² 14.0 here, 13.0 there" in text
