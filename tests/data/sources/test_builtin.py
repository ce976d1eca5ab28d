"""The built-in cohorts: counts and spot facts from the sources, and how they are loaded."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from data.cohort import FRAMES
from data.sources import builtin


def value(cohort, subject, visit, marker):
    rows = cohort.measurements.set_index(["subject", "visit", "marker"])["value"]
    return rows[subject, visit, marker]


def test_names():
    assert builtin.names() == ["imail2", "imail2-null", "actg175", "gbsg2"]


@pytest.mark.parametrize("name", ["", "nothing", "../imail2", "IMAIL2", "imail2/imail2"])
def test_an_unknown_name(name):
    with pytest.raises(ValueError, match="known: imail2"):
        builtin.load(name)


def test_actg175():
    cohort = builtin.load("actg175")
    assert cohort.n == 2139
    assert int(cohort.outcomes["event"].sum()) == 521
    assert set(cohort.outcomes["endpoint"]) == {"EFS"}
    first = cohort.outcomes.iloc[0]
    assert (first["subject"], first["time"], bool(first["event"])) == ("ACTG-10056", 948, False)
    assert value(cohort, "ACTG-10056", "baseline", "CD4") == 422
    assert value(cohort, "ACTG-10056", "week20", "CD8") == 324
    assert value(cohort, "ACTG-10056", "week20", "CD4_CD8") == pytest.approx(477 / 324, rel=1e-11)
    arms = cohort.subjects.groupby("arm")["arm_label"].agg(["first", "size"])
    assert arms["first"].tolist() == [
        "zidovudine",
        "zidovudine + didanosine",
        "zidovudine + zalcitabine",
        "didanosine",
    ]
    assert arms["size"].tolist() == [532, 522, 524, 561]
    assert cohort.subjects["dose"].isna().all()
    assert cohort.study.time_unit == "days"
    assert cohort.visits["day"].tolist() == [0, 140]
    assert cohort.warnings == ()


def test_actg175_says_that_its_endpoint_contains_a_fall_of_cd4():
    study = builtin.load("actg175").study
    for marker in ("CD4", "CD8", "CD4_CD8"):
        part, window = study.cautions_for(marker=marker, visit="week20", endpoint="EFS")
        assert "contains a fall of CD4 by half" in part
        assert "20 ± 5 weeks" in window
        assert not study.cautions_for(marker=marker, visit="baseline", endpoint="EFS")


def test_gbsg2():
    cohort = builtin.load("gbsg2")
    assert cohort.n == 686
    assert int(cohort.outcomes["event"].sum()) == 299
    assert cohort.outcomes.iloc[0].tolist() == ["GBSG2-001", "RFS", 1814.0, True]
    assert value(cohort, "GBSG2-001", "baseline", "PGR") == 48
    assert value(cohort, "GBSG2-001", "baseline", "ER") == 66
    assert cohort.subjects["arm"].value_counts().to_dict() == {"no": 440, "yes": 246}
    assert cohort.study.time_unit == "days"
    assert cohort.warnings == ()


@pytest.mark.parametrize("name", builtin.names())
def test_every_cohort_says_what_it_is(name):
    cohort = builtin.load(name)
    study = cohort.study
    assert study.name == name
    assert study.title
    assert study.citation
    assert bool(study.synthetic) == name.startswith("imail2")
    assert study.declared_cuts == ()
    assert {e.code for e in study.endpoints} == set(cohort.outcomes["endpoint"])
    assert all(endpoint.milestone for endpoint in study.endpoints)
    assert set(cohort.measurements["marker"]) == set(cohort.markers["marker"])
    assert set(cohort.measurements["visit"]) <= set(cohort.visits["visit"])
    assert cohort.visits["is_baseline"].sum() == 1


@pytest.mark.parametrize("name", builtin.names())
def test_findings_link_to_questions_of_their_own_cohort(name):
    cohort = builtin.load(name)
    linked = [finding.link for finding in cohort.study.findings if finding.link]
    assert len([link for link in linked if link.startswith("/survival?")]) == 2
    for link in linked:
        asked = {key: values[0] for key, values in parse_qs(urlsplit(link).query).items()}
        assert asked["cohort"] == name
        if urlsplit(link).path == "/trial":  # asks no question of a marker
            assert set(asked) == {"cohort"}
            continue
        assert asked["marker"] in set(cohort.markers["marker"])
        assert {asked["visit"], asked.get("baseline", asked["visit"])} <= set(
            cohort.visits["visit"]
        )
        assert asked.get("endpoint") in {None, *cohort.outcomes["endpoint"]}
        assert "cut" not in asked


def test_loading_twice_gives_the_same_content():
    read = builtin.load.__wrapped__  # tests/conftest.py reads each but once
    first, second = read("imail2"), read("imail2")
    assert first.id == second.id
    assert first.id != builtin.load("imail2-null").id
    pd.testing.assert_frame_equal(first.measurements, second.measurements)


def test_a_copy_of_the_tests_is_what_was_read_and_nobody_elses():
    read, mine = builtin.load.__wrapped__("imail2"), builtin.load("imail2")
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(mine, name), getattr(read, name))
    assert (mine.id, mine.study, mine.warnings) == (read.id, read.study, read.warnings)
    mine.subjects.loc[0, "arm"] = "changed"
    pd.testing.assert_frame_equal(builtin.load("imail2").subjects, read.subjects)
