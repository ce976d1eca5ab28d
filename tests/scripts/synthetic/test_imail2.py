"""The acceptance rules of the synthetic cohort, on the committed files, and how they came about."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr, wilcoxon

from analysis.cohort.analysis_set import landmark
from analysis.stats.survival import permutation_logrank
from data.sources import builtin
from scripts.synthetic.imail2.recipe import DAYS_PER_MONTH

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "data" / "imail2"
GENERATE = [sys.executable, "-m", "scripts.synthetic.imail2.generate"]
DOSES = [3, 6, 9, 12]


@pytest.fixture(scope="module")
def cohort():
    return builtin.load("imail2")


@pytest.fixture(scope="module")
def null():
    return builtin.load("imail2-null")


def at(cohort, marker, visit) -> pd.Series:
    """Values of a marker at a visit, by subject."""
    rows = cohort.measurements
    rows = rows[rows["marker"].eq(marker) & rows["visit"].eq(visit)]
    return rows.set_index("subject")["value"]


def fold(cohort, marker, since="C1D10") -> pd.Series:
    return (at(cohort, marker, "C1D15") / at(cohort, marker, since)).dropna()


def by_dose(cohort, values) -> pd.Series:
    doses = cohort.subjects.set_index("subject")["dose"]
    return values.groupby(doses).median()


def joined(cohort, values, endpoint) -> pd.DataFrame:
    """Value, time since the landmark and event of the patients at risk there."""
    rows = cohort.outcomes[cohort.outcomes["endpoint"].eq(endpoint)].set_index("subject")
    rows = rows.join(values.rename("marker"), how="inner")
    keep, time = landmark(rows["time"], rows["event"], 14 / DAYS_PER_MONTH)
    return rows.assign(time=time)[keep]


def median_p(cohort, values, endpoint) -> float:
    rows = joined(cohort, values, endpoint)
    high = (rows["marker"] > rows["marker"].median()).to_numpy()
    test = permutation_logrank(rows["time"].to_numpy(), rows["event"].to_numpy(), high)
    assert test.exact
    return test.p


# --- Rules 1 to 6 ---


def test_1_patients_responses_and_toxicity(cohort):
    assert cohort.n == 17
    assert cohort.subjects["dose"].value_counts().to_dict() == {3: 3, 6: 6, 9: 6, 12: 2}
    assessed = cohort.events[cohort.events["kind"].eq("assessment")]
    assert set(assessed["label"]) == {"SD", "PD"}  # no objective response
    stable = assessed.loc[assessed["label"].eq("SD"), "subject"].unique()
    assert len(stable) == 8
    pfs = cohort.outcomes[cohort.outcomes["endpoint"].eq("PFS")].set_index("subject")
    weeks = pfs["time"] * DAYS_PER_MONTH / 7
    assert weeks[stable].median() == pytest.approx(12.0, abs=0.05)
    assert weeks[stable].min() > weeks.drop(stable).max()
    doses = cohort.subjects.set_index("subject")["dose"]
    limited = cohort.events[cohort.events["kind"].eq("dlt")]
    assert doses[limited["subject"]].value_counts().to_dict() == {9: 2, 12: 2}
    assert set(limited["label"]) == {"Capillary leak syndrome", "Fatigue", "Anorexia"}


@pytest.mark.parametrize("marker", ["B", "CD4", "CD8"])
def test_2_counts_fall_with_the_dose(cohort, marker):
    share = fold(cohort, marker)
    doses = cohort.subjects.set_index("subject")["dose"][share.index]
    assert spearmanr(doses, share).statistic < -0.5
    assert by_dose(cohort, share).index.tolist() == DOSES
    assert (by_dose(cohort, share).diff().dropna() < 0).all()


def test_3_treg_share_rises_less_than_two_fold(cohort):
    folds = by_dose(cohort, fold(cohort, "TREG_PCT", "D-21"))
    assert folds.index.tolist() == DOSES
    assert folds.between(1, 2, inclusive="neither").all()


@pytest.mark.parametrize(
    "marker", ["HLADR_NK_PCT", "CD56BRIGHT_NK_PCT", "TRAIL_NK_PCT", "TREG_PCT"]
)
def test_4_activation(cohort, marker):
    rise = (at(cohort, marker, "C1D15") - at(cohort, marker, "C1D10")).dropna()
    assert wilcoxon(rise).pvalue < 0.01
    assert rise.median() > 0


def test_5_the_ratio_rises(cohort):
    folds = fold(cohort, "CD4_CD8")
    assert folds.median() > 1.05
    assert (by_dose(cohort, folds) > 1).all()


def test_6_what_must_show(cohort):
    share, ratio = at(cohort, "HLADR_NK_PCT", "C1D15"), fold(cohort, "CD4_CD8")
    assert 0.002 < median_p(cohort, share, "PFS") < 0.05
    assert 0.002 < median_p(cohort, share, "OS") < 0.05
    assert 0.002 < median_p(cohort, ratio, "OS") < 0.05


def test_6_what_must_not_show(cohort):
    assert median_p(cohort, fold(cohort, "CD4_CD8"), "PFS") > 0.10
    assert median_p(cohort, at(cohort, "HLADR_NK_PCT", "D-21"), "PFS") > 0.10
    for endpoint in ("PFS", "OS"):
        assert median_p(cohort, at(cohort, "TREG_PCT", "C1D15"), endpoint) > 0.10


@pytest.mark.parametrize(("marker", "is_fold"), [("HLADR_NK_PCT", False), ("CD4_CD8", True)])
@pytest.mark.parametrize("endpoint", ["PFS", "OS"])
def test_6_longer_with_more(cohort, marker, is_fold, endpoint):
    values = fold(cohort, marker) if is_fold else at(cohort, marker, "C1D15")
    rows = joined(cohort, values, endpoint)
    high = rows["marker"] > rows["marker"].median()
    if not (is_fold and endpoint == "PFS"):  # not claimed
        assert rows.loc[high, "time"].median() > rows.loc[~high, "time"].median()


def test_one_course_is_sampled_and_someone_is_alive(cohort):
    assert len(at(cohort, "HLADR_NK_PCT", "C1D15")) >= 16
    deaths = cohort.outcomes.loc[cohort.outcomes["endpoint"].eq("OS"), "event"].sum()
    assert 14 <= deaths <= 16


@pytest.mark.parametrize("marker", ["IM_AUC", "IM_CMAX", "CGP74588_AUC", "CGP74588_CMAX"])
def test_exposure_rises_with_il2(cohort, marker):
    rise = (at(cohort, marker, "C1D15") - at(cohort, marker, "C1D10")).dropna()
    assert len(rise) == 17
    assert rise.median() > 0
    assert wilcoxon(rise).pvalue < 0.05


# --- Both cohorts hold together ---


@pytest.fixture(params=["imail2", "imail2-null"])
def either(request):
    return builtin.load(request.param)


def days_of(cohort, kind) -> pd.Series:
    rows = cohort.events[cohort.events["kind"].eq(kind)]
    return rows.groupby("subject")["start_day"].max()


def test_events_and_outcomes_tell_the_same(either):
    for endpoint, kind in (("PFS", "progression"), ("OS", "death")):
        rows = either.outcomes[either.outcomes["endpoint"].eq(endpoint) & either.outcomes["event"]]
        days = (rows.set_index("subject")["time"] * DAYS_PER_MONTH).sort_index()
        assert np.allclose(days, days_of(either, kind).sort_index(), atol=0.7)
    wide = either.outcomes.pivot(index="subject", columns="endpoint", values="time")
    assert (wide["OS"] > wide["PFS"]).all()
    ends = either.events["kind"].isin(["death", "last_contact"])
    assert either.events[ends].groupby("subject").size().eq(1).all()


def test_no_sample_and_no_dose_after_progression(either):
    ends = days_of(either, "progression")
    last = either.measurements.groupby("subject")["day"].max()
    assert (last < ends + 1).all()
    doses = either.events[either.events["kind"].eq("dose") & (either.events["start_day"] > 0)]
    assert (doses["end_day"] <= doses["subject"].map(ends)).all()
    assert either.warnings == ()


def test_everybody_at_the_mtd_had_an_adverse_event(either):
    doses = either.subjects.set_index("subject")["dose"]
    suffered = either.events.loc[either.events["kind"].eq("ae"), "subject"].unique()
    assert set(doses.index[doses.eq(6)]) <= set(suffered)
    grades = either.events.loc[either.events["kind"].eq("ae"), "grade"]
    assert grades.between(1, 3).all()


def test_a_missing_sample_has_a_reason_and_no_value(either):
    rows = either.events[either.events["kind"].eq("missing_sample")]
    assert len(rows)
    counted = either.measurements[either.measurements["marker"].eq("CD4")]
    measured = set(zip(counted["subject"], counted["day"], strict=True))
    assert rows["label"].str.contains(": ").all()
    assert not measured & set(zip(rows["subject"], rows["start_day"], strict=True))


def test_derived_markers_follow_from_the_measured(either):
    rows = either.measurements.pivot(index=["subject", "visit"], columns="marker", values="value")
    rows = rows.dropna(subset=["CD4"])
    assert np.allclose(rows["CD4_CD8"], rows["CD4"] / rows["CD8"])
    assert np.allclose(rows["TREG"], rows["CD4"] * rows["TREG_PCT"] / 100)
    assert np.allclose(rows["HLADR_NK"], rows["NK"] * rows["HLADR_NK_PCT"] / 100)
    text = (FOLDER / either.study.name / "measurements.csv").read_text(encoding="utf-8")
    assert not any(f",{derived}," in text for derived in ("CD4_CD8", "TREG", "HLADR_NK"))


# --- The twin ---


def test_the_twin_has_the_same_patients_and_markers(cohort, null):
    pd.testing.assert_frame_equal(cohort.subjects, null.subjects)
    pd.testing.assert_frame_equal(cohort.markers, null.markers)
    keys = ["subject", "visit", "marker"]
    both = cohort.measurements.merge(null.measurements, on=keys)
    assert both["value_x"].equals(both["value_y"])
    for visit in ("D-21", "C1D1", "C1D10", "C1D15"):
        assert at(cohort, "CD4", visit).equals(at(null, "CD4", visit))


def test_the_twin_has_the_same_outcomes_of_others(cohort, null):
    assert outcome_pairs(cohort) != outcome_pairs(null)
    assert sorted(outcome_pairs(cohort)) == sorted(outcome_pairs(null))


def outcome_pairs(cohort) -> list[tuple]:
    wide = cohort.outcomes.pivot(index="subject", columns="endpoint", values=["time", "event"])
    return [tuple(row) for row in wide.to_numpy()]


def test_nothing_is_found_in_the_twin(null):
    share, ratio = at(null, "HLADR_NK_PCT", "C1D15"), fold(null, "CD4_CD8")
    for values in (share, ratio):
        for endpoint in ("PFS", "OS"):
            assert median_p(null, values, endpoint) > 0.10
            rows = joined(null, values, endpoint)
            for cut in sorted(rows["marker"])[1:-2]:
                high = (rows["marker"] > cut).to_numpy()
                time, event = rows["time"].to_numpy(), rows["event"].to_numpy()
                assert permutation_logrank(time, event, high).p > 0.05


# --- Words, and the generator ---


def test_both_say_that_they_are_synthetic(cohort, null):
    assert cohort.study.synthetic.startswith("Synthetic patients, generated to agree with the")
    assert "about 1 in 100 kept" in cohort.study.synthetic
    assert null.study.synthetic.startswith("Synthetic patients")
    assert "permuted" in null.study.synthetic
    assert "synthetic" in cohort.study.short_title


def test_the_seven_findings(cohort):
    findings = cohort.study.findings
    assert len(findings) == 7
    assert all(finding.link for finding in findings)
    assert cohort.study.mtd == 6
    assert cohort.study.published_cuts == ()


def test_the_rows_of_subjects_stand_in_a_3_plus_3_order(either):
    assert either.study.conduct.rows == "entry"
    assert either.study.conduct.escalation == "3+3"
    assert (
        either.subjects["dose"].tolist()
        == [3] * 3 + [6] * 3 + [9] * 3 + [12] * 2 + [9] * 3 + [6] * 3
    )
    limited = either.events.loc[either.events["kind"].eq("dlt"), "subject"]
    assert set(limited) == {f"IMAIL2-{number:03d}" for number in (10, 11, 12, 14)}
    covariates = set(either.subjects.columns) - {"subject", "arm", "arm_label", "dose"}
    assert covariates == {"age", "sex", "tumour", "ecog"}  # the order is no baseline variable


def test_what_is_inferred_is_called_so(cohort):
    assert "was not published" in cohort.study.conduct.escalation_note
    assert "not published" in cohort.study.conduct.lesions_note
    assert {one.marker for one in cohort.study.exposures} <= set(cohort.markers["marker"])


def test_the_generator_writes_the_committed_files(tmp_path):
    subprocess.run([*GENERATE, str(tmp_path)], check=True, cwd=ROOT)
    for name in ("imail2", "imail2-null"):
        written = sorted((tmp_path / name).iterdir())
        assert len(written) == 6
        for path in written:  # as text: a checkout on Windows may have other line ends
            committed = (FOLDER / name / path.name).read_text(encoding="utf-8")
            assert path.read_text(encoding="utf-8") == committed


def test_the_seed_is_the_first_that_is_accepted():
    """All seeds up to the committed one, in the generator's own words."""
    command = [*GENERATE, "--search", "256"]
    out = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    assert [line for line in out.splitlines() if "accepted" in line and "seed" in line] == [
        "seed 255 is accepted"
    ]
