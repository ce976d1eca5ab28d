"""`python -m data.sources PATH` says what was understood, and every problem."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from data.sources.__main__ import main

ROOT = Path(__file__).resolve().parents[3]
GOOD = "id,time_months,event,CD4\n1,2,1,4\n2,3,0,5\n"


def test_what_was_understood(tmp_path, capsys):
    (tmp_path / "t.csv").write_text(GOOD)
    assert main([str(tmp_path / "t.csv")]) == 0
    out = capsys.readouterr().out
    assert "t.csv (CSV): 2 rows read, 2 used" in out
    assert "time_months: time (it is called time_months)" in out
    assert "0 = censored: 1, 1 = event: 1, because" in out
    assert "Opens: 2 patients, 2 outcomes, 2 measurements" in out


def test_every_problem_and_the_exit_code(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(GOOD.replace("2,3,0,5", "2,-3,x,5\n\u202eevil,1,1,4"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "data.sources", str(path)], cwd=ROOT, capture_output=True
    )
    out = done.stdout.decode()
    assert done.returncode == 1
    assert "column time_months, row 3: the time -3 is negative" in out
    assert "column event, row 3" in out
    assert "\u202e" not in out
    assert not done.stderr


def test_a_mapping_from_the_command_line(tmp_path, capsys):
    (tmp_path / "t.csv").write_text(GOOD)
    assert main([str(tmp_path / "t.csv"), "--mapping", '{"event_is": "0"}']) == 0
    assert "0 = event: 1, 1 = censored: 1, because you said so" in capsys.readouterr().out


def test_what_is_not_there(tmp_path, capsys):
    assert main([str(tmp_path / "nothing")]) == 1
    assert "there is no folder or file 'nothing'" in capsys.readouterr().out
