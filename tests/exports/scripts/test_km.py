"""The scripts are run, and give the numbers that the figure shows."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from exports.provenance import file_name
from exports.scripts.km import python_script, r_script
from exports.tables import rows_text
from tests.exports.example_exports import IMAIL2, export
from tests.hand_made_cohorts import STUDY, cohort

ROOT = Path(__file__).resolve().parents[3]
QUESTIONS = (
    (IMAIL2, "PFS"),
    (IMAIL2, "OS"),
    ("cohort=imail2&marker=HLADR_NK_PCT&visit=C1D15&cut=15,25", "OS"),
    ("cohort=gbsg2&marker=PGR", "RFS"),
    ("cohort=actg175&marker=CD4&visit=week20&cut=300,400,500", "EFS"),
)
SEARCH = "cohort=imail2-null&marker=CD4_CD8&visit=C1D15&measure=fold"


def of(query, code, **settings):
    found = export(query, **settings)
    return replace(found, endpoints=tuple(one for one in found.endpoints if one.code == code))


def ran(found, folder, script, *command):
    """name: (here, as Cutline showed it), of every number that a script prints."""
    rows = folder / file_name(found, "csv", "rows")
    rows.write_text(rows_text(found), encoding="utf-8")
    return run(script, folder, *command)


def run(script, folder, *command):
    """name: (here, as Cutline showed it), of every number that a script prints."""
    file = folder / "script"
    file.write_text(script, encoding="utf-8")
    done = subprocess.run(
        [*command, str(file)], cwd=folder, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [line.split("\t") for line in done.stdout.splitlines()[1:]]
    return {name: (number(here), number(shown)) for name, here, shown in lines}


def number(text):
    return float("nan") if text == "NA" else float(text)


def check(found, printed, *, random_p=False):
    (one,) = found.endpoints
    effects = one.effects if one.several else (one.effect,)
    want = {"logrank p": one.logrank.p}
    for number, effect in enumerate(effects, 1):
        want.update({f"hr {number}": effect.hr, f"lower {number}": effect.lower,
                     f"upper {number}": effect.upper})  # fmt: skip
    for number, median in one.groups.set_index("group")["median"].items():
        want[f"median {number}"] = median
    if not one.several and "p cut" in printed:
        want["p cut"] = one.p_cut.p
    for name, value in want.items():
        here, shown = printed[name]
        assert shown == pytest.approx(value, rel=1e-12, nan_ok=True), name
        loose = {"abs": 0.02} if random_p and name == "p cut" else {"rel": 2e-5}
        assert here == pytest.approx(value, nan_ok=True, **loose), name


@pytest.mark.parametrize(("query", "code"), QUESTIONS)
def test_the_python_script_gives_the_numbers_of_the_figure(query, code, tmp_path):
    found = of(query, code, corrected=False)
    check(found, ran(found, tmp_path, python_script(found), sys.executable))


def test_the_python_script_gives_both_p_and_both_ratios(tmp_path):
    found = of(SEARCH, "OS")
    printed = ran(found, tmp_path, python_script(found), sys.executable)
    check(found, printed)
    (one,) = found.endpoints
    assert printed["p searched"][0] == pytest.approx(one.reported_p.p_adjusted, rel=1e-6)
    assert printed["hr corrected"][0] == pytest.approx(one.reported_p.hr_corrected, rel=1e-6)


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed")
@pytest.mark.parametrize(("query", "code"), QUESTIONS)
def test_the_r_script_gives_the_numbers_of_the_figure(query, code, tmp_path):
    found = of(query, code, corrected=query == IMAIL2)
    check(found, ran(found, tmp_path, r_script(found), "Rscript"))


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed")
@pytest.mark.parametrize("cut", ["3", "5", "2,4"])
def test_the_r_script_of_a_group_without_events_and_a_curve_flat_at_one_half(cut, tmp_path):
    times = [5.0, 6, 7, 1, 2, 3]
    made = cohort([1.0, 2, 3, 4, 5, 6], times, times, pfs_event=[0, 0, 0, 1, 1, 1])
    found = export(f"marker=M&visit=C1D15&clock=start&cut={cut}", made, corrected=False)
    found = replace(found, endpoints=found.endpoints[:1])
    check(found, ran(found, tmp_path, r_script(found), "Rscript"))


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed")
def test_the_r_script_of_a_random_permutation_is_near(tmp_path):
    values = [float(i * 7 % 40) for i in range(40)]
    times = [float(i * 11 % 37 + 1) for i in range(40)]
    made = cohort(values, times, times, pfs_event=[i % 3 > 0 for i in range(40)])
    query = "marker=M&visit=C1D15&cut=19"
    found = export(query, made, corrected=False)
    found = replace(found, endpoints=found.endpoints[:1])
    assert not found.endpoints[0].p_cut.exact
    printed = ran(found, tmp_path, r_script(found), "Rscript")
    check(found, printed, random_p=True)
    check(found, ran(found, tmp_path, python_script(found), sys.executable))


def test_no_text_of_a_study_becomes_code():
    study = replace(STUDY, title="x\nimport os", synthetic="a\r\nq()\u2028stop()", endpoints=tuple(
        replace(one, label="OS\nos.remove('x')") for one in STUDY.endpoints))  # fmt: skip
    made = cohort([1.0, 2, 3, 4, 5, 6], [1.0, 2, 3, 4, 5, 6], [2.0, 3, 4, 5, 6, 7], study=study)
    found = export("marker=M&visit=C1D15&cut=3", made, corrected=False)
    one = replace(found, endpoints=found.endpoints[:1])
    for script in (python_script(one), r_script(one)):
        bad = ("import os", "os.remove", "q()", "stop()")
        lines = [line for line in script.splitlines() if any(text in line for text in bad)]
        assert lines
        assert all(line.startswith("#") for line in lines)
    ast.parse(python_script(one))
