"""What Cutline costs, side by side with what a user would pick instead; prints Markdown.

`make bench` runs all of it: the search over cut-offs against lifelines and R, the start, one
survival answer with lifelines and with ours, users' files from disk to open cohort, and in a real
browser the time from a changed control to the painted figure and the frames while the cut-off is
dragged.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import logrank_test, proportional_hazard_test
from lifelines.utils import restricted_mean_survival_time
from playwright.sync_api import Page, sync_playwright

from analysis.cohort.analysis_set import derive_analysis_set, select_sample
from analysis.cohort.completion import complete_question
from analysis.question import Question, parse_query
from analysis.results import survival as ours
from benchmarks import cutoffs, drag, exports, patients, reading, trends
from data.cohort import Cohort
from data.sources import builtin
from scripts.browser import launch_options
from tests.conftest import running_server

REPEATS = 15
CHANGES = 50
CASES = (
    ("imail2", "marker=HLADR_NK_PCT&visit=C1D15"),
    ("gbsg2", "marker=PGR"),
    ("actg175", "marker=CD8&visit=week20"),
)


def main() -> None:
    """Print every table, with the machine they were taken on."""
    print(f"{platform.platform()}, Python {platform.python_version()}, {_cpu()}\n")
    print(cutoffs.table())  # first, while no server or browser wants a share of the processor
    print(reading.table())
    print(reading.stored())
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with running_server(Path(folder), Path(folder) / "home") as url:
            print(f"Start to /health: {time.perf_counter() - began:.1f} s\n")
            print(_answers())
            print(_painted(url) + "\n")
    print(exports.table() + "\n")
    print(drag.table() + "\n")
    print(trends.table() + "\n")
    print(patients.table())


# ------------------------------------------------------------------------- the server's answer


def _answers() -> str:
    lines = ["| one survival answer, server | lifelines, ms | Cutline, ms | p95 | ratio |",
             "|---|---|---|---|---|"]  # fmt: skip
    for name, cohort, question in _cases():
        rows = _rows(cohort, question)
        theirs = _times(lambda rows=rows: with_lifelines(rows))
        mine = _times(lambda c=cohort, q=question: ours.analyse_survival(c, q))
        lines.append(
            f"| {name}, n = {len(rows)} | {_ms(theirs)} | {_ms(mine)} | {_p95(mine)} "
            f"| {statistics.median(theirs) / statistics.median(mine):.1f}× |"
        )
    return "\n".join(lines) + "\n"


def _cases() -> list[tuple[str, Cohort, Question]]:
    cases = []
    for name, query in CASES:
        cohort = builtin.load(name)
        cases.append((name, cohort, complete_question(parse_query(query), cohort).question))
    large = enlarged(builtin.load("gbsg2"), 10_000)
    cases.append(
        ("gbsg2 resampled", large, complete_question(parse_query("marker=PGR"), large).question)
    )
    return cases


def enlarged(cohort: Cohort, n: int) -> Cohort:
    """A cohort of n patients drawn with replacement, times and values spread a little."""
    rng = np.random.default_rng(1)
    drawn = rng.integers(0, cohort.n, n)
    names = [f"X{i:05d}" for i in range(n)]
    pick = pd.DataFrame({"subject": cohort.subjects["subject"].to_numpy()[drawn], "new": names})

    def copied(frame: pd.DataFrame) -> pd.DataFrame:
        rows = pick.merge(frame, on="subject").drop(columns="subject")
        return rows.rename(columns={"new": "subject"})

    outcomes, measured = copied(cohort.outcomes), copied(cohort.measurements)
    return replace(
        cohort,
        id="",
        subjects=copied(cohort.subjects),
        outcomes=outcomes.assign(time=outcomes["time"] + rng.integers(0, 30, len(outcomes))),
        measurements=measured.assign(value=measured["value"] + rng.integers(0, 9, len(measured))),
    )


def _rows(cohort: Cohort, question: Question) -> pd.DataFrame:
    rows = derive_analysis_set(cohort, select_sample(cohort, question), question).rows
    return rows.assign(high=(rows["value"] > question.cut[0]).astype(int))


def with_lifelines(rows: pd.DataFrame) -> list:
    """The same answer as far as lifelines has it: curves, medians, tests, HR, RMST, PH check."""
    found = []
    data = rows[["time", "event", "high"]]
    for _, side in data.groupby("high"):
        km = KaplanMeierFitter().fit(side["time"], side["event"])
        tau = float(data["time"].max()) / 2
        found += [km.median_survival_time_, km.predict(tau), restricted_mean_survival_time(km, tau)]
    high, low = data[data["high"] == 1], data[data["high"] == 0]
    found.append(logrank_test(high["time"], low["time"], high["event"], low["event"]).p_value)
    cox = CoxPHFitter().fit(data, "time", "event")
    found.append(proportional_hazard_test(cox, data, time_transform="km").p_value)
    return found


def _times(run: Callable[[], object]) -> list[float]:
    run()
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return taken


# -------------------------------------------------------------------------------- the browser


def _painted(url: str) -> str:
    lines = [f"| changed control to painted figure, {CHANGES} changes | p50, ms | p95, ms |",
             "|---|---|---|"]  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        for name, query in CASES:
            page = browser.new_page()
            page.goto(f"{url}/survival?cohort={name}&{query}")
            page.wait_for_selector("#km .main-svg")
            page.wait_for_timeout(1_000)
            taken = [_one_change(page, i) for i in range(CHANGES)]
            lines.append(f"| {name} | {_ms(taken)} | {_p95(taken)} |")
            page.close()
        browser.close()
    return "\n".join(lines)


# Resolves in the frame after the one in which the figure shows other words (its cut-off).
ONE_CHANGE = """step => new Promise((done, failed) => {
    const words = () => document.querySelector("#km .infolayer")?.textContent ?? "";
    const before = words(), began = performance.now();
    const look = () => {
        if (performance.now() - began > 10000) return failed("the figure did not change");
        if (!words() || words() === before) return requestAnimationFrame(look);
        requestAnimationFrame(() => done(performance.now() - began));
    };
    document.getElementById(step).click();
    requestAnimationFrame(look);
})"""


def _one_change(page: Page, i: int) -> float:
    step = "cut-step-up" if i % 4 < 2 else "cut-step-down"
    taken = page.evaluate(ONE_CHANGE, step) / 1000
    page.wait_for_timeout(150)  # let the other parts of the page arrive too
    return taken


# ------------------------------------------------------------------------------------ writing


def _ms(taken: list[float]) -> str:
    return f"{statistics.median(taken) * 1000:.1f}"


def _p95(taken: list[float]) -> str:
    return f"{np.percentile(taken, 95) * 1000:.1f}"


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor()
    return f"{model}, {os.cpu_count()} cores"


if __name__ == "__main__":
    sys.exit(main())
