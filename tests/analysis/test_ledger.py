"""What counts as a look, and which lock fixed a cut-off beforehand."""

from dataclasses import replace

import pytest

from analysis.ledger import Entry, Ledger, Lock, Look, kin_of, looks_of, units_of
from analysis.question import Question
from data.sources import builtin
from tests import hand_made_cohorts

COHORT = hand_made_cohorts.cohort([1, 2, 3, 4], [2, 3, 4, 5], [2, 3, 4, 5])
ASKED = Question("hand", "PFS", "M", "C1D15", "value", cut=(2.0,), clock="landmark")


def looked(sequence, marker="M", endpoint="PFS"):
    look = replace(looks_of(COHORT, ASKED, [endpoint])[0], marker=marker)
    return Entry(look, sequence, "2026-11-22T10:00:00.000+00:00", ((2.0,),))


def locked(sequence, cut=2.0, owner="anna", **changed):
    split = {"marker": "M", "visit": "C1D15", "measure": "value", "baseline": "", **changed}
    at = "2026-11-22T09:30:12.000+00:00"
    return Lock(sequence, at, owner, "A. Smith", "the protocol", cut=cut, **split)


def test_each_endpoint_is_a_look_and_the_cut_is_none():
    both = looks_of(COHORT, ASKED, ["PFS", "OS"])
    assert [one.endpoint for one in both] == ["PFS", "OS"]
    assert looks_of(COHORT, ASKED.changed(cut=(3.0,)), ["PFS", "OS"]) == both


@pytest.mark.parametrize(
    "change", [{"marker": "N"}, {"visit": "D-7"}, {"measure": "fold"}, {"baseline": "D-7"},
               {"clock": "start"}],
)  # fmt: skip
def test_every_other_field_makes_another_look(change):
    assert looks_of(COHORT, ASKED.changed(**change), ["PFS"]) != looks_of(COHORT, ASKED, ["PFS"])


def test_the_landmark_day_the_restriction_time_and_the_fraction_are_part_of_a_look():
    look = looks_of(COHORT, ASKED, ["PFS"])[0]
    assert (look.landmark, look.tau, look.min_fraction) == (
        f"{hand_made_cohorts.DAY_15:.6g}",
        "",
        0.1,
    )
    tau = replace(COHORT, study=replace(COHORT.study, endpoints=(
        replace(COHORT.study.endpoints[0], tau=3.0),)))  # fmt: skip
    assert looks_of(tau, ASKED, ["PFS"])[0].tau == "3"
    assert isinstance(look, Look)


def test_a_lock_before_the_first_look_fixes_the_cut_and_a_later_one_does_not():
    assert Ledger((), (locked(1),)).fixed_by(ASKED)
    assert Ledger((looked(2),), (locked(1),)).fixed_by(ASKED)
    assert Ledger((looked(2),), (locked(3),)).fixed_by(ASKED) is None
    assert Ledger((looked(2, marker="N"),), (locked(3),)).fixed_by(ASKED)
    assert Ledger((looked(2, endpoint="OS"),), (locked(3),)).fixed_by(ASKED) is None


def test_a_lock_fixes_its_own_cut_marker_visit_and_measure_only():
    fixed = Ledger((), (locked(1),))
    assert fixed.fixed_by(ASKED.changed(cut=(3.0,))) is None
    assert fixed.fixed_by(ASKED.changed(cut=(2.0, 3.0))) is None
    assert fixed.fixed_by(ASKED.changed(visit="D-7")) is None
    assert fixed.fixed_by(ASKED.changed(measure="fold", baseline="D-7")) is None
    assert fixed.fixed_by(ASKED.changed(endpoint="OS", clock="start"))


def test_of_many_locks_only_the_last_before_the_first_look_holds_whoever_wrote_it():
    book = Ledger((looked(9),), (locked(1, 2.0), locked(2, 3.0), locked(10, 2.0)))
    assert book.fixed_by(ASKED) is None
    assert book.fixed_by(ASKED.changed(cut=(3.0,))).sequence == 2
    others = Ledger((), (locked(1, 2.0), locked(2, 3.0, owner="ben")))
    assert others.fixed_by(ASKED) is None
    assert others.fixed_by(ASKED.changed(cut=(3.0,)))
    assert len(others.holding) == 1


def test_a_look_at_a_marker_that_shares_its_values_is_a_look_at_this_one():
    kin = {"M": frozenset({"R"}), "R": frozenset({"M"})}
    assert Ledger((looked(1, marker="R"),), (locked(2),), kin).fixed_by(ASKED) is None
    assert Ledger((looked(1, marker="X"),), (locked(2),), kin).fixed_by(ASKED)


def test_kin_are_the_parts_of_a_formula_and_what_is_made_of_a_marker():
    kin = kin_of(builtin.load("imail2"))
    assert kin["CD4_CD8"] == {"CD4", "CD8"}
    assert "CD4_CD8" in kin["CD4"]
    assert kin["HLADR_NK"] >= {"NK", "HLADR_NK_PCT"}
    assert not kin["CD4"] & {"CD8", "NK"}


def test_blind_covers_until_exactly_this_cut_is_locked():
    blind = ASKED.changed(blind="yes")
    assert Ledger().covers(blind)
    assert not Ledger().covers(ASKED)
    assert not Ledger((), (locked(1),)).covers(blind)
    assert Ledger((), (locked(1),)).covers(blind.changed(cut=(3.0,)))
    assert Ledger((), (locked(1),)).covers(blind.changed(cut=(2.0, 3.0)))


def test_a_lock_in_another_unit_neither_fixes_nor_uncovers():
    lock, blind = replace(locked(1), unit="/µL"), ASKED.changed(blind="yes")
    for units, holds in (
        ({"M": "/µL"}, True),
        ({"M": "/nL"}, False),
        ({"M": ""}, False),
        ({}, True),
    ):
        book = Ledger((), (lock,), units=units)
        assert bool(book.fixed_by(ASKED)) == bool(book.lock_of(ASKED)) == holds
        assert book.covers(blind) != holds
    assert Ledger((), (locked(1),), units={"M": "/nL"}).fixed_by(ASKED)  # an earlier record


def test_a_fold_change_has_no_unit():
    asked = ASKED.changed(measure="fold", baseline="D-7")
    lock = replace(locked(1, measure="fold", baseline="D-7"), unit="/µL")
    assert Ledger((), (lock,), units={"M": "/nL"}).fixed_by(asked)


def test_the_units_of_a_cohort():
    units = units_of(builtin.load("imail2"))
    assert units["HLADR_NK_PCT"] == "% of NK"
    assert units["CD4_CD8"] == ""


def test_a_lock_says_who_when_and_why():
    assert locked(1).source == "locked by A. Smith on 2026-11-22 09:30 UTC: the protocol"
    carried = replace(locked(1), origin="IMAIL-2 (2026-11-22)")
    assert "carried over from IMAIL-2 (2026-11-22): the protocol" in carried.source
