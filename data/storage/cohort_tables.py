"""A cohort as the tables that it can be read from again: Cutline's own folder, in one zip.

Derived markers are written as their formulas and worked out again at reading.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import asdict
from typing import Any

import pandas as pd
import tomli_w

from data.cohort import FRAMES, Cohort, Conduct, Study
from data.schema import FORMULA

_MOMENT = (1980, 1, 1, 0, 0, 0)  # equal content, equal bytes


def zip_tables(cohort: Cohort) -> bytes:
    """The cohort as a zip of subjects.csv, outcomes.csv and so on, and study.toml."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts(cohort).items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), text.encode(), zipfile.ZIP_DEFLATED)
    return file.getvalue()


def texts(cohort: Cohort) -> dict[str, str]:
    """Every file of the folder form by its name."""
    frames = {name: getattr(cohort, name) for name in FRAMES}
    frames["measurements"] = list_measured(cohort)
    files = {
        f"{name}.csv": _write(frame).to_csv(index=False, lineterminator="\n")
        for name, frame in frames.items()
        if len(frame) or name != "events"
    }
    return files | {"study.toml": tomli_w.dumps(_study(cohort.study))}


def list_measured(cohort: Cohort) -> pd.DataFrame:
    """The measurements without those of derived markers."""
    formula = cohort.markers["formula"].fillna("")
    derived = set(cohort.markers.loc[formula.ne(""), "marker"])
    rows = cohort.measurements
    return rows[~rows["marker"].isin(derived)]


def _write(frame: pd.DataFrame) -> pd.DataFrame:
    """Every cell as the text that reads back as the same value, and that no spreadsheet runs."""
    cells = {quote(name): frame[name].map(as_text).map(quote) for name in frame.columns}
    return pd.DataFrame(cells, dtype=object)


def quote(text: str) -> str:
    """A text that a spreadsheet would run, behind an apostrophe (CWE-1236); numbers stay."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) and not _is_number(text) else text


def unquote(text: str) -> str:
    """The text that `quote` was given."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def as_text(value: Any) -> str:
    """A cell as text: numbers to their last digit, flags as 0 and 1, nothing for no value."""
    if value is None or value != value:
        return ""
    if isinstance(value, str):
        return value
    number = float(value)
    return f"{number:.0f}" if number.is_integer() and abs(number) < 1e15 else repr(number)


# ------------------------------------------------------------------------------------ study.toml


def _study(study: Study) -> dict:
    """The study file's content: single facts, then tables; what is not said is left out."""
    content = {key: _plain(value) for key, value in asdict(study).items()}
    if study.conduct == Conduct():
        del content["conduct"]
    content = {key: value for key, value in content.items() if value not in (None, "")}
    return dict(sorted(content.items(), key=lambda item: _depth(item[1])))


def _depth(value: object) -> int:
    """What TOML must have first: facts, then a table, then lists of tables."""
    if isinstance(value, dict):
        return 1
    return 2 if isinstance(value, list) and value and isinstance(value[0], dict) else 0


def _plain(value: Any) -> object:
    """As TOML has it: numbers as numbers with a point, no word for nothing."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if each is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, str) else float(value)
