"""How a trial was run, as its study file says it, and bad input of the trial page."""

from __future__ import annotations

import pytest

from data.validate import DataProblems, validate

STUDY = {"name": "small", "title": "A small study"}


def problems_of(raw, study=STUDY):
    with pytest.raises(DataProblems) as caught:
        validate(raw, study)
    return caught.value.problems


EXPOSURE = {"marker": "CD4", "baseline": "C1D1", "visit": "C1D15", "at_visit": "with IL-2"}


def test_how_the_trial_was_run_is_read(rows, frames):
    conduct = {"rows": "entry", "escalation": "3+3", "lesions": "percent", "lesions_note": "x"}
    study = validate(frames(rows), STUDY | {"conduct": conduct, "exposures": [EXPOSURE]}).study
    assert study.conduct.escalation == "3+3"
    assert study.conduct.adverse_note == ""
    assert study.exposures[0].visit == "C1D15"
    plain = validate(frames(rows), STUDY).study
    assert plain.exposures == ()
    assert plain.conduct.rows == ""


@pytest.mark.parametrize(
    ("more", "column", "words"),
    [
        ({"conduct": "3+3"}, "conduct", "must be a table"),
        ({"conduct": {"rows": "file"}}, "conduct.rows", "'file' is not known; possible: entry"),
        ({"conduct": {"escalation": "boin"}}, "conduct.escalation", "possible: 3+3"),
        ({"conduct": {"lesions": 3}}, "conduct.lesions", "not what 'lesions' holds"),
        ({"conduct": {"order": "x"}}, "conduct.order", "unknown key"),
        ({"exposures": EXPOSURE}, "exposures", "array of tables"),
        ({"exposures": [{"marker": "CD4", "visit": "C1D1"}]}, "exposures[1].baseline", "missing"),
        ({"exposures": [EXPOSURE | {"marker": "X"}]}, "exposures[1].marker", "unknown marker 'X'"),
        ({"exposures": [EXPOSURE | {"baseline": "X"}]}, "exposures[1].baseline", "unknown"),
    ],
)  # fmt: skip
def test_a_broken_description_of_the_trial(rows, frames, more, column, words):
    (problem,) = problems_of(frames(rows), STUDY | more)
    assert problem.column == column
    assert words in problem.message


@pytest.mark.parametrize(
    ("table", "column", "place", "value", "words"),
    [
        ("subjects", "dose", 3, "three", "not a number"),
        ("events", "subject", 0, "007", "not in the table 'subjects'"),
    ],
)
def test_bad_input_of_the_trial_page(rows, frames, table, column, place, value, words):
    rows[table][2][place] = value
    (problem,) = problems_of(frames(rows))
    assert (problem.table, problem.column) == (table, column)
    assert words in problem.message
