"""Calibration in small: trials without any effect, on the ways that people take through them.

The full run is `make calibrate`; its tables stand in docs/calibration.md. Seeds are fixed, so
these tests do not fail by chance. A bound counts as broken where a true rate of exactly 6 % (4 %)
would lead to such a count with a probability below 1 %: with 400 trials above 9 % (below 2 %).
"""

from pathlib import Path

import numpy as np
import pytest

from analysis.cohort.completion import complete_question
from analysis.question import parse_query
from analysis.results.cutoff import search_cutoffs
from analysis.stats import cutoff
from benchmarks.calibration import __main__ as calibrate
from benchmarks.calibration import doses, paths, rates, tables
from benchmarks.calibration.trials import CONDITIONS, EFFECTS, EVEN, simulate
from tests.hand_made_cohorts import cohort

NONE, _, UNEVEN, BY_MARKER, TIES, FEW = range(len(CONDITIONS))
CELLS = ((NONE, 17, 400), (TIES, 30, 400), (BY_MARKER, 60, 400), (FEW, 60, 400), (UNEVEN, 200, 200))
PERMUTATIONS = 399
DOCS = Path(__file__).resolve().parents[2] / "docs" / "calibration.md"


@pytest.fixture(scope="module")
def cells() -> list[rates.Cell]:
    return [
        cell
        for which, n, trials in CELLS
        for cell in rates.computed(
            rates.jobs("null", [which], [n], trials, permutations=PERMUTATIONS)
        )
    ]


# ----------------------------------------------------------------------------------- the bounds


@pytest.mark.parametrize("path", tables.BOUND)
def test_no_headline_and_no_p_all_rejects_more_than_six_percent(cells, path):
    assert not {(cell.name, cell.n): cell.rate(path) for cell in cells if cell.rate(path).too_high}


def test_the_bounds_hold_for_survival_where_the_marker_says_who_is_lost():
    """With the p of maxstat the best cut for OS rejects in 7 % of these (docs/calibration.md)."""
    cells = rates.computed(rates.jobs("null", [BY_MARKER], [100], 500, permutations=PERMUTATIONS))
    for path in tables.BOUND:
        assert not cells[0].rate(path).too_high
    assert not cells[0].rate("best cut, OS").too_low


@pytest.mark.parametrize("path", tables.FLOOR)
def test_with_twelve_events_they_reject_at_least_four_percent(cells, path):
    found = {(cell.which, cell.n): cell.rate_with_events(path) for cell in cells}
    judged = {key: rate for key, rate in found.items() if rate.trials >= 200}
    assert len(judged) == 4  # few events are too few
    assert not {key: rate for key, rate in judged.items() if rate.too_low}


@pytest.mark.parametrize("path", paths.NAIVE[1:])
def test_p_values_that_know_nothing_of_the_search_break_the_bound(cells, path):
    """By far, so the bounds above can fail; a marker of five values leaves little to search."""
    for cell in cells:
        assert cell.rate(path).too_high
        assert cell.rate(path).share > (0.1 if cell.which == TIES else 0.3)


def test_who_stops_looking_as_soon_as_something_is_found_finds_more(cells):
    """The documented limit of p_all: it corrects for what was looked at, not for when to stop."""
    for cell in cells:
        assert cell.rate("one after another").count > cell.rate("everything").count


def test_a_bound_is_broken_only_where_chance_would_hardly_do_it():
    assert [rates.Rate(count, 500).too_high for count in (30, 43, 44, 200)] == [0, 0, 1, 1]
    assert [rates.Rate(count, 500).too_low for count in (20, 11, 10, 0)] == [0, 0, 1, 1]
    assert not rates.Rate(0, 0).too_high
    assert not rates.Rate(0, 0).too_low
    assert rates.Rate(25, 500).error == pytest.approx(0.00975, abs=1e-5)


# ------------------------------------------------------------- what is calibrated is the program


def test_the_p_values_are_those_of_the_screen():
    """Through a cohort, a question and the search of the pages, with as many permutations."""
    trial = simulate(np.random.default_rng(3), 30, EVEN)
    hand = cohort(
        [1.0] * 30,
        trial.pfs[0].tolist(),
        trial.os[0].tolist(),
        pfs_event=trial.pfs[1].tolist(),
        os_event=trial.os[1].tolist(),
        before=trial.markers[0].tolist(),
    )
    question = complete_question(parse_query("marker=M&visit=D-7&endpoint=PFS"), hand).question
    shown = search_cutoffs(hand, question)
    permutations = shown.search.permutations
    mine = paths.ask(*trial.pfs, trial.markers[0], seed=0, permutations=permutations)
    p = shown.profile["p_searched"].to_numpy()
    assert (mine.p_searched[p <= 0.05] == p[p <= 0.05]).all()
    assert (mine.p_searched[p > 0.05] > 0.05).all()
    mine = paths.ask(*trial.pfs, trial.markers[0], seed=0, permutations=10_000)
    p, own = shown.profile["p_cut"].to_numpy(), np.array([mine.p_cut(c) for c in mine.order.cuts])
    often = own > 0.0022  # 10 draws in a tail: where there are fewer, the pages draw on
    assert (own[often] == p[often]).all()
    assert (p[~often] < 0.01).all()
    assert mine.order.cuts[mine.best[0]] == shown.best["cut"]
    assert (mine.median,) == question.cut


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.name)
def test_the_best_cut_is_that_of_the_search(condition):
    rng = np.random.default_rng(4)
    for n in (17, 60):
        trial = simulate(rng, n, condition)
        mine = paths.ask(*trial.pfs, trial.markers[0], seed=0, permutations=99)
        best = cutoff.search(*trial.pfs, trial.markers[0], permutations=9).chosen
        assert mine.order.cuts[mine.best[0]] == best["cut"]


def test_a_rejection_is_one_of_the_headline_rule():
    """With a marker that says everything: p's of 1 / 480, and twelve times that after all."""
    time, event = np.arange(1.0, 31.0), np.ones(30, bool)
    found = paths.ask(time, event, -time, seed=1)
    assert found.locked(-15.0)
    assert found.rejected(found.best, looks=12)
    assert not found.rejected(found.best, looks=25)  # 25 / 480 > .05
    nothing = paths.ask(time, event, np.tile([1.0, 2.0, 3.0], 10), seed=1)
    assert not nothing.locked(2.0)
    assert not nothing.rejected(range(nothing.p_searched.size))


def test_a_trial_that_cannot_be_searched_finds_nothing():
    time, marker = np.arange(1.0, 18.0), np.arange(17.0)
    assert paths.ask(time, np.zeros(17, bool), marker, seed=1) is None
    two = paths.ask(time, np.ones(17, bool), (marker > 8) * 1.0, seed=1)
    assert two.locked(0.0)  # one cut: it can be locked, not searched
    assert not two.rejected(two.best)
    assert two.naive() == 1.0


# ----------------------------------------------------------------------------------- the trials


def test_nobody_dies_before_he_progresses():
    for condition in CONDITIONS:
        trial = simulate(np.random.default_rng(5), 500, condition)
        (pfs, progressed), (os, died) = trial.endpoints
        assert (pfs <= os).all()
        assert (died <= progressed).all()
        assert trial.markers.shape == (6, 500)


def test_the_conditions_are_what_they_are_called():
    trials = [simulate(np.random.default_rng(6), 2_000, one) for one in CONDITIONS]
    seen = [trial.pfs[1].mean() for trial in trials]
    assert seen[NONE] == 1
    assert 0.3 < seen[UNEVEN] < 0.55
    assert 2 <= trials[FEW].pfs[1].sum() <= 22
    marker, censored = trials[BY_MARKER].markers[0], ~trials[BY_MARKER].pfs[1]
    assert marker[censored].mean() - marker[~censored].mean() > 0.5
    assert set(trials[TIES].markers.ravel()) == {-2, -1, 0, 1, 2}
    assert (trials[TIES].pfs[0] % 1 == 0).all()


def test_effects_are_on_the_side_that_they_say():
    found = []
    for effect in EFFECTS:
        trial = simulate(np.random.default_rng(7), 4_000, CONDITIONS[NONE], effect)
        order = cutoff.order(*trial.pfs, trial.markers[0])
        cut = np.quantile(trial.markers[0], 1 - effect.share)
        found.append(cutoff.answer(order, float(cut)).hr)
    assert found[:3] == pytest.approx([1 / 3, 3, 2], rel=0.15)
    assert found[3] > 1.5


def test_a_seed_makes_the_same_trials_again():
    job = rates.Job("null", NONE, 17, chunk=3, trials=4, permutations=99, with_ratios=2)
    (rows, ratios), (again, ratios_again) = rates.simulated(job), rates.simulated(job)
    assert np.array_equal(rows, again)
    assert np.array_equal(ratios, ratios_again)
    assert rows.shape == (4, 1 + len(paths.NULL))
    assert (ratios >= 1).all()


# ------------------------------------------------------------------------------------- the page


def forged(rejecting: float, which: int = NONE) -> rates.Cell:
    found = np.arange(1_000) < 1_000 * rejecting
    columns = dict.fromkeys(paths.NULL, found)
    return rates.Cell("null", which, 17, np.full(1_000, 17.0), columns, np.ones((3, 3)))


def forged_dose(within: float) -> rates.Cell:
    shares = dict.fromkeys(doses.CRUDE, 0.9) | dict.fromkeys(doses.WITHIN, within)
    columns = {path: np.arange(1_000) < 1_000 * share for path, share in shares.items()}
    return rates.Cell("dose", 0, 17, np.full(1_000, 17.0), columns, np.ones((0, 3)))


def test_every_table_is_written():
    power = rates.computed(rates.jobs("power", [0], [17], 2, permutations=99))
    dose = [forged_dose(0.07), *rates.computed(rates.jobs("dose, power", [0], [17], 2))]
    text = tables.page([forged(0.07), *power, *dose])
    assert text.count("### ") == 9
    assert "| a line | 17 | 17 | 90 | 90 | **7.0 ± 0.8** | **7.0 ± 0.8** |" in text
    assert "| no censoring | 17 | **7.0 ± 0.8** | **7.0 ± 0.8** |" in text
    assert calibrate.verdict([]) == "No bound is broken by more than chance would do.\n"
    assert calibrate.verdict(["one"]) == "**Broken bounds**:\n\n* one\n"


def test_broken_bounds_are_named():
    assert tables.broken([forged(0.05)]) == []
    assert len(tables.broken([forged(0.09, BY_MARKER)])) == len(tables.BOUND)  # no exceptions
    high, low = tables.broken([forged(0.09)]), tables.broken([forged(0.01)])
    assert len(high) == len(tables.BOUND)
    assert high[0] == "no censoring, n = 17, locked cut: 9.0 ± 0.9 %, above 6 %"
    assert len(low) == len(tables.FLOOR)
    assert low[1].endswith("best cut, 12 events or more: 1.0 ± 0.3 %, below 4 %")
    assert tables.broken([forged_dose(0.05)]) == []  # whatever the crude p does
    within = [f"a line, n = 17, {path}: 9.0 ± 0.9 %, above 6 %" for path in doses.WITHIN]
    assert tables.broken([forged_dose(0.09)]) == within


def test_the_tables_go_between_their_marks(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{calibrate.BEGIN}\nold\n{calibrate.END}\nafter\n")
    monkeypatch.setattr(calibrate, "PAGE", page)
    calibrate.write(tables.honest([forged(0.07)]))
    text = page.read_text()
    assert "old" not in text
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "| no censoring | 17 | 17 | **7.0 ± 0.8** |" in text


def test_the_page_holds_the_tables_of_this_code():
    text = DOCS.read_text(encoding="utf-8")
    assert f"seed {rates.SEED}" in text
    assert f"{calibrate.TRIALS:,} trials" in text
    for n in (*calibrate.SIZES, calibrate.LARGE):
        for condition in CONDITIONS:
            assert f"| {condition.name} | {n} | " in text
    for effect in EFFECTS:
        assert text.count(f"| {effect.name} | ") == len(calibrate.SIZES)
    for effect in doses.NULLS:
        assert text.count(f"| {effect.name} | ") == len(doses.PATIENTS)
    for effect in doses.EFFECTS:
        assert text.count(f"| {effect.name} | ") == len(calibrate.DOSE_POWER_SIZES)
