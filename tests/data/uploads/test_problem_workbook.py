"""Problems come back in the user's own workbook, at their cells."""

from __future__ import annotations

import io

import openpyxl

from data.limits import LIMITS
from data.problems import DataProblems
from data.sources import read_cohort
from data.uploads import _problem_workbook as problem_workbook
from tests.data.uploads.small_uploads import ANN, quick  # noqa: F401

ROWS = [["Export of 3 April"], ["id", "OS (months)", "OS status", "CD4"],
        ["1", 12, "dead", 300], ["2", -3, "alive", 200], ["3", 9, "perhaps", 100]]  # fmt: skip


def problems_of(path):
    try:
        read_cohort(path)
    except DataProblems as error:
        return error.problems
    raise AssertionError("it opened")


def book_of(path, tmp_path):
    out = tmp_path / "marked.xlsx"
    problem_workbook.write(path, problems_of(path), LIMITS, out)
    return openpyxl.load_workbook(out)


def marks(sheet):
    return {cell.coordinate: cell.comment.text for row in sheet for cell in row if cell.comment}


def test_a_workbook_comes_back_as_it_was_with_marks(tmp_path):
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active["B3"].number_format = "0.00"
    book.save(tmp_path / "t.xlsx")
    found = book_of(tmp_path / "t.xlsx", tmp_path)
    assert found.sheetnames == ["Problems", "Sheet"]
    sheet = found["Sheet"]
    assert sheet["A1"].value == "Export of 3 April"
    assert sheet["B3"].number_format == "0.00"
    said = marks(sheet)
    assert "negative" in said["B4"]
    assert "perhaps" in said["C5"]
    assert set(said) == {"B4", "C5"}
    assert sheet["B4"].fill.fgColor.rgb == "FFFFC9C9"
    listed = list(found["Problems"].iter_rows(values_only=True))
    assert listed[1][1:3] == ("OS (months)", 4)


def test_a_csv_becomes_a_workbook_that_reads_the_same(tmp_path):
    text = "id,time,event,CD4\n001,12,1,<7\n=2,3,2,200\n3,9,x,100\n"
    (tmp_path / "t.csv").write_text(text)
    before = [(p.column, p.row, p.message) for p in problems_of(tmp_path / "t.csv")]
    found = book_of(tmp_path / "t.csv", tmp_path)
    assert found["t.csv"]["A2"].value == "001"
    assert found["t.csv"]["A3"].data_type == "s"
    assert found["t.csv"]["B2"].value == 12
    assert marks(found["t.csv"])
    del found["Problems"]
    found.save(tmp_path / "again.xlsx")
    after = [(p.column, p.row, p.message) for p in problems_of(tmp_path / "again.xlsx")]
    assert after == before


def test_several_files_are_sheets_of_one_workbook(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.csv").write_text("id,time,event\n1,-2,1\n2,3,0\n")
    (folder / "b.csv").write_text("id,CD4\n1,5\n02,6\n")
    found = book_of(folder, tmp_path)
    assert found.sheetnames == ["Problems", "a.csv", "b.csv"]
    assert list(marks(found["a.csv"])) == ["B2"]
    assert list(marks(found["b.csv"])) == ["A3"]


def test_by_the_store_in_a_process_of_its_own(tmp_path, monkeypatch):
    from data.uploads import store

    monkeypatch.setenv("CUTLINE_HOME", str(tmp_path / "home"))
    id_ = store.receive(ANN, [("t.csv", b"id,time,event,M\n1,-2,1,4\n2,3,0,5\n")])
    book = openpyxl.load_workbook(io.BytesIO(store.mark_workbook(ANN, id_)))
    assert list(marks(book["t.csv"])) == ["B2"]
