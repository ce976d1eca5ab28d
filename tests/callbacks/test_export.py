"""The export's address: what it gives, what it refuses and says, and what it writes down."""

from __future__ import annotations

import io
import threading

import pytest
from pptx import Presentation

import app
from callbacks.exports import figures as export
from data.sources import builtin
from exports.file_kinds import KINDS
from services.address import read_question
from services.ledger import lock_cutoff, read_ledger

SPLIT = "cohort=imail2&endpoint=OS&marker=HLADR_NK_PCT&visit=C1D15&cut=24"


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setenv("CUTLINE_HOME", str(tmp_path / "state"))
    monkeypatch.setitem(app.server.config, "CUTLINE_RATE_LIMIT", False)
    return app.server.test_client()


def looks():
    with app.server.test_request_context("/"):
        return read_ledger(builtin.load("imail2")).entries


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_file_with_a_safe_name(client, kind):
    done = client.get(f"/export/{kind}?{SPLIT}&of=OS")
    assert done.status_code == 200, done.text
    name = done.headers["Content-Disposition"]
    assert name.startswith('attachment; filename="imail2_OS_HLADR-NK-PCT-C1D15_cut24_20')
    assert name.endswith(f'.{KINDS[kind].ending}"')
    assert done.headers["X-Content-Type-Options"] == "nosniff"
    assert done.headers["Cache-Control"] == "no-store"
    assert b"IMAIL2-0" not in done.data


def test_a_deck_has_a_slide_for_each_endpoint_or_for_the_one_asked_for(client):
    for of, want in (("", 2), ("&of=PFS", 1)):
        deck = Presentation(io.BytesIO(client.get(f"/export/pptx?{SPLIT}{of}").data))
        assert len(deck.slides) == want


def test_an_export_is_a_look_and_is_written_down(client):
    assert not looks()
    assert client.get(f"/export/csv?{SPLIT}&of=OS").status_code == 200
    assert [one.look.endpoint for one in looks()] == ["PFS", "OS"]
    assert "1 question" not in client.get(f"/export/caption?{SPLIT}").text


def test_covered_is_not_exported_until_it_is_locked(client):
    done = client.get(f"/export/pptx?{SPLIT}&blind=yes")
    assert done.status_code == 403
    assert "covered until this cut-off is locked" in done.text
    assert not looks()
    with app.server.test_request_context("/"):
        lock_cutoff(read_question(SPLIT)[0], "A. Smith", "written down before", "anna")
    done = client.get(f"/export/caption?{SPLIT}&blind=yes")
    assert done.status_code == 200
    assert "Cut-off fixed beforehand: locked by A. Smith" in done.text


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        (f"exe?{SPLIT}", 404, "no such kind"),
        (f"pptx?{SPLIT}&of=XX", 404, "no such endpoint"),
        (f"pptx?{SPLIT}abc", 422, "is not a number"),
        (f"pptx?{SPLIT.replace('cut=24', 'cut=')}", 422, "cut is missing"),
        ("pptx", 422, "cohort, marker, visit, cut is missing"),
        (f"r?{SPLIT.replace('cut=24', 'cut=99')}", 422, "No patient lies above 99"),
        (f"pptx?{SPLIT.replace('imail2', 'nobody')}", 422, "There is no cohort"),
        (f"pptx?{SPLIT.replace('HLADR_NK_PCT', '<script>')}", 422, "no marker"),
        (f"pptx?{SPLIT}&x={'a' * 3000}", 414, "too long"),
        (f"pptx?{SPLIT}&of=%3Cb%3E", 404, "no such endpoint"),
        (f"pptx?{SPLIT}&of=%00%0d%0aSet-Cookie:x", 404, "no such endpoint"),
        (f"pptx?%ff%fe={SPLIT}", 422, "is missing"),
    ],
)
def test_a_bad_address_gets_a_sentence(client, address, status, said):
    done = client.get(f"/export/{address}")
    assert done.status_code == status
    assert said in done.text
    assert done.content_type.startswith("text/html")
    assert "Content-Disposition" not in done.headers
    assert "<script>" not in done.text
    assert "<b>" not in done.text
    assert not looks()


def test_another_site_cannot_embed_a_file_but_may_link_to_it(client):
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert client.get(f"/export/csv?{SPLIT}", headers=headers).status_code == 403
    assert not looks()
    headers["Sec-Fetch-Mode"] = "navigate"
    assert client.get(f"/export/csv?{SPLIT}", headers=headers).status_code == 200


def test_only_so_many_at_once(monkeypatch):
    monkeypatch.setattr(export, "WAIT", 0.01)
    turn = threading.BoundedSemaphore(1)
    with pytest.raises(export.Unexported) as told:
        export.in_turn(turn, lambda: export.in_turn(turn, lambda: None))
    assert told.value.status == 503
    assert export.in_turn(turn, lambda: "made") == "made"  # the turn was given back


def test_several_cuts_and_other_cohorts_leave_too(client):
    for query in (
        "cohort=gbsg2&marker=PGR&visit=baseline&cut=20,100",
        "cohort=imail2-null&marker=CD4_CD8&visit=C1D15&measure=fold&cut=1",
    ):
        for kind in KINDS:
            assert client.get(f"/export/{kind}?{query}").status_code == 200, (kind, query)


def test_an_export_of_some_patients_is_of_them_and_says_so(client):
    some = f"{SPLIT}&where=dose=6,9"
    text = client.get(f"/export/caption?{some}").get_data(as_text=True)
    assert "12 with dose 6 or 9 MIU/day" in text
    rows = client.get(f"/export/rows?{some}&of=OS").get_data(as_text=True)
    assert len([line for line in rows.splitlines() if line and not line.startswith("#")]) == 13
    assert "some-patients" in client.get(f"/export/csv?{some}").headers["Content-Disposition"]
