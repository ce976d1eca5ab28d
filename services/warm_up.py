"""What is made ready before the first visitor is let in."""

from __future__ import annotations

import gc
import threading

from analysis.stats import cutoff, trend
from analysis.stats.cutoff import one_cut
from analysis.stats.trend import models
from data.state_dir import StateDirError
from data.uploads import store
from services import cohorts
from services.request.audit import LOG, plain

_warm = threading.Event()


def begin() -> None:
    """Load the compiled kernels beside the start of the server."""
    threading.Thread(target=_load, name="kernels", daemon=True).start()


def ready() -> bool:
    """Whether every cohort has been read and the kernels are loaded."""
    return _warm.is_set() and cohorts.all_read()


def _load() -> None:
    one_cut.warm()
    cutoff.warm()
    trend.warm()
    _warm.set()
    models.warm()
    _clear()
    # What is loaded by now stays: a collection that walks through it all stops every answer for
    # a quarter of a second.
    gc.collect()
    gc.freeze()


def _clear() -> None:
    """What a crash left behind goes; a folder that can only be read is used as it is."""
    try:
        store.recover()
    except (store.StoreError, StateDirError, OSError) as reason:
        LOG.warning("the data sets could not be tidied: %s", plain(reason))
