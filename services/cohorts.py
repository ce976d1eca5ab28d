"""The cohorts that can be asked, by the name that stands in the address.

Shared ones (built in, or given at the start) are everybody's. A data set that somebody brought is
known to that owner alone: each call looks at whose request it is, before anything that is kept in
memory is given out. To everybody else its code is a name like any other that does not exist.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from flask import g, has_request_context

from analysis.question import Question, subgroup
from analysis.question import choices as question_choices
from data.cache import cache
from data.cohort import Cohort
from data.sources import builtin, read_cohort
from data.uploads import store
from data.uploads.repository import CODE
from data.validate import refuse
from services.request.owner import known_owner
from wording.refusals import refuse_builtin_name

MOST = 12  # people's cohorts in memory, the ones used last
MOST_BYTES = 100_000_000  # of their files
_lock = threading.Lock()


@dataclass
class Entry:
    """How a cohort is read, and its content hash once it has been."""

    read: Callable[[], Cohort]
    id: str = ""


_entries: dict[str, Entry] = {}
_titles: dict[str, str] = {}
_own: OrderedDict[tuple[str, str, str], tuple[Cohort, int]] = OrderedDict()


def open_builtin() -> None:
    """Offer the cohorts that come with the program."""
    for name in builtin.names():
        _entries[name] = Entry(partial(builtin.load, name))


def open_folder(path: str) -> str:
    """Offer a folder of tidy CSV files too, and give its name; DataProblems if unreadable."""
    cohort = read_cohort(path)
    if cohort.study.name in builtin.names():
        raise refuse(refuse_builtin_name(cohort))
    _entries[cohort.study.name] = Entry(lambda: cohort)
    return cohort.study.name


def list_names() -> list[str]:
    """Names of every cohort: a folder given at the start, the built-in ones, this visitor's own."""
    return [*list_shared(), *(one.code for one in list_own())]


def list_shared() -> list[str]:
    """Names of the cohorts that are everybody's, a folder given at the start first."""
    return sorted(_entries, key=lambda name: name in builtin.names())


def list_own() -> list[store.DataSet]:
    """The data sets of this visitor; none outside a request."""
    owner = _owner()
    return [one for one in store.list_datasets(owner) if not one.damaged] if owner else []


def load(name: str) -> Cohort:
    """The cohort of that name; KeyError where there is none, or none for this visitor.

    StoreError where it is this visitor's own and damaged.
    """
    if name not in _entries:
        return _load_own(name)
    entry = _entries[name]
    found = cache.get(_key(entry)) if entry.id else None
    if found is None:
        with _lock:  # two first visitors read it once
            found = (cache.get(_key(entry)) if entry.id else None) or _read(entry)
    return found


def is_here(name: str) -> bool:
    """Whether this visitor has a cohort of that name now."""
    return name in _entries or _find(name) is not None


def scope(name: str) -> str:
    """Whose memory an answer about this name belongs to: "" for everybody's."""
    return "" if not name or name in _entries else _owner() or "nobody"


def ledger_line(name: str) -> str:
    """The name under which the records of a visitor's own data set are kept; "" for others."""
    return (
        "" if name in _entries or not CODE.fullmatch(name) else store.find_lineage(_owner(), name)
    )


def find_gone(name: str) -> store.RemovedDataSet | None:
    """What became of a data set that this visitor had."""
    return store.find_removed(_owner(), name) if CODE.fullmatch(name) else None


def load_for(question: Question) -> Cohort:
    """The patients that a question is about: its cohort, or the population in it.

    Every analysis gets its patients from here, so that none answers for others.
    """
    return subgroup.restrict(load(question.cohort), question.where)


def list_titles() -> dict[str, str]:
    """Name and short title of every cohort, for choosing one."""
    for name in list_shared():
        if name not in _titles:
            study = load(name).study
            _titles[name] = study.label
    return {
        **{name: _titles[name] for name in list_shared()},
        **{one.code: one.title for one in list_own()},
    }


def list_with_marker(marker: str) -> list[str]:
    """Names of the cohorts in which this marker was measured; people's own are not read for it."""
    return [
        *(name for name in list_shared() if marker in question_choices.marker_choices(load(name))),
        *(one.code for one in list_own() if marker in one.markers),
    ]


def all_read() -> bool:
    """Whether every cohort has been read."""
    return all(entry.id for entry in _entries.values())


def _read(entry: Entry) -> Cohort:
    cohort = entry.read()
    entry.id = cohort.id
    cache.set(_key(entry), cohort, timeout=0)
    return cohort


def _key(entry: Entry) -> str:
    return f"cohort:{entry.id}"


def _owner() -> str:
    """Whose request this is; "" outside of one, and without a cookie of ours."""
    if not has_request_context():
        return ""
    if "visitor" not in g:
        g.visitor = known_owner() or ""
    return str(g.visitor)


def _find(name: str) -> store.DataSet | None:
    """A visitor's own data set; the disk is asked once a request."""
    owner = _owner()
    if not owner or not CODE.fullmatch(name):
        return None
    known_here: dict[str, store.DataSet] = g.setdefault("own_cohorts", {})
    if name not in known_here:
        with suppress(KeyError):
            known_here[name] = store.find(owner, name)
    return known_here.get(name)


def _load_own(name: str) -> Cohort:
    """A visitor's own cohort; whether it still is one is looked up on the disk each request."""
    found = _find(name)
    if found is None:
        raise KeyError(name)
    key = (_owner(), name, found.title)
    with _lock:
        if key not in _own:
            _own[key] = store.load(_owner(), name), found.size
        _own.move_to_end(key)
        while len(_own) > 1 and (len(_own) > MOST or _bytes() > MOST_BYTES):
            _own.popitem(last=False)
        return _own[key][0]


def _bytes() -> int:
    return sum(size for _, size in _own.values())
