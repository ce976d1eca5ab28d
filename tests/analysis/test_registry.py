"""The table of analyses: complete, and true in what it says of each."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import results
from analysis.question import Question
from analysis.registry import ANALYSES, Analysis
from analysis.results.survival import analyse_survival
from data.cohort import Cohort
from tests.hand_made_cohorts import cohort

QUESTION = Question(
    "hand", "PFS", "M", "C1D15", "value", "D-7", (9.5,), "landmark", options=(("by", "side"),)
)
LEFT_OUT = {
    "baseline": QUESTION.changed(measure="value", baseline=""),
    "cut": QUESTION.changed(cut=(7.5,)),
    "endpoint": QUESTION.changed(endpoint="OS"),
    "clock": QUESTION.changed(clock="start"),
    "blind": QUESTION.changed(blind="yes"),
    "options": QUESTION.changed(options=()),
}


@pytest.fixture(scope="module")
def study() -> Cohort:
    rng = np.random.default_rng(4)
    values = [float(value) for value in rng.permutation(20)]
    times = [float(time) for time in rng.permutation(20) + 3]
    events = [int(number % 4 != 0) for number in range(20)]
    return cohort(
        values, times, [time + 2 for time in times], pfs_event=events, os_event=events,
        before=[value / 2 + number % 3 for number, value in enumerate(values)],
    )  # fmt: skip


def other_outcomes(study: Cohort) -> Cohort:
    """The same patients and samples with another outcome each."""
    outcomes = study.outcomes.assign(
        time=study.outcomes["time"].to_numpy()[::-1] + 0.5,
        event=1 - study.outcomes["event"].astype(int).to_numpy(),
    ).astype(study.outcomes.dtypes.to_dict())
    return replace(study, outcomes=outcomes, id="")


def written_out(value: Any) -> Any:
    """A result as plain values that can be compared, whatever it is made of."""
    if isinstance(value, pd.DataFrame | pd.Series):
        return value.to_csv()
    if isinstance(value, np.ndarray):
        return repr(value.tolist())
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: written_out(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {repr(key): written_out(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [written_out(each) for each in value]
    return repr(value)


def run(analysis: Analysis, study: Cohort, question: Question) -> Any:
    return written_out(analysis.run(study, question.reading(analysis.reads)))


def undeclared(analysis: Analysis, study: Cohort) -> list[str]:
    """The fields on which a result hangs although its line does not name them."""
    here = written_out(analysis.run(study, QUESTION))
    return [
        name
        for name, question in LEFT_OUT.items()
        if name not in analysis.reads and written_out(analysis.run(study, question)) != here
    ]


def hides_outcomes(analysis: Analysis, study: Cohort) -> bool:
    """Whether a result holds outcomes of which its line says nothing."""
    question = QUESTION.reading(analysis.reads)
    before, after = (analysis.run(each, question) for each in (study, other_outcomes(study)))
    if written_out(before) == written_out(after):
        return False
    return not (analysis.uncounted or (analysis.reveals and analysis.reveals(before)))


def functions() -> set[Any]:
    """Every public function of the results that takes a cohort and a question."""
    modules = [
        importlib.import_module(module.name)
        for module in pkgutil.walk_packages(results.__path__, "analysis.results.")
    ]
    return {
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
        if list(inspect.signature(function).parameters) == ["cohort", "question"]
    }


def test_every_analysis_stands_in_the_table_once():
    assert functions() == {analysis.run for analysis in ANALYSES.values()}
    assert all(name == analysis.name for name, analysis in ANALYSES.items())
    known = {each.name for each in fields(Question)}
    assert all(set(analysis.reads) <= known for analysis in ANALYSES.values())


@pytest.mark.parametrize("name", ANALYSES)
def test_an_analysis_reads_what_it_says(name, study):
    analysis = ANALYSES[name]
    assert undeclared(analysis, study) == []
    assert run(analysis, study, QUESTION) == written_out(analysis.run(study, QUESTION))


@pytest.mark.parametrize("name", ANALYSES)
def test_a_result_that_holds_outcomes_says_so(name, study):
    assert not hides_outcomes(ANALYSES[name], study)


def test_what_the_table_forgot_is_found(study):
    silent = Analysis("silent", analyse_survival, ("cohort", "marker", "visit", "cut"))
    assert {"endpoint", "clock"} <= set(undeclared(silent, study))
    full = Analysis("full", analyse_survival, ANALYSES["answer"].reads)
    assert hides_outcomes(full, study)
