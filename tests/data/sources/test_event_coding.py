"""What an event code means: every convention, said in words and counts, and every contradiction."""

from __future__ import annotations

import pandas as pd
import pytest

from data.problems import DataProblems
from data.sources import read_cohort, understand
from data.sources.cells import event_coding


def read(codes, name="status", **options):
    return event_coding.read(pd.Series(codes, dtype=object), name=name, **options)


def meant(found):
    return {code: meaning for code, meaning, _ in found.codes}


E, C, N = event_coding.EVENT, event_coding.CENSORED, event_coding.MISSING


@pytest.mark.parametrize(
    ("codes", "name", "expected"),
    [
        (["1", "0", "1"], "event", {"1": E, "0": C}),
        (["1.0", "0.0", ""], "status", {"1": E, "0": C, "": N}),
        (["Dead", "dead ", "alive", "NA"], "status", {"Dead": E, "dead": E, "alive": C, "NA": N}),
        (["1:DECEASED", "0:LIVING"], "OS_STATUS", {"1:DECEASED": E, "0:LIVING": C}),
        (["1:Recurred/Progressed", "0:DiseaseFree"], "DFS_STATUS",
         {"1:Recurred/Progressed": E, "0:DiseaseFree": C}),
        (["Y", "N"], "death", {"Y": E, "N": C}),
        (["TRUE", "FALSE"], "event", {"TRUE": E, "FALSE": C}),
        (["verstorben", "lebt"], "Status", {"verstorben": E, "lebt": C}),
        (["yes", "no"], "censored", {"yes": C, "no": E}),
        (["1", "0"], "alive", {"1": C, "0": E}),
        (["2", "1"], "status (1 = alive, 2 = dead)", {"2": E, "1": C}),
        (["0", "1"], "status (0 = event, 1 = censored)", {"0": E, "1": C}),
        (["0", "1"], "died (0 = dead)", {"0": E, "1": C}),
        (["event", "lost to follow-up"], "outcome", {"event": E, "lost to follow-up": C}),
        (["Progression", "no event"], "PFS status", {"Progression": E, "no event": C}),
    ],
)  # fmt: skip
def test_conventions(codes, name, expected):
    found = read(codes, name)
    assert meant(found) == expected
    assert found.sure
    assert not found.problem


def test_cnsr_counts_the_other_way():
    found = read(["0", "1", "2", "0"], "CNSR", cnsr=True)
    assert meant(found) == {"0": E, "1": C, "2": C}
    assert found.words.startswith("0 = event: 2, 1 = censored: 1, 2 = censored: 1, because")
    assert found.apply(pd.Series(["0", "1", "2"])).tolist() == ["1", "0", "0"]


@pytest.mark.parametrize(
    ("codes", "name", "words"),
    [
        (["0", "1"], "CNSR", "map it as cnsr"),
        (["0", "1"], "cens", "1 = censored or 1 = event"),
        (["0", "1"], "censored", "1 = censored or 1 = event"),
        (["0", "1", "2"], "status", "which of them mean an event"),
        (["3", "4"], "status", "which of them mean an event"),
        (["2"], "status", ""),
        (["1:LIVING", "0:DECEASED"], "OS_STATUS", "contradicts itself"),
    ],
)
def test_what_is_not_clear_is_asked(codes, name, words):
    assert words in read(codes, name).problem


def test_r_codes_are_a_guess_that_is_said():
    found = read(["1", "2", "2"])
    assert meant(found) == {"1": C, "2": E}
    assert not found.sure


@pytest.mark.parametrize(
    ("codes", "event_is", "expected"),
    [
        (["0", "1", "2"], "1", {"0": C, "1": E, "2": C}),
        (["0", "1", "2"], ["1", "2"], {"0": C, "1": E, "2": E}),
        (["0", "1"], "0", {"0": E, "1": C}),
        (["0", "1"], 0, {"0": E, "1": C}),
        (["PD", "SD", ""], "pd", {"PD": E, "SD": C, "": N}),
    ],
)
def test_the_user_says_it(codes, event_is, expected):
    found = read(codes, event_is=event_is)
    assert meant(found) == expected
    assert not found.problem


def test_what_the_user_says_must_fit():
    assert "no row of status is '5'" in read(["0", "1"], event_is="5").problem
    assert (
        "'died' in status means an event as well"
        in read(["dead", "died", "alive"], event_is="dead").problem
    )


def test_an_unknown_word_is_a_problem_of_its_cell(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,time,status,M\n1,2,dead,4\n2,3,perhaps,5\n3,4,alive,6\n")
    with pytest.raises(DataProblems) as caught:
        read_cohort(path)
    (problem,) = caught.value.problems
    assert (problem.column, problem.row, problem.value) == ("status", 3, "perhaps")


def write(path, codes, name="status"):
    rows = "".join(f"{i},{i + 2},{code},{i}\n" for i, code in enumerate(codes))
    path.write_text(f"id,time,{name},M\n{rows}")
    return path


def test_cnsr_given_as_the_event(tmp_path):
    path = write(tmp_path / "t.csv", "0011", "CNSR")
    assert read_cohort(path).outcomes["event"].tolist() == [True, True, False, False]
    with pytest.raises(DataProblems, match="map it as cnsr"):
        read_cohort(path, mapping={"event": "CNSR"})
    turned = read_cohort(path, mapping={"event": "CNSR", "event_is": "0"})
    assert turned.outcomes["event"].tolist() == [True, True, False, False]


def test_one_switch_turns_it_round(tmp_path):
    path = write(tmp_path / "t.csv", "0011")
    found = understand(path)
    assert found.events[0].words.startswith("0 = censored: 2, 1 = event: 2, because")
    assert found.events[0].events == 2
    turned = read_cohort(path, mapping=found.mapping | {"event_is": "0"})
    assert turned.outcomes["event"].tolist() == [True, True, False, False]


@pytest.mark.parametrize("codes", ["0000", "1111", "0", "01"])
def test_no_events_all_events_and_few_patients_open(tmp_path, codes):
    cohort = read_cohort(write(tmp_path / "t.csv", codes))
    assert cohort.outcomes["event"].tolist() == [code == "1" for code in codes]
