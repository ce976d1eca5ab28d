"""F15: the power goes at any step; afterwards there is the old or the new, never half of either."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
RIGHT = {
    "open": {"old:one", "new:one old:one"},
    "rename": {"old:one", "old:two"},
    "replace": {"old:one", "new:one"},
    "delete": {"old:one", "none"},
}


@pytest.mark.skipif(os.name == "nt", reason="needs a copy of the process")
def test_killed_at_every_step(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.data.uploads.crashes", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-2_000:]
    seen: dict[str, list[str]] = {job: [] for job in RIGHT}
    for line in done.stdout.splitlines():
        job, _, state = line.split(maxsplit=2)
        seen[job].append(state)
    for job, states in seen.items():
        assert set(states) == RIGHT[job], (job, states)
        assert len(states) > 3
        assert states == sorted(states, key=states.index), "once new, it stays new"
