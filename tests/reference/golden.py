"""Reads the golden values and compares with them."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
SETS = ("lung", "veteran", "gbsg")
TINY = [(name, marker) for name in ("veteran17", "lung17") for marker in ("m1", "m2")]


@cache
def values(name: str) -> dict:
    """The golden values of ``survival_<name>.json``."""
    return json.loads((HERE / f"survival_{name}.json").read_text())


@cache
def searches(name: str) -> dict:
    """The golden values of ``cutoff_<name>.json``."""
    return json.loads((HERE / f"cutoff_{name}.json").read_text())


@cache
def patients(name: str) -> pd.DataFrame:
    """The patients of a data set, or of one of the 17-patient sets."""
    if name.endswith("17"):
        return pd.DataFrame(values("tiny17")[name]["data"])
    return pd.read_csv(HERE / f"data_{name}.csv")


def with_marker(name: str, marker: str) -> pd.DataFrame:
    """The patients whose marker is known."""
    return patients(name).dropna(subset=[marker])


def markers() -> list[tuple[str, str]]:
    """Every data set and marker of the large sets."""
    return [(name, marker) for name in SETS for marker in values(name)["markers"]]


def searched() -> list[tuple[str, str]]:
    """Every data set and marker with a golden search, the 17-patient ones included."""
    return [(name, marker) for name in SETS for marker in searches(name)] + TINY


def search(name: str, marker: str) -> tuple[pd.DataFrame, dict]:
    """Patients whose marker is known, and the golden values of the search."""
    own = searches("tiny17")[name] if name.endswith("17") else searches(name)
    return with_marker(name, marker), own[marker]


def cuts() -> list[tuple[str, str, int]]:
    """Every data set, marker and position of a cut of the large sets."""
    return [
        (name, marker, i)
        for name, marker in markers()
        for i in range(len(values(name)["markers"][marker]["cuts"]))
    ]


def cut(name: str, marker: str, i: int) -> tuple[pd.DataFrame, np.ndarray, dict]:
    """Patients, high group and golden values of one cut."""
    golden = values(name)["markers"][marker]["cuts"][i]
    frame = with_marker(name, marker)
    return frame, frame[marker].to_numpy() > golden["cut"], golden


def same(actual, expected, rel: float = 1e-8, tiny: float = 1e-15) -> None:
    """Assert equality to ``rel``; null must be NaN. ``tiny`` is what counts as zero."""
    expected = np.array(np.atleast_1d(np.array(expected, dtype=object)), dtype=float)
    actual = np.atleast_1d(np.asarray(actual, dtype=float))
    np.testing.assert_allclose(actual, expected, rtol=rel, atol=tiny, equal_nan=True)
