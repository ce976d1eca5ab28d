"""Cox, Firth and the check of proportional hazards against R."""

import numpy as np
import pandas as pd
import pytest

from analysis.results.groups import indicators
from analysis.stats import cutoff
from analysis.stats.cox.hazard_ratio import (
    cox,
    detectable_hr,
    estimator,
    firth,
    likelihood_ratio,
    proportional_hazards,
    separated,
)
from analysis.stats.errors import NotEnoughData
from tests.reference import golden
from tests.reference.golden import same

FRAME = ["coef", "se", "hr", "lower", "upper", "p"]
R_COX = ["coef", "se", "HR", "lower95", "upper95", "p_wald"]


def check_cox(found, expected):
    assert list(found) == ["term", *FRAME]
    for column, key in zip(FRAME, R_COX, strict=True):
        same(found[column], expected[key])


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize(("name", "marker", "i"), golden.cuts())
def test_cox_of_two_groups(name, marker, i, ties):
    frame, high, expected = golden.cut(name, marker, i)
    check_cox(cox(frame["time"], frame["ev"], high, ties=ties), expected[ties])


@pytest.mark.parametrize(("name", "marker", "i"), golden.cuts())
def test_cox_stratified(name, marker, i):
    frame, high, expected = golden.cut(name, marker, i)
    known = frame[expected["strata"]].notna().to_numpy()
    frame, high = frame[known], high[known]
    found = cox(frame["time"], frame["ev"], high, strata=frame[expected["strata"]])
    check_cox(found, expected["stratified_cox"])


@pytest.mark.parametrize(("name", "marker", "i"), golden.cuts())
def test_cox_adjusted(name, marker, i):
    frame, high, expected = golden.cut(name, marker, i)
    others = expected["adjusted"]["formula"].split(" + ")
    table = frame[others].assign(g=high)[["g", *others]].dropna()
    rows = frame.loc[table.index]
    found = cox(rows["time"], rows["ev"], table)
    assert found["term"].tolist() == ["g", *others]
    check_cox(found, expected["adjusted"])


@pytest.mark.parametrize(
    ("name", "marker", "i"), [case for case in golden.cuts() if case[0] != "lung"]
)
def test_interaction(name, marker, i):
    frame, high, expected = golden.cut(name, marker, i)
    r = expected["interaction"]
    arm = (frame[r["arm"]] == frame[r["arm"]].max()).to_numpy()
    table = pd.DataFrame({"g": high, "arm": arm, "g:arm": high & arm})
    check_cox(cox(frame["time"], frame["ev"], table), r)
    test = likelihood_ratio(frame["time"], frame["ev"], table, table[["g", "arm"]])
    # the difference of two log likelihoods of some thousands
    same([test.statistic, test.p], [r["lrt_chisq"], r["lrt_p"]], rel=3e-8)
    assert test.df == 1


@pytest.mark.parametrize(("name", "marker"), golden.markers())
def test_continuous_marker(name, marker):
    frame, expected = golden.with_marker(name, marker), golden.values(name)["markers"][marker]
    check_cox(cox(frame["time"], frame["ev"], frame[marker]), expected["cox_continuous"])
    check_zph(
        proportional_hazards(frame["time"], frame["ev"], frame[marker]), expected["zph_continuous"]
    )


def check_zph(found, expected):
    assert list(found) == ["term", "statistic", "df", "p"]
    same(found["statistic"], expected["chisq"][:1])
    same(found["p"], expected["p"][:1])


@pytest.mark.parametrize(("name", "marker", "i"), golden.cuts())
def test_proportional_hazards(name, marker, i):
    frame, high, expected = golden.cut(name, marker, i)
    check_zph(proportional_hazards(frame["time"], frame["ev"], high), expected["zph"])


def test_proportional_hazards_of_several_terms():
    frame = golden.patients("veteran")
    terms = frame[["karno", "age"]]
    found = proportional_hazards(frame["time"], frame["ev"], terms)
    assert found["term"].tolist() == ["karno", "age", "GLOBAL"]
    assert found["df"].tolist() == [1, 1, 2]
    # the whole test is at least as large as each part, and less than their sum here
    parts = found["statistic"].to_numpy()
    assert parts[:2].max() <= parts[2] + 1e-9
    swapped = proportional_hazards(frame["time"], frame["ev"], terms[["age", "karno"]])
    same(swapped["statistic"], parts[[1, 0, 2]])


# R 4.2.2, survival 3.5.3: cox.zph(coxph(...), transform = "km"), terms and GLOBAL.
ZPH_OF_SEVERAL = {
    "lung": (
        lambda frame: frame[["age", "ph.karno", "sex"]],
        [0.478235900500191, 8.017208594101236, 3.085297232667383, 10.358984540842897],
        0.01574864201316663,
    ),
    "gbsg": (  # four groups of the progesterone receptor, as several cut-offs make them
        lambda frame: indicators(np.searchsorted([7, 33, 132], frame["pgr"], side="left")),
        [3.54021914530501, 14.24092125567678, 1.24605528038911, 18.508480640693],
        0.000345433580217829,
    ),
}


@pytest.mark.parametrize("name", ZPH_OF_SEVERAL)
def test_proportional_hazards_of_several_terms_are_those_of_r(name):
    make, statistics, p = ZPH_OF_SEVERAL[name]
    frame = golden.patients(name)
    frame = frame.dropna(subset=["ph.karno"]) if name == "lung" else frame
    found = proportional_hazards(frame["time"], frame["ev"], make(frame))
    same(found["statistic"], statistics)
    same(found["p"].to_numpy()[-1:], [p])


def check_firth(found, expected):
    """To 1e-6: of the value, and of the HR where a coefficient is close to 0."""
    keys = {"coef": "coef", "se": "se", "hr": "HR", "lower": "lower95", "upper": "upper95"}
    for column, key in keys.items():
        near_zero = 1e-6 if column == "coef" else 1e-15
        same(found[column], expected["coxphf_breslow_pl"][key], rel=1e-6, tiny=near_zero)
    same(found["p"], expected["coxphf_breslow_pl"]["p"], rel=1e-6)
    own = expected.get("own_breslow")
    if own:
        same(found["lower"], own["pl_lower95"], rel=1e-8)
        same(found["upper"], own["pl_upper95"], rel=1e-8)
        same(found["p"], own["p_plr"], rel=1e-7)


FIRTH = [case for case in golden.cuts() if "firth" in golden.cut(*case)[2]]


@pytest.mark.parametrize(("name", "marker", "i"), FIRTH)
def test_firth(name, marker, i):
    frame, high, expected = golden.cut(name, marker, i)
    check_firth(firth(frame["time"], frame["ev"], high), expected["firth"])


@pytest.mark.parametrize(("name", "marker"), golden.TINY)
def test_seventeen_patients(name, marker):
    frame, expected = golden.patients(name), golden.values("tiny17")[name][marker]
    time, event, other = frame["time"], frame["ev"], "m2" if marker == "m1" else "m1"
    high = frame[marker].to_numpy() > expected["cut"]
    check_cox(cox(time, event, high), expected["cox"])
    check_firth(firth(time, event, high), expected["firth"])
    both = pd.DataFrame({"high": high, "other": frame[other]})
    check_firth(firth(time, event, both), expected["firth_two"])
    assert not separated(time, event, frame[marker], [expected["cut"]])[0]


@pytest.mark.parametrize(("name", "marker"), golden.TINY)
def test_separation(name, marker):
    frame, expected = golden.patients(name), golden.values("tiny17")[name][marker]
    time, event = frame["time"], expected["separation"]["ev"]
    high = frame[marker].to_numpy() > expected["cut"]
    assert separated(time, event, frame[marker], [expected["cut"]])[0]
    assert cox(time, event, high)[FRAME].isna().all(axis=None)
    check_firth(firth(time, event, high), expected["separation"]["firth"])
    zph = proportional_hazards(time, event, high)
    assert zph["statistic"].isna().all()
    assert zph["p"].isna().all()
    with pytest.raises(NotEnoughData, match="separated"):
        likelihood_ratio(time, event, high)


def test_separation_beside_another_term():
    """The separated term is not estimable; the other has its estimate in the limit."""
    frame, expected = golden.patients("veteran17"), golden.values("tiny17")["veteran17"]["m1"]
    event = np.array(expected["separation"]["ev"])
    high = frame["m1"].to_numpy() > expected["cut"]
    table = pd.DataFrame({"high": high, "age": frame["m2"]})
    found = cox(frame["time"], event, table).set_index("term")
    assert found.loc["high"].isna().all()
    # with the high group out of every risk set, the rest is a model of the low group
    low = cox(frame["time"][~high], event[~high], frame["m2"][~high]).loc[0]
    same(found.loc["age", FRAME], low[FRAME], rel=1e-6)


def test_terms_without_information():
    frame = golden.patients("lung")
    time, event = frame["time"], frame["ev"]
    table = pd.DataFrame({"age": frame["age"], "sex": frame["sex"], "flat": 0.1}).assign(
        sum=frame["age"] + 2.0 * frame["sex"]
    )
    for model in (cox, firth, proportional_hazards):
        found = model(time, event, table).set_index("term").drop(columns="df", errors="ignore")
        assert found.isna().all(axis=1).tolist()[:4] == [False, False, True, True]
        alone = model(time, event, table[["age", "sex"]]).set_index("term")
        columns = [c for c in alone if c != "df"]
        same(
            found.loc[["age", "sex"], columns].to_numpy().ravel(),
            alone.loc[["age", "sex"], columns].to_numpy().ravel(),
        )
    assert cox(time, event, np.zeros(len(frame)))[FRAME].isna().all(axis=None)
    # constant within every stratum
    assert cox(time, event, frame["sex"], strata=frame["sex"])[FRAME].isna().all(axis=None)
    assert firth(time, event, np.full(len(frame), 0.1))[FRAME].isna().all(axis=None)
    with pytest.raises(NotEnoughData, match="adds nothing"):
        likelihood_ratio(time, event, table[["age", "sex", "sum"]], table[["age", "sex"]])


def test_covariates_of_any_size():
    """A shift and a change of unit change nothing but the unit."""
    frame = golden.patients("gbsg")
    time, event = frame["time"], frame["ev"]
    plain = cox(time, event, frame["age"]).loc[0]
    moved = cox(time, event, frame["age"] * 1e-6 + 1e3).loc[0]
    same(moved["coef"] * 1e-6, plain["coef"], rel=1e-6)
    same(moved["p"], plain["p"], rel=1e-6)


@pytest.mark.parametrize(("name", "marker"), golden.markers())
def test_separated_at_every_cut(name, marker):
    """The quick rule is the slow one: the Cox fit has no finite value."""
    frame = golden.with_marker(name, marker).iloc[::9]
    cuts = np.unique(frame[marker])[:-1]
    quick = separated(frame["time"], frame["ev"], frame[marker], cuts)
    slow = [np.isnan(cox(frame["time"], frame["ev"], frame[marker] > c)["hr"][0]) for c in cuts]
    assert quick.tolist() == slow


def test_separated_without_patients_on_one_side():
    assert separated([1, 2, 3], [1, 1, 1], [1, 2, 3], [0, 3]).tolist() == [True, True]


def test_estimator_of_a_question():
    frame = golden.patients("lung")
    time, event, age = frame["time"], frame["ev"], frame["age"]
    assert estimator(time, event, age, [55, 60, 70]) == "cox"
    assert estimator(time[:59], event[:59], age[:59], [55, 60, 70]) == "firth"
    assert estimator(time, event, age, [60, age.max()]) == "firth"


def test_detectable_hazard_ratio():
    assert round(detectable_hr(17, 8 / 17), 1) == 3.9
    assert round(detectable_hr(17, 2 / 17), 1) == 8.2
    for events, share in ((-1, 0.5), (np.nan, 0.5), (10, 0), (10, 1), (10, np.nan)):
        with pytest.raises(ValueError, match="must"):
            detectable_hr(events, share)
    with pytest.raises(NotEnoughData, match="Without events"):
        detectable_hr(0, 0.5)


@pytest.mark.parametrize(("n", "high", "power"), [(400, 200, 0.80), (17, 8, 0.69), (17, 2, 0.58)])
def test_the_power_of_trials_with_the_detectable_hazard_ratio(n, high, power):
    """Simulated trials in which everyone has the event: the formula's 80 % where it is large, and
    what the explanation beside the number says of small ones."""
    rng, marker = np.random.default_rng(5), np.repeat([0.0, 1.0], [n - high, high])
    scale = detectable_hr(n, high / n) ** marker
    found = 0
    for _ in range(3_000):
        trial = cutoff.order(rng.exponential(scale), np.ones(n, bool), marker)
        found += cutoff.answer(trial, 0.5).p < 0.05
    assert abs(found / 3_000 - power) < 0.025  # three standard errors


@pytest.mark.parametrize("seed", range(60))
def test_few_events_and_many_terms(seed):
    """Three terms and a handful of events: an answer or NaN, never a fault or a huge number."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 16))
    time, event = np.round(rng.exponential(3, n), 1), rng.random(n) < 0.5
    event[0] = True
    table = pd.DataFrame({"a": rng.random(n) < 0.4, "b": rng.integers(0, 3, n), "c": rng.random(n)})
    for model in (cox, firth):
        found = model(time, event, table)
        per_sd = found["coef"].to_numpy() * table.std(ddof=0).to_numpy()
        assert not (np.abs(per_sd) > 25).any()
    assert (proportional_hazards(time, event, table)["statistic"].dropna() > -1e-9).all()


@pytest.mark.parametrize("fit", [cox, firth, proportional_hazards])
def test_two_columns_of_one_covariate_are_refused(fit):
    x = np.array([1.0, 4, 2, 6, 3, 7, 5, 8])
    for other in (x, 2 * x + 1, -x):
        frame = pd.DataFrame({"age": x, "sex": [0, 1] * 4, "years": other})
        with pytest.raises(ValueError, match="age and years are the same covariate"):
            fit(np.arange(8.0), np.ones(8), frame)
    time = np.array([3.0, 1, 4, 2, 8, 5, 7, 6])
    assert fit(time, np.ones(8), frame[["age", "sex"]])["p"].notna().all()
