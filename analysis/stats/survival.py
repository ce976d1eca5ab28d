"""Survival in groups: Kaplan-Meier, follow-up, milestones, and the tests that compare groups.

The comparisons live in modules of their own and are offered here under one name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.stats._curve_limits import compute_band, find_half, normal_quantile
from analysis.stats.estimates import Estimate, HypothesisTest, PermutationTest
from analysis.stats.inputs import labels, survival_arrays, time_points, tolerance
from analysis.stats.logrank import logrank
from analysis.stats.permutation import p_cut, p_cuts, permutation_logrank
from analysis.stats.risk_set import RiskTable, product_limit, risk_table
from analysis.stats.rmst import rmst_difference

__all__ = [
    "Estimate",
    "HypothesisTest",
    "KaplanMeier",
    "PermutationTest",
    "kaplan_meier",
    "logrank",
    "p_cut",
    "p_cuts",
    "permutation_logrank",
    "reverse_kaplan_meier",
    "rmst_difference",
    "survival_at",
]

EVERYONE = "all"  # the group's label where no groups are given


@dataclass(frozen=True, eq=False)
class KaplanMeier:
    """Kaplan-Meier curves by group; ``curves`` and ``medians`` are tidy frames, made when asked.

    ``curves``: group time n_risk n_event n_censor survival lower upper, a row per distinct time
    of the group, ascending; survival is that just after the time. ``medians``: group n events
    median lower upper, NaN where not reached. Groups stand in their order.
    """

    names: list
    table: RiskTable  # the groups are its strata
    survival: np.ndarray = field(repr=False)
    greenwood: np.ndarray = field(repr=False)  # variance of log survival
    conf_level: float
    conf_type: str

    @cached_property
    def curves(self) -> pd.DataFrame:
        group = np.repeat(_column(self.names), np.diff(self.table.bounds))
        return pd.DataFrame({"group": group, **self.columns})

    @cached_property
    def medians(self) -> pd.DataFrame:
        return pd.DataFrame(self.summary)

    @cached_property
    def columns(self) -> dict[str, np.ndarray]:
        """The columns of ``curves`` but the group."""
        z, se = normal_quantile(self.conf_level, self.conf_type), np.sqrt(self.greenwood)
        lower, upper = compute_band(self.survival, se, z, self.conf_type)
        return {
            "time": self.table.time,
            "n_risk": self.table.at_risk[:, 0],
            "n_event": self.table.events[:, 0],
            "n_censor": self.table.censored[:, 0],
            "survival": self.survival,
            "lower": lower,
            "upper": upper,
        }

    @cached_property
    def summary(self) -> dict[str, np.ndarray]:
        """The columns of ``medians``."""
        starts = self.table.bounds[:-1]
        return {
            "group": _column(self.names),
            "n": self.table.at_risk[starts, 0],
            "events": np.add.reduceat(self.table.events[:, 0], starts),
            "median": self._halves(self.survival),
            "lower": self._halves(self.columns["lower"]),
            "upper": self._halves(self.columns["upper"]),
        }

    @cached_property
    def longest(self) -> float:
        """The largest time of all groups."""
        return float(self.table.time.max())

    def followup(self) -> tuple[np.ndarray, np.ndarray]:
        """Median follow-up (NaN: not reached) and number censored of each group.

        That of :func:`reverse_kaplan_meier`, without its interval.
        """
        other = self.turned()
        starts = other.table.bounds[:-1]
        return other._halves(other.survival), np.add.reduceat(other.table.events[:, 0], starts)

    def turned(self) -> "KaplanMeier":
        """The same patients with events and censorings exchanged."""
        table = replace(self.table, events=self.table.censored, censored=self.table.events)
        return _estimated(self.names, table, self.conf_level, self.conf_type)

    def at_risk(self, times) -> pd.DataFrame:
        """Patients at risk at each of ``times``: group time n_risk n_event n_censor.

        ``n_risk`` counts patients with time >= t, ``n_event`` and ``n_censor`` those with an
        event or a censoring before t (time < t), so that the three add up to n. A row per group
        and time. Raises ValueError for times that are missing, negative or infinite.
        """
        points, near = time_points(times, "times"), self._tolerance()
        return _stacked([_counts_at(rows, points, near) for rows in self.by_group()])

    def by_group(self) -> Iterator[dict[str, np.ndarray]]:
        """The columns of each group's rows; frames cost more than what is done to them."""
        for name, rows in zip(_column(self.names)[:, None], self.table.strata(), strict=True):
            yield {"group": name, **{key: column[rows] for key, column in self.columns.items()}}

    def _tolerance(self) -> float:
        return tolerance(np.unique(self.table.time))

    def _halves(self, value: np.ndarray) -> np.ndarray:
        times = self.table.time
        return np.array([find_half(times[rows], value[rows]) for rows in self.table.strata()])


def kaplan_meier(time, event, group=None, *, conf_level=0.95, conf_type="log-log") -> KaplanMeier:
    """Estimate survival in each group (R's survfit).

    Parameters
    ----------
    time, event, group : arrays of shape (n,)
        Without ``group`` there is one, called "all".
    conf_level : share between 0 and 1
    conf_type : "log-log", "log" or "plain"
        The scale on which the band is symmetric; Greenwood's variance. The band is NaN where
        survival is 0, and on the log-log scale also where it is 1 (before the first event).

    The median is the time at which survival falls below 0.5, or the middle of the flat part
    where it is 0.5 exactly; its interval inverts the band on the same scale (Brookmeyer &
    Crowley 1982, by R's quantile.survfit). Raises ValueError for wrong input.
    """
    time, event = survival_arrays(time, event)
    codes, names = ([0] * time.size, [EVERYONE]) if group is None else labels(group, time.size)
    normal_quantile(conf_level, conf_type)  # refuses what it does not know
    table = risk_table(time, event, stratum=np.asarray(codes))
    return _estimated(names, table, float(conf_level), conf_type)


def _estimated(names: list, table: RiskTable, conf_level: float, conf_type: str) -> KaplanMeier:
    survival, greenwood = product_limit(table, table.events[:, 0], table.at_risk[:, 0])
    return KaplanMeier(names, table, survival, greenwood, conf_level, conf_type)


def reverse_kaplan_meier(
    time, event, group=None, *, conf_level=0.95, conf_type="log-log"
) -> pd.DataFrame:
    """Median follow-up by group: group n censored median lower upper (NaN: not reached).

    The Kaplan-Meier median with events and censorings exchanged (Schemper & Smith 1996), as
    R's ``survfit(Surv(time, 1 - event))``. Arguments and errors as :func:`kaplan_meier`.
    """
    km = kaplan_meier(time, event, group, conf_level=conf_level, conf_type=conf_type)
    return km.turned().medians.rename(columns={"events": "censored"})


def survival_at(
    time, event, group=None, *, at, conf_level=0.95, conf_type="log-log"
) -> pd.DataFrame:
    """Survival at one or several times: group at survival lower upper n_risk.

    ``at`` in the unit of ``time``. ``n_risk`` counts patients with time >= at. Beyond a group's
    largest time survival is NaN, unless the curve has reached 0. Before the first event the
    interval is 1 to 1, as in R's ``summary(survfit)``. Errors as :func:`kaplan_meier`.
    """
    km = kaplan_meier(time, event, group, conf_level=conf_level, conf_type=conf_type)
    return read_off(km, at)


def read_off(km: KaplanMeier, at) -> pd.DataFrame:
    """`survival_at` of curves that are known already."""
    points = time_points(at, "at")
    near = km._tolerance()
    return _stacked([_milestones(rows, points, near) for rows in km.by_group()])


def _column(names: list) -> np.ndarray:
    """Labels as an array that keeps text as objects, so that frames join without surprises."""
    array = np.array(names)
    return np.array(names, dtype=object) if array.dtype.kind in "US" else array


def _stacked(parts: list[dict[str, np.ndarray]]) -> pd.DataFrame:
    return pd.DataFrame({name: np.concatenate([p[name] for p in parts]) for name in parts[0]})


def _counts_at(rows: dict[str, np.ndarray], points: np.ndarray, near: float) -> dict:
    first = np.searchsorted(rows["time"], points - near)  # first row with time >= t
    return {
        "group": np.repeat(rows["group"][:1], points.size),
        "time": points,
        "n_risk": np.append(rows["n_risk"], 0)[first],
        "n_event": np.append(0, rows["n_event"].cumsum())[first],
        "n_censor": np.append(0, rows["n_censor"].cumsum())[first],
    }


def _milestones(rows: dict[str, np.ndarray], points: np.ndarray, near: float) -> dict:
    time = rows["time"]
    last = np.searchsorted(time, points + near, side="right")  # rows up to and including t
    curve = {c: np.append(1.0, rows[c])[last] for c in ("survival", "lower", "upper")}
    whole = curve["survival"] == 1.0
    unknown = (points > time[-1] + near) & (curve["survival"] > 0)
    shown = {
        name: np.where(unknown, np.nan, np.where(whole, 1.0, value))
        for name, value in curve.items()
    }
    counts = _counts_at(rows, points, near)
    return {"group": counts["group"], "at": points, **shown, "n_risk": counts["n_risk"]}
