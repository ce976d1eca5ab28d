"""One memoised way from a question to a result."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import app
from analysis.question import Question
from analysis.registry import Analysis
from analysis.stats.errors import NotEnoughData
from data.cache import cache
from services.evaluate import NoAnswer, evaluate


@pytest.fixture(autouse=True)
def _in_the_app():
    with app.server.app_context():
        cache.clear()
        yield


def counted(reads=("cohort", "marker")):
    calls = []

    def run(cohort, question):
        calls.append(question)
        return question.marker

    return Analysis("counted", run, reads), calls


def test_a_field_that_is_not_read_neither_reaches_the_analysis_nor_its_key():
    analysis, calls = counted()
    for cut in ((1.0,), (2.0,)):
        assert evaluate(analysis, Question("imail2", marker="CD4", cut=cut)) == "CD4"
    assert calls == [Question("imail2", marker="CD4")]


def test_another_marker_or_cohort_is_another_answer():
    analysis, calls = counted()
    for cohort, marker in (("imail2", "CD4"), ("imail2", "CD8"), ("imail2-null", "CD4")):
        assert evaluate(analysis, Question(cohort, marker=marker)) == marker
    assert len(calls) == 3


def test_many_at_once_compute_it_once():
    analysis, calls = counted()

    def ask(_):
        with app.server.app_context():
            return evaluate(analysis, Question("imail2", marker="B"))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(40))) == {"B"}
    assert len(calls) == 1


def test_not_enough_data_becomes_a_sentence():
    def run(cohort, question):
        raise NotEnoughData("Too few.")

    assert evaluate(Analysis("poor", run, ("cohort",)), Question("imail2")) == NoAnswer("Too few.")
