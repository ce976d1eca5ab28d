"""The groups that one to three cut-offs make: their names, their numbers, their comparison.

Groups are numbered from 0 (lowest); they are named, drawn and listed highest first. A hazard
ratio is always against group 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from analysis.stats import survival
from analysis.stats.cox import hazard_ratio
from analysis.stats.cutoff import find_cuts
from analysis.stats.errors import NotEnoughData
from analysis.stats.estimates import HypothesisTest, PermutationTest
from analysis.stats.rounding import cut_text, write_range

Test = TypeVar("Test", HypothesisTest, PermutationTest | HypothesisTest)


@dataclass(frozen=True)
class Effect:
    """The hazard ratio against the lowest group, with its 95 % interval and Wald or profile p."""

    hr: float
    lower: float
    upper: float
    p: float
    estimator: str  # "cox" | "firth"


@dataclass(frozen=True)
class Hazards:
    """The check of proportional hazards: its score test, and the events that it has to go by."""

    statistic: float
    p: float
    events: int


def labels(cuts: tuple[float, ...], unit: str = "") -> dict[int, str]:
    """ "above 30.0 %" (the highest), "above 20.1 to 30.0 %", "20.1 % or below" (0)."""
    of, texts = f" {unit}".rstrip(), [cut_text(cut) for cut in cuts]
    between = {i: f"above {texts[i - 1]} to {texts[i]}{of}" for i in range(len(texts) - 1, 0, -1)}
    return {len(texts): f"above {texts[-1]}{of}", **between, 0: f"{texts[0]}{of} or below"}


def short_labels(cuts: tuple[float, ...]) -> dict[int, str]:
    """What fits beside a curve: "above" and "at or below"; ">30.0", "20.1–30.0", "≤20.1"."""
    if len(cuts) == 1:
        return {1: "above", 0: "at or below"}
    between = {
        i: write_range(cut_text(cuts[i - 1]), cut_text(cuts[i]))
        for i in range(len(cuts) - 1, 0, -1)
    }
    return {len(cuts): f">{cut_text(cuts[-1])}", **between, 0: f"≤{cut_text(cuts[0])}"}


def label_columns(cuts: tuple[float, ...]) -> list[str]:
    """Highest first: "above", "at or below"; of several cut-offs the whole names."""
    return list((labels if len(cuts) > 1 else short_labels)(cuts).values())


def refuse(group: np.ndarray, event: np.ndarray, cuts: tuple[float, ...]) -> None:
    """NotEnoughData in words where a group has no patients, or nobody an event."""
    if not group.size:
        raise NotEnoughData("No patient with a usable sample was still under observation.")
    missing = [number for number in range(len(cuts) + 1) if not (group == number).any()]
    if missing:
        raise NotEnoughData(_nobody(missing, cuts))
    if not event.any():
        raise NotEnoughData(
            f"None of the {len(event)} patients had an event: there is nothing to compare."
        )


def _nobody(missing: list[int], cuts: tuple[float, ...]) -> str:
    if len(cuts) == 1:
        side = "above" if missing == [1] else "at or below"
        return f"For this endpoint no patient lies {side} the cut-off."
    names = labels(cuts)
    groups = " and ".join(f"“{names[number]}”" for number in missing)
    return f"For this endpoint nobody is in the group {groups}: choose other cut-offs."


def compare(
    test: Callable[..., Test], time: np.ndarray, event: np.ndarray, group: np.ndarray
) -> Test | HypothesisTest:
    """The test; without a p where the groups cannot be compared: their curves still can be seen."""
    try:
        return test(time, event, group)
    except NotEnoughData:
        return HypothesisTest(math.nan, 1, math.nan, "log-rank")


def table(km: survival.KaplanMeier) -> pd.DataFrame:
    """A row per group, ascending: group n events median lower upper followup censored."""
    followup, censored = km.followup()
    return pd.DataFrame({**km.summary, "followup": followup, "censored": censored})


def by_number(frame: pd.DataFrame) -> dict[int, dict[str, float]]:
    """The rows of a frame with a column `group`, by that number; pandas' own way is slow."""
    columns = [frame[name].tolist() for name in frame.columns]
    rows = (dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True))
    return {row["group"]: row for row in rows}


def indicators(group: np.ndarray) -> pd.DataFrame:
    """A 0/1 column for every group but the lowest: the covariates of a comparison with it."""
    return pd.DataFrame(
        {f"group {number}": (group == number).astype(float) for number in range(1, group.max() + 1)}
    )


def effects(
    time: np.ndarray, event: np.ndarray, value: np.ndarray, group: np.ndarray
) -> tuple[Effect, ...]:
    """Groups 1, 2, … against group 0, from one model.

    Cox by the rule of one cut-off (60 patients, no admissible cut separated), unless one of these
    groups has no finite estimate; else Firth.
    """
    cuts, model = find_cuts(value), hazard_ratio.model(time, event, indicators(group))
    estimator = hazard_ratio.estimator(time, event, value, cuts.cut[cuts.admissible])
    return effects_of(model, time, event, group, estimator)


def effects_of(
    model: hazard_ratio.CoxModel,
    time: np.ndarray,
    event: np.ndarray,
    group: np.ndarray,
    estimator: str,
) -> tuple[Effect, ...]:
    """The same from a model that is fitted already.

    `estimator`: that of the question, one for all its cut-offs. Where Cox's leaves one of several
    groups without a finite estimate, it is Firth all the same.
    """
    found = model.columns() if estimator == "cox" else None
    if found is None or (len(found["hr"]) > 1 and np.isnan(found["hr"]).any()):
        estimator, found = "firth", hazard_ratio.firth(time, event, indicators(group))
    rows = zip(*(found[name].tolist() for name in ("hr", "lower", "upper", "p")), strict=True)
    return tuple(Effect(hr, lower, upper, p, estimator) for hr, lower, upper, p in rows)


def estimate_effect(
    time: np.ndarray,
    event: np.ndarray,
    high: np.ndarray,
    estimator: str,
    *,
    strata: np.ndarray | None = None,
) -> Effect:
    """The high group against the low one by a given estimator, with a baseline hazard a stratum."""
    fit = hazard_ratio.cox if estimator == "cox" else hazard_ratio.firth
    row = fit(time, event, high.astype(float), strata=strata).iloc[0]
    hr, lower, upper, p = (float(row[name]) for name in ("hr", "lower", "upper", "p"))
    return Effect(hr, lower, upper, p, estimator)


def proportional(model: hazard_ratio.CoxModel, events: int) -> Hazards:
    """The check of proportional hazards; of several groups, that of all together (GLOBAL)."""
    statistic, _, p = model.drift()
    return Hazards(float(statistic[-1]), float(p[-1]), events)
