"""Good input becomes typed frames; bad input gives every problem at once, by cell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.cohort import FRAMES
from data.schema import TABLES
from data.validate import DataProblems, validate

STUDY = {"name": "small", "title": "A small study"}


def problems_of(raw, study=STUDY):
    with pytest.raises(DataProblems) as caught:
        validate(raw, study)
    return caught.value.problems


def places(problems):
    return [(p.table, p.column, p.row) for p in problems]


def test_the_small_cohort_is_typed(rows, frames):
    cohort = validate(frames(rows), STUDY)
    assert cohort.subjects["subject"].tolist() == ["001", "002", "NA"]
    assert cohort.subjects["dose"].tolist() == [3.0, 3.0, 6.0]
    assert cohort.subjects["age"].tolist()[::2] == [61.0, 47.5]
    assert np.isnan(cohort.subjects["age"][1])
    assert cohort.subjects["centre"].tolist() == ["01", "02", "02"]  # a code, not a number
    assert cohort.outcomes["event"].dtype == bool
    assert cohort.outcomes["event"].tolist() == [True, False, True]
    assert cohort.visits["is_baseline"].tolist() == [True, False]
    assert cohort.study.endpoint("OS").label == "Overall survival"
    assert cohort.markers["label"].tolist() == ["CD4+ T cells", "CD8", "CD4:CD8 ratio"]
    assert cohort.markers["scale"].tolist() == ["log", "linear", "log"]


def test_frames_hold_the_declared_columns(rows, frames):
    cohort = validate(frames(rows), STUDY)
    for name in FRAMES:
        columns = list(getattr(cohort, name).columns)
        declared = TABLES[name].names()
        assert columns[: len(declared)] == declared
        assert getattr(cohort, name).index.equals(pd.RangeIndex(len(getattr(cohort, name))))


def test_missing_days_are_the_scheduled_ones(rows, frames):
    cohort = validate(frames(rows), STUDY)
    days = cohort.measurements.set_index(["subject", "visit", "marker"])["day"]
    assert days["NA", "C1D15", "CD4"] == 14
    assert days["002", "C1D15", "CD4"] == 15


def test_only_the_three_first_tables_are_needed(rows, frames):
    raw = {name: frame for name, frame in frames(rows).items() if name in list(TABLES)[:3]}
    cohort = validate(raw, STUDY)
    assert cohort.markers["label"].tolist() == ["CD4", "CD8"]
    assert cohort.visits["visit"].tolist() == ["C1D1", "C1D15"]
    assert cohort.visits["day"].tolist() == [0, 14]  # its name; one sample is of day 15
    assert cohort.visits["is_baseline"].tolist() == [True, False]
    assert cohort.events.empty


def test_no_visit_column_is_one_baseline(rows, frames):
    raw = frames({name: rows[name] for name in list(TABLES)[:3]})
    measured = raw["measurements"].drop(columns=["visit", "day", "below_limit"])
    raw["measurements"] = measured.drop_duplicates(["subject", "marker"])
    cohort = validate(raw, STUDY)
    assert cohort.visits.loc[0, ["visit", "day", "is_baseline"]].tolist() == ["baseline", 0, True]
    assert set(cohort.measurements["day"]) == {0.0}


def test_no_arm_is_one_arm(rows, frames):
    raw = frames(rows)
    raw["subjects"] = raw["subjects"][["subject"]]
    cohort = validate(raw, STUDY)
    assert set(cohort.subjects["arm_label"]) == {"All patients"}
    assert cohort.subjects["dose"].isna().all()


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "words"),
    [
        ("outcomes", 2, "time", "-1", "negative"),
        ("outcomes", 3, "time", "9999", "code for a missing"),
        ("outcomes", 3, "time", "999", "code for a missing"),
        ("outcomes", 3, "time", "99999.9", "code for a missing"),
        ("outcomes", 3, "time", "40000", "no survival time"),
        ("outcomes", 3, "time", "inf", "not a number"),
        ("outcomes", 3, "time", "1e400", "not a number"),
        ("outcomes", 3, "time", "1,5", "not a number"),
        ("outcomes", 3, "time", "1_0", "not a number"),
        ("outcomes", 3, "time", "٣", "not a number"),
        ("outcomes", 3, "time", "soon", "not a number"),
        ("outcomes", 2, "event", "2", "unknown event code"),
        ("outcomes", 2, "event", "TRUE", "unknown event code"),
        ("outcomes", 2, "event", "Dead", "unknown event code"),
        ("outcomes", 2, "event", "", "no event code"),
        ("outcomes", 4, "subject", "007", "not in the table 'subjects'"),
        ("outcomes", 4, "endpoint", "", "empty"),
        ("subjects", 3, "subject", "", "empty"),
        ("subjects", 3, "subject", "0\u202e1", "invisible"),
        ("subjects", 3, "subject", "0\n1", "line breaks"),
        ("subjects", 3, "subject", "1" * 101, "too long"),
        ("subjects", 3, "arm", "", "empty"),
        ("subjects", 3, "arm_label", "Middle", "second label"),
        ("subjects", 3, "dose", "-3", "below 0"),
        ("subjects", 3, "dose", "low", "not a number"),
        ("measurements", 2, "subject", "1", "not in the table 'subjects'"),
        ("measurements", 2, "visit", "C9D9", "not in the table 'visits'"),
        ("measurements", 2, "visit", "", "empty"),
        ("measurements", 2, "marker", "CD5", "not in the table 'markers'"),
        ("measurements", 2, "marker", "CD4_CD8", "comes from its formula"),
        ("measurements", 2, "value", "inf", "not a number"),
        ("measurements", 2, "value", "high", "not a number"),
        ("measurements", 2, "below_limit", "maybe", "neither 0 nor 1"),
        ("events", 2, "kind", "dosis", "unknown kind"),
        ("events", 2, "subject", "9", "not in the table 'subjects'"),
        ("events", 2, "end_day", "-1", "before it starts"),
        ("events", 2, "start_day", "", "without a day"),
        ("events", 3, "grade", "6", "above 5"),
        ("markers", 2, "scale", "cubic", "unknown scale"),
        ("markers", 4, "formula", "CD4 / CD9", "unknown marker 'CD9'"),
        ("markers", 4, "formula", "CD4 / {CD8}", "cannot be read"),
        ("markers", 4, "formula", "CD4_CD8 / CD8", "leads back to itself"),
        ("visits", 3, "is_baseline", "1", "second baseline"),
        ("visits", 3, "order", "0", "stands twice"),
        ("visits", 3, "order", "0.5", "not a whole number"),
        ("visits", 3, "day", "later", "not a number"),
    ],
)
def test_one_bad_cell_is_found_where_it_is(rows, frames, table, row, column, value, words):
    rows[table][row - 1][rows[table][0].index(column)] = value
    found = problems_of(frames(rows))
    matching = [p for p in found if (p.table, p.column, p.row) == (table, column, row)]
    assert any(words in p.message for p in matching), [str(p) for p in found]


def test_all_problems_come_at_once(rows, frames):
    rows["outcomes"][1][2] = "-1"
    rows["outcomes"][2][3] = "2"
    rows["subjects"][2][0] = "001"
    rows["measurements"][3][4] = "x"
    rows["events"][1][1] = "what"
    found = places(problems_of(frames(rows)))
    assert {
        ("outcomes", "time", 2),
        ("outcomes", "event", 3),
        ("subjects", "subject", 3),
        ("measurements", "value", 4),
        ("events", "kind", 2),
    } <= set(found)


def test_the_text_of_the_exception_says_all(rows, frames):
    rows["outcomes"][1][2] = "-1"
    rows["outcomes"][2][3] = "2"
    with pytest.raises(DataProblems) as caught:
        validate(frames(rows), STUDY)
    text = str(caught.value)
    assert "2 problems" in text
    assert "outcomes, column time, row 2: the time -1 is negative" in text
    assert "outcomes, column event, row 3: unknown event code '2'" in text


@pytest.mark.parametrize("table", list(TABLES)[:3])
def test_a_missing_table(rows, frames, table):
    del rows[table]
    assert (table, "", None) in places(problems_of(frames(rows)))


@pytest.mark.parametrize("table", list(TABLES)[:3])
def test_a_table_without_rows(rows, frames, table):
    del rows[table][1:]
    assert (table, "", None) in places(problems_of(frames(rows)))


@pytest.mark.parametrize(
    ("table", "column"),
    [(t.name, c.name) for t in TABLES.values() for c in t.columns if c.required],
)
def test_a_missing_column_is_one_problem(rows, frames, table, column):
    raw = frames(rows)
    raw[table] = raw[table].drop(columns=column)
    if table == "subjects":  # then nobody is known, which the other tables show too
        assert (table, column, None) in places(problems_of(raw))
    else:
        found = [p for p in places(problems_of(raw)) if p[0] == table]
        assert found == [(table, column, None)]


def test_a_wrongly_written_column_is_named(rows, frames):
    raw = frames(rows)
    raw["outcomes"] = raw["outcomes"].rename(columns={"time": "Time"})
    assert "there is 'Time'" in problems_of(raw)[0].message


def test_a_subject_without_any_outcome(rows, frames):
    del rows["outcomes"][1]
    assert places(problems_of(frames(rows))) == [("subjects", "subject", 2)]


def test_a_subject_that_stands_twice(rows, frames):
    rows["subjects"].append(rows["subjects"][1])
    assert places(problems_of(frames(rows))) == [("subjects", "subject", 5)]


def test_conflicting_measurements(rows, frames):
    rows["measurements"].append(["001", "C1D1", "0", "CD4", "401", "0"])
    (problem,) = problems_of(frames(rows))
    assert (problem.table, problem.row) == ("measurements", 8)
    assert "different values" in problem.message


def test_conflicting_outcomes(rows, frames):
    rows["outcomes"].append(["001", "OS", "4.5", "0"])
    (problem,) = problems_of(frames(rows))
    assert (problem.table, problem.row) == ("outcomes", 5)


def test_many_problems_are_listed_up_to_a_limit(rows, frames):
    rows["outcomes"] += [[f"x{i}", "OS", "1", "1"] for i in range(1_500)]
    found = problems_of(frames(rows))
    assert len(found) == 1_001
    assert "500 more" in found[-1].message


@pytest.mark.parametrize(
    ("study", "column"),
    [
        ({"titel": "x"}, "titel"),
        ({"mtd": "six"}, "mtd"),
        ({"name": " "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"mtd": True}, "mtd"),
        ({"time_unit": "weeks"}, "time_unit"),
        ({"notes": "one"}, "notes"),
        ({"endpoints": {"code": "OS"}}, "endpoints"),
        ({"endpoints": [{"code": "OS", "label": "x"}]}, "endpoints[1].event"),
        ({"endpoints": [{"code": "PFS", "label": "x", "event": "x"}]}, "endpoints"),
        ({"findings": [{"text": "x", "link": "//elsewhere"}]}, "findings[1].link"),
        ({"findings": [{"text": "x", "link": "javascript:x"}]}, "findings[1].link"),
        ({"cautions": [{"text": "x", "marker": "CD5"}]}, "cautions[1].marker"),
        ({"cautions": [{"text": "x", "visit": "C8D8"}]}, "cautions[1].visit"),
    ],
)
def test_a_bad_study_file(rows, frames, study, column):
    assert ("study", column, None) in places(problems_of(frames(rows), STUDY | study))


# --- What is usable but suspicious ---


def warnings_of(rows, frames, study=STUDY):
    cohort = validate(frames(rows), study)
    return cohort, " | ".join(str(warning) for warning in cohort.warnings)


def test_equal_duplicates_are_kept_once(rows, frames):
    clean = validate(frames(rows), STUDY)
    rows["measurements"].append(rows["measurements"][1])
    rows["outcomes"].append(rows["outcomes"][1])
    cohort, words = warnings_of(rows, frames)
    assert len(cohort.measurements) == len(clean.measurements)
    assert cohort.id == clean.id
    assert "measurements, row 8" in words
    assert "outcomes, row 5" in words


def test_a_missing_time_is_set_aside(rows, frames):
    rows["outcomes"][2][2:] = ["", ""]
    cohort, words = warnings_of(rows, frames)
    assert cohort.outcomes["subject"].tolist() == ["001", "NA"]
    assert cohort.n == 3
    assert "outcomes, column time, row 3" in words


@pytest.mark.parametrize(
    "word", ["ND", "NA", "n/a", ".", "QNS", "not done", "unknown", "#REF!", "NaN"]
)
def test_words_for_no_value(rows, frames, word):
    rows["measurements"][3][4] = word
    cohort, words = warnings_of(rows, frames)
    assert "002 C1D1" not in (cohort.measurements["subject"] + " " + cohort.measurements["visit"])
    assert "row 4" in words


def test_time_zero_is_kept(rows, frames):
    rows["outcomes"][1][2] = "-0.0"
    cohort, words = warnings_of(rows, frames)
    assert cohort.outcomes["time"][0] == 0
    assert not np.signbit(cohort.outcomes["time"][0])
    assert "is 0; kept" in words


def test_death_before_the_last_sample(rows, frames):
    rows["outcomes"][3][2] = "0.2"
    _, words = warnings_of(rows, frames)
    assert "'NA' has a sample after death" in words


def test_months_that_look_like_days(rows, frames):
    for row, days in zip(rows["outcomes"][1:], ("300", "700", "250"), strict=True):
        row[2] = days
    assert "looks like days" in warnings_of(rows, frames)[1]
    assert "looks like days" not in warnings_of(rows, frames, STUDY | {"time_unit": "days"})[1]


def test_a_file_in_days_is_read_even_where_nobody_says_so(rows, frames):
    for row, days in zip(rows["outcomes"][1:], ("1814", "999", "2018"), strict=True):
        row[2] = days
    cohort, words = warnings_of(rows, frames)
    assert cohort.outcomes["time"].tolist() == [1814, 999, 2018]
    assert "looks like days" in words


def test_999_days_are_a_time(rows, frames):
    rows["outcomes"][1][2] = "999"
    cohort, _ = warnings_of(rows, frames, STUDY | {"time_unit": "days"})
    assert cohort.outcomes["time"][0] == 999


def test_times_that_tie_but_for_rounding_tie(rows, frames):
    rows["outcomes"][1][2], rows["outcomes"][2][2] = repr(0.1 + 0.2), "0.3"
    cohort, _ = warnings_of(rows, frames)
    assert cohort.outcomes["time"][0] == cohort.outcomes["time"][1] == 0.3


def test_values_below_the_limit_are_one_tie(rows, frames):
    rows["measurements"][1][4] = "12"
    rows["measurements"][3][4:] = ["20", "1"]
    cohort, words = warnings_of(rows, frames)
    low = cohort.measurements[cohort.measurements["below_limit"]]
    assert low.loc[low["marker"].eq("CD4"), "value"].tolist() == [50, 50]
    assert "CD4_CD8" in low["marker"].tolist()  # a ratio with one of them is marked too
    assert "2 values below the detection limit" in words


def test_blanks_around_codes_are_taken_off(rows, frames):
    rows["outcomes"][1][0] = " 001\u00a0"
    cohort, words = warnings_of(rows, frames)
    assert cohort.outcomes["subject"][0] == "001"
    assert "blanks around 1 values" in words


def test_unknown_columns_are_named_and_left_out(rows, frames):
    raw = frames(rows)
    raw["outcomes"]["comment"] = "x"
    cohort = validate(raw, STUDY)
    assert list(cohort.outcomes.columns) == ["subject", "endpoint", "time", "event"]
    assert any(warning.column == "comment" for warning in cohort.warnings)


def test_hostile_names_are_only_names(rows, frames):
    codes = ["__proto__", "time", "index", "<b>x</b>", "=1+1", "🙂"]
    rows["measurements"] += [["001", "C1D1", "0", code, "1", "0"] for code in codes]
    rows["markers"] += [[code, "", "", "", "", ""] for code in codes]
    cohort = validate(frames(rows), STUDY)
    assert set(codes) <= set(cohort.measurements["marker"])


def test_the_hash_changes_with_one_cell(rows, frames):
    before = validate(frames(rows), STUDY)
    assert validate(frames(rows), STUDY).id == before.id
    rows["measurements"][4][4] = "350.0000001"
    assert validate(frames(rows), STUDY).id != before.id
    assert validate(frames(rows), STUDY | {"title": "Other"}).id != before.id


def test_the_input_is_left_as_it_was(rows, frames):
    raw = frames(rows)
    copies = {name: frame.copy(deep=True) for name, frame in raw.items()}
    validate(raw, STUDY)
    for name, frame in raw.items():
        pd.testing.assert_frame_equal(frame, copies[name])
