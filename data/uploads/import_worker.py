"""`python -m data.uploads.import_worker`: read files in a process that may be killed.

Takes a job as one line of JSON (what lies where, mapping, limits) and leaves two files: the report
and, where the files open, the cohort. A job with marks leaves a workbook with the problems marked.
Nothing of a stranger's file is parsed in a web server.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from data.cohort import Cohort, Problem
from data.limits import Limits
from data.problems import DataProblems
from data.sources import conventions  # all readers: loaded before there is anything to read
from data.sources.understood import Understood
from data.storage import cohort_file
from data.uploads import _problem_workbook as problem_workbook
from data.uploads import import_report
from data.uploads.worker_pool import COHORT, LARGEST_OUTPUT, MARKED, OUT_OF_MEMORY, REPORT

IDLE = 600  # seconds without a job


def main() -> int:
    """Wait for the job, then do it within its limits."""
    job = json.loads(_line())
    limits = Limits(**job["limits"])
    try:
        confine(limits)
        if "marks" in job:
            marks = [Problem(**one) for one in job["marks"]]
            problem_workbook.write(Path(job["input"]), marks, limits, Path(job["output"]) / MARKED)
        else:
            read(Path(job["input"]), job["mapping"], limits, Path(job["output"]))
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def _line() -> str:
    """The job; a process that nobody needs after all ends by itself."""
    if hasattr(signal, "alarm"):
        signal.alarm(IDLE)
    line = sys.stdin.readline()
    if hasattr(signal, "alarm"):
        signal.alarm(0)
    return line or sys.exit(0)


def read(path: Path, mapping: dict | None, limits: Limits, output: Path) -> None:
    """Read, and write what was found."""
    found = conventions.understand(path, mapping, limits)
    try:
        cohort, problems = found.cohort(), []
    except DataProblems as error:
        cohort, problems = None, error.problems
    if cohort is not None:
        cohort = _without_names(cohort, found)
        cohort_file.write(cohort, output / COHORT)
    text = json.dumps(
        import_report.to_json(found, cohort, problems), ensure_ascii=False, allow_nan=False
    )
    # Half of a surrogate pair, out of a broken file, is no text that can be written.
    (output / REPORT).write_bytes(text.encode("utf-8", "replace"))


def _without_names(cohort: Cohort, found: Understood) -> Cohort:
    """Without the name of the file: equal content is the same cohort, whatever it was called."""
    said = found.study.get("title")
    study = replace(cohort.study, name="", title=cohort.study.title if said else "")
    return replace(cohort, study=study, id="")


def confine(limits: Limits) -> None:
    """Limit memory, processor time and files of this process; where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the clock alone, kept by whoever started this
        return
    held, resident = _memory_now()
    most = held + max(limits.memory - resident, 50_000_000)
    _limit(resource, resource.RLIMIT_AS, most)
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = used.ru_utime + used.ru_stime
    # At the soft limit a signal says which one it was; at the hard one the system just kills.
    _limit(resource, resource.RLIMIT_CPU, int(spent + limits.seconds + 0.999), more=2)
    _limit(resource, resource.RLIMIT_CORE, 0)
    _limit(resource, resource.RLIMIT_FSIZE, LARGEST_OUTPUT)
    _limit(resource, resource.RLIMIT_NOFILE, 64)


def _limit(resource, kind: int, most: int, *, more: int = 0) -> None:
    """Set a limit that the process cannot raise again, where it was not lower before."""
    hard = resource.getrlimit(kind)[1]
    soft, hard = (most, most + more) if hard < 0 else (min(most, hard), min(most + more, hard))
    with suppress(ValueError, OSError):  # macOS knows RLIMIT_AS and refuses to set it
        resource.setrlimit(kind, (soft, hard))


def _memory_now() -> tuple[int, int]:
    """Bytes of address space, and of memory, that the libraries alone hold."""
    try:
        pages = Path("/proc/self/statm").read_text().split()[:2]
        held, resident = (int(one) * os.sysconf("SC_PAGE_SIZE") for one in pages)
        return held, resident
    except OSError:
        return 400_000_000, 100_000_000


if __name__ == "__main__":
    sys.exit(main())
