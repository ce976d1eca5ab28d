"""The ledger: which questions of a cohort had their outcome drawn, and which cuts were locked.

Correcting over the cuts of one marker is not enough: whoever looks at all markers of a trial finds
something. So every distinct question whose outcome was drawn counts, over all users of the cohort
and for good; its cut-offs are listed, not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from hashlib import sha256

from analysis.question import Question
from analysis.question.choices import landmark_time
from analysis.stats.cutoff import MIN_FRACTION
from data.cohort import Cohort

LONGEST_NAME, LONGEST_REASON = 80, 300  # characters of a lock


@dataclass(frozen=True)
class Look:
    """One question as the ledger counts it: everything that makes it another test, but the cut.

    `landmark` is the visit's scheduled time in the study's unit, `population` the filter on
    patients ("" = all), `tau` the restriction time that the study sets. `data` tells apart what
    one name stood for in data that can be read otherwise (`data_of`; "" where they cannot).
    """

    marker: str
    visit: str
    measure: str
    baseline: str
    clock: str
    endpoint: str
    landmark: str = ""
    population: str = ""
    tau: str = ""
    min_fraction: float = MIN_FRACTION
    data: str = ""


@dataclass(frozen=True)
class Entry:
    """A counted question: its number in the order of first looks, when, and the cuts shown."""

    look: Look
    sequence: int
    at: str
    cuts: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class Lock:
    """A cut-off written down with name, time and reason; `origin` names another cohort's.

    `unit` is that of the marker when it was locked: None in records that do not tell it.
    """

    sequence: int
    at: str
    owner: str
    name: str
    reason: str
    marker: str
    visit: str
    measure: str
    baseline: str
    cut: float
    origin: str = ""
    where: str = ""
    unit: str | None = None

    def of(self, question: Question) -> bool:
        """Whether this is the lock of exactly this split of the patients."""
        return self.split == split_of(question) and question.cut == (self.cut,)

    @property
    def split(self) -> tuple[str, ...]:
        """What it divides by, but for the cut."""
        return self.marker, self.visit, self.measure, self.baseline, self.where

    @property
    def source(self) -> str:
        """ "locked by A. Smith on 2026-11-22 09:30 UTC: the reason"."""
        origin = f", carried over from {self.origin}" if self.origin else ""
        return f"locked by {self.name} on {when(self.at)}{origin}: {self.reason}"


@dataclass(frozen=True)
class Ledger:
    """Everything that was looked at and locked in one cohort, in the order in which it happened.

    `kin` gives the markers that share values with one: what it is worked out from, and what is
    worked out from it. Who has seen the outcome of one has seen much of the other's. `units` are
    those that the markers have now: a number that was locked in another one is no cut-off here.
    """

    entries: tuple[Entry, ...] = ()
    locks: tuple[Lock, ...] = ()
    kin: Mapping[str, frozenset[str]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """The number k of distinct questions whose outcome was drawn."""
        return len(self.entries)

    def first_look(self, marker: str) -> Entry | None:
        """When an outcome was first drawn for this marker or its kin, by anyone."""
        known = self.kin.get(marker, frozenset()) | {marker}
        return next((entry for entry in self.entries if entry.look.marker in known), None)

    def lock_of(self, question: Question) -> Lock | None:
        """The latest lock of exactly this split."""
        return next((lock for lock in reversed(self.valid) if lock.of(question)), None)

    @cached_property
    def valid(self) -> tuple[Lock, ...]:
        """The locks whose number still means what it meant: a fold change has no unit."""
        return tuple(one for one in self.locks if self._same_unit(one))

    def _same_unit(self, lock: Lock) -> bool:
        now = self.units.get(lock.marker)
        return lock.measure == "fold" or None in (lock.unit, now) or lock.unit == now

    def fixed_by(self, question: Question) -> Lock | None:
        """The lock that fixed this split before any outcome of its marker was drawn.

        Of several locks of one marker, visit and measure before that only the last one holds,
        whoever wrote it: to lock many cuts and then to choose would be a search.
        """
        lock = self.holding.get(split_of(question))
        return lock if lock and lock.of(question) else None

    @cached_property
    def holding(self) -> dict[tuple[str, ...], Lock]:
        """The locks that fix a cut-off beforehand, by marker, visit, measure and baseline."""
        found = {}
        for lock in self.valid:
            first = self.first_look(lock.marker)
            if first is None or lock.sequence < first.sequence:
                found[lock.split] = lock
        return found

    def covers(self, question: Question) -> bool:
        """Whether the outcome stays covered: asked blind, and this split is not locked."""
        return bool(question.blind) and self.lock_of(question) is None


def looks_of(cohort: Cohort, question: Question, endpoints: Iterable[str]) -> tuple[Look, ...]:
    """What is looked at when these endpoints of the question are drawn."""
    at = landmark_time(cohort, question.visit)
    return tuple(
        Look(
            marker=question.marker,
            visit=question.visit,
            measure=question.measure,
            baseline=question.baseline,
            clock=question.clock,
            endpoint=code,
            landmark=f"{at:.6g}",
            population=question.where,
            tau=_tau(cohort, code),
        )
        for code in endpoints
    )


def data_of(cohort: Cohort, look: Look) -> str:
    """A hash of the order in which the look's marker and outcome put the patients, and of events.

    Whoever maps a column, a formula or the event's codes otherwise asks another question under the
    same name; another unit changes no order and is none.
    """
    outcomes = cohort.outcomes[cohort.outcomes["endpoint"] == look.endpoint]
    values = cohort.measurements[cohort.measurements["marker"] == look.marker]
    frames = (
        outcomes.assign(rank=outcomes["time"].round(9).rank())[["subject", "rank", "event"]],
        values.assign(rank=values["value"].rank())[["subject", "visit", "rank", "below_limit"]],
    )
    rows = [sorted(map(repr, frame.itertuples(index=False, name=None))) for frame in frames]
    return sha256(repr(rows).encode()).hexdigest()[:16]


LOOK_FIELDS = tuple(one.name for one in fields(Look))


def kin_of(cohort: Cohort) -> dict[str, frozenset[str]]:
    """For each marker those of its formula, and those whose formula names it."""
    codes = set(cohort.markers["marker"])
    parts = {
        row.marker: codes.intersection(re.findall(r"[A-Za-z_]\w*", row.formula))
        for row in cohort.markers.itertuples()
        if isinstance(row.formula, str)
    }
    return {
        code: frozenset(parts.get(code, set()) | {one for one in parts if code in parts[one]})
        for code in codes
    }


def units_of(cohort: Cohort) -> dict[str, str]:
    """The unit of each marker, "" where it has none."""
    units = cohort.markers.set_index("marker")["unit"].fillna("")
    return {marker: " ".join(str(unit).split()) for marker, unit in units.items()}


def when(at: str) -> str:
    """A record's time for people: "2026-11-22 09:30 UTC"."""
    return f"{at[:10]} {at[11:16]} UTC"


def _tau(cohort: Cohort, code: str) -> str:
    tau = cohort.study.endpoint(code).tau
    return "" if tau is None else f"{tau:g}"


def split_of(question: Question) -> tuple[str, ...]:
    """What a question divides, and by what, but for the cut: a lock holds for one population."""
    return (
        question.marker, question.visit, question.measure, question.baseline, question.where,
    )  # fmt: skip
