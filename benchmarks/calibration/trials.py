"""Simulated trials: progression-free and overall survival, and six markers; times in months."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

MARKERS = 6
ALIKE = 0.3  # correlation of any two markers
TO_PROGRESSION, TO_DEATH = 4.0, 8.0  # mean months to progression or death, and from there on
DEATHS_FIRST = 0.2  # of the patients die without progression before
FEW = 10  # progressions or deaths that a short follow-up is made to see, or
FEW_SHARE = 0.35  # of the patients, where that is fewer
SMALL = 1 / 6  # share of the patients in a small group


@dataclass(frozen=True, eq=False)
class Trial:
    """One trial: (time, event) of each endpoint, and the markers, shape (markers, patients)."""

    pfs: tuple[np.ndarray, np.ndarray]
    os: tuple[np.ndarray, np.ndarray]
    markers: np.ndarray

    @property
    def endpoints(self) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
        """PFS and OS."""
        return self.pfs, self.os


@dataclass(frozen=True)
class Condition:
    """How the patients of a trial are followed; ``follow(rng, marker)`` gives months."""

    name: str
    follow: Callable[[np.random.Generator, np.ndarray], np.ndarray]
    coarse: bool = False  # whole months, and a marker of five values


@dataclass(frozen=True)
class Effect:
    """What the first marker does; ``log_ratio(marker)`` is each patient's log hazard ratio."""

    name: str
    log_ratio: Callable[[np.ndarray], np.ndarray]
    share: float = 0.5  # of the patients above the true cut


def simulate(
    rng: np.random.Generator, n: int, condition: Condition, effect: Effect | None = None
) -> Trial:
    """A trial of n patients; without an effect no marker has to do with any outcome."""
    shared = rng.standard_normal(n)
    markers = np.sqrt(ALIKE) * shared + np.sqrt(1 - ALIKE) * rng.standard_normal((MARKERS, n))
    if condition.coarse:
        markers = np.clip(np.round(markers), -2, 2)
    slower = np.exp(-effect.log_ratio(markers[0])) if effect else 1.0
    progressed = rng.exponential(TO_PROGRESSION, n) * slower
    lived_on = rng.exponential(TO_DEATH, n) * slower * (rng.random(n) > DEATHS_FIRST)
    until = condition.follow(rng, markers[0])
    pfs, os = (_seen(time, until, condition) for time in (progressed, progressed + lived_on))
    return Trial(pfs, os, markers)


def _seen(time, until, condition: Condition) -> tuple[np.ndarray, np.ndarray]:
    seen = np.minimum(time, until)
    return (np.ceil(seen) if condition.coarse else seen), time <= until


def _all(rng, marker):
    return np.full(marker.size, np.inf)


def _even(rng, marker):
    return rng.uniform(0, 12, marker.size)


def _uneven(rng, marker):
    late = rng.random(marker.size) < 2 / 3
    return np.where(late, rng.uniform(0, 2, marker.size), rng.uniform(6, 30, marker.size))


def _by_marker(rng, marker):
    return rng.exponential(1, marker.size) / (0.15 * np.exp(marker))


def _short(rng, marker):
    share = min(FEW / marker.size, FEW_SHARE)
    return np.full(marker.size, -TO_PROGRESSION * np.log1p(-share))


def _top(marker: np.ndarray, share: float) -> np.ndarray:
    return marker > true_cut(marker, share)


def true_cut(marker: np.ndarray, share: float) -> float:
    """The cut with that share of the patients above it."""
    return float(np.sort(marker)[marker.size - 1 - round(marker.size * share)])


CONDITIONS = (
    Condition("no censoring", _all),
    Condition("even censoring", _even),
    Condition("uneven, heavy censoring", _uneven),
    Condition("censoring that depends on the marker", _by_marker),
    Condition("ties in marker and time", _even, coarse=True),
    Condition("few events", _short),
)
EVEN = CONDITIONS[1]
EFFECTS = (
    Effect("a sixth does well, HR 1/3", lambda x: -np.log(3) * _top(x, SMALL), SMALL),
    Effect("a sixth does badly, HR 3", lambda x: np.log(3) * _top(x, SMALL), SMALL),
    Effect("upper half does badly, HR 2", lambda x: np.log(2) * _top(x, 0.5)),
    Effect("linear, HR 1.5 per SD", lambda x: np.log(1.5) * x),
)
