"""Two questions side by side: the same axes, both counted before either is drawn."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

import app
from callbacks import views
from callbacks.question import _stays
from data.sources import builtin
from services.address import read_address, read_pair, read_question, write_pair
from services.ledger import lock_cutoff, read_ledger

A = "cohort=imail2&endpoint=PFS&marker=HLADR_NK_PCT&visit=C1D15&measure=value&cut=24&clock=landmark"
B = A.replace("PFS", "OS").replace("HLADR_NK_PCT", "CD8").replace("cut=24", "cut=300")


@pytest.fixture(autouse=True)
def _in_the_app(tmp_path, monkeypatch):
    monkeypatch.setenv("CUTLINE_HOME", str(tmp_path / "state"))
    with app.server.test_request_context("/"):
        yield


def state(a=A, b=B):
    address = {"path": "/compare", "search": "?" + urlencode({"a": a, "b": b})}
    path, question, _, _ = read_address(address)
    return {"path": path, "query": question.query(), "own": write_pair(address)}


def said(part="said", **queries):
    places = [("compare", part, key) for key in ("a", "b")]
    html, summary, *_ = views.texts(state(**queries), places)
    return html, "".join(str(one.children) for one in summary)


def drawn(**queries):
    places = [("compare", "curve", key) for key in ("a", "b")]
    figures, _, sentences, hidden = views.figures(state(**queries), "light", places)
    return figures, sentences, hidden


def looks(cohort="imail2"):
    return read_ledger(builtin.load(cohort)).entries


def test_both_have_the_same_axes_and_their_own_numbers():
    (first, second), sentences, hidden = drawn()
    assert hidden == [False, False]
    assert first.layout.xaxis.range == second.layout.xaxis.range == (0, 30)
    assert first.layout.yaxis.range == second.layout.yaxis.range
    assert "progression-free survival" in sentences[0]
    assert "overall survival" in sentences[1]
    alone = views.figures(
        {"path": "/survival", "query": A}, "light", [("survival", "curve", "PFS")]
    )
    assert alone[0][0].layout.xaxis.range[1] < 30


def test_each_is_a_look_and_both_count_the_other():
    html, summary = said()
    assert len(looks()) == 4  # two questions of two endpoints each
    for one in html:
        assert "after all 4 questions looked at here" in one
        assert "p corrected for the search" in one
        assert "Open this question" in one
    assert "differ in endpoint, marker and cut-off" in summary
    assert "at most .13, exact p = .03 for this cut" in summary


def test_what_is_bad_or_missing_is_a_sentence_and_the_other_is_shown():
    for bad, words in (
        ("", "There is no second question"),
        (B.replace("CD8", "xx"), "This cohort has no marker “xx”. Possible"),
        (B.replace("300", "NaN"), "is not a finite number"),
        ("cohort=nowhere", "There is no cohort “nowhere” here.<"),
    ):
        html, summary = said(b=bad)
        assert words in html[1] or words in summary, bad
        assert "exact p = .03" in html[0]
        assert "instead" not in html[1]
    *_, hidden = drawn(b="")
    assert hidden == [False, True]


def test_what_is_covered_stays_covered_beside_the_other():
    html, _ = said(b=B + "&blind=yes")
    assert "covered until this cut-off is locked" in html[1]
    assert {one.look.marker for one in looks()} == {"HLADR_NK_PCT"}
    lock_cutoff(read_question(B)[0], "A", "why", "anna")
    html, _ = said(b=B + "&blind=yes")
    assert "covered until" not in html[1]


def test_two_cohorts_with_other_units_of_time_have_their_own_axes():
    gbsg2 = "cohort=gbsg2&endpoint=RFS&marker=PGR&visit=baseline&measure=value&cut=20"
    (first, second), *_ = drawn(b=gbsg2)
    units = {builtin.load(name).study.time_unit for name in ("imail2", "gbsg2")}
    same = first.layout.xaxis.range == second.layout.xaxis.range
    assert same == (len(units) == 1)
    html, _ = said("remarks", b=gbsg2)
    assert ("axes are not the same" in html[0]) == (len(units) > 1)
    assert "Synthetic" in html[0]
    assert "Synthetic" not in html[1]


def test_the_address_is_written_back_as_it_was_asked():
    assert read_pair("?a=x&b=y&a=z&sel=1") == {"a": "x", "b": "y"}
    assert read_pair("") == {"a": "", "b": ""}
    assert len(write_pair({"path": "/compare/", "search": "?a=" + "x" * 9_000})) < 4_100
    assert write_pair({"path": "/survival", "search": "?a=x"}) == ""
    assert state()["query"] == A  # the links to other pages are about the first


def test_a_forged_place_or_own_is_nothing_or_a_4xx():
    with pytest.raises(views.Refused):
        views.texts({**state(), "own": 7}, [("compare", "said", "a")])
    html, *_ = views.texts(state(), [("compare", "said", "c"), ("compare", "said", "")])
    assert html == [views.no_update] * 2


def test_a_change_of_the_cohort_leaves_the_page():
    assert _stays("/survival", ("x",), read_question("cohort=gbsg2")[0], "imail2") == (
        "/survival",
        (),
    )
