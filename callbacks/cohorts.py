"""The cohorts that can be asked, by the name that stands in the address.

Frames are read once and kept in the cache under their content hash; names only point there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from analysis import population
from analysis.question import Question
from data.cache import cache
from data.cohort import Cohort
from data.sources import builtin, read_cohort
from data.validate import refuse

_lock = threading.Lock()


@dataclass
class Entry:
    """How a cohort is read, and its content hash once it has been."""

    read: Callable[[], Cohort]
    id: str = ""


_entries: dict[str, Entry] = {}
_titles: dict[str, str] = {}


def open_builtin() -> None:
    """Offer the cohorts that come with the program."""
    for name in builtin.names():
        _entries[name] = Entry(partial(builtin.load, name))


def open_folder(path: str) -> str:
    """Offer a folder of tidy CSV files too, and give its name; DataProblems if unreadable."""
    cohort = read_cohort(path)
    if cohort.study.name in builtin.names():
        raise refuse(
            f"the name “{cohort.study.name}” belongs to a built-in cohort; rename this one"
        )
    _entries[cohort.study.name] = Entry(lambda: cohort)
    return cohort.study.name


def names() -> list[str]:
    """Names of every cohort, a folder given at the start first."""
    return sorted(_entries, key=lambda name: name in builtin.names())


def load(name: str) -> Cohort:
    """The cohort of that name; KeyError where there is none."""
    entry = _entries[name]
    found = cache.get(_key(entry)) if entry.id else None
    if found is None:
        with _lock:  # two first visitors read it once
            found = (cache.get(_key(entry)) if entry.id else None) or _read(entry)
    return found


def asked(question: Question) -> Cohort:
    """The patients that a question is about: its cohort, or the population in it.

    Every analysis gets its patients from here, so that none answers for others.
    """
    return population.restrict(load(question.cohort), question.where)


def titles() -> dict[str, str]:
    """Name and short title of every cohort, for choosing one."""
    for name in names():
        if name not in _titles:
            study = load(name).study
            _titles[name] = study.short_title or study.title
    return {name: _titles[name] for name in names()}


def ready() -> bool:
    """Whether every cohort has been read."""
    return all(entry.id for entry in _entries.values())


def _read(entry: Entry) -> Cohort:
    cohort = entry.read()
    entry.id = cohort.id
    cache.set(_key(entry), cohort, timeout=0)
    return cohort


def _key(entry: Entry) -> str:
    return f"cohort:{entry.id}"
