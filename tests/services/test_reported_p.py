"""Where the headline of a moving cut comes from: the search, the study and the locks."""

import numpy as np
import pytest

import app
from analysis.ledger import Ledger
from analysis.question import Question
from analysis.registry import PREVIEW, SURVIVAL
from analysis.results import preview
from analysis.results.cutoff import NoSearch, search_cutoffs
from analysis.results.survival import analyse_survival
from services import cohorts, reported_p
from services.address import read_question
from services.disclosure import disclose
from services.evaluate import evaluate
from services.ledger import lock_cutoff, read_ledger
from services.reported_p import report_every_cut
from tests.hand_made_cohorts import cohort
from wording.figures.km import describe_comparison
from wording.results import phrases

SPLIT = "cohort=imail2&endpoint=OS&marker=HLADR_NK_PCT&visit=C1D15&cut=24"


@pytest.fixture(autouse=True)
def _in_the_app(tmp_path, monkeypatch):
    monkeypatch.setenv("CUTLINE_HOME", str(tmp_path / "state"))
    with app.server.test_request_context("/"):
        yield


@pytest.mark.parametrize("locked", [False, True])
def test_the_line_says_at_every_place_what_the_answer_says_there(locked):
    asked = read_question(SPLIT)[0]
    if locked:
        lock_cutoff(asked, "A", "the protocol", "anna")
    found: preview.Preview = evaluate(PREVIEW, asked)
    disclose(SURVIVAL, asked)
    here = read_ledger(cohorts.load("imail2"))
    cuts = found.places.cut
    for moving in found.endpoints:
        headlines = report_every_cut(moving, cuts, asked, here)
        for cut, said in zip(cuts.tolist(), headlines, strict=True):
            one = disclose(SURVIVAL, asked.changed(cut=(cut,)))[0].endpoint(moving.of.code)
            assert said == one.reported_p
            assert said.fixed == (locked and cut == 24)


@pytest.mark.parametrize("high", [1, 4])  # one patient above is no admissible cut
def test_a_marker_with_two_values_has_the_p_of_its_one_split(high, monkeypatch):
    months = [float(i + 1) for i in range(9)]
    study = cohort([0.0] * (9 - high) + [1.0] * high, months, months)
    asked = Question("hand", "OS", "M", "C1D15", "value", "", (0.0,), "start")
    search = search_cutoffs(study, asked)
    assert isinstance(search, NoSearch)
    monkeypatch.setattr(reported_p, "find_search", lambda question: search)
    monkeypatch.setattr(reported_p, "evaluate", lambda analysis, question: search)
    one = reported_p.add_reported_p(analyse_survival(study, asked), asked, Ledger()).estimate("OS")
    found = one.reported_p
    assert found.only_split
    assert found.p == found.p_cut == one.p_cut.p
    assert "two values" in phrases.caveat(one)
    assert "not corrected" not in phrases.both_ratios(one)
    line = [line.text for line in describe_comparison(one)]
    assert line[0].startswith("p of the only split = ")
    assert not any("not corrected" in text for text in line)
    if high > 1:  # without an admissible cut no line moves
        both = preview.preview_cuts(study, asked).endpoints
        moving = next(one for one in both if one.of.code == "OS")
        assert report_every_cut(moving, np.array([0.0]), asked, Ledger())[0] == found


def test_a_preview_counts_as_a_look_at_every_endpoint():
    disclose(PREVIEW, read_question(SPLIT)[0].changed(cut=()))
    entries = read_ledger(cohorts.load("imail2")).entries
    assert [(one.look.endpoint, one.cuts) for one in entries] == [("PFS", ()), ("OS", ())]
