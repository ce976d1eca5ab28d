"""Arms in an order that is not the alphabet's: by their dose, their code, or low before high."""

from __future__ import annotations

import re

import pandas as pd

from data.sources.draft import Draft
from data.sources.formats.raw_table import RawTable

_DOSE = re.compile(
    r".*?(\d+(?:[.,]\d+)?)\s*(mg|µg|μg|ug|mcg|g|ng|iu|miu|u|ml|gy|cells)\b(.*)", re.I
)
_NONE = re.compile(r"placebo|control|vehicle|untreated|kontrolle|no treatment", re.I)
_STEPS = (
    ("placebo", "control", "vehicle"),
    ("low", "niedrig"),
    ("mid", "medium", "mittel"),
    ("high", "hoch"),
)


def complete(draft: Draft, raw: RawTable, frame: pd.DataFrame, column: str | None) -> pd.DataFrame:
    """The subjects with arm codes that sort as a person would, and doses where arms are some."""
    if "arm" not in frame.columns:
        return frame
    labels = [label for label in frame["arm"].unique() if label]
    if "dose" not in frame.columns and (doses := doses_of(labels)):
        by_label, unit = doses
        draft.study["dose_unit"] = unit
        draft.warn(
            raw.source, f"the arms are doses in {unit}; they are put in that order", column or ""
        )
        return frame.assign(dose=frame["arm"].map(by_label).fillna(""))
    if order := steps_of(labels):
        codes = {label: str(at) for at, label in enumerate(order)}
        label = frame["arm"]
        return frame.assign(arm=label.map(codes).fillna(""), arm_label=label)
    return frame


def doses_of(labels: list[str]) -> tuple[dict[str, str], str] | None:
    """The doses that every label names, in one unit ("10 mg", "2 mg", "placebo")."""
    found, units = {}, set()
    for label in labels:
        match = _DOSE.match(label)
        if match:
            found[label] = match[1].replace(",", ".")
            units.add((match[2] + match[3]).strip().lower())
        elif _NONE.search(label):
            found[label] = "0"
        else:
            return None
    if len(units) != 1 or len({*found.values()}) != len(labels) or len(labels) < 2:
        return None
    unit = next(match for label in labels if (match := _DOSE.match(label)))
    return found, (unit[2] + unit[3]).strip()


def steps_of(labels: list[str]) -> list[str] | None:
    """Placebo, low, medium, high: in this order where every label holds one of these words."""
    places = {}
    for label in labels:
        words = re.findall(r"[a-zäöü]+", label.lower())
        steps = [at for at, known in enumerate(_STEPS) if any(w in known for w in words)]
        if len(steps) != 1:
            return None
        places[label] = steps[0]
    if len(set(places.values())) != len(labels) or len(labels) < 2:
        return None
    return sorted(labels, key=places.__getitem__)
