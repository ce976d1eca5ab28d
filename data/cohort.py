"""The cohort: one trial's patients, outcomes, measurements and events as typed frames.

Every analysis starts from a `Cohort`. Its frames are validated (`data.validate`) and never
changed afterwards; `id` is a hash of their content, so equal cohorts share cached answers.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import pandas as pd

from data.schema import DAYS_IN

TIME_UNIT, TABLE = "time unit", "table"  # what a problem may be about


@dataclass(frozen=True)
class Problem:
    """One thing wrong or suspicious in a table; `row` as a spreadsheet shows it (header: 1).

    `key` is the key of a mapping that mends it, for the command line and the marked workbook;
    `about` tells what code has to tell apart: TIME_UNIT, or TABLE where one is not there at all.
    """

    table: str
    column: str
    row: int | None
    value: str
    message: str
    key: str = ""
    about: str = ""

    @property
    def with_key(self) -> str:
        """The message and the key of a mapping that mends it."""
        return f"{self.message} ({self.key})" if self.key else self.message

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                self.table,
                f"column {self.column}" if self.column else "",
                f"row {self.row}" if self.row is not None else "",
            )
            if part
        )
        return f"{place}: {self.with_key}" if place else self.with_key


@dataclass(frozen=True)
class Finding:
    """A published finding in words, and the question (address query) or page that shows it."""

    text: str
    link: str | None = (
        None  # path and query, e.g. "/survival?marker=CD4&…"; None: no page for it yet
    )


@dataclass(frozen=True)
class Caution:
    """A warning for some questions; an empty field applies to all of its kind."""

    text: str
    marker: str | None = None
    visit: str | None = None
    endpoint: str | None = None


@dataclass(frozen=True)
class Endpoint:
    """What an outcome code means; times in the study's unit. None: derived from the data."""

    code: str
    label: str  # "Progression-free survival"
    event: str  # what counts as the event, in words: "progression or death"
    tau: float | None = None  # restriction time of the restricted mean
    milestone: float | None = None  # time at which survival is read off


@dataclass(frozen=True)
class Cut:
    """A cut-off declared in advance, or published; `cut` a number or a rule such as "median"."""

    marker: str
    visit: str
    measure: str
    cut: float | str
    source: str
    endpoint: str | None = None
    baseline: str | None = None


@dataclass(frozen=True)
class Exposure:
    """A marker that is the exposure to a drug, and the two visits that it is compared between."""

    marker: str
    baseline: str  # the visit that `visit` is compared with
    visit: str
    at_baseline: str = ""  # what holds there, in words: "without IL-2"
    at_visit: str = ""  # "with IL-2"


@dataclass(frozen=True)
class Conduct:
    """How the trial was run, where the data cannot say it; the notes stand on the trial page."""

    rows: str = ""  # "entry": the rows of subjects stand in the order of entry
    escalation: str = ""  # "3+3": the rule by which doses were escalated
    lesions: str = ""  # assessments' values are the "sum" of diameters (default) or "percent"
    escalation_note: str = ""
    treatment_note: str = ""
    lesions_note: str = ""  # why there are no sizes of lesions
    adverse_note: str = ""
    exposure_note: str = ""


@dataclass(frozen=True)
class Study:
    """What is known about the trial as a whole."""

    name: str  # the code in an address: "imail2"
    title: str
    short_title: str = ""
    citation: str = ""
    synthetic: str = ""  # the sentence that must stand wherever the data show; "" for real data
    time_unit: str = "months"  # or "days"
    time_zero: str = "treatment start"
    # What times give to the first day: 0, or 1 (ADaM: date - start + 1).
    first_day: float = field(default=0.0, repr=False)
    dose_unit: str = ""
    mtd: float | None = None
    endpoints: tuple[Endpoint, ...] = ()
    findings: tuple[Finding, ...] = ()
    cautions: tuple[Caution, ...] = ()
    declared_cuts: tuple[Cut, ...] = ()
    published_cuts: tuple[Cut, ...] = ()
    notes: tuple[str, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    conduct: Conduct = Conduct()
    opens_with: str | None = None  # the visit that a question opens with; None: most values

    def time_of(self, day: float) -> float:
        """When a day since time zero (0 is the first) comes, as the study's times count it.

        The one home of this rule: samples, visits and events stand at days from 0, and where times
        count the first day as 1, so does every landmark that is compared with them.
        """
        return (day + self.first_day) / DAYS_IN[self.time_unit]

    def day_of(self, time: float) -> float:
        """The day since time zero of a time, as samples, visits and events count it."""
        return time * DAYS_IN[self.time_unit] - self.first_day

    def endpoint(self, code: str) -> Endpoint:
        """The endpoint of that code; KeyError where there is none."""
        for endpoint in self.endpoints:
            if endpoint.code == code:
                return endpoint
        raise KeyError(code)

    def cautions_for(self, *, marker: str, visit: str, endpoint: str) -> tuple[str, ...]:
        """The texts of all cautions that apply to this marker, visit and endpoint."""
        asked = {"marker": marker, "visit": visit, "endpoint": endpoint}
        return tuple(
            caution.text
            for caution in self.cautions
            if all(getattr(caution, name) in (None, value) for name, value in asked.items())
        )

    @property
    def label(self) -> str:
        """The short title; the title where there is none."""
        return self.short_title or self.title


@dataclass(frozen=True)
class Cohort:
    """One cohort; the columns, types and rules of its frames stand in `data.schema`."""

    subjects: pd.DataFrame
    outcomes: pd.DataFrame
    measurements: pd.DataFrame
    events: pd.DataFrame
    markers: pd.DataFrame
    visits: pd.DataFrame
    study: Study
    warnings: tuple[Problem, ...] = ()
    id: str = field(default="", compare=False)
    whole: Cohort | None = field(default=None, compare=False, repr=False)  # that this is a part of

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", content_hash(self))

    @property
    def n(self) -> int:
        """Number of subjects."""
        return len(self.subjects)


FRAMES = ("subjects", "outcomes", "measurements", "events", "markers", "visits")


def content_hash(cohort: Cohort) -> str:
    """SHA-256 (16 hex digits) over every cell and the study: equal content, equal id."""
    digest = hashlib.sha256(repr(cohort.study).encode())
    if cohort.study.first_day:  # only where it says something: earlier ids stay what they were
        digest.update(f"\x1dfirst day\x1d{cohort.study.first_day:g}".encode())
    for name in FRAMES:
        frame = getattr(cohort, name)
        digest.update(f"\x1d{name}\x1d".encode())
        for column in frame.columns:
            cells = "\x1f".join(map(repr, frame[column].tolist()))
            digest.update(f"{column}\x1e{cells}\x1e".encode())
    return digest.hexdigest()[:16]
