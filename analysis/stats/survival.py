"""Survival in groups: Kaplan-Meier, follow-up, milestones, and the tests that compare groups.

The comparisons live in modules of their own and are offered here under one name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.stats._curves import (
    compute_band,
    count_at,
    find_half,
    normal_quantile,
    read_milestones,
)
from analysis.stats.cutoff.one_cut import p_cut, p_cuts, p_splits
from analysis.stats.estimates import Estimate, HypothesisTest, PermutationTest
from analysis.stats.inputs import labels, survival_arrays, time_points, tolerance
from analysis.stats.logrank import logrank, logrank_trend
from analysis.stats.permutation import permutation_logrank
from analysis.stats.risk_set import RiskTable, product_limit, risk_table
from analysis.stats.rmst import rmst_difference
from analysis.stats.typed import Array, Floats, Integers

__all__ = [
    "Estimate",
    "HypothesisTest",
    "KaplanMeier",
    "PermutationTest",
    "kaplan_meier",
    "logrank",
    "logrank_trend",
    "p_cut",
    "p_cuts",
    "p_splits",
    "permutation_logrank",
    "read_off",
    "reverse_kaplan_meier",
    "rmst_difference",
    "survival_at",
]

EVERYONE = "all"  # the group's label where no groups are given


@dataclass(frozen=True, eq=False)
class KaplanMeier:
    """Kaplan-Meier curves by group: what :func:`kaplan_meier` returns.

    Attributes
    ----------
    curves : DataFrame, a row per group and distinct time of the group, ascending
        Columns ``group``, ``time``, ``n_risk`` (patients with time >= t), ``n_event``,
        ``n_censor`` (both at t), ``survival`` (just after t), ``lower`` and ``upper`` (the band,
        pointwise; NaN where it is not defined).
    medians : DataFrame, a row per group
        Columns ``group``, ``n``, ``events``, ``median``, ``lower``, ``upper``; NaN: not reached.
    names : list
        The groups in their order: numbers ascend, a Categorical keeps its order, text is sorted.
    conf_level, conf_type : float, str
        As asked for.

    Notes
    -----
    The frames are made when they are asked for, and kept.
    """

    names: list[Any]
    table: RiskTable  # the groups are its strata
    survival: Array = field(repr=False)
    greenwood: Array = field(repr=False)  # variance of log survival
    conf_level: float
    conf_type: str

    @cached_property
    def curves(self) -> pd.DataFrame:
        """The curves, a row per group and distinct time."""
        group = np.repeat(_column(self.names), np.diff(self.table.bounds))
        return pd.DataFrame({"group": group, **self.columns})

    @cached_property
    def medians(self) -> pd.DataFrame:
        """The medians and their intervals, a row per group."""
        return pd.DataFrame(self.summary)

    @cached_property
    def columns(self) -> dict[str, Array]:
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
    def summary(self) -> dict[str, Array]:
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

    def followup(self) -> tuple[Floats, Integers]:
        """Median follow-up and number censored of each group.

        Returns
        -------
        median : array of shape (groups,)
            The median of :func:`reverse_kaplan_meier`; NaN: not reached.
        censored : array of shape (groups,)
        """
        other = self.turned()
        starts = other.table.bounds[:-1]
        return other._halves(other.survival), np.add.reduceat(other.table.events[:, 0], starts)

    def turned(self) -> "KaplanMeier":
        """The same patients with events and censorings exchanged."""
        table = replace(self.table, events=self.table.censored, censored=self.table.events)
        return _estimated(self.names, table, self.conf_level, self.conf_type)

    def at_risk(self, times: ArrayLike) -> pd.DataFrame:
        """Count the patients at risk at given times.

        Parameters
        ----------
        times : float or array, in the unit of the curves
            Not negative, in any order.

        Returns
        -------
        DataFrame, a row per group and time
            Columns ``group``, ``time``, ``n_risk`` (patients with time >= t), ``n_event`` and
            ``n_censor`` (events and censorings before t); the three counts add up to n.

        Raises
        ------
        ValueError
            For times that are missing, negative or infinite.

        Examples
        --------
        >>> km = kaplan_meier([2, 4, 4, 7, 9], [1, 1, 0, 1, 0])
        >>> print(km.at_risk([0, 4, 8]).to_string(index=False))
        group  time  n_risk  n_event  n_censor
          all   0.0       5        0         0
          all   4.0       4        1         0
          all   8.0       1        3         1
        """
        points, near = time_points(times, "times"), self._tolerance()
        return _stacked([count_at(rows, points, near) for rows in self.by_group()])

    def by_group(self) -> Iterator[dict[str, Array]]:
        """The columns of each group's rows; frames cost more than what is done to them."""
        for name, rows in zip(_column(self.names)[:, None], self.table.strata(), strict=True):
            yield {"group": name, **{key: column[rows] for key, column in self.columns.items()}}

    def _tolerance(self) -> float:
        return tolerance(np.unique(self.table.time))

    def _halves(self, value: Array) -> Array:
        times = self.table.time
        return np.array([find_half(times[rows], value[rows]) for rows in self.table.strata()])


def kaplan_meier(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike | None = None,
    *,
    conf_level: float = 0.95,
    conf_type: str = "log-log",
) -> KaplanMeier:
    """Estimate survival in each group.

    Parameters
    ----------
    time : array of shape (n,)
        Time to event or censoring, 0 or more, in one unit; times that differ by rounding are one.
    event : array of shape (n,), bool or 0/1
        True where the time ends in the event, false where it is censored.
    group : array of shape (n,), optional
        Labels of any kind; without them there is one group, called "all".
    conf_level : float
        Level of the band and of the intervals, between 0 and 1.
    conf_type : {"log-log", "log", "plain"}
        The scale on which the limits are symmetric.

    Returns
    -------
    KaplanMeier
        With the frames ``curves`` and ``medians``.

    Raises
    ------
    ValueError
        For missing or negative times, other event codes, unequal lengths, no patients, an empty
        group, or a level or scale that does not exist.

    Notes
    -----
    Censorings at the time of an event come after it. Variance by Greenwood. The band is NaN
    where survival is 0, on the log-log scale also where it is 1, before the first event: there
    it is unknown, not 0 wide. It is pointwise: it holds at one time, not for the whole curve.

    The median is the time at which survival falls below 0.5, or the middle of the flat part where
    it is 0.5 exactly (other programs give its first time). Its interval inverts the band on the
    same scale; with few events the upper limit is often not reached.

    References
    ----------
    Kaplan EL, Meier P (1958). Journal of the American Statistical Association 53, 457-481.
    Brookmeyer R, Crowley J (1982). A confidence interval for the median survival time.
    Biometrics 38, 29-41. R: ``survival::survfit`` and its ``quantile``.

    Examples
    --------
    >>> km = kaplan_meier([2, 4, 4, 7, 9], [1, 1, 0, 1, 0])
    >>> print(km.curves.drop(columns="group").round(3).to_string(index=False))
     time  n_risk  n_event  n_censor  survival  lower  upper
      2.0       5        1         0       0.8  0.204  0.969
      4.0       4        1         1       0.6  0.126  0.882
      7.0       2        1         0       0.3  0.012  0.719
      9.0       1        0         1       0.3  0.012  0.719
    >>> print(km.medians.round(3).to_string(index=False))
    group  n  events  median  lower  upper
      all  5       3     7.0    2.0    NaN
    """
    time, event = survival_arrays(time, event)
    codes, names = ([0] * time.size, [EVERYONE]) if group is None else labels(group, time.size)
    normal_quantile(conf_level, conf_type)  # refuses what it does not know
    table = risk_table(time, event, stratum=np.asarray(codes))
    return _estimated(names, table, float(conf_level), conf_type)


def _estimated(
    names: list[Any], table: RiskTable, conf_level: float, conf_type: str
) -> KaplanMeier:
    survival, greenwood = product_limit(table, table.events[:, 0], table.at_risk[:, 0])
    return KaplanMeier(names, table, survival, greenwood, conf_level, conf_type)


def reverse_kaplan_meier(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike | None = None,
    *,
    conf_level: float = 0.95,
    conf_type: str = "log-log",
) -> pd.DataFrame:
    """Estimate the median follow-up of each group.

    Parameters
    ----------
    time, event, group, conf_level, conf_type
        As :func:`kaplan_meier`.

    Returns
    -------
    DataFrame, a row per group
        Columns ``group``, ``n``, ``censored``, ``median``, ``lower``, ``upper``; NaN: not
        reached.

    Raises
    ------
    ValueError
        As :func:`kaplan_meier`.

    Notes
    -----
    The Kaplan-Meier median with events and censorings exchanged: how long patients would have
    been followed had there been no events. The median of all observed times is shorter, because
    an event ends a patient's time early.

    References
    ----------
    Schemper M, Smith TL (1996). A note on quantifying follow-up in studies of failure time.
    Controlled Clinical Trials 17, 343-346. R: ``survfit(Surv(time, 1 - event) ~ group)``.

    Examples
    --------
    >>> followup = reverse_kaplan_meier([2, 4, 5, 7, 9], [1, 0, 1, 0, 0])
    >>> print(followup[["n", "censored", "median"]].to_string(index=False))
     n  censored  median
     5         3     7.0
    """
    km = kaplan_meier(time, event, group, conf_level=conf_level, conf_type=conf_type)
    return km.turned().medians.rename(columns={"events": "censored"})


def survival_at(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike | None = None,
    *,
    at: ArrayLike,
    conf_level: float = 0.95,
    conf_type: str = "log-log",
) -> pd.DataFrame:
    """Read survival off the curves at one or several milestones.

    Parameters
    ----------
    time, event, group, conf_level, conf_type
        As :func:`kaplan_meier`.
    at : float or array
        Milestones in the unit of ``time``, not negative.

    Returns
    -------
    DataFrame, a row per group and milestone
        Columns ``group``, ``at``, ``survival``, ``lower``, ``upper``, ``n_risk`` (patients with
        time >= at).

    Raises
    ------
    ValueError
        As :func:`kaplan_meier`, and for milestones that are missing, negative or infinite.

    Notes
    -----
    Beyond a group's largest time survival is NaN, unless the curve has reached 0. At a survival of
    0 or 1 the limits are the exact binomial ones (Clopper and Pearson) where nobody of the group
    was censored before the milestone, else NaN; R gives 1 to 1, which is no interval.

    References
    ----------
    R: ``summary(survfit(...), times = at)``; ``binom.test`` at 0 and 1.

    Examples
    --------
    >>> milestones = survival_at([2, 4, 4, 7, 9], [1, 1, 0, 1, 0], at=[1, 6])
    >>> print(milestones.round(3).to_string(index=False))
    group  at  survival  lower  upper  n_risk
      all 1.0       1.0  0.478  1.000       5
      all 6.0       0.6  0.126  0.882       2
    """
    km = kaplan_meier(time, event, group, conf_level=conf_level, conf_type=conf_type)
    return read_off(km, at)


def read_off(km: KaplanMeier, at: ArrayLike) -> pd.DataFrame:
    """Read milestones off curves that are known already.

    Parameters
    ----------
    km : KaplanMeier
    at : float or array
        Milestones in the unit of the curves, not negative.

    Returns
    -------
    DataFrame, a row per group and milestone
        As :func:`survival_at`.

    Raises
    ------
    ValueError
        For milestones that are missing, negative or infinite.

    Examples
    --------
    >>> read_off(kaplan_meier([2, 4, 7], [1, 1, 0]), 5)["survival"].round(3).tolist()
    [0.333]
    """
    points = time_points(at, "at")
    near = km._tolerance()
    level = km.conf_level
    return _stacked([read_milestones(rows, points, near, level) for rows in km.by_group()])


def _column(names: list[Any]) -> Array:
    """Labels as an array that keeps text as objects, so that frames join without surprises."""
    array = np.array(names)
    return np.array(names, dtype=object) if array.dtype.kind in "US" else array


def _stacked(parts: list[dict[str, Array]]) -> pd.DataFrame:
    return pd.DataFrame({name: np.concatenate([p[name] for p in parts]) for name in parts[0]})
