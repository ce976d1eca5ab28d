"""Where the headline of a moving cut comes from: the search, the study and the locks."""

import pytest

import app
from analysis.registry import PREVIEW, SURVIVAL
from analysis.results import preview
from services import cohorts
from services.address import read_question
from services.disclosure import disclose
from services.evaluate import evaluate
from services.ledger import lock_cutoff, read_ledger
from services.reported_p import report_every_cut

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


def test_a_preview_counts_as_a_look_at_every_endpoint():
    disclose(PREVIEW, read_question(SPLIT)[0].changed(cut=()))
    entries = read_ledger(cohorts.load("imail2")).entries
    assert [(one.look.endpoint, one.cuts) for one in entries] == [("PFS", ()), ("OS", ())]
