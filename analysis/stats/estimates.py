"""What the tests and estimates of this package return, and the interval of a proportion."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from scipy.special import betaincinv

__all__ = ["Estimate", "HypothesisTest", "PermutationTest", "clopper_pearson"]

NAN = float("nan")


@dataclass(frozen=True)
class HypothesisTest:
    """A test with a statistic and degrees of freedom.

    Attributes
    ----------
    statistic, df, p : float
        Chi-square for the log-rank and likelihood-ratio tests and Kruskal-Wallis, z for
        Jonckheere-Terpstra.
    name : str
        The test's name for readers.
    exact : bool
        Whether p comes from every possible split.
    groups : tuple
        The labels of the groups in their order, where there are groups.
    observed, expected : tuple of float
        Events of each group (weighted, where the test is); empty for other tests.
    u, variance : float
        Observed - expected of the last group and its variance, so that ``u / sqrt(variance)`` is
        the signed statistic of a two-group test; J - E(J) and its variance for a trend; else NaN.
    """

    statistic: float
    df: float
    p: float
    name: str = ""
    exact: bool = False
    groups: tuple[Any, ...] = ()
    observed: tuple[float, ...] = ()
    expected: tuple[float, ...] = ()
    u: float = NAN
    variance: float = NAN


@dataclass(frozen=True)
class PermutationTest:
    """A test whose null distribution is enumerated or drawn.

    Attributes
    ----------
    statistic, p : float
        The statistic as observed, and the two-sided p.
    exact : bool
        Whether every split (every set of signs) was taken into account.
    n : int
        How many splits the null is made of; 0 where p is from the normal distribution.
    name : str
        The test's name for readers.
    tail : int
        How many of them lie in the tail that p is made of, the data not counted among draws.
    """

    statistic: float
    p: float
    exact: bool
    n: int
    name: str = ""
    tail: int = 1

    @property
    def bound(self) -> bool:
        """Whether no draw reached the data, so that p is a bound and not a value."""
        return not self.exact and self.n > 0 and self.tail == 0


@dataclass(frozen=True)
class Estimate:
    """A difference or a correlation with its interval.

    Attributes
    ----------
    value, lower, upper, p : float
        NaN: not estimable.
    se : float
        Standard error; NaN where the interval does not come from one.
    by_group : DataFrame or None
        What the value is the difference of, a row per group.
    """

    value: float
    lower: float
    upper: float
    p: float
    se: float = NAN
    by_group: pd.DataFrame | None = field(default=None, compare=False, repr=False)


def clopper_pearson(events: int, n: int, *, conf_level: float = 0.95) -> tuple[float, float]:
    """Give the exact binomial interval of a proportion.

    Parameters
    ----------
    events, n : int
        Patients with the event, and all patients.
    conf_level : float
        Level of the interval, between 0 and 1.

    Returns
    -------
    lower, upper : float
        NaN for n = 0.

    Raises
    ------
    ValueError
        Where events do not lie between 0 and n, or for a level that is none.

    References
    ----------
    Clopper CJ, Pearson ES (1934). The use of confidence or fiducial limits illustrated in the case
    of the binomial. Biometrika 26, 404-413. R: ``binom.test``.

    Examples
    --------
    >>> [round(limit, 3) for limit in clopper_pearson(2, 6)]
    [0.043, 0.777]
    """
    if not 0 <= events <= n:
        raise ValueError(f"{events} events cannot come from {n} patients.")
    if not 0 < conf_level < 1:
        raise ValueError("conf_level must lie between 0 and 1.")
    if n == 0:
        return NAN, NAN
    tail = (1 - conf_level) / 2
    lower = 0.0 if events == 0 else float(betaincinv(events, n - events + 1, tail))
    upper = 1.0 if events == n else float(betaincinv(events + 1, n - events, 1 - tail))
    return lower, upper
