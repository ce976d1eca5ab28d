"""Cells of a table: many simulated trials of one kind, and whether their rates keep the bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context

import numpy as np
from scipy.stats import binom

from benchmarks.calibration import paths
from benchmarks.calibration.trials import CONDITIONS, EFFECTS, EVEN, simulate

SEED = 20261122
HIGHEST, LOWEST = 0.06, 0.04  # how often a headline may reject at .05, and how often it should
ENOUGH_EVENTS = 12  # from here on the lower bound holds
SURE = 0.01  # a bound is broken where chance alone would do this with this probability
PROCESSES = 2
KINDS = ("null", "power")
CHUNK = 100  # trials that share one stream of random numbers


@dataclass(frozen=True)
class Job:
    """Some trials of one cell: ``kind`` one of KINDS, and which condition or effect."""

    kind: str
    which: int
    n: int
    chunk: int
    trials: int
    permutations: int
    with_ratios: int = 0  # of these trials, how many also give hazard ratios


@dataclass(frozen=True, eq=False)
class Cell:
    """All trials of one kind and size: a row per trial, a column per name."""

    kind: str
    which: int
    n: int
    events: np.ndarray
    found: dict[str, np.ndarray] = field(repr=False)
    ratios: np.ndarray = field(repr=False)

    @property
    def name(self) -> str:
        """What the trials are, in words."""
        return (CONDITIONS if self.kind == "null" else EFFECTS)[self.which].name

    def rate(self, path: str) -> Rate:
        """How often a path found something."""
        return Rate(int(self.found[path].sum()), self.found[path].size)

    def rate_with_events(self, path: str) -> Rate:
        """The same among the trials with 12 events or more."""
        rows = self.events >= ENOUGH_EVENTS
        return Rate(int(self.found[path][rows].sum()), int(rows.sum()))


@dataclass(frozen=True)
class Rate:
    """``count`` of ``trials``; a bound is broken only where chance would hardly do it."""

    count: int
    trials: int

    @property
    def share(self) -> float:
        """The rate, 0 to 1."""
        return self.count / self.trials if self.trials else np.nan

    @property
    def error(self) -> float:
        """Its Monte-Carlo standard error."""
        return float(np.sqrt(self.share * (1 - self.share) / self.trials)) if self.trials else 0.0

    @property
    def too_high(self) -> bool:
        """Whether so many have a probability below 1 % if the true rate is 6 %."""
        return bool(self.trials and self.count > binom.ppf(1 - SURE, self.trials, HIGHEST))

    @property
    def too_low(self) -> bool:
        """Whether so few have a probability below 1 % if the true rate is 4 %."""
        return bool(self.trials and self.count < binom.ppf(SURE, self.trials, LOWEST))


def jobs(
    kind: str, which: Iterable[int], sizes: Iterable[int], trials: int, *,
    permutations: int = paths.PERMUTATIONS, with_ratios: int = 0,
) -> list[Job]:  # fmt: skip
    """The work of some cells in chunks; what a trial is does not depend on who computes it."""
    sizes = list(sizes)
    return [
        Job(kind, one, n, start // CHUNK, min(CHUNK, trials - start), permutations,
            max(0, min(CHUNK, with_ratios - start)))
        for one in which for n in sizes for start in range(0, trials, CHUNK)
    ]  # fmt: skip


def computed(work: list[Job], processes: int = 1) -> list[Cell]:
    """The cells of these jobs, in their order."""
    done = _run(work, processes)
    cells: dict[tuple[str, int, int], list] = {}
    for job, rows in zip(work, done, strict=True):
        cells.setdefault((job.kind, job.which, job.n), []).append(rows)
    return [_cell(*key, parts) for key, parts in cells.items()]


def simulated(job: Job) -> tuple[np.ndarray, np.ndarray]:
    """Every trial of one job: events and findings, and the hazard ratios of the first ones."""
    rng = np.random.default_rng([SEED, KINDS.index(job.kind), job.which, job.n, job.chunk])
    effect = EFFECTS[job.which] if job.kind == "power" else None
    condition = EVEN if effect else CONDITIONS[job.which]
    one = partial(paths.power_trial, effect=effect) if effect else paths.null_trial
    rows, ratios = [], []
    for i in range(job.trials):
        trial, seed = simulate(rng, job.n, condition, effect), int(rng.integers(2**31))
        rows.append(one(trial, seed=seed, permutations=job.permutations))
        if i < job.with_ratios:
            ratios.append(paths.ratios(trial, seed))
    return np.array(rows), np.array(ratios).reshape(-1, len(paths.RATIOS))


def _run(work: list[Job], processes: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    if processes < 2:
        return map(simulated, work)
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        return iter(list(pool.map(simulated, work)))


def _cell(kind: str, which: int, n: int, parts: list) -> Cell:
    rows = np.concatenate([part[0] for part in parts])
    names = paths.POWER if kind == "power" else paths.NULL
    found = dict(zip(names, rows[:, 1:].T, strict=True))
    return Cell(kind, which, n, rows[:, 0], found, np.concatenate([part[1] for part in parts]))
