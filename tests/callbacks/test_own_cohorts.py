"""A data set that somebody brought is asked like a built-in one, by that visitor alone."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient

import app
from analysis.registry import SURVIVAL
from callbacks import views
from components.ledger_table import draw_looks
from components.server_html import to_html
from components.views.view import RenderContext
from data import event_log
from data.cache import cache
from data.uploads import store
from services import cohorts
from services.address import read_question
from services.disclosure import disclose
from services.ledger import NotLocked, carry_over, ledger_name, lock_cutoff, read_ledger
from services.notes import notes_of
from services.request import owner
from tests.data.uploads.small_uploads import quick, table
from tests.web.attacks import good_body, post
from web import limits

__all__ = ["quick"]
pytestmark = pytest.mark.usefixtures("quick")
TITLE = "Secret trial of Ann"
PLACE = {"view": "survival", "part": "curve", "of": "OS"}
SECRET = "OWNED-BY-ANN"  # stands in every cell that can hold a text


class Visitor:
    """A browser with its cookie, and what a page of it sends."""

    def __init__(self) -> None:
        self.client: FlaskClient = app.server.test_client()
        self.client.get("/")
        (self.cookie,) = self.client._cookies.values()

    @property
    def id(self) -> str:
        return self.cookie.value.split(".")[0]

    def open(self, content: bytes | None = None, title: str = TITLE) -> str:
        draft = store.receive(self.id, [("secret.csv", content or secret())])
        store.read_draft(self.id, draft)
        return store.open(self.id, draft, title)

    def here(self, path: str = "/"):
        """The context of a request of this visitor."""
        cookie = f"{self.cookie.key}={self.cookie.value}"
        return app.server.test_request_context(path, headers={"Cookie": cookie})

    def posts(self, output: str, **values):
        """Every callback of that output is sent these values by input id."""
        key = next(key for key in app.app.callback_map if output in key)
        body = good_body(app.app.callback_map, key)
        for kind in body["outputs"] if isinstance(body["outputs"], list) else []:
            for item in kind if isinstance(kind, list) else []:
                item["id"] = {**item["id"], **{k: v for k, v in PLACE.items() if k in item["id"]}}
        for item in [*body["inputs"], *body.get("state", [])]:
            if isinstance(item, dict) and item["id"] in values:
                item["value"] = values[item["id"]]
        return post(self.client, body)


def secret() -> bytes:
    return table().replace(b"Patient", f"{SECRET}-id".encode()).replace(b"CD4", SECRET.encode())


@pytest.fixture(autouse=True)
def _no_limit():
    app.server.config[limits.SETTING] = False
    yield
    app.server.config[limits.SETTING] = True


@pytest.fixture
def ann():
    return Visitor()


@pytest.fixture
def ben():
    return Visitor()


def query(code: str, cut: str = "&cut=150") -> str:
    return f"cohort={code}&endpoint=OS&marker={SECRET}&visit=baseline{cut}"


def test_it_is_asked_like_any_other(ann):
    code = ann.open()
    with ann.here():
        question, notes = read_question(query(code))
        assert notes == ()
        assert (question.cohort, question.marker, question.cut) == (code, SECRET, (150.0,))
        found, here = disclose(SURVIVAL, question)
        assert found.endpoint("OS").logrank.p > 0
        assert here.count == 1
        assert cohorts.list_titles()[code] == TITLE
        assert cohorts.list_names()[-1] == code
        assert code in cohorts.list_with_marker(SECRET)
        texts = views.texts({"path": "/survival", "query": question.query()}, [])
        assert SECRET in str(texts[1])


def everything(visitor: Visitor, code: str) -> list:
    """Every way to ask for a data set."""
    q = query(code)
    state = {"path": "/survival", "query": q, "sel": [], "view": "survival"}
    answers = [
        visitor.posts("question.data", address={"path": "/survival", "search": "?" + q}),
        visitor.posts("page.children", turn=state),
        visitor.posts("summary.children", asked=state),
        visitor.posts("preview.data", **{"preview-of": query(code, "")}),
        visitor.posts("lock-state.children", asked=state),
        visitor.posts('"grid"', **{"rows-of": state}),
        visitor.posts('"chart"', figures=state, theme="light"),
        visitor.posts("note-history", asked={**state, "path": f"/patients/{'0' * 20}"}),
        visitor.posts("written.data", **{"lock-name": "B", "lock-reason": "x", "question": state}),
        visitor.client.get(f"/export/csv?{q}&of=OS"),
        visitor.client.get(f"/export/pptx?{q}"),
        visitor.client.get(f"/survival?{q}"),
        visitor.client.get(f"/original/{code}/0"),
        visitor.client.get(f"/patients/{'0' * 20}?{q}"),
    ]
    for one in answers:
        one.get_data()
        one.close()  # the file that an answer was read from
    return answers


def plain(answers: list, code: str) -> list[tuple[int, str]]:
    """Status and text of answers, without what the request itself said."""
    # Dash puts a random id into each page.
    texts = [re.sub('"end_id":"[^"]*"', "", one.data.decode("latin-1")) for one in answers]
    return [(a.status_code, t.replace(code, "CODE")) for a, t in zip(answers, texts, strict=True)]


def test_nobody_else_gets_anything_cached_or_not(ann, ben):
    code = ann.open()
    never = "own-" + "5" * 16
    before = plain(everything(ben, code), code)
    theirs = plain(everything(ann, code), code)
    after = plain(everything(ben, code), code)
    unknown = plain(everything(ben, never), never)
    for status, text in before + after:
        assert status < 500
        assert TITLE not in text
        assert f"{SECRET}-id" not in text
    assert before == after == unknown, "foreign, foreign after a cached answer, and unknown: alike"
    assert theirs != before
    assert TITLE in theirs[0][1]
    assert SECRET in theirs[2][1]
    assert [status for status, _ in theirs] == [200] * 7 + [204, 422] + [200] * 4 + [404]
    assert [status for status, _ in before] == [200] + [410] * 7 + [422] * 3 + [200, 404, 404]
    with ben.here():
        assert code not in cohorts.list_names()
        assert not cohorts.is_here(code)
        with pytest.raises(KeyError):
            cohorts.load(code)
    with pytest.raises(KeyError):
        cohorts.load(code)  # outside of a request there is nobody


def test_both_have_the_same_file(ann, ben):
    first, second = ann.open(title="of Ann"), ben.open(title="of Ben")
    with ann.here():
        mine = disclose(SURVIVAL, read_question(query(first))[0])[0]
        assert "of Ann" in cohorts.list_titles().values()
        assert ledger_name(cohorts.load(first)).startswith("own:")
        name = ledger_name(cohorts.load(first))
    with ben.here():
        theirs = disclose(SURVIVAL, read_question(query(second))[0])[0]
        assert "of Ann" not in cohorts.list_titles().values()
        assert ledger_name(cohorts.load(second)) != name
    assert mine.endpoint("OS").logrank.p == theirs.endpoint("OS").logrank.p


def test_the_ledger_is_found_again_and_is_the_owners(ann, ben):
    code = ann.open()
    with ann.here():
        disclose(SURVIVAL, read_question(query(code))[0])
        before = read_ledger(cohorts.load(code))
    store.delete(ann.id, code)
    again = ann.open(title="again")
    newer = store.receive(ann.id, [("s.csv", secret().replace(b"100\n", b"101\n"))])
    store.read_draft(ann.id, newer)
    version = store.replace(ann.id, again, newer)
    with ann.here():
        here = read_ledger(cohorts.load(version))
        assert here.count == before.count == 1
        assert ledger_name(cohorts.load(version)) == event_log.read()[0].cohort
    theirs = ben.open()
    with ben.here():
        assert read_ledger(cohorts.load(theirs)).count == 0
        assert notes_of(cohorts.load(theirs), "000") == []


def remapped(owner_id: str, code: str, mapping: dict) -> str:
    """The data set's files read otherwise, in its place."""
    draft = store.edit(owner_id, code)
    assert store.understand(owner_id, draft, mapping).opens
    return store.replace(owner_id, code, draft)


def test_another_meaning_of_the_same_names_is_another_question(ann):
    """To try codings and columns under one name is a search, and counts like one."""
    code = ann.open(table(more=",5").replace(b"7,5", b"7,9"))
    counts = []
    given = {"markers": [{"column": "CD4 (cells/µL)", "marker": "M"}]}
    turned = {**given, "event_is": "0"}
    other = {"markers": [{"column": "CD8", "marker": "M"}]}
    unit = {**given, "time_unit": "days"}
    for mapping in (given, turned, turned, unit, other):
        code = remapped(ann.id, code, mapping)
        with ann.here():
            asked = read_question(f"cohort={code}&endpoint=OS&marker=M&visit=baseline&cut=8")[0]
            disclose(SURVIVAL, asked.changed(cut=(150.0,) if mapping != other else (8.0,)))
            here = read_ledger(cohorts.load(code))
            counts.append(here.count)
    assert counts == [1, 2, 2, 2, 3], "coding counts, the same again and another unit do not"
    with ann.here():
        text = to_html(draw_looks(RenderContext(asked, ledger=here)))
    assert text.count("of data read otherwise") == 2


def test_a_cut_off_is_not_carried_into_another_unit(ann):
    """30 cells/µL and 30 × 10^9/L divide by other things, or divide nobody."""
    here, there = (ann.open(table(first=n).replace(b"cells/\xc2\xb5L", unit), title=unit.decode())
                   for n, unit in ((3.0, b"cells/mL"), (9.0, b"10^9/L")))  # fmt: skip
    with ann.here():
        asked = read_question(f"cohort={here}&endpoint=OS&marker=CD4&visit=baseline&cut=150")[0]
        lock_cutoff(asked, "A. Smith", "the protocol", ann.id)
        with pytest.raises(NotLocked, match="another cut-off"):
            carry_over(asked, there, ann.id)
        assert not read_ledger(cohorts.load(there)).locks


def test_a_study_file_cannot_take_a_built_in_name(ann):
    """Its ledger, notes and locks would stand among those of the built-in cohort."""
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("study.toml", 'name = "imail2"\ntitle = "Evil"\n')
        archive.writestr("subjects.csv", "subject\n1\n2\n3\n")
        archive.writestr(
            "outcomes.csv", "subject,endpoint,time,event\n1,OS,1,1\n2,OS,2,0\n3,OS,3,1"
        )
        archive.writestr("measurements.csv", "subject,marker,value\n1,M,1\n2,M,2\n3,M,3\n")
    draft = store.receive(ann.id, [("t.zip", out.getvalue())])
    assert store.read_draft(ann.id, draft).opens
    code = store.open(ann.id, draft, "x")
    with ann.here():
        cohort = cohorts.load(code)
        assert cohort.study.name == code
        assert ledger_name(cohort).startswith("own:")
        assert cohorts.load("imail2").study.title != "Evil"


def test_links_say_what_became_of_it(ann):
    code = ann.open()
    newer = store.receive(ann.id, [("s.csv", secret().replace(b"100\n", b"101\n"))])
    store.read_draft(ann.id, newer)
    new = store.replace(ann.id, code, newer)
    with ann.here():
        question, (note,) = read_question(query(code))
        assert question.cohort == new
        assert question.cut == (150.0,)
        assert "replaced by a newer version" in note.sentence
    store.delete(ann.id, new)
    for gone in (code, new):
        with ann.here():
            question, (note,) = read_question(query(gone))
            assert question.cohort == "imail2"
            assert "was deleted on" in note.sentence


def test_an_open_page_of_a_deleted_one_is_not_filled_with_others(ann):
    """F14: two tabs; what is on its way says so and draws nothing."""
    code = ann.open()
    state = {"path": "/survival", "query": query(code), "sel": [], "clicks": [0, 0], "settled": 0}
    with ann.here():
        read_question(query(code))
    store.delete(ann.id, code)
    for answer in everything(ann, code)[1:8]:
        assert answer.status_code == 410
        assert "deleted" in answer.json["error"]
    moved = ann.posts("question.data", question=state, cohort=code, marker=SECRET)
    assert "was deleted" in json.dumps(moved.json)
    assert '"imail2' not in json.dumps(moved.json)


def test_a_damaged_one_is_a_sentence(ann, quick):
    code = ann.open()
    digest = next(
        p for p in (quick / "store" / ann.id / "blobs").iterdir() if p.read_bytes()[:2] == b"PK"
    )
    good = digest.read_bytes()
    digest.write_bytes(good[:-1] + b"x")
    with ann.here():
        question, (note,) = read_question(query(code))
        assert question.cohort == "imail2"
        assert "cannot be opened: a file of it is damaged" in note.sentence
        digest.write_bytes(good)
        assert read_question(query(code))[0].cohort == code, "mended, it is there again"


def test_renaming_shows_at_once(ann):
    code = ann.open()
    with ann.here():
        before = cohorts.load(code)
    store.rename(ann.id, code, "Another title")
    with ann.here():
        after = cohorts.load(code)
        assert after.study.short_title == "Another title" == cohorts.list_titles()[code]
        assert after.id != before.id


def test_memory_holds_some_of_them_only(ann, monkeypatch):
    monkeypatch.setattr(cohorts, "MOST", 2)
    codes = [ann.open(table(first=3.0 + i)) for i in range(4)]
    with ann.here():
        for code in codes:
            cohorts.load(code)
        assert len(cohorts._own) == 2
        assert cohorts.load(codes[0]).study.name == codes[0]


def test_an_expired_cookie_has_nothing(ann, monkeypatch):
    code = ann.open()
    later = owner.time.time() + 2 * owner.LIFE
    monkeypatch.setattr(owner.time, "time", lambda: later)
    with ann.here():
        assert not cohorts.is_here(code)
        assert read_question(query(code))[0].cohort == "imail2"
    assert cache is not None
