"""The workbook of a draft's problems, made by the process that reads files."""

import io

import openpyxl

from data.uploads import store
from services.workbooks import mark_workbook

ANN = "a" * 32


def test_by_the_store_in_a_process_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("CUTLINE_HOME", str(tmp_path / "home"))
    id_ = store.receive(ANN, [("t.csv", b"id,time,event,M\n1,-2,1,4\n2,3,0,5\n")])
    book = openpyxl.load_workbook(io.BytesIO(mark_workbook(ANN, id_)))
    assert {cell.coordinate for row in book["t.csv"] for cell in row if cell.comment} == {"B2"}
