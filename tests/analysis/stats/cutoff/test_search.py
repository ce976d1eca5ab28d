"""The search over cut-offs against R (maxstat, survdiff), and what it says in words."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analysis.stats import cutoff
from analysis.stats.cutoff import each_cut, maximal_selection
from analysis.stats.cutoff.results import lausen
from analysis.stats.errors import NotEnoughData
from analysis.stats.survival import kaplan_meier
from tests.reference import golden
from tests.reference.golden import same

COUNTS = ["cut", "n_low", "n_high", "events_low", "events_high"]
COLUMNS = [*COUNTS, "chi2", "p", "hr", "lower", "upper", "z", "w"]
SEARCHED = golden.searched()


def ordered(name, marker):
    """The patients in order, and the golden search."""
    frame, values = golden.search(name, marker)
    return cutoff.order(frame["time"], frame["ev"], frame[marker]), values


def as_maxstat(order, share):
    """The same with maxstat's admissible cuts."""
    fewest, most = int(np.floor(order.n * share)), int(np.floor(order.n * (1 - share)))
    first, last = order.ends[:-1].searchsorted((max(fewest, 1), most + 1))
    cuts = {"first": int(first), "last": int(last), "fewest": fewest, "most": most}
    return dataclasses.replace(order, **cuts, why="")


@pytest.mark.parametrize(("name", "marker"), SEARCHED)
def test_every_statistic_of_maxstat(name, marker):
    order, values = ordered(name, marker)
    for r in values["maxstat"]:
        own = as_maxstat(order, r["minprop"])
        assert own.cuts.size == r["n_cuts"]
        z = np.abs(each_cut.compute_z(own))
        places = own.cuts.searchsorted(r["cuts"])
        same(own.cuts[places], r["cuts"])
        same(z[places], r["stats"], rel=1e-9, tiny=1e-12)
        same(z.max(), r["M"], rel=1e-9)
        assert own.cuts[each_cut.find_best(z)] == r["cutpoint"]


@pytest.mark.parametrize(("name", "marker"), SEARCHED)
def test_p_of_lausen_and_schumacher(name, marker):
    order, values = ordered(name, marker)
    for r in values["maxstat"]:
        own = as_maxstat(order, r["minprop"])
        second = r["p_Lau94"] if 0 < r["p_Lau94"] <= 1 else 1.0
        p = lausen(r["M"], own.n, own.n_low, r["minprop"])
        # R subtracts from 1, so its small p's carry an error of the machine epsilon
        same(p, min(r["p_Lau92"], second), rel=1e-9, tiny=1e-15)


@pytest.mark.parametrize(("name", "marker"), SEARCHED)
def test_log_rank_of_every_cut(name, marker):
    order, values = ordered(name, marker)
    for r in values["survdiff_scan"]:
        own = as_maxstat(order, r["minprop"])
        chi2 = cutoff.scan(own)
        assert chi2.size == r["n_admissible"]
        places = own.cuts.searchsorted(r["cuts"])
        same(own.cuts[places], r["cuts"])
        same(own.n_low[places], r["n_low"])
        same(chi2[places], r["chisq"], rel=1e-9)


@pytest.mark.parametrize(("name", "marker"), SEARCHED)
def test_resamples_of_maxstat(name, marker):
    order, values = ordered(name, marker)
    for r in values["resamples"]:
        rows = np.array(r["rows"]) - 1
        best = cutoff.best_of_rows(as_maxstat(order, 0.1), rows, statistic="z")
        assert best == r["cutpoint"]


@pytest.mark.parametrize(("name", "marker"), SEARCHED)
def test_p_of_the_search_is_that_of_maxstat(name, marker):
    """Up to three errors of both simulations; an equal maximum counts here, there it does not."""
    order, values = ordered(name, marker)
    for r in values["maxstat"]:
        own, ours = as_maxstat(order, r["minprop"]), 40_000
        _, adjusted, largest = maximal_selection._null(own, ours, 5)
        above = np.count_nonzero(largest > r["M"] + 1e-9) / ours
        p, theirs = r["p_condMC"], r["condMC_B"]
        mid = max((p + adjusted.min()) / 2, 1 / theirs)
        error = 3 * np.sqrt(mid * (1 - mid) * (1 / ours + 1 / theirs))
        assert above - error <= p <= adjusted.min() + error


def test_profile_and_search():
    frame = golden.with_marker("lung", "age")
    args = frame["time"], frame["ev"], frame["age"]
    table = cutoff.profile(*args)
    assert table.columns.tolist() == COLUMNS
    assert (table["n_low"] + table["n_high"] == 228).all()
    assert (table["events_low"] + table["events_high"] == 165).all()
    assert table["n_low"].min() >= 23
    assert table["n_high"].min() >= 23
    found = cutoff.search(*args, permutations=500)
    pd.testing.assert_frame_equal(found.profile[COLUMNS], table)
    assert found.best["cut"] == 70
    assert found.statistic == abs(found.best["z"]) == table["z"].abs().max()
    assert found.p_adjusted == found.best["p_adjusted"] == found.profile["p_adjusted"].min()
    same(found.p_lausen, 0.427174660200422)
    assert found.p_searched == found.chosen["p_searched"] == found.profile["p_searched"].min()
    assert abs(found.chosen["w"]) == table["w"].abs().max()
    assert found.permutations == 500
    assert found.reached == round(found.p_searched * 501) - 1
    assert cutoff.search(*args, permutations=19, estimator="firth").critical > 0
    assert cutoff.search(*args, permutations=18).critical == np.inf


def test_critical_value_divides_the_corrected_p():
    frame = golden.with_marker("lung", "ph.karno")
    found = cutoff.search(frame["time"], frame["ev"], frame["ph.karno"], permutations=2_000)
    below = found.profile["w"].abs() <= found.critical
    assert ((found.profile["p_searched"] > 0.05) == below).all()
    assert 0 < below.sum() < below.size


@pytest.mark.parametrize("estimator", ["cox", "firth"])
@pytest.mark.parametrize(("name", "marker"), [("lung", "age"), ("lung17", "m1"), ("gbsg", "pgr")])
def test_answer_is_the_row_of_the_profile(name, marker, estimator):
    order, _ = ordered(name, marker)
    frame = golden.with_marker(name, marker)
    table = cutoff.profile(frame["time"], frame["ev"], frame[marker], estimator=estimator)
    for _, row in table.iloc[::5].iterrows():
        one = cutoff.answer(order, row["cut"] + 0.25, estimator=estimator)
        assert one.cut == row["cut"] + 0.25
        same([getattr(one, name) for name in COLUMNS[1:]], row[COLUMNS[1:]], rel=1e-12)
        km = kaplan_meier(frame["time"], frame["ev"], frame[marker] > row["cut"]).curves
        pd.testing.assert_frame_equal(one.curves, km, check_exact=False, rtol=1e-12)


def test_an_inadmissible_cut_has_an_answer():
    order, _ = ordered("lung17", "m1")
    one = cutoff.answer(order, order.values[0])
    assert one.cut not in order.cuts
    assert one.n_low < order.fewest
    assert np.isfinite(one.z)
    for cut, side in ((-1.0, "at or below"), (order.values[-1], "above")):
        with pytest.raises(NotEnoughData, match=f"No patient lies {side}"):
            cutoff.answer(order, cut)
    for cut in (np.nan, np.inf, None, "20"):
        with pytest.raises(ValueError, match="cut must be a number"):
            cutoff.answer(order, cut)


TIME, EVENT = np.arange(1.0, 11.0), np.arange(10) % 3 > 0
SEARCHES = (cutoff.profile, cutoff.search, cutoff.stability)


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize(
    ("time", "event", "marker", "words"),
    [
        (TIME[:3], EVENT[:3], [1, 2, 3], "only 3 patients"),
        (TIME[:1], EVENT[:1], [1], "only one patient"),
        (TIME, EVENT, np.ones(10), "All 10 patients have the same value"),
        (TIME, EVENT, np.arange(10) > 4, "only two values"),
        (TIME, EVENT, [0, *[1] * 8, 2], "No cut-off leaves at least 2 patients"),
        (TIME, np.zeros(10, bool), TIME, "No event"),
        (np.full(10, 7.0), np.ones(10, bool), TIME, "at the same time"),
    ],
)
def test_what_cannot_be_searched_says_why(search, time, event, marker, words):
    with pytest.raises(NotEnoughData, match=words):
        search(time, event, marker)


@pytest.mark.parametrize("search", [cutoff.order, *SEARCHES])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"time": [1, 2, np.nan, 4, 5]}, "time has 1 missing"),
        ({"time": [1, 2, -3, 4, 5]}, "time must not be negative"),
        ({"time": [1, 2, np.inf, 4, 5]}, "time has 1 infinite"),
        ({"event": [1, 2, 0, 1, 1]}, "event must be"),
        ({"marker": [1, 2, np.nan, 4, 5]}, "marker has 1 missing"),
        ({"marker": [1, 2, -np.inf, 4, 5]}, "marker has 1 infinite"),
        ({"marker": list("abcde")}, "marker must be numbers"),
        ({"marker": np.ones((5, 2))}, "one-dimensional"),
        ({"marker": [1, 2, 3]}, "same length"),
        ({"time": [], "event": [], "marker": []}, "no patients"),
        ({"min_fraction": 0}, "min_fraction"),
        ({"min_fraction": 1.0}, "min_fraction"),
    ],
)
def test_wrong_input_says_what_is_wrong(search, change, words):
    right = {"time": np.arange(5.0), "event": np.ones(5, bool), "marker": np.arange(5.0)}
    changed = {k: np.asarray(v) if k != "min_fraction" else v for k, v in change.items()}
    with pytest.raises(ValueError, match=words):
        search(**{**right, **changed})


def test_wrong_choices_say_what_is_wrong():
    order = cutoff.order(TIME, EVENT, TIME)
    for seed in (-1, 0.5, None):
        for null in (cutoff.null, cutoff.null_at_risk):
            with pytest.raises(ValueError, match="seed"):
                null(order, seed=seed)
    for count in (0, 2.5, None):
        with pytest.raises(ValueError, match="permutations"):
            cutoff.null(order, permutations=count)
        with pytest.raises(ValueError, match="permutations"):
            cutoff.null_at_risk(order, permutations=count)
        with pytest.raises(ValueError, match="resamples"):
            cutoff.resample(order, resamples=count)
    with pytest.raises(ValueError, match="estimator"):
        cutoff.profile(TIME, EVENT, TIME, estimator="exact")
    with pytest.raises(ValueError, match="estimator"):
        cutoff.answer(order, 5, estimator="exact")


def test_one_way_to_divide_has_an_answer_but_no_search():
    order = cutoff.order(TIME, EVENT, np.arange(10) > 4)
    assert cutoff.answer(order, 0).n_low == 5
    for ask in (cutoff.scan, cutoff.null, cutoff.null_at_risk, cutoff.resample, cutoff.medians):
        with pytest.raises(NotEnoughData, match="only two values"):
            ask(order)


def test_everyone_dead_at_once_has_an_answer_without_tests():
    one = cutoff.answer(cutoff.order(np.full(10, 7.0), np.ones(10, bool), TIME), 5)
    assert np.isnan([one.chi2, one.p, one.z]).all()
    assert one.high[4].tolist() == [0.0]


@pytest.mark.parametrize("estimator", ["cox", "firth"])
def test_a_side_without_events(estimator):
    event = np.arange(12) < 6
    table = cutoff.profile(np.arange(12.0) + 1, event, np.arange(12.0), estimator=estimator)
    silent = table["events_high"] == 0
    assert silent.any()
    assert table.loc[silent, ["hr", "lower", "upper"]].isna().all(axis=None) == (estimator == "cox")
    assert np.isfinite(table.loc[silent, ["chi2", "z"]]).all(axis=None)
    found = cutoff.stability(np.arange(12.0) + 1, event, np.arange(12.0), resamples=50)
    assert np.isfinite([found.hr_apparent, found.hr_corrected, *found.interval]).all()
    assert found.hr_apparent < 1


def test_a_side_censored_before_every_event():
    time = np.r_[np.full(6, 1.0), np.arange(2.0, 12.0)]
    event = np.r_[np.zeros(6, bool), np.ones(10, bool)]
    table = cutoff.profile(time, event, np.r_[np.arange(6.0), np.arange(6.0, 16.0)])
    early = table["n_low"] <= 6
    assert table.loc[early, ["chi2", "p"]].isna().all(axis=None)
    assert table.loc[~early, ["chi2", "p"]].notna().all(axis=None)
    assert table["z"].notna().all()
