"""Calibration in small where outcome and marker go with the dose: crude p's, and within levels.

Seeds are fixed. A bound is broken by the rule of benchmarks/calibration/rates.py; a p that keeps
its 5 % would break it with a probability below 1 in 1,000 at these numbers of trials.
"""

import numpy as np
import pytest
from scipy.stats import binom

from benchmarks.calibration import doses, paths, rates, tables

TRIALS = {17: 250, 30: 250}
PERMUTATIONS = 199
LINE = doses.NULLS[0]


@pytest.fixture(scope="module")
def cells() -> list[rates.Cell]:
    every = range(len(doses.NULLS))
    return [
        cell
        for n, trials in TRIALS.items()
        for cell in rates.computed(
            rates.jobs("dose", every, [n], trials, permutations=PERMUTATIONS)
        )
    ]


def test_within_levels_nothing_is_found_too_often_whatever_the_dose_does(cells):
    assert len(cells) == len(doses.NULLS) * len(TRIALS)
    assert tables.broken(cells) == []


def test_the_crude_p_breaks_the_same_bound(cells):
    """A split by the marker is a split by dose: the bound within levels can fail."""
    for cell in cells:
        assert cell.rate("best cut, crude").too_high
        assert cell.rate("best cut, crude").share > 0.3
        if cell.name != "the first level alone":  # three patients: the median hardly parts them
            assert cell.rate("locked cut, crude").too_high
            assert cell.rate("locked cut, crude").share > 0.3


@pytest.mark.parametrize("trials", TRIALS.values())
def test_a_right_p_hardly_ever_breaks_the_bound(trials):
    broken_from = next(k for k in range(trials) if rates.Rate(k, trials).too_high)
    assert binom.sf(broken_from - 1, trials, 0.05) < 1e-3


def test_within_levels_an_effect_beyond_the_dose_is_found():
    cell = rates.computed(rates.jobs("dose, power", [0], [30], 100, permutations=PERMUTATIONS))[0]
    assert cell.rate("best cut, within levels").share > 0.4


def test_patients_and_outcomes_go_with_the_dose_as_they_are_said_to():
    rng = np.random.default_rng(5)
    for effect in doses.NULLS:
        trials = [doses.simulate_doses(rng, 68, effect) for _ in range(50)]
        assert np.bincount(trials[0].level).tolist() == [12, 20, 20, 16]
        marker = np.concatenate([trial.marker for trial in trials])
        dose = np.tile(np.array(effect.by_level)[trials[0].level], 50)
        assert np.corrcoef(marker, dose)[0, 1] == pytest.approx(-0.9, abs=0.02)
        # What is left of the marker within a level has nothing to do with the outcome.
        time = np.concatenate([np.log(trial.time) for trial in trials])
        key = np.tile(trials[0].level, 50)
        own = [v - (np.bincount(key, v) / np.bincount(key))[key] for v in (marker, time)]
        assert abs(np.corrcoef(*own)[0, 1]) < 0.06


def test_the_strata_are_those_of_the_search():
    trial = doses.simulate_doses(np.random.default_rng(6), 30, LINE)
    asked = paths.ask(trial.time, trial.event, trial.marker, 3, 199, strata=trial.level)
    assert asked.order.risk.strata == 4
    assert asked.p_cut(asked.median) > paths.ask(
        trial.time, trial.event, trial.marker, 3, 199
    ).p_cut(asked.median)


def test_a_seed_makes_the_same_trials_again():
    job = rates.Job("dose", 3, 17, chunk=2, trials=3, permutations=99)
    (rows, ratios), (again, _) = rates.simulated(job), rates.simulated(job)
    assert np.array_equal(rows, again)
    assert rows.shape == (3, 1 + len(doses.PATHS))
    assert ratios.shape == (0, len(paths.RATIOS))
