"""Labels of groups and strata, and covariates, as arrays of numbers."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.stats.inputs.values import list_names, numbers, one_dimensional
from analysis.stats.typed import Flags, Floats, Integers

__all__ = ["labels", "matrix", "two_groups"]

MOST_COUNTED = 1_000  # labels up to here are counted, not sorted


def labels(values: Any, n: int, what: str = "group") -> tuple[Integers, list[Any]]:
    """Turn labels into codes.

    Parameters
    ----------
    values : array, list, Series or Categorical of shape (n,)
    n : int
        How many there must be.
    what : str
        What an error calls them.

    Returns
    -------
    codes : array of int, shape (n,)
        0 to k - 1.
    names : list
        The k labels in their order: numbers and bools ascend, a Categorical keeps its order,
        other labels are sorted.

    Raises
    ------
    ValueError
        For missing labels, unequal length, and levels of a Categorical without members.

    Examples
    --------
    >>> codes, names = labels(["low", "high", "low"], 3)
    >>> codes.tolist(), names
    ([1, 0, 1], ['high', 'low'])
    """
    dtype = getattr(values, "dtype", None)
    if isinstance(dtype, pd.CategoricalDtype):
        codes, names = _categorical(values, what)
    else:
        codes, names = _plain(values, what)
    if codes.size != n:
        raise ValueError(f"{what} has {codes.size} entries, time has {n}; they must be equal.")
    return codes, names


def two_groups(values: Any, n: int) -> tuple[Integers, list[Any]]:
    """Turn the labels of exactly two groups into codes.

    Parameters
    ----------
    values, n
        As :func:`labels`.

    Returns
    -------
    codes : array of int, shape (n,)
        0 or 1.
    names : list
        The two labels in their order.

    Raises
    ------
    ValueError
        As :func:`labels`, and for other than two groups.

    Examples
    --------
    >>> codes, names = two_groups([True, False, True], 3)
    >>> codes.tolist(), names
    ([1, 0, 1], [False, True])
    """
    codes, names = labels(values, n)
    if len(names) != 2:
        raise ValueError(f"Two groups are needed, but there are {len(names)}: {list_names(names)}.")
    return codes, names


def matrix(covariates: Any, n: int) -> tuple[Floats, list[str]]:
    """Check covariates and name their terms.

    Parameters
    ----------
    covariates : DataFrame or array of shape (n, terms), or array or Series of shape (n,)
        Numbers or bools.
    n : int
        How many rows there must be.

    Returns
    -------
    values : array of float, shape (n, terms)
    names : list of str
        A DataFrame gives its column names, a named Series its name, a plain 1-D array "x", a 2-D
        array "x1", "x2", ...

    Raises
    ------
    ValueError
        For missing, infinite or non-numeric values, unequal length and repeated names.

    Examples
    --------
    >>> values, names = matrix([[1, 0], [2, 1], [3, 0]], 3)
    >>> values.shape, names
    ((3, 2), ['x1', 'x2'])
    """
    if isinstance(covariates, pd.DataFrame):
        names = [str(name) for name in covariates.columns]
        columns = [covariates.iloc[:, i] for i in range(covariates.shape[1])]
    else:
        names, columns = _array_columns(covariates)
    if not columns:
        raise ValueError("There are no covariates.")
    if len(set(names)) < len(names):
        raise ValueError(
            f"Covariates need names of their own, but these repeat: {list_names(names)}."
        )
    table = np.column_stack([numbers(c, s) for c, s in zip(columns, names, strict=True)])
    if len(table) != n:
        raise ValueError(f"The covariates have {len(table)} rows, time has {n}; make them equal.")
    return table, names


def _array_columns(covariates: Any) -> tuple[list[str], list[Any]]:
    array = np.asarray(covariates)
    if array.ndim == 1:
        name = getattr(covariates, "name", None)
        return ["x" if name is None else str(name)], [covariates]
    if array.ndim != 2:
        raise ValueError(f"covariates must have one or two dimensions, not {array.ndim}.")
    return [f"x{i + 1}" for i in range(array.shape[1])], list(array.T)


def _categorical(values: Any, what: str) -> tuple[Integers, list[Any]]:
    values = pd.Categorical(values)
    codes, names = np.asarray(values.codes, dtype=np.intp), values.categories.tolist()
    _no_missing(codes < 0, what)
    empty = np.setdiff1d(np.arange(len(names)), codes)
    if empty.size:
        raise ValueError(f"No patient is in {what} {list_names([names[i] for i in empty])}.")
    return codes, names


def _plain(values: Any, what: str) -> tuple[Integers, list[Any]]:
    # A list of labels stays as it is: NumPy would turn None or 1 beside text into text.
    array = np.asarray(values, dtype=None if hasattr(values, "dtype") else object)
    array = one_dimensional(array, what)
    if array.dtype.kind == "i" and array.size and array.min() >= 0 and array.max() < MOST_COUNTED:
        names = np.flatnonzero(np.bincount(array))  # ten times as fast as sorting
        return np.searchsorted(names, array), names.tolist()
    if array.dtype.kind not in "biuSU":
        _no_missing(pd.isna(array), what)
    try:
        names, codes = np.unique(array, return_inverse=True)
    except TypeError:
        raise ValueError(f"The labels of {what} must be of one kind to have an order.") from None
    return codes, names.tolist()


def _no_missing(missing: Flags, what: str) -> None:
    if missing.any():
        raise ValueError(f"{what} has {int(missing.sum())} missing value(s).")
