"""Exports of a question as the program makes them, with the headline of each endpoint."""

from __future__ import annotations

import pandas as pd

from analysis import reported_p as headlines
from analysis.cohort.completion import complete_question
from analysis.question import Question, parse_query
from analysis.results.cutoff import SearchedCutoffs, search_cutoffs
from analysis.results.survival import EstimatedEndpoint, analyse_survival
from data.cohort import Cohort
from data.sources import builtin
from exports.file_kinds import KINDS, Wish
from exports.pptx.km.slide import export_several
from exports.provenance import SurvivalExport

IMAIL2 = "cohort=imail2&marker=HLADR_NK_PCT&visit=C1D15&cut=20.1"
LOOKS = 3
pd.options.mode.copy_on_write = True  # as in the app: shared frames give read-only arrays


def export(
    query: str = IMAIL2, cohort: Cohort | None = None, *, corrected: bool = True
) -> SurvivalExport:
    """The export of all endpoints; `corrected=False` leaves out the search, which takes longer."""
    texts = parse_query(query)
    cohort = cohort or builtin.load(texts["cohort"])
    question = complete_question(texts, cohort).question
    found = analyse_survival(cohort, question)
    made = {
        one.code: _headline(cohort, one, question.changed(endpoint=one.code), corrected)
        for one in found.estimated
    }
    found = found.with_reported_p(made)
    page = "https://cutline.example/survival"
    return SurvivalExport(
        result=found, endpoints=found.estimated, question=question, cohort=cohort, page=page,
        day="2026-11-22", looks=LOOKS,
    )  # fmt: skip


def file(kind: str, found: SurvivalExport) -> str | bytes:
    """The file of one kind of all endpoints that have an answer."""
    return KINDS[kind].make(export_several(found), Wish())


def _headline(
    cohort: Cohort, one: EstimatedEndpoint, question: Question, corrected: bool
) -> headlines.ReportedP:
    if one.several:
        return headlines.ReportedP(one.logrank.p, looks=LOOKS, why=headlines.SEVERAL)
    search = search_cutoffs(cohort, question) if corrected else None
    if not isinstance(search, SearchedCutoffs):
        return headlines.ReportedP(one.p_cut.p, looks=LOOKS, why="there is none", source=one.fixed)
    row, best = search.row(question.cut[0]), float(search.search.chosen["cut"])
    return headlines.choose_reported_p(
        one.p_cut.p, row, best_cut=best, looks=LOOKS, source=one.fixed
    )
