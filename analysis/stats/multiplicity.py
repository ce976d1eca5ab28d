"""p-values of many questions at once: Holm, and Benjamini and Hochberg."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["benjamini_hochberg", "holm"]


def holm(p: ArrayLike) -> NDArray[np.float64]:
    """Adjust p-values by Holm's step-down rule.

    Parameters
    ----------
    p : array of shape (n,)
        p-values between 0 and 1; NaN where a question has none.

    Returns
    -------
    array of shape (n,)
        Adjusted p-values in the order of ``p``; NaN stays NaN.

    Raises
    ------
    ValueError
        Where ``p`` is not one-dimensional or has a value outside 0 to 1.

    Notes
    -----
    Calling significant what is at or below alpha keeps the chance of one false finding or more,
    among all the questions, at or below alpha, however the tests depend on one another. A
    question without a p is not counted among them.

    References
    ----------
    Holm S (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal
    of Statistics 6, 65-70. R: ``p.adjust(method = "holm")``. Computed by statsmodels'
    ``multipletests``.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    return _adjusted(p, "holm")


def benjamini_hochberg(p: ArrayLike) -> NDArray[np.float64]:
    """Adjust p-values by the step-up rule of Benjamini and Hochberg.

    Parameters
    ----------
    p : array of shape (n,)
        p-values between 0 and 1; NaN where a question has none.

    Returns
    -------
    array of shape (n,)
        Adjusted p-values in the order of ``p``; NaN stays NaN.

    Raises
    ------
    ValueError
        Where ``p`` is not one-dimensional or has a value outside 0 to 1.

    Notes
    -----
    Calling significant what is at or below alpha keeps the expected share of false findings
    among the findings at or below alpha. That is proved for independent tests and for tests that
    depend positively on one another; unlike Holm's rule it does not hold for any dependence.
    A question without a p is not counted.

    References
    ----------
    Benjamini Y, Hochberg Y (1995). Controlling the false discovery rate. Journal of the Royal
    Statistical Society B 57, 289-300. R: ``p.adjust(method = "BH")``. Computed by statsmodels'
    ``multipletests``.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    return _adjusted(p, "fdr_bh")


def _adjusted(p: ArrayLike, method: str) -> NDArray[np.float64]:
    p = np.asarray(p, float)
    if p.ndim != 1:
        raise ValueError(f"p must be one-dimensional, but has {p.ndim} dimensions.")
    known = ~np.isnan(p)
    if ((p[known] < 0) | (p[known] > 1)).any():
        raise ValueError("A p lies between 0 and 1.")
    adjusted = np.full(p.size, np.nan)
    if known.any():  # multipletests has no answer to nothing
        # Loaded here: it takes a second, and the start of the program does not need it.
        from statsmodels.stats.multitest import multipletests

        adjusted[known] = multipletests(p[known], method=method)[1]
    return adjusted
