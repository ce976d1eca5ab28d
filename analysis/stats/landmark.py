"""The landmark: a clock that starts when the marker was known."""

import numpy as np

from analysis.stats.inputs import merge_ties, survival_arrays, time_points


def landmark(time, event, at) -> tuple[np.ndarray, np.ndarray]:
    """Patients still at risk strictly after the landmark, and their time from it.

    ``time`` and ``event`` of shape (n,), ``at`` one time in the same unit. Returns ``keep``
    (bool) and ``time`` (reset to the landmark), both of shape (n,); the time is meaningful where
    ``keep`` is true and 0 elsewhere. A time that equals the landmark but for rounding is not
    after it. Raises ValueError for wrong input. Anderson, Cain & Gelber (1983).
    """
    time, event = survival_arrays(time, event)
    points = time_points(at, "The landmark")
    if points.size != 1:
        raise ValueError(f"One landmark is needed, not {points.size}.")
    merged = merge_ties(np.append(time, points))
    since = np.maximum(merged[:-1] - merged[-1], 0.0)
    return since > 0, since
