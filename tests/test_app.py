"""`python app.py` starts, or says in one line why it cannot."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def started(**settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "app.py")],
        env={**os.environ, "PORT": "0", **settings},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"COHORT": "/there/is/none"}, "there is no folder"),
     ({"COHORT": str(ROOT / "data" / "imail2" / "imail2")}, "built-in cohort"),
     ({"PORT": "abc"}, "PORT"),
     ({"CUTLINE_HOME": str(ROOT / "app.py")}, "state folder")],
)  # fmt: skip
def test_what_can_be_mended_is_one_line_and_exit_code_2(settings, words):
    done = started(**settings)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_cohort_is_told_every_problem():
    done = started(COHORT=str(ROOT / "app.py"))
    assert done.returncode == 2
    assert "no column names the patient" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_folder_lists_every_problem(tmp_path):
    (tmp_path / "subjects.csv").write_text("subject\nA\nA\n")
    (tmp_path / "outcomes.csv").write_text("subject,endpoint,time,event\nA,OS,-1,2\n")
    (tmp_path / "measurements.csv").write_text("subject,marker\nA,M\n")
    done = started(COHORT=str(tmp_path))
    assert done.returncode == 2
    for words in ("subjects", "row 3", "outcomes", "column time, row 2", "column event, row 2",
                  "measurements", "value"):  # fmt: skip
        assert words in done.stderr
