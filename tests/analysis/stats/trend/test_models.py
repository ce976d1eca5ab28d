"""ANCOVA and the mixed model: against least squares, against their definition, and their limits."""

import numpy as np
import pandas as pd
import pytest

from analysis.stats.errors import NotEnoughData
from analysis.stats.trend.models import ancova, mixed_model

DOSES = np.repeat([3.0, 6, 9, 12], [3, 6, 6, 2])


def drawn(n_each=None, slope=0.0, seed=0):
    rng = np.random.default_rng(seed)
    dose = DOSES if n_each is None else np.repeat([3.0, 6, 9, 12], n_each)
    before = 2 ** rng.normal(8, 0.6, dose.size)
    return before * 2 ** (slope * dose + rng.normal(0, 0.2, dose.size)), before, dose


def test_ancova_is_least_squares():
    value, before, dose = drawn(10, slope=-0.1)
    x = np.column_stack([np.ones(dose.size), np.log2(before), dose])
    slope = np.linalg.lstsq(x, np.log2(value), rcond=None)[0][2]
    found = ancova(value, before, dose)
    assert found.factor == pytest.approx(2**slope)
    assert found.lower < 2**-0.1 < found.upper
    assert found.name == "ANCOVA"


def test_permuted_ancova_agrees_with_t_where_errors_are_normal():
    value, before, dose = drawn(slope=0.03, seed=3)
    exchanged = ancova(value, before, dose)
    x = np.column_stack([np.ones(dose.size), np.log2(before), dose])
    import statsmodels.api as sm

    assert exchanged.p == pytest.approx(sm.OLS(np.log2(value), x).fit().pvalues[2], abs=0.03)
    assert "permut" in exchanged.name


def test_permuted_ancova_holds_its_level():
    p = [ancova(*drawn(seed=seed), permutations=499).p for seed in range(400)]
    assert 0.02 <= np.mean(np.array(p) <= 0.05) <= 0.08


def test_ancova_refuses():
    value, before, dose = drawn()
    with pytest.raises(NotEnoughData, match="five patients"):
        ancova(value[:4], before[:4], dose[:4])
    with pytest.raises(NotEnoughData, match="does not vary"):
        ancova(value, before, np.full(17, 6.0))
    with pytest.raises(ValueError, match="above 0"):
        ancova(value * 0, before, dose)


def rows(value, before, dose):
    n = dose.size
    visit = pd.Categorical(np.repeat(["a", "b"], n), ["a", "b"], ordered=True)
    logs = np.log2(np.concatenate([before, value]))
    return logs, np.tile(dose, 2), visit, np.tile(np.arange(n), 2)


def test_the_mixed_model_estimates_always_and_gives_p_from_thirty_patients_only():
    few = mixed_model(*rows(*drawn(slope=-0.1)))
    many = mixed_model(*rows(*drawn(10, slope=-0.1)))
    assert few.factor == pytest.approx(2**-0.1, rel=0.05)
    assert np.isnan(few.p)
    assert many.p < 0.001
    # Two visits without gaps: the interaction is the slope of the change on the dose.
    value, before, dose = drawn(10, slope=-0.1)
    slope = np.polyfit(dose, np.log2(value / before), 1)[0]
    assert many.factor == pytest.approx(2**slope, rel=1e-6)


def test_a_model_that_does_not_converge_is_no_p(monkeypatch):
    from statsmodels.regression.mixed_linear_model import MixedLM

    fit = MixedLM.fit

    def failed(self, **options):
        found = fit(self, **options)
        found._results.converged = False
        found.converged = False
        return found

    monkeypatch.setattr(MixedLM, "fit", failed)
    found = mixed_model(*rows(*drawn(10)))
    assert "did not converge" in found.why
    assert np.isnan([found.factor, found.p]).all()


def test_too_little_or_too_much_for_a_mixed_model_is_said():
    value, before, dose = drawn()
    assert "too few" in mixed_model(*rows(value[:3], before[:3], dose[:3])).why
    assert "not fitted" in mixed_model(*rows(*drawn(120))).why
