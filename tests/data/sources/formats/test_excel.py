"""Excel workbooks: what is read, and what is refused before it costs."""

from __future__ import annotations

import datetime as dt
import io
import os
import random
import time
import tracemalloc
import zipfile

import openpyxl
import pytest

from data.problems import DataProblems
from data.sources import read_cohort, understand

ROWS = [
    ["Patient", "Arm", "Age", "OS (months)", "Status", "CD4 (cells/µL)"],
    ["001", "A", 61, 4.5, "dead", 400],
    ["002", "A", 50.5, 7, "alive", 300.5],
    ["NA", "B", 44, 2.25, "dead", 100],
]


def workbook(*sheets, path=None):
    """A workbook of (title, rows) sheets; the object itself where no path is given."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    if path is not None:
        book.save(path)
    return book


@pytest.fixture
def path(tmp_path):
    return tmp_path / "t.xlsx"


def patients(found):
    """How many patients open, or None where there are problems: never another exception."""
    try:
        return found.cohort().n
    except DataProblems:
        return None


def refused(path):
    found = understand(path)
    with pytest.raises(DataProblems) as caught:
        found.cohort()
    return str(caught.value)


def test_a_plain_workbook(path):
    workbook(("Data", ROWS), path=path)
    cohort = read_cohort(path)
    assert cohort.subjects["subject"].tolist() == ["001", "002", "NA"]
    assert cohort.measurements["value"].tolist() == [400, 300.5, 100]


def test_problems_name_sheet_column_and_row(path):
    rows = [list(row) for row in ROWS]
    rows[2][3] = -7
    workbook(("Readme", [["only prose here"]]), ("Data", [["My trial"], [], *rows]), path=path)
    with pytest.raises(DataProblems) as caught:
        read_cohort(path)
    (problem,) = caught.value.problems
    assert problem.table == "t.xlsx, sheet Data"
    assert (problem.column, problem.row, problem.value) == ("OS (months)", 5, "-7")


def test_german_workbook_with_title_commas_as_text_and_words(path):
    rows = [["Studie Müller, Stand Mai"], [], ["Patient", "OS (Monate)", "Status", "CD4"],
            ["01", "4,5", "verstorben", "400,5"], ["02", "7", "lebt", "1.300,25"]]  # fmt: skip
    workbook(("Daten", rows), path=path)
    cohort = read_cohort(path)
    assert cohort.outcomes[["time", "event"]].to_numpy().tolist() == [[4.5, True], [7, False]]
    assert cohort.measurements["value"].tolist() == [400.5, 1300.25]


def test_merged_headers_and_blocks(path):
    book = workbook(("Data", []))
    sheet = book["Data"]
    for row in (["Patient", "Arm", "OS months", "OS event", "CD4", None],
                [None, None, None, None, "baseline", "week 4"],
                ["1", "A", 3, 1, 400, 410], ["2", None, 4, 0, 500, 510],
                ["3", "B", 5, 1, 1, 2]):  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("E1:F1")
    sheet.merge_cells("B3:B4")
    book.save(path)
    cohort = read_cohort(path)
    assert cohort.subjects["arm"].tolist() == ["A", "A", "B"]
    assert cohort.visits["visit"].tolist() == ["baseline", "week 4"]
    assert set(cohort.measurements["marker"]) == {"CD4"}


def test_formulas_without_values_are_problems(path):
    rows = [list(row) for row in ROWS]
    rows[1][5] = "=200*2"
    workbook(("Data", rows), path=path)
    words = refused(path)
    assert "column CD4 (cells/µL), row 2: a formula without a computed value" in words


def test_error_cells_are_missing_and_said(path):
    rows = [list(row) for row in ROWS]
    rows[1][5] = "#DIV/0!"
    workbook(("Data", rows), path=path)
    cohort = read_cohort(path)
    assert len(cohort.measurements) == 2
    assert "#DIV/0!" in " ".join(map(str, cohort.warnings))


def test_percent_cells_are_what_they_show(path):
    book = workbook(
        ("Data", [["id", "time", "event", "HLA-DR"], ["1", 2, 1, 0.123], ["2", 3, 0, 0.5]])
    )
    for cell in ("D2", "D3"):
        book["Data"][cell].number_format = "0.0 %"
    book.save(path)
    cohort = read_cohort(path)
    assert cohort.measurements["value"].tolist() == [12.3, 50]
    assert cohort.markers["unit"][0] == "%"


@pytest.mark.parametrize(
    "epoch", [openpyxl.utils.datetime.WINDOWS_EPOCH, openpyxl.utils.datetime.MAC_EPOCH]
)
def test_dates_in_cells_of_numbers_are_problems(path, epoch):
    rows = [list(row) for row in ROWS]
    rows[1][3] = dt.date(2024, 5, 1)
    book = workbook(("Data", rows))
    book.epoch = epoch
    book.save(path)
    assert "row 2: '2024-05-01' is not a number" in refused(path)


def test_dates_in_other_columns_stay_dates(path):
    rows = [[*row, dt.date(2024, 5, 1) if i else "Visit date"] for i, row in enumerate(ROWS)]
    workbook(("Data", rows), path=path)
    assert read_cohort(path).subjects["Visit date"].tolist() == ["2024-05-01"] * 3


def test_hidden_sheets_are_told_and_not_read(path):
    book = workbook(("Data", ROWS), ("old", ROWS), ("very", ROWS))
    book["old"].sheet_state = "hidden"
    book["very"].sheet_state = "veryHidden"
    book.save(path)
    found = understand(path)
    assert len(found.tables) == 1
    assert "hidden sheets are not read: old, very" in " ".join(map(str, found.warnings))


def test_sheets_that_claim_more_than_they_hold(path):
    book = workbook(("Data", ROWS))
    book["Data"]["XFD5056"].number_format = "0.0"  # styled, and blank
    book.save(path)
    assert read_cohort(path).n == 3
    content = rewritten(
        path,
        "xl/worksheets/sheet1.xml",
        b'<dimension ref="A1:XFD5056"',
        b'<dimension ref="A1:XFD1048576"',
    )
    path.write_bytes(content)
    assert read_cohort(path).n == 3


def rewritten(path, name, old, new):
    """The workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.namelist():
            data = source.read(item)
            if item == name:
                assert old in data
                data = data.replace(old, new)
            target.writestr(item, data)
    return out.getvalue()


def measured(path):
    """The refusal in words, its seconds, and the most memory that Python took for it."""
    tracemalloc.start()
    began = time.process_time()
    words = refused(path)
    taken = time.process_time() - began
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return words, taken, most


def test_one_cell_far_outside(path):
    book = workbook(("Data", ROWS))
    book["Data"]["XFD1048576"] = 1
    book.save(path)
    words, taken, most = measured(path)
    assert "a value in column XFD" in words
    assert taken < 2
    assert most < 50e6


@pytest.mark.parametrize("blank", [True, False])
def test_bombs(path, blank):
    workbook(("Data", ROWS), path=path)
    cell = b" " * 1_000_000 if blank else b'<row r="9"><c r="A9"><v>1</v></c></row>' * 25_000
    parts = [b"<sheetData>" + cell] * 1
    with zipfile.ZipFile(path) as source:
        sheet = source.read("xl/worksheets/sheet1.xml")
    head, tail = sheet.split(b"<sheetData>")
    out = io.BytesIO()
    with (
        zipfile.ZipFile(path) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for item in source.namelist():
            if item != "xl/worksheets/sheet1.xml":
                target.writestr(item, source.read(item))
        with target.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(head + (b"" if blank else b"<sheetData>"))
            for _ in range(210):
                part.write(cell)
            part.write((b"<sheetData>" if blank else b"") + tail)
    assert parts
    path.write_bytes(out.getvalue())
    words, taken, most = measured(path)
    assert "unpacks to" in words
    assert taken < 2
    assert most < 50e6


@pytest.mark.parametrize(
    "evil",
    [
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/">]>',
        b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>',
    ],
)
def test_entities_are_refused(path, evil):
    workbook(("Data", ROWS), path=path)
    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml"):
        workbook(("Data", ROWS), path=path)
        start = b"<worksheet" if "sheet1" in part else b"<workbook"
        path.write_bytes(rewritten(path, part, start, evil + start))
        assert "refers to other files or entities" in refused(path)


def test_macros_old_formats_and_passwords(path, tmp_path):
    workbook(("Data", ROWS), path=path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    assert "macros" in refused(path)
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    for content, words in (
        (ole, ".xls"),
        (ole + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x1f\x8b\x08" + bytes(50), "gzip"),
        (b"BZh91AY" + bytes(50), "bzip2"),
        (b"Rar!\x1a\x07" + bytes(50), "RAR"),
        (b"PAR1" + bytes(50), "Parquet"),
        (b"PK\x03\x04" + os.urandom(200), "damaged"),
        (os.urandom(400), "damaged|no xlsx"),
    ):
        path.write_bytes(content)
        assert any(word in refused(path) for word in words.split("|"))
    archive = tmp_path / "b.xlsx"
    with zipfile.ZipFile(archive, "w") as parts:
        parts.writestr("[Content_Types].xml", "<x/>")
        parts.writestr("xl/workbook.bin", b"x")
    assert "binary workbook" in refused(archive)
    with zipfile.ZipFile(archive, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert "OpenDocument" in refused(archive)


def test_names_do_not_decide(path, tmp_path):
    path.write_text("id,time,event,M\n1,2,1,4\n2,3,0,5\n")
    cohort = read_cohort(path)
    assert "holds text; read as that" in str(cohort.warnings[0])
    workbook(("Data", ROWS), path=tmp_path / "x.csv")
    assert read_cohort(tmp_path / "x.csv").n == 3


def test_too_many_sheets_and_styles(path):
    workbook(*((f"S{i}", [["a", "b"]]) for i in range(201)), path=path)
    assert "201 sheets" in refused(path)
    workbook(("Data", ROWS), path=path)
    big = b"<!--" + os.urandom(3_000_000).hex().encode() + b"--><styleSheet"
    path.write_bytes(rewritten(path, "xl/styles.xml", b"<styleSheet", big))
    assert "styles" in refused(path)


def test_a_shared_string_that_is_not_there(path):
    workbook(("Data", ROWS), path=path)
    path.write_bytes(rewritten(path, "xl/worksheets/sheet1.xml", b't="n"><v>61', b't="s"><v>61'))
    assert "no sound workbook" in refused(path)


def test_flipped_and_cut_bytes(path):
    workbook(("Data", ROWS), path=path)
    good = path.read_bytes()
    rng = random.Random(2)
    for number in range(60):
        content = bytearray(good)
        if number % 3 == 0:
            content = content[: rng.randrange(len(content))]
        else:
            for _ in range(rng.randint(1, 5)):
                content[rng.randrange(len(content))] = rng.randrange(256)
        path.write_bytes(bytes(content))
        assert patients(understand(path)) in (None, 0, 1, 2, 3)
