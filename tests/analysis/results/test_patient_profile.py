"""Single patients against the cohort: bands, sides, rows of the list."""

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.completion import complete_question
from analysis.results.patient_list import list_outcomes, list_patients
from analysis.results.patient_profile import ALL, bands, describe_patients, place_markers
from data.sources import builtin
from tests.hand_made_cohorts import cohort

VALUES = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, np.nan]
STUDY = cohort(VALUES, list(range(1, 13)), list(range(2, 14)))


def test_the_band_is_that_of_all_and_of_the_same_level() -> None:
    found = describe_patients(STUDY, None).bands.set_index(["visit", "level"])
    row = found.loc[("C1D15", ALL)]
    assert (row["n"], row["low"], row["middle"], row["high"]) == (11, 2.0, 6.0, 10.0)
    six = found.loc[("C1D15", 1)]  # 1, 3, 5, 7, 9, 11 at dose 6
    assert (six["n"], six["middle"]) == (6, 6.0)
    assert six["low"] == pytest.approx(2.0)  # R: quantile(c(1,3,5,7,9,11), .1)


def test_few_patients_have_no_band_and_two_no_median() -> None:
    rows = pd.DataFrame(
        {"subject": list("abcd"), "marker": "M", "visit": "V", "order": 0, "value": [1.0, 2, 3, 4]}
    )
    level = pd.Series({"a": 0, "b": 0, "c": 1, "d": 0})
    found = bands(rows, level).set_index("level")
    assert found["low"].isna().all()
    assert found["middle"].isna().tolist() == [False, False, True]  # of all, of three, of one
    assert found["n"].tolist() == [4, 3, 1]


def test_the_side_is_above_or_not_and_nobody_is_guessed() -> None:
    question = complete_question({"visit": "C1D15", "cut": "6"}, STUDY).question
    found = place_markers(STUDY, question).rows["group"]
    assert found["P06"] == 0
    assert found["P07"] == 1
    assert found["P12"] == -1


def test_neighbours_end_at_the_ends() -> None:
    found = describe_patients(STUDY, None)
    assert found.next_to("P01") == ("", "P02")
    assert found.next_to("P12") == ("P11", "")


@pytest.mark.parametrize("name", ["imail2", "actg175", "gbsg2"])
def test_the_list_has_every_patient_once_with_their_own_values(name: str) -> None:
    study = builtin.load(name)
    question = complete_question({}, study).question
    rows, known = list_patients(study, question).rows, list_outcomes(study, question)
    assert rows["subject"].tolist() == study.subjects["subject"].tolist()
    code = known.endpoints[0]
    own = study.outcomes[study.outcomes["endpoint"] == code].set_index("subject")
    assert (known.rows[code].dropna() == own["time"].reindex(known.rows[code].dropna().index)).all()
    sides = rows.loc[rows["value"].notna()]
    assert ((sides["value"] > question.cut[0]) == (sides["side"] == "above")).all()


def test_the_list_without_outcomes_tells_none() -> None:
    study = builtin.load("imail2")
    names = set(list_patients(study, complete_question({}, study).question).rows.columns)
    assert not names & {"PFS", "OS", "response", "PFS event", "OS event"}


def test_the_best_response_is_the_best_assessment() -> None:
    study = builtin.load("imail2")
    found = list_outcomes(study, None).rows["response"]
    rows = study.events[study.events["kind"] == "assessment"]
    stable = set(rows.loc[rows["label"] == "SD", "subject"])
    assert {s for s in found.index if found[s] == "SD"} == stable
