"""A mapping decides, says itself again, and is a problem where it does not fit."""

from __future__ import annotations

from pathlib import Path

import lifelines
import pytest

from data.problems import DataProblems
from data.sources import read_cohort, understand
from data.sources.builtin import load


def written(tmp_path, **tables):
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def problems(path, **options):
    with pytest.raises(DataProblems) as caught:
        read_cohort(path, **options)
    return " | ".join(map(str, caught.value.problems))


@pytest.mark.parametrize("mapping", [
    5, [], {"markers": 5}, {"markers": [None]}, {"subject": ["id"]}, {"time": {"OS": 3}},
    {"visit_days": {"baseline": "x"}}, {"time_unit": ["days"]}, {"baseline": 3}, {"event_is": [[]]},
    {"subject": ""}, {"markers": [{"marker": "x"}]}, {3: "x"},
])  # fmt: skip
def test_a_mapping_of_the_wrong_form_is_a_problem(tmp_path, mapping):
    path = written(tmp_path, t="id,time,event,M\n1,2,1,4\n2,3,0,5\n")
    assert "mapping" in problems(path, mapping=mapping)


def test_actg_175_as_it_comes_is_the_built_in_cohort(tmp_path):
    source = Path(lifelines.__file__).parent / "datasets" / "ACTG175.csv"
    (tmp_path / "actg.csv").write_bytes(source.read_bytes())
    assert "cens may mean" in problems(tmp_path / "actg.csv")
    markers = [{"column": c, "marker": c[:3].upper(), "visit": v} for c, v in
               (("cd40", "baseline"), ("cd420", "week 20"))]  # fmt: skip
    cohort = read_cohort(tmp_path / "actg.csv", mapping={"event_is": "1", "markers": markers})
    expected = load("actg175")
    assert cohort.outcomes["time"].tolist() == expected.outcomes["time"].tolist()
    assert cohort.outcomes["event"].tolist() == expected.outcomes["event"].tolist()
    assert cohort.study.time_unit == "days"
    values = expected.measurements.query("marker == 'CD4'").groupby("visit")["value"].sum()
    assert cohort.measurements.groupby("visit")["value"].sum().tolist() == values.tolist()


def test_two_units_that_become_one_are_not_said_again_as_one(tmp_path):
    text = "id,OS_days,OS_event,PFS_weeks,PFS_event,M\n1,20,1,2,1,1\n2,30,0,3,0,1\n"
    found = understand(written(tmp_path, t=text))
    again = understand(tmp_path, mapping=found.mapping).cohort()
    assert again.outcomes["time"].tolist() == [20, 30, 14, 21]
