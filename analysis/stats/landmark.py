"""The landmark: a clock that starts when the marker was known."""

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats.inputs import merge_ties, survival_arrays, time_points
from analysis.stats.typed import Flags, Floats

__all__ = ["landmark"]


def landmark(time: ArrayLike, event: ArrayLike, at: ArrayLike) -> tuple[Flags, Floats]:
    """Start the clock at a landmark: who is still at risk, and the time from there.

    Parameters
    ----------
    time : array of shape (n,)
        Time to event or censoring, 0 or more, in one unit.
    event : array of shape (n,), bool or 0/1
    at : float
        The landmark, in the unit of ``time``.

    Returns
    -------
    keep : array of bool, shape (n,)
        Patients whose time is greater than the landmark.
    time : array of shape (n,)
        Time from the landmark; meaningful where ``keep`` is true, 0 elsewhere.

    Raises
    ------
    ValueError
        For wrong input, or other than one landmark.

    Notes
    -----
    For a marker that is known only some time after the start: groups by such a marker, compared
    from the start, favour those who lived to be measured. Strictly after: an event or a censoring
    at the landmark is out, and a time that equals it but for rounding is not after it. The answer
    holds for patients who are event-free at the landmark.

    References
    ----------
    Anderson JR, Cain KC, Gelber RD (1983). Analysis of survival by tumor response. Journal of
    Clinical Oncology 1, 710-719.

    Examples
    --------
    >>> keep, since = landmark([1.0, 3.0, 4.5, 8.0], [1, 1, 0, 1], at=3.0)
    >>> keep.tolist(), since.tolist()
    ([False, False, True, True], [0.0, 0.0, 1.5, 5.0])
    """
    time, event = survival_arrays(time, event)
    points = time_points(at, "The landmark")
    if points.size != 1:
        raise ValueError(f"One landmark is needed, not {points.size}.")
    merged = merge_ties(np.append(time, points))
    since = np.maximum(merged[:-1] - merged[-1], 0.0)
    return since > 0, since
