"""Questions kept by name: each change is a record more."""

import pytest

from analysis.question import Question
from components.records import NotSaved
from services import saved_questions as saved

ASKED = Question("imail2", "PFS", "HLADR_NK_PCT", "C1D15", "value", "", (20.1,), "landmark")


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("CUTLINE_HOME", str(tmp_path))


def test_it_opens_where_it_was_saved_but_never_on_a_patients_page() -> None:
    assert saved.save_question(ASKED, "/cutoff", "One", "Ann", "ann") == "One"
    saved.save_question(ASKED, "/patients/0123456789", "", "", "ann")
    first, second = saved.list_saved("imail2", "ann")
    assert (first.name, first.author, first.href) == ("One", "Ann", f"/cutoff?{ASKED.query()}")
    assert second.name == "PFS by HLA-DR+ NK cells at C1D15, 20.1"
    assert second.href.startswith("/survival?")
    assert saved.list_saved("imail2", "bob") == []


def test_it_is_renamed_and_deleted_by_its_id() -> None:
    saved.save_question(ASKED, "/cutoff", "One", "", "ann")
    (one,) = saved.list_saved("imail2", "ann")
    assert saved.rename_question("imail2", one.id, "Two", "ann") == "Two"
    assert saved.find_saved("imail2", one.id, "ann").name == "Two"
    assert saved.delete_question("imail2", one.id, "ann").name == "Two"
    with pytest.raises(NotSaved):
        saved.delete_question("imail2", one.id, "ann")
    with pytest.raises(NotSaved):
        saved.rename_question("imail2", one.id, "Three", "ann")
