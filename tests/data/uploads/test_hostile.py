"""Files that are meant to do harm, through the whole store: each is a sentence, or opens."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CANARY = "canary-4711"
GROWTH = 50.0  # megabytes that the process of the server may grow


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux shows it")
def test_none_of_them_does_any(tmp_path):
    (tmp_path / "canary").write_text(CANARY)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        port = str(listener.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "tests.data.uploads.hostile_files", str(tmp_path), port],
            cwd=ROOT, capture_output=True, text=True, timeout=500,
            env={**os.environ, "CUTLINE_HOME": str(tmp_path / "home")},
        )  # fmt: skip
        with pytest.raises(BlockingIOError):
            listener.accept()  # nobody has called
    assert done.returncode == 0, done.stderr[-2_000:]
    *found, memory = map(json.loads, done.stdout.splitlines())
    assert CANARY not in done.stdout
    wrong = [one for one in found if not _right(one)]
    assert not wrong, "\n".join(map(str, wrong))
    assert len(found) > 35
    assert memory["grown"] < GROWTH
    assert not list((tmp_path / "home" / "store" / "reading").iterdir())


def _right(one: dict) -> bool:
    if not one["words"]:
        return one["opens"] and one["tells"] in one["warned"]
    return not one["opens"] and re.search(one["words"], one["said"]) is not None
