"""Questions kept by name: saved, renamed and deleted, each by one more record; never changed."""

from __future__ import annotations

import secrets
from typing import Any

from analysis.question import Question
from components import pages
from components.records import LONGEST_NAME, MOST_SAVED, NotSaved, Saved, check_name
from data import event_log
from data.event_log import Record
from services import cohorts
from services.address import has_page, read_question
from services.ledger import ledger_name
from wording.pages.controls import NO_LONGER_SAVED, TOO_MANY_CHANGES, describe_too_many_saved
from wording.question_names import suggest_name

MOST_RECORDS = 2_000  # of one person in one cohort: renaming without end is no work
HOME = "/survival"  # where a question opens that was saved on a patient's page


def list_saved(cohort: str, owner: str) -> list[Saved]:
    """The owner's saved questions of a cohort, in the order in which they were saved."""
    found: dict[str, Record] = {}
    first: dict[str, Record] = {}
    for record in _records(cohort, owner):
        key = str(record.payload.get("id", ""))
        first.setdefault(key, record)
        found[key] = record
    told = {key: {**first[key].payload, **last.payload} for key, last in found.items()}
    return [
        _read(one, first[key].at, cohort)
        for key, one in told.items()
        if not one.get("gone") and {"id", "name", "query"} <= one.keys()
    ]


def save_question(question: Question, path: str, name: str, author: str, owner: str) -> str:
    """Keep a question as it stands on the page of `path`; its name, its own where none is given."""
    cohort = question.cohort
    fallback = suggest_name(question, cohorts.load(cohort))[:LONGEST_NAME]
    name, author = check_name(name, author, fallback)
    if len(list_saved(cohort, owner)) >= MOST_SAVED:
        raise NotSaved(describe_too_many_saved(MOST_SAVED))
    path = HOME if path.startswith(pages.PATIENT_PATH) else path
    _append(cohort, owner, {"id": secrets.token_hex(8), "name": name, "author": author,
                            "query": question.query(), "path": path})  # fmt: skip
    return name


def rename_question(cohort: str, id_: str, name: str, owner: str) -> str:
    """Give a saved question another name; the name as it is kept."""
    find_saved(cohort, id_, owner)
    name, _ = check_name(name, "")
    _append(cohort, owner, {"id": id_, "name": name})
    return name


def delete_question(cohort: str, id_: str, owner: str) -> Saved:
    """Take a saved question off the list; what it was."""
    one = find_saved(cohort, id_, owner)
    _append(cohort, owner, {"id": id_, "gone": True})
    return one


def find_saved(cohort: str, id_: str, owner: str) -> Saved:
    """The saved question of that id; NotSaved where there is none any more."""
    found = {one.id: one for one in list_saved(cohort, owner)}.get(id_)
    if found is None:
        raise NotSaved(NO_LONGER_SAVED)
    return found


def _records(cohort: str, owner: str) -> list[Record]:
    return event_log.read(owner=owner, cohort=ledger_name(cohorts.load(cohort)), kind="saved")


def _read(told: dict[str, Any], at: str, cohort: str) -> Saved:
    """A kept question as it is read today: markers and visits may have gone since."""
    question, notes = read_question(
        Question(cohort=cohort).query() + "&" + _uncohorted(told["query"])
    )
    path = told.get("path", "")
    path = path if has_page(path, question) else HOME
    return Saved(
        id=told["id"],
        name=told["name"],
        author=told.get("author", ""),
        at=at,
        query=question.query(),
        href=f"{path}?{question.query()}",
        why=" ".join(one.sentence for one in notes),
    )


def _uncohorted(query: str) -> str:
    """The rest of a query: a cohort may have been given another name since."""
    return "&".join(part for part in query.split("&") if not part.startswith("cohort="))


def _append(cohort: str, owner: str, payload: dict[str, Any]) -> None:
    if len(_records(cohort, owner)) >= MOST_RECORDS:
        raise NotSaved(TOO_MANY_CHANGES)
    event_log.append(owner, ledger_name(cohorts.load(cohort)), "saved", payload)
