"""Notes on patients: appended, never changed, and never over what somebody else wrote."""

import pytest

from components.records import NotWritten
from data.event_log import Superseded
from services import cohorts, notes

WHO = "IMAIL2-003"


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.setenv("CUTLINE_HOME", str(tmp_path))
    return cohorts.load("imail2")


def write(study, text, state="open", seen=0):
    return notes.write_note(study, WHO, (text, state, "A. Smith"), seen=seen, owner="ann")


def test_what_is_written_stands_in_order(study) -> None:
    first, state = write(study, "one")
    second, _ = write(study, "two", "reviewed", seen=first)
    assert state == "open"
    found = notes.notes_of(study, WHO)
    assert [(one.sequence, one.text, one.state) for one in found] == [
        (first, "one", "open"), (second, "two", "reviewed")
    ]  # fmt: skip
    assert [who for who, _ in notes.all_notes(study)] == [WHO, WHO]


def test_nothing_is_written_over_what_was_not_seen(study) -> None:
    write(study, "one")
    with pytest.raises(Superseded):
        write(study, "two")
    assert len(notes.notes_of(study, WHO)) == 1


def test_what_says_nothing_new_and_what_is_too_much_is_refused(study, monkeypatch) -> None:
    first, _ = write(study, "one")
    with pytest.raises(NotWritten):
        write(study, "", seen=first)
    monkeypatch.setattr(notes, "TOO_MANY", 1)
    with pytest.raises(NotWritten):
        write(study, "two", seen=first)
