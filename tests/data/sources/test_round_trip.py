"""Any cohort, written in every form that we write, reads back as itself."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data import template
from data.problems import DataProblems
from data.sources import read_cohort, understand
from data.sources.builtin import load
from data.storage import cohort_tables
from data.validate import validate

IDS = st.from_regex(r"[A-Z]{0,3}-?[0-9]{1,6}", fullmatch=True) | st.sampled_from(
    ["001", "NA", "12345678901234567", "Ä 7", "=1+1", "1E5"]
)
VALUES = st.floats(-1e6, 1e9, allow_nan=False, width=32) | st.integers(0, 10_000).map(float)
TIMES = st.floats(0, 120).map(lambda t: round(t, 4))
MARKERS = st.sampled_from(
    ["CD4", "CD8", "HLA-DR+ NK", "IL-6", "time", "Visit", "κ/λ", "Mean", "42"]
)
VISITS = st.sampled_from(["baseline", "C1D15", "week 8", "after one course", "V 2", "Ende"])


@st.composite
def cohorts(draw):
    ids = draw(st.lists(IDS, min_size=2, max_size=7, unique_by=lambda s: s.strip("-").lstrip("0")))
    visits = draw(st.lists(VISITS, min_size=1, max_size=3, unique=True))
    markers = draw(st.lists(MARKERS, min_size=1, max_size=3, unique=True))
    endpoints = draw(st.lists(st.sampled_from(["OS", "PFS", "EFS"]), min_size=1, unique=True))
    few = st.integers(0, 4).map(bool)
    rows = [(s, v, m, repr(draw(VALUES)), str(int(not draw(few))))
            for v in visits for m in markers for s in ids if s == ids[0] or draw(few)]  # fmt: skip
    outcomes = [(s, e, repr(draw(TIMES)), str(int(draw(few)))) for s in ids for e in endpoints]
    raw = {
        "subjects": pd.DataFrame({"subject": ids, "arm": draw(st.sampled_from(["A", "3 mg"])),
                                  "age": [str(40 + i) for i in range(len(ids))]}),
        "outcomes": pd.DataFrame(outcomes, columns=["subject", "endpoint", "time", "event"]),
        "measurements": pd.DataFrame(
            rows, columns=["subject", "visit", "marker", "value", "below_limit"]),
        "visits": pd.DataFrame({"visit": visits, "order": [str(i) for i in range(len(visits))],
                                "day": [str(14 * i) for i in range(len(visits))],
                                "is_baseline": ["1"] + ["0"] * (len(visits) - 1)}),
        "markers": pd.DataFrame({"marker": [*markers, "RATIO"], "unit": "ng/mL",
                                 "formula": [""] * len(markers) + [f'"{markers[0]}" * 2']}),
    }  # fmt: skip
    return validate(raw, {"name": "x", "title": draw(st.sampled_from(["A trial", 'Ö "x" \\ \n']))})


def rows_of(frame, names):
    """Rows to the 15 digits that a spreadsheet keeps of a number."""
    rows = frame[names].to_numpy().tolist()
    return sorted(
        tuple(float(f"{one:.15g}") if isinstance(one, float) else one for one in row)
        for row in rows
    )


def equal(one, other):
    assert sorted(one.subjects["subject"]) == sorted(other.subjects["subject"])
    for name, columns in (
        ("outcomes", ["subject", "endpoint", "time", "event"]),
        ("measurements", ["subject", "visit", "day", "marker", "value", "below_limit"]),
        ("visits", ["order", "visit", "day", "is_baseline"]),
        ("markers", ["marker", "unit", "formula", "scale"]),
    ):
        assert rows_of(getattr(one, name), columns) == rows_of(getattr(other, name), columns)
    assert one.study.time_unit == other.study.time_unit


QUICK = settings(max_examples=12, suppress_health_check=list(HealthCheck))


@QUICK
@given(cohorts())
def test_our_own_folder_as_a_zip_and_as_csv(tmp_path_factory, cohort):
    path = tmp_path_factory.mktemp("round") / "trial.zip"
    path.write_bytes(cohort_tables.zip_tables(cohort))
    assert read_cohort(path).id == cohort.id
    with zipfile.ZipFile(path) as archive:
        archive.extractall(path.with_suffix(""))
    assert read_cohort(path.with_suffix("")).id == cohort.id


RUN = ["=cmd|' /C calc'!A1", "@SUM(A1)", "-x", "＝1", "'=1", "-3.5", "'"]


def test_no_cell_of_our_own_tables_is_a_formula(tmp_path):
    """A spreadsheet that opens them runs nothing, and they still read back as they were."""
    raw = {
        "subjects": pd.DataFrame({"subject": RUN, "arm": RUN, "=age": "1"}),
        "outcomes": pd.DataFrame({"subject": RUN, "endpoint": "OS", "time": "3", "event": "1"}),
        "measurements": pd.DataFrame({"subject": RUN, "marker": "=1+1", "value": "-2"}),
    }
    cohort = validate(raw, {"name": "x", "title": "x"})
    for name, text in cohort_tables.texts(cohort).items():
        if name.endswith(".csv"):
            cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
            assert not [c for c in cells if c.startswith(("=", "@", "＝", "-x"))], name
            assert "'-3.5" not in cells
    path = tmp_path / "trial.zip"
    path.write_bytes(cohort_tables.zip_tables(cohort))
    assert read_cohort(path).id == cohort.id


@QUICK
@given(cohorts())
def test_the_template_filled_in(tmp_path_factory, cohort):
    path = tmp_path_factory.mktemp("round") / "trial.xlsx"
    path.write_bytes(template.fill_template(cohort))
    found = understand(path)
    assert found.convention == "Cutline's template"
    equal(found.cohort(), cohort)
    again = understand(path, mapping=found.mapping)
    equal(again.cohort(), cohort)


@pytest.mark.parametrize("name", ["imail2", "gbsg2"])
def test_the_built_in_cohorts(tmp_path, name):
    cohort = load(name)
    (tmp_path / "t.zip").write_bytes(cohort_tables.zip_tables(cohort))
    assert read_cohort(tmp_path / "t.zip").id == cohort.id
    (tmp_path / "t.xlsx").write_bytes(template.fill_template(cohort))
    equal(read_cohort(tmp_path / "t.xlsx"), cohort)


def test_the_empty_template_says_that_it_is_empty(tmp_path):
    path = tmp_path / "template.xlsx"
    path.write_bytes(template.empty_template())
    with pytest.raises(DataProblems) as caught:
        read_cohort(path)
    assert "the sheet Data has no rows yet" in str(caught.value.problems[0])
    assert len(caught.value.problems) == 1


def fill_in(content, edit):
    """The template after somebody has worked on it in a spreadsheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    example = list(book["Example"].iter_rows(values_only=True))
    for row in example[1:]:
        book["Data"].append(row)
    edit(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_the_template_as_its_example_fills_it_in(tmp_path):
    (tmp_path / "t.xlsx").write_bytes(fill_in(template.empty_template(), lambda book: None))
    found = understand(tmp_path / "t.xlsx")
    assert not found.problems
    assert all(event.sure for event in found.events)
    cohort = found.cohort()
    assert cohort.n == 3
    assert cohort.outcomes.groupby("endpoint")["event"].sum().to_dict() == {"OS": 1, "PFS": 2}
    ratio = cohort.measurements.query("marker == 'CD4_CD8' and subject == 'P-001'")
    assert ratio["value"].round(4).tolist() == [1.701, 1.9876]
    low = cohort.measurements.query("below_limit and marker == 'CD4'")
    assert low["value"].tolist() == [20]
    example = next(table for table in found.tables if table.name == "Example")
    assert (example.rows_used, example.rows_read) == (0, 5)


def test_a_column_that_the_dictionary_does_not_know_is_guessed(tmp_path):
    def edit(book):
        sheet = book["Data"]
        for row, value in enumerate(["IL6 (pg/mL)", 1.5, 2.5, 3.5, 4.25, 7], start=1):
            sheet.cell(row, 13, value)

    (tmp_path / "t.xlsx").write_bytes(fill_in(template.empty_template(), edit))
    cohort = read_cohort(tmp_path / "t.xlsx")
    assert cohort.measurements.query("marker == 'IL6'")["value"].tolist() == [
        1.5,
        2.5,
        3.5,
        4.25,
        7,
    ]


def test_what_is_wrong_in_the_dictionary_is_said_at_its_row(tmp_path):
    def edit(book):
        sheet = book["Dictionary"]
        sheet["A2"], sheet["F12"], sheet["J14"] = "person", "low", None

    (tmp_path / "t.xlsx").write_bytes(fill_in(template.empty_template(), edit))
    with pytest.raises(DataProblems) as caught:
        read_cohort(tmp_path / "t.xlsx")
    said = [(p.table.split(", ")[-1], p.column, p.row) for p in caught.value.problems]
    for place in (("sheet Dictionary", "Role", 2), ("sheet Dictionary", "Detection limit", 12),
                  ("sheet Dictionary", "Formula", 14)):  # fmt: skip
        assert place in said
