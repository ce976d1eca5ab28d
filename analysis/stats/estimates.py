"""What the tests and estimates of this package return: frozen values, ready to be shown."""

from dataclasses import dataclass, field

import pandas as pd

NAN = float("nan")


@dataclass(frozen=True)
class HypothesisTest:
    """A test with a statistic and degrees of freedom (chi-square for the log-rank tests).

    ``observed`` and ``expected`` are events per group in the order of ``groups`` (weighted, where
    the test is); ``u`` is observed - expected of the last group and ``variance`` its variance, so
    that ``u / sqrt(variance)`` is the signed statistic of a two-group test.
    """

    statistic: float
    df: float
    p: float
    name: str = ""
    exact: bool = False
    groups: tuple = ()
    observed: tuple = ()
    expected: tuple = ()
    u: float = NAN
    variance: float = NAN


@dataclass(frozen=True)
class PermutationTest:
    """A permutation test: ``statistic`` as observed, ``n`` the splits that its null is made of.

    ``exact``: all splits were enumerated; otherwise ``n`` were drawn at random and p is
    (b + 1) / (n + 1) in each tail. ``name`` is the test's name for people.
    """

    statistic: float
    p: float
    exact: bool
    n: int
    name: str = ""


@dataclass(frozen=True)
class Estimate:
    """A difference with its interval; ``by_group`` holds what it is the difference of."""

    value: float
    lower: float
    upper: float
    p: float
    se: float = NAN
    by_group: pd.DataFrame | None = field(default=None, compare=False, repr=False)
