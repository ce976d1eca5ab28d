"""Odd but honest data, from the file to every page: a figure, or a sentence why there is none."""

from __future__ import annotations

import json

import pytest

import app
from callbacks import views
from components import views as pages
from data.uploads import store
from services.address import read_question
from tests.callbacks.test_own_cohorts import Visitor
from tests.data.uploads.small_uploads import quick
from web import limits

__all__ = ["quick"]
pytestmark = pytest.mark.usefixtures("quick")
HEAD = "id,arm,OS_months,OS_event,CD4,age\n"


def rows(n=24, *, time="{i}", event="{e}", marker="{m}", arm="{a}", id_="P{i}") -> str:
    made = (
        {"i": i + 1, "e": i % 2, "m": 100 + 13 * (i * 7 % n), "a": "AB"[i % 2], "h": int(i < n / 2)}
        for i in range(n)
    )
    line = f"{id_},{arm},{time},{event},{marker},{{m}}\n"
    return HEAD + "".join(line.format(**one) for one in made)


HOSTILE = "<script>alert(1)</script>"
OPENS = {
    "60 a time of zero": rows().replace("P1,A,1,", "P1,A,0,"),
    "65 no events": rows(event="0"),
    "66 all events": rows(event="1"),
    "67 all at one time": rows(time="7"),
    "68 one patient": rows(1),
    "68 two patients": rows(2),
    "69 an arm of one": rows().replace("P2,B", "P2,C"),
    "70 a marker that is constant": rows(marker="5"),
    "14 one that is positive": rows(marker="0").replace("1,0,0,", "1,0,900,", 1),
    "14 a median of zero": rows(marker="{h}00"),
    "71 most at the limit": rows(marker="<0.5").replace("<0.5", "900", 2),
    "73 complete separation": rows(time="{i}", event="{h}"),
    "77 doses as text": rows().replace(",A,", ",10 mg,").replace(",B,", ",2 mg,"),
    "53 markup": rows(id_=f"{HOSTILE}{{i}}").replace("CD4", f"CD4 {HOSTILE}"),
    "54 formulas": rows(id_="=cmd|' /C calc'!A{i}"),
    "55 a marker called __proto__": rows().replace("CD4", "__proto__"),
    "55 a marker called index": rows().replace("CD4", "index"),
    "55 an emoji": rows().replace("CD4", "🙂"),
    "48 ids that look like numbers": rows(id_="{i:03d}"),
    "49 a patient called NA": rows().replace("P3,", "NA,"),
}
GAPS = "id,time_months,event,visit,marker,value\n" + "".join(
    f"P{i},{i + 1},{i % 2},C1D1,{marker},{value}\n"
    for i in range(12)
    for marker, value in (("CD4", 100 + 13 * i), ("CD8", "ND"), ("NK", 5 + i if i < 2 else ""))
)
REFUSED = {
    "59 a patient twice": (rows() + "P3,A,9,0,7,60\n", "P3"),
    "61 a negative time": (rows().replace("P4,B,4", "P4,B,-4"), "OS_months"),
    "62 an infinite time": (rows().replace("P4,B,4", "P4,B,1e308"), "OS_months"),
    "63 a code that nobody knows": (rows().replace("P4,B,4,1", "P4,B,4,perhaps"), "OS_event"),
}


@pytest.fixture(autouse=True)
def _no_limit():
    app.server.config[limits.SETTING] = False
    yield
    app.server.config[limits.SETTING] = True


def opened(visitor: Visitor, content: str, title: str) -> str:
    """The code of the data set that a file became."""
    draft = store.receive(visitor.id, [("odd.csv", content.encode())])
    found = store.read_draft(visitor.id, draft)
    assert found.opens, [str(one) for one in found.problems[:3]]
    return store.open(visitor.id, draft, title)


def texts(visitor: Visitor, query: str) -> str:
    """Everything that the pages about a question show; each answers, and none with a NaN."""
    state, shown = {"query": query, "sel": []}, []
    for view in pages.VIEWS:
        if not view.has_controls and view.path not in ("/", "/survival"):
            continue
        here = {**state, "path": view.path}
        answer = visitor.posts("summary.children", asked=here)
        text = json.dumps(answer.json, ensure_ascii=False)
        assert answer.status_code == 200, (view.path, text[:300])
        for word in ("NaN", " nan", "Infinity"):
            assert word not in text, (view.path, word)
        with visitor.here():
            places = [(view.name, panel.name, "OS") for panel in view.panels]
            html = " ".join(one for one in views.texts(here, places)[0] if isinstance(one, str))
            assert "<script" not in html, view.path
            views.figures(here, "light", places)
        shown += [html, text]
    assert visitor.client.get(f"/survival?{query}").status_code == 200
    return " ".join(shown)


@pytest.mark.parametrize("case", OPENS)
def test_every_page_answers(case):
    visitor = Visitor()
    code = opened(visitor, OPENS[case], case)
    with visitor.here():
        question, notes = read_question(f"cohort={code}")
        assert (question.cohort, notes) == (code, ())
    assert ("&lt;script" in texts(visitor, question.query())) == ("markup" in case)


@pytest.mark.parametrize(
    ("marker", "note", "words"),
    [
        ("CD8", "This cohort has no marker “CD8”; CD4 is shown instead", "CD4 at C1D1, cut-off"),
        ("NK", "", "There are only 2 patients: a search over cut-offs needs at least 4"),
    ],
)
def test_72_a_marker_that_nobody_has_and_one_that_two_have(marker, note, words):
    visitor = Visitor()
    code = opened(visitor, GAPS, marker)
    with visitor.here():
        question, notes = read_question(f"cohort={code}&marker={marker}&visit=C1D1")
    assert note in " ".join(one.sentence for one in notes)
    assert bool(notes) == bool(note)
    assert words in texts(visitor, question.query())


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_right_is_refused(case):
    content, where = REFUSED[case]
    visitor = Visitor()
    draft = store.receive(visitor.id, [("odd.csv", content.encode())])
    found = store.read_draft(visitor.id, draft)
    assert not found.opens
    assert any(where in (one.column, one.value) and one.row for one in found.problems)
    with pytest.raises(store.StoreError):
        store.open(visitor.id, draft)
    assert store.list_datasets(visitor.id) == []
