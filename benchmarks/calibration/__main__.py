"""`make calibrate`: simulate all trials, write the tables into docs/calibration.md.

The exit code is 1 where a bound is broken. With ``--trials`` another number of trials is
simulated for each cell, and the tables are only printed.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

from benchmarks.calibration import doses, paths, rates, tables
from benchmarks.calibration.trials import CONDITIONS, EFFECTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "calibration.md"
BEGIN, END = "<!-- make calibrate: begin -->", "<!-- make calibrate: end -->"
SIZES, DOSE_POWER_SIZES = (17, 30, 60, 200), (17, 30)
LARGE = 400  # where the p of one cut is the log-rank p
FEWER = {200: 2, LARGE: 4}  # large trials take long: so many times fewer of them
TRIALS, POWER_TRIALS, WITH_RATIOS = 2_000, 1_000, 200  # 1,000 of those with dose levels, too


def main(arguments: list[str] | None = None) -> int:
    """Simulate, print, and write; 1 where a bound is broken."""
    parser = argparse.ArgumentParser(prog="make calibrate", description=__doc__)
    parser.add_argument("--trials", type=int, default=TRIALS, help="null trials of each cell")
    trials = parser.parse_args(arguments).trials
    began = time.perf_counter()
    cells = simulated(trials)
    wrong = tables.broken(cells)
    parts = verdict(wrong), tables.page(cells)
    text = "\n".join([about(trials, time.perf_counter() - began), *parts])
    print(text)
    if trials == TRIALS:
        write(text)
    return 1 if wrong else 0


def simulated(trials: int) -> list[rates.Cell]:
    """Null trials and trials with an effect, without and with dose levels."""
    fewer = min(trials, POWER_TRIALS)
    work = []
    for n in (*SIZES, LARGE):
        many, with_ratios = trials // FEWER.get(n, 1), WITH_RATIOS if n in SIZES else 0
        every = range(len(CONDITIONS))
        work += rates.jobs("null", every, [n], many, with_ratios=with_ratios)
    work += rates.jobs("power", range(len(EFFECTS)), SIZES, fewer)
    work += rates.jobs("dose", range(len(doses.NULLS)), doses.PATIENTS, fewer)
    work += rates.jobs("dose, power", range(len(doses.EFFECTS)), DOSE_POWER_SIZES, fewer)
    cells = rates.computed(work, rates.PROCESSES)
    cells.sort(key=lambda cell: (list(rates.KINDS).index(cell.kind), cell.which, cell.n))
    return cells


def about(trials: int, seconds: float) -> str:
    """What was run, where and when."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "numba"))
    power, with_ratios = min(trials, POWER_TRIALS), min(trials, WITH_RATIOS)
    large = ", ".join(f"{trials // by:,} where n = {n}" for n, by in FEWER.items())
    return (
        f"Taken on {time.strftime('%Y-%m-%d')} in {seconds / 60:.0f} minutes on {os.cpu_count()} "
        f"cores: {trials:,} trials for each\nline ({large}; {power:,} for power and with dose "
        f"levels, {with_ratios:,} for\nhazard ratios), {paths.PERMUTATIONS:,} permutations, "
        f"{paths.RESAMPLES} resamples, seed {rates.SEED};\n"
        f"Python {platform.python_version()}, {libraries}.\n"
    )


def verdict(wrong: list[str]) -> str:
    """Which bounds are broken, if any."""
    if not wrong:
        return "No bound is broken by more than chance would do.\n"
    return "**Broken bounds**:\n\n" + "\n".join(f"* {bound}" for bound in wrong) + "\n"


def write(text: str) -> None:
    """Put the tables between the two marks of the page."""
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
