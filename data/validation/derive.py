"""Rows of derived markers (`markers.formula`), appended to the measurements at loading."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.formula import Formula, FormulaError
from data.problems import Log

# Computed values that tie but for rounding (0.3 / 0.1 and 3 / 1) must tie under a cut.
SIGNIFICANT_DIGITS = 12
_KEY = ["subject", "visit"]


def read_formulas(markers: pd.DataFrame, log: Log) -> dict[str, Formula]:
    """The formulas by marker, in an order in which each needs only earlier ones."""
    formulas = {}
    if log.lacks("markers", "marker"):
        return {}
    known = set(markers["marker"])
    derived = markers.loc[markers["formula"].ne(""), ["marker", "formula"]]
    for row, marker, text in derived.itertuples():
        try:
            formulas[marker] = Formula(text)
        except FormulaError as error:
            _complain(log, row, text, f"the formula {{value!r}} cannot be used: {error}")
            continue
        for name in set(formulas[marker].names) - known:
            _complain(log, row, text, f"the formula {{value!r}} names an unknown marker {name!r}")
    formulas = {m: formula for m, formula in formulas.items() if known.issuperset(formula.names)}
    return _order(formulas, markers, log)


def _complain(log: Log, row: int, text: str, message: str) -> None:
    log.problem("markers", "formula", pd.Series([text], index=[row]), message)


def _order(formulas: dict[str, Formula], markers: pd.DataFrame, log: Log) -> dict[str, Formula]:
    """Formulas whose parts come first; those that lead back to themselves are problems."""
    ordered: dict[str, Formula] = {}
    waiting = dict(formulas)
    while waiting:
        ready = [m for m, f in waiting.items() if not any(name in waiting for name in f.names)]
        if not ready:
            rows = markers.loc[markers["marker"].isin(list(waiting)), "formula"]
            log.problem("markers", "formula", rows, "the formula {value!r} leads back to itself")
            return ordered
        ordered |= {marker: waiting.pop(marker) for marker in ready}
    return ordered


def append_derived(
    measurements: pd.DataFrame, formulas: dict[str, Formula], log: Log
) -> pd.DataFrame:
    """The measurements followed by the rows of every derived marker."""
    if not formulas:
        return measurements
    frames = [measurements]
    wide = {marker: rows.set_index(_KEY) for marker, rows in measurements.groupby("marker")}
    for marker, formula in formulas.items():
        derived = _derived_rows(marker, formula, wide, log)
        if derived is not None and len(derived):
            wide[marker] = derived
            frames.append(derived.reset_index()[list(measurements.columns)])
    return pd.concat(frames, ignore_index=True)


def _derived_rows(marker: str, formula: Formula, wide: dict, log: Log) -> pd.DataFrame | None:
    """One row per subject and visit that has all parts; a value that is not finite has none."""
    if any(name not in wide for name in formula.names):
        return None
    parts = [wide[name] for name in formula.names]
    index = parts[0].index
    for part in parts[1:]:
        index = index[index.isin(part.index)]
    parts = [part.loc[index] for part in parts]
    values = {n: p["value"].to_numpy() for n, p in zip(formula.names, parts, strict=True)}
    value = significant(formula.evaluate(values))
    rows = pd.DataFrame(
        {
            "day": np.max([part["day"].to_numpy() for part in parts], axis=0),
            "marker": marker,
            "value": value,
            "below_limit": np.any([part["below_limit"].to_numpy() for part in parts], axis=0),
        },
        index=index,
    )
    lost = int((~np.isfinite(value)).sum())
    if lost:
        message = f"{marker} = {formula.text} has no value for {lost} samples (division by zero)"
        log.warning("measurements", "value", None, message)
    return rows[np.isfinite(value)]


def significant(values: np.ndarray, digits: int = SIGNIFICANT_DIGITS) -> np.ndarray:
    """Values rounded to so many significant digits."""
    values = np.asarray(values, dtype=float)
    text = np.char.mod(f"%.{digits - 1}e", values)
    return text.astype(float)
