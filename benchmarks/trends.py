"""What the trends cost: the permuted trend test, and the page painted with twelve markers."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Page, sync_playwright

from analysis.stats import trend
from analysis.stats.trend import rank_tests
from scripts.browser import launch_options
from tests.conftest import running_server

MARKERS, VISITS, REPEATS = 12, 6, 5
SIZES = (17, 2_139)
STUDY = """name = "trends"
title = "Drawn markers"
dose_unit = "mg"
time_unit = "days"
[[endpoints]]
code = "OS"
label = "Overall survival"
event = "death"
"""
# From the click to the last drawing of the panels in view, and of all: the page's own clock.
PAINTED = """async (click) => {
    const graphs = () => [...document.querySelectorAll(".panel-card .js-plotly-plot")];
    const seen = new Map(), note = (g) => { if (g.data.length) seen.set(g, performance.now()); };
    const watched = new WeakSet();
    const watch = () => graphs().forEach((g) => {
        if (!g.on || watched.has(g)) return;
        watched.add(g);
        if (g.querySelector(".scatterlayer .trace")) note(g);
        g.on("plotly_afterplot", () => note(g));  // empty ones wait for their data
    });
    const start = performance.now(), last = () => Math.max(0, ...seen.values());
    watch();
    seen.clear();
    document.querySelector(click === "fresh" ? 'a.nav-link[href^="/trends"]' : click).click();
    while (performance.now() - start < 8000) {
        await new Promise((next) => requestAnimationFrame(next));
        watch();
        if (seen.size >= 12 && performance.now() - last() > 400) break;
    }
    if (seen.size < 12) return [NaN, NaN];
    const view = [...seen].filter(([g]) => g.getBoundingClientRect().top < window.innerHeight);
    return [Math.max(...view.map(([, at]) => at)) - start, last() - start];
}"""


def table() -> str:
    """The Markdown of this part."""
    lines = [
        "| trends | median, ms | p95, ms |",
        "|---|---|---|",
        _row(
            _permuted(),
            (f"Jonckheere, 10,000 permutations, {MARKERS} markers × {VISITS} visits, 17 patients"),
        ),
    ]
    for n in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            study = Path(folder) / "study"
            write(study, n)
            home = Path(folder) / "home"
            with running_server(Path(folder), home, COHORT=str(study)) as url:
                lines += _painted(url, n)
    return "\n".join(lines) + "\n"


def _permuted() -> list[float]:
    rng = np.random.default_rng(1)
    doses = np.repeat([3, 6, 9, 12], [3, 6, 6, 2])
    trend.warm()
    taken = []
    for _ in range(REPEATS):
        rank_tests._draw_groups.cache_clear()  # each visit has other patients and orders
        values = rng.normal(size=(VISITS, MARKERS, 17))
        began = time.perf_counter()
        for v in range(VISITS):
            for m in range(MARKERS):
                trend.jonckheere(values[v, m], doses, permutations=10_000, seed=v)
        taken.append(1e3 * (time.perf_counter() - began))
    return taken


def write(folder: Path, n: int) -> None:
    """A cohort of `n` patients at four doses, twelve log-normal counts at six visits."""
    rng, folder = np.random.default_rng(2), Path(folder)
    folder.mkdir(parents=True)
    who = [f"P{i:05d}" for i in range(n)]
    dose = np.array([3, 6, 9, 12])[np.arange(n) % 4]
    pd.DataFrame({"subject": who, "dose": dose}).to_csv(folder / "subjects.csv", index=False)
    outcomes = {"subject": who, "endpoint": "OS", "time": rng.integers(90, 900, n), "event": 1}
    pd.DataFrame(outcomes).to_csv(folder / "outcomes.csv", index=False)
    markers = [f"M{m:02d}" for m in range(MARKERS)]
    days = np.arange(VISITS) * 14
    rows = [
        pd.DataFrame({
            "subject": who, "visit": f"V{v + 1}", "day": day, "marker": marker,
            "value": np.round(np.exp(rng.normal(6, 0.4, n) - 0.02 * dose * v), 1),
        })
        for marker in markers for v, day in enumerate(days)
    ]  # fmt: skip
    pd.concat(rows).to_csv(folder / "measurements.csv", index=False)
    about = {"marker": markers, "label": [f"CD{m} T cells" for m in range(MARKERS)]}
    frame = pd.DataFrame({**about, "unit": "cells/µL", "scale": "log"})
    frame.to_csv(folder / "markers.csv", index=False)
    visits = {"visit": [f"V{v + 1}" for v in range(VISITS)], "day": days, "order": range(VISITS)}
    frame = pd.DataFrame({**visits, "is_baseline": [1] + [0] * (VISITS - 1)})
    frame.to_csv(folder / "visits.csv", index=False)
    (folder / "study.toml").write_text(STUDY)


def _painted(url: str, n: int) -> list[str]:
    first, colours, measures = [], [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        page = browser.new_page(base_url=url, viewport={"width": 1280, "height": 800})
        for i in range(REPEATS):
            first.append(_opened(page, i))
            for code in ("Side of the cut-off", "Dose level"):
                link = f'nav[aria-label="Colours"] a >> text="{code}"'
                page.locator(link).evaluate("(a) => a.setAttribute('data-go', '')")
                colours.append(page.evaluate(PAINTED, "[data-go]"))
            middle = page.locator('nav[aria-label="Middle"] a >> text="Mean"')
            middle.evaluate("(a) => a.setAttribute('data-go', '')")
            measures.append(page.evaluate(PAINTED, "[data-go]"))
        browser.close()
    return [
        *_rows(first, f"page opened with {MARKERS} markers, {n:,} patients"),
        *_rows(colours, f"colouring switched, {n:,} patients"),
        *_rows(measures, f"median to mean, {n:,} patients"),
    ]


def _opened(page: Page, i: int) -> tuple[float, float]:
    page.goto(f"/?cohort=trends&marker=M{i % MARKERS:02d}&visit=V{2 + i % 4}")
    page.wait_for_load_state("networkidle")
    return page.evaluate(PAINTED, "fresh")


def _rows(taken: list[tuple[float, float]], what: str) -> list[str]:
    """What is in view, and all."""
    view, every = zip(*taken, strict=True)
    return [_row(list(view), f"{what}: in view"), _row(list(every), f"{what}: all")]


def _row(taken: list[float], what: str) -> str:
    taken = [one for one in taken if one == one]
    if not taken:
        return f"| {what} | not painted | |"
    return f"| {what} | {statistics.median(taken):.0f} | {np.quantile(taken, 0.95):.0f} |"


if __name__ == "__main__":
    print(table())
