"""Times and events of patients, and times that tie but for rounding."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats.inputs.values import list_names, numbers, one_dimensional, same_length
from analysis.stats.typed import Array, Flags, Floats, Integers

__all__ = ["distinct_times", "merge_ties", "survival_arrays", "time_points", "tolerance"]

# Times that differ by less than this share of the mean distinct time are one time. It is the
# tolerance of R's survival (aeqSurv, the square root of the machine epsilon), taken relative to
# the mean only, so that the unit of time does not matter. Comparing neighbours has no edges, as
# rounding to a number of digits would have: 0.1 + 0.2 and 0.3 cannot fall on two sides of one.
TIE_TOLERANCE = float(np.sqrt(np.finfo(float).eps))


def survival_arrays(time: ArrayLike, event: ArrayLike) -> tuple[Floats, Flags]:
    """Check times and events.

    Parameters
    ----------
    time : array of shape (n,)
        Time to event or censoring, 0 or more, in one unit.
    event : array of shape (n,), bool or 0/1

    Returns
    -------
    time : array of float, shape (n,)
        Times that differ only by rounding are made equal (:func:`merge_ties`).
    event : array of bool, shape (n,)

    Raises
    ------
    ValueError
        For missing, negative or infinite times, for event codes other than 0/1 or bool, for
        unequal lengths and for no patients at all.

    Notes
    -----
    The codes 1/2 of some files are refused and not guessed: 2 would be read as an event by one
    program and as an error by another.

    Examples
    --------
    >>> time, event = survival_arrays([0.1 + 0.2, 0.3, 5], [1, 0, 1])
    >>> bool(time[0] == time[1]), event.tolist()
    (True, [True, False, True])
    """
    time, event = _times(time), _events(event)
    same_length(time=time, event=event)
    if time.size == 0:
        raise ValueError("There are no patients: time and event are empty.")
    return merge_ties(time), event


def merge_ties(time: Floats) -> Floats:
    """Give times that differ only by rounding the smallest of their values.

    Parameters
    ----------
    time : array of shape (n,)

    Returns
    -------
    array of shape (n,)

    Notes
    -----
    Times differ by rounding where neighbours lie closer than 1.5e-8 of the mean distinct time.

    References
    ----------
    R: ``survival::aeqSurv``, which has the same tolerance.

    Examples
    --------
    >>> merge_ties(np.array([0.3, 0.1 + 0.2, 1.0])).tolist()
    [0.3, 0.3, 1.0]
    """
    distinct, place = distinct_times(time)
    new = np.append(True, np.diff(distinct) > tolerance(distinct))
    return time if new.all() else distinct[new][(np.cumsum(new) - 1)[place]]


def distinct_times(time: Floats) -> tuple[Floats, Integers]:
    """Find the distinct times, and the place of every patient's among them.

    Parameters
    ----------
    time : array of shape (n,)

    Returns
    -------
    distinct : array of shape (times,)
        Ascending; read-only.
    place : array of int, shape (n,)
        Read-only.

    Notes
    -----
    Kept by content: every estimate asks for them, at every cut-off anew.

    Examples
    --------
    >>> [array.tolist() for array in distinct_times(np.array([4.0, 2.0, 4.0]))]
    [[2.0, 4.0], [1, 0, 1]]
    """
    return _distinct(np.ascontiguousarray(time, dtype=float).tobytes())


@lru_cache(maxsize=64)
def _distinct(times: bytes) -> tuple[Array, Array]:
    found = np.unique(np.frombuffer(times), return_inverse=True)
    for one in found:
        one.setflags(write=False)
    return found


def tolerance(distinct: Floats) -> float:
    """The difference below which two times are the same.

    Parameters
    ----------
    distinct : array of shape (times,)
        The distinct times.

    Returns
    -------
    float
        In the unit of the times.

    Examples
    --------
    >>> 1e-8 < tolerance(np.array([0.5, 1.5])) < 2e-8
    True
    """
    return TIE_TOLERANCE * float(np.mean(distinct)) if distinct.size else 0.0


def time_points(values: ArrayLike, what: str) -> Floats:
    """Check one or several points in time.

    Parameters
    ----------
    values : float or array of shape (points,)
    what : str
        What an error calls them.

    Returns
    -------
    array of float, shape (points,)

    Raises
    ------
    ValueError
        For points that are missing, infinite or negative.

    Examples
    --------
    >>> time_points(12, "at").tolist()
    [12.0]
    """
    points = numbers(np.atleast_1d(np.asarray(values)), what)
    if (points < 0).any():
        raise ValueError(f"{what} must not be negative; the smallest is {points.min():g}.")
    return points


def _times(time: ArrayLike) -> Floats:
    array = np.asarray(time)
    if array.dtype.kind == "b":
        raise ValueError("time must be numbers, not true and false.")
    array = numbers(array, "time")
    if (array < 0).any():
        raise ValueError(f"time must not be negative; {int((array < 0).sum())} value(s) are.")
    return array


def _events(event: ArrayLike) -> Flags:
    array = np.asarray(event)
    if array.dtype.kind == "b":
        return one_dimensional(array, "event")
    array = numbers(array, "event")
    if not np.isin(array, (0.0, 1.0)).all():
        codes = list_names(np.unique(array).tolist())
        raise ValueError(f"event must be true/false or 1/0 (1 = event), not the codes {codes}.")
    flags: Flags = array == 1
    return flags
