"""The study in one look: patients by dose, follow-up, events by endpoint, samples by visit."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.cohort.strata import find_strata
from analysis.question.choices import marker_choices
from analysis.stats import survival
from data.cohort import Cohort, Finding


@dataclass(frozen=True)
class EndpointOverview:
    """One endpoint over all patients; times in the study's unit."""

    code: str
    label: str
    event_words: str
    n: int
    events: int
    median: float
    lower: float
    upper: float
    followup: float  # median, by reverse Kaplan-Meier
    curve: pd.DataFrame  # time survival lower upper
    rows: pd.DataFrame  # a row per patient: subject group time event


@dataclass(frozen=True)
class Overview:
    """What the overview page shows; `samples` has a row per marker and a column per visit."""

    title: str
    citation: str
    synthetic: str
    n: int
    levels: pd.DataFrame  # label n  (dose levels, or arms where arms are no doses)
    levels_title: str
    mtd: str
    endpoints: tuple[EndpointOverview, ...]
    samples: pd.DataFrame  # marker visit n
    marker_labels: dict[str, str]
    visit_labels: dict[str, str]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    time_unit: str

    def endpoint(self, code: str) -> EndpointOverview | None:
        """The endpoint of that code, where it has outcomes."""
        return {one.code: one for one in self.endpoints}.get(code)


def summarise_study(cohort: Cohort, question: object) -> Overview:
    """The overview of a cohort; `question` is not read."""
    study = cohort.study
    levels = find_strata(cohort)
    return Overview(
        title=study.title,
        citation=study.citation,
        synthetic=study.synthetic,
        n=cohort.n,
        levels=pd.DataFrame({"label": levels.labels, "n": levels.counts}),
        levels_title=f"Patients by {levels.word}",
        mtd="" if study.mtd is None else f"{study.mtd:g} {study.dose_unit}",
        endpoints=tuple(
            found for one in study.endpoints if (found := _endpoint(cohort, one)) is not None
        ),
        samples=_samples(cohort),
        marker_labels=marker_choices(cohort),
        visit_labels=dict(cohort.visits[["visit", "label"]].itertuples(index=False, name=None)),
        findings=study.findings,
        notes=study.notes,
        warnings=tuple(map(str, cohort.warnings)),
        time_unit=study.time_unit,
    )


def _endpoint(cohort: Cohort, endpoint) -> EndpointOverview | None:
    rows = cohort.outcomes[cohort.outcomes["endpoint"] == endpoint.code]
    if rows.empty:
        return None
    time, event = rows["time"].to_numpy(float), rows["event"].to_numpy(bool)
    km = survival.kaplan_meier(time, event)
    row = km.medians.iloc[0]
    followup = survival.reverse_kaplan_meier(time, event).iloc[0]["median"]
    return EndpointOverview(
        code=endpoint.code,
        label=endpoint.label,
        event_words=endpoint.event,
        n=len(rows),
        events=int(event.sum()),
        median=row["median"],
        lower=row["lower"],
        upper=row["upper"],
        followup=followup,
        curve=km.curves,
        rows=rows[["subject", "time", "event"]].assign(group=0).reset_index(drop=True),
    )


def _samples(cohort: Cohort) -> pd.DataFrame:
    rows = cohort.measurements[cohort.measurements["value"].notna()]
    counts = rows.groupby(["marker", "visit"], sort=False)["subject"].nunique()
    order = cohort.visits.sort_values("order")["visit"]
    table = counts.unstack(fill_value=0)
    table = table.reindex(index=[m for m in cohort.markers["marker"] if m in table.index])
    return table.reindex(columns=[visit for visit in order if visit in table.columns])


@dataclass(frozen=True)
class CohortCounts:
    """A cohort's title, and how much it holds."""

    title: str
    n: int
    endpoints: int
    markers: int
    visits: int


def count_cohort(cohort: Cohort, question: object) -> CohortCounts:
    """The cohort counted; `question` is not read."""
    return CohortCounts(
        cohort.study.label,
        cohort.n,
        len(cohort.study.endpoints),
        cohort.measurements["marker"].nunique(),
        len(cohort.visits),
    )


def name_study(cohort: Cohort, question: object) -> str:
    """The title of the study; `question` is not read."""
    return cohort.study.title
