"""The escalation: who entered which dose level in which order, and who had a limiting toxicity.

The rates are per evaluable patient, with exact intervals. The maximum tolerated dose is what the
rule of the design names; no model estimates it here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd

from analysis.cohort.strata import Strata, find_strata
from analysis.stats.estimates import clopper_pearson
from data.cohort import Cohort

COHORT = 3  # patients that enter together under the 3+3 rule
FULL = 6  # patients of a level that the rule judges; those who come later are an expansion
RULES = ("3+3",)  # designs whose rule is known here
DECISIONS = ("too high", "tolerated", "tolerated, open", "wait", "expand", "open", "expansion")


@dataclass(frozen=True)
class Step:
    """One group of patients that entered a level one after the other; counts are of the level
    up to and with this group, of evaluable patients."""

    first: int  # place in the order of entry, from 1
    last: int
    level: int
    kinds: tuple[str, ...]  # the dose-limiting toxicities of this group
    dlts: int  # patients of this group with one
    evaluable: int  # of this group
    so_far: tuple[int, int]  # patients with a DLT, and evaluable patients, of the level
    judged: tuple[int, int]  # the same of its first six, of whom the rule speaks
    decision: str  # what the rule says after it (DECISIONS); "" without a rule


@dataclass(frozen=True, eq=False)
class NoEscalation:
    """Doses were not escalated, and why."""

    why: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Escalation:
    """The escalation.

    `patients`: subject patient place level evaluable judged dlt kinds, in the order of the rows;
    `patient` is the row among all subjects, `place` the order of entry, or the place within the
    level where that order is not known; `judged` marks the first six evaluable ones of a level.
    `rates`: label n evaluable dlts rate lower upper kinds mtd, a row per dose level.
    """

    patients: pd.DataFrame
    rates: pd.DataFrame
    steps: tuple[Step, ...]
    levels: Strata
    ordered: bool  # whether the order of entry is known
    recorded: bool  # whether toxicities are in the data at all
    mtd: float | None  # the maximum tolerated dose that the study states
    at_mtd: int | None  # its level, where patients were treated at it
    rule: str  # the design's rule, of RULES; "" for another
    named: int | None  # the level that the rule names as MTD from these counts
    n: int  # patients of the cohort, with a dose level or without
    unit: str


def reconstruct_escalation(cohort: Cohort) -> Escalation | NoEscalation:
    """The escalation of a cohort, or why there was none."""
    levels, study = find_strata(cohort), cohort.study
    if not levels.ordered:
        why = "No doses are recorded in this study, so there is no escalation and no MTD to show."
        if len(levels.labels) > 1:
            why = ("The arms of this study are no dose levels: there was no escalation, and there "
                   "is no maximum tolerated dose.")  # fmt: skip
        return NoEscalation(why)
    ordered = study.conduct.rows == "entry"
    patients, recorded = _patients(cohort, levels, ordered), _recorded(cohort)
    rates = _rates(patients, levels, study.mtd)
    rule = study.conduct.escalation if study.conduct.escalation in RULES else ""
    steps = _steps(patients, bool(rule) and recorded) if ordered else ()
    at_mtd = levels.doses.index(study.mtd) if study.mtd in levels.doses else None
    return Escalation(
        patients=patients,
        rates=rates,
        steps=steps,
        levels=levels,
        ordered=ordered,
        recorded=recorded,
        mtd=study.mtd,
        at_mtd=at_mtd,
        rule=rule,
        named=rule_mtd(_counts(patients, rates, ordered)),
        n=cohort.n,
        unit=study.dose_unit,
    )


# ------------------------------------------------------------------------------------ patients


def _recorded(cohort: Cohort) -> bool:
    """Whether toxicities were written down: without one of them, none may mean not recorded."""
    return bool(cohort.events["kind"].isin(["dlt", "ae"]).any())


def _patients(cohort: Cohort, levels: Strata, ordered: bool) -> pd.DataFrame:
    subjects, events = cohort.subjects["subject"], cohort.events
    level = subjects.map(levels.of)
    limiting = events[events["kind"].eq("dlt")]
    kinds = limiting.groupby("subject")["label"].agg(lambda found: tuple(dict.fromkeys(found)))
    dosed = set(events.loc[events["kind"].eq("dose"), "subject"])
    rows = pd.DataFrame(
        {
            "subject": subjects,
            "patient": np.arange(len(subjects)),
            "level": level,
            "dlt": subjects.isin(limiting["subject"]),
            "kinds": [kinds.get(one, ()) for one in subjects],
        }
    )
    # Where dosing is recorded, a patient who was never dosed cannot be judged.
    rows["evaluable"] = rows["dlt"] | subjects.isin(dosed) | (not dosed)
    rows = rows[rows["level"].notna()].reset_index(drop=True)
    rows["level"] = rows["level"].astype(int)
    within = rows.groupby("level").cumcount() + 1
    rows["judged"] = rows["evaluable"] & (rows.groupby("level")["evaluable"].cumsum() <= FULL)
    rows["place"] = np.arange(1, len(rows) + 1) if ordered else within
    return rows


def _rates(patients: pd.DataFrame, levels: Strata, mtd: float | None) -> pd.DataFrame:
    rows = []
    for level, label in enumerate(levels.labels):
        mine = patients[patients["level"].eq(level)]
        n, dlts = int(mine["evaluable"].sum()), int(mine["dlt"].sum())
        lower, upper = clopper_pearson(dlts, n)
        rows.append(
            {
                "label": label,
                "n": len(mine),
                "evaluable": n,
                "dlts": dlts,
                "rate": dlts / n if n else math.nan,
                "lower": lower,
                "upper": upper,
                "kinds": tuple(kind for kinds in mine["kinds"] for kind in kinds),
                "mtd": levels.doses[level] == mtd,
            }
        )
    return pd.DataFrame(rows)


# ----------------------------------------------------------------------------------- the rule


def _steps(patients: pd.DataFrame, with_rule: bool) -> tuple[Step, ...]:
    """Runs of one level in the order of entry, cut into groups of three."""
    steps: list[Step] = []
    for level, run in groupby(patients.itertuples(), key=lambda row: row.level):
        members = list(run)
        for start in range(0, len(members), COHORT):
            steps.append(_step(level, members[start : start + COHORT], steps, with_rule))
    return tuple(steps)


def _counts(patients: pd.DataFrame, rates: pd.DataFrame, ordered: bool) -> list[tuple[int, int]]:
    """DLTs and evaluable patients by level: of its first six, or of all where nobody knows who
    came first."""
    if not ordered:
        return list(zip(rates["dlts"], rates["evaluable"], strict=True))
    by_level = [patients[patients["judged"] & patients["level"].eq(i)] for i in range(len(rates))]
    return [(int(six["dlt"].sum()), len(six)) for six in by_level]


def _step(level: int, members: list, before: list[Step], with_rule: bool) -> Step:
    earlier = [step for step in before if step.level == level]
    known, level_so_far = (earlier[-1].judged, earlier[-1].so_far) if earlier else ((0, 0), (0, 0))
    dlts, evaluable = _count([row for row in members if row.evaluable])
    first = _count([row for row in members if row.judged])
    judged = (known[0] + first[0], known[1] + first[1])
    too_high = any(step.level > level and step.judged[0] >= 2 for step in before)
    decision = "expansion" if known[1] >= FULL else decide(*judged, above_too_high=too_high)
    return Step(
        first=members[0].place,
        last=members[-1].place,
        level=level,
        kinds=tuple(kind for row in members for kind in row.kinds),
        dlts=dlts,
        evaluable=evaluable,
        so_far=(level_so_far[0] + dlts, level_so_far[1] + evaluable),
        judged=judged,
        decision=decision if with_rule else "",
    )


def _count(rows: list) -> tuple[int, int]:
    """Patients with a DLT, and all of them."""
    return sum(bool(row.dlt) for row in rows), len(rows)


def decide(dlts: int, n: int, *, above_too_high: bool = False) -> str:
    """What the 3+3 rule says of `dlts` of `n` evaluable patients of a level, of DECISIONS.

    It speaks of six patients at most: of more it says "expansion", which is nothing.
    """
    if n > FULL:
        return "expansion"
    if dlts >= 2:
        return "too high"
    if n >= FULL:
        return "tolerated" if above_too_high else "tolerated, open"
    if n < COHORT:
        return "wait"
    if dlts == 1 or above_too_high:
        return "expand"
    return "open"


def rule_mtd(counts: list[tuple[int, int]]) -> int | None:
    """The level (from 0) that the 3+3 rule names, of (DLTs, evaluable) by ascending level.

    None where it names none yet: no level was too high, or the level below that is not full. Two
    DLTs of more than six patients do not make a level too high.
    """
    high = next((i for i, (dlts, n) in enumerate(counts) if decide(dlts, n) == "too high"), None)
    if not high:
        return None
    dlts, n = counts[high - 1]
    return high - 1 if n >= FULL and dlts <= 1 else None
