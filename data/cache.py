"""The one Flask-Caching object, with a back end that keeps objects as they are.

Flask-Caching's own back ends pickle; this one keeps references, so nothing is copied, nothing
unpickled, and frames come back as the object that went in: treat what you get as frozen. Memoise
on strings and numbers only, a frame as an argument is keyed by its printed text.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cachetools import TLRUCache
from flask_caching import Cache
from flask_caching.backends.base import BaseCache


class InProcessCache(BaseCache):
    """Objects by key within this process; the one used longest ago goes first. Thread-safe."""

    def __init__(self, threshold: int = 500, default_timeout: int = 0, **options: Any) -> None:
        super().__init__(default_timeout, **options)
        self._entries: TLRUCache = TLRUCache(threshold, _expires, timer=lambda: time.monotonic())
        self._lock = threading.RLock()

    @classmethod
    def factory(cls, app, config, args, kwargs) -> InProcessCache:
        """What Flask-Caching calls to make the back end."""
        return cls(*args, **{"threshold": config["CACHE_THRESHOLD"], **kwargs})

    def get(self, key: str) -> Any:
        """The object, or None."""
        with self._lock:
            return self._entries.get(key, _NOTHING).value

    def has(self, key: str) -> bool:
        """Whether the key is there and has not expired."""
        with self._lock:
            return key in self._entries

    def set(self, key: str, value: Any, timeout: int | timedelta | None = None) -> bool:
        """Keep the object, in place of an earlier one."""
        with self._lock:
            self._entries[key] = _Entry(value, self._normalize_timeout(timeout))
        return True

    def add(self, key: str, value: Any, timeout: int | timedelta | None = None) -> bool:
        """Keep the object unless there is one already."""
        with self._lock:
            return not self.has(key) and self.set(key, value, timeout)

    def delete(self, key: str) -> bool:
        """Forget the object; whether there was one."""
        with self._lock:
            return self._entries.pop(key, None) is not None

    def clear(self) -> bool:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
        return True


@dataclass(frozen=True)
class _Entry:
    value: Any
    seconds: float = 0.0  # that it may be used; 0 for ever


_NOTHING = _Entry(None)


def _expires(key: str, entry: _Entry, now: float) -> float:
    return now + entry.seconds if entry.seconds > 0 else math.inf


CONFIG = {
    "CACHE_TYPE": "data.cache.InProcessCache",
    "CACHE_THRESHOLD": 500,
    "CACHE_DEFAULT_TIMEOUT": 0,  # answers never go stale: their key holds the content hash
}
cache = Cache()
