"""The data page: what it draws of a draft, what it remembers, and what it refuses."""

from __future__ import annotations

import html
import io
import json

import openpyxl
import pytest

import app
from components.server_html import to_html
from components.upload import draft as drawing
from data import event_log
from data.uploads import store
from tests.callbacks.test_own_cohorts import Visitor
from tests.data.uploads.small_uploads import quick, table
from tests.web.attacks import post
from web import limits

__all__ = ["quick"]
pytestmark = pytest.mark.usefixtures("quick")
ASKED = {"path": "/data", "query": "cohort=imail2"}
CODED = table().replace(b"OS status", b"state")


@pytest.fixture
def ann(monkeypatch):
    monkeypatch.setattr(store, "prepare", lambda: None)
    app.server.config[limits.SETTING] = False
    yield Visitor()
    app.server.config[limits.SETTING] = True


def answer_of(visitor, wanted, *, trigger="brought"):
    output = next(key for key in app.app.callback_map if '"type":"brought"' in key)
    places = [{"id": {"of": of, "type": "brought"}, "property": "data-html"}
              for of in ("draft", "sets")]  # fmt: skip
    body = {
        "output": output, "outputs": [places], "changedPropIds": [f"{trigger}.data"],
        "inputs": [{"id": "asked", "property": "data", "value": ASKED},
                   {"id": "brought", "property": "data", "value": wanted}],
    }  # fmt: skip
    return post(visitor.client, body)


def place(answer, of="draft"):
    assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
    for key, value in answer.get_json()["response"].items():
        if f'"{of}"' in key:
            return value["data-html"]
    return None


def wish(visitor, do, **more):
    return answer_of(visitor, {"do": do, "n": 1, **more})


def handed(visitor, content=None, name="t.csv"):
    return store.receive(visitor.id, [(name, content or table())])


def test_what_was_understood_is_shown_and_a_change_is_read_anew(ann):
    id_ = handed(ann)
    text = place(wish(ann, "read", draft=id_))
    assert "20 patients, 20 outcomes, 20 measurements: ready to open." in text
    assert "OS: 10 events, 10 censored: right?" in text
    turned = place(wish(ann, "change", draft=id_, field=["event", "OS"], value=["0"]))
    assert "<b>0</b> is the event (10)" in turned
    assert store.read_draft(ann.id, id_).mapping["event_is"] == {"OS": ["0"]}
    wrong = place(wish(ann, "change", draft=id_, field=["time_unit"], value="fortnights"))
    assert "There is no such choice." in wrong
    assert store.read_draft(ann.id, id_).mapping["event_is"] == {"OS": ["0"]}
    text = place(wish(ann, "guess", draft=id_))
    assert store.read_draft(ann.id, id_).given is None


def test_a_page_that_is_loaded_again_shows_what_was_handed_over_last(ann):
    handed(ann, table(5), "old.csv")
    handed(ann, table(7), "new.csv")
    text = place(answer_of(ann, None, trigger="asked"))
    assert "new.csv" in text
    assert "7 patients" in text


def test_opening_goes_to_survival_and_the_list_has_it(ann):
    id_ = handed(ann)
    answer = wish(ann, "open", draft=id_, title="My trial")
    (one,) = store.list_datasets(ann.id)
    assert one.title == "My trial"
    assert answer.get_json()["sideUpdate"]["go"] == {"data": f"cohort={one.code}"}
    assert "My trial" in place(answer, "sets")
    assert store.list_drafts(ann.id) == []
    assert "Another" in place(wish(ann, "rename", code=one.code, title="Another"), "sets")
    assert "You have opened no data set yet" in place(wish(ann, "delete", code=one.code), "sets")


def test_a_newer_version_takes_the_place_of_the_old_one(ann):
    wish(ann, "open", draft=handed(ann), title="One")
    (old,) = store.list_datasets(ann.id)
    wish(ann, "open", draft=handed(ann, table(25)), title="One", instead=old.code)
    (new,) = store.list_datasets(ann.id)
    assert new.patients == 25
    assert store.find_removed(ann.id, old.code).by == new.code


def test_a_mapping_is_used_again_for_files_of_that_shape_only_by_its_owner(ann):
    id_ = handed(ann)
    wish(ann, "change", draft=id_, field=["event", "OS"], value=["0"])
    wish(ann, "open", draft=id_)
    again = handed(ann, table(9), "next.csv")
    text = place(wish(ann, "read", draft=again))
    assert "as you mapped a file of this shape" in text
    assert "OS: 5 events, 4 censored: right?" in text
    other = handed(ann, table(9, more=",5"), "wider.csv")
    assert "as you mapped" not in place(wish(ann, "read", draft=other))
    ben = Visitor()
    assert "as you mapped" not in place(wish(ben, "read", draft=handed(ben)))
    kept = event_log.read(owner=ann.id, kind="mappings")
    assert [one.payload["mapping"]["event_is"] for one in kept] == [{"OS": ["0"]}]


def test_a_remembered_mapping_that_does_not_fit_is_left(ann):
    id_ = handed(ann)
    wish(ann, "change", draft=id_, field=["opens_with"], value="baseline")
    wish(ann, "open", draft=id_)
    shape = event_log.read(owner=ann.id, kind="mappings")[-1].cohort
    wrong = {"mapping": {"opens_with": "never"}}
    event_log.append(ann.id, shape, "mappings", wrong)
    text = place(wish(ann, "read", draft=handed(ann, table(8))))
    assert "ready to open" in text
    assert "as you mapped" not in text


def test_nothing_of_another_visitor_is_shown_changed_or_sent(ann):
    id_ = handed(ann)
    wish(ann, "open", draft=handed(ann, table(9)), title="Hers")
    (one,) = store.list_datasets(ann.id)
    ben = Visitor()
    for do in ("read", "change", "guess", "discard", "open"):
        text = place(wish(ben, do, draft=id_, field=["time_unit"], value="days")) or ""
        assert "patients" not in text
        assert "no longer here" in text
    for do in ("rename", "delete", "edit"):
        place(wish(ben, do, code=one.code, title="His"))
    assert store.list_datasets(ann.id) == [one]
    for path in (f"/marked/{id_}", f"/tables/{one.code}"):
        assert ben.client.get(path).status_code == 404
        assert ann.client.get("/tables/imail2").status_code == 404
    assert ann.client.get(f"/tables/{one.code}").data[:2] == b"PK"


@pytest.mark.parametrize("wanted", [
    5, "open", [], {}, {"do": "open"}, {"do": "open", "n": "1"}, {"do": "destroy", "n": 1},
    {"do": ["open"], "n": 1}, {"do": {}, "n": 1}, {"do": "open", "n": 1, "draft": 5},
    {"do": "rename", "n": 1, "title": ["x"]}, {"do": "change", "n": 1, "field": "event"},
    {"do": "change", "n": 1, "field": [5]}, {"do": "change", "n": True},
])  # fmt: skip
def test_what_the_page_does_not_write_is_refused(ann, wanted):
    assert answer_of(ann, wanted).status_code in (400, 422)


@pytest.mark.parametrize("more", [
    {}, {"field": []}, {"field": ["role"]}, {"field": ["role", "t", "x", "y"], "value": {}},
    {"field": ["derive"], "value": {"first": []}}, {"field": ["event", "OS"], "value": [[]]},
    {"field": ["time_unit"], "value": {}}, {"field": ["baseline"], "value": []},
    {"field": ["day", "baseline"], "value": "9" * 400},
    {"field": ["describe", "CD4", "colour"], "value": "red"},
    {"field": ["describe", "CD4", "scale"], "value": 5},
])  # fmt: skip
def test_a_change_that_cannot_be_leaves_the_draft(ann, more):
    id_ = handed(ann)
    answer = wish(ann, "change", draft=id_, **more)
    assert answer.status_code == 200
    assert "data-draft" in place(answer)
    assert place(wish(ann, "guess", draft=id_))


def test_without_a_cookie_there_are_words(ann):
    ann.client._cookies.clear()
    assert "keeps no cookie" in place(wish(ann, "read", draft="x"))


MARKUP = "<img src=x onerror=alert(1)>"


def test_names_out_of_files_are_text(ann):
    content = table().replace(b"CD4 (cells/\xc2\xb5L)", MARKUP.encode()).replace(b"002", b"<b>2")
    text = place(wish(ann, "read", draft=handed(ann, content, f"{MARKUP}.csv")))
    assert "<img" not in text
    assert html.escape(MARKUP) in text
    wish(ann, "open", draft=store.list_drafts(ann.id)[0][0], title=MARKUP)
    listed = place(answer_of(ann, None, trigger="asked"), "sets")
    assert "<img" not in listed


def test_problems_are_listed_at_their_cells_and_come_as_a_workbook(ann, monkeypatch):
    id_ = handed(ann, b"id,OS,status,CD4\n1,-3,1,5\n2,4,0,6\n3,5,7,8\n")
    text = place(wish(ann, "read", draft=id_))
    assert "2 problems keep these files" in text
    assert f'href="/marked/{id_}"' in text
    assert 'data-do="open"' not in text
    assert "The files have problems" in place(wish(ann, "open", draft=id_))


def test_the_template_is_there_for_everybody():
    client = app.server.test_client()
    answer = client.get("/template.xlsx")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["Data", "Dictionary", "Example"]


def test_every_field_says_what_it_changes(ann):
    draft = store.read_draft(ann.id, handed(ann))
    text = html.unescape(to_html(drawing.draw_draft(draft, titles={})))
    fields = [json.loads(one.split("]")[0] + "]") for one in text.split('data-field="')[1:]]
    kinds = {one[0] for one in fields}
    assert {"event", "time_unit", "role", "marker", "at", "describe"} <= kinds
