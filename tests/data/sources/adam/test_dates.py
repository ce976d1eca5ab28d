"""Dates of ADaM: complete ones give a day, all others none; never a day that is years away."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from data.sources import read_cohort
from data.sources.cells import dates
from tests.data.sources import writers
from tests.data.sources.adam.test_adam import dated, said, small

START = "2024-01-02"


def sampled(adt: list[str], start: str = START) -> dict:
    """The small package with dates of samples instead of study days."""
    tables = small()
    rows = tables["ADLB"].drop(columns="ADY")
    given = [adt[at % len(adt)] for at in range(len(rows))]
    tables["ADLB"] = rows.assign(ADT=given, TRTSDT=start)
    return tables


def days_of(cohort) -> set[float]:
    screened = cohort.measurements.query("visit == 'Screening'")
    return set(screened["day"].dropna())  # a visit whose name tells no day


def test_complete_dates_are_days(tmp_path):
    cohort = read_cohort(writers.as_csv(sampled(["2023-12-24"]), tmp_path / "t"))
    assert days_of(cohort) == {-9}
    assert "no day" not in said(cohort.warnings)


@pytest.mark.parametrize(
    "adt",
    ["2023", "2023-12", "2023-12-UN", "24/12/2023", "12/24/23", "24-DEC-2023", "2023-02-29",
     "23368", "19715", "45284"],
)  # fmt: skip
def test_other_dates_give_no_day_and_that_is_said(tmp_path, adt):
    cohort = read_cohort(writers.as_csv(sampled([adt]), tmp_path / "t"))
    assert days_of(cohort) == set()
    words = said(cohort.warnings)
    assert "ADLB.csv, column ADT, row 2: " in words
    assert "4 samples have no day: ADT and TRTSDT must both be complete dates" in words
    assert "'Screening' is not known: no landmark" in words


def test_a_partial_date_takes_no_day_from_the_others(tmp_path):
    cohort = read_cohort(writers.as_csv(sampled(["2023-12-24", "2023"]), tmp_path / "t"))
    assert days_of(cohort) == {-9}
    assert " samples have no day" in said(cohort.warnings)


@pytest.mark.parametrize(("start", "adt"), [("23377", "23368"), ("19724", "19715")])
def test_numbers_of_one_epoch_are_only_compared_with_each_other(tmp_path, start, adt):
    cohort = read_cohort(writers.as_csv(sampled([adt], start), tmp_path / "t"))
    assert days_of(cohort) == {-9}


def test_an_epoch_that_is_ten_years_off_changes_no_study_day(tmp_path):
    """CDISC's own Dataset-JSON example has its numeric dates 3,653 days late; ADY is right."""
    tables = small()
    n = len(tables["ADLB"])
    late = [str(19_715 + 3_653)] * n
    tables["ADLB"] = tables["ADLB"].assign(ADT=late, TRTSDT=START)
    expected = read_cohort(writers.as_csv(small(), tmp_path / "a" / "t"))
    cohort = read_cohort(writers.as_json(tables, tmp_path / "b" / "t"))
    assert cohort.measurements.equals(expected.measurements)


@pytest.mark.parametrize("odd", ["2024", "2024-05", "01/02/2024", "2024-02-30"])
def test_odd_dates_do_not_decide_the_unit_of_time(tmp_path, odd):
    tables = dated(small(), [100, 400, 900], 30.4375)
    tables["ADTTE"]["ADT"] = odd
    cohort = read_cohort(writers.as_csv(tables, tmp_path / "t"))
    assert cohort.outcomes["time"].tolist() == pytest.approx(
        [day / 30.4375 for day in (100, 400, 900)], abs=1e-8
    )
    assert "times taken as months: no unit is stated" in said(cohort.warnings)


def test_leap_days_and_years_far_off():
    start = pd.Series(["2024-02-28", "2023-02-28", "2031-12-31", ""])
    end = pd.Series(["2024-03-01", "2023-03-01", "2032-01-01", "2024-01-01"])
    assert dates.between(start, end).tolist()[:3] == [2, 1, 1]
    assert dates.between(start, end).isna().tolist() == [False, False, False, True]


@pytest.mark.parametrize("missing", [None, ""])
def test_dataset_json_without_a_value(tmp_path, missing):
    path = writers.as_json(small(), tmp_path / "t")
    file = path / "adlb.json"
    whole = json.loads(file.read_text())
    at = [column["name"] for column in whole["columns"]].index("AVAL")
    assert whole["rows"][2][at] == "1.7"  # a decimal is a string
    whole["rows"][2][at] = missing
    file.write_text(json.dumps(whole))
    assert len(read_cohort(path).measurements) == 3


@pytest.mark.parametrize(("adt", "day"), [("2024-02-13", 42.0), ("2024", None), ("19766", None)])
def test_a_response_has_a_day_from_complete_dates_only(tmp_path, adt, day):
    tables = small()
    tables["ADRS"] = pd.DataFrame({
        "USUBJID": ["01"], "PARAMCD": ["OVR"], "AVALC": ["PR"], "AVAL": [2.0], "ADT": [adt],
        "TRTSDT": [START]})  # fmt: skip
    cohort = read_cohort(writers.as_csv(tables, tmp_path / "t"))
    assert cohort.events["start_day"].tolist() == ([] if day is None else [day])
