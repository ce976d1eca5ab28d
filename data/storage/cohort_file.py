"""A cohort as one file, and back, cell by cell the same, without pickle and without guessing.

The file is NumPy's .npz. Why not CSV: what was typed and derived once would be parsed again at
every opening, with the chance of another result. Why not Arrow or Parquet: 120 MB of library, with
a record of unsafe reading, for what a few arrays do. Texts are levels (JSON) and codes (int32).
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data.cohort import FRAMES, Cohort, Problem, Study
from data.problems import Log
from data.study import read_study

FORMAT = 1
ABOUT = "about"
_PLAIN = {"float64", "int64", "bool"}


class NotOurs(ValueError):
    """A file that this module did not write, or that is no longer what it wrote."""


def write(cohort: Cohort, path: Path) -> None:
    """Write the cohort; its `id` too, so that reading need not work it out again."""
    arrays: dict[str, np.ndarray] = {}
    tables = {name: _columns(name, getattr(cohort, name), arrays) for name in FRAMES}
    about = {
        "format": FORMAT,
        "id": cohort.id,
        "study": _plain(asdict(cohort.study)),
        "warnings": [asdict(one) for one in cohort.warnings],
        "tables": tables,
    }
    text = json.dumps(about, ensure_ascii=False, allow_nan=False).encode()
    content: dict[str, Any] = {ABOUT: np.frombuffer(text, np.uint8), **arrays}
    np.savez(path, **content)


def read(path: Path) -> Cohort:
    """The cohort that was written there; NotOurs for anything else."""
    try:
        with path.open("rb") as file, np.load(file) as arrays:
            about = json.loads(arrays[ABOUT].tobytes())
            if about["format"] != FORMAT:
                raise NotOurs("written by another version")
            frames = {
                name: _frame(name, columns, arrays) for name, columns in about["tables"].items()
            }
    except (
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        OSError,
        EOFError,
        zipfile.BadZipFile,
    ) as error:
        raise NotOurs(f"no cohort: {error}") from error
    warnings = tuple(Problem(**one) for one in about["warnings"])
    return Cohort(**frames, study=_study(about["study"]), warnings=warnings, id=about["id"])


def _columns(table: str, frame: pd.DataFrame, arrays: dict[str, np.ndarray]) -> list[dict]:
    found = []
    for place, name in enumerate(frame.columns):
        cells, key = frame[name], f"{table}.{place}"
        if str(cells.dtype) in _PLAIN:
            arrays[key] = cells.to_numpy()
            found.append({"name": name, "key": key})
            continue
        codes, levels = pd.factorize(cells.to_numpy(object), use_na_sentinel=True)
        if not all(isinstance(level, str) for level in levels):
            raise TypeError(f"{table}.{name} holds something that is neither number nor text")
        arrays[key] = codes.astype(np.int32)
        found.append({"name": name, "key": key, "levels": list(levels)})
    return found


def _frame(table: str, columns: list[dict], arrays) -> pd.DataFrame:
    if table not in FRAMES:
        raise NotOurs(f"unknown table {table!r}")
    return pd.DataFrame({one["name"]: _cells(arrays[one["key"]], one) for one in columns})


def _cells(cells: np.ndarray, column: dict) -> np.ndarray:
    if "levels" not in column:
        return cells
    # One more level at the end: a code of -1 finds it, and stands for "missing".
    levels = np.array([*column["levels"], np.nan], dtype=object)
    return levels[cells]


def _plain(study: dict) -> dict:
    """Without what is not said: a study file has no word for nothing."""
    return {
        key: _plain(value) if isinstance(value, dict) else _plain_items(value)
        for key, value in study.items()
        if value is not None
    }


def _plain_items(value: object) -> object:
    if not isinstance(value, (list, tuple)):
        return value
    return [_plain(one) if isinstance(one, dict) else one for one in value]


def _study(plain: dict) -> Study:
    log = Log()
    study = read_study({**plain, "name": plain["name"] or "-"}, log)
    if log.problems:
        raise NotOurs(str(log.problems[0]))
    return replace(study, name=plain["name"])
