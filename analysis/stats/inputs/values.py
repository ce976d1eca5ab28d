"""Numbers: complete, finite, and of the range that they must have."""

from collections.abc import Sequence, Sized
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.stats.typed import Array, Floats

__all__ = ["ALPHA", "numbers", "positive_count", "positive_share", "same_length", "stream_seed"]

ALPHA = 0.05  # the level of every test and every decision about one


def numbers(values: ArrayLike, what: str) -> Floats:
    """Check that values are complete, finite numbers.

    Parameters
    ----------
    values : array of shape (n,)
    what : str
        What an error calls them.

    Returns
    -------
    array of float, shape (n,)

    Raises
    ------
    ValueError
        For missing or infinite values, and for text: it is never read as a number.

    Examples
    --------
    >>> numbers([1, 2.5], "dose").tolist()
    [1.0, 2.5]
    """
    array = one_dimensional(np.asarray(values), what)
    if array.dtype.kind == "O":
        array = _object_numbers(array, what)
    elif array.dtype.kind not in "biuf":
        kind = "text" if array.dtype.kind in "SU" else f"values of type {array.dtype}"
        raise ValueError(f"{what} must be numbers, not {kind}.")
    array = array.astype(float)
    if np.isnan(array).any():
        raise ValueError(f"{what} has {int(np.isnan(array).sum())} missing value(s).")
    if np.isinf(array).any():
        raise ValueError(f"{what} has {int(np.isinf(array).sum())} infinite value(s).")
    return array


def positive_share(value: float, what: str) -> float:
    """Check that a number lies strictly between 0 and 1.

    Parameters
    ----------
    value : float
    what : str
        What an error calls it.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        Where it does not.

    Examples
    --------
    >>> positive_share(0.95, "conf_level")
    0.95
    """
    if not (isinstance(value, (int, float, np.number)) and 0 < value < 1):
        raise ValueError(f"{what} must lie between 0 and 1, not {value!r}.")
    return float(value)


def positive_count(value: int, what: str) -> int:
    """Check that a number is whole and above 0.

    Parameters
    ----------
    value : int
    what : str
        What an error calls it.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        Where it is not.

    Examples
    --------
    >>> positive_count(10_000, "permutations")
    10000
    """
    if not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"{what} must be a whole number above 0, not {value!r}.")
    return int(value)


def stream_seed(seed: int, purpose: int) -> np.uint64:
    """Make a start for random numbers that every seed and purpose has for itself.

    Parameters
    ----------
    seed : int
        0 or more.
    purpose : int
        Tells draws apart that must not share their random numbers.

    Returns
    -------
    numpy.uint64

    Raises
    ------
    ValueError
        For a seed that is no whole number of 0 or more.

    Examples
    --------
    >>> stream_seed(0, 1) == stream_seed(0, 1), stream_seed(0, 1) == stream_seed(0, 2)
    (np.True_, np.False_)
    """
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed must be a whole number, 0 or more, not {seed!r}.")
    start: np.uint64 = np.random.SeedSequence([int(seed), purpose]).generate_state(1, np.uint64)[0]
    return start


def same_length(**arrays: Sized) -> None:
    """Check that arrays have the same length.

    Parameters
    ----------
    **arrays
        By the names that an error calls them.

    Raises
    ------
    ValueError
        Where they have not.

    Examples
    --------
    >>> same_length(time=[1, 2], marker=[3, 4])
    """
    if len({len(a) for a in arrays.values()}) > 1:
        sizes = ", ".join(f"{name} {len(a)}" for name, a in arrays.items())
        raise ValueError(f"Arrays must have the same length, but: {sizes}.")


def _object_numbers(array: Array, what: str) -> Array:
    missing = pd.isna(array)
    if not all(isinstance(v, (int, float, np.number, np.bool_)) for v in array[~missing]):
        raise ValueError(f"{what} must be numbers; some values are text or other things.")
    return np.where(missing, np.nan, array).astype(float)


def one_dimensional(array: Array, what: str) -> Array:
    """The array, or ValueError where it has another number of dimensions than one."""
    if array.ndim != 1:
        raise ValueError(f"{what} must be one-dimensional, but has {array.ndim} dimensions.")
    return array


def list_names(names: Sequence[Any]) -> str:
    """The first names, for an error."""
    listed = ", ".join(str(name) for name in names[:6])
    return listed + (", …" if len(names) > 6 else "")
