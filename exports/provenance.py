"""What leaves the program: one answer with everything that a file of it must say.

Every export is drawn from the same `SurvivalResult` as the screen, so that no number can differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.cohort_cache import remember
from analysis.question import Question, subgroup, write_number
from analysis.results.second_opinion import SecondOpinion, compare_with_lifelines
from analysis.results.survival import EstimatedEndpoint, SurvivalResult
from data.cohort import Cohort

LONGEST_PART = 40  # characters of one part of a file name
# Names that Windows keeps for devices, whatever follows the first point.
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What every file says of where it comes from.

    `page` is the whole address of the page, without its query; `day` the day of the export
    ("2026-11-22"), `looks` the number of questions looked at in this cohort so far, this one
    included.
    """

    question: Question
    cohort: Cohort
    page: str
    day: str
    looks: int = 1
    rounded: bool = False  # whether times leave rounded, for use outside

    @property
    def study(self) -> str:
        """The study's short name for people."""
        return self.cohort.study.label

    @property
    def patients(self) -> str:
        """Whom it is about, in words: the population; "" for all patients."""
        said = subgroup.describe(self.question.where, self.cohort)
        return f"Only patients with {said}" if said else ""

    @property
    def source(self) -> str:
        """Study, population, data and day in one line."""
        whom = f"{self.patients} · " if self.patients else ""
        return f"{self.study} · {whom}data {self.cohort.id} · {self.day} · Cutline"

    def address(self, endpoint: str = "") -> str:
        """The whole address that shows this figure again."""
        question = self.question.changed(endpoint=endpoint) if endpoint else self.question
        return f"{self.page}?{question.query()}"


@dataclass(frozen=True, kw_only=True)
class SurvivalExport(Provenance):
    """An answer on its way out; `endpoints` are those that are exported, in the study's order."""

    result: SurvivalResult
    endpoints: tuple[EstimatedEndpoint, ...]

    def link(self, endpoint: EstimatedEndpoint) -> str:
        """The whole address that shows this endpoint's figure again."""
        return self.address(endpoint.code)

    def recompute(self, endpoint: EstimatedEndpoint) -> SecondOpinion:
        """An endpoint's numbers by lifelines: once for all files that speak of them."""
        asked = self.question.changed(endpoint=endpoint.code, options=())
        return remember(
            self.cohort,
            ("second opinion", asked.query()),
            lambda: compare_with_lifelines(endpoint, self.result.cuts),
        )


def safe_text(text: str) -> str:
    """Text without control marks, which XML cannot hold, and direction marks, which hide it."""
    return "".join(char for char in text if char.isprintable() or char == "\n")


def file_name(export: SurvivalExport, ending: str, what: str = "") -> str:
    """ "imail2_OS_HLADR-NK-C1D15_cut20.1_2026-11-22.pptx": ASCII, safe on every system.

    `what` tells two files of one kind apart ("rows").
    """
    return f"{stem(export, [endpoint.code for endpoint in export.endpoints], what=what)}.{ending}"


def stem(
    provenance: Provenance, codes: Iterable[str], *, what: str = "", split: bool = True
) -> str:
    """A file's name without its ending; `split`: whether marker and cut-off are part of it."""
    question = provenance.question
    change = (question.measure, "from", question.baseline) if question.measure != "value" else ()
    asked = (
        "-".join((question.marker, *change, question.visit)),
        "cut" + "-".join(map(write_number, question.cut)),
    )
    parts = [
        question.cohort,
        "-".join(codes),
        *(asked if split else ()),
        "some-patients" if question.where else "",
        provenance.day,
        what,
    ]
    name = "_".join(filter(None, map(_safe, parts)))
    return f"{'study-' if RESERVED.match(name) else ''}{name}"


def _safe(part: str) -> str:
    """A part of a name in letters, digits, points and dashes."""
    clean = re.sub(r"[^A-Za-z0-9.-]+", "-", part)
    return re.sub(r"-{2,}", "-", clean)[:LONGEST_PART].strip(".-")
