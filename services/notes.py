"""Notes on patients: appended when written, never changed."""

from __future__ import annotations

from components.records import Note, NotWritten, check_note
from data import event_log
from data.cohort import Cohort
from data.event_log import Record
from services.ledger import ledger_name
from wording.pages.patients import NOTHING_CHANGED, TOO_MANY_NOTES

TOO_MANY = 500  # entries about one patient


def notes_of(cohort: Cohort, subject: str) -> list[Note]:
    """Everything that was written about a patient, in order."""
    return [note for who, note in all_notes(cohort) if who == subject]


def all_notes(cohort: Cohort) -> list[tuple[str, Note]]:
    """Every note of a cohort with its subject, in the order in which they were written."""
    written = event_log.read(cohort=ledger_name(cohort), kind="notes")
    return [(str(one.payload.get("subject", "")), _read(one)) for one in written]


def write_note(
    cohort: Cohort, subject: str, texts: tuple[str, str, str], *, seen: int, owner: str
) -> tuple[int, str]:
    """Append text, state and name; the number of the record, and the state as it is kept.

    NotWritten says why it cannot be; Superseded that somebody wrote after the entry `seen`.
    """
    text, state, name = check_note(*texts)
    here = notes_of(cohort, subject)
    if len(here) >= TOO_MANY:
        raise NotWritten(TOO_MANY_NOTES)
    if here and (text, state) == ("", here[-1].state):
        raise NotWritten(NOTHING_CHANGED)
    payload = {"subject": subject, "text": text, "state": state, "name": name}
    number = event_log.append_after(
        owner, ledger_name(cohort), "notes", payload, about="subject", seen=seen
    )
    return number, state


def _read(record: Record) -> Note:
    said = [str(record.payload.get(name, "")) for name in ("name", "state", "text")]
    return Note(record.sequence, record.at, *said)
