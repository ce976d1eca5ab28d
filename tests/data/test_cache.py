"""The cache keeps objects as they are, bounded, and is safe between threads."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from flask import Flask

import data.cache
from data.cache import CONFIG, InProcessCache


@pytest.fixture
def cache():
    """The program's cache object in an app of its own."""
    app = Flask("test")
    data.cache.cache.init_app(app, config=CONFIG)
    with app.app_context():
        yield data.cache.cache
        data.cache.cache.clear()


class Unpicklable:
    """An object that no pickling back end could keep."""

    def __init__(self):
        self.lock = threading.Lock()

    def __reduce__(self):
        raise TypeError("never pickled")


def test_objects_come_back_themselves(cache):
    kept = Unpicklable()
    cache.set("x", kept)
    assert cache.get("x") is kept
    assert cache.get("y") is None


def test_nothing_is_pickled():
    assert "import pickle" not in Path(data.cache.__file__).read_text(encoding="utf-8")
    assert not hasattr(InProcessCache(), "serializer")


def test_frames_that_differ_in_one_middle_cell_are_two(cache):
    """Their printed text is the same; under keys of our own each stays what it is."""
    first = pd.DataFrame({"x": np.zeros(1_000)})
    second = first.copy()
    second.loc[500, "x"] = 1.0
    assert str(first) == str(second)
    cache.set("cohort:1", first)
    cache.set("cohort:2", second)
    assert cache.get("cohort:1")["x"].sum() == 0
    assert cache.get("cohort:2")["x"].sum() == 1


def test_memoised_functions_run_once_a_key(cache):
    calls = []

    @cache.memoize()
    def answer(cohort: str, cut: float):
        calls.append((cohort, cut))
        return Unpicklable()

    assert answer("a", 1.0) is answer("a", 1.0)
    assert answer("a", 2.0) is not answer("a", 1.0)
    assert calls == [("a", 1.0), ("a", 2.0)]


def test_the_one_used_longest_ago_goes_first():
    cache = InProcessCache(threshold=2)
    cache.set("a", 1)
    cache.set("b", 2)
    cache.get("a")
    cache.set("c", 3)
    assert [cache.get(key) for key in "abc"] == [1, None, 3]


def test_what_expires_is_gone(monkeypatch):
    cache = InProcessCache()
    now = time.monotonic()
    cache.set("short", 1, timeout=10)
    cache.set("long", 2)
    monkeypatch.setattr(time, "monotonic", lambda: now + 11)
    assert cache.get("short") is None
    assert not cache.has("short")
    assert cache.get("long") == 2


def test_add_delete_and_clear():
    cache = InProcessCache()
    assert cache.add("a", 1)
    assert not cache.add("a", 2)
    assert cache.get("a") == 1
    assert cache.delete("a")
    assert not cache.delete("a")
    cache.set("b", None)
    assert cache.has("b")
    assert cache.clear()
    assert not cache.has("b")


def test_threads_share_it():
    cache = InProcessCache(threshold=50)

    def work(n):
        for i in range(500):
            cache.set(f"{(n * 7 + i) % 80}", i)
            cache.get(f"{i % 80}")
            if i % 50 == 0:
                cache.delete(f"{n}")
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))
    assert sum(cache.has(str(key)) for key in range(80)) <= 50
