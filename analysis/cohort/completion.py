"""Completing a question: what an address leaves open, and what it gets wrong.

A link may name only a marker, or something that does not exist. `complete_question` always gives a
question that can be answered and notes what it could not take from the address.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.cohort.analysis_set import select_sample
from analysis.question import (
    BLIND,
    CLOCKS,
    MEASURES,
    Question,
    display_options,
    parse_cuts,
    parse_query,
    subgroup,
)
from analysis.question.choices import (
    baseline_choices,
    choose_visit,
    clock_choices,
    endpoint_choices,
    marker_choices,
    measure_choices,
    visit_choices,
)
from analysis.question.notes import Note
from analysis.stats.cutoff import find_cuts
from analysis.stats.errors import NotEnoughData
from data.cohort import Cohort


@dataclass(frozen=True)
class CompletedQuestion:
    """A question that can be asked, and a note for everything that had to be replaced."""

    question: Question
    notes: tuple[Note, ...] = ()


def complete_question(texts: dict[str, str], cohort: Cohort) -> CompletedQuestion:
    """The question that `texts` (field: text of the address) asks of this cohort."""
    texts = {**_first_question(texts, cohort), **texts}
    notes: list[Note] = []
    endpoint = _one_of("endpoint", texts, endpoint_choices(cohort), notes)
    marker = _one_of("marker", texts, marker_choices(cohort), notes)
    visit = _one_of(
        "visit", texts, visit_choices(cohort, marker), notes, default=choose_visit(cohort, marker)
    )
    measure = _one_of("measure", texts, measure_choices(cohort, marker, visit), notes)
    baseline = _one_of("baseline", texts, baseline_choices(cohort, marker, visit), notes) if (
        measure != "value"
    ) else ""  # fmt: skip
    clock = _one_of("clock", texts, clock_choices(cohort, visit), notes)
    question = Question(
        cohort.study.name, endpoint, marker, visit, measure, baseline,
        clock=clock, where=_where(texts, cohort, notes), blind=_blind(texts, notes),
        options=display_options.parse_options(texts, notes),
    )  # fmt: skip
    those = subgroup.restrict(cohort, question.where)
    return CompletedQuestion(
        question.changed(cut=_cut(texts, those, question, notes)), tuple(notes)
    )


def median_cut(cohort: Cohort, question: Question) -> tuple[float, ...]:
    """The cut at the median of the usable values; () where they cannot be divided."""
    try:
        return (find_cuts(select_sample(cohort, question).values).median(),)
    except NotEnoughData:
        return ()


def _first_question(texts: dict[str, str], cohort: Cohort) -> dict[str, str]:
    """A study opens with its first finding about an endpoint, unless a marker is asked for."""
    if "marker" in texts:
        return {}
    links = (parse_query((one.link or "").partition("?")[2]) for one in cohort.study.findings)
    found = next((fields for fields in links if "endpoint" in fields), {})
    keep = ("endpoint",) if {"visit", "measure", "baseline"} & set(texts) else tuple(found)
    return {name: text for name, text in found.items() if name in (*keep, "marker")}


def _one_of(
    field: str, texts: dict[str, str], allowed: dict[str, str], notes: list[Note], default: str = ""
) -> str:
    wanted, default = texts.get(field, ""), default or next(iter(allowed))
    if wanted in allowed:
        return wanted
    if wanted:
        notes.append(_refusal(field, wanted, allowed, default))
    return default


def _refusal(field: str, wanted: str, allowed: dict[str, str], default: str) -> Note:
    if field == "measure" and wanted in MEASURES:
        return Note("no_earlier_visit", field, wanted, default)
    if field == "clock" and wanted in CLOCKS:
        return Note("no_landmark", field, wanted, default)
    return Note("unknown", field, wanted, default, tuple(allowed))


def _cut(
    texts: dict[str, str], cohort: Cohort, question: Question, notes: list[Note]
) -> tuple[float, ...]:
    wanted = texts.get("cut", "")
    if wanted and wanted != "median":
        try:
            return parse_cuts(wanted)
        except ValueError as error:
            notes.append(Note("cut", "cut", wanted, reason=str(error)))
    return median_cut(cohort, question)


def _where(texts: dict[str, str], cohort: Cohort, notes: list[Note]) -> str:
    """The population as we write it; all patients where it cannot be asked or holds nobody."""
    wanted = texts.get("where", "")
    if not wanted:
        return ""
    try:
        conditions = subgroup.parse_conditions(wanted, cohort)
    except ValueError as error:
        notes.append(Note("where", "where", wanted, reason=str(error)))
        return ""
    if not subgroup.select_subjects(cohort, conditions).any():
        said = subgroup.describe(subgroup.write_conditions(conditions), cohort)
        notes.append(Note("where_of_nobody", "where", said))
        return ""
    return subgroup.write_conditions(conditions)


def _blind(texts: dict[str, str], notes: list[Note]) -> str:
    wanted = texts.get("blind", "")
    if wanted in ("", BLIND):
        return wanted
    # What was meant is not known: covering shows nothing that cannot be shown later.
    notes.append(Note("blind", "blind", wanted, BLIND))
    return BLIND
