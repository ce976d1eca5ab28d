"""The cohorts that come with the program, by name."""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from data.cohort import Cohort
from data.schema import SINGLE_VISIT
from data.sources import _builtin_tables
from data.validate import validate

_HERE = Path(__file__).resolve().parent.parent


def names() -> list[str]:
    """The built-in cohorts, the first one first."""
    return list(_RAW)


def load(name: str) -> Cohort:
    """The built-in cohort of that name; ValueError names the known ones."""
    if name not in _RAW:
        raise ValueError(f"no built-in cohort {name!r}; known: {', '.join(_RAW)}")
    folder, measured = _RAW[name]
    raw, study, problems = _builtin_tables.read_folder(folder)
    return validate(raw | measured(), study, name=name, problems=problems)


def _lifelines(file: str) -> pd.DataFrame:
    """A data set inside the lifelines package, as text; found without importing lifelines."""
    package = importlib.util.find_spec("lifelines")
    if package is None or not package.submodule_search_locations:
        raise FileNotFoundError(f"the package lifelines, which holds {file}, is not installed")
    path = Path(package.submodule_search_locations[0]) / "datasets" / file
    with path.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    return pd.DataFrame(rows, columns=header, dtype=object)


_YES_NO = {"0": "no", "1": "yes"}
_ACTG_ARMS = {
    "0": "zidovudine",
    "1": "zidovudine + didanosine",
    "2": "zidovudine + zalcitabine",
    "3": "didanosine",
}
_ACTG_MEASURED = {  # column in the file: marker, visit, day
    "cd40": ("CD4", "baseline", "0"),
    "cd80": ("CD8", "baseline", "0"),
    "cd420": ("CD4", "week20", "140"),
    "cd820": ("CD8", "week20", "140"),
}


def _actg175() -> dict[str, pd.DataFrame]:
    """ACTG 175 (Hammer 1996); only what was known at baseline is kept as a covariate."""
    raw = _lifelines("ACTG175.csv")
    subject = "ACTG-" + raw["pidnum"]
    subjects = pd.DataFrame(
        {
            "subject": subject,
            "arm": raw["arms"],
            "arm_label": raw["arms"].map(_ACTG_ARMS),
            "age": raw["age"],
            "sex": raw["gender"].map({"0": "female", "1": "male"}),
            "race": raw["race"].map({"0": "white", "1": "non-white"}),
            "weight_kg": raw["wtkg"],
            "karnofsky": raw["karnof"],
            "symptomatic": raw["symptom"].map(_YES_NO),
            "haemophilia": raw["hemo"].map(_YES_NO),
            "homosexual_activity": raw["homo"].map(_YES_NO),
            "injection_drug_use": raw["drugs"].map(_YES_NO),
            "antiretroviral_history": raw["str2"].map({"0": "naive", "1": "experienced"}),
            "antiretroviral_days_before": raw["preanti"],
        }
    )
    return {
        "subjects": subjects,
        "outcomes": _outcomes(subject, "EFS", raw["days"], raw["cens"]),
        "measurements": _measurements(subject, raw, _ACTG_MEASURED),
    }


def _gbsg2() -> dict[str, pd.DataFrame]:
    """GBSG2 (Schumacher 1994); the file names no patients, so they are numbered as they stand."""
    raw = _lifelines("gbsg2.csv")
    subject = pd.Series([f"GBSG2-{number:03d}" for number in range(1, len(raw) + 1)])
    subjects = pd.DataFrame(
        {
            "subject": subject,
            "arm": raw["horTh"],
            "arm_label": raw["horTh"].map(
                {"no": "no hormonal therapy", "yes": "hormonal therapy (tamoxifen)"}
            ),
            "age": raw["age"],
            "menopausal_status": raw["menostat"].map({"Pre": "pre", "Post": "post"}),
            "tumour_size_mm": raw["tsize"],
            "tumour_grade": raw["tgrade"],
            "positive_nodes": raw["pnodes"],
        }
    )
    measured = {column: (marker, SINGLE_VISIT, "0") for column, marker in _GBSG_MARKERS.items()}
    return {
        "subjects": subjects,
        "outcomes": _outcomes(subject, "RFS", raw["time"], raw["cens"]),
        "measurements": _measurements(subject, raw, measured),
    }


_GBSG_MARKERS = {"progrec": "PGR", "estrec": "ER"}


def _outcomes(subject, endpoint: str, time: pd.Series, event: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"subject": subject, "endpoint": endpoint, "time": time, "event": event})


def _measurements(subject, raw: pd.DataFrame, measured: dict) -> pd.DataFrame:
    """Long rows from the wide columns of a file."""
    frames = [
        pd.DataFrame(
            {"subject": subject, "visit": visit, "day": day, "marker": marker, "value": raw[column]}
        )
        for column, (marker, visit, day) in measured.items()
    ]
    return pd.concat(frames, ignore_index=True)


def _nothing_more() -> dict[str, pd.DataFrame]:
    return {}  # all of it stands in the folder


# Name: the folder with what we wrote, and the tables that come from elsewhere.
_RAW: dict[str, tuple[Path, Callable[[], dict[str, pd.DataFrame]]]] = {
    "imail2": (_HERE / "imail2" / "imail2", _nothing_more),
    "imail2-null": (_HERE / "imail2" / "imail2-null", _nothing_more),
    "actg175": (_HERE / "actg175", _actg175),
    "gbsg2": (_HERE / "gbsg2", _gbsg2),
}
