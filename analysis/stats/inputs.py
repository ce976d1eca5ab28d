"""The door of the package: what comes in is checked here once, and says in words what is wrong."""

from functools import lru_cache

import numpy as np
import pandas as pd

# Times that differ by less than this share of the mean distinct time are one time. It is the
# tolerance of R's survival (aeqSurv, the square root of the machine epsilon), taken relative to
# the mean only, so that the unit of time does not matter. Comparing neighbours has no edges, as
# rounding to a number of digits would have: 0.1 + 0.2 and 0.3 cannot fall on two sides of one.
TIE_TOLERANCE = float(np.sqrt(np.finfo(float).eps))
MOST_COUNTED = 1_000  # labels up to here are counted, not sorted


def survival_arrays(time, event) -> tuple[np.ndarray, np.ndarray]:
    """Times and events as checked arrays of shape (n,): float with ties merged, and bool.

    Raises ValueError for missing, negative or infinite times, for event codes other than
    0/1 or bool, for unequal lengths and for no patients at all.
    """
    time, event = _times(time), _events(event)
    same_length(time=time, event=event)
    if time.size == 0:
        raise ValueError("There are no patients: time and event are empty.")
    return merge_ties(time), event


def merge_ties(time: np.ndarray) -> np.ndarray:
    """Give times that differ only by rounding the smallest of their values; shape (n,)."""
    distinct, place = distinct_times(time)
    new = np.append(True, np.diff(distinct) > tolerance(distinct))
    return time if new.all() else distinct[new][(np.cumsum(new) - 1)[place]]


def distinct_times(time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct times, ascending, and the place of every patient's among them; read-only.

    Every estimate of an answer asks for them, and every cut-off anew: they are kept by content.
    """
    return _distinct(np.ascontiguousarray(time, dtype=float).tobytes())


@lru_cache(maxsize=64)
def _distinct(times: bytes) -> tuple[np.ndarray, np.ndarray]:
    found = np.unique(np.frombuffer(times), return_inverse=True)
    for one in found:
        one.setflags(write=False)
    return found


def tolerance(distinct: np.ndarray) -> float:
    """The difference below which two times are the same, given the distinct times."""
    return TIE_TOLERANCE * float(np.mean(distinct)) if distinct.size else 0.0


def labels(values, n: int, what: str = "group") -> tuple[np.ndarray, list]:
    """Codes 0..k-1 of shape (n,) and the k labels in their order.

    Numbers and bools ascend; a pandas Categorical keeps its order; other labels are sorted.
    Raises ValueError for missing labels, unequal length and levels without members.
    """
    dtype = getattr(values, "dtype", None)
    if isinstance(dtype, pd.CategoricalDtype):
        codes, names = _categorical(values, what)
    else:
        codes, names = _plain(values, what)
    if codes.size != n:
        raise ValueError(f"{what} has {codes.size} entries, time has {n}; they must be equal.")
    return codes, names


def two_groups(values, n: int) -> tuple[np.ndarray, list]:
    """As :func:`labels`, for a comparison that needs exactly two groups."""
    codes, names = labels(values, n)
    if len(names) != 2:
        raise ValueError(f"Two groups are needed, but there are {len(names)}: {_listed(names)}.")
    return codes, names


def matrix(covariates, n: int) -> tuple[np.ndarray, list[str]]:
    """Covariates as floats of shape (n, terms), and the names of the terms.

    A DataFrame gives its column names, a named Series its name, a plain 1-D array "x", a 2-D
    array "x1", "x2", ... Raises ValueError for missing, infinite or non-numeric values.
    """
    if isinstance(covariates, pd.DataFrame):
        names = [str(name) for name in covariates.columns]
        columns = [covariates.iloc[:, i] for i in range(covariates.shape[1])]
    else:
        names, columns = _array_columns(covariates)
    if not columns:
        raise ValueError("There are no covariates.")
    if len(set(names)) < len(names):
        raise ValueError(f"Covariates need names of their own, but these repeat: {_listed(names)}.")
    table = np.column_stack([_numbers(c, s) for c, s in zip(columns, names, strict=True)])
    if len(table) != n:
        raise ValueError(f"The covariates have {len(table)} rows, time has {n}; make them equal.")
    return table, names


def numbers(values, what: str) -> np.ndarray:
    """Values as a complete, finite float array of shape (n,), or ValueError; text is no number."""
    return _numbers(values, what)


def positive_share(value: float, what: str) -> float:
    """A number strictly between 0 and 1, or ValueError."""
    if not (isinstance(value, (int, float, np.number)) and 0 < value < 1):
        raise ValueError(f"{what} must lie between 0 and 1, not {value!r}.")
    return float(value)


def time_points(values, what: str) -> np.ndarray:
    """One or several times of asking as a 1-D float array, finite and not negative."""
    points = _numbers(np.atleast_1d(np.asarray(values)), what)
    if (points < 0).any():
        raise ValueError(f"{what} must not be negative; the smallest is {points.min():g}.")
    return points


def positive_count(value, what: str) -> int:
    if not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"{what} must be a whole number above 0, not {value!r}.")
    return int(value)


def stream_seed(seed, purpose: int) -> np.uint64:
    """A number that every seed and purpose has for itself."""
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed must be a whole number, 0 or more, not {seed!r}.")
    return np.random.SeedSequence([int(seed), purpose]).generate_state(1, np.uint64)[0]


def same_length(**arrays) -> None:
    """Raise ValueError unless all arrays have the same length."""
    if len({len(a) for a in arrays.values()}) > 1:
        sizes = ", ".join(f"{name} {len(a)}" for name, a in arrays.items())
        raise ValueError(f"Arrays must have the same length, but: {sizes}.")


def _times(time) -> np.ndarray:
    array = np.asarray(time)
    if array.dtype.kind == "b":
        raise ValueError("time must be numbers, not true and false.")
    array = _numbers(array, "time")
    if (array < 0).any():
        raise ValueError(f"time must not be negative; {int((array < 0).sum())} value(s) are.")
    return array


def _events(event) -> np.ndarray:
    array = np.asarray(event)
    if array.dtype.kind == "b":
        return _one_dimensional(array, "event")
    array = _numbers(array, "event")
    if not np.isin(array, (0.0, 1.0)).all():
        codes = _listed(np.unique(array).tolist())
        raise ValueError(f"event must be true/false or 1/0 (1 = event), not the codes {codes}.")
    return array == 1


def _numbers(values, what: str) -> np.ndarray:
    """A complete, finite float array of shape (n,); text is never read as a number."""
    array = _one_dimensional(np.asarray(values), what)
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


def _object_numbers(array: np.ndarray, what: str) -> np.ndarray:
    missing = pd.isna(array)
    if not all(isinstance(v, (int, float, np.number, np.bool_)) for v in array[~missing]):
        raise ValueError(f"{what} must be numbers; some values are text or other things.")
    return np.where(missing, np.nan, array).astype(float)


def _one_dimensional(array: np.ndarray, what: str) -> np.ndarray:
    if array.ndim != 1:
        raise ValueError(f"{what} must be one-dimensional, but has {array.ndim} dimensions.")
    return array


def _array_columns(covariates) -> tuple[list[str], list]:
    array = np.asarray(covariates)
    if array.ndim == 1:
        name = getattr(covariates, "name", None)
        return ["x" if name is None else str(name)], [covariates]
    if array.ndim != 2:
        raise ValueError(f"covariates must have one or two dimensions, not {array.ndim}.")
    return [f"x{i + 1}" for i in range(array.shape[1])], list(array.T)


def _categorical(values, what: str) -> tuple[np.ndarray, list]:
    values = pd.Categorical(values)
    codes, names = np.asarray(values.codes, dtype=np.intp), values.categories.tolist()
    _no_missing(codes < 0, what)
    empty = np.setdiff1d(np.arange(len(names)), codes)
    if empty.size:
        raise ValueError(f"No patient is in {what} {_listed([names[i] for i in empty])}.")
    return codes, names


def _plain(values, what: str) -> tuple[np.ndarray, list]:
    # A list of labels stays as it is: NumPy would turn None or 1 beside text into text.
    array = np.asarray(values, dtype=None if hasattr(values, "dtype") else object)
    array = _one_dimensional(array, what)
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


def _no_missing(missing: np.ndarray, what: str) -> None:
    if missing.any():
        raise ValueError(f"{what} has {int(missing.sum())} missing value(s).")


def _listed(names) -> str:
    shown = ", ".join(str(name) for name in names[:6])
    return shown + (", …" if len(names) > 6 else "")
