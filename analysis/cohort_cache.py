"""What a cohort's questions share, worked out once: not results, but the rows they start from.

Every part of a page, and every place of a moved cut-off, begins with the same sample. A cohort is
known by the hash of its content, so an entry never goes stale; the oldest ones make room.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from data.cohort import Cohort

MOST = 128
T = TypeVar("T")
_kept: OrderedDict[Hashable, object] = OrderedDict()
_lock = threading.Lock()


def remember(cohort: Cohort, key: tuple[Hashable, ...], make: Callable[[], T]) -> T:
    """The value under `key` (strings and numbers) for this cohort; nobody may change it."""
    place = (cohort.id, *key)
    with _lock:
        if place in _kept:
            _kept.move_to_end(place)
            return cast(T, _kept[place])  # what this very key was made for
    made = make()
    with _lock:
        _kept[place] = made
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return made
