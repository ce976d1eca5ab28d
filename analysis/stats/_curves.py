"""Limits of a Kaplan-Meier curve, where it crosses one half, and what it says at a time."""

import numpy as np
from scipy.special import ndtri

from analysis.stats.estimates import clopper_pearson
from analysis.stats.inputs import positive_share
from analysis.stats.typed import Array, Floats

CONF_TYPES = ("log-log", "log", "plain")

# Survival that is 0.5 but for rounding is 0.5; R's tolerance in quantile.survfit.
_FLAT = float(np.sqrt(np.finfo(float).eps))


def normal_quantile(conf_level: float, conf_type: str) -> float:
    """The quantile of a two-sided level, or ValueError for a level or scale that is none."""
    if conf_type not in CONF_TYPES:
        raise ValueError(f"conf_type must be one of {', '.join(CONF_TYPES)}, not {conf_type!r}.")
    return float(ndtri((1 + positive_share(conf_level, "conf_level")) / 2))


def compute_band(survival: Floats, se: Floats, z: float, conf_type: str) -> tuple[Floats, Floats]:
    """Lower and upper limit of survival; ``se`` is the standard error of log survival."""
    s = np.where(survival > 0, survival, np.nan)
    se = np.where(survival > 0, se, np.nan)
    if conf_type == "plain":
        return np.maximum(s - z * se * s, 0.0), np.minimum(s + z * se * s, 1.0)
    if conf_type == "log":
        return s * np.exp(-z * se), np.minimum(s * np.exp(z * se), 1.0)
    log_s = np.log(np.where(s < 1, s, np.nan))
    half = z * se / log_s  # negative: survival below 1
    centre = np.log(-log_s)
    return np.exp(-np.exp(centre - half)), np.exp(-np.exp(centre + half))


def find_half(time: Floats, value: Floats) -> float:
    """Where a curve or the edge of its band crosses 0.5, by the rule of R's quantile.survfit.

    A flat part at 0.5 gives its middle; one that lasts to the end, the middle up to the last
    time. An edge of a band may rise again: then the highest value that is not above 0.5 counts.
    """
    reached, below = _highest(value, 0.5 + _FLAT), _highest(value, 0.5 - _FLAT)
    if reached is None:
        return np.nan
    if not np.isnan(value[-1]) and abs(value[-1] - 0.5) < _FLAT:
        return float((time[reached] + time[-1]) / 2)
    return np.nan if below is None else float((time[reached] + time[below]) / 2)


def _highest(value: Floats, limit: float) -> int | None:
    """First position of the highest value that is not above the limit."""
    kept = np.where(value <= limit, value, -np.inf)  # NaN compares false
    position = int(kept.argmax())
    return None if kept[position] == -np.inf else position


def count_at(rows: dict[str, Array], points: Array, near: float) -> dict[str, Array]:
    """Patients at risk, events and censorings before each point, from the rows of one group."""
    first = np.searchsorted(rows["time"], points - near)  # first row with time >= t
    return {
        "group": np.repeat(rows["group"][:1], points.size),
        "time": points,
        "n_risk": np.append(rows["n_risk"], 0)[first],
        "n_event": np.append(0, rows["n_event"].cumsum())[first],
        "n_censor": np.append(0, rows["n_censor"].cumsum())[first],
    }


def read_milestones(
    rows: dict[str, Array], points: Array, near: float, conf_level: float
) -> dict[str, Array]:
    """Survival and its limits at each point, from the rows of one group."""
    time, counts = rows["time"], count_at(rows, points, near)
    last = np.searchsorted(time, points + near, side="right")  # rows up to and including t
    survival, *band = (np.append(1.0, rows[name])[last] for name in ("survival", "lower", "upper"))
    limits = _limits_at_the_ends(survival, counts["n_censor"], rows["n_risk"][0], conf_level)
    limits = np.where(np.isin(survival, (0, 1)), limits, band)
    unknown = (points > time[-1] + near) & (survival > 0)
    curve = np.where(unknown, np.nan, np.vstack([survival, limits]))
    shown = dict(zip(("survival", "lower", "upper"), curve, strict=True))
    return {"group": counts["group"], "at": points, **shown, "n_risk": counts["n_risk"]}


def _limits_at_the_ends(survival: Floats, censored: Array, n: int, conf_level: float) -> Floats:
    """Limits of a survival of 0 or 1, shape (2, points): of n patients whom all one knows, the
    exact ones; where some were censored before, none."""
    ends = np.array([clopper_pearson(alive, n, conf_level=conf_level) for alive in (0, n)])
    return np.where(censored == 0, ends[(survival == 1).astype(int)].T, np.nan)
