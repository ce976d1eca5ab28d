"""Kaplan-Meier, log-rank, RMST and the landmark against R."""

import numpy as np
import pandas as pd
import pytest

from analysis.stats.cox.hazard_ratio import cox
from analysis.stats.errors import NotEnoughData
from analysis.stats.landmark import landmark
from analysis.stats.survival import (
    kaplan_meier,
    logrank,
    reverse_kaplan_meier,
    rmst_difference,
    survival_at,
)
from tests.reference import golden
from tests.reference.golden import same

SCALES = ("log-log", "log", "plain")
WEIGHTS = ["logrank", "gehan", "tarone-ware", "peto-peto"] + [
    ("fleming-harrington", p, q) for p, q in ((1, 0), (0, 1), (1, 1))
]


def check_km(time, event, expected):
    for scale in SCALES:
        at = survival_at(time, event, at=expected["times"], conf_type=scale)
        same(at["survival"], expected["surv"])
        same(at["n_risk"], expected["n_risk"])
        inner = at["survival"].between(0, 1, inclusive="neither")  # at the ends R has no interval
        for limit in ("lower", "upper"):
            same(at[limit][inner], np.array(expected["ci"][scale][limit], float)[inner])
        median = kaplan_meier(time, event, conf_type=scale).medians.loc[0]
        same(median[["median", "lower", "upper"]], expected["median"][scale])
        assert (median["n"], median["events"]) == (expected["n"], expected["events"])
    same(reverse_kaplan_meier(time, event)["median"], expected["reverse_km_median_followup"])


@pytest.mark.parametrize("name", golden.SETS)
def test_curve_of_everyone(name):
    frame, expected = golden.patients(name), golden.values(name)
    check_km(frame["time"], frame["ev"], expected["overall"])
    curve = kaplan_meier(frame["time"], frame["ev"]).curves
    assert set(curve["group"]) == {"all"}
    assert " ".join(curve) == "group time n_risk n_event n_censor survival lower upper"
    names = {"survival": "surv"}
    for column in list(curve)[1:]:
        same(curve[column], expected["curve"][names.get(column, column)])


@pytest.mark.parametrize(("name", "marker", "i"), golden.cuts())
def test_curves_by_side(name, marker, i):
    frame, high, expected = golden.cut(name, marker, i)
    check_km(frame["time"][~high], frame["ev"][~high], expected["km_low"])
    check_km(frame["time"][high], frame["ev"][high], expected["km_high"])
    medians = kaplan_meier(frame["time"], frame["ev"], high).medians
    assert medians["group"].tolist() == [False, True]
    assert medians["n"].tolist() == [expected["n_low"], expected["n_high"]]
    assert medians["events"].tolist() == [expected["events_low"], expected["events_high"]]
    both = [expected[k]["median"]["log-log"] for k in ("km_low", "km_high")]
    same(medians[["median", "lower", "upper"]].to_numpy().ravel(), np.ravel(both))


@pytest.mark.parametrize(("name", "marker"), golden.TINY)
def test_curves_of_17(name, marker):
    frame, expected = golden.patients(name), golden.values("tiny17")[name][marker]
    high = frame[marker] > expected["cut"]
    check_km(frame["time"][~high], frame["ev"][~high], expected["km_low"])
    check_km(frame["time"][high], frame["ev"][high], expected["km_high"])


def check_weighted(frame, high, expected):
    for weights in WEIGHTS:
        key = weights if isinstance(weights, str) else f"fh {weights[1]} {weights[2]}"
        u, v, chisq, p = expected[key]
        if not v:
            with pytest.raises(NotEnoughData):
                logrank(frame["time"], frame["ev"], high, weights=weights)
            continue
        test = logrank(frame["time"], frame["ev"], high, weights=weights)
        # U is a difference of sums of weights; its rounding is that of the sums
        same(test.u, u, tiny=1e-13 * max(map(abs, test.observed)))
        same([test.variance, test.statistic, test.p], [v, chisq, p])
        assert test.df == 1


@pytest.mark.parametrize(("name", "marker", "i"), golden.cuts())
def test_logrank(name, marker, i):
    frame, high, expected = golden.cut(name, marker, i)
    test, r = logrank(frame["time"], frame["ev"], high), expected["logrank"]
    same([*test.observed, *test.expected], [*r["obs"], *r["exp"]])
    same([test.statistic, test.df, test.p], [r["chisq"], r["df"], r["p"]])
    assert test.name == "log-rank"
    check_weighted(frame, high, expected["weighted"])
    test = logrank(frame["time"], frame["ev"], high, weights="peto-peto")
    same([test.statistic, test.p], [expected["rho1"]["chisq"], expected["rho1"]["p"]])


@pytest.mark.parametrize(("name", "marker", "i"), golden.cuts())
def test_stratified_logrank(name, marker, i):
    frame, high, expected = golden.cut(name, marker, i)
    known = frame[expected["strata"]].notna().to_numpy()
    frame, high = frame[known], high[known]
    test = logrank(frame["time"], frame["ev"], high, strata=frame[expected["strata"]])
    r = expected["stratified_logrank"]
    same([test.statistic, test.p], [r["chisq"], r["p"]])
    assert test.name == "stratified log-rank"


@pytest.mark.parametrize(("name", "marker"), golden.TINY)
def test_logrank_of_17(name, marker):
    frame, expected = golden.patients(name), golden.values("tiny17")[name][marker]
    high = frame[marker].to_numpy() > expected["cut"]
    check_weighted(frame, high, expected["weighted"])
    apart = expected["separation"]
    test = logrank(frame["time"], apart["ev"], high)
    same([test.u, test.variance, test.p], [apart["logrank"][k] for k in ("U", "V", "p")])


@pytest.mark.parametrize("name", golden.SETS)
def test_logrank_of_levels(name):
    expected = golden.values(name)
    frame = golden.patients(name).dropna(subset=[expected["by"]])
    test, r = logrank(frame["time"], frame["ev"], frame[expected["by"]]), expected["by_levels"]
    same([*test.observed, *test.expected], [*r["obs"], *r["exp"]])
    same([test.statistic, test.p], [r["chisq"], r["p"]])


@pytest.mark.parametrize(("name", "marker"), golden.markers())
def test_logrank_of_quarters(name, marker):
    frame = golden.with_marker(name, marker)
    expected = golden.values(name)["markers"][marker]["quartiles"]
    breaks = np.unique(expected["breaks"])
    quarter = np.maximum(np.searchsorted(breaks, frame[marker], side="left"), 1)
    test, r = logrank(frame["time"], frame["ev"], quarter), expected["logrank"]
    same([*test.observed, *test.expected], [*r["obs"], *r["exp"]])
    same([test.statistic, test.df, test.p], [r["chisq"], r["df"], r["p"]])


def check_rmst(frame, high, expected):
    found = rmst_difference(frame["time"], frame["ev"], high, tau=expected["tau"])
    same([found.value, found.lower, found.upper, found.p], expected["difference"])
    table = found.by_group[["rmst", "se", "lower", "upper"]].to_numpy()
    same(table[0], expected["rmst0"])
    same(table[1], expected["rmst1"])


@pytest.mark.parametrize(("name", "marker", "i"), golden.cuts())
def test_rmst(name, marker, i):
    frame, high, expected = golden.cut(name, marker, i)
    for one in expected["rmst"]:
        check_rmst(frame, high, one)


@pytest.mark.parametrize(("name", "marker"), golden.TINY)
def test_rmst_of_17(name, marker):
    frame, expected = golden.patients(name), golden.values("tiny17")[name][marker]
    check_rmst(frame, frame[marker] > expected["cut"], expected["rmst"])


def landmark_cases():
    for label, r in golden.values("landmark")["examples"].items():
        name, at = label.rsplit("_L", 1)
        frame = golden.patients(name.split("_")[0])
        if name == "jasa":
            high = (frame["transplant"] == 1) & (frame["wait.time"] <= float(at))
        else:
            high = frame["age"] > 63
        yield pytest.param(frame, high.to_numpy(), float(at), r, id=label)


@pytest.mark.parametrize(("frame", "high", "at", "r"), list(landmark_cases()))
def test_landmark(frame, high, at, r):
    keep, time = landmark(frame["time"], frame["ev"], at)
    assert keep.sum() == r["n"]
    event, high = frame["ev"].to_numpy()[keep], high[keep]
    test = logrank(time[keep], event, high)
    same([*test.observed, *test.expected], [*r["logrank"]["obs"], *r["logrank"]["exp"]])
    same([test.statistic, test.p], [r["logrank"]["chisq"], r["logrank"]["p"]])
    found = cox(time[keep], event, high).loc[0]
    keys = ("coef", "se", "HR", "lower95", "upper95", "p_wald")
    same(found[["coef", "se", "hr", "lower", "upper", "p"]], [r["cox"][k][0] for k in keys])


def test_landmark_is_strict_and_sees_through_rounding():
    keep, time = landmark([0.1 + 0.2, 0.3, 0.4, 0.2], [1, 1, 0, 1], 0.3)
    assert keep.tolist() == [False, False, True, False]
    same(time, [0, 0, 0.1, 0], tiny=1e-12)
    with pytest.raises(ValueError, match="One landmark"):
        landmark([1, 2], [1, 0], [1, 2])


def test_median_on_a_flat_part_is_its_middle():
    time, event = [1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 1, 1]
    assert kaplan_meier(time, event).medians["median"][0] == (3 + 5) / 2
    # one that lasts to the end: the middle up to the last time, as R has it
    assert kaplan_meier([1, 2, 3, 9], [1, 1, 0, 0]).medians["median"][0] == (2 + 9) / 2
    # 1 - 0.1 - ... need not hit 0.5 exactly in floating point
    thirds = kaplan_meier(np.arange(1, 11), np.ones(10)).medians["median"][0]
    assert thirds == 5.5


def test_band_where_it_is_not_defined():
    curve = kaplan_meier([1, 2, 3], [0, 1, 1]).curves
    assert curve[["lower", "upper"]].isna().all(axis=1).tolist() == [True, False, True]
    for scale in ("log", "plain"):
        curve = kaplan_meier([1, 2, 3], [0, 1, 1], conf_type=scale).curves
        assert curve["lower"].isna().tolist() == [False, False, True]
        assert (curve["lower"][0], curve["upper"][0]) == (1, 1)


def test_narrower_level_gives_a_narrower_band():
    frame = golden.patients("lung")
    wide = kaplan_meier(frame["time"], frame["ev"]).curves
    narrow = kaplan_meier(frame["time"], frame["ev"], conf_level=0.5).curves
    assert (narrow["upper"] - narrow["lower"] < wide["upper"] - wide["lower"]).all()


def test_at_risk_counts_at_and_before():
    km = kaplan_meier([2, 2, 3, 5, 5], [1, 0, 1, 0, 1], ["b", "b", "b", "a", "a"])
    table = km.at_risk([0, 2, 2.5, 3, 6])
    b = table[table["group"] == "b"]
    assert b["n_risk"].tolist() == [3, 3, 1, 1, 0]
    assert b["n_event"].tolist() == [0, 0, 1, 1, 2]
    assert b["n_censor"].tolist() == [0, 0, 1, 1, 1]
    assert table["group"].tolist() == ["a"] * 5 + ["b"] * 5
    assert km.at_risk(3).shape == (2, 5)
    with pytest.raises(ValueError, match="negative"):
        km.at_risk([-1])


def test_at_risk_sees_through_rounding():
    km = kaplan_meier([0.1 + 0.2, 1.0], [True, True])
    assert km.at_risk([0.3])["n_risk"].tolist() == [2]
    km = kaplan_meier([0.3, 1.0], [True, True])
    assert km.at_risk([0.1 + 0.2])["n_risk"].tolist() == [2]
    assert survival_at([0.3, 1.0], [1, 1], at=0.1 + 0.2)["survival"].tolist() == [0.5]
    assert survival_at([0.1 + 0.2, 1.0], [1, 1], at=0.3)["survival"].tolist() == [0.5]


def test_time_zero_has_a_row_only_when_observed():
    assert kaplan_meier([0, 1], [1, 1]).curves["time"].tolist() == [0, 1]
    assert kaplan_meier([1, 2], [1, 1]).curves["time"].tolist() == [1, 2]


def test_survival_beyond_the_last_time():
    at = survival_at([1, 2, 1, 2], [1, 0, 1, 1], ["a", "a", "b", "b"], at=[2, 3])
    assert at["survival"].tolist()[:1] == [0.5]
    assert np.isnan(at["survival"][1])
    assert at["survival"].tolist()[2:] == [0, 0]
    assert at["n_risk"].tolist() == [1, 0, 1, 0]


@pytest.mark.parametrize("scale", SCALES)
def test_a_survival_of_0_or_1_has_the_exact_interval_or_none(scale):
    def read(time, event, at, level=0.95):
        found = survival_at(time, event, at=at, conf_type=scale, conf_level=level)
        return found.loc[0, ["survival", "lower", "upper"]].tolist()

    nobody_left = [1, 2, 3, 4], [1, 1, 1, 1]
    same(read(*nobody_left, 0.5), [1, 0.025**0.25, 1])  # R: binom.test(4, 4)
    same(read(*nobody_left, 0.5, 0.9), [1, 0.05**0.25, 1])
    same(read(*nobody_left, 9), [0, 0, 1 - 0.025**0.25])
    same(read([2, 3, 4, 5], [0, 1, 1, 1], 2), [1, 0.025**0.25, 1])  # censored then, not before
    same(read([1, 3, 4, 5], [0, 1, 1, 1], 2), [1, np.nan, np.nan])
    same(read([1, 3, 4, 5], [0, 1, 1, 1], 5), [0, np.nan, np.nan])
    assert np.isnan(read([1, 2], [0, 0], 3)).all()


def test_groups_come_in_their_order():
    time, event = [1, 2, 3, 4], [1, 1, 1, 1]
    levels = pd.Categorical(["low", "high", "low", "mid"], ["low", "mid", "high"], ordered=True)
    assert kaplan_meier(time, event, levels).medians["group"].tolist() == ["low", "mid", "high"]
    assert kaplan_meier(time, event, [10, 9, 9, 10]).medians["group"].tolist() == [9, 10]
    assert kaplan_meier(time, event, list("baab")).medians["group"].tolist() == ["a", "b"]
    series = pd.Series(levels, index=[5, 3, 1, 2])
    assert logrank(time, event, series).groups == ("low", "mid", "high")


def test_groups_never_at_risk_together():
    with pytest.raises(NotEnoughData, match="at risk together"):
        logrank([1, 1, 2, 3], [0, 0, 1, 1], ["a", "a", "b", "b"])
    # a third group that is censored before the first event costs a degree of freedom
    time, event = [1, 1, 2, 3, 4, 5], [0, 0, 1, 1, 1, 1]
    test = logrank(time, event, list("aabcbc"))
    pair = logrank(time[2:], event[2:], list("bcbc"))
    same([test.statistic, test.df], [pair.statistic, 1])


def test_rmst_needs_follow_up_to_tau():
    time, event, group = [1, 5, 2, 9], [1, 0, 1, 0], [0, 0, 1, 1]
    with pytest.raises(NotEnoughData, match="Group 0 was followed to 5"):
        rmst_difference(time, event, group, tau=6)
    # a curve that has reached 0 is known ever after
    found = rmst_difference([1, 5, 2, 9], [1, 1, 1, 0], group, tau=9)
    same(found.value, (2 + 7 * 0.5) - (1 + 4 * 0.5))
    with pytest.raises(NotEnoughData, match="No event before"):
        rmst_difference(time, event, group, tau=0.5)
    assert rmst_difference([0.1 + 0.2, 0.1, 0.3, 0.2], [0, 1, 0, 1], group, tau=0.3).value


def test_a_restricted_mean_without_events_has_no_interval_of_width_0():
    found = rmst_difference([9, 9, 2, 9], [0, 0, 1, 0], [0, 0, 1, 1], tau=9).by_group
    same(found["rmst"], [9, 5.5])
    assert np.isnan(found.loc[0, ["lower", "upper"]].astype(float)).all()
    assert found.loc[1, "lower"] < 5.5 < found.loc[1, "upper"]


def test_rmst_refuses_a_horizon_that_is_no_time():
    time, event, group = [1, 5, 2, 9], [1, 0, 1, 0], [0, 0, 1, 1]
    for tau in (0, -1, np.nan, np.inf, [1, 2]):
        with pytest.raises(ValueError, match="tau"):
            rmst_difference(time, event, group, tau=tau)


@pytest.mark.parametrize(
    "weights", ["wilcoxon", None, 1, ("fleming-harrington", -1, 0), ("fleming-harrington", 1)]
)
def test_unknown_weights(weights):
    with pytest.raises(ValueError, match="weights must be"):
        logrank([1, 2, 3], [1, 1, 1], [0, 1, 1], weights=weights)
