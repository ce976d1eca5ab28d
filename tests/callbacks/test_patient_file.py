"""The list of patients as a file: complete, said to name patients, covered where it must be."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

import app
from data import event_log
from data.sources import builtin
from services.ledger import ledger_name, read_ledger

SPLIT = "cohort=imail2&endpoint=OS&marker=HLADR_NK_PCT&visit=C1D15&cut=24"
WHO = "IMAIL2-004"


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setenv("CUTLINE_HOME", str(tmp_path / "state"))
    monkeypatch.setitem(app.server.config, "CUTLINE_RATE_LIMIT", False)
    return app.server.test_client()


def note(subject, text, state="query", name="Dr Ünal"):
    payload = {"subject": subject, "text": text, "state": state, "name": name}
    return event_log.append("o" * 20, ledger_name(builtin.load("imail2")), "notes", payload)


def sheets(answer):
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_the_workbook_has_every_patient_and_every_note(client):
    note(WHO, "=HYPERLINK(1) look again\nsecond line")
    note(WHO, "settled", "reviewed")
    note("nobody here", "of a patient that the cohort has not")
    answer = client.get(f"/patient-table/xlsx?{SPLIT}")
    assert answer.status_code == 200, answer.text
    assert "imail2_patients_20" in answer.headers["Content-Disposition"]
    found = sheets(answer)
    head, *rows = found["Patients"]
    cohort = builtin.load("imail2")
    assert [row[0] for row in rows] == cohort.subjects["subject"].tolist()
    os_ = cohort.outcomes.query("endpoint == 'OS'").set_index("subject")
    for row in rows:
        cells = dict(zip(head, row, strict=True))
        assert cells["OS, months"] == pytest.approx(os_.at[cells["Patient"], "time"])
        assert cells["OS event (1 = yes)"] == int(os_.at[cells["Patient"], "event"])
        assert cells["Data"] == "synthetic"
    states = {row[0]: row[head.index("Review state")] for row in rows}
    assert states[WHO] == "Reviewed"
    assert not any(state for who, state in states.items() if who != WHO)
    texts = [row[4] for row in found["Notes"][1:]]
    assert texts == ["'=HYPERLINK(1) look again second line", "settled"]
    said = " ".join(row[0] for row in found["Words"])
    assert "names patients" in said
    assert "Synthetic data" in said
    assert "cut=24" in said


def test_the_csv_is_the_list(client):
    answer = client.get(f"/patient-table/csv?{SPLIT}")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 17
    marker = builtin.load("imail2").measurements.query(
        "marker == 'HLADR_NK_PCT' and visit == 'C1D15'"
    )
    value = marker.set_index("subject")["value"]
    for row in rows:
        assert float(row["HLA-DR+ NK cells, % of NK"]) == value[row["Patient"]]
        assert row["Side"] == ("above" if value[row["Patient"]] > 24 else "at or below")


def test_asked_blind_it_has_no_outcome_and_is_no_look(client):
    answer = client.get(f"/patient-table/csv?{SPLIT}&blind=yes")
    assert answer.status_code == 200
    head = answer.text.splitlines()[0]
    assert "HLA-DR+ NK" in head
    assert not {"OS", "PFS", "response", "event"} & set(head.replace(",", " ").split())
    with app.server.test_request_context("/"):
        assert not read_ledger(builtin.load("imail2")).entries
    assert client.get(f"/patient-table/csv?{SPLIT}").status_code == 200
    with app.server.test_request_context("/"):
        assert read_ledger(builtin.load("imail2")).entries


def test_some_of_the_patients_are_some_of_the_rows(client):
    text = client.get(f"/patient-table/csv?{SPLIT}&where=dose=6").text
    if "Patient" not in text:
        pytest.fail(text)
    assert 0 < len(text.splitlines()) - 1 < 17


@pytest.mark.parametrize(
    ("address", "status"),
    [(f"/patient-table/exe?{SPLIT}", 404), ("/patient-table/csv?cohort=imail2", 422),
     (f"/patient-table/csv?{SPLIT.replace('imail2', 'own-0123456789abcdef')}", 422)],
)  # fmt: skip
def test_what_cannot_be_made_is_said(client, address, status):
    answer = client.get(address)
    assert answer.status_code == status
    assert "No file was made" in answer.text


def test_another_site_gets_nothing(client):
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert client.get(f"/patient-table/csv?{SPLIT}", headers=headers).status_code == 403
