"""Tidy tables wide and long, REDCap, cBioPortal, cytometry; roles, visits, arms, units, mapping."""

from __future__ import annotations

import json

import pytest

from data.sources import cytometry, read_cohort, understand
from data.sources.cells.arms import doses_of, steps_of
from data.sources.cells.units import time_unit_of
from data.sources.cells.visits import baseline, day_of, order
from tests.data.sources.tidy_tables import problems, said, written

LONG = """subject,visit,day,marker,value,unit
a,week 4,27,CD4,5,cells/µL
a,screening,-8,CD4,4,cells/µL
b,screening,-7,CD4,6,cells/µL
b,week 4,28,CD4,7,cells/µL
"""
OUTCOMES = "subject,endpoint,time,event\na,OS,5,1\nb,OS,7,0\na,PFS,2,1\nb,PFS,7,0\n"


def test_long_tables_in_several_files(tmp_path):
    cohort = read_cohort(written(tmp_path, values=LONG, survival=OUTCOMES))
    assert cohort.outcomes["endpoint"].unique().tolist() == ["OS", "PFS"]
    assert cohort.visits[["visit", "day"]].to_numpy().tolist() == [
        ["screening", -7],
        ["week 4", 28],
    ]
    assert cohort.visits["is_baseline"].tolist() == [True, False]
    assert cohort.markers.loc[0, "unit"] == "cells/µL"
    assert cohort.study.endpoint("OS").event == "death"


def test_one_long_table_with_outcomes_on_every_row(tmp_path):
    text = "id,visit,marker,value,time,event,arm\na,C1D1,CD4,4,5,1,X\n"
    text += "a,C1D15,CD4,5,5,1,X\nb,C1D1,CD4,6,7,0,Y\n"
    path = written(tmp_path, t=text)
    found = understand(path)
    assert [(e.words.split(", because")[0]) for e in found.events] == [
        "0 = censored: 1, 1 = event: 1"
    ]
    cohort = found.cohort()
    assert len(cohort.outcomes) == 2
    assert len(cohort.measurements) == 3


def test_several_endpoints_and_visits_in_columns(tmp_path):
    text = ("Patient,PFS_time_months,PFS_event,OS_time_months,OS_event,"
            "CD4_baseline,CD4_week20,CD8_baseline\n"
            "a,2,1,5,1,400,410,200\nb,7,0,7,0,300,,210\n")  # fmt: skip
    cohort = read_cohort(written(tmp_path, t=text))
    assert cohort.outcomes[["endpoint", "time"]].to_numpy().tolist() == [
        ["PFS", 2], ["PFS", 7], ["OS", 5], ["OS", 7]]  # fmt: skip
    assert cohort.visits[["visit", "day"]].to_numpy().tolist() == [["baseline", 0], ["week20", 140]]
    assert sorted(cohort.markers["marker"]) == ["CD4", "CD8"]
    assert len(cohort.measurements) == 5


def test_the_mapping_says_it_all_again(tmp_path):
    path = written(tmp_path, values=LONG, survival=OUTCOMES)
    first = understand(path)
    again = understand(path, mapping=json.loads(json.dumps(first.mapping)))
    assert again.cohort().id == first.cohort().id
    assert again.mapping == first.mapping
    assert {c.reason for t in again.tables for c in t.columns} == {"you said so"}


def test_a_mapping_decides(tmp_path):
    text = "who,t1,t2,flag,x,y\na,2,20,1,400,1\nb,7,70,0,300,2\n"
    path = written(tmp_path, t=text)
    mapping = {"subject": "who", "time": {"OS": "t2"}, "event": {"OS": "flag"}, "markers": ["x"],
               "time_unit": "weeks", "ignore": ["t1"]}  # fmt: skip
    cohort = read_cohort(path, mapping=mapping)
    assert cohort.outcomes["time"].tolist() == [140, 490]
    assert cohort.study.time_unit == "days"
    assert cohort.markers["marker"].tolist() == ["x"]
    assert "turned into days" in said(cohort.warnings)
    cohort = read_cohort(
        path, mapping=mapping | {"markers": [{"column": "y", "marker": "Y", "visit": "C1D15"}]}
    )
    assert cohort.visits["visit"].tolist() == ["C1D15"]
    cohort = read_cohort(
        path, mapping={"subject": "who", "time": "t2", "event": "flag", "markers": ["x"]}
    )
    assert cohort.n == 2


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"subject": "nobody"}, "there is no column 'nobody'"),
        ({"colour": "M"}, "unknown role 'colour'"),
        ({"time_unit": "fortnights"}, "time_unit"),
        ({"baseline": "C9D9"}, "there is no visit 'C9D9'"),
        ({"event_is": "7"}, "no row of event is '7'"),
    ],
)
def test_mappings_that_do_not_fit(tmp_path, mapping, words):
    path = written(tmp_path, t="id,time,event,M\n1,2,1,4\n2,3,0,5\n")
    assert words in problems(path, mapping=mapping)


def test_baseline_and_days_can_be_chosen(tmp_path):
    path = written(tmp_path, values=LONG, survival=OUTCOMES)
    mapping = understand(path).mapping | {"baseline": "week 4", "visit_days": {"week 4": 25}}
    cohort = read_cohort(path, mapping=mapping)
    assert cohort.visits["is_baseline"].tolist() == [False, True]
    assert cohort.visits["day"].tolist() == [-7, 25]


def test_duplicates_equal_and_conflicting(tmp_path):
    equal = LONG + "b,week 4,28,CD4,7,cells/µL\n"
    cohort = read_cohort(written(tmp_path, values=equal, survival=OUTCOMES))
    assert "kept once" in said(cohort.warnings)
    assert "values.csv, row 6" in said(cohort.warnings)
    found = problems(
        written(tmp_path, values=LONG + "b,week 4,28,CD4,8,cells/µL\n", survival=OUTCOMES)
    )
    assert (
        "values.csv, column visit, row 6" in found or "row 6: 'b week 4 CD4' stands twice" in found
    )


def test_a_patient_twice_in_a_wide_table(tmp_path):
    path = written(tmp_path, t="id,time,event,M\n1,2,1,4\n1,2,1,5\n2,3,0,5\n")
    assert "t.csv, column M, row 3: '1 baseline M' stands twice" in problems(path)


def test_mixed_units_are_refused(tmp_path):
    text = LONG.replace("7,cells/µL", "7,10^9/L")
    assert "use one unit" in problems(written(tmp_path, values=text, survival=OUTCOMES))


def test_a_patient_without_any_outcome(tmp_path):
    path = written(tmp_path, values=LONG + "c,week 4,28,CD4,7,\n", survival=OUTCOMES)
    assert "values.csv, column subject, row 6" in problems(path)


@pytest.mark.parametrize(
    ("header", "times", "unit", "doubt"),
    [
        ("time", (200, 900, 700, 800, 650), "days", "times taken as days"),
        ("time", (2, 9, 7, 8, 6), "months", "times taken as months"),
        ("time_days", (2, 900, 70, 80, 65), "days", ""),
        ("OS_months", (200, 900, 700, 800, 650), "months", "looks like days"),
        ("OS_days", (2.5, 9.1, 7.2, 8, 6), "days", "are these months?"),
        ("OS (years)", (2.5, 9.1, 7.2, 8, 6), "months", "turned into months"),
    ],
)
def test_units_of_time(tmp_path, header, times, unit, doubt):
    rows = "".join(f"{i},{t},1,{i}\n" for i, t in enumerate(times))
    cohort = read_cohort(written(tmp_path, t=f"id,{header},event,M\n{rows}"))
    assert cohort.study.time_unit == unit
    words = said(w for w in cohort.warnings if "time" in str(w) or "median" in str(w))
    assert doubt in words
    if not doubt:
        assert "taken as" not in words


def test_two_units_of_time_are_refused(tmp_path):
    text = "id,OS_days,OS_event,PFS_months,PFS_event,M\n1,20,1,4,1,1\n2,30,0,5,0,1\n"
    assert "use one unit for all" in problems(written(tmp_path, t=text))


@pytest.mark.parametrize(
    ("name", "unit"),
    [("OS_MONTHS", "months"), ("time (d)", "days"), ("survivalDays", "days"), ("OS [mo]", "months"),
     ("time", None), ("weeks", "weeks"), ("Zeit in Monaten", "months"), ("days or months", None)],
)  # fmt: skip
def test_units_in_names(name, unit):
    assert time_unit_of(name) == unit


def test_visits_are_put_in_order():
    seen = ["C2D1", "End of treatment", "C1D15", "Screening", "C10D1", "C1D1", "Follow-up 1"]
    assert order(seen)[0] == [
        "Screening",
        "C1D1",
        "C1D15",
        "C2D1",
        "C10D1",
        "End of treatment",
        "Follow-up 1",
    ]
    assert order(["Week 12", "Week 2", "Baseline"])[0] == ["Baseline", "Week 2", "Week 12"]
    assert order(["x", "y"], {"x": 2, "y": 1})[0] == ["y", "x"]
    assert order(["x", "y"], days={"x": 9, "y": 1})[0] == ["y", "x"]
    assert order(["x", "y"]) == (["x", "y"], "as they first appear")
    assert [day_of(v) for v in ("week 20", "C1D15", "D-21", "C2D1", "3 months", "x")] == [
        140, 14, -21, None, 91.3125, None]  # fmt: skip
    assert baseline(["a", "b", "c"], {"a": -8.0, "b": 0.0, "c": 9.0})[0] == "b"


def test_arms_come_in_the_order_of_their_doses(tmp_path):
    text = "id,arm,time,event,M\n1,10 mg,2,1,4\n2,2 mg,3,0,5\n3,placebo,3,0,5\n"
    cohort = read_cohort(written(tmp_path, t=text))
    assert cohort.subjects["dose"].tolist() == [10, 2, 0]
    assert cohort.study.dose_unit == "mg"
    assert doses_of(["10 mg", "2 g"]) is None
    assert doses_of(["drug A 10 mg", "drug B 10 mg"]) is None
    assert steps_of(["High dose", "Low dose", "Placebo"]) == ["Placebo", "Low dose", "High dose"]
    assert steps_of(["A", "B"]) is None


def test_redcap(tmp_path):
    head = "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,age,"
    head += "first_name,race___1,os_months,os_status,cd4,demo_complete\n"
    text = """\
1,baseline_arm_1,,,"61,5",Ann,1,,,400,2
1,week_20_arm_1,,,,,,"12,5",1,350,
2,baseline_arm_1,,,55,Bob,0,,,300,2
2,week_20_arm_1,,,,,,7,0,,
2,week_20_arm_1,labs,2,,,,,,310,
"""
    path = written(tmp_path, t=head + text)
    found = understand(path)
    assert found.convention == "REDCap export"
    cohort = found.cohort()
    assert cohort.subjects["age"].tolist() == [61.5, 55]
    assert "first_name" not in cohort.subjects
    assert cohort.outcomes["time"].tolist() == [12.5, 7]
    assert cohort.visits["visit"].tolist() == ["baseline", "week 20", "week 20 #2"]


def test_cbioportal(tmp_path):
    (tmp_path / "data_clinical_patient.txt").write_text(
        "#Patient Identifier\tOS\tst\n#a\tb\tc\n#STRING\tNUMBER\tSTRING\n#1\t1\t1\n"
        "PATIENT_ID\tOS_MONTHS\tOS_STATUS\tTMB\nT-1\t12.5\t1:DECEASED\t3.5\nT-2\t22\t0:LIVING\t4\nT-3\t\t\t2\n"
    )
    found = understand(tmp_path)
    assert found.convention == "cBioPortal clinical data"
    cohort = found.cohort()
    assert cohort.outcomes[["subject", "event"]].to_numpy().tolist() == [
        ["T-1", True],
        ["T-2", False],
    ]
    assert "row 8: the outcome of 'T-3' has no time" in said(cohort.warnings)


FLOW = """,Lymphocytes/CD3+/CD4+ | Freq. of Parent,Lymphocytes/CD3-/NK/CD4+ | Freq. of Parent
P001_C1D1_t1.fcs,45.1 %,12.3 %
P001_C1D15_t1.fcs,44.1 %,22.3 %
P-02_C1D1_t1.fcs,41.1 %,11.3 %
Mean,43,15
SD,2,3
"""


def test_cytometry(tmp_path):
    clinic = "Patient,PFS months,PFS event\nP001,4,1\nP-02,5,0\n"
    found = understand(written(tmp_path, freq=FLOW, clinic=clinic))
    assert found.convention == "cytometry table"
    cohort = found.cohort()
    assert cohort.measurements["subject"].unique().tolist() == ["P001", "P-02"]
    assert cohort.visits["visit"].tolist() == ["C1D1", "C1D15"]
    assert cohort.markers["marker"].tolist() == ["CD3+/CD4+", "NK/CD4+"]
    assert cohort.markers["label"][0] == "Lymphocytes/CD3+/CD4+ | Freq. of Parent"
    assert set(cohort.markers["unit"]) == {"% of Parent"}
    table = next(t for t in found.tables if t.name == "freq")
    assert (table.rows_read, table.rows_used) == (5, 3)
    assert "'Mean', 'SD'" in said(cohort.warnings)
    bad = FLOW.replace("P001_C1D15_t1.fcs", "tube 7 x")
    assert "does not tell patient and visit" in problems(written(tmp_path, freq=bad, clinic=clinic))


@pytest.mark.parametrize(
    ("name", "parts"),
    [("P001_C1D1.fcs", ("P001", "C1D1")), ("A 7_baseline_t2", ("A_7", "baseline")),
     ("P9", ("P9", "")),
     ("x_y", ("", ""))],
)  # fmt: skip
def test_the_rule_for_sample_names(name, parts):
    assert cytometry.rule(name) == parts


@pytest.mark.parametrize("values", ["4,4", ",", "0,0", "1,"])
def test_odd_markers_open_or_are_told(tmp_path, values):
    one, two = values.split(",")
    path = written(tmp_path, t=f"id,time,event,M\n1,2,1,{one}\n2,3,0,{two}\n")
    if not one and not two:
        assert "no column of marker values" in problems(path)
    else:
        assert read_cohort(path).n == 2


def test_time_zero_is_kept_and_nines_are_not(tmp_path):
    cohort = read_cohort(written(tmp_path, t="id,time,event,M\n1,0,1,4\n2,3,0,5\n"))
    assert cohort.outcomes["time"].tolist() == [0, 3]
    assert "is 0; kept" in said(cohort.warnings)
    found = problems(written(tmp_path, t="id,time,event,M\n1,9999,1,4\n2,3,0,5\n3,1e308,1,4\n"))
    assert "code for a missing time" in found
    assert "is no survival time" in found


def test_what_two_tables_say_of_a_patient_is_joined(tmp_path):
    tables = {
        "a_survival": "id,time_months,event,sex\n1,2,1,F\n2,3,0,M\n",
        "b_patients": "Patient,arm,age,country\n1,X,61,F\n2,Y,50,D\n",
        "c_markers": "id,CD4\n1,400\n2,500\n",
    }
    cohort = read_cohort(written(tmp_path, **tables))
    columns = ["subject", "arm", "age", "country", "sex"]
    assert cohort.subjects[columns].to_numpy().tolist() == [
        ["1", "X", 61, "F", "F"], ["2", "Y", 50, "D", "M"]]  # fmt: skip
    tables["c_markers"] = "id,CD4,arm\n1,400,X\n2,500,Z\n"
    assert "arm of '2' is not the same" in problems(written(tmp_path, **tables))


def test_counting_process_rows_are_refused(tmp_path):
    text = "id,start,stop,event,CD4\n1,0,5,0,4\n1,5,9,1,5\n2,0,7,0,6\n"
    assert "rows of start and stop are not read" in problems(written(tmp_path, t=text))


@pytest.mark.parametrize(
    ("header", "values", "words"),
    [
        ("HLA-DR (%)", (1, 20, 30, 40, 50, 120), "in % and goes up to 120"),
        ("HLA-DR (%)", (0.1, 0.2, 0.3, 0.4, 0.5, 0.9), "are these fractions?"),
        ("CD4 (cells/µL)", (0.1, 0.4, 0.5, 0.6, 0.7, 1.2), "is it in 10^9/L?"),
        ("CD4 (cells/µL)", (0.3, 0.4, 0.5, 400, 600, 700), "are there two units?"),
        ("CD4 (cells/µL)", (300, 400, 500, 40, 600, 700), ""),
    ],
)
def test_markers_that_hardly_fit_their_unit(tmp_path, header, values, words):
    rows = "".join(f"{i},{i + 1},1,{v}\n" for i, v in enumerate(values))
    cohort = read_cohort(written(tmp_path, t=f"id,time_months,event,{header}\n{rows}"))
    found = said(w for w in cohort.warnings if w.table == "measurements" and w.column == "value")
    assert words in found
    assert words or not found


def test_a_table_without_ids_is_one_row_a_patient(tmp_path):
    cohort = read_cohort(
        written(tmp_path, t=",time_days,event,age,CD4\n1,20,1,61,4\n2,30,0,50,5\n")
    )
    assert cohort.subjects["subject"].tolist() == ["1", "2"]
    words = said(cohort.warnings)
    assert "counts the rows; not used" in words
    assert "each row is taken as one" in words
    path = written(tmp_path, t="visit,time_days,event,CD4\nC1D1,20,1,4\nC1D15,30,0,5\n")
    assert "no column names the patient" in problems(path)


def test_a_time_without_an_event_column_asks_for_it(tmp_path):
    found = problems(written(tmp_path, t="id,time_days,what,CD4\n1,20,a,4\n2,30,b,5\n3,4,a,6\n"))
    assert "is it 'what'?" in found
