"""Looks and locks are kept for good, in one order, for all users of a cohort."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from dash import no_update

import app
from analysis.registry import CUTOFF_SEARCH
from callbacks import views
from components.controls.locking import state, title
from data import event_log
from data.cache import cache
from data.sources import builtin
from services import ledger as ledgers
from services import reported_p
from services.address import read_question
from services.evaluate import evaluate
from services.ledger import (
    NotLocked,
    carry_over,
    ledger_name,
    lock_cutoff,
    read_ledger,
    record_look,
)

SPLIT = "cohort=imail2&endpoint=OS&marker=HLADR_NK_PCT&visit=C1D15&cut=24"


@pytest.fixture(autouse=True)
def _in_the_app(tmp_path, monkeypatch):
    monkeypatch.setenv("CUTLINE_HOME", str(tmp_path / "state"))
    with app.server.test_request_context("/"):
        yield


def asked(query=SPLIT):
    return read_question(query)[0]


def imail2():
    return builtin.load("imail2")


def say(query):
    spans = views.texts({"path": "/survival", "query": query}, [])[1]
    return "".join(span.children for span in spans)


def test_the_survival_page_counts_both_endpoints_once():
    for _ in range(2):
        say(SPLIT)
    assert [entry.look.endpoint for entry in read_ledger(imail2()).entries] == ["PFS", "OS"]
    assert len(event_log.read(kind="looks")) == 2


def test_cuts_are_listed_but_not_counted():
    for cut in ("24", "21", "24"):
        record_look(asked(SPLIT.replace("cut=24", f"cut={cut}")), ["OS"], "anna")
    (entry,) = read_ledger(imail2()).entries
    assert entry.cuts == ((24.0,), (21.0,))


def test_the_count_is_over_all_users_and_survives_a_restart():
    record_look(asked(), ["OS"], "anna")
    record_look(asked(), ["PFS"], "ben")
    ledgers._books.clear()  # as a new process begins
    assert read_ledger(imail2()).count == 2


def test_what_another_process_wrote_is_read_before_each_answer():
    record_look(asked(), ["OS"], "anna")
    payload = event_log.read(kind="looks")[0].payload
    event_log.append("ben", ledger_name(imail2()), "looks", {**payload, "marker": "CD4"})
    assert read_ledger(imail2()).count == 2


def test_the_overall_curves_are_no_look():
    views.texts({"path": "/", "query": SPLIT}, [])
    assert read_ledger(imail2()).count == 0


def test_many_at_once_count_once():
    def draw(_):
        with app.server.test_request_context("/"):
            record_look(asked(), ["OS", "PFS"], "anna")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(draw, range(24)))
    assert len(event_log.read(kind="looks")) == 2


def test_the_ledger_goes_on_when_the_same_subjects_come_again():
    mine = replace(imail2(), id="", study=replace(imail2().study, name="mine"))
    again = replace(
        mine,
        id="",
        subjects=mine.subjects.sample(frac=1, random_state=1),
        outcomes=mine.outcomes.assign(time=mine.outcomes["time"] + 1),
    )
    assert ledger_name(mine) == ledger_name(again) != ledger_name(imail2())
    assert ledger_name(mine) != ledger_name(replace(mine, id="", subjects=mine.subjects.head(16)))
    other = replace(mine, id="", study=replace(mine.study, name="another trial"))
    assert ledger_name(mine) != ledger_name(other)  # 001, 002 … are patients of many trials


def test_blind_shows_no_outcome_and_counts_no_look():
    text = say(SPLIT + "&blind=yes")
    assert "covered" in text
    assert "median" not in text
    assert "p =" not in text
    question = {"path": "/survival", "query": SPLIT + "&blind=yes"}
    assert views.texts(question, [("survival", "numbers", "")])[0] == [""]
    hidden = views.figures(question, "light", [("survival", "curve", "OS")])[3]
    assert hidden == [True]
    assert read_ledger(imail2()).count == 0


def test_a_lock_uncovers_exactly_its_cut():
    lock_cutoff(asked(), " A. Smith ", "as published\n", "anna")
    assert "median" in say(SPLIT + "&blind=yes")
    other = say(SPLIT.replace("cut=24", "cut=21") + "&blind=yes")
    assert "covered" in other
    assert "Locked is 24.0" in other
    (found,) = read_ledger(imail2()).locks
    assert (found.name, found.reason, found.cut) == ("A. Smith", "as published", 24.0)


def test_only_a_lock_before_the_first_look_fixes_the_cut():
    lock_cutoff(asked(), "A. Smith", "as published", "anna")
    say(SPLIT)
    assert read_ledger(imail2()).fixed_by(asked())
    other = SPLIT.replace("HLADR_NK_PCT", "CD4").replace("cut=24", "cut=median")
    say(other)
    late = asked(other)
    lock_cutoff(late, "A. Smith", "it looked good", "anna")
    assert read_ledger(imail2()).fixed_by(late) is None


def test_a_lock_of_a_marker_that_comes_again_in_another_unit_does_not_hold():
    here = lock_cutoff(asked(), "A. Smith", "as published", "anna")
    assert here.locks[0].unit == "% of NK"
    assert here.fixed_by(asked())
    markers = imail2().markers
    share = markers["unit"].where(markers["marker"] != "HLADR_NK_PCT", "share of NK")
    book = read_ledger(replace(imail2(), id="", markers=markers.assign(unit=share)))
    assert book.fixed_by(asked()) is None
    (text,) = {one.children for one in state(asked(), book)[1].children}
    assert "does not hold: it was locked in % of NK, the marker is now in share of NK" in text
    assert title(asked(), book) == "Lock this cut-off"


@pytest.mark.parametrize(
    ("name", "reason"),
    [("", "why"), ("  \n", "why"), ("A", ""), ("A" * 81, "why"), ("A", "x" * 301)],
)
def test_a_lock_needs_a_name_and_a_reason(name, reason):
    with pytest.raises(NotLocked):
        lock_cutoff(asked(), name, reason, "anna")
    assert read_ledger(imail2()).locks == ()


def test_a_cut_that_divides_nobody_is_not_locked():
    with pytest.raises(NotLocked, match="No patient lies above"):
        lock_cutoff(asked().changed(cut=(99.0,)), "A", "why", "anna")


def test_several_cuts_are_not_locked():
    with pytest.raises(NotLocked, match="One cut-off"):
        lock_cutoff(asked().changed(cut=(10.0, 20.0)), "A", "why", "anna")


def test_a_lock_is_carried_to_another_cohort_and_asked_there_blind():
    with pytest.raises(NotLocked, match="Lock the cut-off here first"):
        carry_over(asked(), "imail2-null", "anna")
    lock_cutoff(asked(), "A. Smith", "as published", "anna")
    there = carry_over(asked(), "imail2-null", "anna")
    assert (there.cohort, there.cut, there.blind) == ("imail2-null", (24.0,), "yes")
    found = read_ledger(builtin.load("imail2-null")).fixed_by(there)
    assert found.origin.startswith("IMAIL-2")
    for target in ("imail2", "nowhere", "gbsg2"):
        with pytest.raises(NotLocked):
            carry_over(asked(), target, "anna")


def test_the_same_cut_is_locked_once():
    lock_cutoff(asked(), "A. Smith", "as published", "anna")
    with pytest.raises(NotLocked, match="locked already"):
        lock_cutoff(asked(), "B. Jones", "me too", "ben")


def test_a_baseline_is_carried_to_the_others_baseline_and_another_visit_is_not():
    base = asked("cohort=actg175&marker=CD4_CD8&visit=baseline&cut=0.4")
    lock_cutoff(base, "A", "why", "anna")
    there = carry_over(base, "imail2", "anna")
    assert there.visit == "D-21"
    assert ", baseline (20" in read_ledger(imail2()).fixed_by(there).origin
    later = asked("cohort=actg175&marker=CD4_CD8&visit=week20&cut=0.4")
    lock_cutoff(later, "A", "why", "anna")
    with pytest.raises(NotLocked, match="cannot be carried over"):
        carry_over(later, "imail2", "anna")


def test_a_record_that_cannot_be_read_is_left_out():
    for kind in ("looks", "locks"):
        event_log.append("anna", ledger_name(imail2()), kind, {"of": "another version"})
    record_look(asked(), ["OS"], "anna")
    assert read_ledger(imail2()).count == 1


def test_a_damaged_file_of_records_shows_no_outcome_and_says_why(tmp_path):
    record_look(asked(), ["OS"], "anna")
    event_log.close_connections()
    (tmp_path / "state" / "records.sqlite3").write_bytes(b"no database" * 500)
    text = say(SPLIT)
    assert "no outcome is shown" in text


def test_where_nothing_can_be_written_no_outcome_is_shown(monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("CUTLINE_HOME", str(blocked))
    text = say(SPLIT)
    assert "no outcome is shown" in text
    assert "median" not in text


def test_a_search_that_is_not_waited_for_is_asked_for_until_it_is_known(monkeypatch):
    monkeypatch.setattr(reported_p, "WAITED_FOR", 3)
    cache.clear()
    question = {"path": "/survival", "query": SPLIT}
    wanted = views.texts(question, [])[3]
    assert wanted["path"] == "/survival"
    assert "computing" in say(SPLIT)
    for code in ("PFS", "OS"):
        evaluate(CUTOFF_SEARCH, asked().changed(endpoint=code))
    assert views.texts(question, [])[3] is no_update
    assert "computing" not in say(SPLIT)
