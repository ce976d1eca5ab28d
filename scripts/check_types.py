"""Types, as mypy reads them: strict where numbers are made, elsewhere a count that may only fall.

`make lint` runs it: python -m scripts.check_types
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STRICT = ("analysis/stats", "analysis/question", "services", "analysis/registry.py")
PACKAGES = (
    "analysis", "callbacks", "components", "data", "exports", "figures", "services", "web",
    "wording", "app.py",
)  # fmt: skip
MOST_ERRORS = 4  # in all packages; whoever mends some writes the new number here
FOUND = re.compile(r"^Found (\d+) errors? in ", re.MULTILINE)


def main() -> int:
    """The exit code: 1 where a strict package has an error, or all have more than they had."""
    strict = run_mypy("--strict", *STRICT)
    print(strict, end="")
    errors = count_errors(run_mypy("--ignore-missing-imports", *PACKAGES))
    print(f"{errors} errors of types in all packages; at most {MOST_ERRORS} are allowed.")
    return int(count_errors(strict) > 0 or errors > MOST_ERRORS)


def run_mypy(*arguments: str) -> str:
    """What mypy prints; SystemExit where it did not get to checking."""
    command = [sys.executable, "-m", "mypy", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout


def count_errors(printed: str) -> int:
    """The number in mypy's last line; 0 where it found nothing."""
    found = FOUND.search(printed)
    return int(found[1]) if found else 0


if __name__ == "__main__":
    sys.exit(main())
