"""Folders of CSV files: what is read, what is refused, and that nothing is lost on the way."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.cohort import FRAMES
from data.limits import Limits
from data.sources import read_cohort, understand
from data.sources.builtin import load
from data.validate import DataProblems

STUDY = 'title = "A small study"\ntime_unit = "months"\n'


def problems_of(path):
    with pytest.raises(DataProblems) as caught:
        read_cohort(path)
    return caught.value.problems


def test_a_folder_is_read(rows, folder):
    path = folder(rows)
    (path / "study.toml").write_text(STUDY)
    cohort = read_cohort(path)
    assert cohort.n == 3
    assert cohort.study.title == "A small study"
    assert cohort.study.name == path.name
    assert read_cohort(str(path)).id == cohort.id


def test_the_last_four_files_may_be_absent(rows, folder):
    for name in ("events", "markers", "visits"):
        del rows[name]
    cohort = read_cohort(folder(rows))
    assert cohort.events.empty
    assert cohort.study.endpoint("OS").event == "death"
    assert cohort.study.time_unit == "months"


def test_problems_of_all_files_come_at_once(rows, folder):
    del rows["subjects"][0][1]  # the header loses a name: its rows are ragged
    rows["outcomes"][1][2] = "-4"
    rows["measurements"][2].append("extra")
    path = folder(rows)
    (path / "study.toml").write_text('titel = "x"')
    found = {(p.table, p.column, p.row) for p in problems_of(path)}
    assert {("subjects", "", 2), ("subjects", "", 3), ("outcomes", "time", 2)} <= found
    assert {("measurements", "", 3), ("study", "titel", None)} <= found


def test_the_four_of_the_list_in_one_folder(rows, folder):
    rows["subjects"].append(rows["subjects"][1])
    rows["outcomes"][1][2], rows["outcomes"][2][3] = "-1", "3"
    rows["measurements"] = [line[:4] + line[5:] for line in rows["measurements"]]
    assert {(p.table, p.column, p.row) for p in problems_of(folder(rows))} == {
        ("subjects", "subject", 5),
        ("outcomes", "time", 2),
        ("outcomes", "event", 3),
        ("measurements", "value", None),
    }


@pytest.mark.parametrize("change", [lambda row: row[:-1], lambda row: [*row, "1"]])
def test_a_ragged_row_is_one_problem(rows, folder, change):
    rows["outcomes"][2] = change(rows["outcomes"][2])
    (problem,) = problems_of(folder(rows))
    assert (problem.table, problem.row) == ("outcomes", 3)
    assert "1 cell too" in problem.message


def test_rows_are_counted_as_a_spreadsheet_counts_them(rows, folder):
    rows["outcomes"].insert(2, [""])  # a blank line
    rows["outcomes"][1][1] = '"OS"'
    rows["subjects"][0].append('"a\nb"')  # a name over two lines is still row 1
    for line in rows["subjects"][1:]:
        line.append('"two\nlines"')
    rows["outcomes"][3][2] = "-7"
    rows["subjects"][2][3] = "x"
    found = {(p.table, p.row) for p in problems_of(folder(rows))}
    assert found == {("outcomes", 4), ("subjects", 3)}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"subject,endpoint,time,event\n001,OS\0,1,1\n", "NUL"),
        (b'subject,endpoint,time,event\n001,OS,1,"1\n', "quotation mark"),
        (b'subject,endpoint,time,event\n001,OS,1,"1"x\n', "quotation mark"),
        (b"subject,endpoint,time,time\n001,OS,1,1\n", "stands twice"),
        (b"subject,endpoint,time,event,\n001,OS,1,1,9\n", "has no name"),
        (b"subject,endpoint,time,event\n", "no rows"),
        (b"a" * 200_000 + b",b\n1,2\n", "cannot be cut into cells"),
    ],
)
def test_files_that_cannot_be_read(rows, folder, content, words):
    path = folder(rows)
    (path / "outcomes.csv").write_bytes(content)
    found = [p for p in problems_of(path) if p.table == "outcomes"]
    assert any(words in p.message for p in found), [str(p) for p in found]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_and_byte_order_mark(rows, folder, newline):
    path = folder(rows)
    expected = read_cohort(path).id
    for file in path.glob("*.csv"):
        text = file.read_text(encoding="utf-8").replace("\n", newline)
        file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_cohort(path).id == expected


def test_size_limits(rows, folder):
    path = folder(rows)
    found = understand(path, limits=Limits(rows=2)).problems
    assert any("more than 2 rows" in p.message for p in found)
    found = understand(path, limits=Limits(unpacked=20)).problems
    assert any("larger than" in p.message for p in found)


def test_study_files_that_are_no_toml(rows, folder):
    path = folder(rows)
    for content in (b"title = ", b"title = '\xff'", b"a = " + b"[" * 5_000):
        (path / "study.toml").write_bytes(content)
        assert [p.table for p in problems_of(path)] == ["study"]


def test_a_path_that_leads_nowhere(tmp_path):
    with pytest.raises(DataProblems, match="there is no folder"):
        read_cohort(tmp_path / "nowhere")


# --- Round trip: what is written in our own form is read back equal ---

codes = st.text(
    st.characters(categories=["L", "N", "P", "S", "Zs"], codec="utf-8"), min_size=1, max_size=6
).filter(lambda text: text.strip() == text and not set(text) & set("\u200e\u200f"))
numbers = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: value + 0.0)
times = st.floats(0, 200).map(lambda value: round(value, 6))


@st.composite
def cohorts(draw):
    """Frames of a random valid cohort, as they would lie in files."""
    subjects = draw(st.lists(codes, min_size=1, max_size=6, unique=True))
    visits = draw(st.lists(codes, min_size=1, max_size=3, unique=True))
    markers = draw(st.lists(codes, min_size=1, max_size=3, unique=True))
    keys = st.tuples(*map(st.sampled_from, (subjects, visits, markers)))
    keys = draw(st.lists(keys, min_size=1, max_size=12, unique=True))
    return {
        "subjects": [
            {"subject": s, "arm": "A", "arm_label": "Arm", "dose": "", "age": draw(numbers)}
            for s in subjects
        ],
        "outcomes": [
            {"subject": s, "endpoint": e, "time": draw(times), "event": draw(st.integers(0, 1))}
            for s in subjects
            for e in ("PFS", "OS")
        ],
        "measurements": [
            {"subject": s, "visit": v, "day": 3.0, "marker": m, "value": draw(numbers)}
            | {"below_limit": draw(st.integers(0, 1))}
            for s, v, m in keys
        ],
        "visits": [
            {"visit": v, "label": "", "day": i, "order": i, "is_baseline": int(i == 0)}
            for i, v in enumerate(visits)
        ],
        "markers": [{"marker": m, "unit": "µL", "scale": "log"} for m in markers],
    }


def write(cohort, path: Path) -> None:
    """A cohort's frames as the files they would be; derived rows come back by themselves."""
    derived = cohort.markers.loc[cohort.markers["formula"].ne(""), "marker"]
    for name in FRAMES:
        frame = getattr(cohort, name)
        if name == "measurements":
            frame = frame[~frame["marker"].isin(derived)]
        flags = {c: frame[c].astype(int) for c in frame.columns if frame[c].dtype == bool}
        frame.assign(**flags).to_csv(path / f"{name}.csv", index=False)


@settings(max_examples=20, deadline=None)
@given(cohorts())
def test_round_trip(frames):
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        for name, records in frames.items():
            frame = pd.DataFrame(records)
            frame.to_csv(Path(first) / f"{name}.csv", index=False)
        (Path(first) / "study.toml").write_text('name = "x"\ntitle = "X"')
        (Path(second) / "study.toml").write_text('name = "x"\ntitle = "X"')
        cohort = read_cohort(first)
        write(cohort, Path(second))
        again = read_cohort(second)
    for name, records in frames.items():
        read = getattr(cohort, name)
        for column in ("subject", "marker", "visit", "time", "value", "age"):
            if column in read.columns:
                assert read[column].tolist() == [record[column] for record in records]
    assert again == cohort_like(again, cohort)


def cohort_like(again, cohort):
    """The second cohort, once its frames are found equal to the first's."""
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(cohort, name))
    assert again.id == cohort.id
    return again


@pytest.mark.parametrize("name", ["imail2", "actg175", "gbsg2"])
def test_round_trip_of_the_built_in_cohorts(name, tmp_path):
    cohort = load(name)
    write(cohort, tmp_path)
    again = read_cohort(tmp_path)
    for frame in FRAMES:
        pd.testing.assert_frame_equal(getattr(again, frame), getattr(cohort, frame))
