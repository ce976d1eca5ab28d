"""The one memoised way from a question to a result.

The key holds strings and numbers only: the analysis, the cohort's content hash and the fields
that the analysis says it reads. The other fields are emptied, so a forgotten one shows at once.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from analysis.question import Question
from analysis.registry import Analysis
from analysis.stats.errors import NotEnoughData
from data.cache import cache
from services import cohorts

_locks: dict[str, threading.Lock] = {}
_guard = threading.Lock()


@dataclass(frozen=True)
class NoAnswer:
    """Why there is no result, in words; kept like a result."""

    sentence: str


def evaluate(analysis: Analysis, question: Question) -> Any:
    """The result of `analysis`, or `NoAnswer`; computed once per key, also under concurrency."""
    key, read = _key(analysis, question)
    found = cache.get(key)
    if found is None:
        with _lock_of(key):
            found = cache.get(key) or _compute(key, analysis, read)
        _locks.pop(key, None)
    return found


def find_evaluated(analysis: Analysis, question: Question) -> Any:
    """The result if it has been computed before, else None: for those who must not wait."""
    return cache.get(_key(analysis, question)[0])


def _key(analysis: Analysis, question: Question) -> tuple[str, Question]:
    read = question.reading(analysis.reads)
    return f"answer:{analysis.name}:{cohorts.load_for(question).id}:{read!r}", read


def _compute(key: str, analysis: Analysis, read: Question) -> Any:
    try:
        found = analysis.run(cohorts.load_for(read), read)
    except NotEnoughData as reason:
        found = NoAnswer(str(reason))
    cache.set(key, found, timeout=0)
    return found


def _lock_of(key: str) -> threading.Lock:
    with _guard:
        return _locks.setdefault(key, threading.Lock())
