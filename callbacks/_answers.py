"""The results that one request about a page needs, and what its drawings may know besides."""

from __future__ import annotations

from typing import Any

from dash.exceptions import PreventUpdate

from analysis.ledger import Ledger
from analysis.question import Question, subgroup
from analysis.registry import SURVIVAL
from components import views
from components.views.survival import compare
from components.views.view import NOTHING, RenderContext, View
from data.cohort import Cohort
from services import cohorts, comparison
from services.address import read_open_question, read_selection, texts_of
from services.disclosure import disclose
from services.evaluate import NoAnswer
from services.patient_ids import find_subject, find_subjects, patient_path
from services.request.refusals import Refused
from wording.refusals import UNKNOWN_PATIENT


class Answers:
    """The results that one request needs, each looked up once, and what drawings know besides."""

    def __init__(self, question: Any, *, dark: bool = False) -> None:
        self.asked, self.dark = parse_question(question), dark
        cohort = cohorts.load(self.asked.cohort)
        those = cohorts.load_for(self.asked)
        self.population = subgroup.sentence(self.asked.where, those, cohort.n)
        selected = find_subjects(read_selection(question), cohort)
        who = (_patient(question, cohort), *selected)
        inside = set(those.subjects["subject"]) if self.asked.where else {*who}
        patient, *chosen = (one if one in inside else "" for one in who)
        self._patient, self._selected = patient, tuple(filter(None, chosen))
        self._link = lambda subject: f"{patient_path(subject, cohort)}?{self.asked.query()}"
        self._known: dict[str, Any] = {}
        self._ledger: Ledger | None = None
        self._study, self._until = "", 0.0  # of one of several questions
        self.wrong = False  # whether its address was no question
        self.each = self._several(question)

    def _several(self, question: Any) -> dict[str, Answers]:
        """On a page about several questions, each by itself, by the key of its places."""
        posed = read_posed(find_view_of(question), question)
        found = comparison.evaluate_all(posed)
        drawn = [(result, posed[key].question.endpoint) for key, (result, _) in found.items()
                 if not isinstance(result, NoAnswer)]  # fmt: skip
        until = compare.until(drawn)
        made = {}
        for key, (result, here) in found.items():
            asked = posed[key].question
            made[key] = one = Answers({"path": "", "query": asked.query()}, dark=self.dark)
            one.wrong = bool(posed[key].why)
            one._known, one._ledger = {SURVIVAL.name: result}, here
            one._study, one._until = cohorts.list_titles()[asked.cohort], until
        return made

    def at(self, of: str) -> Answers | None:
        """What a place is about: the page's question, or the one of several that it belongs to."""
        return self.each.get(of) if self.each else self

    def of(self, analysis: Any, of: str = "") -> tuple[Any, RenderContext]:
        """The result of an analysis, or why there is none, and the context of one place."""
        if analysis.name not in self._known:
            found, self._ledger = disclose(analysis, self.asked, self._ledger)
            self._known[analysis.name] = found
        return self._known[analysis.name], self.context(of)

    def context(self, of: str = "") -> RenderContext:
        """What one place may know besides its result."""
        return RenderContext(
            self.asked,
            self.dark,
            of,
            ledger=NOTHING if self._ledger is None else self._ledger,
            patient=self._patient,
            study=self._study,
            until=self._until,
            selected=self._selected,
            link=self._link,
        )


def read_posed(view: View | None, question: Any) -> dict[str, comparison.Posed]:
    return comparison.read_posed(view is not None and view.is_comparison, question)


def _patient(question: Any, cohort: Cohort) -> str:
    """The subject whose page is asked for, "" on other pages."""
    (path,) = texts_of(question, "path")
    try:
        return find_subject(path, cohort)
    except KeyError:
        raise Refused(UNKNOWN_PATIENT, 422) from None


def parse_question(question: dict[str, Any]) -> Question:
    """The question that the browser sends back; it is read as carefully as an address."""
    return read_open_question(*texts_of(question, "query"))


def find_view_of(question: Any) -> View | None:
    if question is None:  # the address has not been read yet
        raise PreventUpdate
    (path,) = texts_of(question, "path")
    return views.view_at(path)
