"""Cells of a table: many simulated trials of one kind, and whether their rates keep the bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

import numpy as np
from scipy.stats import binom

from benchmarks.calibration import doses, paths
from benchmarks.calibration.trials import CONDITIONS, EFFECTS, EVEN, Effect, Trial, simulate

SEED = 20261122
HIGHEST, LOWEST = 0.06, 0.04  # how often a headline may reject at .05, and how often it should
ENOUGH_EVENTS = 12  # from here on the lower bound holds
SURE = 0.01  # a bound is broken where chance alone would do this with this probability
PROCESSES = 2
KINDS = {  # what is simulated, and the ways through it; in this order, as it is part of the seed
    "null": (CONDITIONS, paths.NULL),
    "power": (EFFECTS, paths.POWER),
    "dose": (doses.NULLS, doses.PATHS),
    "dose, power": (doses.EFFECTS, doses.PATHS),
}
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
        return KINDS[self.kind][0][self.which].name

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
    seeds = [SEED, list(KINDS).index(job.kind), job.which, job.n, job.chunk]
    rng, rows, ratios = np.random.default_rng(seeds), [], []
    for i in range(job.trials):
        trial = _trial(rng, job)
        seed = int(rng.integers(2**31))
        rows.append(_row(trial, job, seed))
        if i < job.with_ratios:
            ratios.append(paths.ratios(trial, seed))
    return np.array(rows), np.array(ratios).reshape(-1, len(paths.RATIOS))


def _trial(rng: np.random.Generator, job: Job) -> Trial | doses.DoseTrial:
    what = KINDS[job.kind][0][job.which]
    if isinstance(what, doses.DoseEffect):
        return doses.simulate_doses(rng, job.n, what)
    if isinstance(what, Effect):
        return simulate(rng, job.n, EVEN, what)
    return simulate(rng, job.n, what)


def _row(trial: Trial | doses.DoseTrial, job: Job, seed: int) -> np.ndarray:
    if isinstance(trial, doses.DoseTrial):
        return doses.dose_trial(trial, seed, job.permutations)
    if job.kind == "power":
        return paths.power_trial(trial, EFFECTS[job.which], seed, job.permutations)
    return paths.null_trial(trial, seed, job.permutations)


def _run(work: list[Job], processes: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    if processes < 2:
        return map(simulated, work)
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        return iter(list(pool.map(simulated, work)))


def _cell(kind: str, which: int, n: int, parts: list) -> Cell:
    rows = np.concatenate([part[0] for part in parts])
    found = dict(zip(KINDS[kind][1], rows[:, 1:].T, strict=True))
    return Cell(kind, which, n, rows[:, 0], found, np.concatenate([part[1] for part in parts]))
