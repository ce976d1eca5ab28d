"""The ledger and the locks of each cohort: kept on disk, read on from where reading ended.

A look is written before its outcome leaves the program; where it cannot be written, the outcome
is not shown. Several processes may write: what the others wrote is read before each answer.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from hashlib import sha256

from analysis.cohort import completion
from analysis.cohort.analysis_set import select_sample
from analysis.cohort_cache import remember
from analysis.ledger import (
    LONGEST_NAME,
    LONGEST_REASON,
    LOOK_FIELDS,
    Entry,
    Ledger,
    Lock,
    Look,
    data_of,
    kin_of,
    looks_of,
    split_of,
    units_of,
)  # fmt: skip
from analysis.question import BLIND, Question, subgroup
from analysis.question import choices as question_choices
from analysis.stats.cutoff import divide
from analysis.stats.errors import NotEnoughData
from data import event_log
from data.cohort import Cohort
from data.event_log import Record
from data.sources import builtin
from services import cohorts
from wording.address import describe_note
from wording.pages.locking import (
    ALREADY_LOCKED,
    CHOOSE_ANOTHER,
    LOCK_HERE_FIRST,
    ONE_AT_A_TIME,
    TOO_MANY_LOCKS,
    ask_for,
    describe_long_text,
    describe_no_marker,
    describe_other_unit,
)

LOG = logging.getLogger("cutline.audit")
LOCKS_TOO_MANY = 200  # of one person in one cohort: more are no decisions


class NotLocked(Exception):
    """Why a cut-off was not locked, in words."""


@dataclass
class _Book:
    """What one process has read of one cohort's records."""

    last: int = 0
    looks: dict[Look, tuple[Record, dict[tuple[float, ...], bool]]] = field(
        default_factory=dict
    )  # the first, and all cuts
    locks: list[Lock] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, record: Record) -> None:
        self.last = record.sequence
        try:
            if record.kind == "looks":
                self._take_look(record)
            elif record.kind == "locks":
                self.locks.append(_lock_from(record))
        except (KeyError, TypeError):  # of another version, or not ours
            LOG.warning("record %d is no look and no lock that can be read", record.sequence)

    def _take_look(self, record: Record) -> None:
        since = {"data": "", **record.payload}  # earlier records do not tell data apart
        look = Look(**{name: since[name] for name in LOOK_FIELDS})
        _, cuts = self.looks.setdefault(look, (record, {}))
        if record.payload["cut"]:
            cuts[tuple(record.payload["cut"])] = True

    def knows(self, look: Look, cut: tuple[float, ...]) -> bool:
        """Whether this was written before."""
        return look in self.looks and (not cut or cut in self.looks[look][1])

    def ledger(self, cohort: Cohort) -> Ledger:
        entries = (
            Entry(look, first.sequence, first.at, tuple(cuts))
            for look, (first, cuts) in self.looks.items()
        )
        kin = remember(cohort, ("kin",), lambda: kin_of(cohort))
        units = remember(cohort, ("units",), lambda: units_of(cohort))
        return Ledger(tuple(entries), tuple(self.locks), kin, units)


_books: dict[tuple[str, int, str], _Book] = {}
_guard = threading.Lock()


def ledger_name(cohort: Cohort) -> str:
    """The name under which a cohort's records are kept.

    A built-in cohort has its own name. What somebody brought has its owner's line: the same for
    the same files, for the same patients with the same outcomes, and for every version that
    replaced another (`data.uploads.store`); so a file that is handed over again finds its ledger,
    and
    mapping it otherwise does not begin the count of looks anew. Ids of patients alone would not do:
    001, 002 … are patients of many trials, and one trial's notes and locks would stand at another.
    A folder given at the start is its name and its patients: longer follow-up is the same trial.
    """
    name = cohort.study.name
    if name in builtin.names():
        return f"builtin:{name}"
    if line := cohorts.ledger_line(name):
        return line
    return remember(cohort, ("people",), lambda: _name_of_patients(cohort, name))


def _name_of_patients(cohort: Cohort, name: str) -> str:
    subjects = "\x1f".join([name, *sorted(cohort.subjects["subject"].astype(str))])
    return "people:" + sha256(subjects.encode()).hexdigest()[:32]


def read_ledger(cohort: Cohort) -> Ledger:
    """Everything that was looked at and locked in this cohort so far."""
    name = ledger_name(cohort)
    book = _book(name)
    with book.lock:
        _read_on(name, book)
        return book.ledger(cohort)


def record_look(question: Question, endpoints: Iterable[str], owner: str) -> Ledger:
    """Write down that these endpoints of the question are drawn now; StateDirError where one can't.

    A question and cut that stands in the ledger already is not written again.
    """
    cohort = cohorts.load(question.cohort)
    name = ledger_name(cohort)
    book = _book(name)
    with book.lock:
        _read_on(name, book)
        new = [one for one in _looks(cohort, question, endpoints)
               if not book.knows(one, question.cut)]  # fmt: skip
        if new:
            payloads = [{**asdict(one), "cut": list(question.cut)} for one in new]
            event_log.append_all(owner, name, "looks", payloads)
            _read_on(name, book)
        return book.ledger(cohort)


def _looks(cohort: Cohort, question: Question, endpoints: Iterable[str]) -> tuple[Look, ...]:
    """The looks of a question; of somebody's own data, which can be read otherwise, with a print.

    Built-in data and a folder given at the start are read in one way.
    """
    found = looks_of(cohort, question, endpoints)
    if not cohorts.ledger_line(cohort.study.name):
        return found
    return tuple(
        replace(one, data=remember(cohort, ("print", one.marker, one.endpoint),
                               partial(data_of, cohort, one)))
        for one in found
    )  # fmt: skip


def lock_cutoff(
    question: Question, name: str, reason: str, owner: str, *, origin: str = ""
) -> Ledger:
    """Lock the question's cut-off; NotLocked says what is missing.

    Whether it was locked before any outcome of the marker was drawn shows from the order of the
    records, which no client can write.
    """
    name, reason = (
        _checked_text(name, "name", LONGEST_NAME),
        _checked_text(reason, "reason", LONGEST_REASON),
    )
    if len(question.cut) != 1:
        raise NotLocked(ONE_AT_A_TIME)
    cohort = cohorts.load(question.cohort)
    _refuse_what_divides_nobody(cohort, question)
    here = read_ledger(cohort)
    same = [one for one in here.valid if one.split == split_of(question)]
    if same and same[-1].of(question):
        raise NotLocked(ALREADY_LOCKED)
    if sum(one.owner == owner for one in here.locks) >= LOCKS_TOO_MANY:
        raise NotLocked(TOO_MANY_LOCKS)
    fields = ("marker", "visit", "measure", "baseline", "where")
    split = {key: getattr(question, key) for key in fields}
    payload = {**split, "cut": question.cut[0], "name": name, "reason": reason, "origin": origin,
               "unit": here.units[question.marker]}  # fmt: skip
    event_log.append(owner, ledger_name(cohort), "locks", payload)
    return read_ledger(cohort)


def carry_over(question: Question, target: str, owner: str) -> Question:
    """Lock this question's locked cut-off in another cohort too, and give the question there."""
    if not cohorts.is_here(target) or target == question.cohort:
        raise NotLocked(CHOOSE_ANOTHER)
    found = read_ledger(cohorts.load(question.cohort)).lock_of(question)
    if found is None:
        raise NotLocked(LOCK_HERE_FIRST)
    there = question_there(question, target)
    title = cohorts.list_titles()[question.cohort]
    origin = f"{title}, {question.visit} ({found.at[:10]})"
    lock_cutoff(there, found.name, found.reason, owner, origin=origin)
    return there


def question_there(question: Question, target: str) -> Question:
    """The same split in another cohort, asked blind; NotLocked where it has no such marker."""
    cohort = cohorts.load(target)
    if question.marker not in question_choices.marker_choices(cohort):
        raise NotLocked(describe_no_marker(question))
    here = cohorts.load(question.cohort)
    _refuse_another_unit(here, cohort, question)
    visits = {name: _visit_there(here, getattr(question, name), cohort)
              for name in ("visit", "baseline") if getattr(question, name)}  # fmt: skip
    wanted = {"marker": question.marker, "measure": question.measure, **visits, "blind": BLIND}
    if question.where:
        wanted["where"] = question.where
    if question.endpoint in question_choices.endpoint_choices(cohort):
        wanted["endpoint"] = question.endpoint
    there = completion.complete_question(wanted, cohort)
    if there.notes:
        raise NotLocked(f"It cannot be carried over. {describe_note(there.notes[0]).sentence}")
    return there.question.changed(cut=question.cut)


def _refuse_another_unit(here: Cohort, there: Cohort, question: Question) -> None:
    """A number in one unit is another cut-off in another; a fold change has none."""
    units = [one.markers.set_index("marker")["unit"][question.marker] for one in (here, there)]
    known = [unit for unit in units if isinstance(unit, str) and unit]
    if question.measure != "fold" and len(set(known)) > 1:
        raise NotLocked(describe_other_unit(question, units))


def _visit_there(here: Cohort, visit: str, there: Cohort) -> str:
    """The visit of that name in another cohort; a baseline is the other's baseline."""
    baseline = here.visits.set_index("visit")["is_baseline"]
    if visit in set(there.visits["visit"]) or not baseline[visit]:
        return visit
    found = there.visits.loc[there.visits["is_baseline"], "visit"]
    return str(found.iloc[0]) if len(found) else visit


def _book(name: str) -> _Book:
    """The book of a cohort in this file of records; another file is another book."""
    with _guard:
        return _books.setdefault((*event_log.find_file(), name), _Book())


def _read_on(name: str, book: _Book) -> None:
    for record in event_log.read(cohort=name, after=book.last):
        book.take(record)


def _lock_from(record: Record) -> Lock:
    return Lock(record.sequence, record.at, record.owner, **record.payload)


def _refuse_what_divides_nobody(cohort: Cohort, question: Question) -> None:
    try:
        those = subgroup.restrict(cohort, question.where)
        divide(select_sample(those, question).values, question.cut)
    except NotEnoughData as reason:
        raise NotLocked(str(reason)) from None


def _checked_text(text: str, what: str, longest: int) -> str:
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not clean:
        raise NotLocked(ask_for(what))
    if len(clean) > longest:
        raise NotLocked(describe_long_text(what, longest))
    return clean
