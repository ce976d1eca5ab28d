"""Tables hold the figure's numbers as numbers, and no text that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from lxml import etree

from analysis.question import Question
from exports import tables
from exports.provenance import file_name
from tests.exports.example_exports import IMAIL2, export, file
from tests.hand_made_cohorts import cohort

QUESTIONS = (
    IMAIL2,
    "cohort=imail2&marker=HLADR_NK_PCT&visit=C1D15&cut=15,25",
    "cohort=gbsg2&marker=PGR",
    "cohort=actg175&marker=CD4&visit=week20",
)
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read(text):
    return pd.read_csv(io.StringIO(text), float_precision="round_trip")


@pytest.mark.parametrize("query", QUESTIONS)
def test_the_csv_is_the_answer_to_the_last_digit(query):
    found = export(query, corrected=False)
    shown = read(file("csv", found))
    for one in found.endpoints:
        here = shown[(shown["endpoint"] == one.code) & (shown["time"] > 0)]
        curve = one.km.curves[one.km.curves["time"] > 0]
        for number, (_, rows) in enumerate(here.groupby("group", sort=False)):
            want = curve[curve["group"] == len(found.result.cuts) - number]
            for name in ("time", "survival", "n_risk", "n_event", "n_censor"):
                np.testing.assert_array_equal(rows[name], want[name])
        assert (shown.groupby("group")["time"].min() == 0).all()


@pytest.mark.parametrize("query", QUESTIONS)
def test_no_table_holds_an_id(query):
    found = export(query, corrected=False)
    ids = list(found.cohort.subjects["subject"].astype(str))
    texts = [file("csv", found)]
    texts += [tables.rows_text(replace(found, endpoints=(one,))) for one in found.endpoints]
    with zipfile.ZipFile(io.BytesIO(file("xlsx", found))) as packed:
        texts += [packed.read(name).decode() for name in packed.namelist()]
    assert not [one for one in ids for text in texts if one in text]


def test_rows_are_sorted_by_what_they_say_and_add_up():
    found = export(corrected=False)
    for one in found.endpoints:
        rows = read(tables.rows_text(replace(found, endpoints=(one,))))
        assert list(rows) == ["time", "event", "marker", "group"]
        assert len(rows) == one.n
        assert rows["event"].sum() == one.events
        assert rows["group"].sum() == one.flow.high
        assert rows["time"].is_monotonic_increasing


def cells(file):
    """Sheet's number: its cells as (type, text), strings looked up."""
    with zipfile.ZipFile(io.BytesIO(file)) as packed:
        shared = etree.fromstring(packed.read("xl/sharedStrings.xml"))
        strings = ["".join(one.itertext()) for one in shared]
        for i in range(1, 6):
            tree = etree.fromstring(packed.read(f"xl/worksheets/sheet{i}.xml"))
            assert tree.find(f".//{SHEET}f") is None  # no formula anywhere
            for cell in tree.iter(f"{SHEET}c"):
                value = cell.findtext(f"{SHEET}v")
                text = cell.get("t") == "s"
                yield i, strings[int(value)] if text else float(value)


def test_numbers_of_the_workbook_are_numbers():
    found = export(corrected=False)
    shown = [value for _, value in cells(file("xlsx", found)) if isinstance(value, float)]
    numbers = {f"{value:.14g}" for value in shown}  # the format keeps 15 to 16 digits
    for one in found.endpoints:
        wanted = [one.effect.hr, one.p_cut.p, one.logrank.p, *one.km.curves["survival"]]
        assert {f"{value:.14g}" for value in wanted} <= numbers


@pytest.mark.parametrize("start", list("=+-@\t\r\n\0＝＋－＠"))
def test_what_could_be_a_formula_is_neutralised(start):
    text = tables.neutral(f"{start}cmd|' /C calc'!A1")
    assert text.startswith("'")
    assert text.isprintable()


def test_a_real_negative_number_is_not_quoted():
    frame = pd.DataFrame({"name": ["-3", "a"], "value": [-3.2, float("nan")]})
    assert list(csv.reader(io.StringIO(tables.as_csv(frame)))) == [
        ["name", "value"], ["'-3", "-3.2"], ["a", ""],
    ]  # fmt: skip


def test_a_label_that_is_a_formula_stays_text_in_every_table():
    made = cohort([1.0, 2, 3, 4, 5, 6], [1.0, 2, 3, 4, 5, 6], [2.0, 3, 4, 5, 6, 7])
    study = replace(made.study, title="=1+1", citation="@SUM(A1)")
    made = replace(made, study=study, id="")
    found = export("marker=M&visit=C1D15&cut=3", made, corrected=False)
    texts = [value for _, value in cells(file("xlsx", found)) if isinstance(value, str)]
    assert not [text for text in texts if text.startswith(tables.FORMULA)]
    rows = list(csv.reader(io.StringIO(file("csv", found))))
    assert not [cell for row in rows for cell in row if cell.startswith(tuple("=@+\t"))]


@pytest.mark.parametrize(
    ("cohort", "marker", "want"),
    [
        ("imail2", "HLADR_NK", "imail2_OS_HLADR-NK-C1D15_cut20.1_2026-11-22.pptx"),
        ("CON", "M", "CON_OS_M-C1D15_cut20.1_2026-11-22.pptx"),
        ("con.x", "M", "study-con.x_OS_M-C1D15_cut20.1_2026-11-22.pptx"),
        ("../../x", "a\r\nb\0", "x_OS_a-b-C1D15_cut20.1_2026-11-22.pptx"),
        ("\u202eabc", "M" * 300, f"abc_OS_{'M' * 40}_cut20.1_2026-11-22.pptx"),
        ("é", "☃", "e"),
    ],
)
def test_file_names_are_safe_on_every_system(cohort, marker, want):
    found = export(corrected=False)
    question = Question(cohort, "OS", marker, "C1D15", "value", "", (20.1,), "start")
    one = replace(found, question=question, endpoints=found.endpoints[1:])
    name = file_name(one, "pptx")
    assert name == want if len(want) > 1 else name.endswith("_cut20.1_2026-11-22.pptx")
    assert name.isascii()
    assert not set(name) & set('<>:"/\\|?* \r\n\0')
    assert len(name) < 200
