"""A state directory of an earlier version opens as it was left."""

from __future__ import annotations

import pytest

from data import event_log
from data.sources import read_cohort
from data.storage import cohort_file
from data.uploads import import_report, store
from tests.data.uploads import earlier_state
from tests.data.uploads.earlier_state import CODE, DRAFT, LINE, OWNER, REPORT


@pytest.fixture
def earlier(tmp_path, monkeypatch):
    monkeypatch.setenv("CUTLINE_HOME", str(tmp_path / "state"))
    (tmp_path / "trial.csv").write_text(earlier_state.CSV, encoding="utf-8")
    cohort_file.write(read_cohort(tmp_path / "trial.csv"), tmp_path / "cohort.npz")
    earlier_state.write_state(tmp_path / "state", (tmp_path / "cohort.npz").read_bytes())
    yield
    event_log.close_connections()


@pytest.mark.usefixtures("earlier")
def test_data_sets_drafts_and_records_are_there():
    store.recover()
    (dataset,) = store.list_datasets(OWNER)
    assert (dataset.code, dataset.title, dataset.markers) == (CODE, "Mine", ("CD4",))
    assert store.load(OWNER, CODE).n == 2
    assert store.find_lineage(OWNER, CODE) == LINE
    name, path = store.find_original(OWNER, CODE, 0)
    assert (name, path.read_text(encoding="utf-8")) == ("trial.csv", earlier_state.CSV)
    (record,) = event_log.read(cohort=LINE, kind="notes")
    assert record.payload == {"text": "a remark"}
    assert event_log.append(OWNER, LINE, "notes", {"text": "another"}) == 2
    store.rename(OWNER, CODE, "Ours")
    assert store.find(OWNER, CODE).title == "Ours"
    store.delete(OWNER, CODE)
    assert store.find_removed(OWNER, CODE) is not None


@pytest.mark.usefixtures("earlier")
def test_what_was_understood_is_read_in_its_words_and_written_in_them():
    found = store.read_draft(OWNER, DRAFT)
    (table,) = found.understood.tables
    assert table.columns[0].reason == "it is called Patient"
    assert found.understood.visits[0].reason == "order by their names"
    assert found.understood.time_unit_reason == "OS (months): the file says so"
    assert found.opens
    report = import_report.from_json(REPORT)
    again = import_report.to_json(report.understood, None, [])
    assert again["understood"] == REPORT["understood"]
