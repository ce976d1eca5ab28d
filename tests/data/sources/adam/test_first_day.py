"""Times and samples count from the same first day: ADaM has no day 0, its times have a day 1."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from analysis.cohort.analysis_set import derive_analysis_set, select_sample
from analysis.question import Question
from analysis.question.choices import landmark_time
from analysis.results.patient_profile import describe_patients
from analysis.results.trial.swimmer import build_lanes
from data.cohort import Study
from data.problems import DataProblems
from data.sources import read_cohort
from data.storage import cohort_file
from tests.data.sources import writers

ASKED = Question("t", "OS", "M", "C1D15", "value", "", (2.5,), "landmark")


def package(gaps, *, first=1, length=1.0, unit="days", visit="C1D15", **more):
    """Patients who are followed so many days after 1 January and were sampled on ADY 15."""
    start = pd.Timestamp("2024-01-01")
    who = [f"P{i}" for i in range(len(gaps))]
    tte = pd.DataFrame({
        "USUBJID": who, "PARAMCD": "OS", "PARAM": f"Overall Survival ({unit})",
        "AVAL": [(gap + first) / length for gap in gaps], "CNSR": 0.0,
        "STARTDT": start.date().isoformat(),
        "ADT": [(start + pd.Timedelta(days=gap)).date().isoformat() for gap in gaps],
    }).assign(**more)  # fmt: skip
    lab = pd.DataFrame({"USUBJID": who, "PARAMCD": "M", "PARAM": "M", "AVISIT": visit,
                        "AVISITN": 3.0, "AVAL": [float(i) for i in range(len(gaps))],
                        "ADY": 15.0})  # fmt: skip
    return {"ADSL": pd.DataFrame({"USUBJID": who}), "ADTTE": tte, "ADLB": lab}


def followed(path, **options):
    cohort = read_cohort(path, **options)
    asked = ASKED.changed(visit=cohort.visits.loc[0, "visit"])
    found = derive_analysis_set(cohort, select_sample(cohort, asked), asked)
    return cohort, found


@pytest.mark.parametrize("first", [1, 0])
@pytest.mark.parametrize(("length", "unit"), [(1.0, "days"), (30.4375, "months")])
def test_an_event_on_the_day_of_the_landmark_is_at_it(tmp_path, first, length, unit):
    """Start on 1 January, death on the 15th, sampled on study day 15: not one day of follow-up."""
    tables = package([14, 15, 40, 400], first=first, length=length, unit=unit)
    cohort, found = followed(writers.as_csv(tables, tmp_path / "t"))
    assert cohort.study.first_day == first
    assert cohort.outcomes["time"].tolist() == pytest.approx(tables["ADTTE"]["AVAL"].tolist())
    assert found.landmark == pytest.approx((14 + first) / length)
    assert [who for _, who in found.aside] == [("P0",)]
    assert found.time.tolist() == pytest.approx([day / length for day in (1, 26, 386)])


def test_without_dates_the_convention_holds_and_is_said(tmp_path):
    tables = package([14, 15, 400])
    tables["ADTTE"] = tables["ADTTE"].drop(columns=["STARTDT", "ADT"])
    path = writers.as_csv(tables, tmp_path / "t")
    cohort, found = followed(path)
    assert (cohort.study.first_day, found.landmark) == (1, 15)
    assert "as ADaM does" in " ".join(map(str, cohort.warnings))
    (path / "study.toml").write_text('name = "t"\ntitle = "t"\nfirst_day = 0\n')
    cohort, found = followed(path)
    assert (cohort.study.first_day, found.landmark, len(found.rows)) == (0, 14, 3)


def test_the_study_day_of_adtte_tells_it_too(tmp_path):
    tables = package([14, 15, 400], first=0)
    tables["ADTTE"] = tables["ADTTE"].drop(columns=["STARTDT"]).assign(ADY=[15.0, 16.0, 401.0])
    assert read_cohort(writers.as_csv(tables, tmp_path / "t")).study.first_day == 0


def test_endpoints_that_disagree_are_named(tmp_path):
    tables = package([20, 50, 400])
    more = package([20, 30, 90], first=0)["ADTTE"].assign(PARAMCD="PFS")
    tables["ADTTE"] = pd.concat([tables["ADTTE"], more], ignore_index=True)
    cohort = read_cohort(writers.as_csv(tables, tmp_path / "t"))
    assert cohort.study.first_day == 1
    assert "PFS: the first day is 0" in " ".join(map(str, cohort.warnings))


@pytest.mark.parametrize(("visit", "day"), [("Day 15", 14), ("Week 2", 14), ("DAY 1", 0)])
def test_names_of_days_count_as_the_study_day_does(tmp_path, visit, day):
    cohort = read_cohort(writers.as_csv(package([20, 50, 400], visit=visit), tmp_path / "t"))
    assert cohort.visits["day"].tolist() == [day]
    assert landmark_time(cohort, visit) == (day + 1 if day else 0)


def test_a_first_day_is_zero_or_one(tmp_path):
    path = writers.as_csv(package([20, 50, 400]), tmp_path / "t")
    (path / "study.toml").write_text('name = "t"\ntitle = "t"\nfirst_day = 2\n')
    with pytest.raises(DataProblems, match="the first day is 0 or 1, not 2"):
        read_cohort(path)


def test_times_become_days_again():
    study = Study("t", "t", time_unit="months", first_day=1.0)
    assert study.time_of(14) == 15 / 30.4375
    assert math.isclose(study.day_of(study.time_of(14)), 14)


def test_the_first_day_is_part_of_the_content(tmp_path):
    path = writers.as_csv(package([14, 15, 400]), tmp_path / "t")
    whole = read_cohort(path)
    (path / "study.toml").write_text('name = "t"\ntitle = "t"\nfirst_day = 0\n')
    assert read_cohort(path).id != whole.id
    kept = tmp_path / "kept.npz"
    cohort_file.write(whole, kept)
    assert cohort_file.read(kept).study.first_day == 1


def test_times_that_start_on_another_day_than_treatment_are_said(tmp_path):
    tables = package([20, 50, 400], TRTSDT=["2024-01-01", "2024-01-03", "2024-01-06"])
    said = " ".join(map(str, read_cohort(writers.as_csv(tables, tmp_path / "t")).warnings))
    assert "OS: times of 2 patients start up to 5 days from the first treatment" in said
    tables = package([20, 50, 400], TRTSDT="2024-01-01")
    said = " ".join(map(str, read_cohort(writers.as_csv(tables, tmp_path / "u")).warnings))
    assert "from the first treatment" not in said


def test_an_outcome_stands_on_its_day_beside_samples(tmp_path):
    cohort = read_cohort(writers.as_csv(package([14, 15, 400]), tmp_path / "t"))
    persons = describe_patients(cohort, None)
    assert persons.days_of(persons.outcomes_of("P0")["time"].to_numpy()).tolist() == [14]
    assert build_lanes(cohort).patients["last"].tolist() == [14, 15, 400]
