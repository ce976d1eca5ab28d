"""What a client may send to lock a cut-off, and what it may not."""

import json

import pytest
from flask.testing import FlaskClient

import app
from services import cohorts
from services.ledger import read_ledger
from tests.web import attacks
from web import limits

SPLIT = (
    "cohort=imail2&endpoint=OS&marker=CD8&visit=C1D15&measure=value&cut=200&clock=landmark"
    "&blind=yes"
)


@pytest.fixture
def client(tmp_path, monkeypatch) -> FlaskClient:
    monkeypatch.setenv("CUTLINE_HOME", str(tmp_path / "state"))
    app.server.config[limits.SETTING] = False
    client = app.server.test_client()
    client.get("/")
    yield client
    app.server.config[limits.SETTING] = True


def body(**values) -> dict:
    """A body of the callback that locks; `values` by id."""
    output = next(key for key in app.app.callback_map if "lock-message.children" in key)
    made = attacks.good_body(app.app.callback_map, output)
    given = {"question": {"path": "/survival", "query": SPLIT}, "lock-name": "A",
             "lock-reason": "why", "cut": "200", **values}  # fmt: skip
    for one in [*made["inputs"], *made["state"]]:
        one["value"] = given.get(one["id"].replace("_", "-"))
    return {**made, "changedPropIds": [values.get("trigger", "lock-write.n_clicks")]}


def imail2():
    with app.server.app_context():
        return read_ledger(cohorts.load("imail2"))


def test_a_lock_is_written_with_the_servers_time_and_the_visitors_id(client):
    assert attacks.post(client, body()).status_code == 200
    (lock,) = imail2().locks
    assert (lock.name, lock.reason, len(lock.owner)) == ("A", "why", 32)
    assert lock.at.startswith("20")


@pytest.mark.parametrize("value", [7, True, [], {}, {"name": "A"}, ["A"]])
@pytest.mark.parametrize("place", ["lock-name", "lock-reason", "lock-target"])
def test_a_lock_that_is_no_text_is_refused_and_logged(client, caplog, place, value):
    answer = attacks.post(client, body(**{place: value}))
    assert answer.status_code == 422
    assert "refused status=422" in caplog.text
    assert imail2().locks == ()


@pytest.mark.parametrize(
    "extra",
    [{"at": "2001-01-01"}, {"sequence": 1}, {"locks": [{"cut": 1}]}, {"ledger": []}],
)
def test_a_client_cannot_set_time_place_or_ledger(client, caplog, extra):
    assert attacks.post(client, {**body(), **extra}).status_code == 400
    assert "refused status=400" in caplog.text
    assert imail2().locks == ()


@pytest.mark.parametrize("output", ["ledger.data", "looks.data", "profile.data", "searched.data",
                                    "preview-of.data"])  # fmt: skip
def test_there_is_no_way_in_for_a_forged_profile_or_ledger(client, caplog, output):
    forged = {"output": output, "outputs": {"id": output.split(".")[0], "property": "data"},
              "inputs": [], "changedPropIds": []}  # fmt: skip
    assert attacks.post(client, forged).status_code == 400
    assert "refused status=400" in caplog.text


def test_a_name_of_any_length_and_kind_is_text_or_a_sentence(client):
    names = ("x" * 5_000, "<img onerror=1>", "=1+1", "\u202eabc", "__proto__")
    for cut, name in enumerate(names, start=200):
        asked = {"path": "/survival", "query": SPLIT.replace("cut=200", f"cut={cut}")}
        answer = attacks.post(client, body(question=asked, cut=str(cut), **{"lock-name": name}))
        assert answer.status_code == 200
    names = [lock.name for lock in imail2().locks]
    assert names == ["<img onerror=1>", "=1+1", "abc", "__proto__"]
    for name in names:
        assert name.isprintable()


@pytest.mark.parametrize("target", ["nowhere", "__proto__", "../x", "gbsg2", "imail2"])
def test_carrying_to_a_cohort_that_was_not_offered_is_refused_and_logged(client, caplog, target):
    attacks.post(client, body())
    forged = body(**{"lock-target": target, "trigger": "lock-carry.n_clicks"})
    assert attacks.post(client, forged).status_code == 422
    assert "refused status=422" in caplog.text


@pytest.mark.parametrize(
    "query",
    ["", SPLIT.replace("imail2", "nowhere"), SPLIT.replace("CD8", "BOGUS"),
     SPLIT.replace("cut=200", "cut=abc"), SPLIT.replace("&cut=200", ""), SPLIT + "&x=1"],
)  # fmt: skip
def test_a_lock_of_a_question_that_was_not_asked_is_refused(client, caplog, query):
    forged = body(question={"path": "/survival", "query": query})
    assert attacks.post(client, forged).status_code == 422
    assert "refused status=422" in caplog.text
    assert imail2().locks == ()


def test_a_lock_without_a_button_or_without_a_cookie_is_refused(client):
    assert attacks.post(client, {**body(), "changedPropIds": []}).status_code == 422
    client.delete_cookie(client._cookies and next(iter(client._cookies.values())).key)
    assert attacks.post(client, body()).status_code == 422
    assert imail2().locks == ()


@pytest.mark.parametrize("moved", [{"cut": "220"}, {"cut": ""}, {"cut": None},
                                   {"cut-settled": {"cut": "220", "n": 1}}])  # fmt: skip
def test_a_cut_that_has_just_moved_is_not_locked(client, moved):
    answer = json.loads(attacks.post(client, body(**moved)).get_data(as_text=True))["response"]
    assert "has just been changed" in answer["lock-message"]["children"]
    assert imail2().locks == ()
