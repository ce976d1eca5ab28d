"""Two groups of a marker: separation at every cut, the estimator of a question, and planning."""

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats.errors import NotEnoughData
from analysis.stats.inputs import labels, matrix, positive_share, survival_arrays
from analysis.stats.typed import Array, Flags

__all__ = ["FEWEST_FOR_COX", "detectable_hr", "estimator", "separated"]

FEWEST_FOR_COX = 60  # patients; below this one estimator serves all cuts, and it is Firth's
_POWER = 2.80  # normal quantiles of 5 % two-sided and 80 %: 1.96 + 0.84


def separated(
    time: ArrayLike,
    event: ArrayLike,
    marker: ArrayLike,
    cuts: ArrayLike,
    *,
    strata: ArrayLike | None = None,
) -> Flags:
    """Find the cuts at which the two-group Cox likelihood has no finite maximum.

    Parameters
    ----------
    time : array of shape (n,)
        Time to event or censoring, 0 or more, in one unit.
    event : array of shape (n,), bool or 0/1
    marker : array of shape (n,)
        Complete values; high is marker > cut.
    cuts : float or array of shape (cuts,)
    strata : array of shape (n,), optional
        A baseline hazard for each of its levels.

    Returns
    -------
    array of bool, shape (cuts,)

    Raises
    ------
    ValueError
        For wrong input.

    Notes
    -----
    There is a maximum where the first event of the low group comes while high patients are at
    risk, and the other way round. A side without events, or without patients, is separated too.
    With strata each of the two must happen within one, not both within the same. All cuts in
    O(n log n).

    References
    ----------
    Heinze G, Schemper M (2001). A solution to the problem of monotone likelihood in Cox
    regression. Biometrics 57, 114-119.

    Examples
    --------
    >>> separated([1, 2, 3, 4], [1, 1, 1, 1], [5, 6, 8, 7], cuts=[5, 6, 7]).tolist()
    [True, True, False]
    """
    time, event = survival_arrays(time, event)
    values, _ = matrix(marker, time.size)
    if values.shape[1] != 1:
        raise ValueError("One marker is needed.")
    at = np.atleast_1d(np.asarray(cuts, float))
    codes = np.zeros(time.size, int) if strata is None else labels(strata, time.size, "strata")[0]
    low, high = np.zeros(at.size, bool), np.zeros(at.size, bool)
    for code in np.unique(codes):
        own = codes == code
        lows, highs = _meet(time[own], event[own], values[own, 0], at)
        low, high = low | lows, high | highs
    return ~(low & high)


def _meet(time: Array, event: Flags, value: Array, cuts: Array) -> tuple[Flags, Flags]:
    """Whether the low group has an event while high patients are at risk, and the other way."""
    order = np.argsort(value, kind="stable")
    low = np.searchsorted(value[order], cuts, side="right")
    first, last = np.where(event, time, np.inf)[order], time[order]
    low_event, low_time = _so_far(first, np.minimum, np.inf), _so_far(last, np.maximum, -np.inf)
    high_event = _so_far(first[::-1], np.minimum, np.inf)[::-1]
    high_time = _so_far(last[::-1], np.maximum, -np.inf)[::-1]
    return low_event[low] <= high_time[low], high_event[low] <= low_time[low]


def estimator(
    time: ArrayLike,
    event: ArrayLike,
    marker: ArrayLike,
    cuts: ArrayLike,
    *,
    strata: ArrayLike | None = None,
) -> str:
    """Choose the one estimator of a question's hazard ratios.

    Parameters
    ----------
    time, event, marker
        As :func:`separated`.
    cuts : array of shape (cuts,)
        The admissible cuts of the question.
    strata
        As :func:`separated`.

    Returns
    -------
    str
        "cox" from 60 patients where none of the cuts is separated, else "firth".

    Raises
    ------
    ValueError
        For wrong input.

    Notes
    -----
    One estimator for all cuts, so that a hazard ratio does not jump between two definitions while
    the cut moves.

    Examples
    --------
    >>> estimator([1, 2, 3, 4], [1, 1, 1, 1], [5, 6, 8, 7], cuts=[6, 7])
    'firth'
    """
    apart = separated(time, event, marker, cuts, strata=strata)
    return "cox" if np.size(time) >= FEWEST_FOR_COX and not apart.any() else "firth"


def detectable_hr(events: float, share_high: float) -> float:
    """The hazard ratio that a split could have been planned to show.

    Parameters
    ----------
    events : int
        Events of both groups, 0 or more.
    share_high : float
        The share of patients above the cut, between 0 and 1.

    Returns
    -------
    float
        At least 1: the ratio, or its inverse, with 80 % power at 5 % two-sided.

    Raises
    ------
    ValueError
        For a count below 0 or a share outside 0 to 1.
    NotEnoughData
        Without events.

    Notes
    -----
    exp(2.80 / sqrt(d p (1 - p))), d events, p the share. A large-sample formula: simulated power
    is 69 % with 17 events and 8 of 17 above, 58 % with 2 of 17 above, 80 % with 400 events. It
    speaks of planning and of no power after the fact.

    References
    ----------
    Schoenfeld DA (1983). Sample-size formula for the proportional-hazards regression model.
    Biometrics 39, 499-503.

    Examples
    --------
    >>> round(detectable_hr(17, 8 / 17), 1)
    3.9
    """
    share = positive_share(share_high, "share_high")
    if not (np.isfinite(events) and events >= 0):
        raise ValueError(f"events must be a count of 0 or more, not {events!r}.")
    if events == 0:
        raise NotEnoughData("Without events no hazard ratio could be shown.")
    with np.errstate(over="ignore"):
        return float(np.exp(_POWER / np.sqrt(events * share * (1 - share))))


def _so_far(values: Array, pick: np.ufunc, start: float) -> Array:
    """Running extreme of the first 0, 1, ... n values; shape (n + 1,)."""
    return pick.accumulate(np.concatenate([[start], values]))
