"""A change on the page is a change of the mapping, and of nothing else."""

from __future__ import annotations

from contextlib import suppress
from itertools import product

import pytest

from data.sources import understand
from data.uploads.mapping_edits import _EDITS, EditRefused, collect_edits, edit

TABLE = """id,trt,tm,ev,aux,cd40,cd420,age
1,A,12,0,7,400,200,50
2,B,20,1,8,300,100,60
3,A,9,1,9,200,400,70
"""


@pytest.fixture
def path(tmp_path):
    (tmp_path / "t.csv").write_text(TABLE)
    return tmp_path / "t.csv"


def after(path, *changes):
    found, given = understand(path), None
    for field, value in changes:
        given = collect_edits(given, found.mapping, edit(found, found.mapping, field, value))
        found = understand(path, mapping=given)
    return found


def role(column, value):
    return ["role", "t", column], value


def test_columns_get_their_roles_one_by_one(path):
    found = after(
        path, role("tm", "time:OS"), role("ev", "event:OS"), role("aux", "ignore"),
        role("cd40", "marker_column"), (["marker", "cd40"], "CD4"), (["at", "cd40"], "baseline"),
        role("cd420", "marker_column"), (["marker", "cd420"], "CD4"), (["at", "cd420"], "week 20"),
    )  # fmt: skip
    cohort = found.cohort()
    assert cohort.outcomes[["time", "event"]].to_numpy().tolist() == [
        [12, False], [20, True], [9, True]]  # fmt: skip
    assert set(cohort.measurements["marker"]) == {"CD4"}
    assert list(cohort.visits["visit"]) == ["baseline", "week 20"]
    assert "aux" not in cohort.subjects.columns
    assert cohort.subjects["age"].tolist() == [50, 60, 70]


OPENS = (role("tm", "time:OS"), role("ev", "event:OS"))


def test_another_patient_and_an_arm(path):
    found = after(path, *OPENS, role("age", "subject"), role("aux", "arm"))
    assert found.mapping["subject"] == "age"
    assert {"id", "trt"} <= set(found.mapping["covariates"])
    assert found.cohort().subjects["arm"].tolist() == ["7", "8", "9"]


def test_a_flag_of_censoring_takes_the_place_of_an_event(path):
    found = after(path, *OPENS, role("ev", "cnsr:OS"))
    assert "event" not in found.mapping
    assert found.cohort().outcomes["event"].tolist() == [True, False, False]


def test_the_event_is_turned_round_and_back(path):
    turned = after(path, *OPENS, (["event", "OS"], ["0"]))
    assert turned.events[0].events == 1
    assert after(path, *OPENS, (["event", "OS"], ["0"]), (["event", "OS"], ["1"])).events[
        0].events == 2  # fmt: skip


def test_units_visits_and_markers(path):
    found = after(
        path, *OPENS, role("cd40", "marker_column"), (["at", "cd40"], "baseline"),
        role("cd420", "marker_column"), (["marker", "cd420"], "cd40"), (["at", "cd420"], "week 20"),
        (["time_unit"], "years"), (["later", "baseline"], None), (["opens_with"], "baseline"),
        (["baseline"], "week 20"), (["day", "week 20"], "141,5"),
        (["describe", "cd40", "unit"], "cells/µL"), (["describe", "cd40", "lower_limit"], "150"),
        (["derive"], {"first": "cd40", "second": "cd40", "sign": "*", "marker": "square"}),
    )  # fmt: skip
    cohort = found.cohort()
    assert cohort.outcomes["time"].tolist() == [144, 240, 108]
    assert cohort.visits[["visit", "day", "is_baseline"]].to_numpy().tolist() == [
        ["week 20", 141.5, True], ["baseline", 0, False]]  # fmt: skip
    assert cohort.study.opens_with == "baseline"
    assert cohort.markers.set_index("marker").loc["cd40", "unit"] == "cells/µL"
    low = cohort.measurements.query("marker == 'cd40' and below_limit")["value"]
    assert low.tolist() == [150]
    assert cohort.measurements.query("marker == 'square'")["value"].max() == 160_000
    again = understand(path, mapping=edit(found, found.mapping, ["underive", "square"], None))
    assert "square" not in [one.marker for one in again.markers]
    emptied = edit(found, found.mapping, ["describe", "cd40", "lower_limit"], "")
    assert not understand(path, mapping=emptied).cohort().measurements["below_limit"].any()


@pytest.mark.parametrize(("field", "value", "words"), [
    (["colour"], "red", "cannot be changed here"),
    (["role", "t", "nothing"], "subject", "no such column"),
    (["role", "t", "age"], "king", "no such role"),
    (["role", "t"], "subject", "cannot be changed to this"),
    (["event", "OS"], [], "One code at least"),
    (["event", "OS"], ["7"], "no such code"),
    (["event", "XX"], ["1"], "cannot be changed to this"),
    (["time_unit"], "fortnights", "no such choice"),
    (["time_unit"], ["days"], "cannot be changed to this"),
    (["baseline"], "never", "no such choice"),
    (["day", "baseline"], "soon", "“soon” is not a number"),
    (["day", "baseline"], "nan", "is not a number"),
    (["describe", "nothing", "unit"], "x", "no such marker"),
    (["derive"], {"first": "aux", "second": "nothing", "sign": "/"}, "Choose two markers"),
    (["derive"], {"first": "aux", "second": "aux", "sign": "/", "marker": "aux"}, "already"),
    (["derive"], 5, "cannot be changed to this"),
    (["later", "never"], None, "cannot be changed to this"),
    (["marker", "age"], "x", "cannot be changed to this"),
    (["arm"], "nothing", "no such column"),
])  # fmt: skip
def test_what_cannot_be_is_refused_in_words(path, field, value, words):
    found = after(path, *OPENS)
    with pytest.raises(EditRefused, match=words):
        edit(found, found.mapping, field, value)


def test_a_forged_change_is_a_mapping_or_a_sentence(path):
    found = after(path, *OPENS)
    values = (None, "", [], {}, True, 1e9, "x", [["a"]], {"first": []})
    rests = ([], ["OS"], ["a", "b", "c"])
    for kind, rest, value in product([*_EDITS, "", "x"], rests, values):
        with suppress(EditRefused):
            assert isinstance(edit(found, found.mapping, [kind, *rest], value), dict)


def test_what_nobody_changed_stays_a_guess_with_its_doubts(path):
    found = after(path, *OPENS, (["event", "OS"], ["0"]))
    assert any("times taken as months" in str(warning) for warning in found.warnings)
    reasons = {column.name: column.reason for column in found.tables[0].columns}
    assert reasons["id"] == "it is called id"
    assert reasons["ev"] == "you said so"
    sure = after(path, *OPENS, (["time_unit"], "days"))
    assert not any("times taken as" in str(warning) for warning in sure.warnings)
    back = edit(sure, sure.mapping, ["role", "t", "tm"], "covariate")
    assert "time" not in collect_edits({"time": {"OS": "tm"}}, sure.mapping, back)
