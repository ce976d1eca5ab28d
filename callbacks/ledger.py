"""The ledger and the locks of each cohort: kept on disk, read on from where reading ended.

A look is written before its outcome leaves the program; where it cannot be written, the outcome
is not shown. Several processes may write: what the others wrote is read before each answer.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256

from analysis import asking
from analysis.errors import NotEnoughData
from analysis.ledger import LOOK_FIELDS, Entry, Ledger, Lock, Look, kin_of, looks_of
from analysis.question import BLIND, Question
from analysis.split import sample_of, split
from callbacks import cohorts
from components.locking import LONGEST_NAME, LONGEST_REASON
from data import records
from data.cohort import Cohort
from data.records import Record
from data.sources import builtin

LOCKS_TOO_MANY = 200  # of one person in one cohort: more are no decisions


class NotLocked(Exception):
    """Why a cut-off was not locked, in words."""


@dataclass
class _Book:
    """What one process has read of one cohort's records."""

    last: int = 0
    entries: dict[Look, Entry] = field(default_factory=dict)
    locks: list[Lock] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, record: Record) -> None:
        self.last = record.sequence
        if record.kind == "looks":
            self._take_look(record)
        elif record.kind == "locks":
            self.locks.append(_lock_from(record))

    def _take_look(self, record: Record) -> None:
        look = Look(**{name: record.payload[name] for name in LOOK_FIELDS})
        known = self.entries.get(look, Entry(look, record.sequence, record.at))
        cuts = dict.fromkeys([*known.cuts, tuple(record.payload["cut"])])
        self.entries[look] = replace(known, cuts=tuple(cut for cut in cuts if cut))

    def ledger(self) -> Ledger:
        return Ledger(tuple(self.entries.values()), tuple(self.locks))


_books: dict[tuple[str, str], _Book] = {}
_guard = threading.Lock()


def people(cohort: Cohort) -> str:
    """The name under which a cohort's records are kept.

    A built-in cohort's own name; otherwise a hash of its subjects, so that the ledger goes on when
    the same patients come again with other columns, another name or longer follow-up.
    """
    if cohort.study.name in builtin.names():
        return f"builtin:{cohort.study.name}"
    subjects = "\x1f".join(sorted(cohort.subjects["subject"].astype(str)))
    return "people:" + sha256(subjects.encode()).hexdigest()[:32]


def ledger(cohort: Cohort) -> Ledger:
    """Everything that was looked at and locked in this cohort so far."""
    name = people(cohort)
    book = _book(name)
    with book.lock:
        _read_on(name, book)
        return replace(book.ledger(), kin=kin_of(cohort))


def look(question: Question, endpoints: Iterable[str], owner: str) -> Ledger:
    """Write down that these endpoints of the question are drawn now; HomeError where one can't.

    A question and cut that stands in the ledger already is not written again.
    """
    cohort = cohorts.load(question.cohort)
    name = people(cohort)
    book = _book(name)
    with book.lock:
        _read_on(name, book)
        for one in looks_of(cohort, question, endpoints):
            known = book.entries.get(one)
            if known is None or (question.cut and question.cut not in known.cuts):
                records.append(owner, name, "looks", {**asdict(one), "cut": list(question.cut)})
        _read_on(name, book)
        return replace(book.ledger(), kin=kin_of(cohort))


def lock(question: Question, name: str, reason: str, owner: str, *, origin: str = "") -> Ledger:
    """Lock the question's cut-off; NotLocked says what is missing.

    Whether it was locked before any outcome of the marker was drawn shows from the order of the
    records, which no client can write.
    """
    name, reason = _said(name, "name", LONGEST_NAME), _said(reason, "reason", LONGEST_REASON)
    if len(question.cut) != 1:
        raise NotLocked("One cut-off can be locked at a time.")
    cohort = cohorts.load(question.cohort)
    _refuse_what_divides_nobody(cohort, question)
    here = ledger(cohort)
    if sum(one.owner == owner for one in here.locks) >= LOCKS_TOO_MANY:
        raise NotLocked("There are too many locked cut-offs already.")
    split = {key: getattr(question, key) for key in ("marker", "visit", "measure", "baseline")}
    payload = {**split, "cut": question.cut[0], "name": name, "reason": reason, "origin": origin}
    records.append(owner, people(cohort), "locks", payload)
    return ledger(cohort)


def carried(question: Question, target: str, owner: str) -> Question:
    """Lock this question's locked cut-off in another cohort too, and give the question there."""
    if target not in cohorts.names() or target == question.cohort:
        raise NotLocked("Choose another cohort.")
    found = ledger(cohorts.load(question.cohort)).lock_of(question)
    if found is None:
        raise NotLocked("Lock the cut-off here first.")
    there = question_there(question, target)
    title = cohorts.titles()[question.cohort]
    lock(there, found.name, found.reason, owner, origin=f"{title} ({found.at[:10]})")
    return there


def question_there(question: Question, target: str) -> Question:
    """The same split in another cohort, asked blind; NotLocked where it has no such marker."""
    cohort = cohorts.load(target)
    if question.marker not in asking.markers(cohort):
        raise NotLocked(f"That cohort has no marker {question.marker}.")
    names = ("marker", "visit", "measure", "endpoint", "baseline")
    wanted = {name: getattr(question, name) for name in names if getattr(question, name)}
    there = asking.complete({**wanted, "blind": BLIND}, cohort).question
    if there.measure != question.measure:
        raise NotLocked(f"That cohort has no {question.measure} of {question.marker}.")
    return there.changed(cut=question.cut)


def _book(name: str) -> _Book:
    """The book of a cohort in this state folder (tests change the folder)."""
    with _guard:
        return _books.setdefault((str(records.home()), name), _Book())


def _read_on(name: str, book: _Book) -> None:
    for record in records.read(cohort=name, after=book.last):
        book.take(record)


def _lock_from(record: Record) -> Lock:
    return Lock(record.sequence, record.at, record.owner, **record.payload)


def _refuse_what_divides_nobody(cohort: Cohort, question: Question) -> None:
    try:
        split(sample_of(cohort, question).values, question.cut)
    except NotEnoughData as reason:
        raise NotLocked(str(reason)) from None


def _said(text: str, what: str, longest: int) -> str:
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not clean:
        raise NotLocked(f"Write your {what}: a lock without one says nothing later.")
    if len(clean) > longest:
        raise NotLocked(f"The {what} is longer than {longest} characters; shorten it.")
    return clean
