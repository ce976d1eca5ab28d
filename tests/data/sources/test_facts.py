"""What is said of markers, visits and endpoints beside the columns, for files of any form."""

from __future__ import annotations

import pytest

from data.problems import DataProblems
from data.sources import read_cohort, understand
from tests.data.sources import writers
from tests.data.sources.adam.test_adam import small

TIDY = """id,OS_months,OS_event,visit,CD4,CD8,HLA-DR+ NK
1,12,1,before,400,200,8
1,12,1,after,600,200,12
2,20,0,before,300,100,9
2,20,0,after,100,100,20
3,9,1,before,200,400,4
3,9,1,after,800,400,40
"""
OWN = {
    "subjects": "subject,arm\n1,A\n2,A\n",
    "outcomes": "subject,endpoint,time,event\n1,OS,3,1\n2,OS,4,0\n",
    "measurements": "subject,visit,marker,value\n1,week 4,X,2\n1,week 0,X,4\n2,week 4,X,0.5\n",
}


@pytest.fixture
def tidy(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(TIDY, encoding="utf-8")
    return path


@pytest.fixture
def own(tmp_path):
    for name, text in OWN.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def said(path, **mapping):
    with pytest.raises(DataProblems) as caught:
        read_cohort(path, mapping=mapping)
    return " | ".join(map(str, caught.value.problems))


MARKERS = {"CD4": {"label": "CD4+ T cells", "unit": "cells/µL", "lower_limit": 150.0,
                   "reference_low": 500, "reference_high": None, "scale": "log"}}  # fmt: skip


def test_markers_are_described(tidy):
    cohort = read_cohort(tidy, mapping={"describe": MARKERS})
    line = cohort.markers.set_index("marker").loc["CD4"]
    assert (line["label"], line["unit"], line["scale"]) == ("CD4+ T cells", "cells/µL", "log")
    assert (line["lower_limit"], line["reference_low"]) == (150, 500)
    assert line["reference_high"] != line["reference_high"]
    low = cohort.measurements.query("marker == 'CD4' and below_limit")
    assert low[["subject", "value"]].to_numpy().tolist() == [["2", 150]]


def test_a_ratio_and_a_product_of_two_markers(tidy):
    derived = [{"marker": "CD4_CD8", "formula": "CD4 / CD8", "label": "CD4:CD8"},
               {"marker": "NK", "formula": '"HLA-DR+ NK" * CD4_CD8', "unit": "%"}]  # fmt: skip
    found = understand(tidy, mapping={"derived": derived})
    assert [m.marker for m in found.markers][-2:] == ["CD4_CD8", "NK"]
    cohort = found.cohort()
    ratio = cohort.measurements.query("marker == 'CD4_CD8' and visit == 'after'")
    assert ratio["value"].tolist() == [3, 1, 2]
    product = cohort.measurements.query("marker == 'NK' and visit == 'after'")
    assert product["value"].tolist() == [36, 20, 80]
    again = understand(tidy, mapping=found.mapping)
    assert again.mapping == found.mapping
    assert again.cohort().id == cohort.id


def test_visits_in_another_order_and_the_one_to_open_with(tidy):
    mapping = {"visit_order": ["after"], "baseline": "after", "opens_with": "before"}
    found = understand(tidy, mapping=mapping)
    assert [visit.visit for visit in found.visits] == ["after", "before"]
    cohort = found.cohort()
    assert cohort.visits[["visit", "order", "is_baseline"]].to_numpy().tolist() == [
        ["after", 0, True], ["before", 1, False]]  # fmt: skip
    assert cohort.study.opens_with == "before"
    assert understand(tidy, mapping=found.mapping).cohort().id == cohort.id


@pytest.mark.parametrize("mapping", [
    {"describe": 3}, {"describe": {"CD4": {"unit": 5}}}, {"describe": {"CD4": {"colour": "red"}}},
    {"describe": {"CD4": {"lower_limit": float("inf")}}}, {"describe": {"CD4": {"scale": "odd"}}},
    {"describe": {"CD4": {"lower_limit": True}}}, {"derived": {}}, {"derived": ["CD4 / CD8"]},
    {"derived": [{"marker": "X"}]}, {"derived": [{"marker": "", "formula": "CD4"}]},
    {"visit_order": "after"}, {"visit_order": [3]}, {"opens_with": ["after"]},
])  # fmt: skip
def test_what_has_the_wrong_form_is_a_problem(tidy, own, mapping):
    assert "mapping" in said(tidy, **mapping)
    assert "mapping" in said(own, **mapping)


@pytest.mark.parametrize(("mapping", "words"), [
    ({"describe": {"CD9": {"unit": "x"}}}, "describe: there is no marker 'CD9'"),
    ({"describe": {"CD4": {"reference_low": 5, "reference_high": 5}}}, "ends (5) before it begins"),
    ({"derived": [{"marker": "CD4", "formula": "CD4 / CD8"}]}, "there is a marker of that name"),
    ({"derived": [{"marker": "R", "formula": "CD4 / CD9"}]}, "there is no marker 'CD9'"),
    ({"derived": [{"marker": "R", "formula": "CD4 //"}]}, "the formula cannot be used"),
    ({"visit_order": ["never"]}, "visit_order: there is no visit 'never'"),
    ({"opens_with": "never"}, "opens_with: there is no visit 'never'"),
])  # fmt: skip
def test_what_is_not_there_is_said_once(tidy, mapping, words):
    text = said(tidy, **mapping)
    assert text.count(words) == 1
    assert "|" not in text


def test_cutlines_own_tables_take_the_same_words(own):
    mapping = {"describe": {"X": {"unit": "ng/mL", "lower_limit": 1.0}},
               "derived": [{"marker": "Y", "formula": "2 * X"}],
               "visit_order": ["week 4", "week 0"], "baseline": "week 4",
               "visit_days": {"week 0": -3}, "opens_with": "week 0"}  # fmt: skip
    found = understand(own, mapping=mapping)
    assert found.convention == "Cutline's own tables"
    cohort = found.cohort()
    assert cohort.markers["marker"].tolist() == ["X", "Y"]
    assert cohort.measurements.query("marker == 'Y'")["value"].tolist() == [4, 8, 2]
    assert cohort.visits[["visit", "day", "is_baseline"]].to_numpy().tolist() == [
        ["week 4", 28, True], ["week 0", -3, False]]  # fmt: skip
    assert understand(own, mapping=found.mapping).cohort().id == cohort.id


def test_visits_that_a_table_of_ours_describes(own):
    (own / "visits.csv").write_text("visit,day,order,is_baseline\nweek 0,0,0,1\nweek 4,28,1,0\n")
    mapping = {"visit_days": {"week 4": 30}, "baseline": "week 4"}
    found = understand(own, mapping=mapping)
    assert [(v.visit, v.day, v.is_baseline) for v in found.visits] == [
        ("week 0", 0, False), ("week 4", 30, True)]  # fmt: skip
    assert found.cohort().visits["is_baseline"].tolist() == [False, True]
    assert "there is no visit 'x'" in said(own, baseline="x")


def test_an_adam_package_takes_the_same_words(tmp_path):
    path = writers.as_csv(small(), tmp_path / "t")
    mapping = {"describe": {"NK": {"label": "NK cells"}}, "opens_with": "Week 2",
               "event_is": {"OS": ["1", "2"]},
               "derived": [{"marker": "N2", "formula": "NK * NK"}]}  # fmt: skip
    found = understand(path, mapping=mapping)
    assert found.events[0].events == 2
    cohort = found.cohort()
    assert cohort.outcomes["event"].tolist() == [False, True, True]
    assert cohort.markers["label"].tolist() == ["NK cells", "N2"]
    assert cohort.study.opens_with == "Week 2"
    assert understand(path, mapping=found.mapping).cohort().id == cohort.id


def test_endpoints_in_one_column_are_turned_round_one_by_one(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,endpoint,time,status,M\n1,OS,2,1,5\n2,OS,3,0,6\n1,PFS,1,1,\n2,PFS,2,1,\n")
    found = understand(path, mapping={"event_is": {"PFS": "0"}})
    assert "PFS: no row of status is '0'" in str(found.problems[0])
    cohort = read_cohort(path, mapping={"event_is": {"OS": "0"}})
    assert cohort.outcomes["event"].tolist() == [False, True, True, True]
