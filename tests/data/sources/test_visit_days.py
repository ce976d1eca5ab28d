"""The day of a visit: stated, of its name, or of its median sample; a straggler moves none."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.cohort.analysis_set import LATE, count_flow, derive_analysis_set, select_sample
from analysis.question import Question
from data.sources import read_cohort, understand
from data.validation.schedule import days_of, median_days
from tests.data.sources.tidy_tables import written
from wording.results.flow import describe_reason

# Twelve patients with a sample of one visit, the eighth one on day 60; two of them die by day 45.
DAYS = [12, 13, 14, 14, 15, 16, 17, 60, 14, 13, 12, 14]
MONTHS = [8.5, 13.8, 7.3, 11.5, 10.5, 1.2, 9.7, 12.1, 1.4, 3.0, 2.7, 5.3]


def straggler(folder, visit="C1D15", visits=None):
    """Cutline's own three tables, without visits.csv unless it is given."""
    who = [f"S{i:02d}" for i in range(len(DAYS))]
    tables = {
        "subjects": ["subject", *who],
        "outcomes": ["subject,endpoint,time,event",
                     *(f"{s},OS,{t},1" for s, t in zip(who, MONTHS, strict=True))],
        "measurements": ["subject,visit,day,marker,value",
                         *(f"{s},{visit},{d},M,{10 + i}" for i, (s, d) in
                           enumerate(zip(who, DAYS, strict=True)))],
    }  # fmt: skip
    if visits:
        tables["visits"] = visits
    return written(folder, **{name: "\n".join(lines) + "\n" for name, lines in tables.items()})


def flow_of(cohort):
    visit = cohort.visits.loc[0, "visit"]
    asked = Question("t", "OS", "M", visit, "value", "", (15.5,), "landmark")
    sample = select_sample(cohort, asked)
    followed = derive_analysis_set(cohort, sample, asked)
    return followed, count_flow(cohort, sample, followed, (15.5,))


@pytest.mark.parametrize("visit", ["C1D15", "week 2", "Cycle 1 Day 15", "Sampling"])
def test_one_straggler_is_set_aside_and_moves_nobody(tmp_path, visit):
    cohort = read_cohort(straggler(tmp_path, visit))
    assert cohort.visits["day"].tolist() == [14]
    followed, flow = flow_of(cohort)
    assert followed.landmark == pytest.approx(14 / 30.4375)
    assert flow.aside == (("sample", LATE, ("S07",)),)
    words = describe_reason(LATE, flow)
    assert words == "sampled more than 3 days after the visit’s day (14)"
    assert (flow.sampled, flow.observed) == (11, 11)


@pytest.mark.parametrize(("line", "day", "late"), [("C1D15,10", 10, 10), ("C1D15,", 14, 1)])
def test_visits_csv_stands_above_the_name(tmp_path, line, day, late):
    cohort = read_cohort(straggler(tmp_path, visits=["visit,day", line]))
    assert cohort.visits["day"].tolist() == [day]
    _, flow = flow_of(cohort)  # day 10 has a window of 2 days: the two of day 12 are in
    assert flow.count("sample") == late


def test_a_tidy_table_is_read_the_same_way(tmp_path):
    lines = ["id,visit,sample day,M,time,event"]
    lines += [f"S{i:02d},C1D15,{d},{10 + i},{t},1"
              for i, (d, t) in enumerate(zip(DAYS, MONTHS, strict=True))]  # fmt: skip
    found = understand(written(tmp_path, t="\n".join(lines) + "\n"))
    (visit,) = found.visits
    assert visit.day == 14
    assert "the day of 'C1D15' is taken as 14, from its name" in " ".join(map(str, found.warnings))
    assert flow_of(found.cohort())[1].aside[0][2] == ("S07",)


def test_a_name_far_from_its_samples_is_doubted(tmp_path):
    cohort = read_cohort(straggler(tmp_path, "week 12"))
    said = " ".join(map(str, cohort.warnings))
    assert "taken as 84, from its name, though its samples were drawn around day 14" in said


@pytest.mark.parametrize(
    ("names", "days"),
    [
        (["Day 28", "month 3", "week 20", "C2D1"], [28, 91.3125, 140]),
        (["Day 1", "Day 8", "Day 15"], [0, 7, 14]),
        (["D-7", "D1", "D15", "D29"], [-7, 0, 14, 28]),
        (["Day 0", "Day 1", "Day 15"], [0, 1, 15]),
        (["Baseline", "Day 1", "Day 15"], [0, 1, 15]),
        (["D0", "D15", "D28"], [0, 15, 28]),
    ],
)
def test_names_tell_days(names, days):
    assert list(days_of(names).values()) == days


def test_the_median_counts_a_patient_once():
    rows = pd.DataFrame({"subject": ["a", "a", "a", "b", "c"], "visit": "x",
                         "day": [1, 1, 1, 20, 30]})  # fmt: skip
    assert median_days(rows) == {"x": 20}
    assert median_days(rows[rows["subject"] != "c"]) == {"x": 20}  # the later one of two
    assert median_days(rows.drop(columns="day")) == {}


@pytest.mark.parametrize(("name", "days"), [("ADY", [-3, 0, 13, 14]), ("day", [-3, 1, 14, 15])])
def test_study_days_of_cdisc_have_no_day_zero(tmp_path, name, days):
    lines = [f"id,visit,{name},M,time,event", "a,screening,-3,1,5,1", "a,C1D1,1,2,5,1",
             "a,C1D15,14,3,5,1", "b,C1D15,15,4,9,0"]  # fmt: skip
    cohort = read_cohort(written(tmp_path, t="\n".join(lines) + "\n"))
    assert cohort.measurements["day"].tolist() == days
    assert cohort.visits.set_index("visit")["day"].loc[["C1D1", "C1D15"]].tolist() == [0, 14]


@pytest.mark.parametrize(
    "name", ["Day " + "9" * 400, "C1D" + "9" * 400, "D-" + "9" * 400, "week 9999999", "99999999 d"]
)
def test_a_number_that_no_trial_lasts_is_no_day(name):
    assert days_of([name]) == {}
