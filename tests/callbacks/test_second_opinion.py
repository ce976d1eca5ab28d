"""The line of the survival page that comes after the answer: its own request, and never a leak."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import app
from analysis.registry import SECOND_OPINION, SURVIVAL
from callbacks import views
from components import ids
from services import cohorts, disclosure, evaluate
from services.address import read_question
from services.disclosure import CoveredResult, disclose
from services.ledger import read_ledger
from tests.callbacks.visitor import SPLIT, client
from tests.web import attacks

PLACE = ids.part("survival", ids.LATER)
SAID = "Recomputed with lifelines"


@pytest.fixture
def visitor(tmp_path, monkeypatch):
    return client(tmp_path, monkeypatch)


def added(visitor, query=SPLIT, path="/survival", said=None, place=PLACE):
    """The answer to the request that the page sends when the texts have come."""
    key = next(key for key in app.app.callback_map if f'"{ids.LATER}"' in key)
    body = attacks.good_body(app.app.callback_map, key)
    name = body["outputs"][0][0]["property"]
    body["outputs"] = [[{"id": place, "property": name}] if place else []]
    body["inputs"][0]["value"] = json.dumps({"of": [path, query, []]}) if said is None else said
    return attacks.post(visitor, {**body, "changedPropIds": [f"{ids.SAID}.data-said"]})


def text(answer) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    (changed,) = json.loads(answer.get_data(as_text=True))["response"].values()
    return next(iter(changed.values()))


def test_the_line_comes_with_its_own_request(visitor):
    line = text(added(visitor))
    assert SAID in line
    assert "Progression-free survival" in line
    assert "differs" not in line


def test_the_answer_does_not_wait_for_it(monkeypatch, tmp_path):
    """The texts of the page leave the place empty and compute nothing for it."""
    monkeypatch.setenv("CUTLINE_HOME", str(tmp_path))
    computed = []
    monkeypatch.setattr(
        disclosure, "evaluate",
        lambda analysis, question: computed.append(analysis.name)
        or evaluate.evaluate(analysis, question),
    )  # fmt: skip
    with app.server.test_request_context():
        question = {"path": "/survival", "query": SPLIT}
        html = views.texts(question, [("survival", "numbers", ""), ("survival", ids.LATER, "")])[0]
    assert "The numbers" in html[0]
    assert html[1] == ""
    assert SURVIVAL.name in computed
    assert SECOND_OPINION.name not in computed


def test_it_is_no_look_of_its_own(visitor, tmp_path):
    text(added(visitor))
    with app.server.test_request_context():
        ledger = read_ledger(cohorts.load("imail2"))
    assert ledger.count == 1
    with app.server.test_request_context():
        disclose(SURVIVAL, read_question(SPLIT)[0])
        both = read_ledger(cohorts.load("imail2"))
    assert both.count == len(cohorts.load("imail2").study.endpoints)


def test_ours_are_the_numbers_that_the_page_shows(visitor):
    question = read_question(SPLIT)[0]
    with app.server.test_request_context():
        shown = evaluate.evaluate(SURVIVAL, question).asked_endpoint
        checks = evaluate.evaluate(SECOND_OPINION, question).checks
    ours = {(one.number, one.group): one.ours for one in checks}
    assert ours["log-rank p", None] == shown.logrank.p
    assert ours["difference of means", None] == shown.rmst.value
    assert [ours["median", number] for number in (0, 1)] == shown.groups["median"].tolist()


def test_a_covered_outcome_stays_covered(visitor):
    blind = f"{SPLIT}&blind=yes"
    assert text(added(visitor, blind)) == ""
    with app.server.test_request_context():
        found, ledger = disclose(SECOND_OPINION, read_question(blind)[0])
    assert isinstance(found, CoveredResult)
    assert ledger.count == 0


def test_a_false_number_is_a_red_line(visitor, monkeypatch):
    def tell_a_lie(analysis, question):
        found = evaluate.evaluate(analysis, question)
        wrong = [replace(one, ours=one.ours + 1, agrees=False) if one.number == "events" else one
                 for one in found.checks]  # fmt: skip
        return replace(found, checks=tuple(wrong))

    monkeypatch.setattr(disclosure, "evaluate", tell_a_lie)
    line = text(added(visitor))
    assert 'class="differs"' in line
    assert "patients with the event at or below 9 here, 8 there" in line


def test_without_an_answer_the_place_is_empty(visitor):
    assert text(added(visitor, SPLIT.replace("cut=20.1", "cut=0"))) == ""


def test_a_page_without_such_a_place_computes_nothing(visitor, monkeypatch):
    monkeypatch.setattr(views, "Answers", None)
    assert added(visitor, path="/trends", place=None).status_code in (200, 204)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/nowhere", SPLIT),
        ("/patients/nobody", SPLIT),
        ("/survival", ""),
        ("/survival", "cohort=gone"),
        ("/survival", f"{SPLIT}&{'x' * 300_000}=1"),
        ("/survival", SPLIT.replace("cut=20.1", "cut=20.1,30,40,50")),
        ("/survival", SPLIT.replace("cut=20.1", "cut=nan")),
    ],
)
def test_an_odd_question_is_answered_or_refused_and_never_a_fault(visitor, path, query):
    answers = [added(visitor, query, path) for _ in range(2)]
    assert {answer.status_code for answer in answers} <= {200, 204, 410, 413, 414, 422}
    assert answers[0].get_data() == answers[1].get_data()


@pytest.mark.parametrize("said", ["", "{", "[]", "7", '{"of": 1}', '{"of": []}', '{"of": [1, 2]}'])
def test_what_no_page_sends_is_refused(visitor, said):
    assert added(visitor, said=said).status_code == 422
