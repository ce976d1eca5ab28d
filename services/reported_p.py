"""The headline p of each endpoint: from the answer, the search and the ledger."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from analysis import reported_p as headlines
from analysis.ledger import Ledger
from analysis.question import Question
from analysis.registry import CUTOFF_SEARCH
from analysis.reported_p import ReportedP
from analysis.results.cutoff import CutoffSearchResult, NoSearch, SearchedCutoffs
from analysis.results.preview import EndpointPreview
from analysis.results.survival import EstimatedEndpoint, SeveralGroups, SurvivalResult
from services import cohorts
from services.evaluate import NoAnswer, evaluate, find_evaluated

WAITED_FOR = 3_000  # patients: up to here the search takes no time that anyone notices


def add_reported_p(found: SurvivalResult, question: Question, ledger: Ledger) -> SurvivalResult:
    """The answer with the headline of every endpoint that has one."""
    many = fixed_in_all(ledger)
    made = {
        one.code: _report(one, question.changed(endpoint=one.code), ledger)
        for one in found.estimated
    }
    return found.with_reported_p(
        {code: replace(headline, fixed_in_all=many) for code, headline in made.items()}
    )


def fixed_in_all(ledger: Ledger) -> int:
    """How many cut-offs were fixed beforehand in this cohort, this one included."""
    return max(len(ledger.holding), 1)


def report_every_cut(
    one: EndpointPreview, cuts: np.ndarray, question: Question, ledger: Ledger
) -> tuple[ReportedP, ...]:
    """The headline of one endpoint at every place of the line, shape (cuts,)."""
    question = question.changed(endpoint=one.of.code)
    search: CutoffSearchResult | NoAnswer = evaluate(CUTOFF_SEARCH, question)
    looks = max(ledger.count, 1)
    rows, best = {}, math.nan
    if isinstance(search, SearchedCutoffs):
        rows = {row["n_low"]: row for row in search.profile.to_dict("records")}
        best = float(search.search.chosen["cut"])
    why, only = _why_none(search), _is_only_split(search)
    fixed = find_sources(search, question, ledger)
    made = (
        headlines.report_only_split(row["p"], looks=looks, source=fixed.get(cut, ""))
        if only
        else _of_row(row["p"], rows.get(n_low), best, why, looks, fixed.get(cut, ""))
        for row, n_low, cut in zip(one.rows, one.n_low.tolist(), cuts.tolist(), strict=True)
    )
    return tuple(replace(headline, fixed_in_all=fixed_in_all(ledger)) for headline in made)


def find_sources(
    search: CutoffSearchResult | NoAnswer, question: Question, ledger: Ledger
) -> dict[float, str]:
    """The cut-offs that were fixed beforehand for this question, and by whom."""
    locked = {lock.cut: ledger.fixed_by(question.changed(cut=(lock.cut,))) for lock in ledger.valid}
    declared = {} if isinstance(search, NoAnswer) else search.declared
    return {**{cut: lock.source for cut, lock in locked.items() if lock}, **declared}


def _why_none(search: CutoffSearchResult | NoAnswer) -> str:
    """Why there is no search; "" where there is one."""
    match search:
        case NoAnswer():
            return search.sentence
        case NoSearch():
            return search.why
        case SearchedCutoffs():
            return ""


def _is_only_split(search: CutoffSearchResult | NoAnswer) -> bool:
    return not isinstance(search, NoAnswer) and search.only_split


def _of_row(
    p_cut: float, row: Mapping[Any, Any] | None, best: float, why: str, looks: int, source: str
) -> ReportedP:
    if why:
        return ReportedP(p_cut, looks=looks, source=source, why=why)
    return headlines.choose_reported_p(p_cut, row, best_cut=best, looks=looks, source=source)


def waits_for_search(question: Question) -> bool:
    """Whether the answer may wait for the search of this question."""
    return cohorts.load_for(question).n <= WAITED_FOR


def find_search(question: Question) -> CutoffSearchResult | NoAnswer | None:
    """The search for the question's endpoint; None while it is still to be computed."""
    look_up = evaluate if waits_for_search(question) else find_evaluated
    search: CutoffSearchResult | NoAnswer | None = look_up(CUTOFF_SEARCH, question)
    return search


def _report(one: EstimatedEndpoint, question: Question, ledger: Ledger) -> ReportedP:
    looks = max(ledger.count, 1)
    if isinstance(one, SeveralGroups):
        return ReportedP(one.p_groups.p, looks=looks, why=headlines.SEVERAL)
    p_cut = one.p_cut.p
    lock = ledger.fixed_by(question)
    source = one.fixed or (lock.source if lock else "")
    search = find_search(question)
    if search is None:
        return ReportedP(p_cut, looks=looks, source=source, pending=True)
    if _is_only_split(search):
        return headlines.report_only_split(p_cut, looks=looks, source=source)
    if not isinstance(search, SearchedCutoffs):
        return ReportedP(p_cut, looks=looks, source=source, why=_why_none(search))
    row, best = search.row(question.cut[0]), float(search.search.chosen["cut"])
    return _of_row(p_cut, row, best, "", looks, source)
