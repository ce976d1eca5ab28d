"""What SAS writes besides numbers and plain text: its missing values, and old encodings."""

from __future__ import annotations

import pytest

from data.problems import DataProblems
from data.sources import read_cohort
from tests.data.sources import sas7bdat_writer, writers
from tests.data.sources.adam.test_adam import said, small

MISSING = b"." + bytes(7)
NAME = "Müller-Groß"


def marked(file, letter):
    """Every missing value of a transport file as one of SAS's own: ._ and .A to .Z."""
    content = file.read_bytes()
    assert MISSING in content
    file.write_bytes(content.replace(MISSING, letter.encode() + bytes(7)))


@pytest.mark.parametrize("letter", ["_", "A", "N", "Z"])
def test_special_missing_values_are_missing(tmp_path, letter):
    expected = read_cohort(writers.as_xpt(small(), tmp_path / "a" / "t"))
    path = writers.as_xpt(small(), tmp_path / "b" / "t")
    marked(path / "adlb.xpt", letter)
    marked(path / "adsl.xpt", letter)
    assert read_cohort(path).id == expected.id


def test_a_special_missing_time_and_a_special_missing_code(tmp_path):
    tables = small()
    tables["ADTTE"].loc[1, "AVAL"] = float("nan")
    path = writers.as_xpt(tables, tmp_path / "a")
    marked(path / "adtte.xpt", "Z")
    cohort = read_cohort(path)
    assert cohort.outcomes["subject"].tolist() == ["01", "03"]
    assert "adtte.xpt, column AVAL, row 3: the outcome of '02' has no time" in said(cohort.warnings)
    tables = small()
    tables["ADTTE"].loc[1, "CNSR"] = float("nan")
    path = writers.as_xpt(tables, tmp_path / "b")
    marked(path / "adtte.xpt", "Z")
    with pytest.raises(DataProblems, match="column CNSR, row 3: '02' has a time but no event code"):
        read_cohort(path)


def western(content):
    """The name in Windows-1252, as long as before."""
    utf, old = NAME.encode(), NAME.encode("cp1252")
    assert utf in content
    return content.replace(utf, old.ljust(len(utf)))


def named():
    tables = small()
    tables["ADSL"]["SEX"] = [NAME, "M", "F", "M"]
    return tables


def test_a_transport_file_in_windows_1252(tmp_path):
    path = writers.as_xpt(named(), tmp_path / "t")
    file = path / "adsl.xpt"
    file.write_bytes(western(file.read_bytes()))
    assert read_cohort(path).subjects["sex"].tolist() == [NAME, "M", "F"]


@pytest.mark.parametrize("declared", [62, 20])  # Windows-1252, and UTF-8 that it is not
def test_a_sas7bdat_in_windows_1252(tmp_path, declared):
    for name, frame in named().items():
        content = bytearray(sas7bdat_writer.write(frame))
        if name == "ADSL":
            content = bytearray(western(bytes(content)))
        content[70] = declared
        (tmp_path / f"{name.lower()}.sas7bdat").write_bytes(content)
    assert read_cohort(tmp_path).subjects["sex"].tolist() == [NAME, "M", "F"]
