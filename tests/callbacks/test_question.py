"""Address and controls lead to the same question."""

import pytest

import app
from analysis.question import parse_query
from callbacks.question import Unmoved, _steps, move_cut, refuse_answer
from services import cohorts
from services.address import read_address
from services.request.refusals import Refused

START = (
    "cohort=imail2&endpoint=PFS&marker=HLADR_NK_PCT&visit=C1D15&measure=value&cut=24&clock=start"
)
SEVERAL = START.replace("cut=24", "cut=20.1,30")


@pytest.fixture(autouse=True)
def _in_the_app():
    with app.server.app_context():
        yield


def after(control, *, cut="24", start=START, steps=0, **changes):
    texts = parse_query(start)
    fields = {name: texts.get(name, "") for name in (
        "cohort", "endpoint", "marker", "visit", "measure", "baseline", "clock")}  # fmt: skip
    return move_cut(control, texts, {**fields, **changes}, cut, steps)


def test_endpoint_and_clock_keep_the_cut():
    assert after("endpoint", endpoint="OS")[0].cut == (24,)
    assert after("clock", clock="landmark")[0].cut == (24,)


@pytest.mark.parametrize(
    "change",
    [{"marker": "CD4"}, {"visit": "C1D10"}, {"measure": "fold"}, {"cohort": "imail2-null"}],
)
def test_a_new_split_starts_at_its_median(change):
    question, _ = after(next(iter(change)), **change)
    again = read_address({"path": "/survival", "search": question.changed(cut=()).query()})[1]
    assert question.cut == again.cut


def test_a_visit_without_a_landmark_drops_it_silently():
    start = START.replace("clock=start", "clock=landmark")
    question, notes = after("visit", start=start, visit="D-21")
    assert (question.clock, notes) == ("start", ())


def test_a_marker_without_that_visit_takes_one_that_it_has():
    start = START.replace("C1D15", "D-21")
    question, notes = after("marker", start=start, marker="IM_AUC")
    assert question.visit in ("C1D10", "C1D15")
    assert notes == ()


def test_a_cohort_without_the_marker_opens_with_its_own_question():
    question, notes = after("cohort", cohort="gbsg2")
    assert (question.marker, notes) == ("PGR", ())


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_box_asks_nothing(empty):
    with pytest.raises(Unmoved, match="empty; the answer below is still the one for 24"):
        after("cut", cut=empty)


def test_a_typed_cut_is_taken_as_it_is():
    assert after("cut", cut="30.25")[0].cut == (30.25,)
    assert after("cut", cut="-0")[0].query().endswith("cut=0&clock=start")


def test_several_cut_offs_are_typed_and_sorted():
    assert after("cut", cut="30, 20")[0].cut == (20, 30)
    assert after("endpoint", endpoint="OS", start=SEVERAL)[0].cut == (20.1, 30)
    with pytest.raises(Unmoved, match=r"two of the cut-offs are equal; .* for 20\.1, 30\.0\.$"):
        after("cut", cut="20,20", start=SEVERAL)


def test_steps_and_median_of_several_cut_offs_start_again_from_one():
    up = after("cut-step-up", cut="20.1,30", start=SEVERAL, steps=1)[0].cut
    down = after("cut-step-down", cut="20.1,30", start=SEVERAL, steps=-1)[0].cut
    assert len(up) == len(down) == 1
    assert down[0] < 20.1 < up[0] < 30
    assert after("cut-median", cut="20.1,30", start=SEVERAL)[0].cut == (24,)


@pytest.mark.parametrize(
    ("typed", "words"),
    [("abc", "not a number"), ("24,5", "written with a point"), ("1_00", "not a number"),
     ("1/2", "not a number"), ("0x10", "not a number"), ("1e400", "not a finite number"),
     ("nan", "not a finite number"), ("1e300", "larger than any marker"), ("٢٤", "not a number")],
)  # fmt: skip
def test_a_wrong_number_keeps_the_answer_and_says_why(typed, words):
    with pytest.raises(Unmoved, match=words) as caught:
        after("cut", cut=typed)
    assert "still the one for 24" in str(caught.value)


def test_steps_move_to_observed_cuts():
    up, down = after("cut-step-up", steps=1)[0].cut[0], after("cut-step-down", steps=-1)[0].cut[0]
    assert down < 24 < up
    assert after("cut-step-up", steps=2)[0].cut[0] > up
    assert after("cut-median", cut="30", start=START.replace("cut=24", "cut=30"))[0].cut == (24,)


def test_a_step_starts_at_the_number_in_the_box():
    assert after("cut-step-up", cut="35.1", steps=1)[0].cut[0] > 35.1
    assert after("cut-step-up", cut="", steps=1)[0].cut[0] > 24


def test_no_click_is_lost_when_several_come_at_once():
    assert _steps([None, 3, None], [0, 1]) == 2
    assert _steps([2, 3, None], None) == 1
    assert _steps([1, 1, None], "forged") == 0


def test_a_drag_is_answered_once():
    assert refuse_answer({"cut": "30.250", "n": 2}, 1) == "30.25"
    assert refuse_answer({"cut": "30.25", "n": 2}, 2) == ""
    assert refuse_answer(None, 0) == ""
    assert after("cut-step-up", cut="30.25", steps=1)[0].cut[0] > 30.25


@pytest.mark.parametrize(
    "forged",
    ["24", 24, [24], {}, {"cut": "24"}, {"n": 1}, {"cut": 24, "n": 1}, {"cut": "24", "n": True},
     {"cut": "24", "n": 0}, {"cut": "24", "n": 1.5}, {"cut": "NaN", "n": 1}, {"cut": "", "n": 1},
     {"cut": "1e400", "n": 1}, {"cut": "1e300", "n": 1}, {"cut": "20,30", "n": 1},
     {"cut": "median", "n": 1}, {"cut": "9" * 9_000, "n": 1}, {"cut": ["24"], "n": 1}],
)  # fmt: skip
def test_a_forged_drag_is_refused(forged):
    with pytest.raises(Refused) as caught:
        refuse_answer(forged, 0)
    assert caught.value.status == 422


def test_an_unknown_page_and_cohort_are_said():
    path, question, notes, _ = read_address(
        {"path": "/nowhere", "search": "?cohort=none&marker=CD4"}
    )
    assert path == ""
    assert question.cohort == cohorts.list_names()[0]
    assert "no page" in notes[0]
    assert "no cohort" in notes[1]


def test_a_covered_outcome_stays_covered_on_the_way_to_another_cohort():
    start = START + "&blind=yes"
    assert after("cohort", start=start, cohort="gbsg2", blind="yes")[0].blind == "yes"
    for address in ("?cohort=nowhere&blind=yes", "?COHORT=gbsg2&BLIND=yes", "?blind=perhaps"):
        assert read_address({"path": "/survival", "search": address})[1].blind == "yes"
