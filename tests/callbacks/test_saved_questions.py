"""Questions kept by name: for their owner and cohort, renamed and deleted without a change."""

from __future__ import annotations

import pytest

from data import event_log
from services import saved_questions
from tests.callbacks.visitor import SPLIT, client, ids_of, pressed, response

QUESTION = {"path": "/cutoff", "query": SPLIT}


@pytest.fixture
def visitor(tmp_path, monkeypatch):
    return client(tmp_path, monkeypatch)


def save(visitor, name="", author="", question=QUESTION, cohort="imail2"):
    return pressed(visitor, "saved-list", "saved-write.n_clicks", saved_of=cohort, saved_write=1,
                   saved_name=name, saved_author=author, question=question)  # fmt: skip


def act(visitor, **wanted):
    return pressed(visitor, "saved-list", "saved-act.data", saved_of="imail2", saved_act=wanted)


def listing(visitor, cohort="imail2"):
    answer = pressed(visitor, "saved-list", "saved-of.data", saved_of=cohort)
    return response(answer)["saved-list"]["data-html"]


def said(answer):
    return response(answer)["saved-message"]["children"]


def ids(html):
    return ids_of(html, "saved-delete")


def test_it_opens_where_it_was_saved_and_is_its_owners_alone(visitor, tmp_path, monkeypatch):
    assert said(save(visitor, "Finding 4", "A. Smith")) == "Saved as “Finding 4”."
    html = listing(visitor)
    assert "Finding 4" in html
    assert "A. Smith · 20" in html
    assert f'href="/cutoff?{SPLIT}"'.replace("&", "&amp;") in html
    assert "No question of this cohort" in listing(visitor, "gbsg2")
    assert "No question of this cohort" in listing(client(tmp_path, monkeypatch))


def test_without_a_name_the_question_names_itself(visitor):
    assert said(save(visitor)) == "Saved as “PFS by HLA-DR+ NK cells at C1D15, 20.1”."


def test_renaming_and_deleting_are_new_records(visitor):
    save(visitor, "first")
    (one,) = ids(listing(visitor))
    assert "second" in said(act(visitor, do="saved-rename", of=one, name="second"))
    assert ">second<" in listing(visitor)
    assert ">first<" not in listing(visitor)
    assert "deleted" in said(act(visitor, do="saved-delete", of=one))
    assert "No question of this cohort" in listing(visitor)
    kept = event_log.read(kind="saved")
    assert [one.payload.get("name") for one in kept] == ["first", "second", None]
    assert kept[-1].payload["gone"] is True
    assert "no longer there" in said(act(visitor, do="saved-rename", of=one, name="third"))
    assert len(event_log.read(kind="saved")) == 3


@pytest.mark.parametrize(
    ("name", "shown"),
    [("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
     ("a\u202eb\u0007c\u200b", "abc"), ("line\nbreak", "line break"), ("=1+1", "=1+1"),
     ("“javascript:alert(1)”", "“javascript:alert(1)”")],
)  # fmt: skip
def test_a_name_is_text_without_control_or_direction_marks(visitor, name, shown):
    save(visitor, name)
    assert f">{shown}<" in listing(visitor)


@pytest.mark.parametrize("place", ["name", "author"])
def test_what_is_too_long_is_not_cut_but_told(visitor, place):
    told = said(save(visitor, **{"name": "n", place: "x" * 2000}))
    assert "2,000 characters" in told
    assert not event_log.read(kind="saved")


@pytest.mark.parametrize("forged", [7, True, [], {}, {"a": 1}])
@pytest.mark.parametrize("place", ["name", "author", "question", "cohort"])
def test_forged_values_are_refused(visitor, place, forged):
    assert save(visitor, **{place: forged}).status_code == 422
    assert not event_log.read(kind="saved")


@pytest.mark.parametrize(
    "wanted",
    [{"do": "saved-delete"}, {"do": "basket-clear", "of": "x"}, {"do": "saved-rename", "of": 7},
     {"do": 1, "of": "x"}, "x", None, []],
)  # fmt: skip
def test_forged_acts_are_refused(visitor, wanted):
    save(visitor, "kept")
    answer = pressed(visitor, "saved-list", "saved-act.data", saved_of="imail2", saved_act=wanted)
    assert answer.status_code == 422
    assert len(event_log.read(kind="saved")) == 1


@pytest.mark.parametrize(
    "query", [SPLIT.replace("20.1", "abc"), "cohort=nowhere", "", SPLIT + "&x"]
)
def test_only_a_question_that_the_program_wrote_is_kept(visitor, query):
    assert save(visitor, question={"path": "/survival", "query": query}).status_code == 422


def test_without_a_cookie_nothing_is_kept(tmp_path, monkeypatch):
    visitor = client(tmp_path, monkeypatch)
    visitor._cookies.clear()
    assert save(visitor, "x").status_code == 422


def test_there_is_an_end_to_it(visitor, monkeypatch):
    monkeypatch.setattr(saved_questions, "MOST_SAVED", 2)
    save(visitor, "1"), save(visitor, "2")
    assert "delete one first" in said(save(visitor, "3"))
    monkeypatch.setattr(saved_questions, "MOST_RECORDS", 2)
    (one, _) = ids(listing(visitor))
    assert "too many changes" in said(act(visitor, do="saved-delete", of=one))


def test_what_no_longer_fits_is_said_and_does_not_open(visitor):
    save(visitor, "old")
    (record,) = event_log.read(kind="saved")
    payload = {**record.payload, "id": "ab", "name": "gone", "query": SPLIT.replace("C1D15", "C9")}
    event_log.append(record.owner, record.cohort, "saved", payload)
    html = listing(visitor)
    assert "no visit “C9”" in html
    assert html.count("<a ") == 1
