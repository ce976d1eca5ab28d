"""p-values of many questions at once: Holm, and Benjamini and Hochberg."""

from __future__ import annotations

import numpy as np


def holm(p) -> np.ndarray:
    """p adjusted by Holm (1979): the chance of one false finding or more among all of them.

    Shape (n,), NaN where there is no p: those are not counted. As R's p.adjust(method = "holm").
    Raises ValueError for values outside 0 to 1.
    """
    return _adjusted(p, lambda ordered: np.maximum.accumulate(
        ordered * np.arange(ordered.size, 0, -1)
    ))  # fmt: skip


def benjamini_hochberg(p) -> np.ndarray:
    """p adjusted by Benjamini & Hochberg (1995): the share of false findings among the findings.

    Shape (n,), NaN where there is no p: those are not counted. As R's p.adjust(method = "BH").
    Raises ValueError for values outside 0 to 1.
    """
    return _adjusted(p, lambda ordered: np.minimum.accumulate(
        (ordered * ordered.size / np.arange(1, ordered.size + 1))[::-1]
    )[::-1])  # fmt: skip


def _adjusted(p, rule) -> np.ndarray:
    p = np.asarray(p, float)
    if p.ndim != 1:
        raise ValueError(f"p must be one-dimensional, but has {p.ndim} dimensions.")
    known = np.flatnonzero(~np.isnan(p))
    if ((p[known] < 0) | (p[known] > 1)).any():
        raise ValueError("A p lies between 0 and 1.")
    found = np.full(p.size, np.nan)
    order = known[np.argsort(p[known], kind="stable")]
    found[order] = np.minimum(rule(p[order]), 1.0)
    return found
