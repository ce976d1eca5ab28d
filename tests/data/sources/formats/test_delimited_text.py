"""Text tables as people's programs write them: encodings, delimiters, decimal marks, odd rows."""

from __future__ import annotations

import pytest

from data.limits import Limits
from data.problems import DataProblems
from data.sources import read_cohort, understand

WIDE = """Patient,Arm,Age,OS (months),Status,CD4 (cells/µL)
001,A,61,4.5,dead,400
002,A,50.5,7,alive,300.5
NA,B,44,2.25,dead,100
"""


def opened(tmp_path, content, name="t.csv", **options):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_cohort(path, **options)


def problems(tmp_path, content, name="t.csv", **options):
    with pytest.raises(DataProblems) as caught:
        opened(tmp_path, content, name, **options)
    return caught.value.problems


def patients(found):
    """How many patients open, or None where there are problems: never another exception."""
    try:
        return found.cohort().n
    except DataProblems:
        return None


def said(found):
    return " | ".join(map(str, found))


ENCODED = {
    "utf-8": WIDE.encode(),
    "bom": b"\xef\xbb\xbf" + WIDE.encode(),
    "bom twice": b"\xef\xbb\xbf" * 2 + WIDE.encode(),
    "utf-16": WIDE.encode("utf-16"),
    "utf-16-be": b"\xfe\xff" + WIDE.encode("utf-16-be"),
    "utf-16 without mark": WIDE.encode("utf-16-le"),
    "utf-32": WIDE.encode("utf-32"),
    "cp1252": WIDE.encode("cp1252"),
    "crlf": WIDE.replace("\n", "\r\n").encode(),
    "cr": WIDE.replace("\n", "\r").encode(),
    "mixed line ends": WIDE.replace("\n", "\r\n", 2).encode(),
    "tabs in .csv": WIDE.replace(",", "\t").encode(),
    "bars": WIDE.replace(",", "|").encode(),
    "semicolons": WIDE.replace(",", ";").encode(),
    "german": WIDE.replace(",", ";").replace(".", ",").encode("cp1252"),
    "sep=": b"sep=;\r\n" + WIDE.replace(",", ";").encode(),
    "blank lines": WIDE.replace("\n", "\n\n").encode(),
    "title above": ("Study X, data of May\n\n" + WIDE).encode(),
    "empty last column": WIDE.replace("\n", ",\n").encode(),
    "footnote": (WIDE + "\n* Status as of 1 May 2026\n").encode(),
    "all quoted": "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in WIDE.splitlines()
    ).encode(),
}


@pytest.mark.parametrize("dialect", list(ENCODED))
def test_every_dialect_is_the_same_cohort(tmp_path, dialect):
    expected = opened(tmp_path, WIDE)
    assert expected.subjects["subject"].tolist() == ["001", "002", "NA"]
    assert expected.outcomes["event"].tolist() == [True, False, True]
    assert expected.measurements["value"].tolist() == [400, 300.5, 100]
    assert expected.markers.loc[0, ["marker", "unit"]].tolist() == ["CD4", "cells/µL"]
    assert opened(tmp_path, ENCODED[dialect]).id == expected.id


def test_an_encoding_that_was_guessed_is_said(tmp_path):
    cohort = opened(tmp_path, ENCODED["cp1252"])
    assert "Windows-1252" in said(cohort.warnings)


def test_quoted_newlines_keep_their_row_numbers(tmp_path):
    text = 'id,time,event,note,CD4\n1,2,1,"two\nlines",4\n2,-3,0,x,5\n'
    (problem,) = problems(tmp_path, text)
    assert (problem.table, problem.column, problem.row) == ("t.csv", "time", 3)


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        (("12.5", "3"), 12.5),
        (("1,256.68", "3"), 1256.68),
        (("1,256", "3"), 1256),
        (("12.3 %", "3"), 12.3),
        (("1e3", "3"), 1000),
        (("−3.5", "3"), -3.5),
        (("1 256.5", "3"), 1256.5),
        (("1'256.5", "3"), 1256.5),
    ],
)
def test_numbers_as_people_write_them(tmp_path, cells, value):
    text = f'id,time,event,M\n1,2,1,"{cells[0]}"\n2,3,0,"{cells[1]}"\n'
    assert opened(tmp_path, text).measurements["value"][0] == value


@pytest.mark.parametrize(
    ("cells", "value"),
    [(("12,5", "3"), 12.5), (("1.256,68", "3"), 1256.68), (("0,125", "3"), 0.125),
     (("1,256", "2,5"), 1.256), (("1 256,5", "3,5"), 1256.5)],
)  # fmt: skip
def test_decimal_commas(tmp_path, cells, value):
    text = f"id;time;event;M\n1;2,5;1;{cells[0]}\n2;3;0;{cells[1]}\n"
    cohort = opened(tmp_path, text)
    assert cohort.measurements["value"][0] == value
    assert cohort.outcomes["time"][0] == 2.5


def test_what_may_be_two_numbers_is_asked(tmp_path):
    found = problems(tmp_path, "id;time;event;M\n1;2,5;1;1.256\n2;3,5;0;2,5\n")
    assert said(found).count("may be 1256 or 1.256") == 1
    assert found[0].row == 2
    found = problems(tmp_path, "id\ttime\tevent\tM\n1\t2\t1\t1,256\n2\t3\t0\t7\n", "t.tsv")
    assert "may be 1256 or 1.256" in said(found)


def test_decimal_comma_and_point_in_one_column(tmp_path):
    found = problems(tmp_path, "id;time;event;M\n1;2;1;12,5\n2;3;0;12.75\n")
    assert "write one of both" in said(found)


def test_limits_are_kept_and_marked(tmp_path):
    text = "id,time,event,M\n1,2,1,<0.5\n2,3,0,>3000\n3,4,1,ND\n4,5,1,7\n5,4,1,≤2\n"
    cohort = opened(tmp_path, text)
    rows = cohort.measurements
    assert rows["value"].tolist() == [0.5, 3000, 7, 2]
    assert rows["below_limit"].tolist() == [True, False, False, True]
    words = said(cohort.warnings)
    assert "kept at the limit" in words
    assert "2 values" in words
    assert "kept at that number" in words


@pytest.mark.parametrize(
    "word", ["ND", ".", "QNS", "not done", "<Missing>", "#REF!", "#DIV/0!", ""]
)
def test_words_for_no_value_are_missing(tmp_path, word):
    text = f"id,time,event,M\n1,2,1,{word}\n2,3,0,4\n3,2,1,5\n"
    assert opened(tmp_path, text).measurements["value"].tolist() == [4, 5]


@pytest.mark.parametrize("word", ["TNTC", "1.2.3", "inf", "1e400", "3 or 4", "12..5"])
def test_cells_that_are_no_numbers_are_problems(tmp_path, word):
    rows = "".join(f"{i},2,1,{i}\n" for i in range(2, 9))
    found = problems(tmp_path, f"id,time,event,M\n1,2,1,{word}\n{rows}")
    assert [(p.table, p.column, p.row, p.value) for p in found] == [("t.csv", "M", 2, word)]
    assert "not a number" in found[0].message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"id,time,event,M\n", "no rows|no row|patient"),
        (b"id,time,event,M\n1,2,1\x00,4\n", "NUL"),
        (b'id,time,event,M\n1,"2,1,4\n', "quotation mark"),
        (b"id,time,event,M,M\n1,2,1,4,5\n", "stands twice"),
        (b"id,time,event,M,\n1,2,1,4,5\n", "has no name"),
        (b"id,time,event,M\n1,2,1,4\n2,3,1\n", "1 cell too few"),
        (b"id,time,event,M\n1,2,1,4\n2,3,1,4,5\n", "1 cell too many"),
        (b"id,time,event,M\n1,2,1,4,9\n2,3,1,4,9\n", "is a name missing"),
        (b"1,2,1,4\n2,3,1,5\n", "not the names"),
        (b"id,time,event," + b"m" * 10_000 + b"\n1,2,1,4\n", "longer than 200"),
        (b"id,time,event,M\n1,2,1,4\x07\x01\xff\n", "no text file"),
        (bytes(range(256)) * 20, "text|NUL"),
        (b"a,b,c\n1,2,x\n3,4,y\n", "patient|times"),
        (b"id,time,event,M\n1,2,1," + b"9" * 40_000, "cells"),
    ],
)  # fmt: skip
def test_tables_that_cannot_be_used(tmp_path, content, words):
    import re

    assert re.search(words, said(problems(tmp_path, content)))


def test_all_problems_come_at_once(tmp_path):
    text = "id,time,event,M\n1,-2,1,x\n2,3,maybe,4\n,4,1,5\n4,9999,0,6\n5,5,1,6\n6,7,0,6,6\n"
    found = {(p.column, p.row) for p in problems(tmp_path, text)}
    assert found >= {("time", 2), ("event", 3), ("id", 4), ("time", 5), ("", 7)}
    assert {p.table for p in problems(tmp_path, text)} == {"t.csv"}


def test_limits_are_enforced(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id," + ",".join(f"m{i}" for i in range(60)) + "\n" + ("1," * 60 + "1\n") * 30)
    for limits, words in (
        (Limits(rows=20), "more than 20 rows"),
        (Limits(columns=50), "more than 50 columns"),
        (Limits(cells=1_000), "more than 1,000 cells"),
        (Limits(file=500), "larger than"),
        (Limits(cell=1), "cut into cells"),
    ):
        found = understand(path, limits=limits).problems
        assert words in said(found)
        assert understand(path, limits=limits).raw == {}


HOSTILE = ["<script>alert(1)</script>", "=cmd|' /C calc'!A1", "@SUM(A1)", "{{7*7}}", "javascript:x",
           "__proto__", "constructor", "🙂", "＝1+1", "'; drop table", "None", "nan"]  # fmt: skip


def test_hostile_texts_are_only_texts(tmp_path):
    rows = "".join(f'"{text}",2,1,4,x\n' for text in HOSTILE)
    cohort = opened(tmp_path, "id,time,event,__proto__,index\n" + rows)
    assert cohort.subjects["subject"].tolist() == HOSTILE
    assert set(cohort.measurements["marker"]) == {"__proto__"}


@pytest.mark.parametrize("bad", ["a\u202eb", "a" * 300, "a\nb", "a\x07b", "a\u2066b"])
def test_ids_that_are_no_ids(tmp_path, bad):
    (found,) = problems(tmp_path, f'id,time,event,M\n"{bad}",2,1,4\nb,3,0,5\n')
    assert (found.column, found.row) == ("id", 2)
    assert "invisible" in found.message
    assert len(found.value) <= 80


def test_ids_are_kept_as_they_are_written(tmp_path):
    ids = ["001", "12345678901234567", "NA", "None", "1e5", "0040"]
    text = "id,time,event,M\n" + "".join(f"{one},2,1,4\n" for one in ids)
    assert opened(tmp_path, text).subjects["subject"].tolist() == ids


def test_ids_that_differ_between_files(tmp_path):
    (tmp_path / "a.csv").write_text("Patient_ID,time,event\n0040,2,1\nP_1,3,0\n")
    (tmp_path / "b.csv").write_text("Patient,marker,value\n40,CD4,3\np1,CD4,4\n")
    with pytest.raises(DataProblems) as caught:
        read_cohort(tmp_path)
    words = str(caught.value)
    assert "'40' looks like '0040'" in words
    assert "'p1' looks like 'P_1'" in words
    assert {p.table for p in caught.value.problems} == {"b.csv"}


def test_a_units_row_is_used_and_said(tmp_path):
    text = "Patient,OS,Status,CD4\n,months,,cells/µL\n1,2.5,1,400\n2,3,0,300\n"
    cohort = opened(tmp_path, text)
    assert cohort.markers["unit"][0] == "cells/µL"
    assert cohort.n == 2
    assert "row of units" in said(cohort.warnings)


def test_no_row_vanishes_uncounted(tmp_path):
    text = "Title\nid,time,event,M\n1,2,1,4\n2,3,0,5\nMean,,,4.5\nSD,,,0.5\n"
    path = tmp_path / "t.csv"
    path.write_text(text)
    (table,) = understand(path).tables
    assert table.rows_read == 5  # title, two patients, mean and SD
    assert table.rows_used + sum(aside.rows for aside in table.aside) == table.rows_read
    assert table.rows_used == 2


def test_names_of_persons_are_left_out_and_said(tmp_path):
    text = "id,First name,DOB,E-mail,time,event,M\n"
    text += "1,Ann,1950-01-01,a@b.org,2,1,4\n2,Bo,1951-01-01,,3,0,5\n"
    cohort = opened(tmp_path, text)
    assert list(cohort.subjects.columns) == ["subject", "arm", "arm_label", "dose"]
    assert said(cohort.warnings).count("looks like") == 3
    (table,) = understand(tmp_path / "t.csv").tables
    assert [c.name for c in table.columns if c.identifier] == ["First name", "DOB", "E-mail"]


def test_the_program_does_not_end_on_any_bytes(tmp_path):
    import random

    rng = random.Random(1)
    base = bytearray(WIDE.encode())
    for _ in range(60):
        content = bytearray(base)
        for _ in range(rng.randint(1, 6)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        path = tmp_path / "t.csv"
        path.write_bytes(bytes(content))
        found = understand(path)
        assert patients(found) in (None, 0, 1, 2, 3)


def test_a_table_with_a_column_of_units_has_no_row_of_them(tmp_path):
    """A marker called "-" of unit µL looks like one."""
    text = "subject,visit,marker,value,unit\nP1,V1,-,3,%\nP2,V1,-,4,%\n"
    (tmp_path / "subjects.csv").write_text("subject,age\nP1,50\nP2,60\n")
    (tmp_path / "outcomes.csv").write_text("subject,endpoint,time,event\nP1,OS,3,1\nP2,OS,4,1\n")
    (tmp_path / "markers.csv").write_text("marker,unit,scale\n-,µL,log\n0,µL,log\n")
    (tmp_path / "measurements.csv").write_text(text.replace(",unit", "").replace(",%", ""))
    cohort = read_cohort(tmp_path)
    assert cohort.markers["marker"].tolist() == ["-", "0"]
    assert cohort.measurements["marker"].unique().tolist() == ["-"]
