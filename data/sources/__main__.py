"""`python -m data.sources PATH`: say what was understood of files, and every problem.

Exit code 0 where the files open as a cohort, 1 where they do not, 2 for a wrong call. `--mapping`
takes JSON, the same keys as `read_cohort`.
"""

from __future__ import annotations

import argparse
import json
import sys

from data.problems import DataProblems
from data.sources import understand

SHOWN = 200  # problems or warnings printed; the rest is counted


def main(arguments: list[str] | None = None) -> int:
    """Print, and give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m data.sources", description=__doc__)
    parser.add_argument("path", help="a file, a zip or a folder")
    parser.add_argument("--mapping", help='JSON, such as {"event": "status", "event_is": "2"}')
    options = parser.parse_args(arguments)
    try:
        mapping = json.loads(options.mapping) if options.mapping else None
    except ValueError as error:
        parser.error(f"--mapping is no JSON: {error}")
    found = understand(options.path, mapping=mapping)
    _print("\n".join(found.lines()))
    try:
        cohort = found.cohort()
    except DataProblems as error:
        _list("Warnings", found.warnings)
        _list("Problems", error.problems)
        return 1
    _list("Warnings", cohort.warnings)
    n, rows = cohort.n, len(cohort.measurements)
    _print(f"\nOpens: {n:,} patients, {len(cohort.outcomes):,} outcomes, {rows:,} measurements")
    _print(f"Mapping: {json.dumps(found.mapping, ensure_ascii=False)}")
    return 0


def _list(title: str, found) -> None:
    if found:
        _print(f"\n{title}:")
        for problem in found[:SHOWN]:
            _print(f"  {problem}")
    if len(found) > SHOWN:
        _print(f"  … and {len(found) - SHOWN:,} more")


def _print(text: str) -> None:
    """Text of a stranger's file on a terminal: no control characters, no bidi marks."""
    safe = "".join(c if c == "\n" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    encoding = sys.stdout.encoding or "utf-8"
    print(safe.encode(encoding, "replace").decode(encoding))


if __name__ == "__main__":
    sys.exit(main())
