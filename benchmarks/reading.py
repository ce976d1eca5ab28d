"""Seconds and memory to read users' files: from the bytes on disk to an open cohort.

Each file is read in a process of its own, so that its peak of memory is its own; the time to
start Python and load the libraries is measured apart.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat

from data.sources import builtin

ROOT = Path(__file__).resolve().parent.parent
PATIENTS = 10_000
LAB_ROWS, LAB_BYTES = 60_000, 20_000_000
REPEATS = 3
CHILD = """
import sys, time
from data.sources import conventions, understand
def peak():
    try:  # Linux: of this process alone
        lines = open("/proc/self/status").read().splitlines()
        return float(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1e3
    except OSError:
        return float("nan")
before, began = peak(), time.perf_counter()
found = understand(sys.argv[1])
try:
    cohort = found.cohort()
    what = f"{cohort.n:,} patients, {len(cohort.measurements):,} values"
except ValueError as error:
    what = "refused: " + str(error).splitlines()[0][:60]
print(time.perf_counter() - began, peak(), before, what, sep="\\t")
"""

# The way of an upload: kept, read in the process that is made for it, opened, its tables loaded.
STORED = """
import os, sys, time
from pathlib import Path
os.environ["CUTLINE_HOME"] = sys.argv[2]
from data import store
def peak():
    try:
        lines = open("/proc/self/status").read().splitlines()
        return float(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1e3
    except OSError:
        return float("nan")
owner, given = "0" * 32, Path(sys.argv[1])
paths = sorted(given.iterdir()) if given.is_dir() else [given]
store.prepare()
time.sleep(3)  # as somebody on the page for it does, who chooses a file
before, began = peak(), time.perf_counter()
draft = store.receive(owner, [(path.name, path) for path in paths])
kept = time.perf_counter()
found = store.read_draft(owner, draft)
read = time.perf_counter()
what, opened = str(found.problems[:1]), float("nan")
if found.opens:
    cohort = store.load(owner, store.open(owner, draft, "bench"))
    opened = time.perf_counter() - read
    what = f"{cohort.n:,} patients, {len(cohort.measurements):,} values"
elif found.problems:
    what = "refused: " + str(found.problems[0])[:60]
print(time.perf_counter() - began, kept - began, read - kept, opened, peak() - before, what,
      sep="\\t")
"""


def stored() -> str:
    """The whole way of an upload, as a Markdown table."""
    lines = ["| upload to open cohort | s | kept | read | opened | server grows, MB | what opens |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, path) in enumerate([*_files(Path(folder)), *_bombs(Path(folder))]):
            runs = [_store(path, f"{folder}/home{number}-{i}") for i in range(REPEATS)]
            *figures, what = min(runs, key=lambda run: float(run[0]))
            cells = " | ".join("–" if cell == "nan" else f"{float(cell):.2f}" for cell in figures)
            lines.append(f"| {name} | {cells} | {what} |")
    return "\n".join(lines) + "\n"


def _store(path: Path, home: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", STORED, str(path), home],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip().split("\t")


def _bombs(folder: Path) -> Iterator[tuple[str, Path]]:
    from tests.data.uploads.hostile_files import bomb

    (folder / "large.xlsx").write_bytes(bomb(400, b'<row r="9"><c r="A9"><v>1</v></c></row>'))
    yield "a sheet that unpacks to 400 MB", folder / "large.xlsx"


def table() -> str:
    """The measurements as a Markdown table."""
    lines = ["| file to open cohort | size, MB | s | peak MB (libraries alone) | what opens |",
             "|---|---|---|---|---|"]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for name, path in _files(Path(folder)):
            runs = [_read(path) for _ in range(REPEATS)]
            seconds, memory, libraries, what = min(runs)
            lines.append(
                f"| {name} | {_size(path):.1f} | {seconds:.2f} | {memory:.0f} ({libraries:.0f}) "
                f"| {what} |"
            )
    return "\n".join(lines) + "\n"


def _read(path: Path) -> tuple[float, float, float, str]:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, memory, libraries, what = done.stdout.strip().split("\t")
    return float(seconds), float(memory), float(libraries), what


def _size(path: Path) -> float:
    paths = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in paths if file.is_file()) / 1e6


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    wide = _actg()
    wide.to_csv(folder / "actg.csv", index=False)
    yield "2,139 patients, CSV", folder / "actg.csv"
    wide.to_excel(folder / "actg.xlsx", index=False)
    yield "2,139 patients, XLSX", folder / "actg.xlsx"
    (folder / "long").mkdir()
    _long(folder / "long")
    yield f"{PATIENTS:,} patients, long CSV", folder / "long"
    (folder / "adam").mkdir()
    _adam(folder / "adam")
    yield "ADaM package, XPT", folder / "adam"
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = 1
    book.save(folder / "bomb.xlsx")
    yield "one cell at XFD1048576", folder / "bomb.xlsx"


def _actg() -> pd.DataFrame:
    """ACTG 175 as one wide table, as an investigator would keep it."""
    cohort = builtin.load("actg175")
    rows = cohort.measurements[~cohort.measurements["marker"].eq("CD4_CD8")]
    wide = rows.assign(name=rows["marker"] + "_" + rows["visit"])
    wide = wide.pivot(index="subject", columns="name", values="value").reset_index()
    outcomes = cohort.outcomes.rename(columns={"time": "EFS_days", "event": "EFS_event"})
    outcomes = outcomes.assign(EFS_event=outcomes["EFS_event"].astype(int)).drop(columns="endpoint")
    subjects = cohort.subjects.drop(columns=["arm", "dose"]).rename(columns={"arm_label": "arm"})
    return subjects.merge(outcomes, on="subject").merge(wide, on="subject", how="left")


def _long(folder: Path) -> None:
    rng = np.random.default_rng(1)
    who = [f"P{i:05d}" for i in range(PATIENTS)]
    pd.DataFrame(
        {"subject": who, "endpoint": "OS", "time_days": rng.integers(1, 3_000, PATIENTS),
         "event": rng.integers(0, 2, PATIENTS)}
    ).to_csv(folder / "survival.csv", index=False)  # fmt: skip
    keys = pd.MultiIndex.from_product(
        [who, ["baseline", "week 4", "week 12"], ["CD4", "CD8", "NK"]],
        names=["subject", "visit", "marker"],
    )
    frame = keys.to_frame(index=False)
    frame["value"] = rng.lognormal(6, 0.5, len(frame)).round(2)
    frame.to_csv(folder / "markers.csv", index=False)


def _adam(folder: Path) -> None:
    """ADSL, ADTTE and an ADLB of about 20 MB."""
    rng = np.random.default_rng(2)
    who = np.array([f"STUDY-{i:04d}" for i in range(500)])
    arm = rng.integers(0, 3, len(who))
    names = np.array(["Placebo", "Low dose", "High dose"])
    adsl = pd.DataFrame({"USUBJID": who, "TRT01P": names[arm], "TRT01PN": arm.astype(float),
                         "AGE": rng.integers(20, 90, len(who)).astype(float)})  # fmt: skip
    adtte = pd.DataFrame({"USUBJID": who, "PARAMCD": "OS", "PARAM": "Overall Survival (days)",
                          "AVAL": rng.integers(1, 900, len(who)).astype(float),
                          "CNSR": rng.integers(0, 2, len(who)).astype(float)})  # fmt: skip
    visit = np.arange(LAB_ROWS) // len(who) % 10
    param = np.arange(LAB_ROWS) // (len(who) * 10)
    adlb = pd.DataFrame({
        "USUBJID": who[np.arange(LAB_ROWS) % len(who)],
        "PARAMCD": [f"P{p}" for p in param], "PARAM": [f"Parameter {p} (10^9/L)" for p in param],
        "AVAL": rng.lognormal(1, 0.5, LAB_ROWS), "AVISITN": visit.astype(float),
        "AVISIT": np.where(visit == 0, "Baseline", np.char.add("Week ", visit.astype(str))),
        "ADY": visit * 7.0 + 1, "ABLFL": np.where(visit == 0, "Y", ""),
    })  # fmt: skip
    adlb["COMMENT"] = "x" * max(1, LAB_BYTES // LAB_ROWS - 110)
    for name, frame in (("ADSL", adsl), ("ADTTE", adtte), ("ADLB", adlb)):
        pyreadstat.write_xport(
            frame, str(folder / f"{name}.xpt"), table_name=name, file_format_version=5
        )


if __name__ == "__main__":
    print(table())
    print(stored())
