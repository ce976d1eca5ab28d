"""Ids that name nobody, pages that tell nothing of foreign ones, selections, notes."""

import json
import re

import pytest

import app
from analysis.question import Question
from callbacks._answers import Answers
from callbacks.question import _stays
from components.records import LONGEST_NOTE, NotWritten, check_note
from data import event_log
from services import address, cohorts, notes, patient_ids
from services.request.refusals import Refused
from tests.web import attacks
from web import limits

TOKEN = re.compile(r'"end_id":"[^"]*"')  # of Dash, another for every page
UNKNOWN = ["0" * 20, "f" * 20, "nobody", "IMAIL2-004", "__proto__", "a" * 300, "%3Cb%3E", "-", "é"]


@pytest.fixture(autouse=True)
def _in_the_app():
    with app.server.app_context():
        yield


@pytest.fixture
def client():
    app.server.config[limits.SETTING] = False
    client = app.server.test_client()
    client.get("/")
    yield client
    app.server.config[limits.SETTING] = True


def id_of(subject: str, cohort: str = "imail2") -> str:
    return patient_ids.find_ids(cohorts.load(cohort)).of[subject]


def test_ids_are_stable_differ_by_cohort_and_key_and_hold_no_name() -> None:
    one = patient_ids.make_id("builtin:imail2", "IMAIL2-004", b"k" * 32)
    assert one == patient_ids.make_id("builtin:imail2", "IMAIL2-004", b"k" * 32)
    assert len({one, patient_ids.make_id("builtin:imail2", "IMAIL2-005", b"k" * 32),
                patient_ids.make_id("builtin:other", "IMAIL2-004", b"k" * 32),
                patient_ids.make_id("builtin:imail2", "IMAIL2-004", b"l" * 32)}) == 4  # fmt: skip
    assert patient_ids.FORM.fullmatch(one)
    assert id_of("IMAIL2-004") != id_of("IMAIL2-004", "imail2-null")
    register = patient_ids.find_ids(cohorts.load("actg175"))
    assert len(register.subjects) == len(register.of) == 2_139


def test_a_patient_has_a_page_in_their_own_cohort_only(client) -> None:
    own = id_of("IMAIL2-004")
    assert client.get(f"/patients/{own}?cohort=imail2").status_code == 200
    assert client.get(f"/patients/{own}").status_code == client.get(
        f"/patients/{own}?cohort={cohorts.list_names()[0]}").status_code  # fmt: skip
    assert client.get(f"/patients/{own}?cohort=imail2-null").status_code == 404


def test_unknown_foreign_and_malformed_ids_are_one_and_the_same(client) -> None:
    foreign = [id_of("IMAIL2-004"), id_of("ACTG-10056", "actg175")]
    pages = {
        (found.status_code, TOKEN.sub("", found.get_data(as_text=True)))
        for one in [*UNKNOWN, *foreign]
        if (found := client.get(f"/patients/{one}?cohort=gbsg2"))
    }
    assert len(pages) == 1
    assert pages.pop()[0] == 404


def test_their_words_are_the_same_too_and_repeat_nothing() -> None:
    said = {
        address.read_address({"path": f"/patients/{one}", "search": "?cohort=gbsg2"})[::2]
        for one in [*UNKNOWN[:-1], id_of("IMAIL2-004")]
    }
    assert said == {("", (patient_ids.UNKNOWN,))}


def test_a_selection_keeps_whom_it_knows_and_says_whom_not() -> None:
    study = cohorts.load("imail2")
    one, two = id_of("IMAIL2-004"), id_of("IMAIL2-005")
    assert patient_ids.select_patients(f"?sel={one},{two},{one}", study) == ((one, two), ())
    kept, said = patient_ids.select_patients(f"?sel={one},{'0' * 20},<b>,__proto__", study)
    assert kept == (one,)
    assert said == ("3 chosen patients are not known here and left out: the link may belong to "
                    "another cohort.",)  # fmt: skip
    every = patient_ids.find_ids(cohorts.load("actg175")).subjects
    kept, said = patient_ids.select_patients(
        "?sel=" + ",".join(list(every)[:25]), cohorts.load("actg175")
    )
    assert len(kept) == 20
    assert "At most 20" in said[0]


def test_a_selection_is_no_part_of_the_question() -> None:
    one = id_of("IMAIL2-004")
    with_one = address.read_address({"path": "/survival", "search": f"?cohort=imail2&sel={one}"})
    without = address.read_address({"path": "/survival", "search": "?cohort=imail2"})
    assert with_one[:3] == without[:3]
    assert with_one[3] == (one,)
    assert "sel" not in Question.__dataclass_fields__


@pytest.mark.parametrize("sel", ["x", 3, {"a": 1}, ["x"], [3], ["0" * 20] * 21, ["A" * 20]])
def test_a_forged_selection_is_refused(sel) -> None:
    with pytest.raises(Refused):
        address.read_selection({"sel": sel})


def test_answers_know_the_patient_the_selection_and_where_they_are() -> None:
    own, other = id_of("IMAIL2-004"), id_of("IMAIL2-005")
    state = {"path": f"/patients/{own}", "query": "cohort=imail2", "sel": [other, "0" * 20]}
    context = Answers(state).context()
    assert context.marked == ("IMAIL2-004", "IMAIL2-005")
    assert context.link("IMAIL2-004").startswith(f"/patients/{own}?cohort=imail2")
    with pytest.raises(Refused):
        Answers({**state, "path": "/patients/" + "0" * 20})


def test_a_patient_outside_the_population_is_not_drawn() -> None:
    own = id_of("IMAIL2-004")  # at dose 6
    state = {"path": f"/patients/{own}", "query": "cohort=imail2&where=dose%3D3", "sel": [own]}
    assert Answers(state).context().marked == ()


# --------------------------------------------------------------------------------------- notes


def test_a_note_is_cleaned_and_never_cut() -> None:
    text, state, name = check_note("a\x00b\x07\r\nc\u202e<b>\u2066d\t=1 ", "query", " A.\nSmith ")
    assert (text, state, name) == ("ab\nc<b>d\t=1", "query", "A. Smith")
    assert check_note("x" * LONGEST_NOTE, "open", "A")[0] == "x" * LONGEST_NOTE
    for wrong in (("x" * (LONGEST_NOTE + 1), "open", "A"), ("x", "open", " "),
                  ("x", "open", "A" * 81), ("x", "done", "A")):  # fmt: skip
        with pytest.raises(NotWritten, match=r"[a-z]"):
            check_note(*wrong)


def body(client, subject: str, seen: int, **values) -> dict:
    output = next(key for key in app.app.callback_map if "note-history" in key)
    own = id_of(subject)
    given = {"text": "", "state": "open", "name": "A. Smith", **values}
    of = {"of": "patient"}
    ids = {name: {**of, "type": f"note-{name}"} for name in
           ("history", "text", "state", "message", "seen", "save", "name")}  # fmt: skip
    props = {"history": "children", "text": "value", "state": "value", "message": "children",
             "seen": "data"}  # fmt: skip
    question = {"path": f"/patients/{own}", "query": "cohort=imail2"}
    save = json.dumps(ids["save"], separators=(",", ":"), sort_keys=True)
    return {
        "output": output,
        "outputs": [[{"id": ids[name], "property": prop}] for name, prop in props.items()],
        "inputs": [{"id": "asked", "property": "data", "value": question},
                   [{"id": ids["save"], "property": "n_clicks", "value": 1}]],
        "state": [*([{"id": ids[name], "property": "value", "value": given[name]}]
                    for name in ("text", "state", "name")),
                  [{"id": ids["seen"], "property": "data",
                    "value": {"patient": own, "sequence": seen}}]],
        "changedPropIds": [f"{save}.n_clicks"],
    }  # fmt: skip


def said(answer) -> dict:
    found = answer.get_json()["response"]
    return {key.split('"note-')[-1].split('"')[0]: value for key, value in found.items()}


def test_two_tabs_the_later_one_is_told_and_nothing_is_lost(client) -> None:
    study = cohorts.load("imail2")
    first = attacks.post(client, body(client, "IMAIL2-010", 0, text="first"))
    second = attacks.post(client, body(client, "IMAIL2-010", 0, text="second"))
    assert first.status_code == second.status_code == 200
    assert [one.text for one in notes.notes_of(study, "IMAIL2-010")] == ["first"]
    assert "Somebody has written" in second.get_data(as_text=True)
    assert '"value":"second"' not in second.get_data(as_text=True)  # the box keeps what it has
    last = notes.notes_of(study, "IMAIL2-010")[-1].sequence
    attacks.post(client, body(client, "IMAIL2-010", last, text="second", state="reviewed"))
    found = notes.notes_of(study, "IMAIL2-010")
    assert [(one.text, one.state) for one in found] == [("first", "open"), ("second", "reviewed")]
    assert not notes.notes_of(study, "IMAIL2-011")


def test_a_note_far_too_long_is_a_4xx_and_writes_nothing(client) -> None:
    for size, status in ((2_001, 200), (9_000, 400), (10_000_000, 413)):
        answer = attacks.post(client, body(client, "IMAIL2-012", 0, text="x" * size))
        assert answer.status_code == status
    assert not notes.notes_of(cohorts.load("imail2"), "IMAIL2-012")


def test_a_record_is_only_appended_after_the_last_that_was_seen() -> None:
    payload = {"subject": "s", "text": "a"}
    one = event_log.append_after("o", "c-test", "notes", payload, about="subject", seen=0)
    with pytest.raises(event_log.Superseded):
        event_log.append_after("o", "c-test", "notes", payload, about="subject", seen=0)
    event_log.append_after("o", "c-test", "notes", {"subject": "other"}, about="subject", seen=0)
    assert event_log.append_after("o", "c-test", "notes", payload, about="subject", seen=one) > one


def test_another_cohort_has_other_patients() -> None:

    own = id_of("IMAIL2-004")
    there = Question("gbsg2")
    assert _stays(f"/patients/{own}", (own,), there, "imail2") == ("/patients", ())
    assert _stays("/survival", (own,), there, "imail2") == ("/survival", ())
    assert _stays(f"/patients/{own}", (own,), Question("imail2"), "imail2") == (
        f"/patients/{own}", (own,))  # fmt: skip
