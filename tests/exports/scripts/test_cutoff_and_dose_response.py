"""The scripts of the search and of the marker by dose are run, and give the page's numbers."""

from __future__ import annotations

import shutil
import sys

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.completion import complete_question
from analysis.question import parse_query
from analysis.results.cutoff import search_cutoffs
from analysis.results.dose_response import analyse_dose_response
from data.sources import builtin
from exports.provenance import Provenance
from exports.scripts import cutoff, dose_response
from tests.exports.scripts.test_km import run
from tests.hand_made_cohorts import cohort

IMAIL2 = "cohort=imail2&endpoint=PFS&marker=HLADR_NK_PCT&visit=C1D15&cut=20.1"
RSCRIPT = pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed")
COMMANDS = [
    pytest.param("r", "Rscript", marks=RSCRIPT, id="R"),
    pytest.param("python", sys.executable, id="Python"),
]


def about(query, made=None):
    texts = parse_query(query)
    made = made or builtin.load(texts["cohort"])
    page = "https://cutline.example/cutoff"
    return Provenance(
        question=complete_question(texts, made).question, cohort=made, page=page, day="2026-11-22"
    )


def printed(make, found, here, folder, kind, command):
    """What a script prints of its own rows: name: (here, as Cutline showed it)."""
    scripts = make.scripts(found)
    rows = folder / "some_rows.csv"
    rows.write_text(scripts["rows"](here, rows.name), encoding="utf-8")
    return run(scripts[kind](here, rows.name), folder, command)


def check(printed, want):
    for name, (value, loose) in want.items():
        here, shown = printed[name]
        assert shown == pytest.approx(value, rel=1e-12, nan_ok=True), name
        assert here == pytest.approx(value, nan_ok=True, **loose), name


SAME = {"rel": 2e-5}


def numbers_of_search(found, cut, draws):
    row = found.best if found.row(cut) is None else found.row(cut)
    p = max(row["p_searched"], row["p_cut"])
    near = {"abs": 4 * np.sqrt(max(p * (1 - p), 0.001) / draws)}
    return {
        "best cut": (found.best["cut"], SAME),
        "largest |Z|": (found.search.statistic, SAME),
        "|W| of the cut": (abs(row["w"]), SAME),
        "logrank p": (row["p"], SAME),
        "p searched": (p, near),
        "hr 1": (row["hr"], SAME),
        "lower 1": (row["lower"], SAME),
        "upper 1": (row["upper"], SAME),
        "maxstat: p, permutations": (found.search.p_adjusted, {"abs": 0.02}),
    }


def tied():
    """Forty patients with ties in marker and time, of whom a third is censored."""
    values = [float(i * 7 % 20) for i in range(40)]
    times = [float(i * 11 % 17 + 1) for i in range(40)]
    return cohort(values, times, times, pfs_event=[i % 3 > 0 for i in range(40)])


@pytest.mark.parametrize(("kind", "command"), COMMANDS)
@pytest.mark.parametrize("few", [True, False])
def test_the_search(kind, command, few, tmp_path):
    here = about(IMAIL2) if few else about("endpoint=PFS&marker=M&visit=C1D15&cut=9", tied())
    found = search_cutoffs(here.cohort, here.question)
    out = printed(cutoff, found, here, tmp_path, kind, command)
    want = numbers_of_search(found, here.question.cut[0], 10_000)
    row = found.row(here.question.cut[0])
    random = {"abs": 0.02} if kind == "r" and not few else SAME
    want["p cut"] = (row["p_cut"], random)
    if kind == "python":
        want["hr corrected"] = (row["hr_corrected"], SAME)
        want = {name: (value, SAME) for name, (value, _) in want.items()}
    elif "maxstat: p, permutations" in out:
        want["maxstat: best cut"] = (found.row(float(found.search.best["cut"]))["cut"], SAME)
        want["maxstat: largest |Z|"] = (found.search.statistic, SAME)
        assert out["maxstat: p, Lausen 1994"][1] == pytest.approx(found.search.p_adjusted)
    else:  # R without maxstat
        del want["maxstat: p, permutations"]
    check(out, want)


def test_a_cut_that_is_not_searched_gives_the_script_of_the_best():
    here = about(IMAIL2.replace("20.1", "60"))
    found = search_cutoffs(here.cohort, here.question)
    assert found.row(60.0) is None
    assert cutoff.at(found, here)["cut"] == found.best["cut"]
    assert "the best" in cutoff.r_script(found, here, "rows.csv")


def numbers_of_response(found, *, random):
    letter, test = ("z", "Jonckheere-Terpstra") if found.levels.ordered else ("H", "Kruskal-Wallis")
    want = {f"median {i}": (float(one.median[0]), SAME) for i, one in enumerate(found.by_level, 1)}
    want[f"{test} {letter}"] = (found.across.statistic, SAME)
    want[f"{test} p"] = (found.across.p, {"abs": 0.02} if random else SAME)
    if found.rho is not None:
        want["Spearman rho"] = (found.rho.value, SAME)
        want["Spearman lower"] = (found.rho.lower, SAME)
        want["Spearman upper"] = (found.rho.upper, SAME)
    if found.within is not None:
        want["Wilcoxon z"] = (found.within.statistic, SAME)
        want["Wilcoxon p"] = (found.within.p, SAME)
    return want


@pytest.mark.parametrize(("kind", "command"), COMMANDS)
@pytest.mark.parametrize(
    "query",
    [
        "cohort=imail2&marker=HLADR_NK_PCT&visit=C1D15&cut=20",
        "cohort=imail2&marker=CD4&visit=C1D15&measure=change&cut=0",
        "cohort=actg175&marker=CD4&visit=week20&cut=300",
    ],
)
def test_the_marker_by_dose_or_arm(query, kind, command, tmp_path):
    here = about(query)
    found = analyse_dose_response(here.cohort, here.question)
    out = printed(dose_response, found, here, tmp_path, kind, command)
    check(out, numbers_of_response(found, random=kind == "r" and found.n < 30))


@pytest.mark.parametrize("make", [cutoff, dose_response])
def test_rows_have_no_ids_and_no_order_of_the_cohort(make, tmp_path):
    here = about(IMAIL2)
    run_of = search_cutoffs if make is cutoff else analyse_dose_response
    found = run_of(here.cohort, here.question)
    text = make.scripts(found)["rows"](here, "rows.csv")
    assert "IMAIL2" not in text
    (tmp_path / "rows.csv").write_text(text, encoding="utf-8")
    rows = pd.read_csv(tmp_path / "rows.csv")
    first = rows.columns[0]
    assert rows[first].is_monotonic_increasing
    assert len(rows) == found.n
