"""Tables that look right and are not: ids, dates, units, blank columns; what is said of them."""

from __future__ import annotations

import openpyxl
import pytest

from data.sources import read_cohort
from data.sources.cells.units import name_and_unit
from tests.data.sources.tidy_tables import problems, said, written

OUTCOMES = "id,time_months,event\n" + "".join(f"P{i},{i + 2},{i % 2}\n" for i in range(8))


# ------------------------------------------------------------------------------------------ ids


@pytest.mark.parametrize("twin", ["\u0420\u0410-1", "\u03a1\u0391-1", "\uff30A-1", "pa-1", "P A1"])
def test_ids_that_look_alike(tmp_path, twin):
    """Cyrillic, Greek, full width, small letters, other marks: a warning in one file, where both
    may be patients, and a problem where two files should name the same one."""
    one = f"id,time_months,event,M\nPA-1,2,1,4\n{twin},3,0,5\n"
    cohort = read_cohort(written(tmp_path, a=one))
    assert cohort.n == 2
    assert "a.csv, column id, row" in said(cohort.warnings)
    assert "one patient must be written one way" in said(cohort.warnings)
    values = f"id,marker,value\n{twin},CD4,3\nB2,CD4,4\n"
    path = written(tmp_path, a="id,time,event\nPA-1,2,1\nB2,3,0\n", b=values)
    assert f"b.csv, column id, row 2: {twin!r} looks like 'PA-1'" in problems(path)


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\t"])
def test_a_blank_behind_an_id_makes_no_other_patient(tmp_path, blank):
    values = f"id,marker,value\n{blank}P1{blank},CD4,3\nP2,CD4,4\n"
    path = written(tmp_path, a="id,time,event,age\nP1,2,1,50\nP2,3,0,60\n", b=values)
    cohort = read_cohort(path)
    assert cohort.measurements["subject"].tolist() == ["P1", "P2"]
    assert "b.csv, column id: blanks around 1 values were taken off" in said(cohort.warnings)


@pytest.mark.parametrize("text", ["+1", "-1", "@SUM(A1)", "=1+1", "＝1", "class", "None"])
def test_ids_and_arms_like_formulas_are_texts(tmp_path, text):
    table = f"id,arm,time_months,event,M\n{text},{text},2,1,4\nb,B,3,0,5\n"
    cohort = read_cohort(written(tmp_path, t=table))
    assert cohort.subjects.loc[0, ["subject", "arm"]].tolist() == [text, text]


@pytest.mark.parametrize("column", ["id", "arm", "marker", "visit"])
def test_marks_that_turn_the_text_are_refused_everywhere(tmp_path, column):
    text = "id,arm,visit,marker,value,time_months,event\na,A,C1D1,CD4,4,2,1\nb,B,C1D1,CD4,5,3,0\n"
    rows = [line.split(",") for line in text.split()]
    rows[1][rows[0].index(column)] = "x\u202ey"
    text = "".join(",".join(row) + "\n" for row in rows)
    found = problems(written(tmp_path, t=text))
    assert f"t.csv, column {column}, row 2" in found
    assert "invisible characters; write it anew" in found


# ---------------------------------------------------------------------------------------- times


@pytest.mark.parametrize("date", ["2024-05-01", "2024-05", "03/04/2024", "03.04.24", "3/4/24"])
def test_a_date_for_a_time_is_told_as_one(tmp_path, date):
    rows = f"1,{date},1,4\n2,3,0,5\n3,4,1,6\n"
    found = problems(written(tmp_path, t="id,time_months,event,M\n" + rows))
    assert f"t.csv, column time_months, row 2: {date!r} is not a number but a date" in found
    assert "give the days or months from the start of treatment" in found


def test_a_number_that_a_spreadsheet_turned_into_a_date(tmp_path):
    rows = "".join(f"{i},{i + 1},1,{i}\n" for i in range(8)) + "9,3,0,2024-04-03\n"
    found = problems(written(tmp_path, t="id,time_months,event,M\n" + rows))
    assert "column M, row 10: '2024-04-03' is not a number but a date: did a spreadsheet" in found


@pytest.mark.parametrize("first", [14_000, 23_400, 33_000, 45_000])
@pytest.mark.parametrize("header", ["time", "OS_days", "OS_months"])
def test_dates_written_as_numbers_are_no_times(tmp_path, first, header):
    """Days since 1960 (SAS) and since 1900 (Excel): nobody is followed for 27 years and more."""
    rows = "".join(f"{i},{first + 40 * i},{i % 2},{i}\n" for i in range(6))
    found = problems(written(tmp_path, t=f"id,{header},event,M\n{rows}"))
    assert f"t.csv, column {header}: holds numbers such as" in found
    assert "look like dates and not like times: give the time from time zero" in found


def test_a_time_that_is_no_number_at_all_is_missing_or_told(tmp_path):
    rows = "1,NaN,1,4\n2,inf,0,5\n3,1e308,1,6\n4,5,0,7\n5,,1,7\n"
    found = problems(written(tmp_path, t="id,time_months,event,M\n" + rows))
    assert "row 3: 'inf' is not a number; mend it" in found
    assert "row 4: the time 1e308 is no survival time; mend it" in found
    assert "row 2" not in found
    assert "dates" not in found


def test_an_event_that_is_blank_beside_a_time(tmp_path):
    rows = "1,2,1,4\n2,3,,5\n3,4,0,6\n"
    found = problems(written(tmp_path, t="id,time_months,event,M\n" + rows))
    assert "t.csv, column event, row 3: '2' has a time but no event code; fill it in" in found


def test_a_sample_after_death_is_said(tmp_path):
    text = "id,visit,day,marker,value,OS_days,OS_event\n1,C1D1,0,CD4,20,30,1\n"
    text += "1,C3D1,60,CD4,25,30,1\n2,C1D1,0,CD4,5,90,0\n"
    assert "'1' has a sample after death" in said(read_cohort(written(tmp_path, t=text)).warnings)


# --------------------------------------------------------------------------------------- values


def values(factor, visit):
    return "id,visit,marker,value\n" + "".join(
        f"P{i},{visit},CD4,{(3 + i) * factor:g}\n" for i in range(8)
    )


@pytest.mark.parametrize(
    ("second", "visit", "words"),
    [
        (100, "C1D15", "CD4: values in c.csv are about 100 times those in b.csv"),
        (1_000, "C1D15", "are there two units?"),
        (30, "C1D15", ""),
        (1, "C1D15", ""),
    ],
)
def test_one_marker_times_a_hundred_in_two_tables(tmp_path, second, visit, words):
    path = written(tmp_path, a=OUTCOMES, b=values(1, "C1D1"), c=values(second, visit))
    found = said(read_cohort(path).warnings)
    assert words in found
    assert ("two units" in found) == bool(words)


def test_one_marker_times_a_hundred_at_two_visits(tmp_path):
    rows = "".join(f"P{i},{i + 2},{i % 2},{3 + i},{300 + 100 * i}\n" for i in range(8))
    path = written(tmp_path, t="id,time_months,event,M_baseline,M_week4\n" + rows)
    words = said(read_cohort(path).warnings)
    assert "M: values at week4 are about 100 times those at baseline: are there two units?" in words


def test_a_patient_in_two_tables_with_other_values(tmp_path):
    path = written(tmp_path, a=OUTCOMES, b=values(1, "C1D1"), c=values(100, "C1D1"))
    found = problems(path)
    assert "c.csv, column value, row 2: 'P0 C1D1 CD4' stands twice with different values" in found


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("sqrt(CD4)", ("sqrt(CD4)", "")),
        ("log10(RNA)", ("log10(RNA)", "")),
        ("CD4 (cells/µL)", ("CD4", "cells/µL")),
        ("RNA log10 (copies/mL)", ("RNA log10", "copies/mL")),
    ],
)
def test_a_function_is_no_name_with_a_unit(tmp_path, name, parts):
    """sqrt(CD4) is not the marker sqrt in the unit CD4."""
    assert name_and_unit(name) == parts
    cohort = read_cohort(written(tmp_path, t=f"id,time_months,event,{name}\n1,2,1,20\n2,3,0,25\n"))
    assert cohort.markers.loc[0, ["marker", "unit"]].tolist() == list(parts)


def test_columns_without_any_value_are_left_out_and_said(tmp_path):
    text = "id,time_months,event,M,N,O\n1,2,1,4,,ND\n2,3,0,5,,.\n3,4,1,6,,not done\n"
    cohort = read_cohort(written(tmp_path, t=text))
    assert cohort.markers["marker"].tolist() == ["M"]
    assert not {"N", "O"} & set(cohort.subjects.columns)
    assert "t.csv: columns without any value are left out: 'N', 'O'" in said(cohort.warnings)


def test_a_marker_that_no_patient_has_is_said(tmp_path):
    rows = "".join(f"P{i},C1D1,CD8,ND\n" for i in range(8))
    path = written(tmp_path, a=OUTCOMES, b=values(1, "C1D1") + rows)
    words = said(read_cohort(path).warnings)
    assert "'CD8' has no value and cannot be asked for" in words
    assert "'CD4' has no value" not in words


def test_an_arm_on_the_first_row_of_its_block_only(tmp_path):
    """Cells that are merged say how far the arm goes; blank ones below it do not."""
    text = "id,arm,time_months,event,M\n1,A,2,1,20\n2,,3,0,25\n3,B,4,1,5\n4,,4,0,9\n"
    found = problems(written(tmp_path, t=text))
    assert "t.csv, column arm, row 3: the arm is empty; fill it in on each row" in found
    assert "row 5: the arm is empty" in found


@pytest.mark.parametrize("note", ["* NK by flow cytometry", "Source: the laboratory's list"])
def test_footnotes_of_a_workbook(tmp_path, note):
    book = openpyxl.Workbook()
    for row in (["id", "time_months", "event", "M"], ["1", 2, 1, 4], ["2", 3, 0, 5], [], [note]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    cohort = read_cohort(tmp_path / "t.xlsx")
    assert cohort.n == 2
    assert "footnotes under the table" in said(cohort.warnings)


@pytest.mark.parametrize("name", ["__proto__", "constructor", "class", "index", "🙂", "CD\n4"])
def test_markers_with_names_that_programs_use(tmp_path, name):
    text = f'id,time_months,event,"{name}"\n1,2,1,20\n2,3,0,25\n'
    cohort = read_cohort(written(tmp_path, t=text))
    assert cohort.markers["marker"].tolist() == [name.replace("\n", " ")]
