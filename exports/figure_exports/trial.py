"""Exports of the trial and overview pages: escalation, lanes, lesions, exposure, all patients."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pandas as pd
import plotly.graph_objects as go

from analysis.results.overview import EndpointOverview
from analysis.results.trial.conduct import Trial
from analysis.results.trial.escalation import Escalation
from analysis.results.trial.exposure import ExposureComparison
from exports.figure_export import FigureExport
from exports.figure_exports.common import make_export, without_ids
from exports.pptx import rate_chart
from exports.provenance import Provenance
from figures.curves import from_start
from figures.trial.swimmer import drug_styles, symbol_of
from wording.files.figures import (
    ARROW,
    BESIDE_LEVEL,
    BESIDE_RESPONSE,
    HOW_ALL,
    HOW_CROSSES,
    HOW_EXPOSURE,
    HOW_RATES,
    HOW_SPIDER,
    LIGHT_TO_DARK,
    NUMBERED,
    TITLES,
    describe_bars,
)
from wording.listing import list_items
from wording.numbers import percent
from wording.results.escalation import CAVEAT, CAVEAT_OTHER, describe_rule
from wording.results.trial import (
    count,
    exposure_sentence,
    response_words,
    trial_summary,
)

ASSESSED = {"CR": "star", "PR": "triangle", "SD": "dot", "PD": "diamond"}
SIGNS = {"diamond-tall": "diamond", "x": "cross", "square": "square", "star": "star"}


def path(found: Trial, figure: go.Figure, said: str, provenance: Provenance) -> FigureExport:
    """The escalation."""
    way = found.path
    assert isinstance(way, Escalation)  # as there is a figure of it

    def tables() -> dict[str, pd.DataFrame]:
        steps = way.patients.sort_values("place", ignore_index=True)
        steps = steps.assign(level=[way.levels.labels[one] for one in steps["level"]],
                             dlt=steps["dlt"].astype(int))  # fmt: skip
        return {"Patients": steps[["place", "level", "dlt"]], "Dose levels": _rates(way)}

    return make_export(
        provenance, figure, said, tables, what="escalation", title=TITLES["path"],
        sentence=" ".join(trial_summary(found)[:2]),
        how=(said, describe_rule(way), HOW_CROSSES),
    )  # fmt: skip


def dlts(found: Trial, figure: go.Figure, said: str, provenance: Provenance) -> FigureExport:
    """The rates of dose-limiting toxicities by dose level."""
    way = found.path
    assert isinstance(way, Escalation)  # as there is a figure of it
    made = make_export(
        provenance, figure, said, lambda: {"Dose levels": _rates(way)}, what="dlt-rates",
        title=TITLES["dlts"], sentence=said,
        how=(HOW_RATES,
             CAVEAT if way.rule else CAVEAT_OTHER),
    )  # fmt: skip
    return replace(made, native=partial(rate_chart.draw, way))


def _rates(way: Escalation) -> pd.DataFrame:
    return way.rates.drop(columns=["kinds"]).assign(mtd=way.rates["mtd"].astype(int))


def treatment(
    found: Trial, order: str, figure: go.Figure, said: str, provenance: Provenance
) -> FigureExport:
    """Courses and assessments as lanes."""
    lanes, number = found.lanes, _numbers(found.lanes.shown(order))

    def tables() -> dict[str, pd.DataFrame]:
        return {
            "Courses": _numbered(lanes.doses, number, ["label", "start", "end", "amount"]),
            "Assessments": _numbered(lanes.assessments, number, ["week", "label"]),
        }

    return make_export(
        provenance, figure, said, tables, what="treatment", title=TITLES["treatment"],
        sentence=f"{response_words(found.responses)} {_key(found)}",
        how=(said, NUMBERED, BESIDE_RESPONSE),
    )  # fmt: skip


def followup(
    found: Trial, order: str, figure: go.Figure, said: str, provenance: Provenance
) -> FigureExport:
    """Follow-up as lanes."""
    lanes, rows = found.lanes, found.lanes.shown(order)
    number = _numbers(rows)

    def tables() -> dict[str, pd.DataFrame]:
        ends = rows.assign(patient=range(1, len(rows) + 1), ongoing=rows["ongoing"].astype(int))
        return {
            "Follow-up": ends[["patient", "label", "last", "ongoing"]].reset_index(drop=True),
            "Events": _numbered(lanes.marks, number, ["time", "label"]),
        }

    return make_export(
        provenance, figure, said, tables, what="follow-up", title=TITLES["followup"],
        sentence=f"{said} {_marks(found)}. {_colours(found)}",
        how=(NUMBERED, BESIDE_LEVEL),
    )  # fmt: skip


def waterfall(found: Trial, figure: go.Figure, said: str, provenance: Provenance) -> FigureExport:
    """Best change of lesions."""
    rows, label = found.lesions.best, found.lanes.patients["label"]

    def tables() -> dict[str, pd.DataFrame]:
        return {"Best change": pd.DataFrame({
            "patient": range(1, len(rows) + 1), "group": label.loc[rows["patient"]].to_numpy(),
            "change_percent": rows["change"].to_numpy(float),
        })}  # fmt: skip

    return make_export(
        provenance, figure, said, tables, what="waterfall", title=TITLES["waterfall"],
        sentence=said, how=(NUMBERED, "Dashed: +20 % and −30 % (RECIST 1.1)"),
    )  # fmt: skip


def spider(found: Trial, figure: go.Figure, said: str, provenance: Provenance) -> FigureExport:
    """Change of lesions over time."""
    label = found.lanes.patients["label"]

    def tables() -> dict[str, pd.DataFrame]:
        rows = found.lesions.series
        order = {one: i for i, one in enumerate(found.lesions.best["patient"], 1)}
        line = rows["patient"].map(order)
        frame = pd.DataFrame({
            "patient": line, "group": label.loc[rows["patient"]].to_numpy(),
            "week": rows["week"].to_numpy(float), "change_percent": rows["change"].to_numpy(float),
        })  # fmt: skip
        return {"Changes": without_ids(frame.dropna(subset=["patient"]), "patient", "week")}

    return make_export(
        provenance, figure, said, tables, what="spider", title=TITLES["spider"],
        sentence=said, how=(HOW_SPIDER,),
    )  # fmt: skip


def exposure_title(one: ExposureComparison) -> str:
    """What the figure of one exposure is called."""
    return f"{one.label}: {one.before} and {one.after}"


def exposure(
    found: Trial, one: ExposureComparison, figure: go.Figure, said: str, provenance: Provenance
) -> FigureExport:
    """One exposure at two visits."""

    def tables() -> dict[str, pd.DataFrame]:
        return {"Pairs": without_ids(one.pairs[["before", "after"]], "before", "after")}

    return make_export(
        provenance, figure, said, tables, what=f"exposure-{one.marker}",
        title=exposure_title(one), sentence=exposure_sentence(one),
        how=(HOW_EXPOSURE,),
    )  # fmt: skip


def overall_title(one: EndpointOverview) -> str:
    """What the curve of one endpoint over all patients is called."""
    return f"{one.label} of all patients"


def overall(one: EndpointOverview, unit: str, figure: go.Figure, said: str,
            provenance: Provenance) -> FigureExport:  # fmt: skip
    """One endpoint over all patients."""
    return make_export(
        provenance, figure, said, lambda: {"Curve": from_start(one.curve, one.n)},
        what="all-patients", endpoint=one.code, title=overall_title(one),
        sentence=f"{one.events} of {count(one.n, 'patient')} with {one.event_words} "
        f"({percent(one.events / one.n)})",
        how=(HOW_ALL, f"time in {unit}"),
    )  # fmt: skip


def _key(found: Trial) -> str:
    """What colours, thickness and signs of the lanes of treatment stand for."""
    lanes = found.lanes
    drugs = [name for name, _ in drug_styles(lanes)] if len(lanes.doses) else []
    bars = describe_bars(drugs) if drugs else ""
    codes = set(lanes.assessments["label"].astype(str).str.upper())
    signs = [f"{sign} {code}" for code, sign in ASSESSED.items() if code in codes]
    return f"{bars}{f'Assessments: {list_items(signs)}. ' if signs else ''}{_colours(found)}"


def _marks(found: Trial) -> str:
    kinds = found.lanes.marks["label"].drop_duplicates()
    signs = [f"{SIGNS.get(symbol_of(kind, i), 'dot')}: {kind}" for i, kind in enumerate(kinds)]
    return "; ".join([*signs, ARROW]).capitalize()


def _colours(found: Trial) -> str:
    levels = found.lanes.levels
    if len(levels.labels) < 2:
        return ""
    order = LIGHT_TO_DARK if levels.ordered else ""
    return f"Colours{order}: {list_items(levels.labels)}"


def _numbers(rows: pd.DataFrame) -> pd.Series:
    """The number of each patient shown, by row of the cohort; 1 is on top."""
    return pd.Series(range(1, len(rows) + 1), index=rows.index)


def _numbered(rows: pd.DataFrame, number: pd.Series, columns: list[str]) -> pd.DataFrame:
    mine = rows[rows["patient"].isin(number.index)]
    frame = mine[columns].assign(patient=mine["patient"].map(number))
    return without_ids(frame[["patient", *columns]], "patient", columns[0])
